package screen

import "strconv"

// Painter paints frames on one terminal. It belongs to the goroutine that owns the session's output;
// the zero value paints its first frame in full.
type Painter struct {
	size Size
}

// Reset forgets what the terminal shows: the next paint clears it and sends everything.
func (p *Painter) Reset() { p.size = Size{} }

// Paint appends to dst the bytes that turn the last painted frame into f, and returns the result.
// The same frame twice appends nothing.
func (p *Painter) Paint(dst []byte, f *Frame) []byte {
	p.size = f.Size
	dst = append(dst, "\x1b[?25l\x1b[H\x1b[2J"...)
	for y := range f.Rows {
		for _, s := range f.Rows[y].Segments() {
			dst = moveTo(dst, y, s.Col)
			dst = append(dst, s.data...)
		}
	}
	dst = moveTo(dst, f.Cursor.Row, f.Cursor.Col)
	if f.Cursor.Visible {
		dst = append(dst, "\x1b[?25h"...)
	}
	return dst
}

// moveTo appends CUP for a zero-based position.
func moveTo(dst []byte, row, col int) []byte {
	dst = append(dst, "\x1b["...)
	dst = strconv.AppendInt(dst, int64(row+1), 10)
	dst = append(dst, ';')
	dst = strconv.AppendInt(dst, int64(col+1), 10)
	return append(dst, 'H')
}
