package screen

// Again puts into the columns [col, col+width) of r what row y of the last
// painted frame has there. Its text is not known any more, so that such a row is for [Painter.Shift] alone.
func (p *Painter) Again(r *Row, y, col, width int) {
	old := p.last.at(y)
	for i, g := range old.geoms {
		at := g.col()
		if at < col || at >= col+width || r.n == MaxSegments {
			continue
		}
		if r.n > 0 {
			left := &r.parts[r.n-1]
			left.Width = at - left.Col
		}
		r.parts[r.n] = Placed{Col: at, Width: g.width(), Segment: Segment{hash: old.hashes[i], most: uint16(g.touched())}}
		r.n++
	}
}

// Column is a rectangle of a frame, of whole rows where nothing is beside it.
type Column struct {
	Top, Bottom int // its first and its last row
	Col, Width  int
}

// Shift appends what turns the last painted frame into f, which differs from it in that what the column shows has
// moved up by some rows. Of f only the rows that this makes new are there, whole; beside calls for another row of the
// column where what stands beside it is not what stood beside its text before, which the terminal moves
// too: such a row is blank and to be filled, the column itself by [Painter.Again]. Unlike Paint a shift does not have to find
// out what moved, and most rows are not looked at. The cursor stays. It
// reports false and appends nothing where something would have to be painted whose text is not known.
func (p *Painter) Shift(dst []byte, f *Frame, c Column, by int, beside func(y int)) ([]byte, bool) {
	if p.size != f.Size || c.Top < 0 || c.Bottom >= len(f.Rows) || by <= 0 || c.Top+by > c.Bottom {
		return dst, false
	}
	f.Cursor = p.cursor
	sc := scroll{c.Top, c.Bottom, by}
	out := output{buf: dst, row: -1, col: -1, cols: f.Size.Cols}
	out.scroll(sc)
	f.pic.clear()
	for y := range c.Top {
		f.pic.add(p.last.at(y))
	}
	for y := c.Top; y <= c.Bottom; y++ {
		old := p.last.at(sc.source(y))
		if y+by <= c.Bottom {
			here := p.last.at(y)
			if here.besides(&old, c.Col, c.Width) {
				f.pic.add(old)
				continue
			}
			beside(y)
		}
		f.pic.addRow(&f.Rows[y])
		now := f.pic.at(y)
		if y+by <= c.Bottom && !f.Rows[y].mends(&old, &now) {
			return dst, false
		}
		out.paintRow(f, y, &old, &now)
	}
	for y := c.Bottom + 1; y < f.Size.Rows; y++ {
		f.pic.add(p.last.at(y))
	}
	return p.finish(&out, f, len(dst), false), true
}

// besides reports whether two rows have the same beside a column.
func (o *oldRow) besides(r *oldRow, col, width int) bool {
	left := 0
	for ; left < len(o.geoms) && o.geoms[left].col() < col; left++ {
		if left >= len(r.geoms) || o.geoms[left] != r.geoms[left] || o.hashes[left] != r.hashes[left] {
			return false
		}
	}
	i, j := len(o.geoms)-1, len(r.geoms)-1
	for ; i >= left && o.geoms[i].col() >= col+width; i, j = i-1, j-1 {
		if j < left || o.geoms[i] != r.geoms[j] || o.hashes[i] != r.hashes[j] {
			return false
		}
	}
	return j < left || r.geoms[left].col() >= col && r.geoms[j].col() < col+width
}

// mends reports whether what of the row differs from old can be painted without its neighbours.
func (r *Row) mends(old, now *oldRow) bool {
	if !old.fits(now) {
		return false
	}
	for i := range r.n {
		if s := &r.parts[i]; s.hash != old.hashes[i] && s.reach() > s.Width {
			return false
		}
	}
	return true
}
