package screen_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"parley/view/screen"
)

// strip is the last message as it comes in, and what stands beside it.
func (c *chat) strip(last int, margins bool) (s *screen.Strip, beside func(r *screen.Row, y int)) {
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
	for _, s := range whole.Rows[column.Bottom].Segments() {
		if s.Col == column.Col {
			f.Rows[column.Bottom].Put(s.Col, s.Width, s.Segment)
		}
	}
	return screen.NewStrip(f, column, 1, margins), func(r *screen.Row, y int) {
		for _, s := range whole.Rows[y].Segments() {
			if s.Col != column.Col {
				r.Put(s.Col, s.Width, s.Segment)
			}
		}
	}
}

// shift paints the last message with a painter that painted the message before it.
func (c *chat) shift(p *screen.Painter, dst []byte, last int, margins bool) ([]byte, bool) {
	s, beside := c.strip(last, margins)
	return p.Shift(dst, &c.frame, s, beside)
}

// A shift shows what a paint of the whole frame would.
func TestShift(t *testing.T) {
	for i := range 2 * len(layouts) {
		l, margins := layouts[i/2], i%2 > 0
		c := newChat(l.cols, l.rows, l.side, l.nicks)
		var p screen.Painter
		term := enter(l.cols, l.rows)
		_, _ = term.Write(p.Paint(nil, c.show(50)))
		for i := range 20 {
			out, ok := c.shift(&p, nil, 51+i, margins)
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

// Whatever has been shifted or painted before, on a terminal with margins or without, a shift shows what painting the frame anew does.
func TestShiftTurnsAnyFrameIntoTheNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := screen.Size{Cols: rapid.IntRange(4, 60).Draw(t, "cols"), Rows: rapid.IntRange(3, 14).Draw(t, "rows")}
		split := drawSplit(t, size.Cols)
		main := len(split) / 2
		end := size.Cols
		if main+1 < len(split) {
			end = split[main+1].col
		}
		c := screen.Column{Top: rapid.IntRange(0, size.Rows-2).Draw(t, "top"), Col: split[main].col, Width: end - split[main].col}
		c.Bottom = rapid.IntRange(c.Top+1, size.Rows-1).Draw(t, "bottom")
		var log, side []screen.Segment
		for range rapid.IntRange(1, 20).Draw(t, "messages") {
			log = append(log, drawSegment(t, split[main].width))
		}
		for range rapid.IntRange(1, 4).Draw(t, "sides") {
			side = append(side, drawSegment(t, rapid.IntRange(1, 8).Draw(t, "side width")))
		}
		shown := func(y, i int) screen.Segment {
			if s := side[(y*len(split)+i)%len(side)]; s.Used() <= split[i].width {
				return s
			}
			return screen.Segment{}
		}
		coming := func(last, y int) screen.Segment { return log[(last-c.Bottom+y+20*len(log))%len(log)] }
		whole := func(last int) *screen.Frame {
			f := &screen.Frame{}
			f.Reset(size)
			f.Cursor = screen.Cursor{Col: 1, Row: 1, Visible: true}
			for y := range f.Rows {
				for i, sp := range split {
					if i != main {
						f.Rows[y].Put(sp.col, sp.width, shown(y, i))
					} else if y >= c.Top && y <= c.Bottom {
						f.Rows[y].Put(c.Col, c.Width, coming(last, y))
					}
				}
			}
			return f
		}
		term := enter(size.Cols, size.Rows)
		defer term.Close()
		var p screen.Painter
		var f screen.Frame
		last := 0
		_, _ = term.Write(p.Paint(nil, whole(last)))
		for range rapid.IntRange(1, 5).Draw(t, "shifts") {
			by := rapid.IntRange(1, c.Bottom-c.Top).Draw(t, "rows")
			last += by
			f.Reset(size)
			for y := c.Bottom - by + 1; y <= c.Bottom; y++ {
				f.Rows[y].Put(c.Col, c.Width, coming(last, y))
			}
			strip := screen.NewStrip(&f, c, by, rapid.Bool().Draw(t, "margins"))
			var bytes []byte
			ok := strip != nil
			if ok {
				bytes, ok = p.Shift(nil, &f, strip, func(r *screen.Row, y int) {
					for i, sp := range split {
						if i != main {
							r.Put(sp.col, sp.width, shown(y, i))
						}
					}
				})
			}
			if !ok {
				bytes = p.Paint(nil, whole(last))
			}
			_, _ = term.Write(bytes)
			fresh := enter(size.Cols, size.Rows)
			_, _ = fresh.Write(new(screen.Painter).Paint(nil, whole(last)))
			want := show(fresh)
			fresh.Close()
			if d := diff(show(term), want); d != "" {
				t.Fatalf("%d rows into %+v of %+v, shifted %v, by %q\n%s", by, c, size, ok, bytes, d)
			}
			if again := p.Paint(nil, whole(last)); len(again) != 0 {
				t.Fatalf("the same frame again sends %q", again)
			}
		}
	})
}

// What reaches out of its column may have spoilt its neighbour, whose text a shift does not know.
func TestShiftIsRefusedWhereTextIsMissing(t *testing.T) {
	c := newChat(80, 24, 14, 0)
	for i, s := range c.rooms {
		c.rooms[i] = screen.Miscounted(s, s.Used(), 20)
	}
	var p screen.Painter
	p.Paint(nil, c.show(50))
	if out, ok := c.shift(&p, []byte("before"), 51, false); ok || string(out) != "before" {
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
	f := c.show(52)
	if screen.NewStrip(f, screen.Column{Bottom: 21, Width: 80}, 22, false) != nil {
		t.Error("rows are moved by more than there are")
	}
}

// BenchmarkShift is a message at the bottom of a full screen for one of many who see it.
func BenchmarkShift(b *testing.B) {
	for i := range 2 * len(layouts) {
		l, margins := layouts[i/2], i%2 > 0
		b.Run(fmt.Sprintf("%s margins=%v", l.name, margins), func(b *testing.B) {
			c := newChat(l.cols, l.rows, l.side, l.nicks)
			var p screen.Painter
			p.Paint(nil, c.show(50))
			strip, beside := c.strip(51, margins)
			f := &screen.Frame{}
			buf := make([]byte, 0, 1<<12)
			total := 0
			b.ReportAllocs()
			for b.Loop() {
				var ok bool
				if buf, ok = p.Shift(buf[:0], f, strip, beside); !ok {
					b.Fatal("it is refused")
				}
				total += len(buf)
			}
			b.ReportMetric(float64(total)/float64(b.N), "bytes/msg")
		})
	}
}
