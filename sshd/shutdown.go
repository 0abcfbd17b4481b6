package sshd

import (
	"context"
	"fmt"
	"time"
)

// How Shutdown's time is used: sessions say goodbye, then connections are closed, and then
// what is left of their goroutines may end. Together less than five seconds.
const (
	goodbyeTime = 2 * time.Second
	closeTime   = time.Second
)

// Shutdown lets nobody in any more, ends every session with ErrShutdown, closes the
// connections of those that have not gone after two seconds or when ctx ends, and
// returns within five seconds whatever clients do. The error says how many were left.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	for ln := range s.listeners {
		_ = ln.Close()
	}
	s.mu.Unlock()
	s.unwatch()
	s.refusals.flush(s.log)

	for _, c := range s.open() {
		c.end(ErrShutdown)
	}
	gone := make(chan struct{})
	go func() {
		s.handling.Wait()
		close(gone)
	}()
	if waitFor(ctx, gone, goodbyeTime) {
		return nil
	}
	for _, c := range s.open() {
		c.kill("shutdown")
	}
	if waitFor(context.Background(), gone, closeTime) {
		return nil
	}
	return fmt.Errorf("%d SSH connections and %d sessions did not end in time", len(s.open()), s.count.sessions.Load())
}

// waitFor waits for done, at most d and as long as ctx lives.
func waitFor(ctx context.Context, done <-chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-done:
		return true
	case <-ctx.Done():
	case <-t.C:
	}
	return false
}
