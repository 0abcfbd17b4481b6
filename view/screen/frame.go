package screen

// MaxSegments is the most segments that a row has.
const MaxSegments = 9

// Size is the size of a terminal in cells.
type Size struct{ Cols, Rows int }

// Cursor is where the terminal's cursor rests after a paint, zero-based.
type Cursor struct {
	Col, Row int
	Visible  bool
}

// Placed is a segment in its rectangle: Width columns from Col, both on one row.
type Placed struct {
	Col, Width int
	Segment
}

// Row is one row of a frame: its segments from left to right. Columns that no segment
// covers are blank. The zero value is a blank row.
type Row struct {
	parts [MaxSegments]Placed
	n     int
}

// Put appends a segment that owns the columns [col, col+width). It must be to
// the right of the segments that the row already has; what overlaps or is one
// too many is ignored. Columns between two segments belong to the left one, so that they are blank whatever
// its text does.
func (r *Row) Put(col, width int, s Segment) {
	if r.n == MaxSegments || width <= 0 || col < 0 {
		return
	}
	if r.n > 0 {
		left := &r.parts[r.n-1]
		if col < left.Col+left.Width {
			return
		}
		left.Width = col - left.Col
	}
	r.parts[r.n] = Placed{Col: col, Width: width, Segment: s}
	r.n++
}

// Segments are the row's segments from left to right. The slice is valid until the next Put.
func (r *Row) Segments() []Placed { return r.parts[:r.n] }

// Frame is what a terminal shows: Size.Rows rows and a cursor. A Frame is
// scratch space: fill it, paint it, reset it for the next session.
type Frame struct {
	Size   Size
	Rows   []Row
	Cursor Cursor

	pic  picture  // of the rows; scratch of a paint
	main mainPart // likewise
}

// Reset makes the frame blank at the given size, keeping its memory.
func (f *Frame) Reset(size Size) {
	f.Size, f.Cursor = size, Cursor{}
	if cap(f.Rows) < size.Rows {
		f.Rows = make([]Row, size.Rows)
	}
	f.Rows = f.Rows[:size.Rows]
	for i := range f.Rows {
		f.Rows[i].n = 0
	}
}
