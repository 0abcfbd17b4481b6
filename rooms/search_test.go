package rooms_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// stuckSearches is a store whose searches last until their context ends.
type stuckSearches struct {
	rooms.Store
	under, most atomic.Int32
	begun       chan struct{} // capacity for all of a test
}

func (s *stuckSearches) Search(ctx context.Context, _ rooms.Viewer, _ rooms.Query, _ rooms.Position, _ int) (rooms.Found, error) {
	n := s.under.Add(1)
	defer s.under.Add(-1)
	for most := s.most.Load(); n > most && !s.most.CompareAndSwap(most, n); most = s.most.Load() {
	}
	s.begun <- struct{}{}
	<-ctx.Done()
	return rooms.Found{}, ctx.Err()
}

// TestSearchesDoNotHoldUpPosts lets many search at once, and one post.
func TestSearchesDoNotHoldUpPosts(t *testing.T) {
	store := &stuckSearches{Store: openStore(t), begun: make(chan struct{}, 16)}
	m := open(t, store, rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana")
	ctx, cancel := context.WithCancel(t.Context())
	answers := make(chan error, 8)
	for range cap(answers) {
		go func() {
			_, err := m.Search(ctx, actor(t, "ana"), rooms.Query{Words: []string{"x"}}, rooms.Position{}, 10)
			answers <- err
		}()
	}
	for range 2 {
		<-store.begun
	}
	if e := say(t, m, r.ID, "ana", "meanwhile"); e.Seq != 2 {
		t.Errorf("the post is %+v", e)
	}
	if _, err := m.Events(t.Context(), actor(t, "ana"), r.ID, 0, 10); err != nil {
		t.Errorf("reading meanwhile: %v", err)
	}
	cancel()
	for range cap(answers) {
		select {
		case err := <-answers:
			if !errors.Is(err, context.Canceled) {
				t.Errorf("a search that was given up answers %v", err)
			}
		case <-time.After(patience):
			t.Fatal("a search that was given up does not end")
		}
	}
	if most := store.most.Load(); most != 2 {
		t.Errorf("%d searches ran at once", most)
	}
}

func TestSearchIsLimited(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{Limits: rooms.Limits{SearchRate: 0.001, SearchBurst: 3}})
	create(t, m, "ops", rooms.Public, "ana")
	search := func(who string) error {
		_, err := m.Search(t.Context(), actor(t, who), rooms.Query{Words: []string{"x"}}, rooms.Position{}, 10)
		return err
	}
	for range 3 {
		if err := search("ana"); err != nil {
			t.Fatal(err)
		}
	}
	var rate *rooms.RateError
	if err := search("ana"); !errors.As(err, &rate) || rate.After <= 0 {
		t.Errorf("the fourth search at once answers %v", err)
	}
	if err := search("bo"); err != nil {
		t.Errorf("somebody else: %v", err)
	}
}

// TestSearchSeesWhatOneMayRead compares what people find in rooms of each kind with what they may read.
func TestSearchSeesWhatOneMayRead(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	var all []rooms.Room
	for _, kind := range []rooms.Kind{rooms.Public, rooms.Private} {
		all = append(all, create(t, m, string(kind), kind, "ana", "bo"))
	}
	direct, err := m.DirectRoom(t.Context(), actor(t, "ana"), []text.Name{name(t, "bo")})
	if err != nil {
		t.Fatal(err)
	}
	all = append(all, direct)
	for _, r := range all {
		say(t, m, r.ID, "ana", "needle")
	}
	if err := m.Leave(t.Context(), actor(t, "bo"), all[1].ID); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[string]int{"ana": 3, "bo": 2, "kei": 1} {
		found, err := m.Search(t.Context(), actor(t, who), rooms.Query{Words: []string{"needle"}}, rooms.Position{}, 10)
		if err != nil || len(found.Events) != want {
			t.Errorf("%s finds %d (%v), want %d", who, len(found.Events), err, want)
		}
	}
	guest := rooms.Actor{Name: text.GuestName(1), Guest: true}
	if found, err := m.Search(t.Context(), guest, rooms.Query{Words: []string{"needle"}}, rooms.Position{}, 10); err != nil || len(found.Events) != 0 {
		t.Errorf("a guest finds %+v (%v)", found, err)
	}
}
