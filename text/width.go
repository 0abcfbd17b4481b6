package text

import (
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// next is the length in bytes of the first grapheme of s, which is not empty, and its width in columns.
func next(s string) (n, width int) {
	r, n := rune(s[0]), 1
	if r >= utf8.RuneSelf {
		r, n = utf8.DecodeRuneInString(s)
	}
	if w := simpleWidth(r); w > 0 {
		if n == len(s) || s[n] < utf8.RuneSelf {
			return n, w
		}
		if follow, _ := utf8.DecodeRuneInString(s[n:]); simpleWidth(follow) > 0 {
			return n, w
		}
	}
	g, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	return len(g), w
}

// plain is the length of the printable ASCII at the beginning of s, without a last
// character that a rune after it may join.
func plain(s string) int {
	i := 0
	for i < len(s) && s[i]-0x20 < 0x5f {
		i++
	}
	if i > 0 && i < len(s) && s[i] >= utf8.RuneSelf {
		i--
	}
	return i
}

// Graphemes yields each grapheme of s, what a reader takes for one character, and its width in
// columns. A newline and the isolates of right-to-left text have width 0.
func Graphemes(s string) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for len(s) > 0 {
			n, w := next(s)
			if !yield(s[:n], w) {
				return
			}
			s = s[n:]
		}
	}
}

// Width is the number of terminal columns that s takes on one row.
func Width(s string) int {
	cols := plain(s)
	for i := cols; i < len(s); {
		n, w := next(s[i:])
		i += n
		cols += w
	}
	return cols
}

// Cut is the longest prefix of s of at most cols columns. It never splits a grapheme. The rest
// is s[len(Cut(s, cols)):]. Either may need [Balance].
func Cut(s string, cols int) string {
	i := min(plain(s), max(cols, 0))
	for left := cols - i; i < len(s); {
		n, w := next(s[i:])
		if w > left {
			break
		}
		i += n
		left -= w
	}
	return s[:i]
}

// Truncate is s when it fits into cols columns, else its beginning and one '…', together at most cols
// columns. For cols < 1 it is empty.
func Truncate(s string, cols int) string {
	if cols < 1 {
		return ""
	}
	const more = "…"
	if head := Cut(s, cols); len(head) == len(s) {
		return s
	}
	head := Cut(s, cols-Width(more))
	if cut := strings.TrimRight(head, " "); strings.HasSuffix(cut, more) {
		head = strings.TrimRight(cut, more+" ") // what was cut before is not marked twice
	}
	return Balance(head) + more
}

// Pad is s with blanks behind it up to a number of columns; a longer one stays as it is.
func Pad(s string, cols int) string {
	return s + strings.Repeat(" ", max(0, cols-Width(s)))
}
