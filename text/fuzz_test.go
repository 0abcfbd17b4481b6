package text

import (
	"strings"
	"testing"
)

func FuzzBody(f *testing.F) {
	for _, s := range []string{"", "hello\nyou", "a\u009b2J\x1b]52;c;\a", "e\u0301\u0301\u0301\u0301\u0301\u0301", "א\u2067a\u2069\u2069", "👨‍👩‍👧‍👦❤️1️⃣🇩🇪🇩", "क्\u200dष می\u200cخواهم",
		"a\tb\r\nc\rd", "\xff\xc0\x9b\xed\xa0\x80", "ｶﾞﾞ \u1100\u1100\u1161\u11a8", "https://аpple.com/`x`@bo #ops ```\n", "5`\u0301m5`\u0301", "*a _b_* ~~c~~ :tada: #ops:7\n> - *x*\n1. y\n```go\nz\n```", "🇯*:jp:🇵x* क\u094d*ष*", strings.Repeat("क\u094d", 40)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b := NewBody(s)
		mustBeSafe(t, b.String())
		if again := NewBody(b.String()); again != b {
			t.Fatalf("NewBody(%+q) = %+q, and of that %+q", s, b, again)
		}
		mustParse(t, b)
		l := NewLine(s, 20)
		mustBeSafe(t, l.String())
		if NewLine(l.String(), 20) != l || Width(l.String()) > 20 {
			t.Fatalf("NewLine(%+q, 20) = %+q", s, l)
		}
		for _, c := range []byte(Quote(s)) {
			if c < ' ' || c == 0x7f {
				t.Fatalf("Quote(%+q) holds %#x", s, c)
			}
		}
	})
}

// mustParse checks what is true of the spans of any body.
func mustParse(t *testing.T, b Body) {
	t.Helper()
	spans := Parse(b)
	var whole, seen strings.Builder
	for i, s := range spans {
		whole.WriteString(s.Text)
		if s.Kind != Mark {
			seen.WriteString(s.Shown())
		}
		switch {
		case s.Text == "":
			t.Fatalf("Parse(%+q) has an empty span", b)
		case i > 0 && s.Kind == Plain && spans[i-1].Kind == Plain && spans[i-1].Look == s.Look:
			t.Fatalf("Parse(%+q) divides the plain text before %+q", b, s.Text)
		case s.Kind != Plain && s.Kind != Block && s.Kind != Fence && strings.Contains(s.Text, "\n"):
			t.Fatalf("Parse(%+q): %+q is one span over several lines", b, s.Text)
		case s.Kind == Block && (strings.HasSuffix(s.Text, "\n") || strings.Trim(s.Text, " \n") == ""):
			t.Fatalf("Parse(%+q): the block is %+q", b, s.Text)
		}
	}
	if whole.String() != b.String() {
		t.Fatalf("Parse(%+q) is together %+q", b, whole.String())
	}
	if !Marked(b) && (len(spans) > 1 || len(spans) == 1 && (spans[0].Kind != Plain || spans[0].Look != 0)) {
		t.Fatalf("Parse(%+q) finds %+v in a body without marks", b, spans)
	}
	graphemes := 0
	for i := range spans {
		if spans[i].Kind != Mark {
			graphemes += count(spans[i].Shown())
		}
	}
	if strings.Contains(b.String(), "```") {
		return // blocks stand on rows of their own
	}
	if n := count(seen.String()); n != graphemes {
		t.Fatalf("Parse(%+q): hiding marks joins characters: %+q has %d, not %d", b, seen.String(), n, graphemes)
	}
}

func count(s string) (n int) {
	for range Graphemes(s) {
		n++
	}
	return n
}

func FuzzName(f *testing.F) {
	for _, s := range []string{"alice", "Alice", "аlice", "al1ce", "guest-1", "r00t", "田中", "たなか・じろう", "김민수", "น้ำ", "علی\u200cرضا", "ג׳ורג׳י", "gal·la", "ﬁona", "İ", "ａ", "a\u200bb", "-rf", "..", "ᾳ", "ǅ", "ẞ", "Σας"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		mustName(t, s)
		r, err := ParseRoomName(s)
		if err != nil {
			return
		}
		mustBeSafe(t, r.String())
		if again, err := ParseRoomName(r.String()); again != r || err != nil {
			t.Fatalf("ParseRoomName(%+q) = %+q, and of that %+q, %v", s, r, again, err)
		}
	})
}

func FuzzWrap(f *testing.F) {
	f.Add("hello well-known   world\n\n日本語。「はい」 e\u0301 👍🏽", 7)
	f.Add("א \u2067bb cc\u2069 dd", 3)
	f.Add("     ", 2)
	f.Fuzz(func(t *testing.T, s string, cols int) {
		mustWrap(t, NewBody(s).String(), cols%500)
		mustLines(t, NewBody(s).String(), cols%500)
	})
}
