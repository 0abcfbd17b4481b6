package rooms

import (
	"context"
	"slices"
	"strings"

	"parley/text"
)

// standing is what somebody is to a room.
type standing struct {
	role    Role
	invited bool   // holds an invitation that is not used
	joined  uint64 // seq of the event that brought a member in
}

// sees reports whether the room exists for who: it may be found and its name and topic read.
func (s standing) sees(who Actor, room *Room) bool {
	if who.Guest {
		return room.takesGuests()
	}
	return room.Kind == Public || s.role > RoleNone || s.invited || room.For(who.Name)
}

// reads reports whether who may read the log. An invitation alone does not: what was said before is
// for those who enter.
func (s standing) reads(who Actor, room *Room) bool {
	if who.Guest {
		return room.takesGuests()
	}
	return room.Kind == Public && room.History == HistoryAll || s.role > RoleNone
}

// takesGuests reports whether the room exists for guests. They never join: where that decides what is
// read, they would read more than who has just joined.
func (r *Room) takesGuests() bool { return r.Guests && r.History == HistoryAll }

// from is the seq of the first event that a reader may see.
func (s standing) from(room *Room) uint64 {
	if room.History == HistoryJoined && s.role > RoleNone {
		return s.joined
	}
	return 1
}

// standing finds out what who is to a room: from the inbox where they are
// online, from the room's members otherwise.
func (m *Manager) standing(ctx context.Context, who Actor, r *room) (standing, error) {
	if who.Guest || who.Name.IsZero() {
		return standing{}, nil
	}
	if s, known := m.standingOnline(who.Name, r.id); known {
		return s, nil
	}
	var s standing
	if err := m.withMembers(ctx, r, func(c *crowd) {
		if mb := c.members[who.Name]; mb != nil {
			s.role, s.joined = mb.Role, mb.Joined
		}
	}); err != nil {
		return standing{}, err
	}
	if s.role > RoleNone || r.head.Load().Kind == Public {
		return s, nil
	}
	var err error
	s.invited, err = m.store.Invited(ctx, r.id, who.Name)
	return s, m.askerFailed(ctx, err)
}

func (m *Manager) standingOnline(name text.Name, id ID) (s standing, known bool) {
	ib := m.person(name)
	if ib == nil {
		return standing{}, false
	}
	ib.mu.Lock()
	defer ib.mu.Unlock()
	if !ib.loaded || ib.closed {
		return standing{}, false
	}
	return ib.standing(id), true
}

// withMembers calls fn with the members in memory, under crowd.mu.
func (m *Manager) withMembers(ctx context.Context, r *room, fn func(*crowd)) error {
	for {
		r.crowd.mu.Lock()
		if r.crowd.members != nil {
			fn(&r.crowd)
			r.crowd.mu.Unlock()
			return nil
		}
		r.crowd.mu.Unlock()
		if err := m.loadMembers(ctx, r); err != nil {
			return err
		}
	}
}

// enter returns a room that who sees, with one reference, and what they are to it.
func (m *Manager) enter(ctx context.Context, who Actor, id ID) (*room, standing, error) {
	r, err := m.hold(ctx, id)
	if err != nil {
		return nil, standing{}, err
	}
	s, err := m.standing(ctx, who, r)
	if err == nil && !s.sees(who, r.head.Load()) {
		err = ErrNoRoom
	}
	if err != nil {
		m.release(r)
		return nil, standing{}, err
	}
	return r, s, nil
}

// enterToRead returns a room whose log who may read, with one reference, and the
// first seq that they may see. What everybody may read is not asked for members.
func (m *Manager) enterToRead(ctx context.Context, who Actor, id ID) (*room, uint64, error) {
	r, err := m.hold(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	from := uint64(1)
	if who.Name.IsZero() {
		err = errNull
	} else if room := r.head.Load(); !(standing{}).reads(who, room) {
		var s standing
		s, err = m.standing(ctx, who, r)
		from = s.from(room)
		switch {
		case err != nil:
		case !s.sees(who, room):
			err = ErrNoRoom
		case !s.reads(who, room):
			err = ErrNotMember
		}
	}
	if err != nil {
		m.release(r)
		return nil, 0, err
	}
	return r, from, nil
}

// enterToWrite returns a room in which who may post, with one reference.
func (m *Manager) enterToWrite(ctx context.Context, who Actor, id ID) (*room, error) {
	if who.Name.IsZero() {
		return nil, errNull
	}
	if who.Hook != 0 {
		return m.hold(ctx, id) // whether it is one of the room is asked with the commit
	}
	r, s, err := m.enter(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if !who.Guest && s.role == RoleNone {
		m.release(r)
		return nil, ErrNotMember
	}
	return r, nil
}

// Find returns the room of that name if who may see it, ErrNoRoom otherwise.
func (m *Manager) Find(ctx context.Context, who Actor, name text.RoomName) (Room, error) {
	if name.IsZero() {
		return Room{}, ErrNoRoom
	}
	info, err := m.store.RoomByName(ctx, name)
	if err := m.askerFailed(ctx, err); err != nil {
		return Room{}, err
	}
	return m.Room(ctx, who, info.ID)
}

// Labelled returns the room that who calls so, as far as they may see it: "ops" or "#ops" by its name; "@bo", or "@ana,@bo" as a third person would say it,
// among the direct rooms that they are in. ErrNoRoom otherwise.
func (m *Manager) Labelled(ctx context.Context, who Actor, label string) (Room, error) {
	if !strings.HasPrefix(label, "@") {
		name, err := text.ParseRoomName(label)
		if err != nil {
			return Room{}, ErrNoRoom
		}
		return m.Find(ctx, who, name)
	}
	list, err := m.Inbox(ctx, who)
	if err != nil {
		return Room{}, err
	}
	for _, in := range list {
		if in.Room.Kind == Direct && in.Role > RoleNone && (in.Room.Label(who.Name) == label || in.Room.Label(text.Name{}) == label) {
			return in.Room, nil
		}
	}
	return Room{}, ErrNoRoom
}

// Room returns a room by ID if who may see it, ErrNoRoom otherwise.
func (m *Manager) Room(ctx context.Context, who Actor, room ID) (Room, error) {
	r, _, err := m.enter(ctx, who, room)
	if err != nil {
		return Room{}, err
	}
	defer m.release(r)
	return *r.head.Load(), nil
}

// Rooms lists by name the rooms that who may see.
func (m *Manager) Rooms(ctx context.Context, who Actor) ([]Room, error) {
	viewer := who.Name
	if who.Guest {
		viewer = text.Name{}
	}
	list, err := m.store.Rooms(ctx, viewer)
	if err := m.askerFailed(ctx, err); err != nil {
		return nil, err
	}
	if who.Guest {
		list = slices.DeleteFunc(list, func(r Room) bool { return !r.takesGuests() })
	}
	return list, nil
}

// Members lists by name the members of a room, with their presence, and the guests who show it.
func (m *Manager) Members(ctx context.Context, who Actor, room ID) ([]Present, error) {
	r, _, err := m.enterToRead(ctx, who, room)
	if err != nil {
		return nil, err
	}
	defer m.release(r)
	var list []Present
	err = m.withMembers(ctx, r, func(c *crowd) {
		list = make([]Present, 0, len(c.order)+c.guests)
		for _, mb := range c.order {
			list = append(list, mb.present())
		}
		list = c.withGuests(list)
	})
	slices.SortFunc(list, func(a, b Present) int { return a.Name.Compare(b.Name) })
	return list, err
}

// askerFailed is failed for a read with the asker's own context, whose end is
// no fault of the store.
func (m *Manager) askerFailed(ctx context.Context, err error) error {
	if err != nil && m.ctx.Err() == nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return m.failed(err)
}
