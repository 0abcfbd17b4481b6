package sshd

import (
	"io"
	"time"
)

// input is what a session reads. It notices the end, and holds a client back that
// sends more than people type.
type input struct {
	r     io.Reader
	limit bucket      // rate 0: no limit
	typed func()      // called after input; nil for nothing
	ended func(error) // called once, at the end of input
	over  bool        // owned by the one reader
	done  <-chan struct{}
}

func (in *input) Read(p []byte) (int, error) {
	n, err := in.r.Read(p)
	if n > 0 {
		if in.typed != nil {
			in.typed()
		}
		in.hold(n)
	}
	if err != nil && !in.over {
		in.over = true
		in.ended(err)
	}
	return n, err
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
