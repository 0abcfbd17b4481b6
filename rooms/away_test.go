package rooms_test

import (
	"slices"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// Who does not type is away by themselves and back with the first key; who says so is away until they say otherwise.
func TestAway(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{Away: 30 * time.Millisecond, Presence: time.Millisecond})
	room := create(t, m, "ops", rooms.Public, "ana")
	bo := actor(t, "bo")
	if _, err := m.Join(t.Context(), bo, room.ID); err != nil {
		t.Fatal(err)
	}
	watcher, typing := attach(t, m, "ana"), attach(t, m, "bo")
	if err := watcher.Focus(t.Context(), room.ID, true); err != nil {
		t.Fatal(err)
	}
	seen := func(online, away bool) func() bool {
		return func() bool {
			people := watcher.Presence().People
			i := slices.IndexFunc(people, func(p rooms.Present) bool { return p.Name == bo.Name })
			return i >= 0 && people[i].Online == online && people[i].Away == away
		}
	}
	eventually(t, "bo is here", seen(true, false))
	typing.Active()
	eventually(t, "bo is away by himself", seen(true, true))
	if status, _ := m.Status(bo.Name); status != rooms.Away {
		t.Errorf("bo's status is %d", status)
	}
	typing.Active()
	eventually(t, "bo is back with a key", seen(true, false))
	if err := m.SetAway(t.Context(), bo, text.NewLine("lunch", 80)); err != nil {
		t.Fatal(err)
	}
	typing.Active()
	eventually(t, "bo is away by his word", seen(true, true))
	if status, why := m.Status(bo.Name); status != rooms.Away || why.String() != "lunch" {
		t.Errorf("bo's status is %d, %q", status, why)
	}
	reads := func(why string) func() bool {
		return func() bool {
			return slices.ContainsFunc(watcher.Presence().People, func(p rooms.Present) bool { return p.Name == bo.Name && p.Why.String() == why })
		}
	}
	eventually(t, "why bo is away", reads("lunch"))
	if err := m.SetAway(t.Context(), bo, text.NewLine("in a meeting", 80)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "another reason", reads("in a meeting"))
	if err := m.SetAway(t.Context(), bo, text.Line{}); err != nil {
		t.Fatal(err)
	}
	typing.Active()
	eventually(t, "bo is back by his word", seen(true, false))
	typing.Close()
	eventually(t, "bo is gone", seen(false, false))
	if status, _ := m.Status(bo.Name); status != rooms.Offline {
		t.Errorf("bo's status is %d", status)
	}
}

// Typing is seen by those who look at the room, ends with the message, and is nobody's business in a large room.
func TestTyping(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	room := create(t, m, "ops", rooms.Public, "ana")
	if _, err := m.Join(t.Context(), actor(t, "bo"), room.ID); err != nil {
		t.Fatal(err)
	}
	watcher, bo := attach(t, m, "ana"), attach(t, m, "bo")
	for _, s := range []*rooms.Session{watcher, bo} {
		if err := s.Focus(t.Context(), room.ID, false); err != nil {
			t.Fatal(err)
		}
	}
	watcher.Changes()
	bo.Typing(true)
	if watcher.Changes()&rooms.TypingChanged == 0 {
		t.Error("nobody was told")
	}
	if got := watcher.Typists(nil); len(got) != 1 || got[0] != bo.Who().Name {
		t.Errorf("ana sees %v typing", got)
	}
	if got := bo.Typists(nil); len(got) != 0 {
		t.Errorf("bo sees %v typing, which is himself", got)
	}
	bo.Typing(true)
	if watcher.Changes()&rooms.TypingChanged != 0 {
		t.Error("going on typing woke ana again")
	}
	if _, err := m.Post(t.Context(), bo.Who(), message(room.ID, "done")); err != nil {
		t.Fatal(err)
	}
	if got := watcher.Typists(nil); len(got) != 0 {
		t.Errorf("%v types still", got)
	}
	bo.Typing(true)
	bo.Typing(false)
	if got := watcher.Typists(nil); len(got) != 0 {
		t.Errorf("%v types still", got)
	}
	for i := range 50 {
		if _, err := m.Join(t.Context(), actor(t, "p"+string(rune('a'+i%26))+string(rune('a'+i/26))), room.ID); err != nil {
			t.Fatal(err)
		}
	}
	bo.Typing(true)
	if got := watcher.Typists(nil); len(got) != 0 {
		t.Errorf("%v types in a room of 52", got)
	}
}
