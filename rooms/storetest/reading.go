package storetest

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"testing"

	"parley/rooms"
	"parley/text"
)

// membership is one row of an inbox.
func membership(tb testing.TB, s rooms.Store, who text.Name, room rooms.ID) rooms.Membership {
	tb.Helper()
	inbox, err := s.Inbox(tb.Context(), who, nil)
	if err != nil {
		tb.Fatal(err)
	}
	for _, m := range inbox {
		if m.Room.ID == room {
			return m
		}
	}
	tb.Fatalf("room %d is not in the inbox of %s", room, who)
	return rooms.Membership{}
}

// byID puts an inbox, which has no order, in one.
func byID(list []rooms.Membership) []rooms.Membership {
	slices.SortFunc(list, func(a, b rooms.Membership) int { return cmp.Compare(a.Room.ID, b.Room.ID) })
	return list
}

func save(tb testing.TB, s rooms.Store, updates ...rooms.Update) {
	tb.Helper()
	if err := s.Save(tb.Context(), updates); err != nil {
		tb.Fatal(err)
	}
}

func markAt(room rooms.ID, who text.Name, seq uint64) rooms.Update {
	return rooms.Update{Mark: &rooms.Mark{Room: room, Name: who, Seq: seq}}
}

func unread(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "general", 3) // seqs 1 to 3
	alice, bob, carol := people[0], people[1], people[2]
	say := func(who text.Name, typ rooms.Type, words string) {
		must(t, s, rooms.Entry{Room: room.ID, Type: typ, Author: who, Text: text.NewBody(words), Time: at(1)})
	}
	say(alice, rooms.Message, "hello @"+bob.String()+" and @"+bob.String()+" again") // 4
	say(bob, rooms.Message, "hello @"+alice.String()+" says @"+bob.String())         // 5
	say(carol, rooms.Action, "waves at @"+alice.String())                            // 6
	say(alice, rooms.Topic, "for @"+bob.String())                                    // 7: no talk
	say(alice, rooms.Message, "hello @stranger")                                     // 8
	for _, c := range []struct {
		who      text.Name
		unread   uint64
		mentions int
	}{{alice, 2, 2}, {bob, 3, 1}, {carol, 3, 0}} {
		if m := membership(t, s, c.who, room.ID); m.Unread() != c.unread || m.Mentions != c.mentions {
			t.Errorf("%s has %d unread and %d mentions, want %d and %d", c.who, m.Unread(), m.Mentions, c.unread, c.mentions)
		}
	}
	if err := s.Save(t.Context(), []rooms.Update{markAt(room.ID, carol, 4)}); err != nil {
		t.Fatal(err)
	}
	// What is deleted is nothing to read for those who have not read it; for all others nothing changes.
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Delete, Author: alice, Ref: 4, Time: at(2)}) // 9
	for _, c := range []struct {
		who      text.Name
		unread   uint64
		mentions int
	}{{alice, 2, 2}, {bob, 2, 0}, {carol, 2, 0}} {
		if m := membership(t, s, c.who, room.ID); m.Unread() != c.unread || m.Mentions != c.mentions {
			t.Errorf("with a message deleted %s has %d unread and %d mentions, want %d and %d", c.who, m.Unread(), m.Mentions, c.unread, c.mentions)
		}
	}
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Join, Author: name(t, "stranger")})
	if m := membership(t, s, name(t, "stranger"), room.ID); m.Unread() != 0 || m.Mentions != 0 {
		t.Errorf("a new member has %d unread and %d mentions of before", m.Unread(), m.Mentions)
	}
}

func marks(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "general", 2) // seqs 1 and 2
	alice, bob := people[0], people[1]
	var batch []rooms.Entry
	for i := range 30 { // seqs 3 to 32; every third is alice's, every fifth names her
		who, words := bob, "hello"
		if i%3 == 0 {
			who = alice
		}
		if i%5 == 0 {
			words = "hello @" + alice.String()
		}
		batch = append(batch, rooms.Entry{Room: room.ID, Type: rooms.Message, Author: who, Text: text.NewBody(words), Time: at(i)})
	}
	appendAll(t, s, batch)
	for _, to := range []uint64{32, 3, 0, 17, 18, 16, 31, 1000, 2, 30} {
		save(t, s, markAt(room.ID, alice, to))
		seq := min(to, 32)
		var want rooms.Membership
		for i := range 30 {
			at := uint64(i) + 3
			switch {
			case at <= seq:
				want.ReadMessages++
			case i%3 == 0:
				want.Own++
			case i%5 == 0:
				want.Mentions++
			}
		}
		m := membership(t, s, alice, room.ID)
		if m.Read != seq || m.ReadMessages != want.ReadMessages || m.Own != want.Own || m.Mentions != want.Mentions {
			t.Errorf("mark at %d: read %d, messages %d, own %d, mentions %d; want %d, %d, %d, %d",
				to, m.Read, m.ReadMessages, m.Own, m.Mentions, seq, want.ReadMessages, want.Own, want.Mentions)
		}
	}
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Message, Author: alice, Text: text.NewBody("mine")})
	if m := membership(t, s, alice, room.ID); m.Own != 1 || m.Read != 30 {
		t.Errorf("after a post of one's own: own %d, read %d; want 1 and 30", m.Own, m.Read)
	}
	save(t, s, markAt(room.ID, name(t, "nobody"), 3), markAt(4711, alice, 3))
	if inbox, err := s.Inbox(t.Context(), name(t, "nobody"), nil); err != nil || len(inbox) != 0 {
		t.Errorf("a mark made a member: %+v (%v)", inbox, err)
	}
}

func saves(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "general", 1)
	other, _ := crowd(t, s, "other", 1)
	alice := people[0]
	fill(t, s, room.ID, people, 5)
	if p, err := s.Person(t.Context(), alice); err != nil || !reflect.DeepEqual(p, rooms.Person{Name: alice}) {
		t.Errorf("a person never saved is %+v (%v)", p, err)
	}
	draft := strings.Repeat("日本 \"draft\"\n", text.MaxBody/16)
	place := rooms.Place{Draft: draft, Anchor: 3, Offset: 2}
	person := rooms.Person{Name: alice, LastRoom: room.ID, Settings: map[string]string{"theme": "dark", "": "'\"\\"}, Seen: at(7)}
	save(t, s,
		rooms.Update{Person: &rooms.Person{Name: alice, LastRoom: other.ID}},
		rooms.Update{Place: &rooms.PlaceUpdate{Room: room.ID, Name: alice, Place: rooms.Place{Draft: "old"}}},
		markAt(room.ID, alice, 2), markAt(other.ID, alice, 1), markAt(room.ID, alice, 4),
		rooms.Update{Place: &rooms.PlaceUpdate{Room: room.ID, Name: alice, Place: place}},
		rooms.Update{Person: &person},
		rooms.Update{Place: &rooms.PlaceUpdate{Room: room.ID, Name: name(t, "nobody"), Place: place}},
		rooms.Update{Place: &rooms.PlaceUpdate{Room: 4711, Name: alice, Place: place}},
	)
	s = h.Reopen(t, s)
	m := membership(t, s, alice, room.ID)
	if m.Read != 4 || m.Place != place {
		t.Errorf("the mark is %d and the place %+v, want the last that were saved", m.Read, m.Place)
	}
	if p, err := s.Person(t.Context(), alice); err != nil || !reflect.DeepEqual(p, person) {
		t.Errorf("the person is %+v (%v), want %+v", p, err, person)
	}
	save(t, s, rooms.Update{Person: &rooms.Person{Name: alice}}, rooms.Update{Place: &rooms.PlaceUpdate{Room: room.ID, Name: alice}})
	if p, err := s.Person(t.Context(), alice); err != nil || !reflect.DeepEqual(p, rooms.Person{Name: alice}) {
		t.Errorf("the person after saving nothing is %+v (%v)", p, err)
	}
	if m := membership(t, s, alice, room.ID); m.Place != (rooms.Place{}) {
		t.Errorf("the place after saving none is %+v", m.Place)
	}
	save(t, s, rooms.Update{Place: &rooms.PlaceUpdate{Room: room.ID, Name: alice, Place: place}})
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Leave, Author: alice})
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Join, Author: alice})
	if m := membership(t, s, alice, room.ID); m.Place != (rooms.Place{}) {
		t.Errorf("a draft outlived leaving the room: %+v", m.Place)
	}
	if err := s.Save(t.Context(), nil); err != nil {
		t.Errorf("saving nothing: %v", err)
	}
	if err := s.Save(t.Context(), []rooms.Update{{}}); err == nil {
		t.Error("an empty update was saved")
	}
}
