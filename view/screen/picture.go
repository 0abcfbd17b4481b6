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

// add appends a row of another picture.
func (p *picture) add(r oldRow) {
	p.hashes, p.geoms = append(p.hashes, r.hashes...), append(p.geoms, r.geoms...)
	p.ends = append(p.ends, uint16(len(p.hashes)))
}

// keep makes p the same as o, with no more memory than that takes when it needs more than it has.
func (p *picture) keep(o *picture) {
	if n := len(o.hashes); cap(p.hashes) < n {
		p.hashes, p.geoms = make([]uint64, 0, n), make([]geom, 0, n)
	}
	p.hashes, p.geoms = append(p.hashes[:0], o.hashes...), append(p.geoms[:0], o.geoms...)
	n := copy(p.ends, o.ends)
	for y := n; y < len(p.ends); y++ {
		p.ends[y] = uint16(len(p.hashes))
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
