package main

import (
	"context"
	"errors"
	"sync"
	"time"
)

// login is what it costs a server to let somebody in who has been there before: connection, key
// exchange, public key, terminal, the first screen, and the end of it all.
func login(ctx context.Context, l *lab, r *report) error {
	for round := range l.scale.rounds {
		for _, name := range rotate([]string{parley, floor, gliderlabs}, round) {
			if err := l.loginRound(ctx, name, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// comeAndGo has people log in and leave, n times in all, some at a time. took is called with the time of each login.
func (s *server) comeAndGo(ctx context.Context, people []*person, n, atOnce int, took func(time.Duration)) error {
	var mu sync.Mutex // guards next, errs and the calls of took
	var errs []error
	next := 0
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				stop := i >= n || len(errs) > 0
				mu.Unlock()
				if stop {
					return
				}
				start := time.Now()
				c, err := s.login(ctx, people[i%len(people)], size{80, 24}, false)
				mu.Lock()
				if err != nil {
					errs = append(errs, err)
				} else {
					took(time.Since(start))
				}
				mu.Unlock()
				if c != nil {
					c.close()
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (l *lab) loginRound(ctx context.Context, name string, out *report) (err error) {
	const atOnce = 4
	n := l.scale.logins
	people, err := l.crowd(n)
	if err != nil {
		return err
	}
	s, err := l.start(ctx, name, n)
	if err != nil {
		return err
	}
	defer func() { err = firstOf(err, s.stop()) }()
	// The first visit of all is another matter.
	if err := s.comeAndGo(ctx, people, n, 16, func(time.Duration) {}); err != nil {
		return err
	}
	if err := pause(ctx, 500*time.Millisecond); err != nil {
		return err
	}
	before, err := s.cpu()
	if err != nil {
		return err
	}
	var took []time.Duration
	if err := s.comeAndGo(ctx, people, n, atOnce, func(d time.Duration) { took = append(took, d) }); err != nil {
		return err
	}
	if err := pause(ctx, 500*time.Millisecond); err != nil {
		return err
	}
	after, err := s.cpu()
	if err != nil {
		return err
	}
	cpu := (after - before).Seconds() / float64(n)
	out.add("login: CPU of a login", microseconds, ratioAtMost(1.3), name, cpu)
	out.add("login: until the first screen, p50", milliseconds, hold{}, name, percentile(took, 0.5))
	l.logf("  %s: %.0f µs", name, cpu*1e6)
	return nil
}
