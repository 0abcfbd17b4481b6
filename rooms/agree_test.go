package rooms_test

import (
	"cmp"
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
		seen := log
		if room.History == rooms.HistoryJoined {
			i := slices.IndexFunc(members, func(m rooms.Member) bool { return m.Name == who })
			seen = log[max(int(members[i].Joined), 1)-1:]
		}
		agreeLog(tb, s, id, seen)
	}
}

func agreeInbox(tb testing.TB, store rooms.Store, s *rooms.Session) {
	tb.Helper()
	if want, got := inboxes(tb, store, s); !reflect.DeepEqual(got, want) {
		tb.Errorf("%s has the rows\n%+v, the store has\n%+v", s.Who().Name, got, want)
	}
}

// differs reports whether a session's inbox is not (yet) what the store has.
func differs(tb testing.TB, store rooms.Store, s *rooms.Session) bool {
	want, got := inboxes(tb, store, s)
	return !reflect.DeepEqual(got, want)
}

// inboxes returns what the store has and what a session has, in one order. Of
// a room that somebody is only invited to, the name counts: what goes on in it is not told.
func inboxes(tb testing.TB, store rooms.Store, s *rooms.Session) (want, got []rooms.Membership) {
	tb.Helper()
	want, err := store.Inbox(tb.Context(), s.Who().Name, nil)
	if err != nil {
		tb.Fatal(err)
	}
	got = s.Inbox([]rooms.Membership(nil))
	for _, list := range [][]rooms.Membership{want, got} {
		for i, ms := range list {
			if ms.Role == rooms.RoleNone {
				list[i] = rooms.Membership{Room: rooms.Room{ID: ms.Room.ID, Name: ms.Room.Name}}
				if ms.Unread() != 0 || ms.Mentions != 0 {
					tb.Errorf("%s has unread in a room that they are only invited to: %+v", s.Who().Name, ms)
				}
			}
		}
	}
	slices.SortStableFunc(want, func(a, b rooms.Membership) int {
		switch {
		case a.Role == rooms.RoleNone && b.Role != rooms.RoleNone:
			return 1
		case b.Role == rooms.RoleNone && a.Role != rooms.RoleNone:
			return -1
		}
		return cmp.Or(a.Room.Name.Compare(b.Room.Name), cmp.Compare(a.Room.ID, b.Room.ID))
	})
	return want, got
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
		if !rooms.Same(e, &log[i]) {
			tb.Errorf("%s reads event\n%+v, the store has\n%+v", s.Who().Name, *e, log[i])
		}
	}
	if len(log) == 0 {
		return
	}
	back, err := s.EventsBefore(ctx, id, log[len(log)-1].Seq+1, 70)
	if err != nil {
		tb.Fatal(err)
	}
	if want := all[max(0, len(all)-70):]; !slices.EqualFunc(back, want, rooms.Same) {
		tb.Errorf("%s reads backwards %d events, want the last %d", s.Who().Name, len(back), len(want))
	}
}
