package rooms

import (
	"context"
	"slices"
	"time"

	"parley/text"
)

// MaxTopic is the widest topic, in columns.
const MaxTopic = 300

// maxFill is how many events are read at once to fill a gap.
const maxFill = 512

// apply takes committed events of one room, ascending, into memory and wakes
// who watches: at once, or soon if all that happened is that people came and went. Events that are there already are passed over. It reports false
// when one before them is missing: then fill must run, which reads them all.
// The caller holds a reference to r.
func (m *Manager) apply(r *room, events []entry) (complete bool) {
	complete, changed := m.applyLog(r, events)
	switch {
	case !changed:
	case !slices.ContainsFunc(events, func(e entry) bool { return !e.Type.Talk() && !e.Type.Changes() }):
		m.wake(r, CountsChanged)
	case slices.ContainsFunc(events, func(e entry) bool { return e.Type != Join && e.Type != Leave }):
		m.wake(r, InboxChanged)
	default:
		m.wakeSoon(r)
	}
	return complete
}

func (m *Manager) applyLog(r *room, events []entry) (complete, changed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	head := *r.head.Load()
	if n := r.tail.n; n > 0 && r.tail.at(n-1).Seq != head.Seq {
		r.tail, r.older = tail{}, nil // a panic cut the last round short
	}
	complete = true
	for _, e := range events {
		if e.Seq <= head.Seq {
			continue
		}
		if complete = e.Seq == head.Seq+1; !complete {
			break
		}
		m.applyOne(r, &head, e)
		changed = true
	}
	// The head comes last: one that is behind the rows for a moment shows too few
	// unread; the other way round an author would see the own message as unread.
	if changed {
		r.head.Store(&head)
		r.touch()
	}
	return complete, changed
}

// applyOne takes the next event into memory; r.mu is held.
func (m *Manager) applyOne(r *room, head *Room, e entry) {
	r.tail.push(e, m.opts.Tail)
	if e.Type.Talk() {
		r.typed(e.Author)
	}
	for _, about := range e.About() {
		if of := r.tail.of(about); of != nil {
			of.state = of.state.With(e.Event)
		}
		delete(r.older, about)
	}
	was := head.Name
	head.Apply(e.Event)
	switch e.Type {
	case Message, Action, Poll:
		m.count(r, e, head.Gone)
	case Create:
		head.People += m.created(r, e.Event, head.People)
	case Join:
		m.joined(r, e.Author, e.Event, head.People, RoleMember)
		head.People++
	case Leave:
		head.People--
		m.left(r, e.Author, e.Event)
	case Invite:
		m.invite(r, head, e.Event)
	case Decline:
		m.uninvite(r, e.Author)
		m.notifyElsewhere(e.Target, NewNotice("%s declines your invitation to %s", e.Author, head.Name), r)
	case Delete:
		m.uncount(r, e, head.Gone)
		m.erase(r, func(old *Event) bool { return old.Seq == e.Ref || old.Type == Edit && old.Ref == e.Ref })
		m.sweeper.soon(sweepSoon)
	case Expire:
		m.uncountExpired(r, e, head)
		m.erase(r, func(old *Event) bool {
			return old.Seq <= e.Ref && old.Type.Talk() || old.Type == Edit && old.Ref <= e.Ref
		})
		m.sweeper.soon(sweepSoon)
	case Rename:
		if head.Name != was {
			m.renamed(r, head)
		}
	case Set:
		switch {
		case e.Detail == PropKeep && head.Keep > 0:
			m.retention.soon(expireSoon)
		case e.Detail == PropGuests, e.Detail == PropHistory:
			m.turnAway(r, head)
		}
	default:
		if e.Type.Moderates() {
			m.moderated(r, head, e.Event)
		}
	}
}

// count takes a message into the rows of those whom it concerns and who have a
// session: its author and whom it names. The unread of all others follows from the head.
func (m *Manager) count(r *room, e entry, gone uint64) {
	m.countFor(r, e, e.Author, gone)
	if e.calls == nil {
		return
	}
	for _, name := range e.calls.names {
		if name != e.Author {
			m.countFor(r, e, name, gone)
		}
	}
	for _, name := range e.calls.followers {
		if name != e.Author && !slices.Contains(e.calls.names, name) {
			m.countFor(r, e, name, gone)
		}
	}
}

func (m *Manager) countFor(r *room, e entry, name text.Name, gone uint64) {
	ib := m.person(name)
	if ib == nil {
		return
	}
	ib.mu.Lock()
	defer ib.mu.Unlock()
	i, found := ib.find(r.id)
	if !found || ib.rows[i].room == nil {
		return
	}
	w := &ib.rows[i]
	was := w.threads
	w.count(e, name, gone)
	if w.threads != was {
		// Whoever shows the room is told of its events, and may have read all of them: not of its threads.
		for _, s := range ib.sessions {
			s.counted(r.id)
		}
	}
	if e.Thread != 0 && (e.Author == name && w.threads > 0 || e.calls != nil && e.calls.vague) {
		m.reloadLater(ib) // who writes in a thread has read it: how much that was the store knows
	}
}

// uncount takes a message that is deleted out of the counts of all who have not read it; r.mu is held.
func (m *Manager) uncount(r *room, e entry, gone uint64) {
	old := r.tail.of(e.Ref)
	for _, ib := range m.inboxes() {
		ib.mu.Lock()
		if i, found := ib.find(r.id); found && ib.rows[i].room != nil && !ib.rows[i].uncount(e, old, ib.name, gone) {
			m.reloadLater(ib)
		}
		ib.mu.Unlock()
	}
}

// uncountExpired takes what has expired out of the counts of all who have not read it; r.mu is held, and head is the room after e.
func (m *Manager) uncountExpired(r *room, e entry, head *Room) {
	for _, ib := range m.inboxes() {
		ib.mu.Lock()
		if i, found := ib.find(r.id); found && ib.rows[i].room != nil && !ib.rows[i].expire(e.Event, head, &r.tail, ib.name) {
			m.reloadLater(ib)
		}
		ib.mu.Unlock()
	}
}

// reloadLater lets the counts of an inbox be read again; ib.mu is held.
func (m *Manager) reloadLater(ib *inbox) {
	ib.reload = true
	ib.gen++
	m.committer.saver.enqueue(ib)
}

// created gives those whom a new room is for a row, and returns how many they are.
func (m *Manager) created(r *room, e *Event, before int) int {
	people, err := DirectNames(r.head.Load().Direct)
	if err != nil {
		m.joined(r, e.Author, e, before, RoleOwner)
		return 1
	}
	for _, who := range people {
		m.joined(r, who, e, before, RoleMember)
	}
	return len(people)
}

// joined gives somebody who came in by an event a row and lets their sessions
// watch. Who comes into a room without members owns it. It may be called twice
// for one event; r.mu is held. before is the number of members before the event.
func (m *Manager) joined(r *room, who text.Name, e *Event, before int, role Role) {
	if before == 0 && r.head.Load().Kind != Direct {
		role = RoleOwner
	}
	c := &r.crowd
	c.mu.Lock()
	defer c.mu.Unlock()
	m.add(r, Member{Name: who, Role: role, Joined: e.Seq})
	var quiet time.Time
	if mb := c.members[who]; mb != nil {
		role, quiet = mb.Role, mb.Quiet // as the store listed them, perhaps as of later
	}
	ib := m.person(who)
	if ib == nil {
		return
	}
	ib.mu.Lock()
	defer ib.mu.Unlock()
	ib.gen++
	if !ib.loaded || ib.closed {
		return
	}
	if i, found := ib.find(r.id); found {
		if ib.rows[i].room != nil {
			return
		}
		ib.drop(i)
	}
	r.refs.Add(1)
	w := row{
		room: r, role: role, joined: e.Seq,
		read: e.Seq, readMessages: e.Messages, asOf: e.Seq,
	}
	w.setQuiet(quiet)
	ib.insert(w)
	for _, s := range ib.sessions {
		m.watch(r, s)
		s.signal(InboxChanged)
	}
}

// left takes the row of somebody who is out since an event away. Who may not see the room
// any more stops showing it. Of an owner who leaves somebody inherits; where
// the members are not in memory they are read, to learn who.
func (m *Manager) left(r *room, who text.Name, e *Event) {
	c := &r.crowd
	c.mu.Lock()
	defer c.mu.Unlock()
	role := m.dropLeaver(r, who, e)
	if heir := m.remove(r, who, e.Seq); heir != nil {
		m.setRole(r, heir)
	}
	if c.members != nil || role < RoleOwner {
		return
	}
	r.refs.Add(1)
	if !m.spawn("members", func(ctx context.Context) {
		defer m.release(r)
		if m.loadMembers(ctx, r) != nil {
			m.repairs.members(r.id)
		}
	}) {
		m.release(r)
	}
}

// dropLeaver takes the row of somebody who left away, and returns the role
// that they had, RoleOwner if it is not known.
func (m *Manager) dropLeaver(r *room, who text.Name, e *Event) Role {
	ib := m.person(who)
	if ib == nil {
		return RoleOwner
	}
	ib.mu.Lock()
	defer ib.mu.Unlock()
	ib.gen++
	i, found := ib.find(r.id)
	if !found || ib.rows[i].room == nil || ib.rows[i].asOf >= e.Seq {
		return RoleOwner
	}
	role := ib.rows[i].role
	m.dropRow(r, ib, i)
	return role
}

// setRole takes a member's role into their inbox; the room's crowd.mu is held.
func (m *Manager) setRole(r *room, mb *member) {
	ib := m.person(mb.Name)
	if ib == nil {
		return
	}
	ib.mu.Lock()
	defer ib.mu.Unlock()
	i, found := ib.find(r.id)
	if found && ib.rows[i].room != nil && ib.rows[i].role == mb.Role && ib.rows[i].seldom().quiet.Equal(mb.Quiet) {
		return
	}
	ib.gen++ // a row that is being read may have the old role
	if found && ib.rows[i].room != nil {
		ib.rows[i].role = mb.Role
		ib.rows[i].setQuiet(mb.Quiet)
		ib.signal(InboxChanged, nil)
	}
}

// dropRow takes a membership away from an inbox: the row, the watching, and
// the view of a room that is read by members only. The room's crowd.mu and ib.mu are held.
func (m *Manager) dropRow(r *room, ib *inbox, i int) {
	ib.drop(i)
	r.refs.Add(-1)
	m.armSweep()
	for _, s := range ib.sessions {
		m.unwatch(r, s)
		changed := InboxChanged
		if !(standing{}).reads(s.who, r.head.Load()) && m.unview(r, s) {
			r.refs.Add(-1)
			changed |= RoomChanged
		}
		s.signal(changed)
	}
}

// invite gives the target of an Invite a row and tells them.
func (m *Manager) invite(r *room, head *Room, e *Event) {
	ib := m.person(e.Target)
	if ib == nil {
		return
	}
	ib.mu.Lock()
	defer ib.mu.Unlock()
	ib.gen++
	if !ib.loaded || ib.closed {
		return
	}
	if _, found := ib.find(r.id); found {
		return
	}
	info := *head
	ib.insert(invited(&info))
	ib.notify(invitation(e.Author, head.Name), nil)
	ib.signal(InboxChanged, nil)
}

// invitation is the line that tells somebody of an invitation.
func invitation(from text.Name, to text.RoomName) Notice {
	if from.IsZero() {
		return NewNotice("you are invited to %s: /accept %s or /decline %s", to, to, to)
	}
	return NewNotice("%s invites you to %s: /accept %s or /decline %s", from, to, to, to)
}

// fill reads what memory lacks of a room from the store. The caller holds a reference to r.
func (m *Manager) fill(ctx context.Context, r *room) error {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	for {
		list, err := m.store.Events(ctx, r.id, r.head.Load().Seq, maxFill)
		if err := m.failed(err); err != nil {
			return err
		}
		if len(list) > 0 {
			m.apply(r, entries(pointers(list)))
		}
		if len(list) < maxFill {
			return nil
		}
	}
}

// pointers turns a list that the store returned into what readers share.
func pointers(list []Event) []*Event {
	out := make([]*Event, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}
