package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold is s as search compares it: in one case and one width (NFKC, so that ｶﾞ is ガ and Ａ is a), each run of
// white space one space and none at the ends, without the characters that take no column. It has no control
// characters. Fold(Fold(s)) is Fold(s). What is painted is never the fold of a text but the text itself.
func Fold(s string) string {
	n := foldedTo(s)
	if n == len(s) {
		return s
	}
	if folded, ok := foldCommon(s, n); ok {
		return folded
	}
	for range maxRounds {
		t := squeeze(norm.NFKC.String(oneCherokee(cases.Fold().String(dropUnseen(norm.NFKC.String(s))))))
		if t == s {
			break
		}
		s = t
	}
	return s
}

// foldedTo is the length of the beginning of s that is folded already, as far as that is seen at a glance.
func foldedTo(s string) int {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ' || c != ' ') || c >= 0x7f || c >= 'A' && c <= 'Z' {
			return i
		}
	}
	return len(s)
}

// foldCommon folds text of common letters that NFKC leaves alone. s[:n] is folded.
func foldCommon(s string, n int) (string, bool) {
	b := make([]byte, n, len(s))
	copy(b, s)
	for _, r := range s[n:] {
		switch {
		case r == ' ', r == '\n':
			if len(b) > 0 && b[len(b)-1] != ' ' {
				b = append(b, ' ')
			}
			continue
		case r < 0x20, r == 0x7f:
			return "", false
		case r >= 'A' && r <= 'Z', r >= 0x410 && r <= 0x42f: // Latin, Cyrillic
			r += 0x20
		case r < 0x7f, r >= 0x430 && r <= 0x44f,
			r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30fc, r == 0x3001, r == 0x3002, r == 0x300c, r == 0x300d, // kana
			r >= 0x4e00 && r <= 0x9fff, r >= 0xac00 && r <= 0xd7a3: // Han, Hangul
		default:
			return "", false
		}
		b = utf8.AppendRune(b, r)
	}
	if n := len(b); n > 0 && b[n-1] == ' ' {
		b = b[:n-1]
	}
	return string(b), true
}

// oneCherokee makes the small letters of Cherokee its old ones, which Unicode folds them to: the tables
// of x/text turn each into the other.
func oneCherokee(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xab70 && r <= 0xabbf:
			return r - 0xab70 + 0x13a0
		case r >= 0x13f8 && r <= 0x13fd:
			return r - 8
		}
		return r
	}, s)
}

// dropUnseen removes what changes how characters are shown, but not what they are.
func dropUnseen(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == zwj, r == zwnj, r == vs15, r == vs16, isDirection(r), isDropped(r) && !unicode.IsSpace(r):
			return -1
		}
		return r
	}, s)
}

// squeeze makes each run of white space one space and removes it at the ends.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// FindFolded is where the text of the first match of a folded word stands in s, from its first grapheme to the end
// of its last. It is for marking a match; ok is false for a match that graphemes taken one by one do not show.
func FindFolded(s, word string) (from, to int, ok bool) {
	if word == "" {
		return 0, 0, false
	}
	var b strings.Builder
	var starts []int // in s, of the grapheme that each byte of b comes from
	space := true    // b ends with a space, or is empty
	pos := 0
	for g := range Graphemes(s) {
		f := Fold(g)
		if f == "" && strings.TrimSpace(g) == "" && !space {
			f = " "
		}
		if f != "" {
			space = f == " "
			b.WriteString(f)
			for len(starts) < b.Len() {
				starts = append(starts, pos)
			}
		}
		pos += len(g)
	}
	at := strings.Index(b.String(), word)
	if at < 0 {
		return 0, 0, false
	}
	last := starts[at+len(word)-1]
	for g := range Graphemes(s[last:]) {
		return starts[at], last + len(g), true
	}
	return 0, 0, false
}
