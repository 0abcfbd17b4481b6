package screen_test

import (
	"fmt"
	"testing"

	"parley/view/screen"
)

// chat is the view as it is most of the time: a title, messages, a status line, an input;
// with rooms on the left and people on the right where there is space.
type chat struct {
	size        screen.Size
	side, nicks int // columns, 0 for none
	title       screen.Segment
	border      screen.Segment
	rooms       []screen.Segment
	people      []screen.Segment
	messages    []screen.Segment
	frame       screen.Frame
}

func newChat(cols, rows, side, nicks int) *chat {
	c := &chat{size: screen.Size{Cols: cols, Rows: rows}, side: side, nicks: nicks}
	b := screen.NewBuilder(screen.ANSI16, cols)
	dim := screen.Style{Fg: screen.BrightBlack}
	c.title = b.Text(screen.Style{Attr: screen.Bold}, "#ops").Text(screen.Style{}, "  Deploy freeze till Mon").Segment()
	c.border = b.Text(dim, "│").Segment()
	for i, name := range []string{"#general", "#ops", "#random", "", "@kei", "@bo"} {
		b.Text(screen.Style{}, " "+name).PadTo(screen.Style{}, 12)
		if i == 1 {
			b.Text(screen.Style{Attr: screen.Bold}, "1@")
		}
		c.rooms = append(c.rooms, b.Segment())
	}
	for i := range 8 {
		c.people = append(c.people, b.Text(screen.Style{}, fmt.Sprintf(" @user%d", i)).Segment())
	}
	nick := [...]screen.Color{screen.Cyan, screen.Green, screen.Yellow}
	for i := range 100 {
		b.Text(dim, fmt.Sprintf("14:%02d", i%60)).Pad(screen.Style{}, 2)
		b.Text(screen.Style{Fg: nick[i%3]}, fmt.Sprintf("user%d", i%3)).PadTo(screen.Style{}, 14)
		b.Text(screen.Style{}, fmt.Sprintf("%03d forty characters as in this sentence", i))
		c.messages = append(c.messages, b.Segment())
	}
	return c
}

// show fills the frame with the messages that end in number last.
func (c *chat) show(last int) *screen.Frame {
	f := &c.frame
	f.Reset(c.size)
	left, right := 0, c.size.Cols
	if c.side > 0 {
		left = c.side + 2
	}
	if c.nicks > 0 {
		right -= c.nicks + 2
	}
	bottom := c.size.Rows - 2
	for y := range bottom {
		row := &f.Rows[y]
		if c.side > 0 {
			var s screen.Segment
			if y < len(c.rooms) {
				s = c.rooms[y]
			}
			row.Put(0, c.side, s)
			row.Put(c.side, 2, c.border)
		}
		s := c.title
		if y > 0 {
			s = c.messages[(last+y-bottom+1+len(c.messages))%len(c.messages)]
		}
		row.Put(left, right-left, s)
		if c.nicks > 0 {
			var s screen.Segment
			if y < len(c.people) {
				s = c.people[y]
			}
			row.Put(right, 2, c.border)
			row.Put(right+2, c.nicks, s)
		}
	}
	f.Rows[bottom].Put(0, c.size.Cols, c.title)
	f.Rows[bottom+1].Put(0, c.size.Cols, c.rooms[0])
	f.Cursor = screen.Cursor{Col: 8, Row: bottom + 1, Visible: true}
	return f
}

var layouts = []struct {
	name                    string
	cols, rows, side, nicks int
	bytes                   int // the most that a new message may cost
	memory                  int // the most that a painter may hold
}{
	{"80x24", 80, 24, 0, 0, 120, 1 << 10},
	{"80x24-side", 80, 24, 14, 0, 240, 2 << 10},
	{"120x40-side-nicks", 120, 40, 18, 16, 360, 3 << 10},
	{"200x50-side-nicks", 200, 50, 18, 16, 360, 4 << 10},
}

// One more message of 40 characters costs few bytes on the wire, whatever stands beside it.
func TestBytesPerMessage(t *testing.T) {
	for _, l := range layouts {
		c := newChat(l.cols, l.rows, l.side, l.nicks)
		var p screen.Painter
		p.Paint(nil, c.show(50))
		total := 0
		for i := range 20 {
			total += len(p.Paint(nil, c.show(51+i)))
		}
		if per := total / 20; per > l.bytes {
			t.Errorf("%s: %d bytes a message, want at most %d", l.name, per, l.bytes)
		}
	}
}

// A room list as long as the screen moves with the messages and is painted again: each of its rows costs
// a line break and its words, as the style that most of them have is set once.
func TestBytesPerMessageBesideManyRooms(t *testing.T) {
	c := newChat(80, 24, 14, 0)
	var p screen.Painter
	p.Paint(nil, c.show(50))
	few := len(p.Paint(nil, c.show(51)))
	c.rooms = nil
	b := screen.NewBuilder(screen.ANSI16, 14)
	for i := range 22 {
		st := screen.Style{Fg: screen.BrightBlack}
		if i == 9 {
			st = screen.Style{Attr: screen.Bold}
		}
		c.rooms = append(c.rooms, b.Text(screen.Style{}, " ").Text(st, fmt.Sprintf("#room%02d", i)).Segment())
	}
	p.Paint(nil, c.show(52))
	many := len(p.Paint(nil, c.show(53)))
	if row := (many - few) / len(c.rooms); row > len("\r\n #room00") {
		t.Errorf("a message costs %d bytes beside %d rooms and %d beside %d", many, len(c.rooms), few, 6)
	}
}

// A painter is small: it exists once for each session.
func TestPainterMemory(t *testing.T) {
	for _, l := range layouts {
		c := newChat(l.cols, l.rows, l.side, l.nicks)
		var p screen.Painter
		p.Paint(nil, c.show(50))
		p.Paint(nil, c.show(51))
		if n := p.Bytes(); n > l.memory {
			t.Errorf("%s: a painter holds %d bytes, want at most %d", l.name, n, l.memory)
		}
	}
}

// Painting into a buffer that is large enough allocates nothing.
func TestPaintAllocatesNothing(t *testing.T) {
	c := newChat(80, 24, 14, 0)
	var p screen.Painter
	buf := p.Paint(make([]byte, 0, 1<<16), c.show(0))
	i := 0
	if n := testing.AllocsPerRun(50, func() {
		i++
		buf = p.Paint(buf[:0], c.show(i))
	}); n != 0 {
		t.Errorf("%v allocations a paint, want none", n)
	}
}

func BenchmarkPaintOneMessage(b *testing.B) {
	for _, l := range layouts {
		b.Run(l.name, func(b *testing.B) {
			c := newChat(l.cols, l.rows, l.side, l.nicks)
			var p screen.Painter
			buf := p.Paint(make([]byte, 0, 1<<16), c.show(0))
			i, total := 0, 0
			b.ReportAllocs()
			for b.Loop() {
				i++
				buf = p.Paint(buf[:0], c.show(i))
				total += len(buf)
			}
			b.ReportMetric(float64(total)/float64(i), "bytes/msg")
			b.ReportMetric(float64(p.Bytes()), "painter-bytes")
		})
	}
}

// BenchmarkPaintBurst shifts by half a screen: what a burst of posts costs in each of its frames.
func BenchmarkPaintBurst(b *testing.B) {
	c := newChat(80, 24, 14, 0)
	var p screen.Painter
	buf := p.Paint(make([]byte, 0, 1<<16), c.show(0))
	i, total := 0, 0
	b.ReportAllocs()
	for b.Loop() {
		i++
		buf = p.Paint(buf[:0], c.show(i*11))
		total += len(buf)
	}
	b.ReportMetric(float64(total)/float64(i), "bytes/frame")
}

// BenchmarkPaintUnchanged is a wake-up that changes nothing on the screen.
func BenchmarkPaintUnchanged(b *testing.B) {
	c := newChat(200, 50, 18, 16)
	var p screen.Painter
	f := c.show(0)
	buf := p.Paint(nil, f)
	b.ReportAllocs()
	for b.Loop() {
		buf = p.Paint(buf[:0], f)
	}
}

// BenchmarkPaintFull is a login or a resize.
func BenchmarkPaintFull(b *testing.B) {
	c := newChat(80, 24, 14, 0)
	var p screen.Painter
	f := c.show(0)
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		p.Reset()
		buf = p.Paint(buf[:0], f)
	}
	b.ReportMetric(float64(len(buf)), "bytes/frame")
}

func BenchmarkBuildMessage(b *testing.B) {
	bl := screen.NewBuilder(screen.ANSI16, 80)
	b.ReportAllocs()
	for b.Loop() {
		bl.Text(screen.Style{Fg: screen.BrightBlack}, "14:02").Pad(screen.Style{}, 2)
		bl.Text(screen.Style{Fg: screen.Cyan}, "ana").PadTo(screen.Style{}, 14)
		_ = bl.Text(screen.Style{}, "forty characters of text are written here").Segment()
	}
}
