package sshd

import (
	"io"
	"sync"
	"time"
)

// maxPacket is the most that is written at once. x/crypto keeps a buffer of the
// largest packet per channel and another per connection for as long as they live, so this
// bounds what one full repaint costs every idle session afterwards.
const maxPacket = 4 << 10

// output is what a session writes: two streams of one channel, one write at a time.
// With the client's SSH window full a write waits without end; the watchdog closes the connection
// then, which is the only thing that wakes it.
type output struct {
	conn *conn
	out  io.Writer
	err  io.Writer

	mu    sync.Mutex  // one write at a time: x/crypto shares a packet buffer between writes of a stream
	timer *time.Timer // allocated at the first write
}

// stream is one of the two.
type stream struct {
	o *output
	w io.Writer
}

func (s stream) Write(p []byte) (int, error) { return s.o.write(s.w, p) }

func (o *output) write(w io.Writer, p []byte) (n int, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(p) > 0 {
		chunk := p[:min(len(p), maxPacket)]
		o.watch()
		k, err := w.Write(chunk)
		n += k
		if err != nil {
			o.timer.Stop()
			return n, err
		}
		p = p[len(chunk):]
	}
	if o.timer != nil {
		o.timer.Stop()
	}
	return n, nil
}

// watch starts the time that one packet may take.
func (o *output) watch() {
	if o.timer == nil {
		o.timer = time.AfterFunc(time.Hour, o.conn.stalled)
		o.timer.Stop()
	}
	if stall := o.conn.server.limits().WriteStall; stall > 0 {
		o.timer.Reset(stall)
	}
}
