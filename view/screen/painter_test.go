package screen_test

import (
	"fmt"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"parley/view/screen"
	"parley/view/screen/screentest"
)

// samples are what people write, and what terminals stumble over.
var samples = []string{
	"", "a", "hello", "deploy is green", "  spaces  in  it  ", strings.Repeat("long ", 40),
	"日本語のテキスト", "한국어", "混ぜた mixed テキスト", "สวัสดี", "é à ü", "x\u0302y\u0323", "👨‍👩‍👧‍👦 family", "🇩🇪🇫🇷", "👍🏽 ok", "❤️",
	"שלום עולם", "مرحبا", "│ border", "\u2067שלום a\u2069 b", "\u2068\u2068مر", "\u200fx", "ﬀ", "\u200d", "\u0301start", "1️⃣", "…",
}

var styles = []screen.Style{
	{}, {Fg: screen.Red}, {Attr: screen.Bold}, {Fg: screen.BrightCyan, Attr: screen.Underline},
	{Bg: screen.Blue}, {Attr: screen.Reverse}, {Fg: screen.Indexed(200)}, {Fg: screen.RGB(1, 2, 3), Bg: screen.Indexed(9)},
	{Attr: screen.Faint | screen.Italic | screen.Strike},
}

func drawSegment(t *rapid.T, cols int) screen.Segment {
	b := screen.NewBuilder(screen.TrueColor, cols)
	for range rapid.IntRange(0, 3).Draw(t, "spans") {
		st := rapid.SampledFrom(styles).Draw(t, "style")
		s := rapid.SampledFrom(samples).Draw(t, "text")
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			b.Link(st, "https://example.org/"+fmt.Sprint(len(s)), s)
		case 1:
			b.Pad(st, 3)
		default:
			b.Text(st, s)
		}
	}
	if rapid.IntRange(0, 9).Draw(t, "fill") == 0 {
		b.Fill(screen.Style{Attr: screen.Reverse})
	}
	s := b.Segment()
	if s.Used() > 0 && rapid.IntRange(0, 3).Draw(t, "miscount") == 0 {
		// The terminal takes fewer or more columns than we believe.
		real := s.Used()
		s = screen.Miscounted(s, rapid.IntRange(max(1, real/2), min(cols, 2*real)).Draw(t, "used"), 2*real+1)
	}
	return s
}

// drawFrame makes a frame of the size, as views are: up to five columns of which one is wide. Its messages are
// taken from log, from the given one on, so that two frames are shifts of each other.
func drawFrame(t *rapid.T, size screen.Size, log, side []screen.Segment, split []span) *screen.Frame {
	f := &screen.Frame{}
	f.Reset(size)
	from := rapid.IntRange(0, len(log)-1).Draw(t, "from")
	fixed := rapid.IntRange(0, 2).Draw(t, "title rows")
	for y := range f.Rows {
		if rapid.IntRange(0, 20).Draw(t, "odd row") == 0 {
			if rapid.Bool().Draw(t, "not blank") {
				f.Rows[y].Put(0, size.Cols, drawSegment(t, size.Cols))
			}
			continue
		}
		for i, sp := range split {
			s := side[(y*len(split)+i)%len(side)]
			if i == len(split)/2 && y >= fixed {
				s = log[(from+y)%len(log)]
			}
			if s.Used() <= sp.width {
				f.Rows[y].Put(sp.col, sp.width, s)
			}
		}
	}
	f.Cursor = screen.Cursor{
		Col: rapid.IntRange(0, size.Cols-1).Draw(t, "col"), Row: rapid.IntRange(0, size.Rows-1).Draw(t, "row"),
		Visible: rapid.Bool().Draw(t, "visible"),
	}
	return f
}

// span is a column of a view.
type span struct{ col, width int }

// drawSplit divides cols into up to five columns, some with a gap behind them.
func drawSplit(t *rapid.T, cols int) []span {
	var split []span
	for at := 0; at < cols && len(split) < 5; {
		end := cols
		if len(split) < 4 {
			end = rapid.IntRange(at+1, cols).Draw(t, "end")
		}
		width := end - at
		if rapid.IntRange(0, 2).Draw(t, "gap") == 0 {
			width = max(1, width/2)
		}
		split = append(split, span{at, width})
		at = end
	}
	return split
}

// drawFrames makes a run of frames that share a size most of the time, segments and columns.
func drawFrames(t *rapid.T) []*screen.Frame {
	var frames []*screen.Frame
	var size screen.Size
	var split []span
	var log, side []screen.Segment
	for range rapid.IntRange(2, 4).Draw(t, "frames") {
		if size.Cols == 0 || rapid.IntRange(0, 5).Draw(t, "resize") == 0 {
			size = screen.Size{Cols: rapid.IntRange(1, 60).Draw(t, "cols"), Rows: rapid.IntRange(1, 14).Draw(t, "rows")}
			split = nil
		}
		if split == nil || rapid.IntRange(0, 5).Draw(t, "new columns") == 0 {
			split = drawSplit(t, size.Cols)
			width := split[len(split)/2].width
			log, side = nil, nil
			for range rapid.IntRange(1, 20).Draw(t, "messages") {
				log = append(log, drawSegment(t, width))
			}
			for range rapid.IntRange(1, 4).Draw(t, "sides") {
				side = append(side, drawSegment(t, rapid.IntRange(1, 8).Draw(t, "side width")))
			}
		}
		frames = append(frames, drawFrame(t, size, log, side, split))
	}
	return frames
}

// unseen are the attributes that do not show on a blank.
const unseen = uv.AttrBold | uv.AttrFaint | uv.AttrItalic

// show describes each cell as a user sees it: what is blank has no foreground and is not bold.
func show(term *screentest.Term) []string {
	cols, rows := term.Size()
	var out []string
	for y := range rows {
		for x := range cols {
			c := term.Cell(x, y)
			if c.Content == " " && c.Style.Underline == 0 && c.Style.Attrs&^unseen == 0 {
				c.Style.Fg, c.Style.Attrs = nil, 0
			}
			out = append(out, fmt.Sprintf("%d,%d %q %d %v %v", x, y, c.Content, c.Width, c.Style, c.Link))
		}
	}
	x, y, visible := term.Cursor()
	if visible {
		return append(out, fmt.Sprint("cursor ", x, y))
	}
	return append(out, "no cursor")
}

// knowsMargins is what the terminal answers to the question of screen.Enter.
const knowsMargins = "\x1b[?69;2$y"

func enter(cols, rows int) *screentest.Term {
	term := screentest.New(cols, rows)
	_, _ = term.Write(screen.Enter(nil, "xterm-256color"))
	return term
}

func diff(a, b []string) string {
	var d strings.Builder
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			fmt.Fprintf(&d, "shows %s\nwants %s\n", a[i], b[i])
		}
	}
	if len(a) != len(b) {
		fmt.Fprintf(&d, "%d cells, want %d", len(a), len(b))
	}
	return d.String()
}

// Whatever was shown before, painting a frame shows exactly what painting it on
// a fresh terminal does.
func TestPaintTurnsAnyFrameIntoAnyOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		frames := drawFrames(t)
		var p screen.Painter
		term := enter(frames[0].Size.Cols, frames[0].Size.Rows)
		defer term.Close()
		for i, f := range frames {
			if i > 0 && f.Size != frames[i-1].Size {
				term.Resize(f.Size.Cols, f.Size.Rows)
			}
			bytes := p.Paint(nil, f)
			_, _ = term.Write(bytes)
			fresh := enter(f.Size.Cols, f.Size.Rows)
			_, _ = fresh.Write(new(screen.Painter).Paint(nil, f))
			want := show(fresh)
			fresh.Close()
			if d := diff(show(term), want); d != "" {
				t.Fatalf("frame %d of %d×%d painted by %q\n%s", i, f.Size.Cols, f.Size.Rows, bytes, d)
			}
			if again := p.Paint(nil, f); len(again) != 0 {
				t.Fatalf("the same frame again sends %q", again)
			}
		}
		term.Close()
		if a := string(term.Answers()); a != knowsMargins {
			t.Fatalf("the terminal answered %q", a)
		}
		if m := term.Modes(); m[ansi.ModeAutoWrap] || m[ansi.ModeSynchronizedOutput] {
			t.Fatalf("modes after painting: %v", m)
		}
	})
}
