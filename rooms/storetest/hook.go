package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// hook makes a hook in of a room.
func hook(tb testing.TB, room rooms.ID, who string) rooms.Hook {
	tb.Helper()
	return rooms.Hook{Room: room, Name: name(tb, who), By: name(tb, "alice"), Made: at(1), Hash: rooms.HashSecret("secret of " + who)}
}

// addHook adds a hook that has to be taken.
func addHook(tb testing.TB, s rooms.Store, h rooms.Hook) rooms.Hook {
	tb.Helper()
	id, err := s.AddHook(tb.Context(), h)
	if err != nil {
		tb.Fatal(err)
	}
	h.ID = id
	return h
}

func hooks(t *testing.T, h Harness) {
	s := h.Open(t)
	ctx := t.Context()
	room, other := create(t, s, "alice", "ops", rooms.Public), create(t, s, "alice", "den", rooms.Private)
	in := addHook(t, s, hook(t, room.ID, "ops-hook"))
	out := hook(t, other.ID, "den-hook")
	out.Hash = [32]byte{}
	out.Out = &rooms.Outgoing{URL: "https://ci.example/in?key=1", Secret: "s3cret", For: rooms.ForWord, Word: "deploy", Delivery: rooms.Delivery{Cursor: 7}}
	out = addHook(t, s, out)
	if _, err := s.AddHook(ctx, hook(t, other.ID, "ops-hook")); err != rooms.ErrHookName {
		t.Errorf("a second hook of a name: %v", err)
	}
	check := func(room rooms.ID, want ...rooms.Hook) {
		t.Helper()
		if got, err := s.Hooks(ctx, room); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("room %d has the hooks %+v (%v), want %+v", room, got, err, want)
		}
	}
	s = h.Reopen(t, s)
	check(room.ID, in)
	check(other.ID, out)
	check(0, out, in)
	if got, err := s.Hook(ctx, in.ID); err != nil || !reflect.DeepEqual(got, in) {
		t.Errorf("hook %d is %+v (%v)", in.ID, got, err)
	}
	if !in.Opens("secret of ops-hook") || in.Opens("secret of ops-hool") || in.Opens("") || out.Opens("") || new(rooms.Hook).Opens("") {
		t.Error("a hook is opened by its own secret, and nothing else")
	}
	// secrets and deliveries change beside one another
	out.Out.Delivery = rooms.Delivery{Cursor: 9, Failures: 3, Since: at(2), Next: at(3), Skipped: 1, Off: true, Trouble: "it answers 500"}
	out.Used = at(4)
	if err := s.SaveDelivery(ctx, out.ID, out.Out.Delivery, out.Used); err != nil {
		t.Fatal(err)
	}
	out.Out.Secret = "another"
	if err := s.SetHookSecret(ctx, out.ID, [32]byte{}, "another"); err != nil {
		t.Fatal(err)
	}
	in.Hash = rooms.HashSecret("new")
	if err := s.SetHookSecret(ctx, in.ID, in.Hash, ""); err != nil {
		t.Fatal(err)
	}
	s = h.Reopen(t, s)
	check(0, out, in)
	if err := s.DropHook(ctx, in.ID); err != nil {
		t.Fatal(err)
	}
	check(0, out)
	_, err := s.Hook(ctx, in.ID)
	for what, err := range map[string]error{
		"reading": err, "dropping": s.DropHook(ctx, in.ID),
		"rotating": s.SetHookSecret(ctx, in.ID, in.Hash, ""), "saving": s.SaveDelivery(ctx, in.ID, rooms.Delivery{}, time.Time{}),
	} {
		if err != rooms.ErrNoHook {
			t.Errorf("%s a hook that was dropped: %v", what, err)
		}
	}
	again := addHook(t, s, hook(t, room.ID, "ops-hook"))
	if again.ID <= in.ID {
		t.Errorf("the number %d was given out twice", again.ID)
	}
	for i := 1; i < rooms.MaxHooks; i++ {
		addHook(t, s, hook(t, room.ID, fmt.Sprintf("hook%d", i)))
	}
	if _, err := s.AddHook(ctx, hook(t, room.ID, "one-more")); err != rooms.ErrHooks {
		t.Errorf("hook %d of a room: %v", rooms.MaxHooks+1, err)
	}
}

func hooksPost(t *testing.T, h Harness) {
	s := h.Open(t)
	ctx := t.Context()
	room, other := create(t, s, "alice", "ops", rooms.Public), create(t, s, "alice", "den", rooms.Public)
	in := addHook(t, s, hook(t, room.ID, "ops-hook"))
	says := func(words string) rooms.Entry {
		return rooms.Entry{Room: room.ID, Type: rooms.Message, Author: in.Name, Text: text.NewBody(words), Bot: true, Hook: in.ID, Time: at(5)}
	}
	first := says("build 7 is green, @alice")
	first.Nonce = "delivery-1"
	got := must(t, s, first)
	if e := got.Event; !e.Bot || e.Author != in.Name || e.Seq != 2 || !reflect.DeepEqual(got.Called, []text.Name{name(t, "alice")}) {
		t.Errorf("the hook has said %+v", got)
	}
	if again := must(t, s, first); !again.Again || again.Event.Seq != 2 {
		t.Errorf("the same delivery: %+v", again)
	}
	if now, err := s.Hook(ctx, in.ID); err != nil || !now.Used.Equal(at(5)) {
		t.Errorf("it was used at %v (%v)", now.Used, err)
	}
	if list, err := s.Members(ctx, room.ID); err != nil || len(list) != 1 {
		t.Errorf("members: %+v (%v)", list, err)
	}
	refused := func(what string, e rooms.Entry, want error) {
		t.Helper()
		r := append1(t, s, e)
		var quiet *rooms.QuietError
		if !errors.Is(r.Err, want) && !(want == errQuiet && errors.As(r.Err, &quiet)) {
			t.Errorf("%s: %v, want %v", what, r.Err, want)
		}
	}
	wrong := says("hello")
	wrong.Room = other.ID
	refused("another room", wrong, rooms.ErrNoHook)
	wrong = says("hello")
	wrong.Author = name(t, "alice")
	refused("another name", wrong, rooms.ErrNoHook)
	wrong = says("hello")
	wrong.Hook = 99
	refused("no hook", wrong, rooms.ErrNoHook)
	wrong = says("")
	wrong.Type, wrong.Ref = rooms.Delete, 1
	refused("a deletion", wrong, rooms.ErrNoHook)
	wrong = says("hello")
	wrong.Ref = 77
	refused("an answer to nothing", wrong, rooms.ErrNoEvent)

	alice := name(t, "alice")
	set := func(property, value string) {
		must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Set, Author: alice, Detail: property, Text: text.NewBody(value), Time: at(6)})
	}
	set(rooms.PropLocked, "on")
	refused("a locked room", says("hello"), rooms.ErrLocked)
	set(rooms.PropLocked, "off")
	set(rooms.PropArchived, "on")
	refused("an archived room", says("hello"), rooms.ErrArchived)
	if again := append1(t, s, first); !again.Again {
		t.Errorf("a delivery that was taken before: %+v", again)
	}
	set(rooms.PropArchived, "off")
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Quiet, Author: alice, Target: in.Name, Time: at(7)})
	refused("a silenced hook", says("hello"), errQuiet)
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Unquiet, Author: alice, Target: in.Name, Time: at(8)})
	must(t, s, says("hello"))
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Ban, Author: alice, Target: in.Name, Time: at(9)})
	refused("a banned hook", says("hello"), rooms.ErrBanned)
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Unban, Author: alice, Target: in.Name, Time: at(10)})
	if r := append1(t, s, rooms.Entry{Room: room.ID, Type: rooms.Kick, Author: alice, Target: in.Name, Time: at(10)}); r.Err == nil {
		t.Error("a hook was put out like a member")
	}
	if info, err := s.Room(ctx, room.ID); err != nil || info.People != 1 {
		t.Errorf("the room has %d people (%v)", info.People, err)
	}
	// one batch in which the room is locked between two posts
	results, err := s.Append(ctx, []rooms.Entry{says("before"),
		{Room: room.ID, Type: rooms.Set, Author: alice, Detail: rooms.PropLocked, Text: text.NewBody("on"), Time: at(11)}, says("after")})
	if err != nil || results[0].Err != nil || results[1].Err != nil || results[2].Err != rooms.ErrLocked {
		t.Errorf("in one batch: %+v (%v)", results, err)
	}
	set(rooms.PropLocked, "off")
	if err := s.DropHook(ctx, in.ID); err != nil {
		t.Fatal(err)
	}
	refused("a hook that was removed", says("hello"), rooms.ErrNoHook)
	refused("a delivery of a hook that was removed", first, rooms.ErrNoHook)
}

// errQuiet stands for a *rooms.QuietError.
var errQuiet = errors.New("quiet")
