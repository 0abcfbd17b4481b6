package rooms_test

import (
	"strings"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// A room that keeps messages for a time erases what is older, in the store, in
// memory and in what a search could find, and it stays quiet when nothing is left to erase.
func TestRetention(t *testing.T) {
	store := openStore(t)
	now := &clock{}
	m := rooms.New(store, rooms.LocalBus{}, rooms.Options{Clock: now.now})
	defer m.Close(t.Context())
	ana := actor(t, "ana")
	room := create(t, m, "ops", rooms.Public, "ana")
	for i := range 2500 {
		post := message(room.ID, "old words")
		if i%2 == 0 {
			post.Text = text.NewBody("more old words")
		}
		if _, err := m.Post(t.Context(), ana, post); err != nil {
			t.Fatal(err)
		}
	}
	edited, err := m.Post(t.Context(), ana, message(room.ID, "old"))
	if err != nil {
		t.Fatal(err)
	}
	now.move(2 * time.Hour)
	young, err := m.Post(t.Context(), ana, message(room.ID, "young words"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.Do(t.Context(), ana, rooms.Entry{Room: room.ID, Type: rooms.Edit, Ref: edited.Seq, Text: text.NewBody("edited old words")}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.Do(t.Context(), ana, rooms.Entry{Room: room.ID, Type: rooms.Set, Detail: rooms.PropKeep, Text: text.NewBody("1h")}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if n, err := m.Expire(t.Context()); err != nil || n != 1 {
			t.Fatalf("%d rooms keep messages for a time (%v)", n, err)
		}
	}
	head, err := m.Room(t.Context(), ana, room.ID)
	if err != nil || head.Gone != edited.Seq {
		t.Fatalf("erased up to %d (%v), want %d", head.Gone, err, edited.Seq)
	}
	said := 0
	for after := uint64(0); after < head.Seq; {
		list, err := m.Events(t.Context(), ana, room.ID, after, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			after = e.Seq
			if strings.Contains(e.Text.String(), "old") {
				t.Fatalf("event %d is still %q", e.Seq, e.Text)
			}
			if e.Type.Talk() && !e.Text.IsZero() {
				said++
			}
		}
	}
	if said != 1 {
		t.Errorf("%d messages are left, want the young one, %d", said, young.Seq)
	}
	before := head.Seq
	now.move(3 * time.Hour)
	for range 3 {
		if _, err := m.Expire(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if head, err = m.Room(t.Context(), ana, room.ID); err != nil || head.Seq != before+1 || head.Gone != young.Seq {
		t.Errorf("a quiet room is at %d, erased up to %d (%v), want one event more than %d", head.Seq, head.Gone, err, before)
	}
}
