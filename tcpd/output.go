package tcpd

import (
	"errors"
	"net"
	"os"
	"syscall"
	"time"
)

// output writes one connection. What the system takes at once it takes without
// a deadline, because setting one costs as much as a short write does.
type output struct {
	conn  net.Conn
	stall time.Duration         // how long a client may take nothing; less than 0 is for ever
	raw   syscall.RawConn       // nil where writing cannot be tried
	try   func(fd uintptr) bool // attempt, made once

	left []byte // what attempt has not written
	err  error  // or why it could not
}

func newOutput(conn net.Conn, stall time.Duration) *output {
	out := &output{conn: conn, stall: stall, raw: rawOf(conn)}
	out.try = out.attempt
	return out
}

// rawOf is what tries reads and writes on a connection, nil where the system does not let it.
func rawOf(conn net.Conn) syscall.RawConn {
	if c, ok := conn.(syscall.Conn); ok && canTry {
		if raw, err := c.SyscallConn(); err == nil {
			return raw
		}
	}
	return nil
}

// write sends p. It fails with os.ErrDeadlineExceeded when the client takes none
// of it for the stall, or for at most half as long again.
func (out *output) write(p []byte) error {
	if out.raw != nil {
		out.left, out.err = p, nil
		err := out.raw.Write(out.try)
		if err == nil {
			err = out.err
		}
		p, out.left = out.left, nil
		if err != nil || len(p) == 0 {
			return err
		}
	}
	return out.wait(p)
}

// attempt is given a descriptor that may take bytes, and never waits for it.
func (out *output) attempt(fd uintptr) bool {
	for len(out.left) > 0 && out.err == nil {
		n, err := writeOnce(fd, out.left)
		out.left = out.left[n:]
		if err == errNotYet {
			break
		}
		out.err = err
	}
	return true
}

// wait sends p to a client that has to make room for it first.
func (out *output) wait(p []byte) error {
	if out.stall < 0 {
		_, err := out.conn.Write(p)
		return err
	}
	for progress := time.Now(); ; {
		if err := out.conn.SetWriteDeadline(time.Now().Add(out.stall / 2)); err != nil {
			return err
		}
		n, err := out.conn.Write(p)
		switch {
		case err == nil:
			return out.conn.SetWriteDeadline(time.Time{}) // one that has passed would fail the next attempt
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return err
		case n > 0:
			p, progress = p[n:], time.Now()
		case time.Since(progress) >= out.stall:
			return err
		}
	}
}
