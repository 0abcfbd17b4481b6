package chat

import (
	"context"

	"parley/rooms"
	"parley/text"
)

// Facts are what is told of one thing to a program: names and values, in their order. A value is text, a number, a truth, a time, Facts, or
// a list of those. The first one is "type".
type Facts []Fact

// Fact is one of them. One without a value is left out.
type Fact struct {
	Name  string
	Value any
}

// roomFacts are what is told of a room to somebody who sees it, with what they are to it where they are in it.
func roomFacts(r rooms.Room, mine *rooms.Membership) Facts {
	f := Facts{
		{"type", "room"}, {"room", r.Label(text.Name{})}, {"kind", string(r.Kind)}, {"topic", r.Topic.String()},
		{"people", r.People}, {"seq", r.Seq},
	}
	for _, is := range []struct {
		name string
		so   bool
	}{{"guests", r.Guests}, {"locked", r.Locked}, {"archived", r.Archived}} {
		if is.so {
			f = append(f, Fact{is.name, true})
		}
	}
	switch {
	case mine == nil:
	case mine.Role == rooms.RoleNone:
		f = append(f, Fact{"invited", true})
	default:
		f = append(f, Fact{"role", mine.Role.String()}, Fact{"read", mine.Read}, Fact{"unread", mine.Unread()}, Fact{"mentions", mine.Mentions})
		if mine.Threads > 0 {
			f = append(f, Fact{"threads", mine.Threads})
		}
	}
	return f
}

// messageFacts are what is told of a message that a list has for a reason: what names it, "pin", "saved" or "thread".
func messageFacts(what string, m message, more ...Fact) Facts {
	f := Facts{
		{"type", what}, {"room", m.room.Label(text.Name{})}, {"seq", m.event.Seq}, {"author", m.event.Author.String()}, {"text", m.text()},
	}
	return append(f, more...)
}

// jobFacts are what is told of a reminder or of a message that is to be posted.
func (in *call) jobFacts(ctx context.Context, j rooms.Job) Facts {
	f := Facts{{"type", "job"}, {"job", j.ID}, {"at", j.At}, {"by", j.By.String()}}
	if j.Room == 0 {
		f = append(f, Fact{"for", j.For.String()})
	} else if room, err := in.chat.Rooms.Room(ctx, in.Actor, j.Room); err == nil {
		f = append(f, Fact{"room", room.Label(text.Name{})})
	}
	return append(f, Fact{"text", in.jobText(j)})
}

// Protocol is the version of what is said in a conversation of JSON lines.
const Protocol = 1

// Hello is what a conversation begins with: the server, who the caller is here, and the rooms that are followed. It is for before Open.
func (f *Following) Hello() Facts {
	list := []Facts{}
	for _, at := range f.from {
		mine := f.mine[at.room.ID]
		list = append(list, append(roomFacts(at.room, mine), Fact{"id", int64(at.room.ID)}, Fact{"after", at.after}))
	}
	return append(f.greeting(), Fact{"rooms", list})
}

// greeting is what every hello has.
func (f *Following) greeting() Facts {
	in := f.in
	me := Facts{{"name", in.Who.Name.String()}, {"role", string(in.Who.Role)}}
	if in.Actor.Bot {
		me = append(me, Fact{"bot", true})
	}
	return Facts{{"type", "hello"}, {"protocol", Protocol}, {"server", in.chat.Server}, {"version", in.chat.Version}, {"me", me}}
}
