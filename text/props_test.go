package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// hostile draws text of the runes that rules are about, so that they meet each other.
var hostile = rapid.Custom(func(t *rapid.T) string {
	special := []rune("a1 #@`.-_|\n\t\r\x00\x1b\u007f\u0085\u009b\u00ad\u0301\u0323\u0338\u034f\u0489\u0600\u061c\u064b\u0e01\u0e33\u0e49" +
		"\u0915\u094d\u0937\u093e\u0d4e\u1100\u1161\u11a8\uac00\u115f\u1160\u200b\u200c\u200d\u200e\u200f\u2028\u202a\u202e\u2060\u2066\u2067\u2068\u2069" +
		"\u20e3\u2764\u3042\u3099\u3164\ufe0e\ufe0f\ufeff\uff76\uff9e\uffa0\ufff9\ufffd\uffff\U0001f1e9\U0001f3fd\U0001f468\U000e0061\U000e0101" +
		"אשلم日ｱéßıﬁ😀")
	parts := rapid.SliceOfN(rapid.OneOf(
		rapid.Map(rapid.SampledFrom(special), func(r rune) string { return string(r) }),
		rapid.Map(rapid.SampledFrom(special), func(r rune) string { return string(r) }),
		rapid.Map(rapid.Rune(), func(r rune) string { return string(r) }),
		rapid.Map(rapid.Byte(), func(b byte) string { return string([]byte{b}) }),
		rapid.SampledFrom([]string{"hello", "https://", "\u094d\u200d", "\u0301\u0302\u0303\u0304\u0305", "\x1b[31m", "👨‍👩‍👧‍👦", "日本語", "@alice", "#ops"}),
	), 0, 60).Draw(t, "parts")
	return strings.Join(parts, "")
})

// mustBeSafe fails when s has what no body has.
func mustBeSafe(t interface {
	Fatalf(string, ...any)
}, s string) {
	if !utf8.ValidString(s) || !norm.NFC.IsNormalString(s) {
		t.Fatalf("%+q is not UTF-8 in NFC", s)
	}
	for _, r := range s {
		switch {
		case r == '\n':
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0xe0000 && r <= 0xe0fff, r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef,
			r == 0x200b, r == 0xfeff, r == 0x2060, r == 0x00ad, r == 0x3164, r == 0x2028, r == 0x2029:
			t.Fatalf("%+q holds %U", s, r)
		}
	}
	for line := range strings.SplitSeq(s, "\n") {
		open := 0
		for _, r := range line {
			if r >= lri && r <= fsi {
				open++
			} else if r == pdi {
				open--
			}
			if open < 0 {
				t.Fatalf("%+q ends an isolate that it did not begin", line)
			}
		}
		if open != 0 {
			t.Fatalf("%+q does not end an isolate", line)
		}
		if r, _ := utf8.DecodeRuneInString(line); isMark(r) || r == zwj || r == zwnj {
			t.Fatalf("%+q starts with a mark", line)
		}
	}
	for g, w := range Graphemes(s) {
		marks := 0
		for i, r := range g {
			if i > 0 && isMark(r) && r != vs16 && r != vs15 {
				marks++
			} else if !unicode.In(r, unicode.M, unicode.Cf) {
				marks = 0
			}
			if marks > 4 {
				t.Fatalf("%+q has more than four marks", g)
			}
		}
		if r, _ := utf8.DecodeRuneInString(g); len(g) > 64 || w == 0 && g != "\n" && !isDirection(r) {
			t.Fatalf("the grapheme %+q has %d bytes and %d columns", g, len(g), w)
		}
	}
}

func TestBodyProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := hostile.Draw(t, "s")
		b := NewBody(s)
		mustBeSafe(t, b.String())
		if again := NewBody(b.String()); again != b {
			t.Fatalf("NewBody(%+q) = %+q, and of that %+q", s, b, again)
		}
		if nfd := NewBody(norm.NFD.String(strings.ToValidUTF8(s, "\ufffd"))); utf8.ValidString(s) && norm.NFC.IsNormalString(s) && !strings.ContainsRune(s, '\r') && nfd != b {
			if !strings.ContainsFunc(s, func(r rune) bool {
				return isJamoL(r) || isJamoVT(r) || isDropped(r) || isDirection(r) || r == zwj || r == zwnj
			}) {
				t.Fatalf("NewBody(%+q) = %+q, and in NFD %+q", s, b, nfd)
			}
		}
		if p, err := ParseBody(s); err == nil {
			mustBeSafe(t, p.String())
			if q, err := ParseBody(p.String()); q != p || err != nil {
				t.Fatalf("ParseBody(%+q) = %+q, and of that %+q, %v", s, p, q, err)
			}
		}
		var whole strings.Builder
		plain := false
		for _, span := range Parse(b) {
			if span.Text == "" || plain && span.Kind == Plain {
				t.Fatalf("Parse(%+q) has an empty span or two plain ones together", b)
			}
			plain = span.Kind == Plain
			whole.WriteString(span.Text)
			for _, c := range []byte(span.URL) {
				if c <= ' ' || c > '~' {
					t.Fatalf("the link %q leads to %+q", span.Text, span.URL)
				}
			}
		}
		if whole.String() != b.String() {
			t.Fatalf("Parse(%+q) is together %+q", b, whole.String())
		}
	})
}

func TestLineProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, cols := hostile.Draw(t, "s"), rapid.IntRange(-2, 50).Draw(t, "cols")
		l := NewLine(s, cols)
		mustBeSafe(t, l.String())
		if Width(l.String()) > max(cols, 0) || strings.Contains(l.String(), "\n") {
			t.Fatalf("NewLine(%+q, %d) = %+q", s, cols, l)
		}
		if again := NewLine(l.String(), cols); again != l {
			t.Fatalf("NewLine(%+q, %d) = %+q, and of that %+q", s, cols, l, again)
		}
	})
}

func TestCutProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, cols := hostile.Draw(t, "s"), rapid.IntRange(-2, 50).Draw(t, "cols")
		if rapid.Bool().Draw(t, "safe") {
			s = NewBody(s).String()
		}
		head := Cut(s, cols)
		if !strings.HasPrefix(s, head) || Width(head) > max(cols, 0) {
			t.Fatalf("Cut(%+q, %d) = %+q of width %d", s, cols, head, Width(head))
		}
		end, ok := 0, head == ""
		for g := range Graphemes(s) {
			end += len(g)
			ok = ok || end == len(head)
		}
		if !ok {
			t.Fatalf("Cut(%+q, %d) = %+q splits a grapheme", s, cols, head)
		}
		if n, w := 0, 0; true {
			for _, gw := range Graphemes(s) {
				n += gw
			}
			if w = Width(s); w != n {
				t.Fatalf("Width(%+q) = %d, its graphemes have %d", s, w, n)
			}
		}
		if Width(Truncate(s, cols)) > max(cols, 0) {
			t.Fatalf("Truncate(%+q, %d) is %d wide", s, cols, Width(Truncate(s, cols)))
		}
	})
}

// mustWrap fails when the rows of s do not cover it, are too wide or split a grapheme.
func mustWrap(t interface {
	Fatalf(string, ...any)
}, s string, cols int) {
	at := 0
	starts := map[int]bool{len(s): true}
	for g := range Graphemes(s) {
		starts[at] = true
		at += len(g)
	}
	at = 0
	for i, r := range Rows(s, cols) {
		gap := strings.Trim(s[at:r.From], " ")
		if gap != "" && (i == 0 || gap != "\n") || i > 0 && r.From == at && r.From == r.To {
			t.Fatalf("Rows(%+q, %d): %+q is between the rows before %v", s, cols, s[at:r.From], r)
		}
		row := s[r.From:r.To]
		n := 0
		for range Graphemes(row) {
			n++
		}
		if w := Width(row); w > max(cols, 1) && n > 1 || strings.Contains(row, "\n") || !starts[r.From] || !starts[r.To] {
			t.Fatalf("Rows(%+q, %d): the row %+q has %d columns", s, cols, row, w)
		}
		at = r.To
	}
	if strings.Trim(s[at:], " ") != "" {
		t.Fatalf("Rows(%+q, %d) leave out %+q", s, cols, s[at:])
	}
	for _, row := range Wrap(s, cols) {
		if Balance(row) != row {
			t.Fatalf("Wrap(%+q, %d): the row %+q is not balanced", s, cols, row)
		}
	}
}

// mustLines checks that the rows of Lines are s but for its newlines.
func mustLines(t interface {
	Fatalf(string, ...any)
}, s string, cols int) {
	at := 0
	for _, r := range Lines(s, cols) {
		row := s[r.From:r.To]
		if gap := s[at:r.From]; gap != "" && gap != "\n" || strings.Contains(row, "\n") || Width(row) > max(cols, 1) && count(row) > 1 {
			t.Fatalf("Lines(%+q, %d): the row %+q has %d columns, after %+q", s, cols, row, Width(row), gap)
		}
		at = r.To
	}
	if at != len(s) {
		t.Fatalf("Lines(%+q, %d) leave out %+q", s, cols, s[at:])
	}
}

func TestWrapProperties(t *testing.T) {
	words := rapid.Map(rapid.SliceOf(rapid.SampledFrom(strings.Fields("a to the well-known 日本語。 (see) 「はい」 https://a.b/c-d ... 한국어 e\u0301 👍🏽 \u2067אב\u2069"))),
		func(w []string) string { return strings.Join(w, " ") })
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(hostile, words).Draw(t, "s")
		cols := rapid.IntRange(-1, 30).Draw(t, "cols")
		mustWrap(t, NewBody(s).String(), cols)
		mustLines(t, NewBody(s).String(), cols)
	})
	rapid.Check(t, func(t *rapid.T) { // words that fit are never divided
		s, cols := rapid.StringMatching(`([a-z]{1,8} {1,3}){0,20}[a-z]{1,8}`).Draw(t, "s"), rapid.IntRange(8, 30).Draw(t, "cols")
		if got, want := strings.Fields(strings.Join(Wrap(s, cols), " ")), strings.Fields(s); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Fatalf("Wrap(%q, %d) has the words %q", s, cols, got)
		}
	})
}

// mustName fails when a name that was accepted breaks a promise.
func mustName(t interface {
	Fatalf(string, ...any)
}, s string) {
	n, err := ParseName(s)
	if err != nil {
		if e := err.Error(); !n.IsZero() || NewLine(e, 1<<10).String() != e {
			t.Fatalf("ParseName(%+q) = %q and %+q", s, n, e)
		}
		return
	}
	mustBeSafe(t, n.String())
	if again, err := ParseName(n.String()); again != n || err != nil {
		t.Fatalf("ParseName(%+q) = %+q, and of that %+q, %v", s, n, again, err)
	}
	if read, err := ReadName(n.String()); read != n || err != nil {
		t.Fatalf("ParseName(%+q) = %+q, but ReadName gives %+q, %v", s, n, read, err)
	}
	if strings.ContainsAny(n.String(), "@#/:,*?!\"'\\~ \n<>|&;$`(){}[]") || Width(n.String()) > 32 || n.Skeleton() == "" {
		t.Fatalf("ParseName(%+q) = %+q with the skeleton %q", s, n, n.Skeleton())
	}
	if sk := n.Skeleton(); skeleton(sk) != sk {
		t.Fatalf("the skeleton of %+q is %+q, and of that %+q", n, sk, skeleton(sk))
	}
	if got := Mentions(NewBody("@" + n.String() + " hi")); len(got) != 1 || got[0] != n {
		t.Fatalf("@%+q mentions %+q", n, got)
	}
}

func TestNameProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mustName(t, rapid.OneOf(hostile, rapid.StringMatching(`[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}._·・-]{0,6}`), rapid.StringMatching(`[a-z0-9][a-z0-9._-]{0,8}`),
			rapid.StringMatching(`[ぁ-んァ-ン一-龠ー]{1,8}`), rapid.StringMatching(`[а-яё0-9]{1,8}`), rapid.StringMatching(`[ا-ي۰-۹]{1,8}`)).Draw(t, "s"))
	})
}

func TestRoomNameProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(hostile, rapid.StringMatching(`[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}._-]{0,6}`)).Draw(t, "s")
		r, err := ParseRoomName(s)
		if err != nil {
			return
		}
		mustBeSafe(t, r.String())
		if again, err := ParseRoomName(r.String()); again != r || err != nil || strings.ContainsAny(r.Slug(), "/\\ #@:") || Width(r.Slug()) > 40 {
			t.Fatalf("ParseRoomName(%+q) = %+q, and of that %+q, %v", s, r, again, err)
		}
	})
}
