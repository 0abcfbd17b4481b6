package rooms_test

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"parley/rooms"
)

// once makes the store call fn the first time that it has read such a thing and not yet returned it.
func (f *flawed) once(what string, fn func()) {
	var once sync.Once
	f.set(func(f *flawed) {
		f.loaded = func(got string) {
			if got == what {
				once.Do(fn)
			}
		}
	})
}

func TestARoomThatIsLoadedWhileAnotherNodePosts(t *testing.T) {
	w := &wire{every: time.Hour, rand: rand.New(rand.NewPCG(1, 2))}
	store := &flawed{Store: openStore(t)}
	here := openOn(t, store.Store, w.node(), rooms.Options{})
	there := openOn(t, store, w.node(), rooms.Options{})
	r := create(t, here, "ops", rooms.Public, "ana")
	bo := attach(t, there, "bo")
	var e *rooms.Event
	store.once("room", func() {
		e = say(t, here, r.ID, "ana", "just now")
		w.settle(t)
	})
	focus(t, bo, r.ID, false)
	if got := bo.Head().Seq; e == nil || got != e.Seq {
		t.Errorf("the room was loaded with head %d, though %v had passed by", got, e)
	}
	agree(t, store.Store, there, r.ID, bo)
}

func TestAnInboxThatIsLoadedWhileARoomOfItGoesOn(t *testing.T) {
	store := &flawed{Store: openStore(t)}
	m := open(t, store, rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana", "bo", "kei")
	ana := attach(t, m, "ana")
	store.once("inbox", func() { say(t, m, r.ID, "ana", "@bo between") })
	bo := attach(t, m, "bo")
	if n, mentions := unread(t, bo, r.ID); n != 1 || mentions != 1 {
		t.Errorf("bo has %d unread and %d mentions, want 1 and 1", n, mentions)
	}
	// The same where the membership itself changes.
	store.once("inbox", func() {
		if err := m.Leave(t.Context(), actor(t, "kei"), r.ID); err != nil {
			t.Error(err)
		}
	})
	kei := attach(t, m, "kei")
	if got := kei.Inbox(nil); len(got) != 0 {
		t.Errorf("kei left while logging in and has %+v", got)
	}
	drain(kei)
	say(t, m, r.ID, "ana", "gone")
	if !quiet(kei) {
		t.Error("kei left while logging in and is woken by the room")
	}
	agree(t, store.Store, m, r.ID, ana, bo, kei)
}

func TestMembersThatAreLoadedWhileSomebodyJoins(t *testing.T) {
	store := &flawed{Store: openStore(t)}
	first := open(t, store, rooms.Options{})
	r := create(t, first, "ops", rooms.Public, "ana")
	if err := first.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	m := open(t, store, rooms.Options{})
	ana, kei := attach(t, m, "ana"), attach(t, m, "kei")
	store.once("members", func() { join(t, m, r.ID, "kei") })
	focus(t, ana, r.ID, true)
	if got := people(ana.Presence()); got != "ana+ kei+" {
		t.Errorf("present: %s", got)
	}
	agree(t, store.Store, m, r.ID, ana, kei)
}

func TestAMarkThatIsSetWhileTheInboxIsReadAgain(t *testing.T) {
	w := &wire{every: time.Hour, rand: rand.New(rand.NewPCG(1, 2))}
	store := &flawed{Store: openStore(t)}
	here := openOn(t, store.Store, w.node(), rooms.Options{})
	there := openOn(t, store, w.node(), rooms.Options{})
	r := create(t, here, "ops", rooms.Public, "ana", "bo")
	say(t, here, r.ID, "ana", "one")
	last := say(t, here, r.ID, "ana", "two")
	bo := attach(t, there, "bo")
	marked := make(chan bool)
	store.once("inbox", func() {
		bo.Mark(r.ID, last.Seq)
		close(marked)
	})
	// Another node sets an older mark and tells of it.
	if err := here.MarkRead(t.Context(), actor(t, "bo"), r.ID, last.Seq-1); err != nil {
		t.Fatal(err)
	}
	<-marked
	if err := there.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	agree(t, store.Store, there, r.ID, bo)
	if n, _ := unread(t, bo, r.ID); n != 0 {
		t.Errorf("the mark that was set last is lost: %d unread", n)
	}
}
