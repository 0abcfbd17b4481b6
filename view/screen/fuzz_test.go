package screen_test

import (
	"reflect"
	"strings"
	"testing"

	"parley/view/screen"
)

// FuzzPaint puts any text, and any link, into a segment among others. Painting it
// changes no cell outside of its rectangle, changes no mode, and makes the terminal answer nothing.
func FuzzPaint(f *testing.F) {
	for _, s := range samples {
		f.Add(s, "https://example.org", uint8(10), uint8(20))
	}
	for _, s := range []string{
		"\x1b[2J", "\x1b]0;title\x07", "\x1b[6n", "\u009b6n", "\u009d52;c;?\u009c", "\x1bc", "\x1b[?1049l", "\x0e", "\x05", "\x1bP$q\x1b\\",
		"\xff\xfe", "\xc2\x9b6n", "\n\n\n", "\r", "\b\b\b\b", "\u202e", "\ufeff", strings.Repeat("\u0301", 300), strings.Repeat("👨‍", 40),
	} {
		f.Add(s, s, uint8(3), uint8(7))
		f.Add("a", "https://example.org/"+s, uint8(3), uint8(7))
	}
	f.Fuzz(func(t *testing.T, s, url string, col, width uint8) {
		const cols, rows = 40, 4
		at := 1 + int(col)%(cols-3)
		w := 1 + int(width)%(cols-at-1)
		b := screen.NewBuilder(screen.ANSI256, cols)
		left := b.Text(screen.Style{}, strings.Repeat("<", at)).Segment()
		right := b.Text(screen.Style{}, strings.Repeat(">", cols-at-w)).Segment()
		full := b.Text(screen.Style{}, strings.Repeat("=", cols)).Segment()
		b.Width(w)
		text := b.Text(screen.Style{Fg: screen.Red}, s).Link(screen.Style{Attr: screen.Bold}, url, s).Segment()
		if text.Used() > w {
			t.Fatalf("%q takes %d columns of %d", s, text.Used(), w)
		}

		fill := func(s screen.Segment) *screen.Frame {
			f := &screen.Frame{}
			f.Reset(screen.Size{Cols: cols, Rows: rows})
			for y := range rows {
				f.Rows[y].Put(0, cols, full)
			}
			f.Rows[1] = screen.Row{}
			f.Rows[1].Put(0, at, left)
			f.Rows[1].Put(at, w, s)
			f.Rows[1].Put(at+w, cols-at-w, right)
			f.Cursor = screen.Cursor{Col: 5, Row: 3, Visible: true}
			return f
		}
		term := enter(cols, rows)
		defer term.Close()
		var p screen.Painter
		_, _ = term.Write(p.Paint(nil, fill(screen.Segment{})))
		before, modes := show(term), term.Modes()
		_, _ = term.Write(p.Paint(nil, fill(text)))
		after := show(term)
		for i := range before {
			x, y := i%cols, i/cols
			if y == 1 && x >= at && x < at+w {
				continue
			}
			if before[i] != after[i] {
				t.Errorf("%q in columns %d to %d of row 1 changed %s to %s", s, at, at+w-1, before[i], after[i])
			}
		}
		_, _ = term.Write(p.Paint(nil, fill(screen.Segment{})))
		if d := diff(show(term), before); d != "" {
			t.Errorf("%q leaves debris:\n%s", s, d)
		}
		if got := term.Modes(); !reflect.DeepEqual(got, modes) {
			t.Errorf("%q changed the modes from %v to %v", s, modes, got)
		}
		term.Close()
		if a := string(term.Answers()); a != knowsMargins {
			t.Errorf("%q made the terminal answer %q", s, a)
		}
	})
}
