package text

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	// MaxBody is the most bytes a Body holds.
	MaxBody = 16 << 10
	// MaxBodyLines is the most lines a Body holds.
	MaxBodyLines = 500
)

// Body is the safe text of a message: lines separated by '\n'. The zero value is the empty body.
type Body struct{ s string }

// NewBody makes any text safe. It never fails; what is too long is cut at a grapheme.
func NewBody(s string) Body {
	s = clean(s)
	if strings.Count(s, "\n") >= MaxBodyLines {
		s = strings.Join(strings.SplitN(s, "\n", MaxBodyLines+1)[:MaxBodyLines], "\n")
	}
	for len(s) > MaxBody {
		s = s[:len(s)-1]
		s = strings.ToValidUTF8(s, "")
	}
	return Body{s}
}

// ParseBody is NewBody for a message to be posted: surrounding blank lines and trailing blanks go,
// and a message that is empty or too long is an error.
func ParseBody(s string) (Body, error) {
	c := strings.TrimRight(strings.TrimLeft(clean(s), "\n"), " \n")
	switch {
	case strings.TrimSpace(c) == "":
		return Body{}, errors.New("the message is empty: type something first")
	case len(c) > MaxBody:
		return Body{}, fmt.Errorf("the message is longer than %d KiB: send it as a file", MaxBody>>10)
	}
	return NewBody(c), nil
}

// String is the text, lines separated by '\n'.
func (b Body) String() string { return b.s }

// IsZero reports whether the body is empty.
func (b Body) IsZero() bool { return b.s == "" }

func clean(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", "    ", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n").Replace(strings.ToValidUTF8(s, "\ufffd"))
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			return -1
		}
		return r
	}, s))
}
