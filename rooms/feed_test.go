package rooms_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

func do(tb testing.TB, m *rooms.Manager, who string, e rooms.Entry) {
	tb.Helper()
	if _, _, err := m.Do(tb.Context(), actor(tb, who), e); err != nil {
		tb.Fatalf("%s: %s: %v", who, e.Type, err)
	}
}

// feedOf opens a feed of rooms from their beginnings on.
func feedOf(tb testing.TB, s *rooms.Session, ids ...rooms.ID) *rooms.Feed {
	tb.Helper()
	f := s.Feed()
	tb.Cleanup(f.Close)
	for _, id := range ids {
		if err := f.Add(tb.Context(), id, 0); err != nil {
			tb.Fatal(err)
		}
	}
	return f
}

// all polls until there is nothing more.
func all(tb testing.TB, f *rooms.Feed, limit int) (list []*rooms.Event) {
	tb.Helper()
	for {
		events, err := f.Poll(tb.Context(), limit)
		if err != nil {
			tb.Fatal(err)
		}
		if len(events) == 0 {
			return list
		}
		list = append(list, events...)
	}
}

func texts(list []*rooms.Event) (out []string) {
	for _, e := range list {
		if e.Type == rooms.Message {
			out = append(out, e.Text.String())
		}
	}
	return out
}

func TestAFeedHasTheOldestEventOfAllRoomsFirst(t *testing.T) {
	clock := &clock{}
	m := open(t, openStore(t), rooms.Options{Tail: 4, Clock: clock.now})
	a, b := create(t, m, "a", rooms.Public, "ana", "bo"), create(t, m, "b", rooms.Public, "ana", "bo")
	var want []string
	for i := range 40 {
		clock.move(time.Second)
		id := a.ID
		if i%7 > 2 {
			id = b.ID
		}
		want = append(want, fmt.Sprint(i))
		say(t, m, id, "ana", fmt.Sprint(i))
	}
	for _, limit := range []int{1, 3, 1000} {
		s := attach(t, m, "bo")
		if got := texts(all(t, feedOf(t, s, a.ID, b.ID), limit)); !slices.Equal(got, want) {
			t.Errorf("%d at a time: %v", limit, got)
		}
	}
}

func TestAFeedIsWokenByRoomsThatOneOnlyLooksAt(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana")
	s := attach(t, m, "bo")
	f := feedOf(t, s, r.ID)
	all(t, f, 10)
	for _, change := range []func(){
		func() {},
		func() { join(t, m, r.ID, "bo") },
	} {
		change()
		all(t, f, 10)
		say(t, m, r.ID, "ana", "hi")
		wait(t, s, "a wake for what is said", func() bool { return len(texts(all(t, f, 10))) > 0 })
	}
	f.Close()
	drain(s)
	if err := m.Leave(t.Context(), actor(t, "bo"), r.ID); err != nil {
		t.Fatal(err)
	}
	drain(s)
	say(t, m, r.ID, "ana", "hi")
	if !quiet(s) {
		t.Error("a feed that was closed is woken")
	}
}

func TestARoomEndsInAFeedForWhoIsPutOut(t *testing.T) {
	for _, kind := range []rooms.Kind{rooms.Public, rooms.Private} {
		for _, out := range []func(*rooms.Manager, rooms.ID){
			func(m *rooms.Manager, id rooms.ID) {
				do(t, m, "ana", rooms.Entry{Room: id, Type: rooms.Kick, Target: name(t, "bo")})
			},
			func(m *rooms.Manager, id rooms.ID) {
				if err := m.Leave(t.Context(), actor(t, "bo"), id); err != nil {
					t.Fatal(err)
				}
			},
		} {
			m := open(t, openStore(t), rooms.Options{})
			r, other := create(t, m, "ops", kind, "ana", "bo"), create(t, m, "other", rooms.Public, "ana", "bo")
			f := feedOf(t, attach(t, m, "bo"), r.ID, other.ID)
			say(t, m, r.ID, "ana", "before")
			if got := texts(all(t, f, 10)); !slices.Equal(got, []string{"before"}) {
				t.Fatalf("%s: %q", kind, got)
			}
			out(m, r.ID)
			say(t, m, r.ID, "ana", "secret")
			say(t, m, other.ID, "ana", "beside")
			if got := texts(all(t, f, 10)); !slices.Equal(got, []string{"beside"}) {
				t.Errorf("%s: after the end it has %q", kind, got)
			}
			if ended := f.Ended(); len(ended) != 1 || ended[0].ID != r.ID || f.Len() != 1 {
				t.Errorf("%s: %d rooms ended, %d are followed", kind, len(ended), f.Len())
			}
		}
	}
}

func TestAFeedShowsNewcomersNoPast(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana")
	watcher := feedOf(t, attach(t, m, "kei"), r.ID)
	do(t, m, "ana", rooms.Entry{Room: r.ID, Type: rooms.Set, Detail: rooms.PropHistory, Text: text.NewBody("joined")})
	past := say(t, m, r.ID, "ana", "past")
	join(t, m, r.ID, "bo")
	say(t, m, r.ID, "ana", "now")
	do(t, m, "ana", rooms.Entry{Room: r.ID, Type: rooms.Edit, Ref: past.Seq, Text: text.NewBody("the past, edited")})
	got := all(t, feedOf(t, attach(t, m, "bo"), r.ID), 10)
	if !slices.Equal(texts(got), []string{"now"}) {
		t.Errorf("a newcomer gets %q", texts(got))
	}
	if last := got[len(got)-1]; last.Type != rooms.Edit || !last.Text.IsZero() {
		t.Errorf("and the words of an older message: %q", last.Text)
	}
	if got := all(t, watcher, 10); len(got) > 0 || len(watcher.Ended()) != 1 {
		t.Errorf("who may not read any more gets %d events", len(got))
	}
	if err := attach(t, m, "kei").Feed().Add(t.Context(), r.ID, 0); !errors.Is(err, rooms.ErrNotMember) {
		t.Errorf("and following it is %v", err)
	}
}

func TestAFeedTakesInWhatOneEnters(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	old := create(t, m, "old", rooms.Public, "ana", "bo")
	say(t, m, old.ID, "ana", "past")
	s := attach(t, m, "bo")
	f := feedOf(t, s)
	f.AddMine()
	later := create(t, m, "later", rooms.Private, "ana")
	say(t, m, later.ID, "ana", "before bo")
	if err := m.Invite(t.Context(), actor(t, "ana"), later.ID, name(t, "bo")); err != nil {
		t.Fatal(err)
	}
	join(t, m, later.ID, "bo")
	say(t, m, later.ID, "ana", "welcome")
	say(t, m, old.ID, "ana", "news")
	got := all(t, f, 10)
	slices.SortFunc(got, func(a, b *rooms.Event) int { return int(b.Room - a.Room) })
	if len(got) != 3 || got[0].Type != rooms.Join || got[1].Text.String() != "welcome" || got[2].Text.String() != "news" {
		t.Errorf("it has %v", got)
	}
}

func TestAFeedGoesOnBehindAReadThatFailed(t *testing.T) {
	store := &flawed{Store: openStore(t)}
	m := open(t, store, rooms.Options{Tail: 4})
	r := create(t, m, "ops", rooms.Public, "ana", "bo")
	for i := range 200 {
		say(t, m, r.ID, "ana", fmt.Sprint(i))
	}
	f := feedOf(t, attach(t, m, "bo"), r.ID)
	first, err := f.Poll(t.Context(), 10)
	if err != nil || len(first) != 10 {
		t.Fatalf("%d events, %v", len(first), err)
	}
	store.set(func(s *flawed) { s.read = func() error { return errDisk } })
	var failed error
	var got []*rooms.Event
	for failed == nil && len(got) < 200 {
		var more []*rooms.Event
		more, failed = f.Poll(t.Context(), 50)
		got = append(got, more...)
	}
	if !errors.Is(failed, rooms.ErrUnavailable) {
		t.Fatalf("without its store it reads on: %v", failed)
	}
	store.set(func(s *flawed) { s.read = nil })
	got = append(append(first, got...), all(t, f, 50)...)
	dense(t, got, 202)
}

// dense checks that a list has every event of a room from the first to the last.
func dense(tb testing.TB, list []*rooms.Event, last uint64) {
	tb.Helper()
	for i, e := range list {
		if e.Seq != uint64(i+1) {
			tb.Fatalf("event %d stands where %d is due", e.Seq, i+1)
		}
	}
	if uint64(len(list)) != last {
		tb.Fatalf("it has %d of %d events", len(list), last)
	}
}

func TestWaitingForAFeedEndsWithTheContext(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana")
	f := feedOf(t, attach(t, m, "ana"), r.ID)
	all(t, f, 10)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for {
		if _, err := f.Next(ctx, 10); err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			return
		}
	}
}

// TestAFeedIsWhatTheStoreSays lets people talk in five rooms at once while one of them is put out of two of them and comes
// back, again and again, reads by a feed in irregular steps far behind a short tail, and with reads that fail. What
// it got is compared with the store's log.
func TestAFeedIsWhatTheStoreSays(t *testing.T) {
	const each = 60
	store := &flawed{Store: openStore(t)}
	m := open(t, store, rooms.Options{Tail: 8, Presence: 1})
	var ids []rooms.ID
	for i := range 4 {
		kind := rooms.Public
		if i%2 == 1 {
			kind = rooms.Private
		}
		ids = append(ids, create(t, m, fmt.Sprintf("room%d", i), kind, "ana", "bo", "kei").ID)
	}
	do(t, m, "ana", rooms.Entry{Room: ids[3], Type: rooms.Set, Detail: rooms.PropHistory, Text: text.NewBody("joined")})
	s := attach(t, m, "kei")
	f := feedOf(t, s, ids[0], ids[1])
	f.AddMine()
	from := map[rooms.ID]uint64{ids[0]: 0, ids[1]: 0}
	for _, id := range ids[2:] {
		r, _ := f.Room(id)
		from[id] = r.Seq
	}
	var fails atomic.Uint64
	store.set(func(s *flawed) {
		s.read = func() error {
			if fails.Add(1)%5 == 0 {
				return errDisk
			}
			return nil
		}
	})
	var work sync.WaitGroup
	for i, id := range ids {
		for _, who := range []string{"ana", "bo"} {
			work.Go(func() {
				for n := range each {
					say(t, m, id, who, fmt.Sprintf("%d of %s", n, who))
				}
			})
		}
		if i >= 2 {
			work.Go(func() { comeAndGo(t, m, id) })
		}
	}
	done := make(chan struct{})
	go func() { work.Wait(); close(done) }()
	got := map[rooms.ID][]*rooms.Event{}
	dice := rand.New(rand.NewPCG(1, 2))
	for over := false; !over; {
		select {
		case <-done:
			over = true
		case <-s.Wake():
		}
		for {
			events, err := f.Poll(t.Context(), 1+dice.IntN(100))
			if err != nil {
				if !errors.Is(err, rooms.ErrUnavailable) {
					t.Fatal(err)
				}
				continue
			}
			if len(events) == 0 {
				break
			}
			id := events[0].Room
			got[id] = append(got[id], events...)
		}
	}
	store.set(func(s *flawed) { s.read = nil })
	for _, id := range ids {
		log, err := store.Store.Events(t.Context(), id, 0, 10000)
		if err != nil {
			t.Fatal(err)
		}
		agrees(t, got[id], log, from[id], id == ids[3])
	}
}

// comeAndGo has kei leave a room or be put out of it, and come back.
func comeAndGo(t *testing.T, m *rooms.Manager, id rooms.ID) {
	for n := range 6 {
		if n%2 == 0 {
			do(t, m, "ana", rooms.Entry{Room: id, Type: rooms.Kick, Target: name(t, "kei")})
		} else if err := m.Leave(t.Context(), actor(t, "kei"), id); err != nil {
			t.Error(err)
		}
		say(t, m, id, "ana", "without kei")
		if r, err := m.Room(t.Context(), actor(t, "ana"), id); err == nil && r.Kind == rooms.Private {
			if err := m.Invite(t.Context(), actor(t, "ana"), id, name(t, "kei")); err != nil {
				t.Error(err)
			}
		}
		join(t, m, id, "kei")
	}
}

// agrees compares what kei got of a room with its log: ascending, gaps only where kei was out, and up to the end. Where newcomers are
// shown no past there is nothing of the time in which kei was out.
func agrees(t *testing.T, got []*rooms.Event, log []rooms.Event, after uint64, joined bool) {
	t.Helper()
	kei := name(t, "kei")
	leaves := func(e rooms.Event) bool {
		return e.Type == rooms.Leave && e.Author == kei || e.Type == rooms.Kick && e.Target == kei
	}
	enters := func(e rooms.Event) bool { return e.Type == rooms.Join && e.Author == kei }
	at := after
	for _, e := range got {
		if e.Seq <= at || e.Seq > uint64(len(log)) {
			t.Fatalf("event %d comes after %d", e.Seq, at)
		}
		if of := log[e.Seq-1]; of.Type != e.Type || of.Author != e.Author || of.Text.String() != e.Text.String() {
			t.Fatalf("event %d is %v, and in the store %v", e.Seq, *e, of)
		}
		if e.Seq > at+1 && (!enters(log[e.Seq-1]) || !slices.ContainsFunc(log[at:e.Seq], leaves)) {
			t.Fatalf("the events %d to %d are missing", at+1, e.Seq-1)
		}
		at = e.Seq
	}
	if at != uint64(len(log)) {
		t.Errorf("it ends at %d of %d", at, len(log))
	}
	if !joined {
		return
	}
	out := map[uint64]bool{}
	away := false
	for _, e := range log {
		if enters(e) {
			away = false
		}
		out[e.Seq] = away
		if leaves(e) {
			away = true
		}
	}
	for _, e := range got {
		if out[e.Seq] {
			t.Fatalf("event %d was said while kei was out", e.Seq)
		}
	}
}
