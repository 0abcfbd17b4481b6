package screen_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"parley/text"
	"parley/view/screen"
	"parley/view/screen/screentest"
)

// row is what a terminal of cols columns shows of s.
func row(t *testing.T, cols int, s screen.Segment) *screentest.Term {
	t.Helper()
	var f screen.Frame
	f.Reset(screen.Size{Cols: cols, Rows: 1})
	f.Rows[0].Put(0, cols, s)
	term := enter(cols, 1)
	t.Cleanup(term.Close)
	_, _ = term.Write(new(screen.Painter).Paint(nil, &f))
	return term
}

func TestTextIsCutToTheWidth(t *testing.T) {
	for _, c := range []struct {
		in   string
		cols int
		want string
	}{
		{"hello", 5, "hello"},
		{"hello", 4, "hell"},
		{"日本語", 5, "日本"},
		{"a日b", 2, "a"},
		{"👨‍👩‍👧‍👦x", 1, ""},
		{"e\u0301e\u0301", 1, "e\u0301"},
		{"x", 0, ""},
	} {
		b := screen.NewBuilder(screen.ANSI16, c.cols)
		s := b.Text(screen.Style{}, c.in).Segment()
		if got := ansi.Strip(painted(s)); got != c.want || s.Used() != text.Width(c.want) {
			t.Errorf("%q in %d columns is %q of %d columns, want %q", c.in, c.cols, got, s.Used(), c.want)
		}
	}
}

// painted is the bytes of a segment.
func painted(s screen.Segment) string {
	var f screen.Frame
	f.Reset(screen.Size{Cols: 200, Rows: 1})
	var p screen.Painter
	p.Paint(nil, &f)
	f.Rows[0].Put(0, 200, s)
	return strings.TrimPrefix(string(p.Paint(nil, &f)), "\x1b[H")
}

func TestTextBehindACutIsLeftOut(t *testing.T) {
	b := screen.NewBuilder(screen.ANSI16, 3)
	s := b.Text(screen.Style{}, "日日").Text(screen.Style{}, "x").Segment()
	if got := painted(s); got != "日" {
		t.Errorf("got %q, want the x left out with the character before it", got)
	}
	s = b.Width(2).Text(screen.Style{}, "abc").Width(6).PadTo(screen.Style{}, 4).Text(screen.Style{}, "d").Segment()
	if got := painted(s); got != "ab  d" {
		t.Errorf("got %q, want a cut field and the next one", got)
	}
}

func TestControlsNeverPass(t *testing.T) {
	for _, in := range []string{
		"a\x1b]0;t\x07b", "a\x00b", "a\rb", "a\nb", "a\tb", "a\x7fb", "a\u009bb", "a\u009d0;x\u009cb", "a\x9bb", "a\u2028b", "a\r\nb",
	} {
		b := screen.NewBuilder(screen.ANSI16, 80)
		got := painted(b.Text(screen.Style{}, in).Segment())
		if strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xfffd }) || !strings.HasPrefix(got, "a") {
			t.Errorf("%q is sent as %q", in, got)
		}
	}
}

func TestAMarkDoesNotJoinTheNeighbour(t *testing.T) {
	b := screen.NewBuilder(screen.ANSI16, 80)
	if s := b.Text(screen.Style{}, "\u0301").Segment(); s.Len() != 0 {
		t.Errorf("a lone mark is sent as %q", painted(s))
	}
}

// Isolates keep a text's direction to itself, also when it is cut.
func TestIsolatesAreClosed(t *testing.T) {
	for in, want := range map[string]string{
		"\u2067שלום\u2069!":           "\u2067שלום\u2069!",
		"\u2067שלום":                  "\u2067שלום\u2069",
		"\u2067\u2068שלום\u2069 עולם": "\u2067\u2068שלום\u2069\u2069",
		"a\u2069b":                    "ab",
		"\u202eabc\u200b":             "abc",
	} {
		b := screen.NewBuilder(screen.ANSI16, 4)
		if in != "\u2067\u2068שלום\u2069 עולם" {
			b.Width(9)
		}
		if got := painted(b.Text(screen.Style{}, in).Segment()); got != want {
			t.Errorf("%+q is sent as %+q, want %+q", in, got, want)
		}
	}
}

func TestLinks(t *testing.T) {
	b := screen.NewBuilder(screen.ANSI16, 80)
	for _, c := range []struct {
		url    string
		linked bool
	}{
		{"https://example.org/a?b=c&d", true},
		{"HTTP://example.org", true},
		{"mailto:ana@example.org", true},
		{"file:///etc/passwd", false},
		{"javascript:alert(1)", false},
		{"https:", false},
		{"https://example.org/\x1b]0;x", false},
		{"https://example.org/ü", false},
		{"https://example.org/" + strings.Repeat("a", 3000), false},
	} {
		s := b.Link(screen.Style{}, c.url, "link").Text(screen.Style{}, " text").Segment()
		term := row(t, 20, s)
		if got := term.Cell(0, 0).Link.URL; (got == c.url) != c.linked || !c.linked && got != "" {
			t.Errorf("%.40q: the cell links to %q", c.url, got)
		}
		if got := term.Cell(5, 0).Link.URL; got != "" {
			t.Errorf("%.40q: the link goes on behind its text", c.url)
		}
	}
}

func TestStylesReachTheCells(t *testing.T) {
	all := screen.Style{
		Fg: screen.Red, Bg: screen.BrightBlue,
		Attr: screen.Bold | screen.Faint | screen.Italic | screen.Underline | screen.Reverse | screen.Strike,
	}
	b := screen.NewBuilder(screen.ANSI16, 80)
	s := b.Text(all, "a").Text(screen.Style{Attr: screen.Bold}, "b").Text(screen.Style{}, "c").Segment()
	term := row(t, 20, s)
	a, bold, plain := term.Cell(0, 0).Style, term.Cell(1, 0).Style, term.Cell(2, 0).Style
	if a.Fg != ansi.Red || a.Bg != ansi.BrightBlue || a.Underline == 0 {
		t.Errorf("the first cell is %+v", a)
	}
	if bold.Fg != nil || bold.Bg != nil || bold.Underline != 0 || bold.Attrs == a.Attrs || bold.Attrs == 0 {
		t.Errorf("the second cell is %+v", bold)
	}
	if !plain.IsZero() {
		t.Errorf("the third cell is %+v", plain)
	}
}

func TestDepth(t *testing.T) {
	st := screen.Style{Fg: screen.RGB(0xff, 0, 0), Bg: screen.Indexed(21), Attr: screen.Bold}
	for _, c := range []struct {
		depth screen.Depth
		want  string
	}{
		{screen.Mono, "\x1b[1mx\x1b[m"},
		{screen.ANSI16, "\x1b[1;91;104mx\x1b[m"},
		{screen.ANSI256, "\x1b[1;38;5;196;48;5;21mx\x1b[m"},
		{screen.TrueColor, "\x1b[1;38;2;255;0;0;48;5;21mx\x1b[m"},
	} {
		if got := painted(screen.NewBuilder(c.depth, 9).Text(st, "x").Segment()); got != c.want {
			t.Errorf("depth %d: %q, want %q", c.depth, got, c.want)
		}
	}
}

func TestBlanksAtTheEndAreNotSent(t *testing.T) {
	b := screen.NewBuilder(screen.ANSI16, 80)
	s := b.Text(screen.Style{Fg: screen.Red}, "red  ").Fill(screen.Style{}).Segment()
	if got := painted(s); got != "\x1b[31mred\x1b[m" {
		t.Errorf("got %q", got)
	}
	s = b.Text(screen.Style{}, "x").Fill(screen.Style{Attr: screen.Reverse}).Segment()
	if s.Used() != 80 {
		t.Errorf("a reversed bar of 80 columns has %d", s.Used())
	}
}

// The same text in the same look is the same segment, whoever built it.
func TestHash(t *testing.T) {
	build := func(st screen.Style, s string) uint64 {
		return screen.NewBuilder(screen.ANSI16, 80).Text(st, s).Segment().Hash()
	}
	if build(screen.Style{}, "a") != build(screen.Style{}, "a") {
		t.Error("equal segments have different hashes")
	}
	if build(screen.Style{}, "a") == build(screen.Style{Fg: screen.Red}, "a") || build(screen.Style{}, "a") == 0 {
		t.Error("different segments have the same hash")
	}
}
