package screen

// Column is a rectangle of a frame, of whole rows where nothing is beside it.
type Column struct {
	Top, Bottom int // its first and its last row
	Col, Width  int
}

// Shift appends what turns the last painted frame into f, which differs from it in that what the column shows has
// moved up by some rows. Of f only the rows that this makes new are there, whole; beside calls for another row of the
// column where what stands beside it is not what stood beside its text before, which the terminal moves
// too: such a row is blank, and what stands beside the column is to be put into it. Unlike Paint a shift does not have to find
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
			if !out.paintBeside(f, y, &old, c) {
				return dst, false
			}
			continue
		}
		f.pic.addRow(&f.Rows[y])
		now := f.pic.at(y)
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

// holds reports whether a segment is part of the column.
func (c *Column) holds(g geom) bool { return g.col() >= c.Col && g.col() < c.Col+c.Width }

// paintBeside makes of old, whose column stays, a row that has beside it what row y of f has, and appends that to the frame's
// picture. It reports false where that cannot be painted without neighbours of which the text is not known.
func (o *output) paintBeside(f *Frame, y int, old *oldRow, c Column) bool {
	r, pic, last := &f.Rows[y], &f.pic, len(old.geoms)-1
	i := 0
	for j, g := range old.geoms {
		hash := old.hashes[j]
		if !c.holds(g) {
			if i == r.n {
				return false
			}
			s := &r.parts[i]
			i++
			if j < last && c.holds(old.geoms[j+1]) {
				s.Width = old.geoms[j+1].col() - s.Col // as Put does it
			}
			now := newGeom(s)
			if now.rect() != g.rect() || s.hash != hash && (s.reach() > s.Width || s.Col+s.Width > f.Size.Cols) {
				return false
			}
			if s.hash != hash {
				o.segment(y, s, g.touched(), j == last)
			}
			hash, g = s.hash, now
		}
		pic.hashes, pic.geoms = append(pic.hashes, hash), append(pic.geoms, g)
	}
	pic.ends = append(pic.ends, uint16(len(pic.hashes)))
	return i == r.n
}
