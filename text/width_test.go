package text

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/unicode/norm"
)

func TestWidth(t *testing.T) {
	for _, c := range []struct {
		s string
		w int
	}{
		{"", 0}, {"abc", 3}, {"日本", 4}, {"한국", 4}, {"e\u0301", 1}, {"née", 3}, {"👍🏽", 2}, {"👨‍👩‍👧‍👦", 2}, {"🇩🇪", 2}, {"❤️", 2},
		{"1️⃣", 2}, {"ｶﾞ", 1}, {"Ａ", 2}, {"…", 1}, {"สวัสดี", 4}, {"a日e\u0301b", 5}, {"א\u2067b\u2069", 2}, {"│", 1}, {"\n", 0},
	} {
		if got := Width(c.s); got != c.w {
			t.Errorf("Width(%q) = %d, want %d", c.s, got, c.w)
		}
		if got := ansi.StringWidth(c.s); got != c.w {
			t.Errorf("ansi.StringWidth(%q) = %d, want %d", c.s, got, c.w)
		}
	}
}

// The short way for common runes must give what the library and the full rules give.
func TestSimpleRunesAreSimple(t *testing.T) {
	count := 0
	for r := rune(0); r <= utf8.MaxRune; r++ {
		w := simpleWidth(r)
		if w == 0 {
			continue
		}
		count++
		s := string(r)
		if g, gw := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth); g != s || gw != w {
			t.Errorf("%U has width %d, not %d", r, gw, w)
		}
		for _, follow := range []string{"a", "日", "ก", "א", "가", "😀"} {
			if g, _ := ansi.FirstGraphemeCluster(s+follow, ansi.GraphemeWidth); g != s {
				t.Errorf("%U and %q are one grapheme", r, follow)
			}
			if g, _ := ansi.FirstGraphemeCluster(follow+s, ansi.GraphemeWidth); g != follow {
				t.Errorf("%q and %U are one grapheme", follow, r)
			}
		}
		if !norm.NFC.PropertiesString(s).BoundaryBefore() || norm.NFC.String(s) != s {
			t.Errorf("NFC changes %U or joins it to what is before", r)
		}
		if isolate(capGraphemes(dropRunes(s))) != s || isDropped(r) {
			t.Errorf("cleaning drops %U", r)
		}
	}
	if count < 40000 {
		t.Errorf("only %d runes are simple", count)
	}
}

// Each rune alone, after a letter and after an emoji: what is left is stable and no grapheme is without a column.
func TestEveryRune(t *testing.T) {
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if r == 0x40000 { // nothing is assigned in ten planes
			r = 0xe0000
		}
		if !utf8.ValidRune(r) || simpleWidth(r) > 0 {
			continue
		}
		for _, s := range []string{string(r), "a" + string(r) + "b", "\u2764" + string(r)} {
			got := clean(s)
			if clean(got) != got {
				t.Errorf("clean(%+q) = %+q, and then %+q", s, got, clean(got))
			}
			for g, w := range Graphemes(got) {
				if w == 0 && g != "\n" {
					t.Errorf("clean(%+q) = %+q has a grapheme without a column", s, got)
				}
			}
		}
	}
}

func TestCutAndTruncate(t *testing.T) {
	for _, c := range []struct {
		s          string
		cols       int
		cut, trunc string
	}{
		{"abc", 3, "abc", "abc"}, {"abcd", 3, "abc", "ab…"}, {"abc", 0, "", ""}, {"abc", -5, "", ""}, {"", 3, "", ""}, {"ab", 1, "a", "…"},
		{"ab… (edited)", 6, "ab… (e", "ab… (…"}, {"ab… (edited)", 5, "ab… (", "ab…"}, {"ab… (edited)", 4, "ab… ", "ab…"},
		{"日本語", 5, "日本", "日本…"}, {"日本語", 1, "", "…"}, {"日本語", 6, "日本語", "日本語"},
		{"ae\u0301\u0302x", 2, "ae\u0301\u0302", "a…"}, {"a👨‍👩‍👧‍👦b", 2, "a", "a…"}, {"a👨‍👩‍👧‍👦b", 3, "a👨‍👩‍👧‍👦", "a…"},
	} {
		if got := Cut(c.s, c.cols); got != c.cut {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.s, c.cols, got, c.cut)
		}
		if got := Truncate(c.s, c.cols); got != c.trunc {
			t.Errorf("Truncate(%q, %d) = %q, want %q", c.s, c.cols, got, c.trunc)
		}
	}
}

func TestGraphemes(t *testing.T) {
	var got []string
	for g := range Graphemes("ae\u0301日👍🏽\r\n🇩🇪🇫🇷น้ำ") {
		got = append(got, g)
	}
	if want := []string{"a", "e\u0301", "日", "👍🏽", "\r\n", "🇩🇪", "🇫🇷", "น้ำ"}; !slices.Equal(got, want) {
		t.Errorf("graphemes %q, want %q", got, want)
	}
	for g := range Graphemes("abc") {
		if g != "a" {
			t.Errorf("%q after the loop was left", g)
		}
		break
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		what, s string
		cols    int
		want    []string
	}{
		{"empty", "", 10, []string{""}},
		{"fits", "hello you", 9, []string{"hello you"}},
		{"at a space", "hello you", 8, []string{"hello", "you"}},
		{"spaces hang", "hello   you", 6, []string{"hello", "you"}},
		{"space in the last column", "hello you", 5, []string{"hello", "you"}},
		{"newlines", "a\n\nb\n", 5, []string{"a", "", "b", ""}},
		{"indentation stays", "    if x", 20, []string{"    if x"}},
		{"indentation on the first row", "  aa bb", 4, []string{"  aa", "bb"}},
		{"indentation wider than the row", "          word", 6, []string{"word"}},
		{"only spaces", "      ", 4, []string{"    "}},
		{"spaces at the end hang", "abcd   ", 4, []string{"abcd"}},
		{"long word", "abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"long word after a short one", "ab cdefghij k", 4, []string{"ab", "cdef", "ghij", "k"}},
		{"hyphen", "a well-known fact", 8, []string{"a well-", "known", "fact"}},
		{"option is no hyphen", "please run -rf x", 12, []string{"please run", "-rf x"}},
		{"range is no hyphen", "pages 10-20", 9, []string{"pages", "10-20"}},
		{"no-break space", "aa bb\u00a0cc", 6, []string{"aa", "bb\u00a0cc"}},
		{"Japanese", "日本語のテキスト", 6, []string{"日本語", "のテキ", "スト"}},
		{"Japanese, odd width", "日本語のテ", 5, []string{"日本", "語の", "テ"}},
		{"no full stop at the start", "日本語。です", 6, []string{"日本", "語。で", "す"}},
		{"no small kana at the start", "あいうっえ", 6, []string{"あい", "うっえ"}},
		{"no open bracket at the end", "あい「うえ」", 6, []string{"あい", "「う", "え」"}},
		{"Latin in Japanese", "今日はdeployです", 8, []string{"今日は", "deployで", "す"}},
		{"Korean", "한국어 문장", 8, []string{"한국어", "문장"}},
		{"emoji", "👍👍👍", 4, []string{"👍👍", "👍"}},
		{"a family is not divided", "a👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 4, []string{"a👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"}},
		{"marks stay", "e\u0301e\u0301e\u0301", 2, []string{"e\u0301e\u0301", "e\u0301"}},
		{"wider than the row", "日本", 1, []string{"日", "本"}},
		{"no columns", "ab", 0, []string{"a", "b"}},
		{"negative columns", "ab", -3, []string{"a", "b"}},
		{"URL with hyphens", "see https://a.example/well-known-fact", 36, []string{"see", "https://a.example/well-known-fact"}},
		{"URL in Japanese", "詳細はhttps://a.example/日本語。です", 30, []string{"詳細は", "https://a.example/日本語。です"}},
		{"URL behind Japanese, and before", "はHTTPS://a.example「次」", 18, []string{"は", "HTTPS://a.example", "「次」"}},
		{"URL wider than the row", "see https://a.example/well-known-fact", 24, []string{"see", "https://a.example/well-", "known-fact"}},
		{"no URL", "xhttps-well://known", 8, []string{"xhttps-", "well://k", "nown"}},
		{"isolate over two rows", "א \u2067bb cc\u2069", 5, []string{"א \u2067bb\u2069", "cc"}},
	} {
		if got := Wrap(c.s, c.cols); !slices.Equal(got, c.want) {
			t.Errorf("%s: Wrap(%q, %d) = %q, want %q", c.what, c.s, c.cols, got, c.want)
		}
	}
}

func TestRowsTakeLinearTime(t *testing.T) {
	const size = 1 << 20 // minutes if each row looked at the rest
	start := time.Now()
	for _, unit := range []string{"a", " ", "日", "a ", "-", "a-", "https://", "は、http://a-", "\n", "e\u0301"} {
		s := strings.Repeat(unit, size/len(unit))
		if got := Rows(s, 3); len(got) == 0 || got[len(got)-1].To > len(s) {
			t.Errorf("Rows of %q repeated end at %v", unit, got[len(got)-1])
		}
		if spent := time.Since(start); spent > time.Minute {
			t.Fatalf("%q repeated took %v", unit, spent)
		}
	}
}
