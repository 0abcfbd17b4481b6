package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// snapshot is everything that a store shows of some people and their rooms.
func snapshot(tb testing.TB, s Store, people ...string) map[string]any {
	tb.Helper()
	shown := make(map[string]any)
	keep := func(what string, v any, err error) {
		tb.Helper()
		if err != nil {
			tb.Fatalf("%s: %v", what, err)
		}
		shown[what] = v
	}
	ctx := tb.Context()
	for _, p := range people {
		inbox, err := s.Inbox(ctx, name(tb, p), nil)
		keep("inbox of "+p, byID(inbox), err)
		person, err := s.Person(ctx, name(tb, p))
		keep("person "+p, person, err)
		list, err := s.Rooms(ctx, name(tb, p))
		keep("rooms of "+p, list, err)
		for _, r := range list {
			members, err := s.Members(ctx, r.ID)
			keep("members of "+r.Name.String(), members, err)
			shown["log of "+r.Name.String()] = wholeLog(tb, s, r.ID)
		}
	}
	claims, err := s.Claims(ctx)
	keep("claims", claims, err)
	knocks, err := s.Knocks(ctx)
	keep("knocks", knocks, err)
	return shown
}

// inhabit fills a store with something of everything.
func inhabit(t *testing.T, s Store) {
	t.Helper()
	room := create(t, s, "alice", "general", rooms.Public)
	secret := create(t, s, "alice", "secret", rooms.Private)
	alice, bob := name(t, "alice"), name(t, "bob")
	appendAll(t, s, []rooms.Entry{
		{Room: room.ID, Type: rooms.Join, Author: bob, Time: at(1)},
		{Room: room.ID, Type: rooms.Message, Author: bob, Text: text.NewBody("hello @alice"), Nonce: "n1", Time: at(2)},
		{Room: room.ID, Type: rooms.Topic, Author: alice, Text: text.NewBody("greetings"), Time: at(3)},
		{Room: secret.ID, Type: rooms.Invite, Author: alice, Target: bob, Time: at(4)},
		{Room: room.ID, Type: rooms.Message, Author: alice, Text: text.NewBody("hello @bob"), Time: at(5)},
	})
	save(t, s, markAt(room.ID, bob, 3),
		rooms.Update{Place: &rooms.PlaceUpdate{Room: room.ID, Name: bob, Place: rooms.Place{Draft: "half a", Anchor: 2, Offset: 1}}},
		rooms.Update{Person: &rooms.Person{Name: bob, LastRoom: room.ID, Settings: map[string]string{"a": "b"}, Seen: at(6)}})
	if err := s.ClaimName(t.Context(), claim(t, "alice", "SHA256:a")); err != nil {
		t.Fatal(err)
	}
	if err := s.PutInvite(t.Context(), invite(t, 1)); err != nil {
		t.Fatal(err)
	}
	if err := s.PutKnock(t.Context(), knock(t, 1)); err != nil {
		t.Fatal(err)
	}
}

func wantSame(t *testing.T, got, want map[string]any) {
	t.Helper()
	for what := range want {
		if !reflect.DeepEqual(got[what], want[what]) {
			t.Errorf("%s is now\n%+v, was\n%+v", what, got[what], want[what])
		}
	}
}

func reopen(t *testing.T, h Harness) {
	s := h.Open(t)
	inhabit(t, s)
	before := snapshot(t, s, "alice", "bob")
	s = h.Reopen(t, s)
	wantSame(t, snapshot(t, s, "alice", "bob"), before)
	if _, err := s.TakeInvite(t.Context(), invite(t, 1).Hash, "SHA256:x", at(10)); err != nil {
		t.Errorf("the invite is gone: %v", err)
	}
	if r := must(t, s, rooms.Entry{Room: 1, Type: rooms.Message, Author: name(t, "bob"), Text: text.NewBody("x")}); r.Event.Seq != 6 {
		t.Errorf("the next event after a restart has seq %d, want 6", r.Event.Seq)
	}
}

func backup(t *testing.T, h Harness) {
	s := h.Open(t)
	inhabit(t, s)
	before := snapshot(t, s, "alice", "bob")
	path := filepath.Join(t.TempDir(), "copy")
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), path); err == nil {
		t.Error("a backup overwrote a file")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup has the mode %v (%v), want 0600", info.Mode(), err)
	}
	must(t, s, rooms.Entry{Room: 1, Type: rooms.Message, Author: name(t, "bob"), Text: text.NewBody("later")})
	copied := h.Restore(t, path)
	wantSame(t, snapshot(t, copied, "alice", "bob"), before)
	if r := must(t, copied, rooms.Entry{Room: 1, Type: rooms.Message, Author: name(t, "bob"), Text: text.NewBody("x")}); r.Event.Seq != 6 {
		t.Errorf("the next event in the copy has seq %d, want 6", r.Event.Seq)
	}
	missing := filepath.Join(t.TempDir(), "no", "such", "folder", "copy")
	if err := s.Backup(t.Context(), missing); err == nil {
		t.Error("a backup into a folder that is not succeeded")
	}
}

// backupWhilePosting: the copy is the store at one moment, and posting never stops for it.
func backupWhilePosting(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "general", 1)
	fill(t, s, room.ID, people, 5000)
	const size = 10
	var posted atomic.Int64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
			}
			batch := make([]rooms.Entry, size)
			for i := range batch {
				batch[i] = rooms.Entry{Room: room.ID, Type: rooms.Message, Author: people[0], Text: text.NewBody("x"), Time: at(1)}
			}
			if _, err := s.Append(t.Context(), batch); err != nil {
				t.Error(err)
				return
			}
			posted.Add(size)
		}
	}()
	for range 3 {
		path := filepath.Join(t.TempDir(), "copy")
		before := posted.Load()
		if err := s.Backup(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		after := posted.Load() + size // one batch may be committed and not counted yet
		got := int64(len(wholeLog(t, h.Restore(t, path), room.ID))) - 5001
		if got < before || got > after || got%size != 0 {
			t.Errorf("the copy has %d posts; there were %d before it and at most %d after, in batches of %d", got, before, after, size)
		}
	}
	close(stop)
	<-stopped
	if got := int64(len(wholeLog(t, s, room.ID))) - 5001; got != posted.Load() {
		t.Errorf("%d posts were acknowledged meanwhile, %d are there", posted.Load(), got)
	}
}

func endedContext(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "general", 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Append(ctx, []rooms.Entry{{Room: room.ID, Type: rooms.Message, Author: people[0], Text: text.NewBody("x")}})
	for what, err := range map[string]error{
		"Append": err,
		"Save":   s.Save(ctx, []rooms.Update{markAt(room.ID, people[0], 0)}),
		"Ping":   s.Ping(ctx),
		"Events": func() error { _, err := s.Events(ctx, room.ID, 0, 1); return err }(),
		"Inbox":  func() error { _, err := s.Inbox(ctx, people[0], nil); return err }(),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s with an ended context: %v, want context.Canceled", what, err)
		}
	}
	if got := len(wholeLog(t, s, room.ID)); got != 1 {
		t.Errorf("the room has %d events, want 1", got)
	}
	if m := membership(t, s, people[0], room.ID); m.Read != 1 {
		t.Errorf("the mark moved to %d", m.Read)
	}
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Message, Author: people[0], Text: text.NewBody("y")})
}

// interrupted ends contexts at all moments of an Append: a batch is there as a whole or not at all,
// and it is there if Append said so.
func interrupted(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "general", 1)
	const size = 20
	acknowledged := make(map[string]bool)
	for round := range 60 {
		batch := make([]rooms.Entry, size)
		for i := range batch {
			batch[i] = rooms.Entry{Room: room.ID, Type: rooms.Message, Author: people[0], Time: at(round),
				Text: text.NewBody(fmt.Sprint("round ", round)), Nonce: fmt.Sprint(round, "-", i)}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(round)*50*time.Microsecond)
		if _, err := s.Append(ctx, batch); err == nil {
			acknowledged[fmt.Sprint("round ", round)] = true
		} else if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("round %d: %v, want the context's error", round, err)
		}
		cancel()
	}
	found := make(map[string]int)
	for _, e := range wholeLog(t, s, room.ID)[1:] {
		found[e.Text.String()]++
	}
	for round, n := range found {
		if n != size {
			t.Errorf("%s: %d of %d posts are there", round, n, size)
		}
	}
	for round := range acknowledged {
		if found[round] == 0 {
			t.Errorf("%s was acknowledged and is not there", round)
		}
	}
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Message, Author: people[0], Text: text.NewBody("after")})
}

func pingAndClose(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "general", 1)
	for range 3 {
		if err := s.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	if err := s.Ping(t.Context()); err == nil {
		t.Error("a closed store says that it can commit")
	}
	if _, err := s.Append(t.Context(), []rooms.Entry{{Room: room.ID, Type: rooms.Message, Author: people[0], Text: text.NewBody("x")}}); err == nil {
		t.Error("a closed store took a post")
	}
	if _, err := s.Inbox(t.Context(), people[0], nil); err == nil {
		t.Error("a closed store showed an inbox")
	}
}
