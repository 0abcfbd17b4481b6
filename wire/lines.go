package wire

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// MaxLine is the longest line in, in bytes: the longest message fits, with each of its bytes escaped.
const MaxLine = 128 << 10

// LineError is why a line is not to be read; the next one may be.
type LineError struct{ sentence string }

func (e *LineError) Error() string { return e.sentence }

// Lines reads lines of at most MaxLine bytes.
type Lines struct{ r *bufio.Reader }

// NewLines reads lines of r.
func NewLines(r io.Reader) *Lines { return &Lines{bufio.NewReaderSize(r, 4<<10)} }

// Next returns the next line without its end, valid until the next call. A longer one is passed over, with a *LineError. A last line without an end is a line.
func (l *Lines) Next() ([]byte, error) {
	var whole []byte
	size := 0
	for {
		part, err := l.r.ReadSlice('\n')
		size += len(part)
		if size <= MaxLine {
			whole = append(whole, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && (size == 0 || !errors.Is(err, io.EOF)):
			return nil, err
		case size > MaxLine:
			return nil, &LineError{fmt.Sprintf("that line is longer than %d bytes, and nothing of it was done", MaxLine)}
		}
		if err == nil {
			whole = whole[:len(whole)-1]
		}
		return whole, nil
	}
}
