// Package screentest is a terminal to paint into: what a test or a benchmark
// asserts is what a user would see, not bytes.
//
// The emulator is x/vt, with four differences that its own form does not
// allow a test or a load generator to live with:
//
//   - The alternate screen is the normal one, saved, cleared, and put back
//     afterwards. x/vt keeps 10,000 lines of scrollback for the alternate screen, which cannot be turned
//     off: hundreds of terminals would take gigabytes. Where the cursor was on the
//     normal screen is not restored.
//   - Characters at the end of a write are held until the next one or until somebody
//     looks, because x/vt takes a grapheme that is split over two writes for two.
//   - The modes that were set and reset are on record.
//   - Left and right margins end with their mode (DECLRMM), as on xterm and everywhere else; x/vt scrolls between them still.
package screentest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"strings"
	"sync"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// Term is a terminal emulator. Its methods may be called from several goroutines. Close it.
type Term struct {
	mu    sync.Mutex // guards all but answers
	vt    *vt.Emulator
	held  []byte // the end of the last write
	set   map[ansi.Mode]bool
	alt   bool
	saved [][]uv.Cell   // the normal screen while the alternate one is shown
	wrote chan struct{} // closed at the next write

	clipboard string

	answersMu sync.Mutex
	answers   []byte
	done      chan struct{} // closed when the reader of answers has ended
}

// New makes a terminal of the given size.
func New(cols, rows int) *Term {
	t := &Term{
		vt:    vt.NewEmulator(cols, rows),
		set:   map[ansi.Mode]bool{},
		wrote: make(chan struct{}),
		done:  make(chan struct{}),
	}
	t.vt.SetScrollbackSize(1)
	t.vt.SetCallbacks(vt.Callbacks{
		EnableMode:  func(m ansi.Mode) { t.set[m] = true },
		DisableMode: func(m ansi.Mode) { t.set[m] = false },
	})
	t.vt.RegisterCsiHandler(ansi.Command('?', 0, 'h'), func(p ansi.Params) bool { return t.altScreen(p, true) })
	t.vt.RegisterCsiHandler(ansi.Command('?', 0, 'l'), func(p ansi.Params) bool { return t.altScreen(p, false) })
	t.vt.RegisterOscHandler(52, t.takeClipboard)
	go t.drain()
	return t
}

// drain collects what the terminal answers; without it a question would block Write for ever.
func (t *Term) drain() {
	defer close(t.done)
	buf := make([]byte, 256)
	for {
		n, err := t.vt.Read(buf)
		t.answersMu.Lock()
		t.answers = append(t.answers, buf[:n]...)
		t.answersMu.Unlock()
		if err != nil {
			return
		}
	}
}

// altScreen handles the modes of the alternate screen in place of x/vt.
func (t *Term) altScreen(p ansi.Params, on bool) bool {
	mode, _, _ := p.Param(0, 0)
	if len(p) != 1 || mode != 1049 && mode != 1047 && mode != 47 {
		return false
	}
	t.set[ansi.DECMode(mode)] = on
	if on == t.alt {
		return true
	}
	t.alt = on
	cols, rows := t.vt.Width(), t.vt.Height()
	if on {
		t.saved = make([][]uv.Cell, rows)
	}
	for y := range rows {
		if on {
			t.saved[y] = make([]uv.Cell, cols)
		}
		for x := range cols {
			switch {
			case on:
				t.saved[y][x] = *t.vt.CellAt(x, y)
				t.vt.SetCell(x, y, nil)
			case y < len(t.saved) && x < len(t.saved[y]):
				t.vt.SetCell(x, y, &t.saved[y][x])
			default:
				t.vt.SetCell(x, y, nil)
			}
		}
	}
	return true
}

// Write shows p. It never fails before Close.
func (t *Term) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(p)
	if len(t.held) > 0 {
		p = append(t.held, p...)
	}
	end := len(p)
	for end > 0 && p[end-1] >= utf8.RuneSelf {
		end--
	}
	if at := bytes.LastIndexByte(p[:end], 0x1b); at >= 0 && strings.HasPrefix(marginsOff, string(p[at:end])) {
		end = at
	}
	if err := t.show(p[:end]); err != nil {
		return 0, err
	}
	t.held = append([]byte(nil), p[end:]...)
	close(t.wrote)
	t.wrote = make(chan struct{})
	return n, nil
}

// marginsOff ends the mode of left and right margins.
const marginsOff = "\x1b[?69l"

// show hands p to x/vt, with the margins widened before their mode ends.
func (t *Term) show(p []byte) error {
	for {
		at := bytes.Index(p, []byte(marginsOff))
		if at < 0 {
			break
		}
		if _, err := t.vt.Write(p[:at]); err != nil {
			return err
		}
		if t.set[ansi.ModeLeftRightMargin] {
			_, _ = t.vt.Write([]byte("\x1b[s"))
		}
		_, _ = t.vt.Write(p[at : at+len(marginsOff)])
		p = p[at+len(marginsOff):]
	}
	_, err := t.vt.Write(p)
	return err
}

// look locks the terminal with everything shown that was written.
func (t *Term) look() (unlock func()) {
	t.mu.Lock()
	if len(t.held) > 0 {
		_ = t.show(t.held)
		t.held = nil
	}
	return t.mu.Unlock
}

// Size is the terminal's size in cells.
func (t *Term) Size() (cols, rows int) {
	defer t.look()()
	return t.vt.Width(), t.vt.Height()
}

// Row is the text of row y (from 0), without the blanks at its end.
func (t *Term) Row(y int) string {
	defer t.look()()
	return string(t.row(nil, y))
}

func (t *Term) row(dst []byte, y int) []byte {
	start := len(dst)
	for x := 0; x < t.vt.Width(); {
		c := t.vt.CellAt(x, y)
		if c == nil || c.Content == "" {
			dst = append(dst, ' ')
			x++
			continue
		}
		dst = append(dst, c.Content...)
		x += max(1, c.Width)
	}
	return append(dst[:start], bytes.TrimRight(dst[start:], " ")...)
}

// String is the rows, each without the blanks at its end, joined by newlines.
func (t *Term) String() string {
	defer t.look()()
	return t.text()
}

func (t *Term) text() string {
	dst := make([]byte, 0, t.vt.Width()*t.vt.Height()*3/2)
	for y := range t.vt.Height() {
		if y > 0 {
			dst = append(dst, '\n')
		}
		dst = t.row(dst, y)
	}
	return string(dst)
}

// Contains says whether the screen shows s, which is on one row.
func (t *Term) Contains(s string) bool { return strings.Contains(t.String(), s) }

// Await waits until ok holds for the screen's text, looking after every write. The error shows the screen.
func (t *Term) Await(ctx context.Context, ok func(screen string) bool) error {
	for {
		unlock := t.look()
		text, wrote := t.text(), t.wrote
		unlock()
		if ok(text) {
			return nil
		}
		select {
		case <-wrote:
		case <-ctx.Done():
			return fmt.Errorf("waiting for the screen to change: %w; it shows:\n%s", context.Cause(ctx), text)
		}
	}
}

// Cell is the cell at a zero-based place: its text, width, style and link. It
// is a copy; outside of the screen it is the zero Cell.
func (t *Term) Cell(col, row int) uv.Cell {
	defer t.look()()
	if c := t.vt.CellAt(col, row); c != nil {
		cell := *c
		// x/vt stores the parameters of OSC 8 as its target and the other way round.
		cell.Link.URL, cell.Link.Params = cell.Link.Params, cell.Link.URL
		return cell
	}
	return uv.Cell{}
}

// Cursor is the cursor's zero-based place, and whether it is shown.
func (t *Term) Cursor() (col, row int, visible bool) {
	defer t.look()()
	p := t.vt.CursorPosition()
	shown, changed := t.set[ansi.ModeTextCursorEnable]
	return p.X, p.Y, shown || !changed
}

// AltScreen says whether the alternate screen is shown.
func (t *Term) AltScreen() bool {
	defer t.look()()
	return t.alt
}

// Modes are the modes that were set (true) or reset (false) so far, each by its last value.
func (t *Term) Modes() map[ansi.Mode]bool {
	defer t.look()()
	return maps.Clone(t.set)
}

// Resize changes the size, as a user does with the window.
func (t *Term) Resize(cols, rows int) {
	defer t.look()()
	t.vt.Resize(cols, rows)
}

// Answers is all that the terminal has sent by itself: replies to questions.
func (t *Term) Answers() []byte {
	t.answersMu.Lock()
	defer t.answersMu.Unlock()
	return append([]byte(nil), t.answers...)
}

// Close ends the terminal; what it showed can still be looked at, and Answers is complete.
func (t *Term) Close() {
	defer t.look()()
	// x/vt's own Close races with its Read, so the pipe between them is closed first.
	if pipe, ok := t.vt.InputPipe().(io.Closer); ok {
		_ = pipe.Close()
	}
	<-t.done
	_ = t.vt.Close()
}
