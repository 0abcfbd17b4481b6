package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Commands of the figures about following: one that goes on, and begins with the newest event, so that it can be seen to run.
const (
	tailCommand = "tail -f -n 1 --json '#general'"
	idleCommand = "wait"
)

// follow is what programs cost that follow a room: the memory of a "tail -f" beside that of an exec channel of the floor which only
// waits, and how long it takes until a post is with all of them. Memory is measured as that of idle sessions.
func follow(ctx context.Context, l *lab, r *report) (err error) {
	n := l.scale.idle
	var each [2]float64
	for i, c := range []struct{ server, command, ready string }{{floor, idleCommand, "ready"}, {parley, tailCommand, `"seq":`}} {
		s, err := l.start(ctx, c.server, warm+n, "GOGC=10")
		if err != nil {
			return err
		}
		followers := &room{server: s}
		defer func() { err = firstOf(err, followers.leave()) }()
		if each[i], err = l.followers(ctx, followers, c.command, c.ready, n); err != nil {
			return err
		}
		r.add("follow: memory of a tail -f, and of an idle exec channel", kilobytes, hold{}, c.server, each[i])
		if c.server == floor {
			continue
		}
		r.add("follow: memory of a tail -f above an idle exec channel", kilobytes, atMost(40), c.server, each[1]-each[0])
		took, err := l.spread(ctx, followers)
		if err != nil {
			return err
		}
		r.add(fmt.Sprintf("follow: a post is with all %d tail -f", n), milliseconds, hold{}, c.server, took.Seconds())
	}
	return nil
}

// followers starts the command for the people of a server, and returns what each adds to its memory.
func (l *lab) followers(ctx context.Context, r *room, command, ready string, n int) (float64, error) {
	people, err := l.crowd(warm + n)
	if err != nil {
		return 0, err
	}
	var size [2]float64
	for i, part := range [][]*person{people[:warm], people[warm:]} {
		more, err := r.run(ctx, part, command, ready)
		r.clients = append(r.clients, more...)
		if err != nil {
			return 0, err
		}
		if size[i], err = r.settled(ctx); err != nil {
			return 0, err
		}
	}
	return (size[1] - size[0]) / float64(n), nil
}

// run has people run a command that goes on, some at a time, and returns when each of them has got the word that it runs.
func (r *room) run(ctx context.Context, people []*person, command, ready string) ([]*client, error) {
	const atOnce = 16
	clients := make([]*client, len(people))
	errs := make([]error, len(people))
	slots := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for i, p := range people {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if clients[i], errs[i] = dialFor(ctx, r.server, p, size{80, 24}, false, command); errs[i] == nil {
				errs[i] = clients[i].await(ctx, 0, ready)
			}
		})
	}
	wg.Wait()
	return clients, errors.Join(errs...)
}

// spread posts a message and returns how long it took from the request until the last follower had it.
func (l *lab) spread(ctx context.Context, r *room) (time.Duration, error) {
	people, err := l.crowd(1)
	if err != nil {
		return 0, err
	}
	marks := r.marks()
	start := time.Now()
	poster, err := dialFor(ctx, r.server, people[0], size{80, 24}, false, "post '#general' "+message(0))
	if err != nil {
		return 0, err
	}
	defer poster.close()
	if err := r.everybody(ctx, marks, 0); err != nil {
		return 0, err
	}
	return r.lastArrival().Sub(start), nil
}
