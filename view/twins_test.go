package view

import (
	"strings"
	"testing"

	"parley/chat"
	"parley/view/input"
)

// chordsOf are the keys that a line of the table names: "Ctrl-G, Alt-j".
func chordsOf(words string) map[chord]bool {
	out := map[chord]bool{}
	for _, name := range strings.FieldsFunc(words, func(r rune) bool { return strings.ContainsRune(" ,;:", r) }) {
		if c, ok := parseChord(name); ok {
			out[c] = true
		}
	}
	return out
}

// Some terminals keep Alt, and some keys, for themselves: whatever Alt does, a Ctrl or F key and a
// command do as well.
func TestEveryAltKeyHasTwins(t *testing.T) {
	keys := newKeymap()
	alts := 0
	for _, g := range keyTable() {
		words := ""
		for _, b := range g.bindings {
			if b.keys != "" { // else it belongs to the line before
				words = b.keys + " " + b.does
			}
			named, twin, alt := chordsOf(words), false, false
			for _, c := range b.chords {
				alt = alt || c.mod&input.Alt != 0
				twin = twin || c.mod&input.Alt == 0 && (c.mod&input.Ctrl != 0 || c.code >= input.F1 && c.code <= input.F12)
				if !named[c] && c.mod != input.Shift {
					t.Errorf("help does not name the key %+v in %q", c, words)
				}
				if keys[c].run == nil {
					t.Errorf("/press does nothing for %+v of %q", c, words)
				}
			}
			if alt {
				alts++
			}
			if alt && !twin {
				t.Errorf("%q has no Ctrl or F twin", words)
			}
		}
	}
	if alts < 12 {
		t.Errorf("only %d Alt keys were looked at", alts)
	}
}

// The editor's Alt keys have twins too.
func TestEveryAltKeyOfTheEditorHasATwin(t *testing.T) {
	for alt, twin := range map[string]string{
		"\x1bb":     "\x1b[1;5D", // Ctrl-Left
		"\x1bf":     "\x1b[1;5C", // Ctrl-Right
		"\x1bd":     "\x1b[3;5~", // Ctrl-Delete
		"\x1b\x7f":  "\x1b[127;5u",
		"\x1b\r":    "\n",
		"\x19\x1by": "\x19\x18", // Ctrl-Y and Ctrl-X
	} {
		result := func(keys string) (string, int) {
			var e input.Editor
			var d input.Decoder
			for _, ev := range d.Feed([]byte("one two three\x17 four\x1b[D\x17\x1b[D" + keys)) {
				e.Handle(ev.(input.Key))
			}
			return e.Text(), e.Cursor()
		}
		before, at := result("")
		a, atA := result(alt)
		b, atB := result(twin)
		if a != b || atA != atB {
			t.Errorf("%q makes %q %d and %q makes %q %d", alt, a, atA, twin, b, atB)
		}
		if a == before && atA == at {
			t.Errorf("%q does nothing", alt)
		}
	}
}

func TestRoomsByNumberWithoutAlt(t *testing.T) {
	for _, keys := range []string{"\x1b4", "\x074\r"} {
		in(t, world(), 100, 24, func(r *rig) {
			r.types(keys)
			r.settle()
			r.want("*#a-room-with")
		})
	}
}

func TestPress(t *testing.T) {
	f := world()
	for _, key := range []string{"alt-/", "Alt-4", "F1", "nonsense", "Alt-Ä", ""} {
		f.answers["press "+key] = chat.Reply{Do: chat.Press, Key: key}
	}
	in(t, f, 100, 24, func(r *rig) {
		press := func(key, sees string) {
			t.Helper()
			r.types("/press " + key + "\r")
			r.settle()
			r.want(sees)
		}
		press("Alt-4", "*#a-room-with")
		press("alt-/", "*#ops")
		press("nonsense", "there is no key nonsense here: /shortcuts lists them")
		press("Alt-Ä", "there is no key Alt-Ä here")
		press("F1", "Keys: Rooms")
	})
}
