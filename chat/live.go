package chat

import (
	"context"
	"time"

	"parley/rooms"
	"parley/text"
)

// Live reports whether the other side is a program that the person looks at.
func (f *Following) Live() bool { return f.live }

// Gone are rooms that were to be followed and cannot be read any more, as they were named; they are told of once.
func (f *Following) Gone() []string {
	gone := f.gone
	f.gone = nil
	return gone
}

// Zone is where the program is, nil if it did not say.
func (f *Following) Zone() *time.Location { return f.zone }

// LiveHello is what a live conversation begins with, of a session and a feed that Open has returned.
func (f *Following) LiveHello(s *rooms.Session, feed *rooms.Feed) Facts {
	list := []Facts{}
	mine := map[rooms.ID]bool{}
	for _, m := range s.Inbox(nil) {
		mine[m.Room.ID] = true
		facts := LiveRoom(&m)
		if after, ok := feed.After(m.Room.ID); ok {
			facts = append(facts, Fact{"after", after})
		}
		list = append(list, facts)
	}
	for _, id := range feed.Rooms() {
		if room, ok := feed.Room(id); ok && !mine[id] {
			after, _ := feed.After(id)
			list = append(list, append(roomFacts(room, nil), Fact{"id", int64(id)}, Fact{"after", after}))
		}
	}
	hello := append(f.greeting(), Fact{"rooms", list})
	person := s.Person()
	if m, ok := s.Membership(person.LastRoom); ok {
		hello = append(hello, Fact{"last", m.Room.Label(text.Name{})})
	}
	return append(hello, SettingsFacts(person.Settings, f.in.Env)...)
}

// LiveRoom is what is told of a room to a program that somebody who is in it, or invited to it, looks at.
func LiveRoom(m *rooms.Membership) Facts {
	f := append(roomFacts(m.Room, m), Fact{"id", int64(m.Room.ID)})
	if m.Room.NoBots {
		f = append(f, Fact{"nobots", true})
	}
	if m.Room.Slow > 0 {
		f = append(f, Fact{"slow", m.Room.Slow.Seconds()})
	}
	if m.Room.Pinned > 0 {
		f = append(f, Fact{"pinned", m.Room.Pinned})
	}
	if m.Room.Gone > 0 {
		f = append(f, Fact{"gone", m.Room.Gone})
	}
	if !m.Quiet.IsZero() {
		f = append(f, Fact{"quiet", m.Quiet})
	}
	if m.Prefs.Notify != rooms.NotifyMentions {
		f = append(f, Fact{"notify", string(m.Prefs.Notify)})
	}
	if m.Prefs.Star {
		f = append(f, Fact{"star", true})
	}
	if m.Place.Draft != "" {
		f = append(f, Fact{"draft", m.Place.Draft})
	}
	if m.Place.Anchor > 0 {
		f = append(f, Fact{"place", m.Place.Anchor})
	}
	return f
}

// SettingsFacts are what a person has set, with the defaults of what they have not, and what they said when they went away.
func SettingsFacts(own Settings, env map[string]string) Facts {
	f := Facts{}
	for _, s := range settings() {
		if s.Name == "lang" {
			f = append(f, Fact{"lang", own.Lang(env).String()})
		} else if v := own.of(s.Name); v != "" {
			f = append(f, Fact{s.Name, v})
		}
	}
	if until := own.DNDEnd(); !until.IsZero() {
		f = append(f, Fact{"dnd", until})
	}
	if list := own.Ignored(); len(list) > 0 {
		names := make([]string, len(list))
		for i, n := range list {
			names[i] = n.String()
		}
		f = append(f, Fact{"ignored", names})
	}
	facts := Facts{{"settings", f}}
	if why := own[rooms.AwaySetting]; why != "" {
		facts = append(facts, Fact{"away", why})
	}
	return facts
}

// Find finds a room that the caller may see by what it is called, "#ops" or "@bo,@kei", or by its number.
func (c *Chat) Find(ctx context.Context, r Request, called string) (rooms.Room, error) {
	return (&call{Request: r, chat: c}).roomCalled(ctx, called)
}
