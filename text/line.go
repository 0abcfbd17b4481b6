package text

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line is one line of safe text: a topic, a device's name, a client's version, an error that
// quotes a user. The zero value is the empty line.
type Line struct{ s string }

// NewLine makes any text one safe line of at most maxCols columns: line ends become spaces,
// spaces around it go, what is too long ends in '…'. It never fails.
func NewLine(s string, maxCols int) Line {
	s = limit(s)
	for {
		t := Truncate(trim(clean(strings.ReplaceAll(clean(s), "\n", " "))), maxCols)
		if t == s { // what was cut off may have been what a mark of direction stood for
			return Line{t}
		}
		s = t
	}
}

// trim removes the spaces around the safe line s, but for one that carries a mark.
func trim(s string) string {
	s = strings.TrimRight(s, " ")
	for len(s) > 0 && s[0] == ' ' {
		n, _ := next(s)
		if n > 1 {
			break
		}
		s = s[n:]
	}
	return s
}

// String is the text; it has no newline.
func (l Line) String() string { return l.s }

// IsZero reports whether the line is empty.
func (l Line) IsZero() bool { return l.s == "" }

// limit is the beginning of s that is looked at at all.
func limit(s string) string {
	if len(s) <= maxRaw {
		return s
	}
	n := maxRaw
	for n > maxRaw-utf8.UTFMax && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// maxQuote bounds in bytes what Quote shows of a value.
const maxQuote = 512

// Quote is s in double quotes for a log, on one line, every byte of it recognisable: left-to-right
// letters stay readable, all else that is not printable ASCII is escaped as in Go. After 512 bytes it
// says how many more there are.
func Quote(s string) string {
	more := ""
	if len(s) > maxQuote {
		n := maxQuote
		for n > maxQuote-utf8.UTFMax && !utf8.RuneStart(s[n]) {
			n--
		}
		more = fmt.Sprintf(" and %d bytes more", len(s)-n)
		s = s[:n]
	}
	if strings.ContainsFunc(s, func(r rune) bool {
		return r >= utf8.RuneSelf && (isRTL(r) || !unicode.In(r, unicode.L, unicode.N) || isDropped(r))
	}) {
		return strconv.QuoteToASCII(s) + more
	}
	return strconv.Quote(s) + more
}
