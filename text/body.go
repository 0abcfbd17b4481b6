package text

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

const (
	// MaxBody is the most bytes that a Body holds.
	MaxBody = 16 << 10
	// MaxBodyLines is the most lines that a Body holds.
	MaxBodyLines = 500
)

// Body is the safe text of a message: lines separated by '\n'. The zero value is the empty body.
type Body struct{ s string }

// NewBody makes any text a body: a message read from a database, a paste, a draft. It never fails;
// what is longer than MaxBody or MaxBodyLines is cut, at a grapheme. NewBody(b.String()) is b, and
// costs no allocation when the text consists of common letters.
func NewBody(s string) Body {
	n := 0
	for n < len(s) && (s[n]-0x20 < 0x5f || s[n] == '\n') {
		n++
	}
	if n < len(s) {
		s = clean(limit(s))
	}
	if len(s) <= MaxBodyLines { // not more lines than bytes
		return Body{s}
	}
	if cut := cutBody(s); len(cut) < len(s) {
		s = clean(cut) // an isolate may have lost its end
	}
	return Body{s}
}

// ParseBody makes a body of what somebody wants to post: blank lines before it and blanks after it go.
// A text with nothing to see in it, or longer than a body may be, is an error.
func ParseBody(s string) (Body, error) {
	over := len(s) > maxRaw
	s = strings.TrimRight(clean(limit(s)), " \n")
	first := strings.IndexFunc(s, func(r rune) bool { return r != ' ' && r != '\n' })
	s = s[strings.LastIndexByte(s[:max(first, 0)], '\n')+1:]
	switch {
	case over, len(s) > MaxBody:
		return Body{}, fmt.Errorf("a message holds %d KiB of text and this is more: shorten it, or send it as a file", MaxBody>>10)
	case strings.Count(s, "\n") >= MaxBodyLines:
		return Body{}, fmt.Errorf("a message holds %d lines and this has %d: shorten it, or send it as a file",
			MaxBodyLines, strings.Count(s, "\n")+1)
	case !strings.ContainsFunc(s, isVisible):
		return Body{}, errors.New("the message is empty: write something, then send it")
	}
	return NewBody(s), nil
}

// String is the text, its lines separated by '\n'.
func (b Body) String() string { return b.s }

// IsZero reports whether the body is empty.
func (b Body) IsZero() bool { return b.s == "" }

// cutBody is the beginning of s that a body holds.
func cutBody(s string) string {
	for i, lines := 0, 0; i < len(s) && i < MaxBody; i++ {
		if s[i] == '\n' {
			if lines++; lines == MaxBodyLines {
				s = s[:i]
			}
		}
	}
	if len(s) <= MaxBody {
		return s
	}
	end := 0
	for g := range Graphemes(s[:min(len(s), MaxBody+maxGrapheme)]) {
		if end+len(g) > MaxBody {
			break
		}
		end += len(g)
	}
	return s[:end]
}

// isVisible reports whether a reader sees something where r is.
func isVisible(r rune) bool {
	const brailleBlank = '\u2800'
	return !unicode.IsSpace(r) && !isDirection(r) && r != brailleBlank
}
