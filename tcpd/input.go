package tcpd

import (
	"io"
	"net"
	"sync"
	"syscall"
)

const (
	// MaxLine is the longest line in bytes, without its "\n" ("\r" counts).
	MaxLine = 64 << 10
	// smallRest is how much of an unfinished line is kept in a slice of its
	// own, so that whoever holds a whole buffer has sent at least this much.
	smallRest = 4 << 10
)

// A buffer takes the longest line with its newline.
type buffer [MaxLine + 1]byte

// buffers is shared by all connections of a listener.
type buffers struct{ pool sync.Pool }

func (b *buffers) get() *buffer {
	if p, ok := b.pool.Get().(*buffer); ok {
		return p
	}
	return new(buffer)
}

func (b *buffers) put(p *buffer) { b.pool.Put(p) }

// input reads one connection. It holds a buffer only while there is something
// in it: a connection that is silent between two lines costs none. Where the
// system lets it, it waits for bytes without one, too.
type input struct {
	conn  net.Conn
	raw   syscall.RawConn       // nil where waiting needs a buffer
	try   func(fd uintptr) bool // attempt, made once
	spare *buffers

	buf  *buffer // nil while empty or while the rest is small
	n    int     // bytes at the front of buf, or of rest
	rest []byte  // the unfinished line while buf is nil

	got int   // what attempt has read
	err error // or why it has not
}

func newInput(conn net.Conn, spare *buffers) *input {
	in := &input{conn: conn, spare: spare, raw: rawOf(conn)}
	in.try = in.attempt
	return in
}

// fill waits for more bytes and returns all that is unfinished; the last `more`
// of them are new. At the end of input that is io.EOF with what is unfinished.
// There is room for at least one, because keep was given less than a buffer.
// The slice is valid until keep.
func (in *input) fill() (all []byte, more int, err error) {
	if in.raw != nil {
		in.got, in.err = 0, nil
		if err := in.raw.Read(in.try); err != nil {
			return nil, 0, err
		}
	} else {
		in.take()
		in.got, in.err = in.conn.Read(in.buf[in.n:])
	}
	in.n += in.got
	return in.buf[:in.n], in.got, in.err
}

// attempt is given a descriptor that may have bytes; false waits for them,
// without a buffer unless the unfinished line is long.
func (in *input) attempt(fd uintptr) bool {
	in.take()
	n, err := readOnce(fd, in.buf[in.n:])
	switch {
	case err == errNotYet:
		if in.n <= smallRest {
			in.spare.put(in.buf)
			in.buf = nil
		}
		return false
	case err != nil:
		in.err = err
	case n == 0:
		in.err = io.EOF
	default:
		in.got = n
	}
	return true
}

// take makes sure that the unfinished line is at the front of a buffer.
func (in *input) take() {
	if in.buf == nil {
		in.buf = in.spare.get()
		copy(in.buf[:], in.rest)
	}
}

// keep keeps the last n bytes of what fill returned as the unfinished line.
func (in *input) keep(n int) {
	unfinished := in.buf[in.n-n : in.n]
	in.n = n
	if n > smallRest {
		copy(in.buf[:], unfinished)
		return
	}
	if n == 0 {
		in.rest = nil
	} else {
		in.rest = append(in.rest[:0], unfinished...)
	}
	in.spare.put(in.buf)
	in.buf = nil
}

// close gives the buffer back. The input is not used any more.
func (in *input) close() {
	if in.buf != nil {
		in.spare.put(in.buf)
		in.buf = nil
	}
}
