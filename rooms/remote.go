package rooms

import (
	"context"
	"slices"
	"time"

	"parley/text"
)

// receive takes a note from another node. It reads nothing from the store
// itself, so that the bus is not held up.
func (m *Manager) receive(n Note) {
	m.guard("note", func() {
		if !n.Person.IsZero() {
			m.reloadInbox(n.Person)
		}
		if len(n.Events) == 0 {
			return
		}
		r := m.lookupToApply(n.Events[0].Room)
		if r == nil {
			return
		}
		defer m.release(r)
		if m.apply(r, entries(pointers(n.Events))) {
			return
		}
		// One gap is filled once, however many notes show it.
		r.refs.Add(1)
		if !m.spawn("fill", func(ctx context.Context) {
			defer m.release(r)
			err := m.once(ctx, flightKey{kind: "fill", room: r.id}, func(ctx context.Context) error {
				return m.fill(ctx, r)
			})
			if err != nil || r.head.Load().Seq < n.Events[len(n.Events)-1].Seq {
				m.repairs.room(r.id)
			}
		}) {
			m.release(r)
		}
	})
}

// pollInboxes is how many inboxes are read again in one round of polling: the
// notes of others that were lost come to light within a few rounds.
const pollInboxes = 64

// poll compares with the store, every so often, what lost notes may have left behind.
func (m *Manager) poll(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	var todo []text.Name
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		rooms := map[ID]bool{}
		for _, r := range m.loaded() {
			rooms[r.id] = true
		}
		// An error is in the log already; the next round comes anyway.
		_ = m.fillBehind(ctx, rooms)
		if len(todo) == 0 {
			todo = m.online()
		}
		n := min(len(todo), pollInboxes)
		for _, name := range todo[:n] {
			m.reloadInbox(name)
		}
		todo = slices.Delete(todo, 0, n)
	}
}

// online lists the people whose inbox is in memory.
func (m *Manager) online() []text.Name {
	m.mu.RLock()
	defer m.mu.RUnlock()
	names := make([]text.Name, 0, len(m.people))
	for name := range m.people {
		names = append(names, name)
	}
	return names
}
