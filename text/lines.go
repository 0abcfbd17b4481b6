package text

import (
	"strings"
	"unicode/utf8"
)

// startLine reads what makes the line at pos a quoted line, a line of a list, or both.
func (p *parser) startLine() {
	p.line, p.quoted, p.begin = len(p.spans), false, p.pos
	if p.pos == len(p.s) || p.s[p.pos] > '>' { // all that a line can start with is less
		return
	}
	if n := quoteLen(p.s[p.pos:]); n > 0 {
		p.quoted = true
		p.add(Span{Kind: Quoted, Text: p.s[p.pos : p.pos+n]})
	}
	if n := itemLen(p.s[p.pos:]); n > 0 {
		p.add(Span{Kind: Item, Text: p.s[p.pos : p.pos+n]})
	}
	p.begin = p.pos
}

// maxQuotes is how many levels of quotes are marked as such.
const maxQuotes = 5

// quoteLen is the length of "> " at the beginning of s, also of "> > " and ">> "; 0 if the line is not
// quoted. ">like this" is, ">_<" is not, nor is the ">>> " of a prompt.
func quoteLen(s string) int {
	n, run, levels := 0, 0, 0
	for n < len(s) && s[n] == '>' {
		n, run, levels = n+1, run+1, levels+1
		if run > 2 || levels > maxQuotes {
			return 0
		}
		if n < len(s) && s[n] == ' ' {
			n, run = n+1, 0
		}
	}
	if n == 0 {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(s[n:])
	if run > 0 && !isWordRune(r) || isMark(r) {
		return 0
	}
	rest := strings.TrimLeft(s[n:], " ")
	if rest == "" || rest[0] == '\n' {
		return 0
	}
	return n
}

// maxIndent is the most spaces before the mark of a list's line.
const maxIndent = 12

// itemLen is the length of "- ", "* ", "1. " or "1) " at the beginning of s, with the spaces before and after
// it; 0 if the line is not one of a list.
func itemLen(s string) int {
	n := 0
	for n < len(s) && n <= maxIndent && s[n] == ' ' {
		n++
	}
	digits := n
	for n < len(s) && n < digits+3 && isDigitByte(s[n]) {
		n++
	}
	switch {
	case n == len(s):
		return 0
	case n > digits && (s[n] == '.' || s[n] == ')'), n == digits && (s[n] == '-' || s[n] == '*'):
		n++
	default:
		return 0
	}
	mark := n
	for n < len(s) && n < mark+4 && s[n] == ' ' {
		n++
	}
	if n == mark || n == len(s) || s[n] == ' ' || s[n] == '\n' {
		return 0
	}
	if r, _ := utf8.DecodeRuneInString(s[n:]); isMark(r) {
		return 0
	}
	return n
}

// Marked reports whether b may hold anything but plain text. When it does not, Parse gives one plain
// span, and there is no need to ask it.
func Marked(b Body) bool {
	s := b.s
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '`', '*', '_', '~', '@', '#':
			return true
		case ':':
			if colonMatters(s, i) {
				return true
			}
		case '\n':
			if i+1 < len(s) && startsLine(s[i+1:]) {
				return true
			}
		}
	}
	return startsLine(s)
}

func startsLine(s string) bool {
	return s != "" && s[0] <= '>' && (quoteLen(s) > 0 || itemLen(s) > 0)
}

// colonMatters reports whether the colon at i may belong to a link or to the name of an emoji, as
// those of "note: 14:02" do not.
func colonMatters(s string, i int) bool {
	if i+1 == len(s) {
		return false
	}
	next := s[i+1]
	if i > 0 && s[i-1] < utf8.RuneSelf && isWordRune(rune(s[i-1])) {
		return next == '/' || s[i-1]|0x20 == 'o' // http:, mailto:
	}
	return isEmojiNameByte(next)
}
