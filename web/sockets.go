package web

import (
	"context"
	"errors"
	"sync"
	"time"

	"parley/text"
)

// SocketLimits bounds WebSockets. Zero switches a limit off.
type SocketLimits struct {
	Total      int // in all
	Person     int // of one person: tabs, windows and phones
	InputBytes int // that are read of one in a second; more waits in the browser

	WriteStall     time.Duration // one that takes nothing for so long is closed
	Keepalive      time.Duration // between two pings
	KeepaliveCount int           // for so many times Keepalive a pong may be late
}

// sockets are the WebSockets that are open.
type sockets struct {
	mu      sync.Mutex // a leaf; guards the rest
	all     map[*socket]struct{}
	people  map[text.Name]int
	stopped bool
	done    chan struct{} // closed when the last one of a server that stops has ended; nil before it stops
}

// seating says whether there is a place for one more.
type seating int

const (
	seated seating = iota
	tooMany
	tooManyOf // the person
	stopped   // the server ends
)

// errStopping is why windows end with their server.
var errStopping = errors.New("the server ends")

// add takes one in.
func (all *sockets) add(k *socket, who text.Name, most SocketLimits) seating {
	all.mu.Lock()
	defer all.mu.Unlock()
	switch {
	case all.stopped:
		return stopped
	case most.Total > 0 && len(all.all) >= most.Total:
		return tooMany
	case most.Person > 0 && all.people[who] >= most.Person:
		return tooManyOf
	}
	if all.all == nil {
		all.all, all.people = map[*socket]struct{}{}, map[text.Name]int{}
	}
	all.all[k] = struct{}{}
	all.people[who]++
	return seated
}

func (all *sockets) remove(k *socket, who text.Name) {
	all.mu.Lock()
	defer all.mu.Unlock()
	delete(all.all, k)
	if all.people[who]--; all.people[who] == 0 {
		delete(all.people, who)
	}
	if all.done != nil && len(all.all) == 0 {
		close(all.done)
		all.done = nil
	}
}

func (all *sockets) open() int {
	all.mu.Lock()
	defer all.mu.Unlock()
	return len(all.all)
}

// stop takes no more and tells those that are open to end.
func (all *sockets) stop() {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.stopped = true
	for k := range all.all {
		k.cancel(errStopping)
	}
}

// wait returns when all have ended. Those that have not when ctx ends are cut off.
func (all *sockets) wait(ctx context.Context) {
	all.mu.Lock()
	if len(all.all) == 0 {
		all.mu.Unlock()
		return
	}
	if all.done == nil {
		all.done = make(chan struct{})
	}
	done := all.done
	all.mu.Unlock()
	select {
	case <-done:
		return
	case <-ctx.Done():
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	for k := range all.all {
		k.cut()
	}
}
