package text

import (
	"iter"

	"github.com/charmbracelet/x/ansi"
)

// Graphemes yields each grapheme cluster of s with its width in columns.
func Graphemes(s string) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for len(s) > 0 {
			g, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
			if !yield(g, w) {
				return
			}
			s = s[len(g):]
		}
	}
}

// Width is the number of terminal columns that s takes. It is the one measure of the whole program.
func Width(s string) int {
	n := 0
	for _, w := range Graphemes(s) {
		n += w
	}
	return n
}

// Cut is the longest prefix of s of at most cols columns. It never splits a grapheme.
func Cut(s string, cols int) string {
	n, end := 0, 0
	for g, w := range Graphemes(s) {
		if n+w > cols {
			break
		}
		n += w
		end += len(g)
	}
	return s[:end]
}

// Truncate is s when it fits into cols columns, else its beginning and '…', together at most cols columns.
func Truncate(s string, cols int) string {
	if cols <= 0 {
		return ""
	}
	if Width(s) <= cols {
		return s
	}
	return Cut(s, cols-1) + "…"
}
