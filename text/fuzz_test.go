package text

import (
	"strings"
	"testing"
)

func FuzzBody(f *testing.F) {
	for _, s := range []string{"", "hello\nyou", "a\u009b2J\x1b]52;c;\a", "e\u0301\u0301\u0301\u0301\u0301\u0301", "א\u2067a\u2069\u2069", "👨‍👩‍👧‍👦❤️1️⃣🇩🇪🇩", "क्\u200dष می\u200cخواهم",
		"a\tb\r\nc\rd", "\xff\xc0\x9b\xed\xa0\x80", "ｶﾞﾞ \u1100\u1100\u1161\u11a8", "https://аpple.com/`x`@bo #ops ```\n", strings.Repeat("क\u094d", 40)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b := NewBody(s)
		mustBeSafe(t, b.String())
		if again := NewBody(b.String()); again != b {
			t.Fatalf("NewBody(%+q) = %+q, and of that %+q", s, b, again)
		}
		var whole strings.Builder
		for _, span := range Parse(b) {
			whole.WriteString(span.Text)
		}
		if whole.String() != b.String() {
			t.Fatalf("Parse(%+q) is together %+q", b, whole.String())
		}
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
	})
}
