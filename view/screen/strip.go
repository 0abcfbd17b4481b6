package screen

// Column is a rectangle of a frame, up to the segments beside it or the edges.
type Column struct {
	Top, Bottom int // its first and its last row
	Col, Width  int
}

// Strip is what comes in at the bottom of a column, finished: the bytes that make room for it and that paint it, for
// all terminals of one size with the column at the same place. It is immutable and may be shared between sessions and goroutines.
type Strip struct {
	size    Size
	column  Column
	margins bool
	scroll  string  // moves the column up, or with no margins whole rows
	rows    string  // paints the new rows, from wherever the cursor is
	pic     picture // of them
}

// NewStrip makes one of the last rows of the column, in which f has what is part of the column and nothing else. With margins it is for
// terminals that scroll between left and right margins (of two columns at least). It is nil where the text may reach beyond the column on some
// terminals, and so spoil what stands there.
func NewStrip(f *Frame, c Column, rows int, margins bool) *Strip {
	if rows <= 0 || c.Top < 0 || c.Bottom >= len(f.Rows) || c.Top+rows > c.Bottom {
		return nil
	}
	s := &Strip{size: f.Size, column: c, margins: margins && c.Width > 1 && c.Width < f.Size.Cols}
	alone := c.Col+c.Width == f.Size.Cols
	out := output{cols: f.Size.Cols}
	if s.margins {
		out.scrollColumn(c, rows)
	} else {
		out.scroll(scroll{c.Top, c.Bottom, rows})
	}
	s.scroll = string(out.buf)
	out.buf, out.row, out.col = out.buf[:0], -1, -1
	reach := c.Col
	if c.Col > 0 && !s.margins {
		reach++ // the border beside it is new there, and of uncertain width
	}
	for y := c.Bottom - rows + 1; y <= c.Bottom; y++ {
		r := &f.Rows[y]
		if r.n > 0 && !alone && r.parts[r.n-1].reach() > r.parts[r.n-1].Width {
			return nil
		}
		s.pic.addRow(r)
		now := s.pic.at(s.pic.rows() - 1)
		out.paintRow(r, y, &oldRow{blank: true}, &now, reach, alone)
	}
	out.plain()
	s.rows = string(out.buf)
	return s
}

// Alone reports whether nothing beside the column is moved with it.
func (s *Strip) Alone() bool { return s.margins || s.column.Width == s.size.Cols }

// Size is about what the strip holds in memory, in bytes.
func (s *Strip) Size() int { return 256 + len(s.scroll) + len(s.rows) + 12*len(s.pic.hashes) }

// scrollColumn moves the rows of a column up, and nothing beside it. Margins (DECSLRM) are understood only while their mode is
// set, which also puts the cursor somewhere else; without it the same bytes save the cursor on some terminals. So it is set for a moment only:
// whatever else happens to the terminal finds it as it is used to.
func (o *output) scrollColumn(c Column, by int) {
	o.add("\x1b[?69h\x1b[")
	o.num(c.Col + 1)
	o.add(";")
	o.num(c.Col + c.Width)
	o.add("s")
	o.region(c.Top, c.Bottom)
	o.up(scroll{c.Top, c.Bottom, by}, c.Col)
	o.add("\x1b[r\x1b[?69l")
	o.row, o.col = -1, -1
}

// Shift appends what turns the last painted frame into one that differs from it in that what the column shows has
// moved up by the rows of s, which come in below. Unlike Paint a shift does not have to find
// out what moved, and most rows are not looked at. The cursor stays. Unless the strip is [Strip.Alone], beside is called for
// rows on which something else stood beside the column: it puts what stands there into a blank row. f is scratch. Shift
// reports false and appends nothing where something would have to be painted whose text is not known.
func (p *Painter) Shift(dst []byte, f *Frame, s *Strip, beside func(r *Row, y int)) ([]byte, bool) {
	if p.size != s.size {
		return dst, false
	}
	out := output{buf: append(dst, s.scroll...), row: -1, col: -1, cols: s.size.Cols}
	if !s.Alone() && !p.restore(&out, f, s, beside) {
		return dst, false
	}
	out.buf, out.row, out.col = append(out.buf, s.rows...), -1, -1
	p.last.shift(s, &f.pic)
	return p.finish(&out, p.cursor, len(dst), false), true
}

// restore paints what stands beside a column again after whole rows were moved, but for what is the same on the row below: all rows
// that begin in one style, then those of the next, as a style costs more than the way to a row. Lists have few styles.
func (p *Painter) restore(o *output, f *Frame, s *Strip, beside func(r *Row, y int)) bool {
	c, left := &s.column, 0
	f.Reset(s.size)
	for y := c.Top; y <= c.Bottom; y++ {
		here, moved := p.last.at(y), p.moved(s, y)
		if moved.blank || !here.besides(&moved, c) {
			r := &f.Rows[y]
			if beside(r, y); r.n > 0 {
				left++
			} else if from, to := c.part(here.geoms); to-from < len(here.geoms) {
				return false // it is not what stood there
			}
		}
	}
	o.row, o.col = 0, 0 // after a scroll
	for left > 0 {
		style, begun := "", false
		for y := c.Top; y <= c.Bottom; y++ {
			r := &f.Rows[y]
			if r.n == 0 || begun && r.parts[0].style() != style {
				continue
			}
			style, begun = r.parts[0].style(), true
			here, moved := p.last.at(y), p.moved(s, y)
			if !o.paintBeside(r, y, &here, &moved, c) {
				return false
			}
			r.n = 0
			left--
		}
	}
	o.plain()
	return true
}

// moved is the row that the terminal has at y after whole rows were moved for s.
func (p *Painter) moved(s *Strip, y int) oldRow {
	if from := y + s.pic.rows(); from <= s.column.Bottom {
		return p.last.at(from)
	}
	return oldRow{blank: true}
}

// part finds the segments of the row that belong to a column.
func (c *Column) part(geoms []geom) (from, to int) {
	for from < len(geoms) && geoms[from].col() < c.Col {
		from++
	}
	to = len(geoms)
	for to > from && geoms[to-1].col() >= c.Col+c.Width {
		to--
	}
	return from, to
}

// besides reports whether two rows have the same beside a column.
func (o *oldRow) besides(r *oldRow, c *Column) bool {
	from, to := c.part(o.geoms)
	end := len(r.geoms) - len(o.geoms) + to // of the column in r
	if end < from {
		return false
	}
	for i := range from {
		if o.hashes[i] != r.hashes[i] || o.geoms[i] != r.geoms[i] {
			return false
		}
	}
	for i := to; i < len(o.geoms); i++ {
		if j := end + i - to; o.hashes[i] != r.hashes[j] || o.geoms[i] != r.geoms[j] {
			return false
		}
	}
	return end == from || r.geoms[from].col() >= c.Col && r.geoms[end-1].col() < c.Col+c.Width
}

// paintBeside paints what stood beside the column on row y, here, which r has, where moved is now.
// It reports false where that cannot be painted without neighbours of which the text is not known.
func (o *output) paintBeside(r *Row, y int, here, moved *oldRow, c *Column) bool {
	from, to := c.part(here.geoms)
	mFrom, mTo := c.part(moved.geoms)
	rest := len(here.geoms) - to
	if r.n != from+rest || !moved.blank && (mFrom != from || len(moved.geoms)-mTo != rest) {
		return false
	}
	reach := 0 // columns before this may hold the end of a text to their left
	for i := range r.n {
		at, was := i, i
		if i >= from {
			at, was = to+i-from, mTo+i-from
		}
		s, g := &r.parts[i], here.geoms[at]
		s.Width = g.width() // the column that follows is not in r
		if s.hash != here.hashes[at] || newGeom(s) != g || s.Col+s.Width > o.cols {
			return false
		}
		hash, touched := uint64(0), 0
		if !moved.blank {
			if hash, touched = moved.hashes[was], moved.geoms[was].touched(); moved.geoms[was].rect() != g.rect() {
				return false
			}
		}
		if s.Col < reach {
			touched = max(touched, min(reach-s.Col, s.Width+1))
		} else if s.hash == hash {
			continue
		}
		o.segment(y, s, touched, at == len(here.geoms)-1)
		if s.reach() > s.Width {
			reach = max(reach, s.Col+s.reach())
		}
		// On a new row the strip is still to be painted, over the end of a border too.
		if i < from && reach > c.Col && (!moved.blank || reach > c.Col+1) {
			return false
		}
	}
	return true
}

// shift makes p the picture after the rows of s have come in at the bottom of its column: what is beside the column stays. scratch is for rows
// that do not have as many segments in the column as those that come in their place.
func (p *picture) shift(s *Strip, scratch *picture) {
	c, by := &s.column, s.pic.rows()
	y := c.Top
	for ; y <= c.Bottom; y++ {
		from, to := p.part(c, y)
		src, at, end := p.coming(s, y, by)
		if end-at != to-from {
			break
		}
		hashes, geoms := src.hashes[at:end], src.geoms[at:end]
		for i, g := range geoms {
			p.hashes[from+i], p.geoms[from+i] = hashes[i], g
		}
	}
	if y > c.Bottom {
		return
	}
	scratch.clear()
	for z := y; z < len(p.ends); z++ {
		begin, end := p.row(z)
		if z <= c.Bottom {
			from, to := p.part(c, z)
			src, at, until := p.coming(s, z, by)
			scratch.append(p, begin, from)
			scratch.append(src, at, until)
			begin = to
		}
		scratch.append(p, begin, end)
		scratch.ends = append(scratch.ends, uint16(len(scratch.hashes)))
	}
	p.keepFrom(y, scratch)
}

// part is where the segments of row y are that belong to a column.
func (p *picture) part(c *Column, y int) (from, to int) {
	from, to = p.row(y)
	for from < to && p.geoms[from].col() < c.Col {
		from++
	}
	for to > from && p.geoms[to-1].col() >= c.Col+c.Width {
		to--
	}
	return from, to
}

// coming is where that is which the column shows on row y after the rows of s, so many, have come in.
func (p *picture) coming(s *Strip, y, by int) (src *picture, from, to int) {
	c := &s.column
	if y+by <= c.Bottom {
		from, to = p.part(c, y+by)
		return p, from, to
	}
	from, to = s.pic.row(y + by - c.Bottom - 1)
	return &s.pic, from, to
}
