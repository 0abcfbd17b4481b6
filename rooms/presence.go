package rooms

import (
	"context"
	"slices"
	"sync/atomic"

	"parley/text"
)

// Present is a member with presence, or a guest: RoleGuest, as long as they show the room.
type Present struct {
	Member
	Online bool
	Away   bool      // online, and not at the keyboard or gone by their own word
	Why    text.Line // what they said when they went away
}

// present is a member with their presence; the crowd's mu is held.
func (mb *member) present() Present {
	p := Present{Member: mb.Member, Online: mb.sessions > 0}
	if !p.Online || mb.presence == nil {
		return p
	}
	if why := mb.presence.gone.Load(); why != nil {
		p.Away, p.Why = true, *why
	}
	return p
}

// maxPresent bounds how many people a snapshot lists.
const maxPresent = 500

// Presence is a snapshot of a room's people: those online first, then the
// others, each by role and name. At most 500 are listed; the counts are of all.
type Presence struct {
	People []Present
	Online int
	Total  int
	// Version grows with each new snapshot of the room, so a painter can tell that nothing changed.
	Version uint64

	coded [2]atomic.Pointer[codedPresence] // all of it, and what is other than in the snapshot that was asked about last
}

// codedPresence is what a face sends of a snapshot, made once for all who had the same one before.
type codedPresence struct {
	since uint64 // Version of that one, 0 for none
	room  string
	text  []byte
}

// Coded returns the snapshot as encode makes it for a room that is called room and whose last snapshot was was, nil for
// none: made once for all who ask the same, so that a hundred who come make as many lines and not as many for each. It must not be changed.
func (p *Presence) Coded(was *Presence, room string, encode func() []byte) []byte {
	since, cell := uint64(0), &p.coded[0]
	if was != nil {
		since, cell = was.Version, &p.coded[1]
	}
	if c := cell.Load(); c != nil && c.since == since && c.room == room {
		return c.text
	}
	text := encode()
	cell.Store(&codedPresence{since, room, text})
	return text
}

// Presence returns the shared, immutable snapshot of who is in the focused
// room. It reads memory only. Of a room that was focused without presence it
// may know the counts alone.
func (s *Session) Presence() *Presence {
	r := s.focus.Load()
	if r == nil {
		return &Presence{}
	}
	c := &r.crowd
	if p := c.snapshot.Load(); p != nil && !c.stale.Load() {
		return p
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.snapshot.Load(); p != nil && !c.stale.Load() {
		return p
	}
	p := c.build(r.head.Load().People)
	p.Version = s.m.snapshots.Add(1)
	if c.members != nil {
		c.snapshot.Store(p)
		c.stale.Store(false)
	}
	return p
}

// build makes a snapshot; c.mu is held. people is the number of members where
// they are not loaded.
func (c *crowd) build(people int) *Presence {
	if c.members != nil {
		people = len(c.members)
	}
	p := &Presence{Online: c.online + c.guests, Total: people + c.guests}
	p.People = make([]Present, 0, min(maxPresent, len(c.order)+c.guests))
	p.People = c.present(p.People, true)
	if c.guests > 0 && len(p.People) < maxPresent {
		from := len(p.People)
		p.People = c.withGuests(p.People)
		slices.SortFunc(p.People[from:], func(a, b Present) int { return a.Name.Compare(b.Name) })
		p.People = p.People[:min(len(p.People), maxPresent)]
	}
	p.People = c.present(p.People, false)
	return p
}

// withGuests appends the guests who show the room.
func (c *crowd) withGuests(dst []Present) []Present {
	if c.guests == 0 {
		return dst
	}
	for _, s := range c.onlookers {
		if s.who.Guest {
			dst = append(dst, Present{Member: Member{Name: s.who.Name, Role: RoleGuest}, Online: true})
		}
	}
	return dst
}

// Guests is how many guests are in the focused room now. It reads memory only, and is told of by
// PresenceChanged whether or not the session follows presence.
func (s *Session) Guests() int {
	r := s.focus.Load()
	if r == nil {
		return 0
	}
	r.crowd.mu.Lock()
	defer r.crowd.mu.Unlock()
	return r.crowd.guests
}

// present appends the members who are, or are not, online, until dst is full.
func (c *crowd) present(dst []Present, online bool) []Present {
	for _, mb := range c.order {
		if len(dst) == maxPresent {
			break
		}
		if (mb.sessions > 0) == online {
			dst = append(dst, mb.present())
		}
	}
	return dst
}

// loadMembers makes sure that the members of a room are in memory.
func (m *Manager) loadMembers(ctx context.Context, r *room) error {
	c := &r.crowd
	for {
		c.mu.Lock()
		there := c.members != nil
		c.mu.Unlock()
		if there {
			return nil
		}
		err := m.once(ctx, flightKey{kind: "members", room: r.id}, func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, storeTimeout)
			defer cancel()
			for {
				c.mu.Lock()
				turns := c.turns
				c.mu.Unlock()
				list, err := m.store.Members(ctx, r.id)
				if err := m.failed(err); err != nil {
					return err
				}
				c.mu.Lock()
				same := turns == c.turns
				if same && c.members == nil {
					m.load(r, list)
				}
				c.mu.Unlock()
				if same {
					return nil
				}
			}
		})
		if err != nil {
			return err
		}
	}
}
