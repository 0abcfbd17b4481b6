package text

import "strings"

// Wrap breaks s into rows of at most cols columns, at blanks where it can. A newline always ends a row.
// There is always at least one row. Blanks at which a row was broken belong to neither row.
func Wrap(s string, cols int) []string {
	cols = max(cols, 1)
	var rows []string
	for line := range strings.SplitSeq(s, "\n") {
		for Width(line) > cols {
			head := Cut(line, cols)
			if i := strings.LastIndexByte(head, ' '); i > 0 {
				head = head[:i]
			}
			if head == "" {
				for g := range Graphemes(line) {
					head = g
					break
				}
			}
			rows = append(rows, head)
			line = strings.TrimPrefix(line[len(head):], " ")
		}
		rows = append(rows, line)
	}
	return rows
}
