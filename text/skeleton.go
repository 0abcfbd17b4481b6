package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ergochat/confusables"
	"golang.org/x/text/unicode/norm"
)

// skeleton folds s, which is lower case, so that what a reader may take for each other is equal.
// It is the skeleton of UTS #39 with folds of our own: i, l, 1 and | are one; so are 0 and o, 5 and s,
// 3 and e; m is rn and w is vv, so that both spellings meet; separators do not count. Digits of all
// scripts count by their value, so two digits never meet.
func skeleton(s string) string {
	ascii := true
	for i := 0; i < len(s) && ascii; i++ {
		ascii = s[i] < utf8.RuneSelf
	}
	if ascii {
		out := make([]byte, 0, 2*len(s))
		for i := range len(s) {
			out = append(out, foldASCII(s[i])...)
		}
		return string(out)
	}
	// A fold may give what folds again (a capital, a letter of another script): a test shows that
	// four rounds settle every rune.
	for range 4 {
		t := foldRunes(s)
		if t == s || t == "" { // tone letters of Lisu look like separators
			break
		}
		s = t
	}
	return s
}

func foldRunes(s string) string {
	var b strings.Builder
	var prev byte // the last byte written
	for _, r := range norm.NFD.String(s) {
		var to string
		if d, ok := digit(r); ok {
			to = string('0' + d)
		} else {
			to = strings.ToLower(confusables.Skeleton(string(r)))
		}
		for _, r := range to {
			const dotAbove = '\u0307'
			switch {
			case r < utf8.RuneSelf:
				f := foldASCII(byte(r))
				b.WriteString(f)
				if f != "" {
					prev = f[len(f)-1]
				}
				continue
			case r == zwj || r == zwnj || isDot(r), r == dotAbove && (prev == 'l' || prev == 'j'):
				continue // it cannot be seen
			}
			b.WriteRune(r)
			prev = 0
		}
	}
	return norm.NFD.String(b.String())
}

// foldASCII gives what stands in a skeleton for a character of ASCII.
func foldASCII(c byte) string {
	const ascii = "abcdefghijklmnopqrstuvwxyz0123456789"
	switch c {
	case '.', '-', '_':
		return ""
	case 'i', '1', '|':
		return "l"
	case '0':
		return "o"
	case '5':
		return "s"
	case '3':
		return "e"
	case 'm':
		return "rn"
	case 'w':
		return "vv"
	}
	if i := strings.IndexByte(ascii, c); i >= 0 {
		return ascii[i : i+1]
	}
	return string(rune(c))
}

// isDot reports the dots and dashes that names may hold besides those of ASCII.
func isDot(r rune) bool { return strings.ContainsRune("·・·‐‑‒–—゠", r) }

// digit is the value of a decimal digit of any script.
func digit(r rune) (rune, bool) {
	for _, t := range unicode.Nd.R16 {
		if r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10, r >= rune(t.Lo)
		}
	}
	for _, t := range unicode.Nd.R32 {
		if r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10, r >= rune(t.Lo)
		}
	}
	return 0, false
}
