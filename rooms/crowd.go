package rooms

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parley/text"
)

// crowd is who watches a room and who is in it. A session watches the rooms
// whose member its person is, and the one that it shows.
type crowd struct {
	mu sync.Mutex // tier 3; also held while readers are woken

	watchers  []*Session // sessions of members, each once: exactly those whose inbox has a row of the room
	onlookers []*Session // sessions that show the room and are no watchers
	viewers   int        // sessions that show the room
	ears      []*Ear     // of the hooks that read the room
	followers int        // viewers that want PresenceChanged
	guests    int        // viewers that are guests
	untold    bool       // guests came or went, and the viewers do not know it

	members map[text.Name]*member // nil until somebody asks
	order   []*member             // the same, by role and name
	online  int                   // members with a session
	turns   uint64                // grows with each change of membership, so that a load that overlaps one starts again

	typists []typist // who types, in the order in which they began
	typing  bool     // the timer that takes them away is running

	snapshot atomic.Pointer[Presence] // the last one that was built
	stale    atomic.Bool              // the next asker builds a new one
	armed    bool                     // the timer that sets stale is running
	waking   bool                     // the timer of wakeSoon is running
}

// member is a member with the number of their live sessions.
type member struct {
	Member
	sessions int32
	presence *presence // of those who are online; nil for who was not since the members were loaded
}

func compareMembers(a, b *member) int {
	return cmp.Or(cmp.Compare(b.Role, a.Role), a.Name.Compare(b.Name))
}

// wake signals those who watch the room: one pass, without allocation, and
// nothing in it waits. row says what of their inbox's row changed: CountsChanged, or InboxChanged for
// more than counts.
func (m *Manager) wake(r *room, row Changes) {
	c := &r.crowd
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.viewers == 0 {
		m.armSweep() // the tail may be dropped
	}
	for _, s := range c.watchers {
		switch shown := s.focus.Load() == r; {
		case shown && row == CountsChanged:
			s.signal(RoomChanged)
		case shown:
			s.signal(RoomChanged | row)
		case row == CountsChanged:
			s.counted(r.id)
		default:
			s.signal(row)
		}
	}
	for _, s := range c.onlookers {
		s.signal(RoomChanged)
	}
	for _, e := range c.ears {
		e.ring()
	}
}

// wakeSoon wakes those who watch the room once for all who come and go within
// Options.Presence: thousands of first visits cost each of them a wake a second, not thousands.
func (m *Manager) wakeSoon(r *room) {
	c := &r.crowd
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waking {
		return
	}
	c.waking = true
	time.AfterFunc(m.opts.Presence, func() {
		m.guard("presence", func() {
			c.mu.Lock()
			c.waking = false
			c.mu.Unlock()
			m.wake(r, InboxChanged)
		})
	})
}

// size is the number of sessions that watch or show the room.
func (c *crowd) size() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.watchers) + len(c.onlookers)
}

// The methods below are called with c.mu held.

// watch adds the session of a member.
func (m *Manager) watch(r *room, s *Session) {
	c := &r.crowd
	if slices.Contains(c.watchers, s) {
		return
	}
	c.watchers = append(c.watchers, s)
	c.onlookers = without(c.onlookers, s)
	if mb := c.members[s.inbox.name]; mb != nil {
		mb.sessions++
		mb.presence = &s.inbox.presence
		if mb.sessions == 1 {
			c.online++
			m.presenceChanged(r)
		}
	}
}

// unwatch removes the session of somebody who leaves the room or ends the session.
func (m *Manager) unwatch(r *room, s *Session) {
	c := &r.crowd
	n := len(c.watchers)
	c.watchers = without(c.watchers, s)
	if len(c.watchers) == n {
		return
	}
	if s.focus.Load() == r {
		c.onlookers = append(c.onlookers, s)
	}
	if mb := c.members[s.inbox.name]; mb != nil {
		mb.sessions--
		if mb.sessions == 0 {
			c.online--
			m.presenceChanged(r)
		}
	}
}

// view makes a session show the room; the session holds a reference to it.
func (m *Manager) view(r *room, s *Session, follow bool) {
	c := &r.crowd
	s.follows = follow
	s.focus.Store(r)
	c.viewers++
	if follow {
		c.followers++
	}
	if !slices.Contains(c.watchers, s) {
		c.onlookers = append(c.onlookers, s)
	}
	if s.who.Guest {
		c.guests, c.untold = c.guests+1, true
		m.presenceChanged(r)
	}
}

// unview ends view; it reports false if the session does not show the room.
// The caller gives back the session's reference.
func (m *Manager) unview(r *room, s *Session) bool {
	if s.focus.Load() != r {
		return false
	}
	c := &r.crowd
	s.focus.Store(nil)
	c.viewers--
	if c.viewers == 0 {
		m.armSweep() // the tail may be dropped
	}
	if s.follows {
		c.followers--
	}
	c.onlookers = without(c.onlookers, s)
	if s.who.Guest {
		c.guests, c.untold = c.guests-1, true
		m.presenceChanged(r)
	}
	return true
}

// presenceChanged lets followers know soon, and all viewers if it is guests who came or went: changes are gathered for
// Options.Presence, so a storm of logins costs one snapshot a second and not
// one per login.
func (m *Manager) presenceChanged(r *room) {
	c := &r.crowd
	if c.followers == 0 && !c.untold {
		c.stale.Store(true)
		return
	}
	if c.armed {
		return
	}
	c.armed = true
	time.AfterFunc(m.opts.Presence, func() { m.guard("presence", func() { r.tellPresence() }) })
}

// tellPresence lets the next asker build a snapshot and signals who is to know.
func (r *room) tellPresence() {
	c := &r.crowd
	c.mu.Lock()
	defer c.mu.Unlock()
	c.armed = false
	c.stale.Store(true)
	all := c.untold // also where they are as many as before: who came meanwhile may have seen another number
	c.untold = false
	for _, list := range [2][]*Session{c.watchers, c.onlookers} {
		for _, s := range list {
			if s.focus.Load() == r && (s.follows || all) {
				s.signal(PresenceChanged)
			}
		}
	}
}

// load takes the members as the store listed them.
func (m *Manager) load(r *room, list []Member) {
	c := &r.crowd
	c.members = make(map[text.Name]*member, len(list))
	c.order = make([]*member, 0, len(list))
	all := make([]member, len(list))
	for i, mb := range list {
		all[i].Member = mb
		c.members[mb.Name] = &all[i]
		c.order = append(c.order, &all[i])
	}
	slices.SortFunc(c.order, compareMembers)
	c.online = 0
	for _, s := range c.watchers {
		if mb := c.members[s.inbox.name]; mb != nil {
			mb.sessions++
			mb.presence = &s.inbox.presence
			if mb.sessions == 1 {
				c.online++
			}
		}
	}
	for i := range all {
		m.setRole(r, &all[i]) // also where an inbox is in memory without a session
	}
	c.stale.Store(true)
}

// forgetMembers drops what can be loaded again.
func (c *crowd) forgetMembers() {
	c.members, c.order, c.online = nil, nil, 0
	c.snapshot.Store(nil)
	c.stale.Store(true)
}

// add makes somebody a member, in so far as members are loaded.
func (m *Manager) add(r *room, who Member) {
	c := &r.crowd
	c.turns++
	if c.members == nil || c.members[who.Name] != nil {
		return
	}
	mb := &member{Member: who}
	c.members[who.Name] = mb
	c.list(mb)
	m.presenceChanged(r)
}

// remove ends the membership of somebody who left with event seq, in so far
// as members are loaded. If it was an owner's it returns who is owner after
// them: the one of the highest role, and among those the one who has been in
// the room longest.
func (m *Manager) remove(r *room, who text.Name, seq uint64) (heir *member) {
	c := &r.crowd
	c.turns++
	mb := c.members[who]
	if mb == nil || mb.Joined > seq {
		return nil
	}
	delete(c.members, who)
	c.unlist(mb)
	if mb.sessions > 0 {
		c.online--
	}
	m.presenceChanged(r)
	if mb.Role < RoleOwner || len(c.order) == 0 || r.head.Load().Kind == Direct {
		return nil
	}
	heir = c.order[0]
	for _, other := range c.order {
		if other.Role < heir.Role {
			break
		}
		if other.Joined < heir.Joined {
			heir = other
		}
	}
	c.unlist(heir)
	heir.Role = RoleOwner
	c.list(heir)
	return heir
}

// list puts a member in their place.
func (c *crowd) list(mb *member) {
	at, _ := slices.BinarySearchFunc(c.order, mb, compareMembers)
	c.order = slices.Insert(c.order, at, mb)
}

// unlist takes a member out of their place.
func (c *crowd) unlist(mb *member) {
	if at, found := slices.BinarySearchFunc(c.order, mb, compareMembers); found {
		c.order = slices.Delete(c.order, at, at+1)
	}
}

// without removes one session from a list whose order does not matter.
func without[T any](list []*T, s *T) []*T {
	at := slices.Index(list, s)
	if at < 0 {
		return list
	}
	last := len(list) - 1
	list[at] = list[last]
	list[last] = nil
	return list[:last]
}
