package view

import (
	"io"
	"maps"
	"testing"
	"unicode/utf8"

	"parley/rooms"
	"parley/text"
	"parley/view/input"
	"parley/view/screen"
	"parley/view/screen/screentest"
)

// hand is a view whose loop the test turns, with answers taken as they come.
func hand(t testing.TB, f *fake, cols, rows int, out io.Writer) *View {
	v := still(t, f, f, benchOptions(f, NewShared(1<<20), cols, rows), out)
	return v
}

// round handles what was typed and everything that it asked for, and paints.
func (v *View) round(p []byte) {
	v.take(p, noon)
	for v.drain(); ; v.drain() {
		for v.asked > 0 {
			(<-v.results)()
		}
		if len(v.queue) == 0 || v.done {
			break
		}
	}
	v.turn()
}

// FuzzInput types any bytes into a view: it never panics, the input stays a text within its
// bounds, the cursor stays on the screen, and little is held in memory.
func FuzzInput(f *testing.F) {
	for _, p := range presses {
		f.Add([]byte(p), uint16(80), uint16(24))
	}
	f.Add([]byte("\x1b[<0;40;20M\x1b[<64;40;9M\x1b[<0;3;4M\x1b[<0;9;24M\x1b[<65;2;9M"), uint16(80), uint16(24))
	f.Add([]byte("\x07\x1b[200~x\ny\x1b[201~\x1bOP\x0c/me waves\r"), uint16(30), uint16(6))
	f.Add([]byte("\x1b]52;c;AAAA\x07\x1bP+q\x1b\\\x1b[?1;2c\x1b[>0;276;0c"), uint16(1), uint16(1))
	f.Fuzz(func(t *testing.T, keys []byte, cols, rows uint16) {
		if len(keys) > 4096 {
			return
		}
		fk := mouseOn(world())
		v := hand(t, fk, int(cols), int(rows), io.Discard)
		for len(keys) > 0 && !v.done {
			n := min(len(keys), 7)
			v.round(keys[:n])
			keys = keys[n:]
		}
		if s := v.ed.Text(); len(s) > input.MaxText || !utf8.ValidString(s) {
			t.Errorf("the input is not a text within bounds: %d bytes", len(s))
		}
		if n := len(v.st.win.items); n > 4*maxRows+2*maxNotes {
			t.Errorf("the window holds %d items", n)
		}
		var fr screen.Frame
		render(&fr, &v.st, v.sh, v.typed())
		if c := fr.Cursor; c.Col < 0 || c.Col >= fr.Size.Cols || c.Row < 0 || c.Row >= fr.Size.Rows {
			t.Errorf("the cursor is at %+v of %+v", c, fr.Size)
		}
	})
}

// FuzzMessage shows any text as a message, topic and draft: on a terminal nothing outside of its rectangle
// changes, no mode changes, and the terminal answers nothing.
func FuzzMessage(f *testing.F) {
	for _, u := range utterances {
		f.Add(u, uint8(80))
	}
	f.Add("> *a _\u2067א_* :tada: https://a.b/*c*\n> - 👍🏽\n12. \x1b[2J\n```html\n<b class='\u009b2J'>\u2067א</b>\n\x1b]0;x\x07```", uint8(100))
	f.Add("\x1b[2J\x1b]0;title\x07\u009b2J\u202eabc\u2066def\x00", uint8(100))
	f.Fuzz(func(t *testing.T, words string, cols uint8) {
		if len(words) > 4096 {
			return
		}
		width := max(80, int(cols))
		quiet := func(words string) *screentest.Term {
			fk := newFake("lea", "general")
			fk.add(1, rooms.Topic, "ana", text.NewLine(words, 200).String())
			fk.add(1, rooms.Message, "ana", words)
			fk.add(1, rooms.Action, "ana", words)
			term := screentest.New(width, 30)
			_, _ = term.Write(screen.Enter(nil, "xterm"))
			hand(t, fk, width, 30, term)
			return term
		}
		term, plain := quiet(words), quiet("x")
		defer term.Close()
		defer plain.Close()
		g := geometryOf(screen.Size{Cols: width, Rows: 30}, wants{input: 1})
		for y := range g.top + g.height {
			for x := range g.main.col {
				if a, b := term.Cell(x, y).Content, plain.Cell(x, y).Content; a != b {
					t.Fatalf("cell %d,%d left of the messages is %q, was %q\n%s", x, y, a, b, term)
				}
			}
			if g.nicks.width > 0 {
				if c := term.Cell(g.nicks.col-1, y).Content; c != "│" {
					t.Fatalf("the border right of row %d is %q\n%s", y, c, term)
				}
			}
		}
		if a, b := term.Row(29), plain.Row(29); a != b {
			t.Fatalf("the input row is %q, was %q", a, b)
		}
		plain.Close()
		term.Close()
		if a, b := string(term.Answers()), string(plain.Answers()); a != b {
			t.Fatalf("the terminal was made to answer %q", a)
		}
		if a, b := term.Modes(), plain.Modes(); !maps.Equal(a, b) {
			t.Fatalf("modes are %v, were %v", a, b)
		}
	})
}
