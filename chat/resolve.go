package chat

import (
	"context"
	"fmt"
	"strings"

	"parley/rooms"
	"parley/text"
)

// lineCols bounds one line of a reply. It is wider than any terminal that is
// served; the faces wrap.
const lineCols = 600

// say formats one reply line; everything that goes into it is cleaned.
func say(format string, args ...any) text.Line {
	return text.NewLine(fmt.Sprintf(format, args...), lineCols)
}

// answer is a reply of one line.
func answer(format string, args ...any) (Reply, error) {
	return Reply{Lines: []text.Line{say(format, args...)}}, nil
}

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
		return rooms.Room{}, &Error{rooms.ErrNoRoom, "you are in no room here: name one, as in /" + in.cmd.Name + " #general"}
	}
	return in.chat.Rooms.Room(ctx, in.Actor, in.Room)
}

// findRoom finds a room by what the person typed, and names near ones if there is none.
func (in *call) findRoom(ctx context.Context, typed string) (rooms.Room, error) {
	name, err := text.ParseRoomName(typed)
	if err != nil {
		return rooms.Room{}, &Error{ErrUsage, err.Error()}
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

func (in *call) noSuchRoom(ctx context.Context, name text.RoomName) string {
	sentence := fmt.Sprintf("there is no room %s that you can enter", name)
	list, err := in.chat.Rooms.Rooms(ctx, in.Actor)
	if err != nil {
		return sentence
	}
	var slugs []string
	for _, r := range list {
		slugs = append(slugs, r.Name.Slug())
	}
	if near := nearest(name.Slug(), slugs); len(near) > 0 {
		return sentence + "; did you mean #" + strings.Join(near, ", #") + "?"
	}
	if in.Actor.Guest {
		return sentence + ": /list shows the ones there are"
	}
	return fmt.Sprintf("%s: /list shows the ones there are, /create %s makes it", sentence, name)
}

// person parses "@ana" or "ana" and checks that it is somebody.
func (in *call) person(typed string) (text.Name, error) {
	name, err := text.ReadName(strings.TrimPrefix(typed, "@"))
	if err != nil {
		return text.Name{}, &Error{rooms.ErrNoPerson, fmt.Sprintf("nobody here is called %s: a name has letters and digits, with '.', '-' or '_' between them", printable(typed))}
	}
	if _, ok := in.chat.Keys.Lookup(name); ok {
		return name, nil
	}
	if len(in.chat.Rooms.Online(name)) > 0 { // by certificate, or a guest
		return name, nil
	}
	sentence := fmt.Sprintf("nobody here is called %s", name)
	var names []string
	for _, n := range in.chat.Keys.Names() {
		names = append(names, n.String())
	}
	if near := nearest(name.String(), names); len(near) > 0 {
		sentence += "; did you mean @" + strings.Join(near, ", @") + "?"
	}
	return text.Name{}, &Error{rooms.ErrNoPerson, sentence}
}
