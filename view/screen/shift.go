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

// Shift appends what turns the last painted frame into f, which differs from it in that the rows [top, bottom]
// have moved up by some rows: those that are new, and what stands beside the others, have text, the rest came
// from [Painter.Again]. Unlike Paint it does not have to find out what moved. The cursor stays. It
// reports false and appends nothing where something would have to be painted whose text is not known.
func (p *Painter) Shift(dst []byte, f *Frame, top, bottom, by int) ([]byte, bool) {
	if p.size != f.Size || top < 0 || bottom >= len(f.Rows) || by <= 0 || top+by > bottom {
		return dst, false
	}
	f.Cursor = p.cursor
	f.pic.take(f.Rows)
	sc := scroll{top, bottom, by}
	out := output{buf: dst, row: -1, col: -1, cols: f.Size.Cols}
	out.scroll(sc)
	for y := range f.Rows {
		from := sc.source(y)
		old, now := p.last.at(from), f.pic.at(y)
		if old.same(&now) {
			continue
		}
		if from >= 0 && !f.Rows[y].mends(&old, &now) {
			return dst, false
		}
		out.paintRow(f, y, &old, &now)
	}
	return p.finish(&out, f, len(dst), false), true
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
