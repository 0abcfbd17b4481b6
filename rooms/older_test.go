package rooms_test

import (
	"fmt"
	"reflect"
	"sync/atomic"
	"testing"

	"parley/rooms"
	"parley/text"
)

func TestTheStateOfAnOlderMessageIsReadOnceAndNeverOld(t *testing.T) {
	ctx := t.Context()
	store := &flawed{Store: openStore(t)}
	m := open(t, store, rooms.Options{Tail: 4})
	r := create(t, m, "ops", rooms.Public, "ana", "bo")
	said := say(t, m, r.ID, "ana", "one").Seq
	for i := range 20 {
		say(t, m, r.ID, "bo", fmt.Sprintf("%d", i))
	}
	bo := attach(t, m, "bo")
	focus(t, bo, r.ID, false)
	var reads atomic.Int64
	store.set(func(f *flawed) {
		f.loaded = func(what string) {
			if what == "states" {
				reads.Add(1)
			}
		}
	})
	state := func() *rooms.State {
		t.Helper()
		found, err := bo.States(ctx, r.ID, said, said)
		if err != nil {
			t.Fatal(err)
		}
		list, err := store.Store.Referring(ctx, r.ID, said, said)
		if err != nil {
			t.Fatal(err)
		}
		var want *rooms.State
		for i := range list {
			want = want.With(&list[i])
		}
		if !reflect.DeepEqual(found[said], want) {
			t.Errorf("the message is %+v, the store says %+v", found[said], want)
		}
		return found[said]
	}
	do := func(who string, e rooms.Entry) {
		t.Helper()
		e.Room, e.Ref = r.ID, said
		if _, _, err := m.Do(ctx, actor(t, who), e); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		state()
	}
	if n := reads.Load(); n != 1 {
		t.Errorf("the same state was read %d times", n)
	}
	do("bo", rooms.Entry{Type: rooms.React, Detail: "tada"})
	if s := state(); s == nil || len(s.Reactions) != 1 {
		t.Errorf("bo reacted, and the state is %+v", s)
	}
	do("ana", rooms.Entry{Type: rooms.Edit, Text: text.NewBody("two")})
	if s := state(); s == nil || s.Edits != 1 {
		t.Errorf("ana edited, and the state is %+v", s)
	}
	// Something happens to it between the read and the answer.
	do("bo", rooms.Entry{Type: rooms.React, Detail: "eyes"})
	store.once("states", func() { do("ana", rooms.Entry{Type: rooms.Delete}) })
	if _, err := bo.States(ctx, r.ID, said, said); err != nil {
		t.Fatal(err)
	}
	if s := state(); s == nil || s.Deleted.IsZero() {
		t.Errorf("ana deleted it while it was read, and the state is %+v", s)
	}
}
