package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
)

// The operator's socket carries frames: a byte that says what it is, four bytes of length, most significant first, and as many bytes. The client
// sends one request; the server answers with output and, last, the exit status. Standard input is asked for when a command
// reads it, so that one that does not leaves it alone.
type frameKind byte

const (
	frameRequest frameKind = 'r' // client: an asked, as JSON
	frameIn      frameKind = 'i' // client: standard input; an empty one is its end
	frameWant    frameKind = 'w' // server: standard input is read from now on
	frameOut     frameKind = 'o' // server: standard output
	frameErr     frameKind = 'e' // server: standard error
	frameStatus  frameKind = 's' // server: the exit status, one byte; the last frame
)

// maxFrame is the longest frame that is read, in bytes. What is written is cut to pieces of maxPiece.
const (
	maxFrame = 256 << 10
	maxPiece = 32 << 10
)

var errFrame = errors.New("that is not what parley admin sends")

// readFrame reads one frame into buf, which it returns grown where it had to be. An io.EOF means that nothing of it was there.
func readFrame(r io.Reader, buf []byte) (frameKind, []byte, error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, buf, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n > maxFrame {
		return 0, buf, fmt.Errorf("%w: a frame of %d bytes", errFrame, n)
	}
	if cap(buf) < int(n) {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	if _, err := io.ReadFull(r, buf); err != nil {
		return 0, buf, errors.Join(errFrame, err)
	}
	return frameKind(head[0]), buf, nil
}

// frameWriter writes frames; its methods may be called at once.
type frameWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (f *frameWriter) frame(kind frameKind, p []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	whole := append(binary.BigEndian.AppendUint32([]byte{byte(kind)}, uint32(len(p))), p...)
	_, err := f.w.Write(whole)
	return err
}

// stream is a writer whose bytes become frames of one kind.
func (f *frameWriter) stream(kind frameKind) io.Writer { return frameStream{f, kind} }

type frameStream struct {
	frames *frameWriter
	kind   frameKind
}

func (s frameStream) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		piece := p[:min(len(p), maxPiece)]
		if err := s.frames.frame(s.kind, piece); err != nil {
			return n, err
		}
		n, p = n+len(piece), p[len(piece):]
	}
	return n, nil
}
