package chat

import (
	"context"
	"strconv"
	"strings"

	"parley/rooms"
	"parley/text"
)

// do is a command that only tells the face something.
func do(a Action) func(context.Context, *call) (Reply, error) {
	return func(context.Context, *call) (Reply, error) { return Reply{Do: a}, nil }
}

// maxHistory is the most messages, or events of the log, that one /history prints.
const maxHistory = 1000

func history(ctx context.Context, in *call) (Reply, error) {
	room, err := in.inRoom(ctx)
	if err != nil {
		return Reply{}, err
	}
	if in.flag["--now"] {
		return in.asNow(ctx, room)
	}
	if len(in.given) > 0 {
		return Reply{}, in.wrong("--before, --after, --around, --thread and -n are for --now")
	}
	n, before := 20, uint64(0)
	words := strings.Fields(in.words)
	for i := 0; i < len(words); i++ {
		if words[i] == "before" && i+1 < len(words) {
			i++
			if before, err = strconv.ParseUint(words[i], 10, 63); err != nil {
				return Reply{}, in.wrong("%s is not a message's number", printable(words[i]))
			}
			continue
		}
		if n, err = strconv.Atoi(words[i]); err != nil || n < 1 || n > maxHistory {
			return Reply{}, in.wrong("COUNT is a number from 1 to %d", maxHistory)
		}
	}
	if before == 0 {
		before = room.Seq + 1
	}
	if !in.Log {
		return in.chat.Newest(ctx, in.Actor, room.ID, before, n)
	}
	events, err := in.chat.Rooms.EventsBefore(ctx, in.Actor, room.ID, before, n)
	return Reply{Events: events}, err
}

func unread(ctx context.Context, in *call) (Reply, error) {
	inbox, err := in.inbox(ctx)
	if err != nil {
		return Reply{}, err
	}
	r := Reply{Facts: []Facts{}}
	for i, m := range inbox {
		n := len(r.Lines)
		switch {
		case m.Role == rooms.RoleNone:
			r.Lines = append(r.Lines, in.say("%s  you are invited: /accept %s or /decline %s", m.Room.Name, m.Room.Name, m.Room.Name))
		case m.Mentions > 0:
			r.Lines = append(r.Lines, in.say("%s  %d new, %s of you", in.label(m.Room), m.Unread(), in.count(m.Mentions, "%d mention", "%d mentions")))
		case m.Unread() > 0:
			r.Lines = append(r.Lines, in.say("%s  %d new", in.label(m.Room), m.Unread()))
		}
		if m.Threads > 0 {
			r.Lines = append(r.Lines, in.say("%s  %d new in threads: /threads", in.label(m.Room), m.Threads))
		}
		if len(r.Lines) > n {
			r.Facts = append(r.Facts, roomFacts(m.Room, &inbox[i]))
		}
		for range r.Lines[n:] {
			r.Places = append(r.Places, Place{Room: m.Room.ID})
		}
	}
	if len(r.Lines) == 0 {
		r.Lines = []text.Line{in.say("nothing new: you have read everything")}
		return r, nil
	}
	r.Do = List
	return r, nil
}

func read(ctx context.Context, in *call) (Reply, error) {
	if in.named == "" && in.words == "all" {
		return in.readAll(ctx)
	}
	if in.words != "" {
		return Reply{}, in.wrong("name one room, or all")
	}
	room, err := in.inRoom(ctx)
	if err != nil {
		return Reply{}, err
	}
	if err := in.mark(ctx, room); err != nil {
		return Reply{}, err
	}
	if err := in.markThreads(ctx, func(id rooms.ID) bool { return id == room.ID }); err != nil {
		return Reply{}, err
	}
	return in.answer("%s is read", in.label(room))
}

func (in *call) readAll(ctx context.Context) (Reply, error) {
	inbox, err := in.inbox(ctx)
	if err != nil {
		return Reply{}, err
	}
	n := 0
	for _, m := range inbox {
		if m.Role == rooms.RoleNone || m.Unread() == 0 && m.Threads == 0 {
			continue
		}
		if err := in.mark(ctx, m.Room); err != nil {
			return Reply{}, err
		}
		n++
	}
	if n == 0 {
		return in.answer("nothing was unread")
	}
	if err := in.markThreads(ctx, func(rooms.ID) bool { return true }); err != nil {
		return Reply{}, err
	}
	return in.answer("%s marked as read", in.count(n, "%d room", "%d rooms"))
}

// markThreads moves the read marks of the threads that the caller follows in the rooms that are meant.
func (in *call) markThreads(ctx context.Context, meant func(rooms.ID) bool) error {
	list, err := in.chat.Rooms.Follows(ctx, in.Actor)
	if err != nil {
		return err
	}
	for _, f := range list {
		if f.Unread == 0 || !meant(f.Room) {
			continue
		}
		room, err := in.chat.Rooms.Room(ctx, in.Actor, f.Room)
		if err != nil {
			continue // one that the caller does not see any more
		}
		if err := in.chat.Rooms.ReadThread(ctx, in.Actor, rooms.ThreadMark{Room: f.Room, Root: f.Root, Seq: room.Seq}); err != nil {
			return err
		}
	}
	return in.chat.Rooms.Flush(ctx) // whoever asks next sees it
}

func (in *call) mark(ctx context.Context, room rooms.Room) error {
	if in.Session != nil {
		if m, ok := in.Session.Membership(room.ID); !ok || m.Role == rooms.RoleNone {
			return rooms.ErrNotMember
		}
		in.Session.Mark(room.ID, room.Seq)
		return nil
	}
	return in.chat.Rooms.MarkRead(ctx, in.Actor, room.ID, room.Seq)
}
