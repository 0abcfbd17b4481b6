package rooms

import (
	"context"
	"sync"
)

// hooked tells who delivers to hooks out that there are others now.
type hooked struct {
	mu   sync.Mutex // a leaf
	told func()
}

// OnHooks registers fn to be called after a hook was added, removed or given another secret. It is called by the
// goroutine that did so, and must not wait. There is one such fn.
func (m *Manager) OnHooks(fn func()) {
	m.hooks.mu.Lock()
	defer m.hooks.mu.Unlock()
	m.hooks.told = fn
}

func (h *hooked) changed() {
	h.mu.Lock()
	fn := h.told
	h.mu.Unlock()
	if fn != nil {
		fn()
	}
}

// Ear hears that a room has new events, for a reader that is nobody in it: who delivers to hooks. It keeps the
// room in memory until it is closed.
type Ear struct {
	m    *Manager
	r    *room
	wake chan struct{} // one slot
}

// Listen returns an ear for a room.
func (m *Manager) Listen(ctx context.Context, id ID) (*Ear, error) {
	r, err := m.hold(ctx, id)
	if err != nil {
		return nil, err
	}
	e := &Ear{m: m, r: r, wake: make(chan struct{}, 1)}
	r.crowd.mu.Lock()
	defer r.crowd.mu.Unlock()
	r.crowd.ears = append(r.crowd.ears, e)
	return e, nil
}

// Wake is signalled (one slot) after events were added.
func (e *Ear) Wake() <-chan struct{} { return e.wake }

// Room is the room as it is now.
func (e *Ear) Room() Room { return *e.r.head.Load() }

// Events reads up to limit events, at most 1,000, with seq > after, ascending.
func (e *Ear) Events(ctx context.Context, after uint64, limit int) ([]*Event, error) {
	return e.m.readAfter(ctx, e.r, after, 1, limit)
}

// Close ends it.
func (e *Ear) Close() {
	c := &e.r.crowd
	c.mu.Lock()
	c.ears = without(c.ears, e)
	c.mu.Unlock()
	e.m.release(e.r)
}

// ring wakes the reader. It never waits.
func (e *Ear) ring() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}
