package rooms_test

import (
	"reflect"
	"slices"
	"testing"

	"parley/rooms"
)

// agree compares what a session sees of one room, and of its inbox, with a
// fresh read from the store.
func agree(tb testing.TB, store rooms.Store, m *rooms.Manager, id rooms.ID, sessions ...*rooms.Session) {
	tb.Helper()
	ctx := tb.Context()
	if err := m.Flush(ctx); err != nil {
		tb.Fatalf("flush: %v", err)
	}
	room, err := store.Room(ctx, id)
	if err != nil {
		tb.Fatal(err)
	}
	members, err := store.Members(ctx, id)
	if err != nil {
		tb.Fatal(err)
	}
	log, err := store.Events(ctx, id, 0, 100000)
	if err != nil {
		tb.Fatal(err)
	}
	for _, s := range sessions {
		who := s.Who().Name
		agreeInbox(tb, store, s)
		got, err := m.Room(ctx, s.Who(), id)
		if err == rooms.ErrNoRoom && room.Kind != rooms.Public {
			continue
		}
		if err != nil {
			tb.Fatalf("%s: %v", who, err)
		}
		if got != room {
			tb.Errorf("%s sees the room as\n%+v, the store has\n%+v", who, got, room)
		}
		present, err := m.Members(ctx, s.Who(), id)
		if err == rooms.ErrNotMember {
			continue
		}
		if err != nil {
			tb.Fatalf("%s: %v", who, err)
		}
		var list []rooms.Member
		for _, p := range present {
			list = append(list, p.Member)
			if p.Online != (len(m.Online(p.Name)) > 0) {
				tb.Errorf("%s sees %s as online=%v", who, p.Name, p.Online)
			}
		}
		if !slices.Equal(list, members) {
			tb.Errorf("%s sees the members\n%v, the store has\n%v", who, list, members)
		}
		agreeLog(tb, s, id, log)
	}
}

func agreeInbox(tb testing.TB, store rooms.Store, s *rooms.Session) {
	tb.Helper()
	who := s.Who().Name
	want, err := store.Inbox(tb.Context(), who)
	if err != nil {
		tb.Fatal(err)
	}
	slices.SortStableFunc(want, func(a, b rooms.Membership) int {
		switch {
		case a.Role == rooms.RoleNone && b.Role != rooms.RoleNone:
			return 1
		case b.Role == rooms.RoleNone && a.Role != rooms.RoleNone:
			return -1
		}
		return a.Room.Name.Compare(b.Room.Name)
	})
	got := s.Inbox(nil)
	if len(got) != len(want) {
		tb.Errorf("%s has %d rows, the store %d:\n%+v\n%+v", who, len(got), len(want), got, want)
		return
	}
	for i := range got {
		g, w := got[i], want[i]
		if g.Role == rooms.RoleNone && w.Role == rooms.RoleNone {
			// What goes on in a room is not told to who is only invited.
			if g.Room.ID != w.Room.ID || g.Unread() != 0 {
				tb.Errorf("%s is invited to\n%+v, in the store to\n%+v", who, g, w)
			}
			continue
		}
		if !reflect.DeepEqual(g, w) {
			tb.Errorf("%s has the row\n%+v, the store has\n%+v", who, g, w)
		}
	}
}

func agreeLog(tb testing.TB, s *rooms.Session, id rooms.ID, log []rooms.Event) {
	tb.Helper()
	ctx := tb.Context()
	var all []*rooms.Event
	c := s.Cursor(id, 0)
	for {
		list, err := c.Next(ctx, 100)
		if err != nil {
			tb.Fatal(err)
		}
		if len(list) == 0 {
			break
		}
		all = append(all, list...)
	}
	if len(all) != len(log) {
		tb.Errorf("%s reads %d events, the store has %d", s.Who().Name, len(all), len(log))
		return
	}
	for i, e := range all {
		if *e != log[i] {
			tb.Errorf("%s reads event\n%+v, the store has\n%+v", s.Who().Name, *e, log[i])
		}
	}
	back, err := s.EventsBefore(ctx, id, uint64(len(log))+1, 70)
	if err != nil {
		tb.Fatal(err)
	}
	if want := all[max(0, len(all)-70):]; !slices.EqualFunc(back, want, func(a, b *rooms.Event) bool { return *a == *b }) {
		tb.Errorf("%s reads backwards %d events, want the last %d", s.Who().Name, len(back), len(want))
	}
}
