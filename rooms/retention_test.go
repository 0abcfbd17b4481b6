package rooms_test

import (
	"errors"
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

// What was imported expires like what was said here: its own times count, and neither who came nor the room's making holds it back.
func TestRetentionOfWhatWasImported(t *testing.T) {
	store := openStore(t)
	now := &clock{}
	now.move(1000 * time.Hour)
	m := rooms.New(store, rooms.LocalBus{}, rooms.Options{Clock: now.now})
	defer m.Close(t.Context())
	ana, bo := actor(t, "ana"), actor(t, "bo")
	ana.Staff = true
	room, err := m.CreateForImport(t.Context(), ana, rooms.Room{Name: roomName(t, "old"), Kind: rooms.Public}, now.now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Join(t.Context(), bo, room.ID); err != nil {
		t.Fatal(err)
	}
	entry := func(age time.Duration, nonce, words string) rooms.Entry {
		return rooms.Entry{Type: rooms.Message, Author: bo.Name, Time: now.now().Add(-age), Text: text.NewBody(words), Nonce: nonce}
	}
	results, err := m.Import(t.Context(), ana, room.ID, []rooms.Entry{
		entry(90*time.Hour, "1", "old words"), entry(-time.Second, "2", "from later"), entry(50*time.Hour, "3", "old words too"),
		entry(time.Hour/2, "4", "young"), entry(90*time.Hour, "5", "too late"), entry(90*time.Hour, "1", "old words"),
	})
	if err != nil || len(results) != 6 {
		t.Fatalf("the import ends with %v, %v", results, err)
	}
	for i, want := range []error{nil, rooms.ErrFuture, nil, nil, rooms.ErrOlder, nil} {
		if !errors.Is(results[i].Err, want) || results[i].Again != (i == 5) {
			t.Errorf("entry %d: %v, again %t, want %v", i, results[i].Err, results[i].Again, want)
		}
	}
	if _, _, err := m.Do(t.Context(), ana, rooms.Entry{Room: room.ID, Type: rooms.Set, Detail: rooms.PropKeep, Text: text.NewBody("24h")}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Expire(t.Context()); err != nil {
		t.Fatal(err)
	}
	list, err := m.Events(t.Context(), ana, room.ID, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, e := range list {
		if e.Type.Talk() && !e.Text.IsZero() {
			left = append(left, e.Text.String())
		}
	}
	if len(left) != 1 || left[0] != "young" {
		t.Errorf("what is left is %q, want what is young alone", left)
	}
	live := create(t, m, "live", rooms.Public, "bo")
	if _, err := m.Import(t.Context(), ana, live.ID, []rooms.Entry{entry(time.Hour, "6", "forged")}); !errors.Is(err, rooms.ErrNotImported) {
		t.Errorf("the import into a room that bo made ends with %v", err)
	}
}

// TestNothingExpiresBeforeItIsSaid: what is erased up to a seq that is still to come would take with it what is said next.
func TestNothingExpiresBeforeItIsSaid(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	ana := actor(t, "ana")
	room, err := m.Create(t.Context(), ana, rooms.Room{Name: roomName(t, "lobby"), Kind: rooms.Public})
	if err != nil {
		t.Fatal(err)
	}
	last, err := m.Post(t.Context(), ana, message(room.ID, "the last word"))
	if err != nil {
		t.Fatal(err)
	}
	ana.Staff = true
	expire := rooms.Entry{Room: room.ID, Type: rooms.Expire, Ref: last.Seq + 1}
	if _, _, err := m.Do(t.Context(), ana, expire); !errors.Is(err, rooms.ErrNoEvent) {
		t.Errorf("what is not said yet expires: %v", err)
	}
	expire.Ref = last.Seq
	if _, _, err := m.Do(t.Context(), ana, expire); err != nil {
		t.Errorf("what is said last does not expire: %v", err)
	}
}
