package rooms_test

import (
	"errors"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// newHook adds a hook in, in the name of ana.
func newHook(t *testing.T, m *rooms.Manager, room rooms.ID, who string) rooms.Hook {
	t.Helper()
	h, err := m.AddHook(t.Context(), actor(t, "ana"), rooms.Hook{Room: room, Name: name(t, who), Hash: rooms.HashSecret("s")})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHooksAreForWhoModerates(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	room := create(t, m, "ops", rooms.Private, "ana", "bo", "mo")
	if _, _, err := m.Do(t.Context(), actor(t, "ana"), rooms.Entry{Room: room.ID, Type: rooms.Grant, Target: name(t, "mo"), Detail: "moderator"}); err != nil {
		t.Fatal(err)
	}
	staff := actor(t, "boss")
	staff.Staff = true
	guest := rooms.Actor{Name: name(t, "guest-1"), Guest: true}
	out := &rooms.Outgoing{URL: "https://x.example/"}
	for _, c := range []struct {
		who     rooms.Actor
		in, out error
	}{
		{actor(t, "ana"), nil, nil},
		{actor(t, "mo"), nil, rooms.ErrForbidden},
		{actor(t, "bo"), rooms.ErrForbidden, rooms.ErrForbidden},
		{actor(t, "stranger"), rooms.ErrNoRoom, rooms.ErrNoRoom},
		{staff, rooms.ErrNoRoom, rooms.ErrNoRoom}, // a private room that they are not in
		{guest, rooms.ErrNoRoom, rooms.ErrNoRoom},
	} {
		for _, kind := range []struct {
			out  *rooms.Outgoing
			want error
		}{{nil, c.in}, {out, c.out}} {
			h, err := m.AddHook(t.Context(), c.who, rooms.Hook{Room: room.ID, Name: name(t, "hook-"+c.who.Name.String()), Out: kind.out})
			if !errors.Is(err, kind.want) {
				t.Errorf("%s adds a hook (out: %v): %v, want %v", c.who.Name, kind.out != nil, err, kind.want)
			}
			if err == nil {
				if kind.out != nil && h.Out.Cursor == 0 {
					t.Error("a hook out begins with what was said before it")
				}
				if err := m.RemoveHook(t.Context(), actor(t, "bo"), h); !errors.Is(err, rooms.ErrForbidden) {
					t.Errorf("bo removes it: %v", err)
				}
				if err := m.RemoveHook(t.Context(), c.who, h); err != nil {
					t.Errorf("%s removes it: %v", c.who.Name, err)
				}
			}
		}
		if _, err := m.Hooks(t.Context(), c.who, room.ID); !errors.Is(err, c.in) {
			t.Errorf("%s lists hooks: %v, want %v", c.who.Name, err, c.in)
		}
	}
	direct, err := m.DirectRoom(t.Context(), actor(t, "ana"), []text.Name{name(t, "bo")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.AddHook(t.Context(), actor(t, "ana"), rooms.Hook{Room: direct.ID, Name: name(t, "dm-hook")}); !errors.Is(err, rooms.ErrRefused) {
		t.Errorf("a hook in a conversation of two: %v", err)
	}
}

func TestHooksPostWithoutBeingThere(t *testing.T) {
	clock := new(clock)
	m := open(t, openStore(t), rooms.Options{Clock: clock.now, Limits: rooms.Limits{BotRate: 1, BotBurst: 3}})
	room := create(t, m, "den", rooms.Private, "ana", "bo")
	told := 0
	m.OnHooks(func() { told++ })
	h := newHook(t, m, room.ID, "den-hook")
	bo := attach(t, m, "bo")
	e, err := m.Post(t.Context(), h.Actor(), message(room.ID, "it works, @bo; not @room"))
	if err != nil || !e.Bot || e.Author != h.Name {
		t.Fatalf("the hook has said %+v (%v)", e, err)
	}
	if mine, _ := bo.Membership(room.ID); mine.Mentions != 1 || mine.Unread() != 1 {
		t.Errorf("bo has %d mentions and %d unread", mine.Mentions, mine.Unread())
	}
	ana := attach(t, m, "ana")
	if mine, _ := ana.Membership(room.ID); mine.Mentions != 0 {
		t.Errorf("a hook has called everybody: %d mentions", mine.Mentions)
	}
	if _, err := m.Events(t.Context(), h.Actor(), room.ID, 0, 9); !errors.Is(err, rooms.ErrNoRoom) {
		t.Errorf("a hook reads: %v", err)
	}
	for range 2 {
		if _, err := m.Post(t.Context(), h.Actor(), message(room.ID, "more")); err != nil {
			t.Fatal(err)
		}
	}
	var rate *rooms.RateError
	if _, err := m.Post(t.Context(), h.Actor(), message(room.ID, "too much")); !errors.As(err, &rate) || rate.After != time.Second {
		t.Errorf("the fourth at once: %v", err)
	}
	if secret, err := m.RotateHook(t.Context(), actor(t, "ana"), h); err != nil || len(secret) < 26 {
		t.Errorf("another secret: %q (%v)", secret, err)
	} else if now, err := m.Hook(t.Context(), h.ID); err != nil || now.Opens("s") || !now.Opens(secret) {
		t.Errorf("after another secret was made: %+v (%v)", now, err)
	}
	clock.move(time.Minute)
	if err := m.RemoveHook(t.Context(), actor(t, "ana"), h); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Post(t.Context(), h.Actor(), message(room.ID, "gone")); !errors.Is(err, rooms.ErrNoRoom) && !errors.Is(err, rooms.ErrNoHook) {
		t.Errorf("a hook that was removed: %v", err)
	}
	if told != 3 {
		t.Errorf("who delivers was told %d times of three changes", told)
	}
}

// An ear hears of every event, and reads what a room holds though nobody shows it.
func TestEarHearsEveryEvent(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{Idle: time.Millisecond})
	room := create(t, m, "ops", rooms.Private, "ana")
	ear, err := m.Listen(t.Context(), room.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer ear.Close()
	read := room.Seq
	for i := range 50 {
		say(t, m, room.ID, "ana", "hello")
		deadline := time.After(patience)
		for read < room.Seq+uint64(i)+1 {
			select {
			case <-ear.Wake():
			case <-deadline:
				t.Fatalf("event %d was not heard", i)
			}
			events, err := ear.Events(t.Context(), read, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				if read++; e.Seq != read {
					t.Fatalf("after %d comes %d", read-1, e.Seq)
				}
			}
		}
	}
}
