package rooms

import (
	"context"
	"sync"
	"time"

	"parley/text"
)

// storeTimeout bounds every call of the store, so that one that hangs becomes
// an error that can be told.
const storeTimeout = 10 * time.Second

// flights joins those who want the same thing read from the store, so that it
// is read once. The read outlives whoever asked first; each waits with its own
// context.
type flights struct {
	mu  sync.Mutex // a leaf
	all map[flightKey]*flight
}

// flightKey names what is read: kind and whichever of the others matter.
type flightKey struct {
	kind string
	room ID
	page uint64
	name text.Name
}

type flight struct {
	done chan struct{} // closed when err is set
	err  error
}

// once runs read unless it is running for that key, and waits for its end. What
// it reads, read puts where the callers look for it.
func (m *Manager) once(ctx context.Context, key flightKey, read func(context.Context) error) error {
	m.flights.mu.Lock()
	f := m.flights.all[key]
	if f == nil {
		f = &flight{done: make(chan struct{}), err: ErrClosed}
		started := m.spawn("read "+key.kind, func(ctx context.Context) {
			defer func() {
				m.flights.mu.Lock()
				delete(m.flights.all, key)
				m.flights.mu.Unlock()
				close(f.done)
			}()
			f.err = &storeError{errPanic}
			f.err = read(ctx)
		})
		if !started {
			m.flights.mu.Unlock()
			return ErrClosed
		}
		m.flights.all[key] = f
	}
	m.flights.mu.Unlock()
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return ctx.Err()
	}
}
