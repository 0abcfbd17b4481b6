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
	hashes []uint64 // of the last frame's segments, row after row
	geoms  []geom   // their rectangles, in the same order
	ends   []uint16 // for each row the index behind its last segment
}

// geom packs a segment's rectangle and the columns that its text may have
// touched: 10 bits of column, 10 of width, 11 of touched.
type geom uint32

const geomMax = 1<<10 - 1

func newGeom(s *Placed) geom {
	touched := min(s.reach(), s.Width+1)
	return geom(s.Col&geomMax | s.Width&geomMax<<10 | touched<<20)
}

// rect is the part of g that says where the segment is.
func (g geom) rect() geom { return g & (1<<20 - 1) }

// touched is the number of columns from the segment's first that may not be
// blank; one more than its width if the text may have gone on behind it.
func (g geom) touched() int { return int(g >> 20) }

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
	full := p.size != f.Size
	var sc scroll
	if full {
		p.forget(f.Size)
		out.add("\x1b[r\x1b[m\x1b[H\x1b[2J")
		out.row, out.col = 0, 0
	} else if sc = p.findScroll(f); sc.by != 0 {
		out.scroll(sc)
	}
	for y := range min(len(f.Rows), f.Size.Rows) {
		p.paintRow(&out, f, y, p.lastRow(sc.source(y)))
	}
	painted := len(out.buf) > start
	if painted || p.cursor != f.Cursor {
		p.placeCursor(&out, f.Cursor, full)
	}
	p.remember(f)
	if len(out.buf)-start > bigPaint {
		return wrap(out.buf, start, f.Cursor.Visible)
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

// oldRow is a row of the last frame as it is on the terminal now.
type oldRow struct {
	hashes []uint64
	geoms  []geom
	blank  bool // the terminal's row is empty, whatever its segments were
}

// lastRow is row y of the last frame; a negative y is a blank row.
func (p *Painter) lastRow(y int) oldRow {
	if y < 0 || y >= len(p.ends) {
		return oldRow{blank: true}
	}
	from := 0
	if y > 0 {
		from = int(p.ends[y-1])
	}
	to := int(p.ends[y])
	return oldRow{hashes: p.hashes[from:to], geoms: p.geoms[from:to], blank: from == to}
}

// fits says that the row has the same rectangles as r.
func (o oldRow) fits(r *Row) bool {
	if len(o.geoms) != r.n {
		return false
	}
	for i := range r.n {
		if o.geoms[i].rect() != newGeom(&r.parts[i]).rect() {
			return false
		}
	}
	return true
}

// paintRow appends what turns old into row y of f.
func (p *Painter) paintRow(out *output, f *Frame, y int, old oldRow) {
	row := &f.Rows[y]
	if !old.blank && !old.fits(row) {
		out.move(y, 0)
		out.add("\x1b[K")
		old.blank = true
	}
	reach := 0 // columns before this may hold the end of a text to their left
	for i := range row.n {
		s := &row.parts[i]
		if s.Col+s.Width > f.Size.Cols {
			return
		}
		hash, touched := uint64(0), 0
		if !old.blank {
			hash, touched = old.hashes[i], old.geoms[i].touched()
		}
		if s.Col < reach {
			touched = max(touched, min(reach-s.Col, s.Width+1))
		} else if s.hash == hash {
			continue
		}
		out.segment(y, s, touched, i == row.n-1)
		if s.reach() > s.Width {
			reach = max(reach, s.Col+s.reach())
		}
	}
}

// forget makes the last frame a blank one of the given size.
func (p *Painter) forget(size Size) {
	p.size = size
	p.hashes, p.geoms = p.hashes[:0], p.geoms[:0]
	if cap(p.ends) < size.Rows || cap(p.ends) > 2*size.Rows {
		p.hashes, p.geoms, p.ends = nil, nil, make([]uint16, size.Rows)
	}
	p.ends = p.ends[:size.Rows]
	clear(p.ends)
}

// remember makes f the last frame.
func (p *Painter) remember(f *Frame) {
	rows := f.Rows[:min(len(f.Rows), f.Size.Rows)]
	n := 0
	for i := range rows {
		n += rows[i].n
	}
	if cap(p.hashes) < n {
		p.hashes, p.geoms = make([]uint64, 0, n), make([]geom, 0, n)
	}
	p.hashes, p.geoms = p.hashes[:0], p.geoms[:0]
	for y := range p.ends {
		if y < len(rows) {
			for i := range rows[y].n {
				s := &rows[y].parts[i]
				p.hashes = append(p.hashes, s.hash)
				p.geoms = append(p.geoms, newGeom(s))
			}
		}
		p.ends[y] = uint16(len(p.hashes))
	}
}
