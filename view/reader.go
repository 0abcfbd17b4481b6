package view

import (
	"io"
	"sync"

	"parley/view/input"
)

// A piece of input has at most readSize bytes: typing is a few at a time, a paste comes in many pieces. Whoever does not type
// has a buffer of typeSize, which a piece that fills it changes for a larger one until the input pauses.
const (
	readSize = 512
	typeSize = 64
)

// pump reads input in a goroutine of its own and hands it over in pieces. The
// goroutine ends when the input does, or after stop with the next piece.
type pump struct {
	pieces  chan []byte // capacity 4; closed at the end of the input
	ring    func()      // called after each piece and after the end
	stopped chan struct{}
	once    sync.Once
}

func startPump(in io.Reader, ring func()) *pump {
	p := &pump{pieces: make(chan []byte, 4), ring: ring, stopped: make(chan struct{})}
	go p.run(in)
	return p
}

func (p *pump) run(in io.Reader) {
	defer p.ring()
	defer close(p.pieces)
	small := make([]byte, typeSize)
	buf := small
	for {
		n, err := in.Read(buf)
		if n > 0 {
			select {
			case p.pieces <- append([]byte(nil), buf[:n]...):
				p.ring()
			case <-p.stopped:
				return
			}
		}
		if err != nil {
			return
		}
		switch {
		case n < typeSize:
			buf = small
		case n == len(buf) && n < readSize:
			buf = make([]byte, readSize)
		}
	}
}

func (p *pump) stop() { p.once.Do(func() { close(p.stopped) }) }

// rest is the input behind what the view has taken: whoever goes on with the
// session reads it, because the pump has its hands on the input itself.
type rest struct {
	p    *pump
	left []byte
}

// unread is the bytes of what was typed behind the line that ended the view, as far as lines of text can hold it.
func unread(queue []input.Event) []byte {
	var out []byte
	for _, e := range queue {
		switch e := e.(type) {
		case input.Key:
			switch {
			case e.Code == input.Enter && e.Mod == 0:
				out = append(out, '\r')
			case e.Code == input.Backspace && e.Mod == 0:
				out = append(out, 0x7f)
			default:
				out = append(out, e.Text...)
			}
		case input.Paste:
			out = append(out, e.Text...)
		}
	}
	return out
}

// Read returns what the view left over and then what comes.
func (r *rest) Read(b []byte) (int, error) {
	if len(r.left) == 0 {
		piece, ok := <-r.p.pieces
		if !ok {
			return 0, io.EOF
		}
		r.left = piece
	}
	n := copy(b, r.left)
	r.left = r.left[n:]
	return n, nil
}
