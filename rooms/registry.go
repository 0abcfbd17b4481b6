package rooms

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parley/text"
)

// room is one room in memory. It stays as long as somebody holds a reference
// (an inbox row, a session that shows it, a request under way) and for
// Options.Idle after.
type room struct {
	id ID
	// head is the room as of the newest event that was applied. The value it
	// points to never changes; a new one is put in its place under mu.
	head atomic.Pointer[Room]
	refs atomic.Int64 // raised from 0 only under Manager.mu
	used atomic.Int64 // when it was last read, written or let go; nanoseconds since 1970

	mu    sync.Mutex // tier 2; held while events are applied
	tail  tail
	older map[uint64]*State // of messages before the tail that were asked for, nil for nothing; at most maxOlder

	crowd crowd
}

func newRoom(info Room) *room {
	r := &room{id: info.ID}
	r.head.Store(&info)
	r.touch()
	return r
}

func (r *room) touch() { r.used.Store(time.Now().UnixNano()) }

// hold returns a room with one reference, loading it if need be; ErrNoRoom if there is none.
func (m *Manager) hold(ctx context.Context, id ID) (*room, error) {
	for {
		if r := m.lookup(id); r != nil {
			return r, nil
		}
		if id <= 0 {
			return nil, ErrNoRoom
		}
		err := m.once(ctx, flightKey{kind: "room", room: id}, func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, storeTimeout)
			defer cancel()
			missed := m.missed.Load()
			info, err := m.store.Room(ctx, id)
			if err := m.failed(err); err != nil {
				return err
			}
			r, sure := m.adopt(info, missed)
			defer m.release(r)
			if !sure {
				return m.fill(ctx, r)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
}

// lookup returns a loaded room with one reference, or nil.
func (m *Manager) lookup(id ID) *room {
	m.mu.RLock()
	defer m.mu.RUnlock()
	r := m.rooms[id]
	if r != nil {
		r.refs.Add(1)
	}
	return r
}

// lookupToApply is lookup for events that passed by.
func (m *Manager) lookupToApply(id ID) *room {
	m.mu.RLock()
	defer m.mu.RUnlock()
	r := m.rooms[id]
	if r == nil {
		m.missed.Add(1)
		return nil
	}
	r.refs.Add(1)
	return r
}

// adopt returns the loaded room, or loads it from what the store said, with
// one reference. missed is Manager.missed from before the store was asked;
// sure is false if events may have passed by since.
func (m *Manager) adopt(info Room, missed uint64) (r *room, sure bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, sure = m.rooms[info.ID], true
	if r == nil {
		r = newRoom(info)
		m.rooms[info.ID] = r
		sure = m.missed.Load() == missed
	}
	r.refs.Add(1)
	return r, sure
}

// release gives a reference back.
func (m *Manager) release(r *room) {
	r.touch()
	m.unhold(r)
}

// unhold gives back a reference that was no use of the room: who comes and goes has one to each of their rooms for a moment, and
// looking at the clock for each of them would take longer than the rest.
func (m *Manager) unhold(r *room) {
	if r.refs.Add(-1) == 0 {
		r.touch()
		m.armSweep()
	}
}

// loaded lists the rooms in memory, without references.
func (m *Manager) loaded() []*room {
	m.mu.RLock()
	defer m.mu.RUnlock()
	all := make([]*room, 0, len(m.rooms))
	for _, r := range m.rooms {
		all = append(all, r)
	}
	return all
}

// armSweep makes sure that idle rooms will be forgotten.
func (m *Manager) armSweep() {
	if m.sweeping.Load() || m.sweeping.Swap(true) {
		return
	}
	time.AfterFunc(m.opts.Idle, func() { m.spawn("sweep", func(context.Context) { m.sweep() }) })
}

// sweep forgets the inboxes and rooms that nobody held for Options.Idle, and the tails of
// rooms that nobody shows. The timer is armed again only if some remain that
// may be forgotten later.
func (m *Manager) sweep() {
	m.sweeping.Store(false)
	old := time.Now().Add(-m.opts.Idle).UnixNano()
	later := m.sweepInboxes(old)
	var rest []*room
	m.mu.Lock()
	for id, r := range m.rooms {
		switch {
		case r.refs.Load() > 0:
			rest = append(rest, r)
		case r.used.Load() <= old:
			delete(m.rooms, id)
		default:
			later = true
		}
	}
	m.mu.Unlock()
	for _, r := range rest {
		later = r.shrink(old) || later
	}
	if later {
		m.armSweep()
	}
}

// sweepInboxes forgets the inboxes that were last held before then, and reports whether others may be forgotten later.
func (m *Manager) sweepInboxes(old int64) (later bool) {
	var gone []*inbox
	m.mu.Lock()
	for name, ib := range m.people {
		switch {
		case ib.refs > 0:
		case ib.used <= old:
			delete(m.people, name)
			m.unused--
			gone = append(gone, ib)
		default:
			later = true
		}
	}
	m.mu.Unlock()
	for _, ib := range gone {
		m.forgetInbox(ib)
	}
	return later
}

// shrink drops what can be read again of a room that nobody shows, and reports
// whether something is left to drop later.
func (r *room) shrink(old int64) (later bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.crowd.mu.Lock()
	defer r.crowd.mu.Unlock()
	if r.crowd.viewers > 0 || r.tail.n == 0 && r.crowd.members == nil {
		return false
	}
	if r.used.Load() > old {
		return true
	}
	r.tail, r.older = tail{}, nil
	r.crowd.forgetMembers()
	return false
}

// inboxes are those in memory, without references.
func (m *Manager) inboxes() []*inbox {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Collect(maps.Values(m.people))
}

// person returns the inbox of somebody whose inbox is in memory, or nil.
func (m *Manager) person(name text.Name) *inbox {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.people[name]
}
