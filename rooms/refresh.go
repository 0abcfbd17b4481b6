package rooms

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"parley/text"
)

// holdInbox returns the inbox of an actor, loaded, with one reference. A
// guest's is empty and nothing of it is stored.
func (m *Manager) holdInbox(ctx context.Context, who Actor) (*inbox, error) {
	if who.Name.IsZero() {
		return nil, errNull
	}
	m.mu.Lock()
	ib := m.people[who.Name]
	if ib == nil {
		ib = &inbox{name: who.Name, guest: who.Guest, loaded: who.Guest, person: Person{Name: who.Name}}
		m.people[who.Name] = ib
	} else if ib.refs == 0 {
		m.unused--
	}
	ib.refs++
	m.mu.Unlock()
	ib.mu.Lock()
	loaded := ib.loaded
	ib.mu.Unlock()
	if loaded {
		return ib, nil
	}
	err := m.once(ctx, flightKey{kind: "inbox", name: who.Name}, func(ctx context.Context) error {
		return m.readInbox(ctx, ib)
	})
	if err != nil {
		m.releaseInbox(ib)
		return nil, err
	}
	return ib, nil
}

// onlineInbox returns the loaded inbox of somebody, with one reference, or nil.
func (m *Manager) onlineInbox(name text.Name) *inbox {
	m.mu.Lock()
	defer m.mu.Unlock()
	ib := m.people[name]
	if ib == nil {
		return nil
	}
	if ib.refs == 0 {
		m.unused--
	}
	ib.refs++
	return ib
}

// maxUnused bounds the inboxes that nobody needs at the moment; one of 50 rooms takes 4 KB.
const maxUnused = 2048

// releaseInbox gives a reference back. With the last one the inbox is kept for Options.Idle: who comes
// back, as all do after their network was away, and as programs do for each command, need not wait
// for the store. It is kept up to date like any other. With a bus, which may lose what would do that, it is forgotten at once.
func (m *Manager) releaseInbox(ib *inbox) {
	m.mu.Lock()
	ib.refs--
	last := ib.refs == 0
	keep := last && m.alone && !ib.guest && m.unused < maxUnused
	switch {
	case keep:
		ib.used = time.Now().UnixNano()
		m.unused++
	case last:
		delete(m.people, ib.name)
	}
	m.mu.Unlock()
	switch {
	case keep:
		m.armSweep()
	case last:
		m.forgetInbox(ib)
	}
}

// forgetInbox lets go of what an inbox holds, of which nobody has a reference.
func (m *Manager) forgetInbox(ib *inbox) {
	ib.mu.Lock()
	ib.closed = true
	rows := ib.rows
	ib.rows = nil
	ib.mu.Unlock()
	for i := range rows {
		if r := rows[i].room; r != nil {
			m.release(r)
		}
	}
}

// maxReadings bounds how often an inbox is read again because it changed meanwhile.
const maxReadings = 8

var errBusy = errors.New("the inbox changed each time it was read")

// readInbox makes rows and person what the store says. It is used for the
// first load and for a reload; one at a time for an inbox.
func (m *Manager) readInbox(ctx context.Context, ib *inbox) error {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	ib.mu.Lock()
	if ib.reading {
		ib.again = true
		ib.mu.Unlock()
		return nil
	}
	ib.reading = true
	ib.mu.Unlock()
	defer func() {
		ib.mu.Lock()
		ib.reading = false
		again := ib.again && ib.loaded
		ib.mu.Unlock()
		if again {
			m.reloadInbox(ib.name)
		}
	}()
	for range maxReadings {
		ib.mu.Lock()
		ib.again = false
		if ib.closed || ib.loaded && ib.dirty() {
			ib.reload = !ib.closed // the saver comes back to it
			ib.mu.Unlock()
			return nil
		}
		gen := ib.gen
		ib.mu.Unlock()
		done, err := m.readOnce(ctx, ib, gen)
		if done || err != nil {
			return err
		}
	}
	return &storeError{errBusy}
}

// readOnce reads an inbox and takes what the store said into it, unless too much changed meanwhile.
func (m *Manager) readOnce(ctx context.Context, ib *inbox, gen uint64) (done bool, err error) {
	missed := m.missed.Load()
	var held []*room // those that are in memory stay there: the store says no more of them than their seq
	defer func() {
		for _, r := range held {
			m.release(r)
		}
	}()
	list, err := m.store.Inbox(ctx, ib.name, func(id ID) bool {
		r := m.lookup(id)
		if r != nil {
			held = append(held, r)
		}
		return r != nil
	})
	if err != nil {
		return false, m.failed(err)
	}
	person, err := m.store.Person(ctx, ib.name)
	if err := m.failed(err); err != nil {
		return false, err
	}
	return m.merge(ctx, ib, gen, missed, list, person), nil
}

// merge takes what the store said into an inbox. It reports false if the inbox
// changed since gen, or a room too much since: then it must be read again.
func (m *Manager) merge(ctx context.Context, ib *inbox, gen, missed uint64, list []Membership, person Person) bool {
	ib.mu.Lock()
	ib.rows = slices.Grow(ib.rows, max(0, len(list)-len(ib.rows)))
	ib.mu.Unlock()
	for i := range list {
		ms := &list[i]
		ok := false
		if ms.Role == RoleNone {
			ok = m.mergeInvitation(ib, gen, m.newest(ms.Room))
		} else {
			r, sure := m.adopt(ms.Room, missed)
			ok = m.mergeRow(r, ib, gen, ms)
			if ok && (!sure || m.bus.Poll() > 0 && ms.Room.Seq > r.head.Load().Seq) {
				if m.fill(ctx, r) != nil {
					m.repairs.room(r.id)
				}
			}
			m.release(r)
		}
		if !ok {
			return false
		}
	}
	if !m.mergeGone(ib, gen, list) {
		return false
	}
	ib.mu.Lock()
	defer ib.mu.Unlock()
	if ib.gen != gen {
		return false
	}
	changes := InboxChanged
	if !maps.Equal(ib.person.Settings, person.Settings) {
		changes |= SettingsChanged
	}
	ib.person = person
	ib.person.Name = ib.name
	ib.loaded = true
	ib.signal(changes, nil)
	return true
}

// mergeRow makes one row of what the store said of a membership as of ms.Room.Seq.
func (m *Manager) mergeRow(r *room, ib *inbox, gen uint64, ms *Membership) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.crowd.mu.Lock()
	defer r.crowd.mu.Unlock()
	ib.mu.Lock()
	defer ib.mu.Unlock()
	head := r.head.Load()
	if ib.gen != gen || ib.closed || !r.tail.covers(ms.Room.Seq+1, head.Seq) {
		return false
	}
	w := row{
		room: r, role: ms.Role, joined: ms.Joined,
		read: ms.Read, readMessages: max(ms.ReadMessages, head.GoneMessages), own: uint32(ms.Own), mentions: int32(ms.Mentions), threads: int32(ms.Threads),
		asOf: ms.Room.Seq,
	}
	w.setSeldom(rare{quiet: ms.Quiet, prefs: ms.Prefs, place: ms.Place})
	if mb := r.crowd.members[ib.name]; mb != nil {
		w.role = mb.Role // it is kept up to date, and so is this; the store was asked a while ago
		w.setQuiet(mb.Quiet)
	}
	for seq := w.asOf + 1; seq <= head.Seq; seq++ {
		e := r.tail.get(seq)
		if (e.Type == Delete || e.Type == Expire) && w.mentions+w.threads > 0 || e.Type == Expire && ms.Own > 0 {
			return false // it may have been some of these
		}
		w.count(e, ib.name, head.Gone)
	}
	if i, found := ib.find(r.id); found {
		if ib.rows[i].room != nil {
			ib.rows[i] = w
			return true
		}
		ib.drop(i)
	}
	r.refs.Add(1)
	ib.insert(w)
	for _, s := range ib.sessions {
		m.watch(r, s)
	}
	return true
}

// newest is a room as it is in memory, where it is.
func (m *Manager) newest(info Room) Room {
	r := m.lookup(info.ID)
	if r == nil {
		return info
	}
	defer m.release(r)
	return *r.head.Load()
}

// mergeInvitation keeps or adds a row for an invitation, and tells of a new one.
func (m *Manager) mergeInvitation(ib *inbox, gen uint64, info Room) bool {
	ib.mu.Lock()
	defer ib.mu.Unlock()
	if ib.gen != gen || ib.closed {
		return false
	}
	i, found := ib.find(info.ID)
	switch {
	case found && ib.rows[i].room != nil:
		return true // a membership that ended elsewhere; the next read shows it as gone
	case found:
		ib.rows[i] = invited(&info)
		return true
	}
	ib.insert(invited(&info))
	if ib.loaded {
		ib.notify(invitation(text.Name{}, info.Name), nil)
	}
	return true
}

// mergeGone drops the rows that the store no longer has. There is a row for each of the list.
func (m *Manager) mergeGone(ib *inbox, gen uint64, list []Membership) bool {
	var keep map[ID]bool
	for {
		ib.mu.Lock()
		if ib.gen != gen || ib.closed {
			ib.mu.Unlock()
			return false
		}
		if len(ib.rows) == len(list) {
			ib.mu.Unlock()
			return true
		}
		if keep == nil {
			keep = make(map[ID]bool, len(list))
			for i := range list {
				keep[list[i].Room.ID] = true
			}
		}
		at := slices.IndexFunc(ib.rows, func(w row) bool { return !keep[w.head().ID] })
		if at < 0 {
			ib.mu.Unlock()
			return true
		}
		r := ib.rows[at].room
		if r == nil {
			ib.drop(at)
		}
		ib.mu.Unlock()
		if r != nil {
			m.dropGone(r, ib, gen)
		}
	}
}

func (m *Manager) dropGone(r *room, ib *inbox, gen uint64) {
	r.crowd.mu.Lock()
	defer r.crowd.mu.Unlock()
	ib.mu.Lock()
	defer ib.mu.Unlock()
	if i, found := ib.find(r.id); found && ib.gen == gen && ib.rows[i].room == r {
		m.dropRow(r, ib, i)
	}
}

// reloadInbox reads the inbox of somebody again, in the background, because
// another node or a mark that reached behind the tail changed it.
func (m *Manager) reloadInbox(name text.Name) {
	ib := m.onlineInbox(name)
	if ib == nil {
		return
	}
	ib.mu.Lock()
	ib.again = true
	wait := ib.reading || !ib.loaded
	ib.mu.Unlock()
	if !wait && m.spawn("inbox", func(ctx context.Context) {
		defer m.releaseInbox(ib)
		if m.readInbox(ctx, ib) != nil {
			m.repairs.person(name)
		}
	}) {
		return
	}
	m.releaseInbox(ib)
}
