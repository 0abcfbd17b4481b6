package screen_test

import (
	"testing"

	"parley/view/screen"
)

// shift paints the last message with a painter that painted the message before it, moving the column by some rows.
func (c *chat) shift(p *screen.Painter, dst []byte, last, by int) ([]byte, bool) {
	var whole screen.Frame
	whole.Reset(c.size)
	for y, row := range c.show(last).Rows {
		for _, s := range row.Segments() {
			whole.Rows[y].Put(s.Col, s.Width, s.Segment)
		}
	}
	column := screen.Column{Top: 1, Bottom: c.size.Rows - 3, Width: c.size.Cols}
	if c.side > 0 {
		column.Col = c.side + 2
		column.Width -= column.Col
	}
	if c.nicks > 0 {
		column.Width -= c.nicks + 2
	}
	f := &c.frame
	f.Reset(c.size)
	f.Rows[column.Bottom] = whole.Rows[column.Bottom]
	return p.Shift(dst, f, column, by, func(y int) {
		for _, s := range whole.Rows[y].Segments() {
			if s.Col != column.Col {
				f.Rows[y].Put(s.Col, s.Width, s.Segment)
			}
		}
	})
}

// A shift shows what a paint of the whole frame would.
func TestShift(t *testing.T) {
	for _, l := range layouts {
		c := newChat(l.cols, l.rows, l.side, l.nicks)
		var p screen.Painter
		term := enter(l.cols, l.rows)
		_, _ = term.Write(p.Paint(nil, c.show(50)))
		for i := range 20 {
			out, ok := c.shift(&p, nil, 51+i, 1)
			if !ok {
				t.Fatalf("%s: message %d cannot be painted by a shift", l.name, i)
			}
			_, _ = term.Write(out)
			var fresh screen.Painter
			want := enter(l.cols, l.rows)
			_, _ = want.Write(fresh.Paint(nil, c.show(51+i)))
			if d := diff(show(term), show(want)); d != "" {
				t.Fatalf("%s: after message %d:\n%s", l.name, i, d)
			}
			want.Close()
		}
		if out := p.Paint(nil, c.show(70)); len(out) > 0 {
			t.Errorf("%s: after the shifts the same frame sends %q", l.name, out)
		}
		term.Close()
	}
}

// What reaches out of its column may have spoilt its neighbour, whose text a shift does not know.
func TestShiftIsRefusedWhereTextIsMissing(t *testing.T) {
	c := newChat(80, 24, 14, 0)
	for i, s := range c.rooms {
		c.rooms[i] = screen.Miscounted(s, s.Used(), 20)
	}
	var p screen.Painter
	p.Paint(nil, c.show(50))
	if out, ok := c.shift(&p, []byte("before"), 51, 1); ok || string(out) != "before" {
		t.Errorf("a shift beside uncertain names sends %q", out)
	}
	term := enter(80, 24)
	defer term.Close()
	var fresh screen.Painter
	_, _ = term.Write(fresh.Paint(nil, c.show(50)))
	_, _ = term.Write(p.Paint(nil, c.show(51)))
	want := enter(80, 24)
	defer want.Close()
	fresh.Reset()
	_, _ = want.Write(fresh.Paint(nil, c.show(51)))
	if d := diff(show(term), show(want)); d != "" {
		t.Errorf("after a refused shift a paint shows:\n%s", d)
	}
	if _, ok := c.shift(&p, nil, 52, 25); ok {
		t.Error("rows are moved by more than there are")
	}
}
