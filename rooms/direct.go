package rooms

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/text"
)

// MaxDirect is the most people of a direct room.
const MaxDirect = 9

// DirectNames reads Room.Direct: two to MaxDirect different names, sorted.
func DirectNames(s string) ([]text.Name, error) {
	parts := strings.Split(s, ",")
	if len(parts) < 2 || len(parts) > MaxDirect {
		return nil, errPeople
	}
	people := make([]text.Name, len(parts))
	for i, p := range parts {
		name, err := text.ReadName(p)
		if err != nil {
			return nil, err
		}
		if i > 0 && people[i-1].Compare(name) >= 0 {
			return nil, fmt.Errorf("the people of a direct room are listed once each, in order, not as %s", text.Quote(s))
		}
		people[i] = name
	}
	return people, nil
}

// DirectRoom returns the direct room of who and whom, made if there is none
// yet; who comes back into one that they have left. The caller has checked that
// all of them exist. Errors: as of Create.
func (m *Manager) DirectRoom(ctx context.Context, who Actor, whom []text.Name) (Room, error) {
	if who.Name.IsZero() {
		return Room{}, errNull
	}
	if who.Guest {
		return Room{}, ErrForbidden
	}
	people := append([]text.Name{who.Name}, whom...)
	slices.SortFunc(people, text.Name.Compare)
	people = slices.Compact(people)
	if len(people) < 2 || len(people) > MaxDirect {
		return Room{}, errPeople
	}
	var list []string
	for _, n := range people {
		list = append(list, n.String())
	}
	key := strings.Join(list, ",")
	room, err := m.direct(ctx, who, key)
	if err != nil {
		return Room{}, err
	}
	return m.Join(ctx, who, room.ID) // nothing, for a member
}

// direct finds a direct room among those of who, or makes it.
func (m *Manager) direct(ctx context.Context, who Actor, key string) (Room, error) {
	if room := m.directOnline(who.Name, key); room.ID != 0 {
		return room, nil
	}
	if err := m.limits.post(who, "conversations"); err != nil {
		return Room{}, err
	}
	out, err := m.append(ctx, nil, Entry{Type: Create, Author: who.Name, New: Room{Kind: Direct, Direct: key}})
	return out.room, err
}

// directOnline finds a direct room in the inbox of somebody who is here; the zero Room if it is not there.
func (m *Manager) directOnline(who text.Name, key string) Room {
	ib := m.person(who)
	if ib == nil {
		return Room{}
	}
	ib.mu.Lock()
	defer ib.mu.Unlock()
	for i := range ib.rows {
		if head := ib.rows[i].head(); head.Direct == key {
			return *head
		}
	}
	return Room{}
}
