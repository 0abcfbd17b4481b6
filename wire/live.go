package wire

import (
	"context"
	"hash/maphash"
	"slices"
	"time"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// live is what a conversation that a person looks at has told beside events, so that it tells what differs.
type live struct {
	seed    maphash.Seed
	shown   rooms.ID        // the room on the screen, 0 for none
	label   string          // what it is called
	told    []told          // in no order: they are few
	people  *rooms.Presence // of the shown room
	typists []text.Name     // likewise
	again   rooms.Changes   // what is to be looked at though the session does not say that it changed
}

// told is what was told of a room.
type told struct {
	id                rooms.ID
	name              string
	read, unread      uint64
	mentions, threads int
	rest              uint64 // a hash of all the other things
}

func newLive(t *talk) *live {
	l := &live{seed: maphash.MakeSeed()}
	for _, m := range t.s.Inbox(nil) {
		l.told = append(l.told, l.of(&m))
	}
	t.readSettings()
	return l
}

// of is what would be told of a room.
func (l *live) of(m *rooms.Membership) told {
	out := told{
		id: m.Room.ID, name: m.Room.Label(text.Name{}),
		read: m.Read, unread: m.Unread(), mentions: m.Mentions, threads: m.Threads,
	}
	rest := *m
	rest.Room.Seq, rest.Room.Messages = 0, 0
	rest.Read, rest.ReadMessages, rest.Own, rest.Mentions, rest.Threads, rest.Place = 0, 0, 0, 0, 0, rooms.Place{}
	out.rest = maphash.Comparable(l.seed, rest)
	return out
}

func (l *live) find(id rooms.ID) int {
	return slices.IndexFunc(l.told, func(t told) bool { return t.id == id })
}

func (l *live) forget(id rooms.ID) {
	if at := l.find(id); at >= 0 {
		l.told = slices.Delete(l.told, at, at+1)
	}
}

// count takes in what events of the shown room say by themselves: that they are unread is not told again.
func (l *live) count(me text.Name, events []*rooms.Event) {
	if events[0].Room != l.shown {
		return
	}
	at := l.find(l.shown)
	if at < 0 {
		return
	}
	for _, e := range events {
		if e.Counts() && e.Author != me {
			l.told[at].unread++
		}
	}
}

// introduce appends a room of which nothing was told yet, or that had another name then.
func (t *talk) introduce(out []byte, id rooms.ID, name string) []byte {
	if at := t.live.find(id); at < 0 || t.live.told[at].name != name {
		return t.tellRoom(out, id)
	}
	return out
}

// tellRoom appends a room if it is other than what was told of it.
func (t *talk) tellRoom(out []byte, id rooms.ID) []byte {
	if m, ok := t.s.Membership(id); ok {
		return t.tellMembership(out, &m)
	}
	return out
}

func (t *talk) tellMembership(out []byte, m *rooms.Membership) []byte {
	now := t.live.of(m)
	switch at := t.live.find(now.id); {
	case at < 0:
		t.live.told = append(t.live.told, now)
	case t.live.told[at] == now:
		return out
	default:
		t.live.told[at] = now
	}
	if now.id == t.live.shown {
		t.live.label = now.name
	}
	out, _ = AppendLine(out, object(chat.LiveRoom(m)))
	return out
}

// changed appends what has changed beside events. Of rooms it is said when all their events were, or else they would be
// told of with each part.
func (t *talk) changed(out []byte, c rooms.Changes, counted rooms.ID, more bool) []byte {
	l := t.live
	c |= l.again
	if l.again = 0; more {
		l.again = c & (rooms.InboxChanged | rooms.RoomChanged | rooms.CountsChanged)
		if counted != 0 && counted != l.shown {
			l.again |= rooms.InboxChanged
		}
		c &^= l.again
	}
	if c&rooms.SettingsChanged != 0 {
		t.readSettings()
		facts := append(chat.Facts{{Name: "type", Value: "settings"}}, chat.SettingsFacts(t.s.Person().Settings, t.who.Env)...)
		out, _ = AppendLine(out, object(facts))
	}
	switch {
	case c&rooms.InboxChanged != 0, c&rooms.CountsChanged != 0 && counted == 0:
		out = t.tellRooms(out)
	case c&rooms.CountsChanged != 0:
		out = t.tellRoom(out, counted)
		fallthrough
	case c&rooms.RoomChanged != 0:
		out = t.tellRoom(out, l.shown)
	}
	if l.shown == 0 {
		return out
	}
	if l.find(l.shown) < 0 { // the person is not in it any more
		l.shown, l.label, l.people, l.typists = 0, "", nil, nil
		_ = t.feed.Focus(context.Background(), 0, false) // to show nothing waits for nothing, and fails only where the session has ended
		return out
	}
	if c&rooms.PresenceChanged != 0 {
		out = t.tellPresence(out)
	}
	if c&rooms.TypingChanged != 0 {
		out = t.tellTyping(out)
	}
	return out
}

// tellRooms appends all rooms of which something else was told, and those that are not there any more.
func (t *talk) tellRooms(out []byte) []byte {
	inbox := t.s.Inbox(nil)
	for i := range inbox {
		out = t.tellMembership(out, &inbox[i])
	}
	l := t.live
	l.told = slices.DeleteFunc(l.told, func(was told) bool {
		if slices.ContainsFunc(inbox, func(m rooms.Membership) bool { return m.Room.ID == was.id }) {
			return false
		}
		if _, followed := t.feed.After(was.id); followed {
			return false // the feed says when it ends
		}
		out, _ = AppendLine(out, Notice{Type: "ended", Room: was.name, ID: was.id})
		return true
	})
	return out
}

// readSettings takes in what the person has set.
func (t *talk) readSettings() {
	own := chat.Settings(t.s.Person().Settings)
	zone := t.Follow.Zone()
	if zone == nil {
		zone = time.UTC
	}
	t.who.Lang, t.who.Zone = own.Lang(t.who.Env), own.Clock(zone)
}
