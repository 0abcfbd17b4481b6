package screen

// bigPaint is the number of bytes from which a paint is wrapped: the cursor is
// hidden and the update synchronised (mode 2026), 28 bytes in all. A smaller
// one fits into one packet, which terminals show at once; in a bigger one the cursor would be seen running.
const bigPaint = 1024

// Painter paints frames on one terminal. It belongs to the goroutine that owns
// the session's output; the zero value paints its first frame in full.
//
// It holds 12 bytes for each segment of the last frame and 2 for each row: about 1 KB
// at 80×24 with three segments a row, under 4 KB at 200×50 with five.
type Painter struct {
	size   Size // zero: what the terminal shows is not known
	cursor Cursor
	last   picture // what the terminal shows
}

// Reset forgets what the terminal shows: the next paint clears it and sends
// everything. It is for a redraw and after [Enter]; a change of size needs none.
func (p *Painter) Reset() { p.size = Size{} }

// Paint appends to dst the bytes that turn the last painted frame into f, and
// returns the result. The same frame twice appends nothing. Segments that reach
// beyond the frame's size are the caller's mistake and left out; a size beyond 1,023 columns or
// rows is not painted.
func (p *Painter) Paint(dst []byte, f *Frame) []byte {
	if f.Size.Cols <= 0 || f.Size.Rows <= 0 || f.Size.Cols > geomMax || f.Size.Rows > geomMax {
		return dst
	}
	start := len(dst)
	out := output{buf: dst, row: -1, col: -1, cols: f.Size.Cols}
	rows := f.Rows[:min(len(f.Rows), f.Size.Rows)]
	f.pic.take(rows)
	full := p.size != f.Size
	var sc scroll
	if full {
		p.size = f.Size
		p.last.blank(f.Size.Rows)
		out.add("\x1b[r\x1b[m\x1b[H\x1b[2J")
		out.row, out.col = 0, 0
	} else if sc = p.findScroll(f); sc.by != 0 {
		out.scroll(sc)
	}
	for y := range rows {
		old, now := p.last.at(sc.source(y)), f.pic.at(y)
		if !old.same(&now) {
			out.paintRow(&rows[y], y, &old, &now, 0, true)
		}
	}
	p.last.keep(&f.pic)
	return p.finish(&out, f.Cursor, start, full)
}

// finish places the cursor behind a paint.
func (p *Painter) finish(out *output, c Cursor, start int, full bool) []byte {
	out.plain()
	if len(out.buf) > start || p.cursor != c {
		p.placeCursor(out, c, full)
	}
	if len(out.buf)-start > bigPaint {
		return wrap(out.buf, start, c.Visible)
	}
	return out.buf
}

// placeCursor puts the cursor where the frame wants it. An invisible cursor is left wherever it is.
func (p *Painter) placeCursor(out *output, c Cursor, full bool) {
	if c.Visible {
		out.move(c.Row, c.Col)
	}
	if c.Visible != p.cursor.Visible || full {
		if c.Visible {
			out.add("\x1b[?25h")
		} else {
			out.add("\x1b[?25l")
		}
	}
	p.cursor = c
}

// wrap puts a synchronised update around buf[start:], with the cursor hidden
// for terminals that do not know the mode.
func wrap(buf []byte, start int, visible bool) []byte {
	const begin, end = "\x1b[?2026h\x1b[?25l", "\x1b[?2026l"
	buf = append(buf, begin...)
	copy(buf[start+len(begin):], buf[start:])
	copy(buf[start:], begin)
	if visible {
		buf = append(buf, "\x1b[?25h"...)
	}
	return append(buf, end...)
}

// paintRow appends what turns old into now, which is row, at y. Columns before reach may hold the end of what is to the left of the row's first
// segment; alone says that nothing is to the right of its last one.
func (o *output) paintRow(row *Row, y int, old, now *oldRow, reach int, alone bool) {
	blank := old.blank
	if !blank && !old.fits(now) {
		o.move(y, 0)
		o.add("\x1b[K")
		blank = true
	}
	for i := range row.n {
		s := &row.parts[i]
		if s.Col+s.Width > o.cols {
			return
		}
		hash, touched := uint64(0), 0
		if !blank {
			hash, touched = old.hashes[i], old.geoms[i].touched()
		}
		if s.Col < reach { // the end of a text to its left may be here
			touched = max(touched, min(reach-s.Col, s.Width+1))
		} else if s.hash == hash {
			continue
		}
		o.segment(y, s, touched, alone && i == row.n-1)
		if s.reach() > s.Width {
			reach = max(reach, s.Col+s.reach())
		}
	}
}
