// Package screentest is a terminal to paint into: what a test or a benchmark
// asserts is what a user would see, not bytes.
package screentest

import (
	"strings"
	"sync"

	"github.com/charmbracelet/x/vt"

	uv "github.com/charmbracelet/ultraviolet"
)

// Term is a terminal emulator (x/vt). Its methods may be called from several
// goroutines. Close it.
type Term struct {
	mu      sync.Mutex
	vt      *vt.Emulator
	amu     sync.Mutex
	answers []byte
	done    chan struct{} // closed when the reader has ended
}

// New makes a terminal of the given size.
func New(cols, rows int) *Term {
	t := &Term{vt: vt.NewEmulator(cols, rows), done: make(chan struct{})}
	go t.drain()
	return t
}

// drain collects what the terminal answers; without it a question would block Write for ever.
func (t *Term) drain() {
	defer close(t.done)
	buf := make([]byte, 256)
	for {
		n, err := t.vt.Read(buf)
		t.amu.Lock()
		t.answers = append(t.answers, buf[:n]...)
		t.amu.Unlock()
		if err != nil {
			return
		}
	}
}

// Write shows p. It never fails before Close.
func (t *Term) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.vt.Write(p)
}

// Size is the terminal's size in cells.
func (t *Term) Size() (cols, rows int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.vt.Width(), t.vt.Height()
}

// Row is the text of row y (from 0), without the blanks at its end.
func (t *Term) Row(y int) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.row(y)
}

func (t *Term) row(y int) string {
	var b strings.Builder
	for x := 0; x < t.vt.Width(); {
		c := t.vt.CellAt(x, y)
		if c == nil || c.Content == "" {
			b.WriteByte(' ')
			x++
			continue
		}
		b.WriteString(c.Content)
		x += max(1, c.Width)
	}
	return strings.TrimRight(b.String(), " ")
}

// String is the rows, each without the blanks at its end, joined by newlines.
func (t *Term) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	for y := range t.vt.Height() {
		if y > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(t.row(y))
	}
	return b.String()
}

// Cell is the cell at a zero-based place: its text, width, style and link. It
// is a copy; outside of the screen it is the zero Cell.
func (t *Term) Cell(col, row int) uv.Cell {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c := t.vt.CellAt(col, row); c != nil {
		return *c
	}
	return uv.Cell{}
}

// Cursor is the cursor's zero-based place.
func (t *Term) Cursor() (col, row int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.vt.CursorPosition()
	return p.X, p.Y
}

// Resize changes the size, as a user does with the window.
func (t *Term) Resize(cols, rows int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.vt.Resize(cols, rows)
}

// Answers is all that the terminal has sent by itself: replies to questions.
func (t *Term) Answers() []byte {
	t.amu.Lock()
	defer t.amu.Unlock()
	return append([]byte(nil), t.answers...)
}

// Close ends the terminal; Answers is complete afterwards.
func (t *Term) Close() {
	t.mu.Lock()
	_ = t.vt.Close()
	t.mu.Unlock()
	<-t.done
}
