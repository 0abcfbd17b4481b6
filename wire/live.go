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

// live is what a conversation that a person looks at has told beside events, so that it tells what differs. There may be thousands,
// of people who are in many rooms: it is small.
type live struct {
	zone    *time.Location // of who has set none
	shown   rooms.ID       // the room on the screen, 0 for none
	label   string         // what it is called
	said    uint64         // how many messages more are unread there, as its events since it was told of have said
	told    []told         // in no order: they are few
	invited []invited
	people  *rooms.Presence // of the shown room
	typists []text.Name     // likewise
	again   rooms.Changes   // what is to be looked at though the session does not say that it changed
}

// told is what was told of a room.
type told struct {
	id    rooms.ID
	sum   uint64 // a hash of it
	draft uint64 // a hash of the draft, which is told too and is known to who wrote it
}

// invited is what an invitation was for: when it is gone nothing else knows.
type invited struct {
	id   rooms.ID
	name string
}

func newLive(t *talk, zone *time.Location) *live {
	l := &live{zone: zone}
	if zone == nil {
		l.zone = time.UTC
	}
	inbox := t.s.Inbox(nil)
	l.told = make([]told, 0, len(inbox))
	for i := range inbox {
		l.note(&inbox[i])
	}
	return l
}

// seed is of the hashes of what is told. They are compared within a process only.
var seed = maphash.MakeSeed()

// sum is a hash of what is told of a room when so many of its unread messages are not counted.
func sum(m *rooms.Membership, without uint64) uint64 {
	rest := *m
	rest.Room.Seq, rest.Room.Messages = 0, 0
	rest.ReadMessages, rest.Own, rest.Place = m.Unread()-min(without, m.Unread()), 0, rooms.Place{}
	return maphash.Comparable(seed, rest)
}

// draftSum is a hash of a draft, 0 for none.
func draftSum(draft string) uint64 {
	if draft == "" {
		return 0
	}
	return maphash.String(seed, draft)
}

// wrote notes the draft of a room that the other side has given itself.
func (l *live) wrote(id rooms.ID, draft string) {
	if at := l.find(id); at >= 0 {
		l.told[at].draft = draftSum(draft)
	}
}

// note takes in what is told of a room, and reports whether it is other than what was told before.
func (l *live) note(m *rooms.Membership) bool {
	id, without := m.Room.ID, uint64(0)
	if id == l.shown {
		without = l.said
	}
	now, draft := sum(m, without), draftSum(m.Place.Draft)
	at := l.find(id)
	if at >= 0 && l.told[at].sum == now && l.told[at].draft == draft {
		return false
	}
	if without > 0 {
		now = sum(m, 0)
	}
	if id == l.shown {
		l.said, l.label = 0, m.Room.Label(text.Name{})
	}
	l.invited = slices.DeleteFunc(l.invited, func(i invited) bool { return i.id == id })
	if m.Role == rooms.RoleNone {
		l.invited = append(l.invited, invited{id, m.Room.Label(text.Name{})})
	}
	if at < 0 {
		l.told = append(l.told, told{id, now, draft})
	} else {
		l.told[at].sum, l.told[at].draft = now, draft
	}
	return true
}

func (l *live) find(id rooms.ID) int {
	return slices.IndexFunc(l.told, func(t told) bool { return t.id == id })
}

// show notes which room is on the screen. What its events have said of counts was not told, and is when it is compared next.
func (l *live) show(id rooms.ID, label string) {
	l.shown, l.label, l.said, l.people, l.typists = id, label, 0, nil, nil
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
	for _, e := range events {
		if e.Counts() && e.Author != me {
			l.said++
		}
	}
}

// tellRoom appends a room if it is other than what was told of it.
func (t *talk) tellRoom(out []byte, id rooms.ID) []byte {
	if m, ok := t.s.Membership(id); ok {
		return t.tellMembership(out, &m)
	}
	return out
}

func (t *talk) tellMembership(out []byte, m *rooms.Membership) []byte {
	if t.live.note(m) {
		out, _ = AppendLine(out, object(chat.LiveRoom(m)))
	}
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
		l.show(0, "")
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

// tellRooms appends all rooms of which something else was told, and invitations that are gone.
func (t *talk) tellRooms(out []byte) []byte {
	inbox := t.s.Inbox(nil)
	for i := range inbox {
		out = t.tellMembership(out, &inbox[i])
	}
	l := t.live
	l.invited = slices.DeleteFunc(l.invited, func(was invited) bool {
		if slices.ContainsFunc(inbox, func(m rooms.Membership) bool { return m.Room.ID == was.id }) {
			return false
		}
		l.forget(was.id)
		out, _ = AppendLine(out, Notice{Type: "ended", Room: was.name, ID: was.id})
		return true
	})
	return out
}

// readSettings takes in what the person has set.
func (t *talk) readSettings() {
	own := chat.Settings(t.s.Person().Settings)
	t.who.Lang, t.who.Zone = own.Lang(t.who.Env), own.Clock(t.live.zone)
}
