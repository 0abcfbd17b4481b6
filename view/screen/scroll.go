package screen

// scrollOverhead is about what setting the region, moving and resetting it cost in bytes.
const scrollOverhead = 18

// moveCost is about what it costs in bytes to get to a segment.
const moveCost = 6

// scroll is a block of rows that moves: after it, row y of [top, bottom] shows what row
// y+by showed before, or nothing if that was outside of the block. The zero value moves nothing.
type scroll struct{ top, bottom, by int }

// source is the row whose content row y has after the scroll, or -1 if it is blank.
func (s scroll) source(y int) int {
	if s.by == 0 || y < s.top || y > s.bottom {
		return y
	}
	if from := y + s.by; from >= s.top && from <= s.bottom {
		return from
	}
	return -1
}

// scroll moves a block of rows.
func (o *output) scroll(s scroll) {
	o.region(s.top, s.bottom)
	if s.by > 0 {
		o.up(s, 0)
	} else {
		o.down(s)
	}
	o.add("\x1b[r")
	o.row, o.col = 0, 0
}

// region makes rows scroll by themselves.
func (o *output) region(top, bottom int) {
	o.add("\x1b[")
	if top > 0 {
		o.num(top + 1)
	}
	o.add(";")
	o.num(bottom + 1)
	o.add("r")
	o.row, o.col = -1, -1
}

// up moves the rows of the region that is set upwards, with the cursor in a column that moves. Line feeds at the bottom of a region and
// reverse line feeds at its top work on every terminal, also where SU and SD are missing (the Linux console).
func (o *output) up(s scroll, col int) {
	if s.by <= 4 {
		o.move(s.bottom, col)
		for range s.by {
			o.add("\n")
		}
		return
	}
	o.move(s.top, col)
	o.add("\x1b[")
	o.num(s.by)
	o.add("M")
}

// down moves them downwards.
func (o *output) down(s scroll) {
	o.move(s.top, 0)
	if s.by >= -2 {
		for range -s.by {
			o.add("\x1bM")
		}
		return
	}
	o.add("\x1b[")
	o.num(-s.by)
	o.add("L")
}

// mainPart is the widest segment of each row, as a search for a scroll sees it.
type mainPart struct {
	now  []uint64 // hashes in the new frame, absent where a row has too few segments
	old  []uint64 // in the last one
	size []int    // bytes of the segment in the new frame
}

// absent is the hash of no segment, as far as any hash tells segments apart.
const absent = ^uint64(0)

// take reads segment k of all rows of f and of the last frame.
func (m *mainPart) take(f *Frame, last *picture, rows, k int) {
	m.now, m.old, m.size = m.now[:0], m.old[:0], m.size[:0]
	for y := range rows {
		now, size := absent, 0
		if r := &f.Rows[y]; k < r.n {
			now, size = r.parts[k].hash, len(r.parts[k].data)
		}
		old := absent
		if from, to := last.row(y); from+k < to {
			old = last.hashes[from+k]
		}
		m.now, m.old, m.size = append(m.now, now), append(m.old, old), append(m.size, size)
	}
}

// changes is the first and the last row that differ, -1 for none, and what it costs to paint all that do.
func (m *mainPart) changes() (top, bottom, weight int) {
	top, bottom = -1, -1
	for y, h := range m.now {
		if h == m.old[y] || h == absent {
			continue
		}
		weight += m.size[y] + 1
		bottom = y
		if top < 0 {
			top = y
		}
	}
	return top, bottom, weight
}

// moved is what need not be painted of [top, bottom] when its rows move up by n, and when they move down.
func (m *mainPart) moved(top, bottom, n int) (up, down int) {
	for y := top; y+n <= bottom; y++ {
		if h := m.now[y]; h == m.old[y+n] && h != absent {
			up += m.size[y]
		}
		if h := m.now[y+n]; h == m.old[y] && h != absent {
			down += m.size[y+n]
		}
	}
	return up, down
}

// findScroll looks for the scroll that makes the paint of f shortest.
func (p *Painter) findScroll(f *Frame) scroll {
	rows := min(len(f.Rows), f.Size.Rows)
	if rows == 0 {
		return scroll{}
	}
	k := widest(&f.Rows[rows/2])
	if k < 0 {
		return scroll{}
	}
	m := &f.main
	m.take(f, &p.last, rows, k)
	// Only the rows between the first and the last change can move.
	top, bottom, weight := m.changes()
	if top < 0 {
		return scroll{}
	}
	best, by := 0, 0
	for n := 1; n <= bottom-top && best < weight/2; n++ {
		up, down := m.moved(top, bottom, n)
		if up > best {
			best, by = up, n
		}
		if down > best {
			best, by = down, -n
		}
	}
	if by == 0 {
		return scroll{}
	}
	return p.bestBlock(f, top, bottom, by)
}

// widest is the index of a row's widest segment, -1 for a blank row.
func widest(r *Row) int {
	k := -1
	for i := range r.n {
		if k < 0 || r.parts[i].Width > r.parts[k].Width {
			k = i
		}
	}
	return k
}

// bestBlock finds the block in [top, bottom] whose move by n rows saves most,
// counting the neighbours that have to be repaired; none if nothing is saved.
func (p *Painter) bestBlock(f *Frame, top, bottom, n int) scroll {
	first, last := top, bottom-n
	if n < 0 {
		first, last = top-n, bottom
	}
	// The run of rows with the largest sum of gains (Kadane).
	sum, from, best := 0, first, 0
	var block scroll
	for y := first; y <= last; y++ {
		if sum <= 0 {
			sum, from = 0, y
		}
		sum += p.rowCost(f, y, y) - p.rowCost(f, y, y+n)
		if sum > best {
			best = sum
			block = scroll{top: min(from, from+n), bottom: max(y, y+n), by: n}
		}
	}
	if best == 0 {
		return scroll{}
	}
	// The rows that the move leaves blank.
	for y := block.top; y <= block.bottom; y++ {
		if block.source(y) < 0 {
			best += p.rowCost(f, y, y) - p.rowCost(f, y, -1)
		}
	}
	if best <= scrollOverhead {
		return scroll{}
	}
	return block
}

// rowCost is about the bytes that turn row from of the last frame into row y of f.
func (p *Painter) rowCost(f *Frame, y, from int) int {
	old, now := p.last.at(from), f.pic.at(y)
	same := !old.blank && old.fits(&now)
	cost := 0
	for i, h := range now.hashes {
		switch {
		case same && old.hashes[i] == h:
		case h == 0 && old.blank:
		default:
			cost += moveCost + len(f.Rows[y].parts[i].data)
		}
	}
	return cost
}
