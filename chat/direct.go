package chat

import (
	"context"
	"slices"
	"strings"

	"parley/rooms"
	"parley/text"
)

// label is how a room is called in an answer to the caller: "#ops", or "@bo,@kei" for a direct room.
func (in *call) label(room rooms.Room) string { return room.Label(in.Actor.Name) }

// direct finds the direct room of the caller and the people that were typed, "@bo,@kei", and
// makes it if that is wanted.
func (in *call) direct(ctx context.Context, typed string, make bool) (rooms.Room, error) {
	if in.Actor.Guest {
		return rooms.Room{}, in.fail(rooms.ErrForbidden, "direct conversations are for people with a key: enter with ssh to have one")
	}
	words := strings.FieldsFunc(typed, func(r rune) bool { return r == ',' })
	if room, found, err := in.knownDirect(ctx, words); found || err != nil {
		return room, err
	}
	var people []text.Name
	var others []string
	for _, word := range words {
		name, err := in.person(word)
		if err != nil {
			return rooms.Room{}, err
		}
		if name != in.Actor.Name && !slices.Contains(people, name) {
			people, others = append(people, name), append(others, "@"+name.String())
		}
	}
	switch {
	case len(people) == 0:
		return rooms.Room{}, in.fail(ErrUsage, "a conversation needs somebody else: name them, as in @ana or @ana,@bo")
	case len(people) >= rooms.MaxDirect:
		return rooms.Room{}, in.fail(ErrUsage, "a direct conversation has two to %d people, you among them: /create -p makes a room for more", rooms.MaxDirect)
	case make:
		return in.chat.Rooms.DirectRoom(ctx, in.Actor, people)
	}
	list := strings.Join(others, ",")
	return rooms.Room{}, in.fail(rooms.ErrNoRoom, "you have no conversation with %s yet: /msg %s begins it", list, list)
}

// knownDirect finds a direct room among those that the caller is in. Who it is
// for may have lost their key since: what was said can be read all the same.
func (in *call) knownDirect(ctx context.Context, words []string) (room rooms.Room, found bool, err error) {
	names := []string{in.Actor.Name.String()}
	for _, word := range words {
		name, err := text.ReadName(strings.TrimPrefix(word, "@"))
		if err != nil {
			return rooms.Room{}, false, nil
		}
		names = append(names, name.String())
	}
	slices.Sort(names)
	key := strings.Join(slices.Compact(names), ",")
	inbox, err := in.inbox(ctx)
	for _, m := range inbox {
		if m.Room.Kind == rooms.Direct && m.Room.Direct == key && m.Role > rooms.RoleNone {
			return m.Room, true, nil
		}
	}
	return rooms.Room{}, false, err
}
