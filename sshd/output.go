package sshd

import (
	"cmp"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// maxPacket is the most that is written at once. x/crypto keeps a buffer of the
// largest packet per channel and another per connection for as long as they live, so this
// bounds what one full repaint costs every idle session afterwards: with its header and padding
// such a packet fits into 1 KiB.
const maxPacket = 980

// filePacket is the same for sessions that send files, which end with the transfer: what x/crypto takes as one packet.
const filePacket = 32 << 10

// output is what a session writes: two streams of one channel, one write at a time.
// With the client's SSH window full a write waits without end; the watchdog closes the connection
// then, which is the only thing that wakes it.
type output struct {
	conn *conn
	out  io.Writer
	err  io.Writer
	most int // bytes that are written at once; 0 for maxPacket

	mu sync.Mutex // one write at a time: x/crypto shares a packet buffer between writes of a stream

	// The watchdog is armed by the first write and looks, when it fires, whether one is under way. So
	// a message for each of a thousand sessions does not set and stop a thousand timers.
	timer *time.Timer  // made by the first write
	armed atomic.Bool  // the timer runs
	since atomic.Int64 // when the write under way began, in ns since Server.epoch; 0 while none is
}

// stream is one of the two.
type stream struct {
	o *output
	w io.Writer
}

func (s stream) Write(p []byte) (int, error) { return s.o.write(s.w, p) }

// Bulk lets what follows go in the largest packets, for a command that sends a file and ends.
func (s stream) Bulk() {
	s.o.mu.Lock()
	defer s.o.mu.Unlock()
	s.o.most = filePacket
}

func (o *output) write(w io.Writer, p []byte) (n int, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer o.since.Store(0)
	for len(p) > 0 {
		chunk := p[:min(len(p), cmp.Or(o.most, maxPacket))]
		o.watch()
		k, err := w.Write(chunk)
		n += k
		if err != nil {
			return n, err
		}
		p = p[len(chunk):]
	}
	return n, nil
}

// watch starts the time that one packet may take. mu is held.
func (o *output) watch() {
	o.since.Store(max(1, int64(time.Since(o.conn.server.epoch))))
	if o.timer == nil {
		o.timer = time.AfterFunc(time.Hour, o.look)
		o.timer.Stop()
	}
	if stall := o.conn.server.limits().WriteStall; stall > 0 && o.armed.CompareAndSwap(false, true) {
		o.timer.Reset(stall)
	}
}

// look ends the connection when the write under way has taken too long, and looks again when it may have.
func (o *output) look() {
	o.armed.Store(false) // before since is read: a write that begins now arms the timer or is seen
	since, stall := o.since.Load(), o.conn.server.limits().WriteStall
	if since == 0 || stall == 0 {
		return
	}
	left := stall - (time.Since(o.conn.server.epoch) - time.Duration(since))
	if left <= 0 {
		o.conn.stalled()
	} else if o.armed.CompareAndSwap(false, true) {
		o.timer.Reset(left)
	}
}
