package rooms_test

import (
	"testing"
	"testing/synctest"
	"time"

	"parley/rooms"
)

func TestIdleRoomsAreForgottenAndComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openStore(t)
		m := open(t, s, rooms.Options{Idle: time.Minute})
		r := create(t, m, "ops", rooms.Public, "ana", "bo")
		say(t, m, r.ID, "ana", "@bo hello")
		if n := m.Stats().RoomsLoaded; n != 1 {
			t.Fatalf("%d rooms are in memory after a post, want 1", n)
		}
		time.Sleep(5 * time.Minute) // of the bubble's clock
		if n := m.Stats().RoomsLoaded; n != 0 {
			t.Errorf("%d rooms are in memory after five idle minutes", n)
		}

		bo := attach(t, m, "bo")
		focus(t, bo, r.ID, true)
		if p := bo.Presence(); p.Total != 2 || p.Online != 1 {
			t.Errorf("presence in a room that came back: %+v", p)
		}
		time.Sleep(3 * time.Minute)
		if n := m.Stats().RoomsLoaded; n != 1 {
			t.Errorf("a room that somebody shows was forgotten: %d in memory", n)
		}
		e := say(t, m, r.ID, "ana", "still here?")
		if bo.Head().Seq != e.Seq {
			t.Errorf("the session that stayed sees seq %d, want %d", bo.Head().Seq, e.Seq)
		}
		agree(t, s, m, r.ID, bo)

		// Shown no more, but watched: the room stays, its tail goes and is read again.
		focus(t, bo, 0, false)
		time.Sleep(3 * time.Minute)
		before := m.Stats().StoreReads
		if list, err := bo.EventsBefore(t.Context(), r.ID, 100, 2); err != nil || len(list) != 2 {
			t.Errorf("%d events, err %v", len(list), err)
		}
		if m.Stats().StoreReads == before {
			t.Error("the tail of a room that nobody shows was kept for three minutes")
		}
		drain(bo)
		say(t, m, r.ID, "ana", "one more")
		if quiet(bo) {
			t.Error("a member was not woken by a room whose tail had been dropped")
		}
		agree(t, s, m, r.ID, bo)
		bo.Close()
		time.Sleep(5 * time.Minute) // a minute for what is saved behind, one for the inbox, one for the room, each at the next look
		if n := m.Stats().RoomsLoaded; n != 0 {
			t.Errorf("%d rooms are in memory after all left", n)
		}
	})
}

func TestNothingRunsWhileNothingChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &flawed{Store: openStore(t)}
		m := open(t, s, rooms.Options{})
		r := create(t, m, "ops", rooms.Public, "ana", "bo")
		bo := attach(t, m, "bo")
		focus(t, bo, r.ID, true)
		bo.Presence()
		time.Sleep(time.Hour)
		drain(bo)
		saves, reads := s.saves.Load(), s.reads.Load()
		time.Sleep(24 * time.Hour)
		if !quiet(bo) {
			t.Error("a session was woken on a day on which nothing happened")
		}
		if s.saves.Load() != saves || s.reads.Load() != reads {
			t.Error("the store was used on a day on which nothing happened")
		}
	})
}

func TestAMarkIsStoredWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &flawed{Store: openStore(t)}
		m := open(t, s, rooms.Options{})
		r := create(t, m, "ops", rooms.Public, "ana", "bo")
		say(t, m, r.ID, "ana", "one")
		bo := attach(t, m, "bo")
		bo.Mark(r.ID, 3)
		bo.Mark(r.ID, 2)
		bo.SetPlace(r.ID, rooms.Place{Draft: "x"})
		time.Sleep(1100 * time.Millisecond)
		list, err := s.Store.Inbox(t.Context(), name(t, "bo"), nil)
		if err != nil || list[0].Read != 2 || list[0].Place.Draft != "x" {
			t.Errorf("after a second the store has %+v, err %v", list, err)
		}
		if n := s.saves.Load(); n != 1 {
			t.Errorf("two marks and a draft were %d saves, want 1", n)
		}

		// A store that fails is asked again, at a distance.
		s.set(func(s *flawed) { s.save = func([]rooms.Update) error { return errDisk } })
		bo.Mark(r.ID, 3)
		time.Sleep(time.Minute)
		if n := s.saves.Load(); n < 5 || n > 20 {
			t.Errorf("in a minute of failures there were %d saves", n)
		}
		s.set(func(s *flawed) { s.save = nil })
		time.Sleep(10 * time.Second)
		if list, err := s.Store.Inbox(t.Context(), name(t, "bo"), nil); err != nil || list[0].Read != 3 {
			t.Errorf("after the store recovered it has %+v, err %v", list, err)
		}
	})
}
