package chat

import (
	"cmp"
	"slices"

	"parley/rooms"
	"parley/text"
)

// Listed reports whether a room is in somebody's list of rooms: archived ones are not.
func Listed(m *rooms.Membership) bool { return !m.Room.Archived }

// CompareListed orders an inbox, which is by name, as the list of rooms of who has it: what they
// starred, other rooms, conversations, invitations. The place in the list is the number of a room, for
// /switch and Alt-1 to Alt-9.
func CompareListed(a, b *rooms.Membership, who text.Name) int {
	if c := cmp.Compare(rank(a), rank(b)); c != 0 {
		return c
	}
	if a.Room.Kind == rooms.Direct && b.Room.Kind == rooms.Direct {
		return cmp.Compare(a.Room.Label(who), b.Room.Label(who))
	}
	return 0
}

func rank(m *rooms.Membership) int {
	switch direct := m.Room.Kind == rooms.Direct; {
	case m.Role == rooms.RoleNone:
		return 4
	case m.Prefs.Star && direct:
		return 1
	case m.Prefs.Star:
		return 0
	case direct:
		return 3
	}
	return 2
}

// roomList is the inbox of the caller as their list of rooms.
func (in *call) roomList(inbox []rooms.Membership) []rooms.Membership {
	list := slices.Clone(inbox)
	list = slices.DeleteFunc(list, func(m rooms.Membership) bool { return !Listed(&m) })
	slices.SortStableFunc(list, func(a, b rooms.Membership) int { return CompareListed(&a, &b, in.Actor.Name) })
	return list
}
