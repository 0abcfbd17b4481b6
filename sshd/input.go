package sshd

import (
	"io"
	"sync/atomic"
	"time"
)

// input is what a session reads. It notices the end, and holds a client back that
// sends more than people type.
type input struct {
	r     io.Reader
	limit bucket        // rate 0: no limit
	seen  *atomic.Int64 // when something came last, in nanoseconds since 1970; nil where nobody asks
	typed func()        // called after input; nil for nothing
	ended func(error)   // called once, at the end of input
	whole func() bool   // asks whether the end of input is the client's word; nil where that does not matter
	over  error         // the end of input, once it was met; owned by the one reader
	done  <-chan struct{}
}

func (in *input) Read(p []byte) (int, error) {
	n, err := in.r.Read(p)
	if n > 0 {
		if in.seen != nil {
			in.seen.Store(time.Now().UnixNano())
		}
		if in.typed != nil {
			in.typed()
		}
		in.hold(n)
	}
	if err == nil {
		return n, nil
	}
	if in.over == nil {
		if in.over = err; err == io.EOF && in.whole != nil && !in.whole() {
			in.over = io.ErrUnexpectedEOF
		}
		in.ended(in.over)
	}
	return n, in.over
}

// hold waits while the client is ahead of its rate; what it sends meanwhile stays in its window.
func (in *input) hold(n int) {
	if in.limit.rate <= 0 {
		return
	}
	wait := in.limit.take(n, time.Now())
	if wait <= 0 {
		return
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
	case <-in.done:
	}
}

// wholeTime is how long a client may take to answer whether it has said all.
const wholeTime = 15 * time.Second

// whole reports whether a command's input has ended because the client said so. A connection that is lost, and a channel that is closed
// in the middle, end it too, and half a text must not be taken for all of it. The client is asked something on the channel: who answers is
// there, and has closed nothing before.
func (x *session) whole() bool {
	answered := make(chan bool, 1)
	go func() {
		_, err := x.ch.SendRequest("keepalive@openssh.com", true, nil) // any answer will do, and a channel that is gone has none
		answered <- err == nil
	}()
	t := time.NewTimer(wholeTime)
	defer t.Stop()
	select {
	case ok := <-answered:
		return ok
	case <-t.C:
	case <-x.ctx.Done():
	}
	return false
}
