package input_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"parley/view/input"
)

func char(r rune) input.Key              { return input.Key{Code: r, Text: string(r)} }
func ctrl(r rune) input.Key              { return input.Key{Code: r, Mod: input.Ctrl} }
func alt(r rune) input.Key               { return input.Key{Code: r, Mod: input.Alt} }
func with(m input.Mod, r rune) input.Key { return input.Key{Code: r, Mod: m} }

func events(s string) []input.Event {
	var d input.Decoder
	return append(d.Feed([]byte(s)), d.Flush()...)
}

func TestKeys(t *testing.T) {
	const S, A, C = input.Shift, input.Alt, input.Ctrl
	for _, c := range []struct {
		name, in string
		want     []input.Event
	}{
		{"typing", "aÄ日 ", []input.Event{char('a'), char('Ä'), char('日'), char(' ')}},
		{"upper case", "A", []input.Event{char('A')}},
		{"marks", "e\u0301", []input.Event{char('e'), char('\u0301')}},
		{"enter", "\r", []input.Event{input.Key{Code: input.Enter}}},
		{"ctrl-j", "\n", []input.Event{ctrl('j')}},
		{"tab", "\t", []input.Event{input.Key{Code: input.Tab}}},
		{"shift-tab", "\x1b[Z", []input.Event{with(S, input.Tab)}},
		{"shift-tab of linux", "\x1b\t", []input.Event{with(S, input.Tab)}},
		{"backspace", "\x7f", []input.Event{input.Key{Code: input.Backspace}}},
		{"ctrl-h", "\b", []input.Event{ctrl('h')}},
		{"ctrl letters", "\x01\x0b\x1f\x00", []input.Event{ctrl('a'), ctrl('k'), ctrl('_'), ctrl(' ')}},
		{"escape", "\x1b", []input.Event{input.Key{Code: input.Esc}}},
		{"escape twice", "\x1b\x1b", []input.Event{input.Key{Code: input.Esc}, input.Key{Code: input.Esc}}},
		{"alt letters", "\x1ba\x1bJ\x1b/", []input.Event{alt('a'), with(S|A, 'j'), alt('/')}},
		{"alt-umlaut", "\x1bä", []input.Event{alt('ä')}},
		{"alt-enter", "\x1b\r", []input.Event{alt(input.Enter)}},
		{"alt-backspace", "\x1b\x7f", []input.Event{alt(input.Backspace)}},
		{"alt-space", "\x1b ", []input.Event{alt(' ')}},
		{"alt-[", "\x1b[", []input.Event{alt('[')}},
		{"alt-O", "\x1bO", []input.Event{with(S|A, 'o')}},
		{"alt-]", "\x1b]", []input.Event{alt(']')}},
		{"alt-P", "\x1bP", []input.Event{with(S|A, 'p')}},
		{"ctrl-alt", "\x1b\x01", []input.Event{with(C|A, 'a')}},
		{"arrows", "\x1b[A\x1b[B\x1b[C\x1b[D", []input.Event{
			with(0, input.Up), with(0, input.Down), with(0, input.Right), with(0, input.Left)}},
		{"arrows in application mode", "\x1bOA\x1bOD", []input.Event{with(0, input.Up), with(0, input.Left)}},
		{"xterm modifiers", "\x1b[1;3A\x1b[1;4B\x1b[1;5C\x1b[1;2D", []input.Event{
			with(A, input.Up), with(S|A, input.Down), with(C, input.Right), with(S, input.Left)}},
		{"xterm meta is alt", "\x1b[1;9A", []input.Event{with(A, input.Up)}},
		{"escape before an arrow", "\x1b\x1b[A", []input.Event{with(A, input.Up)}},
		{"home and end", "\x1b[H\x1b[F\x1bOH\x1bOF\x1b[1~\x1b[4~\x1b[7~\x1b[8~", []input.Event{
			with(0, input.Home), with(0, input.End), with(0, input.Home), with(0, input.End),
			with(0, input.Home), with(0, input.End), with(0, input.Home), with(0, input.End)}},
		{"alt-home", "\x1b[1;3H\x1b[1;3F", []input.Event{with(A, input.Home), with(A, input.End)}},
		{"pages", "\x1b[5~\x1b[6~\x1b[5;5~", []input.Event{with(0, input.PgUp), with(0, input.PgDown), with(C, input.PgUp)}},
		{"insert and delete", "\x1b[2~\x1b[3~\x1b[3;5~", []input.Event{
			with(0, input.Insert), with(0, input.Delete), with(C, input.Delete)}},
		{"function keys of xterm", "\x1bOP\x1bOS\x1b[15~\x1b[18~\x1b[24~", []input.Event{
			with(0, input.F1), with(0, input.F4), with(0, input.F5), with(0, input.F7), with(0, input.F12)}},
		{"function keys of vt220", "\x1b[11~\x1b[14~", []input.Event{with(0, input.F1), with(0, input.F4)}},
		{"function keys of linux", "\x1b[[A\x1b[[E", []input.Event{with(0, input.F1), with(0, input.F5)}},
		{"shifted function key", "\x1b[1;2P", []input.Event{with(S, input.F1)}},
		{"rxvt", "\x1b[a\x1bOa\x1b[3$\x1b[3^\x1b[3@\x1b[7$", []input.Event{
			with(S, input.Up), with(C, input.Up), with(S, input.Delete), with(C, input.Delete), with(C|S, input.Delete), with(S, input.Home)}},
		{"keypad", "\x1bOM\x1bOp\x1bOk\x1b[57399u", []input.Event{with(0, input.Enter), char('0'), char('+'), char('0')}},
		{"modifyOtherKeys", "\x1b[27;2;13~\x1b[27;5;9~\x1b[27;3;97~\x1b[27;6;65~\x1b[27;5;109~", []input.Event{
			with(S, input.Enter), with(C, input.Tab), alt('a'), with(C|S, 'a'), with(0, input.Enter)}},
		{"kitty", "\x1b[27u\x1b[13;2u\x1b[97;5u\x1b[97;3u\x1b[97;4u\x1b[106;5u\x1b[9;2u\x1b[127;3u", []input.Event{
			with(0, input.Esc), with(S, input.Enter), ctrl('a'), alt('a'), with(S|A, 'a'), ctrl('j'), with(S, input.Tab), alt(input.Backspace)}},
		{"kitty with locks", "\x1b[97;133u\x1b[1;129A", []input.Event{ctrl('a'), with(0, input.Up)}},
		{"kitty text", "\x1b[97;2u\x1b[228u\x1b[57376u", []input.Event{char('A'), char('ä')}},
		{"kitty release", "\x1b[97;5:3u\x1b[1;1:3A", nil},
		{"super", "\x1b[97;9u", nil},
		{"focus", "\x1b[I\x1b[O", []input.Event{input.Focus{In: true}, input.Focus{}}},
		{"mouse", "\x1b[<0;5;3M\x1b[<0;5;3m\x1b[<64;1;1M\x1b[<81;2;2M", []input.Event{
			input.Mouse{Col: 4, Row: 2, Button: input.LeftButton},
			input.Mouse{Button: input.WheelUp},
			input.Mouse{Col: 1, Row: 1, Button: input.WheelDown, Mod: C}}},
		{"mouse far away", "\x1b[<0;99999999999999999999;1M\x1b[<0;2;99999M\x1b[<0;0;0M\x1b[<64;-5;3Mx", []input.Event{
			input.Mouse{Col: input.MaxCell, Button: input.LeftButton},
			input.Mouse{Col: 1, Row: input.MaxCell, Button: input.LeftButton},
			input.Mouse{Button: input.LeftButton}, char('x')}},
		{"mouse moves and letters go", "\x1b[<35;5;3M\x1b[<32;5;3M\x1b[<3;5;3M\x1b[<66;5;3M\x1b[<64;5;3m\x1b[<128;5;3M\x1b[<M\x1b[<0M\x1b[<0;1Mx", []input.Event{char('x')}},
		{"mouse of x10", "\x1b[M %#\x1b[M#%#a\x1b[M \xff\xfe", []input.Event{
			input.Mouse{Col: 4, Row: 2, Button: input.LeftButton}, char('a'),
			input.Mouse{Col: 222, Row: 221, Button: input.LeftButton}}},
	} {
		if got := events(c.in); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q gives\n%+v, want\n%+v", c.name, c.in, got, c.want)
		}
	}
}

// What a terminal answers to a question is not typed.
func TestAnswersAreSwallowed(t *testing.T) {
	for _, in := range []string{
		"\x1b[?62;1;6;22c", "\x1b[>1;10;0c", "\x1b[24;80R", "\x1b[1;5R", "\x1b[?24;80R", "\x1b[0n", "\x1b[4;2$y", "\x1b[?69$y",
		"\x1b[8;24;80t", "\x1b[?1u", "\x1b[>4;1m", "\x1b[?997;1n",
		"\x1b]11;rgb:ffff/ffff/ffff\x1b\\", "\x1b]10;rgb:0/0/0\x07", "\x1b]52;c;aGVsbG8=\x07",
		"\x1bP>|xterm(390)\x1b\\", "\x1bP1+r544e=787465726d\x1b\\", "\x1bP!|00000000\x1b\\", "\x1b_Gi=1;OK\x1b\\",
	} {
		if got := events(in + "x"); !reflect.DeepEqual(got, []input.Event{char('x')}) {
			t.Errorf("%q and x give %+v", in, got)
		}
	}
}

// What it knows of modes is told, however it says so.
func TestModes(t *testing.T) {
	for in, want := range map[string]input.Mode{
		"\x1b[?69;0$y": {Number: 69}, "\x1b[?69;1$y": {Number: 69, Known: true}, "\x1b[?69;2$y": {Number: 69, Known: true},
		"\x1b[?69;4$y": {Number: 69}, "\x1b[?2026;2$y": {Number: 2026, Known: true}, "\x1b[?69;99999$y": {Number: 69},
	} {
		if got := events(in + "x"); !reflect.DeepEqual(got, []input.Event{want, char('x')}) {
			t.Errorf("%q and x give %+v, want %+v", in, got, want)
		}
	}
}

// A sequence that breaks off does not take the next key with it.
func TestBrokenSequences(t *testing.T) {
	enter := input.Key{Code: input.Enter}
	for in, want := range map[string][]input.Event{
		"\x1b[1;\r":             {enter},
		"\x1b[1;\x1b[A":         {with(0, input.Up)},
		"\x1b[1;5\x18x":         {char('x')},
		"\x1b[12日":              {char('日')},
		"\x1bO\r":               {enter},
		"\x1b]11;rgb\r":         {enter},
		"\x1b]11;rgb\x03":       {ctrl('c')},
		"\x1bP1+r\x1b[A":        {with(0, input.Up)},
		"\x1b[M !\r":            {enter},
		"\xff\xe6\x97a\xc0\x80": {char('a')},
		"\xe6\x97\x1b[A":        {with(0, input.Up)},
		"\u009b\u0085a":         {char('a')},
		"\x1b[99999999999999999999;99999999999A\r":  {enter},
		"\x1b[27;5;1114112~\r":                      {enter},
		"\x1b[" + strings.Repeat("1;", 5000) + "Ax": {char('x')},
	} {
		if got := events(in); !reflect.DeepEqual(got, want) {
			t.Errorf("%.40q gives %+v, want %+v", in, got, want)
		}
	}
}

func TestPaste(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []input.Event
	}{
		{"\x1b[200~hello\x1b[201~x", []input.Event{input.Paste{Text: "hello"}, char('x')}},
		{"\x1b[200~a\rb\r\nc\x1b[201~", []input.Event{input.Paste{Text: "a\nb\nc"}}},
		{"\x1b[200~\x1b[A\x1b]0;t\x07\x03\x1b[201~", []input.Event{input.Paste{Text: "\x1b[A\x1b]0;t\x07\x03"}}},
		{"\x1b[200~\xff日\x1b[201~", []input.Event{input.Paste{Text: "\ufffd日"}}},
		{"\x1b[200~\x1b[20\x1b[201~", []input.Event{input.Paste{Text: "\x1b[20"}}},
		{"\x1b[201~x", []input.Event{char('x')}},
	} {
		if got := events(c.in); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q gives %+v", c.in, got)
		}
	}
}

func TestPasteIsCut(t *testing.T) {
	for _, n := range []int{input.MaxPaste - 1, input.MaxPaste, input.MaxPaste + 1, input.MaxPaste + 5, 10 * input.MaxPaste} {
		evs := events("\x1b[200~" + strings.Repeat("x", n) + "\x1b[201~\r")
		if len(evs) != 2 {
			t.Fatalf("a paste of %d bytes and Enter give %d events", n, len(evs))
		}
		p := evs[0].(input.Paste)
		if len(p.Text) != min(n, input.MaxPaste) || p.Truncated != (n > input.MaxPaste) {
			t.Errorf("a paste of %d bytes gives %d, truncated: %v", n, len(p.Text), p.Truncated)
		}
	}
	p := events("\x1b[200~x" + strings.Repeat("日", input.MaxPaste) + "\x1b[201~")[0].(input.Paste)
	if strings.Contains(p.Text, "\ufffd") || !p.Truncated {
		t.Error("a paste is cut inside of a character")
	}
}

// A lone ESC waits for more; with more it is something else.
func TestPending(t *testing.T) {
	var d input.Decoder
	if evs := d.Feed([]byte("\x1b")); len(evs) != 0 || !d.Pending() {
		t.Fatalf("ESC gives %v at once", evs)
	}
	if evs := d.Feed([]byte("[A")); len(evs) != 1 || d.Pending() {
		t.Errorf("the rest of the arrow gives %v", evs)
	}
	for _, open := range []string{"\x1b[200~abc", "\x1b[1;5", "\x1b]11;", "\xe6\x97", "x"} {
		var d input.Decoder
		d.Feed([]byte(open))
		if d.Pending() || d.Flush() != nil {
			t.Errorf("%q is pending", open)
		}
	}
}

// What is never ended costs neither memory nor time.
func TestUnterminatedInputIsBounded(t *testing.T) {
	for _, start := range []string{"\x1b[200~", "\x1b]52;", "\x1bP", "\x1b_", "\x1b[", "\x1b[M", "\x1bO", ""} {
		var d input.Decoder
		d.Feed([]byte(start))
		chunk := bytes.Repeat([]byte("1;\x1b[20"), 1<<10)
		allocs := testing.AllocsPerRun(50, func() {
			for range 20 {
				d.Feed(chunk)
			}
		})
		if n := d.Held(); n > input.MaxPaste*5/2 || start != "\x1b[200~" && n > 2*input.MaxSequence {
			t.Errorf("after %q without an end the decoder holds %d bytes (%v allocations)", start, n, allocs)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		"hello\r", "\x1b[1;5A", "\x1b[200~paste\x1b[201~", "\x1b]11;rgb:0/0/0\x07", "\x1b\x1b[3~", "\x1b[[A", "\x1b[M !!", "日本\xff",
		"\x1b[27;5;97~\x1b[97;5u", "\x1bP\x1b\\", "\x1b[3$", "\x1b[?1;2c", "\x1bO5P", "\x1b_G\x1b", "\x1b[<0;1;1M", "\x1b[<64;99999999999;-1M", "\x1b[<4294967296;2147483648;1m", "\u009b",
	} {
		f.Add([]byte(s), uint16(1))
		f.Add([]byte(s), uint16(0xaaaa))
	}
	f.Fuzz(func(t *testing.T, in []byte, cuts uint16) {
		var whole, pieces input.Decoder
		want := whole.Feed(in)
		var got []input.Event
		for i := 0; i < len(in); {
			n := min(1+int(cuts>>(i%13)&7), len(in)-i)
			got = append(got, pieces.Feed(in[i:i+n])...)
			i += n
		}
		if a, b := fmt.Sprintf("%+v", want), fmt.Sprintf("%+v", got); a != b {
			t.Errorf("%q gives %s at once and %s in pieces", in, a, b)
		}
		if whole.Pending() != pieces.Pending() {
			t.Errorf("%q is pending or not depending on the pieces", in)
		}
		for _, e := range append(want, whole.Flush()...) {
			switch e := e.(type) {
			case input.Key:
				if !utf8.ValidString(e.Text) || strings.ContainsFunc(e.Text, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }) {
					t.Errorf("%q types %q", in, e.Text)
				}
				if e.Text != "" && e.Mod != 0 || e.Text == "" && e.Mod == 0 && e.Code < input.Enter {
					t.Errorf("%q gives %+v, which is neither typing nor a named key", in, e)
				}
				if e.Code < ' ' || e.Code == 0x7f || e.Code > input.F12 {
					t.Errorf("%q gives a key with code %#x", in, e.Code)
				}
			case input.Mouse:
				if e.Col < 0 || e.Col > input.MaxCell || e.Row < 0 || e.Row > input.MaxCell || e.Button < input.LeftButton || e.Button > input.WheelDown {
					t.Errorf("%q gives %+v", in, e)
				}
			case input.Paste:
				if !utf8.ValidString(e.Text) || len(e.Text) > input.MaxPaste {
					t.Errorf("a paste of %d bytes", len(e.Text))
				}
			}
		}
		if whole.Pending() {
			t.Errorf("%q is pending after Flush", in)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	for name, in := range map[string]string{
		"typing": "hello world, this is typing", "arrows": strings.Repeat("\x1b[1;5A", 9),
		"osc": "\x1b]" + strings.Repeat("x", 1<<14), "paste": "\x1b[200~" + strings.Repeat("x", 1<<14) + "\x1b[201~",
	} {
		b.Run(name, func(b *testing.B) {
			var d input.Decoder
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				d.Feed([]byte(in))
			}
		})
	}
}
