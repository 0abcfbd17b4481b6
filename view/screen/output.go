package screen

import "strconv"

// output is the bytes of one paint and the place where they leave the
// terminal's cursor. No paint relies on where the one before left it.
type output struct {
	buf  []byte
	cols int
	// row and col are the cursor, or -1 where it is not certain. After
	// text of uncertain width the row is certain and the column is not.
	row, col int
	// sgr is what the terminal's style was set with, "" in the default one. Blanks look the same in it.
	sgr string
}

func (o *output) add(s string) { o.buf = append(o.buf, s...) }

func (o *output) num(n int) { o.buf = strconv.AppendInt(o.buf, int64(n), 10) }

// move goes to a cell by the shortest way that is certain: carriage return and
// line feeds, an absolute column (CHA), or an absolute place (CUP). Behind a line
// feed the column is always set, so that a tty that turns it into CR LF does no harm.
func (o *output) move(row, col int) {
	below := o.row >= 0 && row == o.row+1
	switch {
	case row == o.row && col == o.col:
	case row == o.row && col == 0:
		o.add("\r")
	case o.row >= 0 && row > o.row && row-o.row <= 3 && col == 0: // CUP is four bytes at least
		o.add("\r\n\n\n"[:1+row-o.row])
	case row == o.row || below && row >= 9: // else CUP is as short
		if below {
			o.add("\n")
		}
		o.add("\x1b[")
		o.num(col + 1)
		o.add("G")
	default:
		o.add("\x1b[")
		if row > 0 || col > 0 {
			o.num(row + 1)
		}
		if col > 0 {
			o.add(";")
			o.num(col + 1)
		}
		o.add("H")
	}
	o.row, o.col = row, col
}

// text adds the text of a segment. The style at its end stays on where the next text may go on in it.
func (o *output) text(s *Segment) {
	data, was := s.data, o.sgr
	if data == "" {
		return
	}
	switch sgr := s.style(); {
	case was == "":
	case sgr == "":
		o.add(reset)
	default:
		o.add(data[:s.at])
		if data = data[int(s.at)+len(sgr):]; sgr != was {
			o.add("\x1b[;") // the empty parameter is a 0, which resets
			o.add(sgr[2:])
		}
	}
	o.sgr = ""
	if s.even {
		o.sgr, data = s.style(), data[:len(data)-len(reset)]
	}
	o.add(data)
}

// plain goes back to the default style.
func (o *output) plain() {
	if o.sgr != "" {
		o.add(reset)
		o.sgr = ""
	}
}

// segment paints s into its rectangle on a row, of which the first touched
// columns may not be blank (more than its width: nor what is behind it). last
// says that nothing is to the right of it.
func (o *output) segment(row int, s *Placed, touched int, last bool) {
	used := min(int(s.used), s.Width)
	if !last {
		touched = min(touched, s.Width)
	}
	if !s.sure() || int(s.used) > s.Width {
		// Where the text ends is uncertain, so what is there goes first.
		if touched > 0 {
			o.move(row, s.Col)
			o.erase(touched, last)
		}
		o.move(row, s.Col)
		o.text(&s.Segment)
		o.col = -1
		return
	}
	if used > 0 {
		o.move(row, s.Col)
		o.text(&s.Segment)
		// At the last column the cursor stays on it, because wrapping is off.
		o.col = min(s.Col+used, o.cols-1)
	}
	if touched <= used || s.Col+used >= o.cols {
		return
	}
	o.move(row, s.Col+used)
	n, most := touched-used, len(blanks)
	switch {
	case last && touched > s.Width:
		most = 0 // what was there may reach beyond the rectangle
	case last:
		most = 2 // EL is shorter
	}
	if n <= most {
		o.add(blanks[:n])
		o.col = min(o.col+n, o.cols-1)
		return
	}
	o.erase(n, last)
}

// blanks are as many spaces as are not longer than ECH.
const blanks = "    "

// erase blanks n columns from the cursor, or the rest of the row if nothing else is on it; the cursor stays.
func (o *output) erase(n int, last bool) {
	if last {
		o.add("\x1b[K")
		return
	}
	o.add("\x1b[")
	o.num(n)
	o.add("X")
}
