package screen

// picture is a frame as a painter remembers it: a hash and a rectangle for each
// segment, row after row. Its rows are compared without a look at what they were made of.
type picture struct {
	hashes []uint64
	geoms  []geom
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

func (g geom) col() int   { return int(g & geomMax) }
func (g geom) width() int { return int(g >> 10 & geomMax) }

// touched is the number of columns from the segment's first that may not be
// blank; one more than its width if the text may have gone on behind it.
func (g geom) touched() int { return int(g >> 20) }

// take makes p the picture of the frame's rows.
func (p *picture) take(rows []Row) {
	p.clear()
	for y := range rows {
		p.addRow(&rows[y])
	}
}

// clear makes p a picture without rows.
func (p *picture) clear() { p.hashes, p.geoms, p.ends = p.hashes[:0], p.geoms[:0], p.ends[:0] }

// addRow appends a row of a frame.
func (p *picture) addRow(r *Row) {
	for i := range r.n {
		s := &r.parts[i]
		p.hashes = append(p.hashes, s.hash)
		p.geoms = append(p.geoms, newGeom(s))
	}
	p.ends = append(p.ends, uint16(len(p.hashes)))
}

// append appends segments of another picture to the last row.
func (p *picture) append(o *picture, from, to int) {
	p.hashes, p.geoms = append(p.hashes, o.hashes[from:to]...), append(p.geoms, o.geoms[from:to]...)
}

// rows is how many rows the picture has.
func (p *picture) rows() int { return len(p.ends) }

// keep makes p the same as o.
func (p *picture) keep(o *picture) { p.keepFrom(0, o) }

// keepFrom makes the rows from y on the same as all of o, with no more memory than that takes when it needs more than it has.
func (p *picture) keepFrom(y int, o *picture) {
	start, _ := p.row(y)
	if n := start + len(o.hashes); cap(p.hashes) < n {
		p.hashes, p.geoms = append(make([]uint64, 0, n), p.hashes[:start]...), append(make([]geom, 0, n), p.geoms[:start]...)
	}
	p.hashes, p.geoms = append(p.hashes[:start], o.hashes...), append(p.geoms[:start], o.geoms...)
	for z := y; z < len(p.ends); z++ {
		end := len(o.hashes)
		if z-y < len(o.ends) {
			end = int(o.ends[z-y])
		}
		p.ends[z] = uint16(start + end)
	}
}

// blank makes p the picture of that many blank rows.
func (p *picture) blank(rows int) {
	if cap(p.ends) < rows || cap(p.ends) > 2*rows {
		*p = picture{ends: make([]uint16, rows)}
	}
	p.hashes, p.geoms, p.ends = p.hashes[:0], p.geoms[:0], p.ends[:rows]
	clear(p.ends)
}

// row is where the segments of a row are; a row that is not there has none.
func (p *picture) row(y int) (from, to int) {
	if y < 0 || y >= len(p.ends) {
		return 0, 0
	}
	if y > 0 {
		from = int(p.ends[y-1])
	}
	return from, int(p.ends[y])
}

// oldRow is a row of a picture as it is on the terminal now.
type oldRow struct {
	hashes []uint64
	geoms  []geom
	blank  bool // the terminal's row is empty, whatever its segments were
}

// at is row y; a negative y is a blank row.
func (p *picture) at(y int) oldRow {
	from, to := p.row(y)
	return oldRow{hashes: p.hashes[from:to], geoms: p.geoms[from:to], blank: from == to}
}

// fits says that both rows have the same rectangles.
func (o *oldRow) fits(r *oldRow) bool {
	if len(o.geoms) != len(r.geoms) {
		return false
	}
	for i, g := range o.geoms {
		if g.rect() != r.geoms[i].rect() {
			return false
		}
	}
	return true
}

// same says that both rows look the same.
func (o *oldRow) same(r *oldRow) bool {
	if len(o.hashes) != len(r.hashes) {
		return false
	}
	for i, h := range o.hashes {
		if h != r.hashes[i] || o.geoms[i].rect() != r.geoms[i].rect() {
			return false
		}
	}
	return true
}
