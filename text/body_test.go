package text

import (
	"strings"
	"testing"
)

// Each row is a way in which text has harmed a terminal or a reader.
func TestBodyHazards(t *testing.T) {
	family := "👩‍👩‍👧‍👦"
	for _, c := range []struct{ what, in, want string }{
		{"plain", "hello, world\nsecond line", "hello, world\nsecond line"},
		{"empty", "", ""},
		{"indentation and spaces at the end stay", "  if x {  \n\n", "  if x {  \n\n"},

		{"not UTF-8", "a\xffb\xc3", "a\ufffdb\ufffd"},
		{"surrogate in UTF-8", "a\xed\xa0\x80b", "a\ufffdb"},
		{"overlong ESC", "a\xc0\x9b[2Jb", "a\ufffd[2Jb"},
		{"raw C1 byte", "a\x9b2Jb", "a\ufffd2Jb"},

		{"CSI", "a\x1b[2Jb", "a[2Jb"},
		{"OSC 52", "\x1b]52;c;ZWNobw==\a", "]52;c;ZWNobw=="},
		{"C1 CSI", "a\u009b2Jb", "a2Jb"},
		{"C1 OSC", "a\u009d0;title\u009cb", "a0;titleb"},
		{"DEL, BEL, BS, NUL", "a\x7f\a\b\x00b", "ab"},
		{"SO, SI", "a\x0e\x0fb", "ab"},

		{"CRLF", "a\r\nb", "a\nb"},
		{"CR alone forges a line", "nothing\rroot: hi", "nothing\nroot: hi"},
		{"U+0085", "a\u0085b", "a\nb"},
		{"U+2028", "a\u2028b", "a\nb"},
		{"U+2029", "a\u2029b", "a\nb"},
		{"VT, FF", "a\vb\fc", "a\nb\nc"},
		{"tabs", "a\tb\n\tc\nabcd\te\n日\tf", "a   b\n    c\nabcd    e\n日  f"},

		{"override", "a\u202egpj.exe\u202cb", "agpj.exeb"},
		{"embedding", "א\u202aa\u202bb\u202c", "אab"},
		{"isolate without right-to-left text", "a\u2067b\u2069c", "abc"},
		{"isolate balanced", "שלום \u2066abc\u2069 x", "שלום \u2066abc\u2069 x"},
		{"isolate left open", "שלום \u2067abc", "שלום abc"},
		{"isolate closed only", "שלום\u2069 abc\u2069", "שלום abc"},
		{"isolate balanced within its line", "א\u2067b\nא\u2069c", "אb\nאc"},
		{"nested isolates", "א\u2067b\u2066c\u2069\u2069", "א\u2067b\u2066c\u2069\u2069"},
		{"marks of direction", "a\u200eb", "ab"},
		{"one mark of direction in a place", "א\u200e\u200e\u200fb", "א\u200eb"},

		{"zero-width space, joiner, BOM", "a\u200bb\u2060c\ufeffd", "abcd"},
		{"soft hyphen, CGJ", "a\u00adb\u034fc", "abc"},
		{"ZWJ, ZWNJ in Latin", "a\u200db\u200cc", "abc"},
		{"ZWNJ in Persian", "می\u200cخواهم", "می\u200cخواهم"},
		{"ZWNJ doubled", "می\u200c\u200cخواهم", "می\u200cخواهم"},
		{"ZWJ in Devanagari", "क\u094d\u200dष", "क\u094d\u200dष"},
		{"ZWJ after a virama at the end", "क\u094d\u200d ", "क\u094d\u200d "},
		{"ZWNJ at the end of a word", "می\u200c ", "می "},
		{"ZWJ in emoji", family, family},
		{"ZWJ after emoji only", "👩\u200d x", "👩 x"},
		{"rainbow flag", "🏳️‍🌈", "🏳️‍🌈"},
		{"skin tone", "👍🏽", "👍🏽"},
		{"skin tone on a letter", "a🏽", "a"},
		{"skin tones piled up", "👍🏽🏽🏽", "👍🏽"},
		{"VS16 on an emoji", "❤️", "❤️"},
		{"VS16 on a letter", "a\ufe0fb", "ab"},
		{"VS16 twice", "❤\ufe0f\ufe0f", "❤\ufe0f"},
		{"keycap", "1️⃣", "1️⃣"},
		{"VS16 on a digit", "1\ufe0f2", "12"},
		{"VS1 to VS14", "a\ufe00b\ufe0dc", "abc"},
		{"ideographic selectors", "葛\U000e0100", "葛"},
		{"tags", "🏴\U000e0067\U000e0062\U000e007f", "🏴"},
		{"language tag", "\U000e0001a", "a"},
		{"noncharacters", "a\ufdd0\ufffe\uffff\U0001ffff\U0010fffeb", "ab"},
		{"interlinear annotation", "a\ufff9b\ufffac\ufffb", "abc"},
		{"Hangul fillers", "a\u3164b\u115fc\u1160d\uffa0e", "abcde"},
		{"Mongolian selectors", "a\u180bb\u180ec", "abc"},
		{"invisible operators", "a\u2061b\u2064c", "abc"},
		{"Arabic number sign", "a\u0600b", "ab"},

		{"NFD", "e\u0301 가", "é 가"},
		{"order of marks", "a\u0301\u0323", "ạ\u0301"},
		{"four marks", "x\u0300\u0301\u0302\u0303\u0304\u0305", "x\u0300\u0301\u0302\u0303"},
		{"zalgo", "z" + strings.Repeat("\u0335", 200) + "a", "z\u0335\u0335\u0335\u0335a"},
		{"mark at the start", "\u0301abc\n\u0489def", "abc\ndef"},
		{"what joins the rune before it, at the start", "🏽a\nำb\nﾞc\n\u0903d", "a\nb\nc\nd"},
		{"mark after a dropped rune", "a\n\u200b\u0301b", "a\nb"},
		{"mark after an isolate", "א\u2067\u0301a\u2069", "א\u2067a\u2069"},
		{"leading consonants piled up", strings.Repeat("\u1100", 40), "\u1100"},
		{"halfwidth voicing", "ｶﾞ", "ｶﾞ"},
		{"halfwidth voicing piled up", "ｶﾞﾞﾞ", "ｶﾞ"},
		{"halfwidth voicing on a letter", "aﾞ", "a"},
		{"emoji chain", strings.Repeat("👩\u200d", 40) + "👩", strings.Repeat("👩\u200d", 8) + "👩"},
	} {
		got := NewBody(c.in).String()
		if got != c.want {
			t.Errorf("%s: NewBody(%+q) = %+q, want %+q", c.what, c.in, got, c.want)
		}
		if again := NewBody(got).String(); again != got {
			t.Errorf("%s: NewBody(%+q) = %+q, want it unchanged", c.what, got, again)
		}
	}
}

func TestBodyKeepsLanguages(t *testing.T) {
	for _, s := range []string{
		"Zażółć gęślą jaźń", "Příliš žluťoučký kůň", "Việt Nam", "İstanbul", "ελληνικά", "Съешь ещё", "їжак",
		"日本語のテキスト。カタカナー", "한국어 문장입니다", "中文，繁體", "ภาษาไทยน้ำใจ ทำ", "हिन्दी में", "বাংলা", "தமிழ்", "മലയാളം",
		"العربية، ١٢٣؟", "עִבְרִית", "فارسی می‌نویسم", "မြန်မာ", "ខ្មែរ", "བོད་སྐད", "አማርኛ", "ქართული", "Հայերեն",
		"😀👍🏿🇩🇪❤️‍🔥👨‍👩‍👧‍👦1️⃣", "→ ∀x ∈ ℝ: ⌈x⌉", "│┌─┐ ▁▂▃ ░▒▓", "\ue0b0 powerline", "naïve café — “quoted” … €5",
	} {
		if got := NewBody(s).String(); got != s {
			t.Errorf("NewBody(%q) = %q, %+q instead of %+q", s, got, got, s)
		}
	}
}

func TestBodyBounds(t *testing.T) {
	if got := len(NewBody(strings.Repeat("a", MaxBody+1)).String()); got != MaxBody {
		t.Errorf("a long body has %d bytes, want %d", got, MaxBody)
	}
	if got := strings.Count(NewBody(strings.Repeat("a\n", MaxBodyLines+9)).String(), "\n"); got != MaxBodyLines-1 {
		t.Errorf("a body of many lines has %d newlines, want %d", got, MaxBodyLines-1)
	}
	family := "👩‍👩‍👧‍👦"
	for _, lead := range []string{"", "a", "ab", "abc"} {
		got := NewBody(lead + strings.Repeat(family, MaxBody/len(family)+1)).String()
		if len(got) > MaxBody || len(got) < MaxBody-len(family) || !strings.HasSuffix(got, family) {
			t.Errorf("a long body of emoji has %d bytes and ends in %+q", len(got), got[len(got)-12:])
		}
	}
	open := "א" + strings.Repeat("a", MaxBody-5) + "\u2067" + "b\u2069"
	if got := NewBody(open).String(); strings.ContainsFunc(got, isDirection) || NewBody(got).String() != got {
		t.Errorf("a body that was cut within an isolate ends in %+q", got[len(got)-8:])
	}
	if got := NewBody(strings.Repeat("\x1b", 10<<20) + "a").String(); got != "" {
		t.Errorf("ten megabytes of controls give %+q", got)
	}
	if got := NewBody(strings.Repeat("日", maxRaw)).String(); len(got) > MaxBody || strings.Contains(got, "\ufffd") {
		t.Errorf("a huge body has %d bytes and ends in %+q", len(got), got[len(got)-8:])
	}
}

// Vowels and marks that join what is left of each other, round after round.
func TestBodyThatNeverSettles(t *testing.T) {
	s := "hello" + strings.Repeat("\u1161\u1161\u1161\u1161\u1161\u1161\u0e49\u0e49", MaxBody/24) + "日本"
	got := NewBody(s).String()
	if !strings.HasPrefix(got, "hello") || !strings.HasSuffix(got, "日本") || NewBody(got).String() != got {
		t.Errorf("of %d bytes %d are left: %.40q", len(s), len(got), got)
	}
}

func TestParseBody(t *testing.T) {
	for _, c := range []struct{ in, want, err string }{
		{"hello", "hello", ""},
		{"hello\n", "hello", ""},
		{"\n \n  indented\n\nlast  \n \n", "  indented\n\nlast", ""},
		{"", "", "empty"},
		{" \n\t\n", "", "empty"},
		{"\u200b\u2060\ufeff", "", "empty"},
		{"\u3000\u00a0\u2800", "", "empty"},
		{"\u3164", "", "empty"},
		{"\x1b\x07", "", "empty"},
		{strings.Repeat("a", MaxBody), strings.Repeat("a", MaxBody), ""},
		{strings.Repeat("a", MaxBody+1), "", "16 KiB"},
		{strings.Repeat("a", 10<<20), "", "16 KiB"},
		{strings.Repeat("a\n", MaxBodyLines), strings.TrimSuffix(strings.Repeat("a\n", MaxBodyLines), "\n"), ""},
		{strings.Repeat("a\n", MaxBodyLines) + "b", "", "has 501"},
	} {
		got, err := ParseBody(c.in)
		if got.String() != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("ParseBody(%.40q) = %.40q, %v; want %.40q, error with %q", c.in, got, err, c.want, c.err)
		}
	}
}

func TestLine(t *testing.T) {
	for _, c := range []struct {
		in   string
		cols int
		want string
	}{
		{"deploy is green", 40, "deploy is green"},
		{"  two\r\nlines\tand  more \n", 40, "two lines   and  more"},
		{"a\nb", 40, "a b"},
		{"\x1b]0;owned\x07xterm", 40, "]0;ownedxterm"},
		{"abcdef", 6, "abcdef"},
		{"abcdefg", 6, "abcde…"},
		{"日本語", 5, "日本…"},
		{"日本語", 4, "日…"},
		{"abc", 1, "…"},
		{"abc", 0, ""},
		{"abc", -1, ""},
		{" \u0301x", 40, " \u0301x"},
		{"א\u2067bcdef\u2069", 4, "א\u2067bc\u2069…"},
	} {
		got := NewLine(c.in, c.cols)
		if got.String() != c.want {
			t.Errorf("NewLine(%+q, %d) = %+q, want %+q", c.in, c.cols, got, c.want)
		}
		if again := NewLine(got.String(), c.cols); again != got {
			t.Errorf("NewLine(%+q, %d) = %+q, want it unchanged", got, c.cols, again)
		}
	}
}

func TestQuote(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"ana", `"ana"`},
		{`a"b` + "\n", `"a\"b\n"`},
		{"\x1b[2J", `"\x1b[2J"`},
		{"a\u009bb\u202e", `"a\u009bb\u202e"`},
		{"\xff", `"\xff"`},
		{"日本 köln", `"日本 köln"`},
		{"אב 12", `"\u05d0\u05d1 12"`},
		{"a\u0301", `"a\u0301"`},
		{strings.Repeat("x", 600), `"` + strings.Repeat("x", 512) + `" and 88 bytes more`},
	} {
		if got := Quote(c.in); got != c.want {
			t.Errorf("Quote(%+q) = %s, want %s", c.in, got, c.want)
		}
	}
}
