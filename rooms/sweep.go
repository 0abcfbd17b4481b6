package rooms

import (
	"context"
	"sync"
	"time"
)

const (
	// sweepSoon is how long after the start, a deletion or the end of an upload what is left of files is removed.
	sweepSoon = time.Second
	// sweepPart is how many pieces of 64 KiB one transaction removes, and with it what a post may have to wait for.
	sweepPart = 16
	// sweepAgain is how long after a failure of the store it is tried again.
	sweepAgain = time.Minute
)

// sweeper removes what is in files that were deleted or never finished, and knows which are on their way. Its
// timer runs only while there is one that may have to go.
type sweeper struct {
	m *Manager

	mu      sync.Mutex // a leaf, but for Upload.mu, under which it is taken
	timer   *time.Timer
	due     time.Time // when the timer fires
	stopped bool
	uploads map[*Upload]uint64 // what goes on, with Partial.ID; 0 before the first piece is stored
}

// soon sweeps after a time, or before.
func (s *sweeper) soon(after time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	when := time.Now().Add(after)
	if s.stopped || s.timer != nil && !s.due.After(when) {
		return
	}
	if s.timer != nil {
		s.timer.Stop()
	}
	s.due = when
	s.timer = time.AfterFunc(after, func() { s.m.spawn("sweep", s.run) })
}

func (s *sweeper) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	if s.timer != nil {
		s.timer.Stop()
	}
}

// run is the timer's work.
func (s *sweeper) run(ctx context.Context) {
	s.mu.Lock()
	s.timer = nil
	s.mu.Unlock()
	next, err := s.m.Sweep(ctx)
	switch {
	case err != nil:
		s.soon(sweepAgain)
	case !next.IsZero():
		s.soon(max(next.Sub(s.m.now()), sweepSoon))
	}
}

// Sweep posts the whole files that nobody has posted in time, and removes what is in those that were deleted, have expired, or were not
// finished for Options.Partial. It returns when
// there is something to do again, zero for never. It runs by itself.
func (m *Manager) Sweep(ctx context.Context) (next time.Time, err error) {
	waiting, unsettled := m.settle(ctx)
	for {
		bounded, cancel := context.WithTimeout(ctx, storeTimeout)
		more, oldest, err := m.store.SweepFiles(bounded, m.now().Add(-m.opts.Partial), sweepPart)
		cancel()
		if err := m.askerFailed(ctx, err); err != nil {
			return time.Time{}, err
		}
		if more {
			continue
		}
		if !oldest.IsZero() {
			next = oldest.Add(m.opts.Partial + time.Millisecond)
		}
		if next.IsZero() || !waiting.IsZero() && waiting.Before(next) {
			next = waiting
		}
		return next, unsettled
	}
}

// begin counts an upload in.
func (s *sweeper) begin(u *Upload) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for other := range s.uploads {
		if other.who.Name == u.who.Name {
			n++
		}
	}
	if n >= MaxUploads {
		return ErrUploads
	}
	s.uploads[u] = u.part.ID
	return nil
}

// know notes which file an upload writes; u.mu is held.
func (s *sweeper) know(u *Upload) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, goes := s.uploads[u]; goes {
		s.uploads[u] = u.part.ID
	}
}

func (s *sweeper) end(u *Upload) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.uploads, u)
}

// busy reports whether a file is on its way.
func (s *sweeper) busy(id uint64) bool { return s.of(id) != nil }

func (s *sweeper) of(id uint64) *Upload {
	s.mu.Lock()
	defer s.mu.Unlock()
	for u, part := range s.uploads {
		if part == id {
			return u
		}
	}
	return nil
}

// take ends the upload that writes a file, and reports whether there was one. What it had not stored is lost.
func (s *sweeper) take(id uint64) bool {
	u := s.of(id)
	if u == nil {
		return false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.end()
	u.err = errTaken
	return true
}
