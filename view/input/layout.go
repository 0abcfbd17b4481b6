package input

import (
	"sort"

	"parley/text"
)

// Layout wraps the text into rows of at most cols columns and gives at most
// maxRows of them, with the cursor among them, and the cursor's place in these
// rows: cursorCol is at most cols-1, because a column is kept for a cursor at the end. There is always at
// least one row. It also sets what rows Up and Down go by.
func (e *Editor) Layout(cols, maxRows int) (rows []string, cursorRow, cursorCol int) {
	cols, maxRows = max(2, cols), max(1, maxRows)
	e.cols = uint16(min(cols, 0xffff))
	all := e.rows()
	row := rowOf(all, e.cursor)

	top := min(int(e.top), row)
	top = max(top, row-maxRows+1)
	top = min(top, max(0, len(all)-maxRows))
	e.top = uint16(min(top, 0xffff))

	for _, r := range all[top:min(len(all), top+maxRows)] {
		rows = append(rows, text.Balance(e.text[r.From:r.To]))
	}
	r := all[row]
	// Spaces at which the text is divided hang over the end of a row, or
	// are before the first, with the cursor in them.
	cursorCol = text.Width(e.text[min(r.From, e.cursor):e.cursor])
	return rows, row - top, min(cursorCol, cols-1)
}

// Place puts the cursor at a column of one of the rows that the last Layout showed, both
// zero-based, or as near to it as there is text: a click. It ends a search.
func (e *Editor) Place(row, col int) {
	e.endSearch()
	all := e.rows()
	e.move(cursorAt(e.text, all, min(max(0, int(e.top)+row), len(all)-1), max(0, col)))
}

// cursorAt is the place in a row that is at a column, or the row's end.
func cursorAt(s string, rows []text.Row, row, col int) int {
	r := rows[row]
	at := r.From + len(text.Cut(s[r.From:r.To], col))
	if row+1 < len(rows) && at >= rows[row+1].From {
		// The end of a row that is divided inside of a word is the start of the next.
		return prevGrapheme(s, at)
	}
	return at
}

// wrapped is the rows of a long text, kept while it and the width stay the same.
type wrapped struct {
	text string
	cols uint16
	rows []text.Row
}

// rows divides the text as the last Layout did; before the first, into its lines.
func (e *Editor) rows() []text.Row {
	cols := MaxText
	if e.cols > 0 {
		cols = int(e.cols) - 1
	}
	if len(e.text) < 256 {
		e.wrap = nil
		return text.Rows(e.text, cols)
	}
	if e.wrap == nil || e.wrap.cols != e.cols || e.wrap.text != e.text {
		e.wrap = &wrapped{e.text, e.cols, text.Rows(e.text, cols)}
	}
	return e.wrap.rows
}

// rowOf is the index of the row that a cursor at i is shown in.
func rowOf(rows []text.Row, i int) int {
	return max(0, sort.Search(len(rows), func(n int) bool { return rows[n].From > i })-1)
}
