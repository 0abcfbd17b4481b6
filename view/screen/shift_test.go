package screen_test

import (
	"testing"

	"parley/view/screen"
)

// shifted is what show gives, for a painter that painted the message before the last one.
func (c *chat) shifted(p *screen.Painter, last int) *screen.Frame {
	var whole screen.Frame
	whole.Reset(c.size)
	for y, row := range c.show(last).Rows {
		for _, s := range row.Segments() {
			whole.Rows[y].Put(s.Col, s.Width, s.Segment)
		}
	}
	left, right := 0, c.size.Cols
	if c.side > 0 {
		left = c.side + 2
	}
	if c.nicks > 0 {
		right -= c.nicks + 2
	}
	f, bottom := &c.frame, c.size.Rows-2
	f.Reset(c.size)
	for y := range f.Rows {
		row, from := &f.Rows[y], y
		if y >= bottom {
			p.Again(row, y, 0, c.size.Cols)
			continue
		}
		if y > 0 {
			from = y + 1
		}
		for _, s := range whole.Rows[y].Segments() {
			if s.Col == left && y < bottom-1 {
				p.Again(row, from, left, right-left)
			} else {
				row.Put(s.Col, s.Width, s.Segment)
			}
		}
	}
	return f
}

// A shift shows what a paint of the whole frame would.
func TestShift(t *testing.T) {
	for _, l := range layouts {
		c := newChat(l.cols, l.rows, l.side, l.nicks)
		var p screen.Painter
		term := enter(l.cols, l.rows)
		_, _ = term.Write(p.Paint(nil, c.show(50)))
		for i := range 20 {
			out, ok := p.Shift(nil, c.shifted(&p, 51+i), 1, l.rows-3, 1)
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
	if out, ok := p.Shift([]byte("before"), c.shifted(&p, 51), 1, 21, 1); ok || string(out) != "before" {
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
	if _, ok := p.Shift(nil, c.show(52), 1, 21, 25); ok {
		t.Error("rows are moved by more than there are")
	}
}
