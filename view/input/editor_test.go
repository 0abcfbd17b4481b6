package input_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/text/unicode/norm"

	"parley/text"
	"parley/view/input"
)

// typing feeds an editor what a terminal sends and returns the last outcome.
func typing(e *input.Editor, in string) input.Outcome {
	var d input.Decoder
	out := input.Unhandled
	for _, ev := range append(d.Feed([]byte(in)), d.Flush()...) {
		switch ev := ev.(type) {
		case input.Key:
			out = e.Handle(ev)
		case input.Paste:
			out = e.Insert(ev.Text)
		}
	}
	return out
}

// shown is the text with a bar at the cursor.
func shown(e *input.Editor) string {
	return e.Text()[:e.Cursor()] + "|" + e.Text()[e.Cursor():]
}

const (
	left, right, up, down = "\x1b[D", "\x1b[C", "\x1b[A", "\x1b[B"
	home, end, del        = "\x1b[H", "\x1b[F", "\x1b[3~"
	wordLeft              = "\x1bb"
)

func TestEditing(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"typing", "hello", "hello|"},
		{"insert", "helo" + left + "l", "hell|o"},
		{"start and end", "bc\x01a\x05d", "abcd|"},
		{"back and forward", "abc\x02\x02x\x06y", "axby|c"},
		{"home and end", "b" + home + "a" + end + "c", "abc|"},
		{"backspace", "abc\x7f", "ab|"},
		{"ctrl-h", "abc\b", "ab|"},
		{"delete", "abc" + home + del, "|bc"},
		{"ctrl-d", "abc\x01\x04", "|bc"},
		{"ctrl-w takes what is between spaces", "say /join #ops-x \x17", "say /join |"},
		{"alt-backspace takes a word", "say #ops-x\x1b\x7f", "say #ops-|"},
		{"alt-backspace by ctrl-h", "one two\x1b\b", "one |"},
		{"ctrl-u", "one\x1b\rtwo three" + wordLeft + "\x15", "one\n|three"},
		{"ctrl-k", "one two" + wordLeft + "\x0b", "one |"},
		{"ctrl-k at the end of an inner line joins", "a\nb" + up + "\x05\x0b", "a|b"},
		{"yank", "one two\x17\x01\x19", "two|one "},
		{"kills in a row are one", "one two three\x17\x17\x01\x19", "two three|one "},
		{"kills in a row, forward", "one two three\x01\x1bd\x1bd\x05-\x19", " three-one two|"},
		{"kills apart are two", "one two\x17x\x17\x19", "one x|"},
		{"yank-pop", "one two\x17x\x17\x19\x1by", "one two|"},
		{"word movement", "one two-three" + wordLeft + wordLeft + "x", "one x|two-three"},
		{"word movement forward", "one two\x01\x1bfx", "onex| two"},
		{"ctrl-arrows", "one two\x1b[1;5D\x1b[1;5Dx\x1b[1;5Cy", "xoney| two"},
		{"alt-d", "one two\x01\x1bd", "| two"},
		{"transpose", "abc\x14", "acb|"},
		{"transpose inside", "abc\x02\x14", "acb|"},
		{"transpose at the start", "ab\x01\x14", "|ab"},
		{"newlines", "a\x1b\rb\nc\x1b[13;2ud\x1b[27;2;13~e", "a\nb\nc\nd\ne|"},
		{"up and down keep the column", "abcd\n\nabcd" + left + up + up + "x" + down + "y" + down + "z", "abcxd\ny\naz|bcd"},
		{"paste", "[" + "\x1b[200~a\rb\tc\x1b[201~" + "]", "[a\nb    c]|"},
		{"controls are not typed", "a\x1b[200~\x1b[A\x07\x00\u009b\x1b[201~b", "a[Ab|"},
		{"undo a word at a time", "one two\x1f", "one|"},
		{"undo of kitty", "one two\x1b[45;6u", "one|"},
		{"undo more", "one two\x1f\x1f\x1f", "|"},
		{"undo a kill", "one two\x15\x1f", "one two|"},
		{"undo a paste", "one\x1b[200~two\x1b[201~\x1f", "one|"},
		{"undo a newline", "one\ntwo\x1f\x1f", "one|"},
	} {
		var e input.Editor
		typing(&e, c.in)
		if got := shown(&e); got != c.want {
			t.Errorf("%s: %q gives %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestGraphemes(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"an accent joins its base", "e\u0301", "é|"},
		{"an accent joins its base inside", "ex" + left + "\u0301", "é|x"},
		{"jamo compose", "\u1112\u1161\u11ab", "한|"},
		{"jamo compose before more", "x" + left + "\u1112\u1161\u11ab", "한|x"},
		{"left and right by graphemes", "a👨‍👩‍👧b" + left + left + "x", "ax|👨‍👩‍👧b"},
		{"backspace takes a family at once", "👨‍👩‍👧\x7f", "|"},
		{"backspace takes a base with marks", "x\u0302\u0323\x7f", "|"},
		{"delete takes a flag", "🇩🇪🇫🇷" + home + del, "|🇫🇷"},
		{"typing an emoji by its parts", "👩\u200d🚀", "👩\u200d🚀|"},
		{"thai", "สวัสดี\x7f", "สวัส|"},
		{"words of umlauts", "über öl\x1b\x7f", "über |"},
		{"removing a newline lets a mark join", "e\n\u0301" + home + "\x7f", "é|"},
	} {
		var e input.Editor
		typing(&e, c.in)
		if got := shown(&e); got != c.want {
			t.Errorf("%s: %q gives %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

// Keys that the editor has no use for are the view's.
func TestOutcomes(t *testing.T) {
	for _, c := range []struct {
		in   string
		want input.Outcome
	}{
		{"hello\r", input.Submit},
		{"hello\x0b", input.Unhandled},
		{"hello\x01\x0b", input.Handled},
		{"hello\x06", input.Unhandled},
		{"\x04", input.Unhandled},
		{"a\x04", input.Handled},
		{"a" + down, input.Unhandled},
		{up, input.Unhandled},
		{"\t", input.Unhandled},
		{"\x1b", input.Unhandled},
		{"a\x1b[1;3A", input.Unhandled},
		{"a\x1ba", input.Unhandled},
		{"a\x0e", input.Unhandled},
		{"a\x03", input.Unhandled},
		{"\x1b[5~", input.Unhandled},
		{"a\x1b[1;3H", input.Unhandled},
	} {
		var e input.Editor
		if got := typing(&e, c.in); got != c.want {
			t.Errorf("%q gives outcome %d, want %d", c.in, got, c.want)
		}
	}
}

func TestHistory(t *testing.T) {
	var h input.History
	for _, s := range []string{"first", "second", "two\nlines", "two\nlines", ""} {
		h.Add(s)
	}
	for _, c := range []struct{ in, want string }{
		{"draft" + up, "two\nlines|"},
		{"draft" + up + up, "two|\nlines"},
		{"draft" + up + up + up, "second|"},
		{"draft" + up + up + up + up, "first|"},
		{"draft" + up + up + up + up + up + up, "first|"},
		{"draft" + left + up + up + up + down + down, "draf|t"},
		{"draft" + up + "!" + home + up + up + down, "two\nlines|"},
		{"draft" + up + "\x1f", "draft|"},
	} {
		var e input.Editor
		e.SetHistory(&h)
		typing(&e, c.in)
		if got := shown(&e); got != c.want {
			t.Errorf("%q gives %q, want %q", c.in, got, c.want)
		}
	}
	var e input.Editor
	e.SetHistory(&h)
	if out := e.Older(); out != input.Handled || e.Text() != "two\nlines" {
		t.Errorf("Older in an empty input gives %d, %q", out, e.Text())
	}
	e.Older()
	e.Older()
	if out := e.Older(); out != input.AtHistoryTop || e.Text() != "first" {
		t.Errorf("Older at the oldest gives %d, %q", out, e.Text())
	}
	if out := typing(&e, up); out != input.AtHistoryTop {
		t.Errorf("Up at the oldest gives %d", out)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	var h input.History
	for i := range 3 * input.HistorySize {
		h.Add(fmt.Sprint(i))
	}
	if h.Len() != input.HistorySize {
		t.Errorf("%d entries", h.Len())
	}
	for range 100 {
		h.Add(strings.Repeat("x", input.MaxText))
		h.Add(strings.Repeat("y", input.MaxText))
	}
	if h.Len() > 4 {
		t.Errorf("%d entries of 16 KiB", h.Len())
	}
}

func TestSearch(t *testing.T) {
	var h input.History
	for _, s := range []string{"deploy blue", "lunch?", "Deploy green", "ok"} {
		h.Add(s)
	}
	for _, c := range []struct{ in, want, pattern string }{
		{"\x12dep", "Deploy green|", "dep"},
		{"\x12dep\x12", "deploy blue|", "dep"},
		{"\x12dep\x12\x12", "deploy blue|", "dep"},
		{"\x12lu\x7f\x7fok", "ok|", "ok"},
		{"draft\x12dep\x07", "draft|", ""},
		{"draft\x12dep\x1b", "draft|", ""},
		{"draft\x12dep\r", "Deploy green|", ""},
		{"\x12dep\x01", "|Deploy green", ""},
		{"draft\x12dep\r\x1f", "draft|", ""},
		{"draft\x12xyz", "draft|", "xyz"},
	} {
		var e input.Editor
		e.SetHistory(&h)
		typing(&e, c.in)
		pattern, failed, ok := e.Search()
		if got := shown(&e); got != c.want || pattern != c.pattern || ok != (c.pattern != "") || failed != (pattern == "xyz" || strings.HasSuffix(c.in, "\x12\x12")) {
			t.Errorf("%q gives %q, searching for %q (failed: %v), want %q", c.in, got, pattern, failed, c.want)
		}
	}
	var e input.Editor
	if typing(&e, "\x12x\x7f\x12\r"); e.Text() != "" {
		t.Errorf("a search without a history gives %q", e.Text())
	}
}

func TestTextIsBounded(t *testing.T) {
	var e input.Editor
	for range 100 {
		e.Insert(strings.Repeat("日", 500))
	}
	if len(e.Text()) > input.MaxText {
		t.Errorf("the text has %d bytes", len(e.Text()))
	}
	before := e.Text()
	if out := e.Insert(strings.Repeat("x", input.MaxText)); out != input.Full || e.Text() != before {
		t.Errorf("inserting too much gives outcome %d", out)
	}
	if out := typing(&e, strings.Repeat("x", input.MaxText)); out != input.Full || len(e.Text()) != input.MaxText {
		t.Errorf("typing too much gives outcome %d and %d bytes", out, len(e.Text()))
	}
	e.SetText(strings.Repeat("日", input.MaxText))
	if len(e.Text()) > input.MaxText || !utf8.ValidString(e.Text()) {
		t.Errorf("a draft of %d bytes", len(e.Text()))
	}
}

func TestReplaceCompletes(t *testing.T) {
	var e input.Editor
	typing(&e, "hi @an there"+wordLeft+left)
	e.Replace(3, 6, "@ana,")
	if got := shown(&e); got != "hi @ana,| there" {
		t.Errorf("got %q", got)
	}
	typing(&e, "\x1f")
	if got := e.Text(); got != "hi @an there" {
		t.Errorf("undone: %q", got)
	}
	e.Clear()
	typing(&e, "\x1f")
	if got := e.Text(); got != "hi @an there" {
		t.Errorf("cleared and undone: %q", got)
	}
}

func TestLayout(t *testing.T) {
	for _, c := range []struct {
		in         string
		cols, rows int
		want       []string
		row, col   int
	}{
		{"", 20, 8, []string{""}, 0, 0},
		{"hello", 20, 8, []string{"hello"}, 0, 5},
		{"hello", 6, 8, []string{"hello"}, 0, 5},
		{"hello", 5, 8, []string{"hell", "o"}, 1, 1},
		{"hello world", 8, 8, []string{"hello", "world"}, 1, 5},
		{"hello   ", 6, 8, []string{"hello"}, 0, 5},
		{"日本語", 5, 8, []string{"日本", "語"}, 1, 2},
		{"a\n", 20, 8, []string{"a", ""}, 1, 0},
		{"a\nb\nc\nd", 20, 2, []string{"c", "d"}, 1, 1},
		{"a\nb\nc\nd" + up + up + up, 20, 2, []string{"a", "b"}, 0, 1},
		{"hello world" + home, 8, 8, []string{"hello", "world"}, 0, 0},
	} {
		var e input.Editor
		typing(&e, c.in)
		rows, row, col := e.Layout(c.cols, c.rows)
		if !reflect.DeepEqual(rows, c.want) || row != c.row || col != c.col {
			t.Errorf("%q in %d×%d is %q with the cursor at %d,%d; want %q, %d,%d", c.in, c.cols, c.rows, rows, row, col, c.want, c.row, c.col)
		}
	}
}

// Up and Down go by the rows on the screen, and the window follows the cursor.
func TestMovingThroughWrappedRows(t *testing.T) {
	var e input.Editor
	typing(&e, "one two three four five")
	e.Layout(6, 2) // one, two, three, four, five
	typing(&e, up+up)
	if got := shown(&e); got != "one two thre|e four five" {
		t.Errorf("two rows up: %q", got)
	}
	rows, row, col := e.Layout(6, 2)
	if !reflect.DeepEqual(rows, []string{"three", "four"}) || row != 0 || col != 4 {
		t.Errorf("%q, cursor at %d,%d", rows, row, col)
	}
	typing(&e, up+up)
	if got := shown(&e); got != "one| two three four five" {
		t.Errorf("at the top: %q", got)
	}
	if out := typing(&e, up); out != input.Unhandled {
		t.Errorf("up from the first row without a history gives %d", out)
	}
}

func TestEmptyEditorIsSmall(t *testing.T) {
	if n := unsafe.Sizeof(input.Editor{}) + unsafe.Sizeof(input.Decoder{}); n > 200 {
		t.Errorf("an editor and a decoder take %d bytes", n)
	}
	var e input.Editor
	if n := testing.AllocsPerRun(10, func() {
		e.Handle(input.Key{Code: input.Left})
		e.SetText("")
	}); n != 0 {
		t.Errorf("an empty editor allocates %v times", n)
	}
}

func FuzzEditor(f *testing.F) {
	for _, s := range []string{
		"hello\x01\x0b\x19", "e\u0301\u0302" + left + "\u0301", "one two\x17\x17\x1f\x1f\x19\x1by", "a\nb" + up + "\x0b\x14", "👨‍👩‍👧" + left + "\u200d",
		"\x12a\x12\x7f\x07", up + up + down + "x" + up, "\x1b[200~\xff\x00paste\r\x1b[201~", "\u1112\u1161" + left + "\u11ab\x7f", "\u0958\u0301\n\u0301\x7f",
	} {
		f.Add(s, uint8(10))
		f.Add("  "+s+home, uint8(2))
	}
	f.Fuzz(func(t *testing.T, in string, cols uint8) {
		var h input.History
		h.Add("entry one")
		h.Add("ein\nEintrag \u0301")
		var e input.Editor
		e.SetHistory(&h)
		var d input.Decoder
		check := func(after any) {
			s, at := e.Text(), e.Cursor()
			if !utf8.ValidString(s) || len(s) > input.MaxText {
				t.Fatalf("%q: after %v the text is %q", in, after, s)
			}
			if !norm.NFC.IsNormalString(s) {
				t.Fatalf("%q: after %v the text %+q is not NFC", in, after, s)
			}
			if at < 0 || at > len(s) {
				t.Fatalf("%q: after %v the cursor is at %d of %d", in, after, at, len(s))
			}
			if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 }) {
				t.Fatalf("%q: after %v the text has a control: %q", in, after, s)
			}
			boundary := at == 0
			for g := range text.Graphemes(s) {
				if at -= len(g); at <= 0 {
					boundary = boundary || at == 0
					break
				}
			}
			if !boundary {
				t.Fatalf("%q: after %v the cursor is inside of a grapheme: %q", in, after, shown(&e))
			}
			rows, row, col := e.Layout(int(cols), 4)
			if len(rows) == 0 || len(rows) > 4 || row < 0 || row >= len(rows) || col < 0 || col >= max(2, int(cols)) {
				t.Fatalf("%q: after %v the cursor is at %d,%d of %q", in, after, row, col, rows)
			}
		}
		for _, ev := range append(d.Feed([]byte(in)), d.Flush()...) {
			switch ev := ev.(type) {
			case input.Key:
				if e.Handle(ev) == input.Submit {
					h.Add(e.Text())
					e.SetText("")
				}
			case input.Paste:
				e.Insert(ev.Text)
			case input.Mouse:
				e.SetCursor(ev.Col)
			}
			check(ev)
		}
	})
}

// BenchmarkWorstKey is the cost of a key in the longest text of the script that is hardest to divide.
func BenchmarkWorstKey(b *testing.B) {
	for name, s := range map[string]string{"han": "日本", "flags": "🇩🇪", "devanagari": "क्षि"} {
		b.Run(name, func(b *testing.B) {
			var e input.Editor
			e.SetText(strings.Repeat(s, (input.MaxText-20)/len(s)))
			e.Layout(80, 8)
			keys := []input.Key{{Code: input.Left}, {Code: 'x', Text: "x"}, {Code: input.Backspace}, {Code: input.Right}}
			i := 0
			for b.Loop() {
				e.Handle(keys[i%len(keys)])
				i++
			}
		})
	}
}

func BenchmarkTyping(b *testing.B) {
	var e input.Editor
	key := input.Key{Code: 'x', Text: "x"}
	b.ReportAllocs()
	for b.Loop() {
		if len(e.Text()) > 80 {
			e.SetText("")
		}
		e.Handle(key)
		e.Layout(80, 8)
	}
}
