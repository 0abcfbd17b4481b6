package view

import (
	"parley/lang"
	"strings"
	"testing"

	"parley/rooms"
	"parley/view/screen"
)

func TestNewLineGrowsTheInput(t *testing.T) {
	for _, key := range []string{"\x1b\r", "\n", "\x1b[13;2u"} {
		f := world()
		in(t, f, 80, 24, func(r *rig) {
			for range 11 {
				r.types("line" + key)
			}
			r.settle()
			if rows := strings.Count(r.term.String(), "\n      line") + strings.Count(r.term.String(), "[lea] line"); rows != 7 {
				t.Errorf("%q: %d of the lines show; the input has 8 rows and the last is empty\n%s", key, rows, r.term.String())
			}
			if len(f.posted) != 0 {
				t.Errorf("%q sent something", key)
			}
		})
	}
}

func TestWhatWasSentHereComesBack(t *testing.T) {
	in(t, world(), 80, 24, func(r *rig) {
		r.types("first\rsecond\r\x1b1elsewhere\r\x1b2")
		r.settle()
		for _, older := range []string{"\x1b[1;5A", "\x1b[1;2A"} { // Ctrl-Up, Shift-Up; after the first one Up goes on
			r.types(older)
			r.settle()
			r.want("[lea] second")
			r.lacks("Edit your message")
			r.types("\x1b[A")
			r.settle()
			r.want("[lea] first")
			r.types("\x1b[B\x1b[B")
			r.settle()
			r.want("[lea] Write to #ops")
		}
		r.types("text\x1b[A") // what is being written waits behind the newest
		r.settle()
		r.want("[lea] second")
		r.types("\x1b[B")
		r.settle()
		r.want("[lea] text")
		r.types("\x15")
		r.settle()
		r.want("[lea] Write to #ops")
		r.types("\x12fir")
		r.settle()
		r.want("(search: fir) first")
		r.types("\x1b")
		r.settle()
		r.want("[lea] Write to #ops")
	})
}

func TestColumnsOnAndOff(t *testing.T) {
	in(t, world(), 120, 30, func(r *rig) {
		r.want("+@ana", "*#ops")
		r.types("\x1b[19~") // F8
		r.settle()
		r.lacks("+@ana")
		r.types("\x1b[18~") // F7
		r.settle()
		r.lacks("*#ops")
		r.types("\x1b[18~\x1b[19~")
		r.settle()
		r.want("+@ana", "*#ops")
	})
	in(t, world(), 60, 20, func(r *rig) {
		r.lacks("*#ops")
		r.types("\x1b[18~")
		r.settle()
		r.want("*#ops")
	})
}

func TestRedrawBringsAScreenBack(t *testing.T) {
	in(t, world(), 80, 24, func(r *rig) {
		before := r.term.String()
		_, _ = r.term.Write([]byte("\x1b[2J\x1b[Hwall: the machine goes down"))
		r.types("\x0c")
		if after := r.settle(); after != before {
			t.Errorf("the screen is\n%s", after)
		}
	})
}

func TestEveryKeyOfTheTableIsFound(t *testing.T) {
	m := newKeymap()
	seen := map[chord]string{}
	for _, g := range keyTable() {
		for _, b := range g.bindings {
			for _, c := range b.chords {
				if other, ok := seen[c]; ok {
					t.Errorf("%q and %q are the same key", other, b.keys)
				}
				seen[c] = b.keys
				if m[c].run == nil {
					t.Errorf("%q does nothing", b.keys)
				}
			}
			if b.keys != "" && b.does == "" {
				t.Errorf("%q is not explained", b.keys)
			}
		}
	}
	for _, l := range Shortcuts(lang.En) {
		if strings.HasPrefix(l.String(), "Alt-") && !strings.Contains(l.String(), "F") && !strings.Contains(l.String(), "Ctrl-") && !strings.Contains(l.String(), "/switch") && !strings.Contains(l.String(), "Alt-Shift") {
			t.Errorf("no twin for terminals that keep Alt to themselves: %s", l)
		}
	}
}

func TestUnboundKeysAreHarmless(t *testing.T) {
	f := world()
	in(t, f, 80, 24, func(r *rig) {
		before := r.term.String()
		for _, k := range []string{"\x1bq", "\x1b[15;5~", "\x1b[23~", "\x1b[24~", "\x11", "\x1b[1;8A", "\x1b[<0;10;10M", "\x1b[I", "\x1b[O", "\x16", "\x18", "\x1d"} {
			r.types(k)
			r.settle()
		}
		if after := r.term.String(); after != before || len(f.posted) != 0 {
			t.Errorf("keys without a meaning changed the screen to\n%s", after)
		}
	})
}

func TestLinksAreVisibleAndClickable(t *testing.T) {
	f := newFake("lea", "general")
	f.add(1, rooms.Message, "ana", "see https://example.org/a?b=1 and javascript:alert(1)")
	in(t, f, 80, 24, func(r *rig) {
		linked := ""
		for y := range 24 {
			for x := range 80 {
				if c := r.term.Cell(x, y); c.Link.URL != "" {
					linked += c.Content
					if c.Link.URL != "https://example.org/a?b=1" {
						t.Fatalf("a link leads to %q", c.Link.URL)
					}
				}
			}
		}
		if linked != "https://example.org/a?b=1" {
			t.Errorf("the text of links is %q", linked)
		}
	})
}

func TestNobodyImitatesTheGutterOrTheServer(t *testing.T) {
	f := newFake("lea", "general")
	f.add(1, rooms.Message, "ana", "hello\n12:00 bo          I am not bo\n│ nor a gutter\n12:00 --          mallory made this room")
	in(t, f, 80, 24, func(r *rig) {
		g := geometryOf(screen.Size{Cols: 80, Rows: 24}, wants{input: 1})
		head := columnsFor(g.main.width, false, 6).head
		forged := 0
		for y := range 24 {
			row := []rune(r.term.Row(y))
			if s := string(row); strings.Contains(s, "not bo") || strings.Contains(s, "nor a") || strings.Contains(s, "mallory") {
				forged++
				if before := string(row[g.main.col : g.main.col+head]); strings.TrimSpace(before) != markContinued || row[g.main.col+head-2] != '│' {
					t.Errorf("row %q does not stand behind the gutter", s)
				}
			}
		}
		if forged != 3 {
			t.Errorf("%d rows of 3", forged)
		}
	})
}
