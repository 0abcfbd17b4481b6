package sshd

import (
	"sync"
	"time"
)

// resizeEvery is the shortest time between two sizes that a face hears of: dragging a
// window edge sends hundreds, an attacker 330,000 a second, and each may repaint a screen.
const resizeEvery = 20 * time.Millisecond

// resizer passes on window sizes, the newest one, at most one per resizeEvery.
type resizer struct {
	out chan Size // one slot, in which the newest size replaces an older one

	mu    sync.Mutex // guards the rest, and that one goroutine at a time sends
	next  Size
	ring  func()      // called after each size; nil for nobody
	timer *time.Timer // allocated at the first size that has to wait
	armed bool
	last  time.Time
	done  bool
}

func newResizer() *resizer { return &resizer{out: make(chan Size, 1)} }

// set is called for every size that the client sends. It never waits.
func (r *resizer) set(s Size) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next = s
	if r.armed || r.done {
		return
	}
	wait := resizeEvery - time.Since(r.last)
	if wait <= 0 {
		r.deliver()
		return
	}
	r.armed = true
	if r.timer == nil {
		r.timer = time.AfterFunc(wait, r.fire)
		return
	}
	r.timer.Reset(wait)
}

func (r *resizer) fire() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.armed = false
	if !r.done {
		r.deliver()
	}
}

// deliver puts the newest size into the slot; mu is held, so nobody else fills it.
func (r *resizer) deliver() {
	r.last = time.Now()
	select {
	case <-r.out:
	default:
	}
	r.out <- r.next
	if r.ring != nil {
		r.ring()
	}
}

// notify has ring called after each size from now on.
func (r *resizer) notify(ring func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ring = ring
}

// stop ends deliveries.
func (r *resizer) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done = true
	if r.timer != nil {
		r.timer.Stop()
	}
}
