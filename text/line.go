package text

import (
	"strconv"
	"strings"
)

// Line is one line of safe text: a topic, a device's name, a client's version, an error that quotes a user.
// The zero value is the empty line.
type Line struct{ s string }

// NewLine makes any text one safe line of at most maxCols columns; what is too long ends in '…'. It never fails.
func NewLine(s string, maxCols int) Line {
	return Line{Truncate(strings.ReplaceAll(clean(s), "\n", " "), maxCols)}
}

// String is the text; it has no newline.
func (l Line) String() string { return l.s }

// IsZero reports whether the line is empty.
func (l Line) IsZero() bool { return l.s == "" }

// Quote is s in double quotes with everything that is not plain printable text escaped: for logs.
func Quote(s string) string { return strconv.QuoteToASCII(s) }
