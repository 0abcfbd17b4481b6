package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// room is a server with people in its one room, all of them at the same size of terminal.
type room struct {
	*server
	clients []*client
	said    int // messages so far: the number of the next one
}

// gather starts a server and lets n people in.
func (l *lab) gather(ctx context.Context, name string, n int, z size, env ...string) (*room, error) {
	s, err := l.start(ctx, name, n, env...)
	if err != nil {
		return nil, err
	}
	people, err := l.crowd(n)
	if err != nil {
		s.kill()
		return nil, err
	}
	r := &room{server: s}
	if r.clients, err = s.logins(ctx, people, z, true); err != nil {
		s.kill()
		return nil, err
	}
	return r, nil
}

// leave ends everything; the error is one of the server's end.
func (r *room) leave() error {
	hangUp(r.clients)
	return r.stop()
}

// settle waits until the screens stand still after the logins, but not for ever: a clock may be on them.
func (r *room) settle(ctx context.Context) error {
	return r.still(ctx, 700*time.Millisecond, 10*time.Second)
}

// still waits until nobody has received anything for d, at most so long.
func (r *room) still(ctx context.Context, d, most time.Duration) error {
	start := time.Now()
	for time.Since(later(start, r.lastArrival())) < d && time.Since(start) < most {
		if err := pause(ctx, d/4); err != nil {
			return err
		}
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// lastArrival is when somebody received something last.
func (r *room) lastArrival() time.Time {
	var last time.Time
	for _, c := range r.clients {
		last = later(last, c.lastArrival())
	}
	return last
}

const sidebarKey = "\x1b[18~" // F7

// hideSidebar takes away the list of rooms that a terminal of 80 columns has.
func (r *room) hideSidebar(ctx context.Context) error {
	for _, c := range r.clients {
		if err := c.press(sidebarKey); err != nil {
			return err
		}
	}
	return r.settle(ctx)
}

// What is asked for margins (DECRQM), and what xterm answers (DECRPM).
const (
	askedForMargins = "\x1b[?69$p"
	knowsMargins    = "\x1b[?69;2$y"
)

// haveMargins has the terminals answer that they scroll between left and right margins, which they have to have been asked.
func (r *room) haveMargins(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errors.New("no terminal was asked for margins"))
	defer cancel()
	for _, c := range r.clients {
		if err := c.await(ctx, 0, askedForMargins); err != nil {
			return err
		}
		if err := c.press(knowsMargins); err != nil {
			return err
		}
	}
	return nil
}

// marks are how much each client has received by now.
func (r *room) marks() []int {
	out := make([]int, len(r.clients))
	for i, c := range r.clients {
		out[i] = c.arrived()
	}
	return out
}

// patience bounds the wait for messages that are under way.
const patience = 30 * time.Second

// everybody waits until the message is with all clients.
func (r *room) everybody(ctx context.Context, marks []int, n int) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("%w: not there after %v", errDelivery, patience))
	defer cancel()
	for i, c := range r.clients {
		if err := c.await(ctx, marks[i], word(n)); err != nil {
			return errors.Join(err, r.alive())
		}
	}
	return nil
}

// warmUp has a message delivered to all, so that what is done once has been done.
func (r *room) warmUp(ctx context.Context) error {
	marks := r.marks()
	n := r.said
	r.said++
	if err := r.clients[0].enter(message(n)); err != nil {
		return err
	}
	if err := r.everybody(ctx, marks, n); err != nil {
		return err
	}
	return r.settle(ctx)
}

// screensOf are what the clients saw.
func screensOf(clients []*client) []*recording {
	out := make([]*recording, len(clients))
	for i, c := range clients {
		out[i] = c.recording
	}
	return out
}

// talk has people say n messages, one after the other in the given rhythm, or as many as
// they can before enough ends, and returns when each was entered.
func (r *room) talk(ctx, enough context.Context, n int, every time.Duration) (first int, entered []time.Time, err error) {
	first = r.said
	tick := time.NewTicker(every)
	defer tick.Stop()
	for i := 0; i < n && enough.Err() == nil; i++ {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return first, nil, context.Cause(ctx)
		}
		who := r.clients[(first+i*7)%len(r.clients)]
		entered = append(entered, time.Now())
		if err := who.enter(message(first + i)); err != nil {
			return first, nil, fmt.Errorf("%w: %w", errDelivery, errors.Join(err, r.alive()))
		}
		r.said++
	}
	return first, entered, nil
}

// undisturbed keeps this process, which is all the clients, from collecting garbage until end is called: on the same
// processors that would be waited for by whoever is measured, and more where more arrives.
func undisturbed() (end func()) {
	runtime.GC()
	was := debug.SetGCPercent(-1)
	return func() { debug.SetGCPercent(was) }
}

// shout has everybody say each messages at once.
func (r *room) shout(each int) (first int, err error) {
	first = r.said
	r.said += each * len(r.clients)
	errs := make([]error, len(r.clients))
	var wg sync.WaitGroup
	for i, c := range r.clients {
		wg.Go(func() {
			for k := range each {
				if errs[i] = c.enter(message(first + k*len(r.clients) + i)); errs[i] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	return first, errors.Join(errs...)
}

// traffic is what all clients have received, in bytes: on the wire, and in the session.
func (r *room) traffic() (wire, payload float64) {
	for _, c := range r.clients {
		wire += float64(c.wire.in.Load())
		payload += float64(c.arrived())
	}
	return wire, payload
}

// since is the end of a history from where the first message stands that is not older. Two who speak within a moment may come in the other order.
func since(history []int, first int) []int {
	return history[max(0, slices.IndexFunc(history, func(n int) bool { return n >= first })):]
}

// verify has every client's screen watched for messages first … said-1, each of them once and for all in the same
// order, and returns how long each took from being entered to being shown.
func (r *room) verify(marks []int, first int, entered []time.Time) ([]time.Duration, error) {
	took := make([][]time.Duration, len(r.clients))
	histories := make([][]int, len(r.clients))
	screens := screensOf(r.clients)
	err := judge(screens, r.prompt, func(i int, w *witness) error {
		c := screens[i]
		if err := w.watch(c, marks[i]); err != nil {
			return err
		}
		for n, at := range entered {
			took[i] = append(took[i], w.seen[first+n].Sub(at))
		}
		histories[i] = since(w.order, first)
		return w.all(c, first, r.said)
	})
	if err != nil {
		return nil, err
	}
	return slices.Concat(took...), agree(screens, histories, first, r.said)
}
