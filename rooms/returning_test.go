package rooms_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/rooms"
	"parley/text"
)

// inboxReads counts how often the store was asked for an inbox.
func inboxReads(f *flawed) *atomic.Int64 {
	var n atomic.Int64
	f.set(func(f *flawed) {
		f.loaded = func(what string) {
			if what == "inbox" {
				n.Add(1)
			}
		}
	})
	return &n
}

func TestWhoComesBackSoonHasWhatHappenedMeanwhileWithoutTheStore(t *testing.T) {
	ctx := t.Context()
	store := &flawed{Store: openStore(t)}
	m := open(t, store, rooms.Options{})
	ops := create(t, m, "ops", rooms.Public, "ana", "bo")
	den := create(t, m, "den", rooms.Private, "ana", "bo") // becomes zoo
	out := create(t, m, "out", rooms.Public, "ana", "bo")
	ana := attach(t, m, "ana")
	reads := inboxReads(store)

	bo := attach(t, m, "bo")
	bo.Mark(ops.ID, 2)
	if err := m.Set(ctx, bo.Who(), "theme", "light"); err != nil {
		t.Fatal(err)
	}
	bo.Close()
	agree(t, store.Store, m, ops.ID, ana)

	say(t, m, ops.ID, "ana", "@bo one")
	say(t, m, ops.ID, "ana", "two")
	if _, _, err := m.Do(ctx, ana.Who(), rooms.Entry{Room: den.ID, Type: rooms.Grant, Target: bo.Who().Name, Detail: "moderator"}); err != nil {
		t.Fatal(err)
	}
	if err := m.Leave(ctx, bo.Who(), out.ID); err != nil {
		t.Fatal(err)
	}
	secret := create(t, m, "secret", rooms.Private, "ana")
	if err := m.Invite(ctx, ana.Who(), secret.ID, bo.Who().Name); err != nil {
		t.Fatal(err)
	}

	if _, _, err := m.Do(ctx, ana.Who(), rooms.Entry{Room: den.ID, Type: rooms.Rename, Text: text.NewBody("#zoo")}); err != nil {
		t.Fatal(err)
	}

	bo = attach(t, m, "bo")
	if got := reads.Load(); got != 1 {
		t.Errorf("the store was asked %d times for the inbox of bo, who was away for a moment", got)
	}
	if n, mentions := unread(t, bo, ops.ID); n != 2 || mentions != 1 {
		t.Errorf("bo has %d unread and %d mentions, want 2 and 1", n, mentions)
	}
	if ms, _ := bo.Membership(den.ID); ms.Role != rooms.RoleModerator {
		t.Errorf("bo was made moderator while away and is %v", ms.Role)
	}
	if _, ok := bo.Membership(out.ID); ok {
		t.Error("bo left a room while away and is in it")
	}
	if ms, ok := bo.Membership(secret.ID); !ok || ms.Role != rooms.RoleNone {
		t.Errorf("bo was invited while away and has %+v", ms)
	}
	if got := bo.Person().Settings["theme"]; got != "light" {
		t.Errorf("bo has set the theme light and has %q", got)
	}
	if list := bo.Inbox(nil); len(list) != 3 || list[0].Room.ID != ops.ID || list[1].Room.ID != den.ID {
		t.Errorf("a room was renamed while bo was away, and the list is %+v", list)
	}
	drain(bo)
	say(t, m, ops.ID, "ana", "three")
	wait(t, bo, "the room to wake bo", func() bool { n, _ := unread(t, bo, ops.ID); return n == 3 })
	agree(t, store.Store, m, ops.ID, ana, bo)
}

func TestWhoStaysAwayIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &flawed{Store: openStore(t)}
		m := open(t, store, rooms.Options{Idle: time.Minute})
		create(t, m, "ops", rooms.Public, "ana", "bo")
		reads := inboxReads(store)
		for want := int64(1); want <= 2; want++ {
			attach(t, m, "bo").Close()
			time.Sleep(30 * time.Second) // of the bubble's clock
			attach(t, m, "bo").Close()
			if got := reads.Load(); got != want {
				t.Errorf("the inbox of bo was read %d times, want %d", got, want)
			}
			time.Sleep(5 * time.Minute) // the inbox goes first, then its room, each at the next look
		}
		if n := m.Stats().RoomsLoaded; n != 0 {
			t.Errorf("%d rooms are in memory after all left", n)
		}
	})
}

func TestWhoWasAwayFromTheKeyboardComesBackToIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := open(t, openStore(t), rooms.Options{Away: 30 * time.Second})
		create(t, m, "ops", rooms.Public, "ana", "bo")
		bo := attach(t, m, "bo")
		bo.Active()
		time.Sleep(time.Minute)
		if s, _ := m.Status(bo.Who().Name); s != rooms.Away {
			t.Fatalf("bo has not typed for a minute and is %v", s)
		}
		bo.Close()
		attach(t, m, "bo")
		if s, _ := m.Status(bo.Who().Name); s != rooms.Here {
			t.Errorf("bo has come back and is %v", s)
		}
	})
}
