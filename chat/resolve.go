package chat

import (
	"context"
	"slices"
	"strings"

	"parley/rooms"
	"parley/text"
)

// printable cuts and cleans what a person typed for quoting in a sentence.
func printable(s string) string { return text.NewLine(s, 40).String() }

// inRoom finds the room that the command is about: the one named, or else the
// current one.
func (in *call) inRoom(ctx context.Context) (rooms.Room, error) {
	if in.named != "" {
		return in.findRoom(ctx, in.named)
	}
	if in.cmd.room == roomGiven {
		return rooms.Room{}, in.wrong("name the room")
	}
	if in.Room == 0 {
		return rooms.Room{}, in.fail(rooms.ErrNoRoom, "you are in no room here: name one, as in /%s #general", in.cmd.Name)
	}
	return in.chat.Rooms.Room(ctx, in.Actor, in.Room)
}

// inRoomToTalk is inRoom for what somebody says: a direct room that there is not yet is made.
func (in *call) inRoomToTalk(ctx context.Context) (rooms.Room, error) {
	if strings.HasPrefix(in.named, "@") {
		return in.direct(ctx, in.named, true)
	}
	return in.inRoom(ctx)
}

// findRoom finds a room by what the person typed, "#ops" or "@bo,@kei", and names near ones if there is none.
func (in *call) findRoom(ctx context.Context, typed string) (rooms.Room, error) {
	if strings.HasPrefix(typed, "@") {
		return in.direct(ctx, typed, false)
	}
	name, err := text.ParseRoomName(typed)
	if err != nil {
		return rooms.Room{}, in.refuse(ErrUsage, err)
	}
	room, err := in.chat.Rooms.Find(ctx, in.Actor, name)
	if err == nil {
		return room, nil
	}
	if !isNoRoom(err) {
		return rooms.Room{}, err
	}
	return rooms.Room{}, &Error{rooms.ErrNoRoom, in.noSuchRoom(ctx, name)}
}

// roomsToEnter are the rooms with a name that the caller may see, by name.
func (in *call) roomsToEnter(ctx context.Context) ([]rooms.Room, error) {
	list, err := in.chat.Rooms.Rooms(ctx, in.Actor)
	return slices.DeleteFunc(list, func(r rooms.Room) bool { return r.Kind == rooms.Direct }), err
}

func (in *call) noSuchRoom(ctx context.Context, name text.RoomName) string {
	sentence := in.sentence("there is no room %s that you can enter", name)
	list, err := in.roomsToEnter(ctx)
	if err != nil {
		return sentence
	}
	var slugs []string
	for _, r := range list {
		slugs = append(slugs, r.Name.Slug())
	}
	if near := nearest(name.Slug(), slugs); len(near) > 0 {
		return sentence + in.meant("#", near)
	}
	if in.Actor.Guest {
		return sentence + in.word(": /list shows the ones there are")
	}
	return sentence + in.sentence(": /list shows the ones there are, /create %s makes it", name)
}

// person parses "@ana" or "ana" and checks that it is somebody.
func (in *call) person(typed string) (text.Name, error) {
	if word, rest := cutWord(typed); rest == "" {
		typed = word
	}
	name, err := text.ReadName(strings.TrimPrefix(typed, "@"))
	if err != nil {
		return text.Name{}, in.fail(rooms.ErrNoPerson, "nobody here is called %s: a name has letters and digits, with '.', '-' or '_' between them", printable(typed))
	}
	if _, ok := in.chat.Keys.Lookup(name); ok {
		return name, nil
	}
	if len(in.chat.Rooms.Online(name)) > 0 { // by certificate, or a guest
		return name, nil
	}
	sentence := in.sentence("nobody here is called %s", name)
	var names []string
	for _, n := range in.chat.Keys.Names() {
		names = append(names, n.String())
	}
	if near := nearest(name.String(), names); len(near) > 0 {
		sentence += in.meant("@", near)
	}
	return text.Name{}, &Error{rooms.ErrNoPerson, sentence}
}
