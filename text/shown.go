package text

import (
	"strings"
	"unicode/utf8"
)

// Plainly is b for a reader of plain lines: with all its marks, but a link whose host is not ASCII
// shows where it leads.
func Plainly(b Body) string {
	if !strings.Contains(b.s, "://") || strings.IndexFunc(b.s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return b.s
	}
	var out strings.Builder
	spans := Parse(b)
	for i := range spans {
		if s := &spans[i]; s.Kind == URL {
			out.WriteString(s.Shown())
		} else {
			out.WriteString(s.Text)
		}
	}
	return out.String()
}

// Glance is the first line of b where it is quoted: emphasis without its marks, emoji for their names, and " …" where
// the body goes on. What is struck keeps its tildes, or it would say the opposite.
func Glance(b Body) string {
	words := b.s
	if Marked(b) {
		var out strings.Builder
		spans := Parse(b)
		for i := range spans {
			switch s := &spans[i]; {
			case s.Kind == Quoted, s.Kind == Mark && s.Text[0] != '~':
			case s.Kind == Fence:
				out.WriteByte('\n')
			default:
				out.WriteString(s.Shown())
			}
		}
		words = out.String()
	}
	first, rest, _ := strings.Cut(strings.TrimLeft(words, "\n"), "\n")
	if first = strings.TrimRight(first, " "); strings.Trim(rest, " \n") != "" {
		first += " …"
	}
	return first
}
