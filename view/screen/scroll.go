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

// scroll moves a block of rows. Line feeds at the bottom of a region and
// reverse line feeds at its top work on every terminal, also where SU and SD are missing (the Linux console).
func (o *output) scroll(s scroll) {
	o.add("\x1b[")
	if s.top > 0 {
		o.num(s.top + 1)
	}
	o.add(";")
	o.num(s.bottom + 1)
	o.add("r")
	o.row, o.col = -1, -1
	switch {
	case s.by > 0 && s.by <= 4:
		o.move(s.bottom, 0)
		for range s.by {
			o.add("\n")
		}
	case s.by > 0:
		o.move(s.top, 0)
		o.add("\x1b[")
		o.num(s.by)
		o.add("M")
	case s.by >= -2:
		o.move(s.top, 0)
		for range -s.by {
			o.add("\x1bM")
		}
	default:
		o.move(s.top, 0)
		o.add("\x1b[")
		o.num(-s.by)
		o.add("L")
	}
	o.add("\x1b[r")
	o.row, o.col = 0, 0
}

// findScroll looks for the scroll that makes the paint of f shortest.
func (p *Painter) findScroll(f *Frame) scroll {
	rows := min(len(f.Rows), f.Size.Rows)
	if rows == 0 {
		return scroll{}
	}
	k := mainPart(&f.Rows[rows/2])
	if k < 0 {
		return scroll{}
	}
	// Only the rows between the first and the last change can move.
	top, bottom, weight := -1, -1, 0
	for y := range rows {
		if w := p.mainWeight(f, k, y, y); w < 0 {
			weight -= w
			bottom = y
			if top < 0 {
				top = y
			}
		}
	}
	best, by := 0, 0
	for n := 1; n <= bottom-top && best < weight/2; n++ {
		up, down := 0, 0
		for y := top; y+n <= bottom; y++ {
			up += max(0, p.mainWeight(f, k, y, y+n))
			down += max(0, p.mainWeight(f, k, y+n, y))
		}
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

// mainPart is the index of a row's widest segment, -1 for a blank row.
func mainPart(r *Row) int {
	k := -1
	for i := range r.n {
		if k < 0 || r.parts[i].Width > r.parts[k].Width {
			k = i
		}
	}
	return k
}

// mainWeight compares segment k of row y in f with the same of row from in
// the last frame: what it costs to paint, positive if it is already there, negative if it is not.
func (p *Painter) mainWeight(f *Frame, k, y, from int) int {
	r, old := &f.Rows[y], p.lastRow(from)
	if k >= r.n {
		return 0
	}
	s := &r.parts[k]
	if k < len(old.hashes) && old.hashes[k] == s.hash {
		return len(s.data)
	}
	return -len(s.data) - 1
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
		sum += p.rowCost(&f.Rows[y], y) - p.rowCost(&f.Rows[y], y+n)
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
			best += p.rowCost(&f.Rows[y], y) - p.rowCost(&f.Rows[y], -1)
		}
	}
	if best <= scrollOverhead {
		return scroll{}
	}
	return block
}

// rowCost is about the bytes that turn row from of the last frame into r.
func (p *Painter) rowCost(r *Row, from int) int {
	old := p.lastRow(from)
	same := !old.blank && old.fits(r)
	cost := 0
	for i := range r.n {
		s := &r.parts[i]
		switch {
		case same && old.hashes[i] == s.hash:
		case s.hash == 0 && old.blank:
		default:
			cost += moveCost + len(s.data)
		}
	}
	return cost
}
