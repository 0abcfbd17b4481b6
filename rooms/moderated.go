package rooms

import (
	"slices"
	"time"

	"parley/text"
)

// moderated takes an act of moderation that concerns a member into memory; r.mu is held.
func (m *Manager) moderated(r *room, head *Room, e *Event) {
	switch e.Type {
	case Kick:
		head.People--
		m.left(r, e.Target, e)
		n := putOut(head.Name, e)
		m.eachSession(e.Target, func(s *Session) { s.notice(n) })
	case Ban:
		m.uninvite(r, e.Target)
		if e.Detail == BannedMember {
			head.People--
			m.left(r, e.Target, e)
			n := putOut(head.Name, e)
			m.eachSession(e.Target, func(s *Session) { s.notice(n) })
		}
	case Grant:
		if role, err := ParseRole(e.Detail); err == nil {
			m.member(r, e.Target, func(mb *Member) { mb.Role = role })
		}
	case Quiet:
		until := e.Until
		if until.IsZero() {
			until = Forever
		}
		m.member(r, e.Target, func(mb *Member) { mb.Quiet = until })
	case Unquiet:
		m.member(r, e.Target, func(mb *Member) { mb.Quiet = time.Time{} })
	}
}

// putOut tells somebody by whom, how long and why they were put out of a room: they cannot read it there any more.
func putOut(room text.RoomName, e *Event) Notice {
	who, why := e.Author, e.Text
	switch forever := e.Until.IsZero() || e.Until.Equal(Forever); {
	case e.Type == Kick && why.IsZero():
		return NewNotice("%s has put you out of %s", who, room)
	case e.Type == Kick:
		return NewNotice("%s has put you out of %s: %s", who, room, why)
	case forever && why.IsZero():
		return NewNotice("%s has banned you from %s", who, room)
	case forever:
		return NewNotice("%s has banned you from %s: %s", who, room, why)
	case why.IsZero():
		return NewNotice("%s has banned you from %s until %s", who, room, e.Until)
	}
	return NewNotice("%s has banned you from %s until %s: %s", who, room, e.Until, why)
}

// member changes what is known of one member, in the room's list and in their inbox.
func (m *Manager) member(r *room, who text.Name, change func(*Member)) {
	c := &r.crowd
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turns++
	mb := c.members[who]
	if mb != nil {
		c.unlist(mb)
		change(&mb.Member)
		c.list(mb)
		m.presenceChanged(r)
	} else {
		mb = &member{Member: Member{Name: who}}
		if s, known := m.rowOf(who, r.id); known {
			mb.Role, mb.Quiet = s.Role, s.Quiet
		}
		change(&mb.Member)
	}
	m.setRole(r, mb)
}

// rowOf is what the inbox of somebody who is here says of them in a room.
func (m *Manager) rowOf(who text.Name, id ID) (mb Member, known bool) {
	ib := m.person(who)
	if ib == nil {
		return mb, false
	}
	ib.mu.Lock()
	defer ib.mu.Unlock()
	i, found := ib.find(id)
	if !found || ib.rows[i].room == nil {
		return mb, false
	}
	return Member{Name: who, Role: ib.rows[i].role, Joined: ib.rows[i].joined, Quiet: ib.rows[i].seldom().quiet}, true
}

// uninvite takes an invitation out of an inbox.
func (m *Manager) uninvite(r *room, who text.Name) {
	ib := m.person(who)
	if ib == nil {
		return
	}
	ib.mu.Lock()
	defer ib.mu.Unlock()
	ib.gen++
	if i, found := ib.find(r.id); found && ib.rows[i].room == nil {
		ib.drop(i)
		ib.signal(InboxChanged, nil)
	}
}

// erase takes the texts of what was deleted out of memory; r.mu is held.
func (m *Manager) erase(r *room, gone func(*Event) bool) {
	for i := range r.tail.n {
		e := &r.tail.ring[(r.tail.start+i)%len(r.tail.ring)]
		if gone(e.Event) && !e.Text.IsZero() {
			erased := *e.Event // readers may hold the old one
			erased.Text, erased.File, erased.Signature = text.Body{}, nil, ""
			erased.share()                  // what was made of the old one is not kept
			e.Event, e.calls = &erased, nil // it calls nobody any more
		}
	}
	r.older = nil
	m.pages.forget(r.id)
}

// renamed puts a room that has a new name into its place in the inboxes that have it.
func (m *Manager) renamed(r *room, head *Room) {
	now := *head
	r.head.Store(&now) // inboxes are sorted by it
	for _, ib := range m.inboxes() {
		ib.mu.Lock()
		if i, found := ib.find(r.id); found {
			if ib.rows[i].room == nil {
				ib.rows[i] = invited(&now) // nobody else tells who is invited of it
				ib.signal(InboxChanged, nil)
			}
			slices.SortFunc(ib.rows, func(a, b row) int { return compareRows(&a, &b) })
		}
		ib.mu.Unlock()
	}
}

// turnAway ends the view of those who may not read the room any more; r.mu is held.
func (m *Manager) turnAway(r *room, head *Room) {
	now := *head
	r.head.Store(&now) // who enters from here on is asked by it
	c := &r.crowd
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range slices.Clone(c.onlookers) {
		if !s.standing(r.id).reads(s.who, &now) && m.unview(r, s) {
			r.refs.Add(-1)
			m.armSweep()
			s.signal(InboxChanged | RoomChanged)
		}
	}
}
