package text

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	maxMarks    = 4        // marks on one base; the longest in a living language is three
	maxGrapheme = 64       // bytes; the longest recommended emoji has 35
	maxRaw      = 64 << 10 // bytes of input that are looked at
	maxRounds   = 5        // daily text settles in one or two
	tabStop     = 4
)

// clean makes s safe text whose only control character is '\n'. See the package comment for what
// that means. Safe text comes back as the same string.
func clean(s string) string {
	if isSimple(s) {
		return s
	}
	s = endLines(strings.ToValidUTF8(s, "\ufffd"))
	for range maxRounds {
		t := isolate(capGraphemes(norm.NFC.String(dropRunes(s))))
		if t == s {
			return s
		}
		s = t
	}
	return strict(s)
}

// isSimple reports whether s consists of simple runes and '\n'.
func isSimple(s string) bool {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c-0x20 >= 0x5f && c != '\n' {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if simpleWidth(r) == 0 {
			return false
		}
		i += n
	}
	return true
}

// strict keeps the simple runes only. It is for text that is still changing after maxRounds,
// which nobody writes by accident.
func strict(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || simpleWidth(r) > 0 {
			return r
		}
		return -1
	}, s)
}

// endLines turns every way to end a line into '\n' and tabs into spaces up to the next multiple of tabStop.
func endLines(s string) string {
	if !strings.ContainsAny(s, "\t\v\f\r\u0085\u2028\u2029") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	col, from := 0, 0
	for i, r := range s {
		switch r {
		case '\n', '\t', '\v', '\f', '\r', '\u0085', '\u2028', '\u2029':
		default:
			continue
		}
		b.WriteString(s[from:i])
		switch {
		case r == '\t':
			col += Width(s[from:i])
			n := tabStop - col%tabStop
			b.WriteString("        "[:n])
			col += n
		case r == '\r' && strings.HasPrefix(s[i+1:], "\n"): // the '\n' will end the line
		default:
			b.WriteByte('\n')
			col = 0
		}
		from = i + utf8.RuneLen(r)
	}
	b.WriteString(s[from:])
	return b.String()
}

// dropRunes removes the runes that may not stand where they stand.
func dropRunes(s string) string {
	var (
		b    strings.Builder
		kept = 0 // s[:kept] is in b once something was dropped
		prev rune
		base rune // the last rune that no mark or joiner is
		cut  bool
	)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		then, _ := utf8.DecodeRuneInString(s[i+n:])
		if keep(r, prev, base, then) {
			if r == '\n' {
				prev, base = 0, 0
			} else {
				prev = r
				if !isMark(r) && r != zwj && !isSkinTone(r) {
					base = r
				}
			}
		} else {
			cut = true
			b.WriteString(s[kept:i])
			kept = i + n
		}
		i += n
	}
	if !cut {
		return s
	}
	b.WriteString(s[kept:])
	return b.String()
}

// keep decides on the rune r after prev, both in the grapheme that base began, and before then;
// prev is 0 at the start of a line.
func keep(r, prev, base, then rune) bool {
	switch {
	case r == '\n' || simpleWidth(r) > 0:
		return true
	case r == vs15 || r == vs16:
		return isEmoji(prev) || then == keyed && (prev >= '0' && prev <= '9' || prev == '#' || prev == '*')
	case r == zwnj:
		return joins(prev, then)
	case r == zwj:
		return joins(prev, then) || isEmoji(base) && isEmoji(then) && (prev == base || prev == vs16 || isSkinTone(prev))
	case isDropped(r):
		return false
	case prepends(r):
		return !prepends(prev) && shapes(then)
	case prev == 0 || isDirection(prev):
		return !isMark(r) && !extends(r)
	case isSkinTone(r):
		return isEmoji(prev)
	case isVoicing(r):
		return isKana(prev)
	}
	return true
}

// extends reports whether r joins the grapheme before it, whatever that is: at the start of a line it
// would join what is painted before the line.
func extends(r rune) bool {
	n, _ := next("a" + string(r))
	return n > 1
}

// capGraphemes bounds the marks and bytes of each grapheme and removes graphemes that take no column.
func capGraphemes(s string) string {
	var (
		b    strings.Builder
		buf  [maxGrapheme]byte
		kept = 0
		pos  = 0
		cut  bool
	)
	for g, w := range Graphemes(s) {
		t := g
		switch {
		case len(g) <= 3 && w > 0 || g == "\n":
		case w == 0:
			if r, _ := utf8.DecodeRuneInString(g); !isDirection(r) {
				t = ""
			}
		default:
			t = capGrapheme(&buf, g)
		}
		if len(t) != len(g) {
			cut = true
			b.WriteString(s[kept:pos])
			b.WriteString(t)
			kept = pos + len(g)
		}
		pos += len(g)
	}
	if !cut {
		return s
	}
	b.WriteString(s[kept:])
	return b.String()
}

// capGrapheme keeps at most maxMarks runes that join one base, one leading consonant of a Hangul
// syllable, and maxGrapheme bytes. What is cut ends in a base, so that it does not join what follows.
// It returns g itself where nothing is cut; otherwise it works in buf.
func capGrapheme(buf *[maxGrapheme]byte, g string) string {
	out := buf[:0]
	marks, end, jamo := 0, 0, false
	for i, r := range g {
		joiner := r == zwj || r == zwnj || r == vs15 || r == vs16
		mark := !joiner && i > 0 && (isMark(r) || isSkinTone(r) || isVoicing(r) || isJamoVT(r))
		switch {
		case mark && marks == maxMarks, isJamoL(r) && jamo:
			continue
		case len(out)+utf8.RuneLen(r) > maxGrapheme:
			return string(out[:end])
		case mark:
			marks++
		case !joiner:
			marks = 0
		}
		jamo = jamo || isJamoL(r)
		out = utf8.AppendRune(out, r)
		if !mark && !joiner {
			end = len(out)
		}
	}
	if len(out) == len(g) {
		return g
	}
	return string(out)
}
