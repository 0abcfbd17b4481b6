package storetest

import (
	"testing"

	"parley/rooms"
	"parley/text"
)

// expiredCounts holds that what has expired is nothing new in a thread and calls nobody, and that what has not still does.
func expiredCounts(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "ops", 2)
	ana, bo := people[0], people[1]
	root := say(t, s, room.ID, ana, "shall we?", nil)
	in := func(e *rooms.Entry) { e.Thread = root }
	old := say(t, s, room.ID, bo, "yes, @"+ana.String(), in)
	say(t, s, room.ID, bo, "and @"+ana.String()+" brings tea", in)
	counts := func(when string, mentions, threads int) {
		t.Helper()
		if m := membership(t, s, ana, room.ID); m.Mentions != mentions || m.Threads != threads {
			t.Errorf("%s there are %d mentions and %d in threads, want %d and %d", when, m.Mentions, m.Threads, mentions, threads)
		}
	}
	counts("before", 2, 2)
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Expire, Author: ana, Ref: old, Time: at(3)})
	counts("after a part has expired", 1, 1)
	if err := s.Save(t.Context(), []rooms.Update{{Thread: &rooms.ThreadMark{Name: ana, Room: room.ID, Root: root, Seq: root}}}); err != nil {
		t.Fatal(err)
	}
	counts("with the thread marked as unread from its beginning", 1, 1)
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Expire, Author: ana, Ref: old + 1, Time: at(4)})
	counts("after all has expired", 0, 0)
}

// expiredUnread holds that what has expired is unread for nobody, wherever their read mark is, and that one's own of it is not counted against the rest.
func expiredUnread(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "ops", 3)
	ana, bo, kei := people[0], people[1], people[2]
	check := func(when string, who text.Name, own, unread uint64) {
		t.Helper()
		if m := membership(t, s, who, room.ID); m.Own != own || m.Unread() != unread {
			t.Errorf("%s %s has %d of their own or deleted and %d unread, want %d and %d", when, who, m.Own, m.Unread(), own, unread)
		}
	}
	first := say(t, s, room.ID, ana, "one", nil)
	say(t, s, room.ID, bo, "two", nil)
	third := say(t, s, room.ID, ana, "three", nil)
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Delete, Author: ana, Ref: first, Time: at(1)})
	say(t, s, room.ID, ana, "in a thread", func(e *rooms.Entry) { e.Thread = third })
	say(t, s, room.ID, bo, "four", nil)
	last := say(t, s, room.ID, ana, "five", nil)
	save(t, s, markAt(room.ID, kei, third-1))
	check("before", ana, 3, 2)
	check("before", bo, 3, 2)
	check("before", kei, 0, 3)
	expire := func(upto uint64) rooms.Event {
		return must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Expire, Author: ana, Ref: upto, Time: at(3)}).Event
	}
	if e := expire(third); e.Detail != "3" {
		t.Errorf("the expiry says that there were %q messages, want 3", e.Detail)
	}
	check("after a part has expired", ana, 1, 1)
	check("after a part has expired", bo, 1, 1)
	check("after a part has expired", kei, 0, 2)
	if now, err := s.Room(t.Context(), room.ID); err != nil || now.Gone != third || now.GoneMessages != 3 {
		t.Errorf("the room is %+v (%v)", now, err)
	}
	for _, to := range []uint64{0, last, first, third + 1, 1} { // also back into what has expired
		save(t, s, markAt(room.ID, ana, to))
		if to < last {
			check("with the mark moved", ana, 1, 1)
		} else {
			check("with all read", ana, 0, 0)
		}
	}
	fill(t, s, room.ID, []text.Name{bo, kei}, 60) // so many that a mark is measured from afar
	save(t, s, markAt(room.ID, ana, 2), markAt(room.ID, kei, last))
	check("with more", ana, 1, 61)
	check("with more", kei, 30, 30)
	expire(last + 40)
	half := membership(t, s, kei, room.ID)
	if half.Own+half.Unread() != half.Room.Messages-half.Room.GoneMessages || half.Own == 0 || half.Unread() == 0 {
		t.Errorf("after more has expired kei has %+v", half)
	}
	expire(last + 1) // which is gone already
	if again := membership(t, s, kei, room.ID); again.Own != half.Own || again.Unread() != half.Unread() {
		t.Errorf("after nothing more has expired kei has %+v", again)
	}
	now, err := s.Room(t.Context(), room.ID)
	if err != nil {
		t.Fatal(err)
	}
	// What is said and expires in one batch.
	appendAll(t, s, []rooms.Entry{
		{Room: room.ID, Type: rooms.Message, Author: ana, Text: text.NewBody("soon gone"), Time: at(4)},
		{Room: room.ID, Type: rooms.Expire, Author: ana, Ref: now.Seq + 1, Time: at(4)},
		{Room: room.ID, Type: rooms.Message, Author: ana, Text: text.NewBody("stays"), Time: at(4)},
	})
	check("after all but one message has expired", ana, 1, 0)
	check("after all but one message has expired", bo, 0, 1)
	check("after all but one message has expired", kei, 0, 1)
}

// expiring holds that what has expired cannot be read, and that its places in the log stay.
func expiring(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "ops", 2)
	fill(t, s, room.ID, people, 10)
	old := say(t, s, room.ID, people[1], "old", nil)
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Edit, Author: people[1], Ref: old, Text: text.NewBody("old and edited"), Time: at(2)})
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Pin, Author: people[1], Ref: old, Time: at(2)})
	young := say(t, s, room.ID, people[1], "young", nil)
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Expire, Author: people[0], Ref: old, Time: at(3)})
	log, err := s.Events(t.Context(), room.ID, 0, 100)
	if err != nil || len(log) != int(young)+1 {
		t.Fatalf("the log has %d events (%v), want %d", len(log), err, young+1)
	}
	for _, e := range log {
		if e.Seq != young && !e.Text.IsZero() {
			t.Errorf("event %d is still %q", e.Seq, e.Text)
		}
	}
	now, err := s.Room(t.Context(), room.ID)
	if err != nil || now.Gone != old || now.Pinned != 0 || now.Messages != 12 {
		t.Errorf("the room is %+v (%v)", now, err)
	}
	if pins, err := s.Pins(t.Context(), room.ID); err != nil || len(pins) != 0 {
		t.Errorf("pinned is %v (%v)", pins, err)
	}
	if list, err := s.Keeping(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("the rooms that keep for a time are %+v (%v), want none", list, err)
	}
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Set, Author: people[0], Detail: rooms.PropKeep, Text: text.NewBody("24h"), Time: at(9)})
	if list, err := s.Keeping(t.Context()); err != nil || len(list) != 1 || list[0].ID != room.ID {
		t.Errorf("the rooms that keep for a time are %+v (%v)", list, err)
	}
	for since, want := range map[int]uint64{1: 4, 9: 12, 10: 0} {
		if seq, err := s.FirstSince(t.Context(), room.ID, 2, at(since)); err != nil || seq != want {
			t.Errorf("the first since second %d is %d (%v), want %d", since, seq, err, want)
		}
	}
}
