package rooms_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// TestMemoryIsWhatTheStoreSaysAfterAStorm lets twelve people do everything at
// once, from several terminals each, with rooms forgotten as soon as they are
// idle, and then compares memory with the store.
func TestMemoryIsWhatTheStoreSaysAfterAStorm(t *testing.T) {
	for _, c := range []struct {
		tail int
		idle time.Duration
	}{{4, time.Nanosecond}, {64, 5 * time.Millisecond}, {256, time.Minute}} {
		t.Run(fmt.Sprintf("tail=%d", c.tail), func(t *testing.T) {
			store := &flawed{Store: openStore(t)}
			m := open(t, store, rooms.Options{Tail: c.tail, Idle: c.idle, Presence: time.Millisecond})
			var ids []rooms.ID
			for i, kind := range []rooms.Kind{rooms.Public, rooms.Public, rooms.Private} {
				ids = append(ids, create(t, m, fmt.Sprintf("room%d", i), kind, "owner").ID)
			}
			var mu sync.Mutex
			var open []*rooms.Session
			var work sync.WaitGroup
			for i := range 12 {
				work.Go(func() {
					left := stormy(t, m, ids, i)
					mu.Lock()
					defer mu.Unlock()
					open = append(open, left...)
				})
			}
			work.Wait()
			for _, s := range open {
				defer s.Close()
			}
			if t.Failed() {
				return
			}
			if err := m.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			eventually(t, "every inbox is what the store has", func() bool {
				for _, s := range open {
					if differs(t, store.Store, s) {
						return false
					}
				}
				return true
			})
			for _, id := range ids {
				agree(t, store.Store, m, id, open...)
			}
			if n := m.Stats().Panics; n != 0 {
				t.Errorf("%d panics", n)
			}
		})
	}
}

// stormy is one person for 150 steps; it returns the sessions that are left.
func stormy(t *testing.T, m *rooms.Manager, ids []rooms.ID, seed int) (open []*rooms.Session) {
	ctx := context.Background()
	r := rand.New(rand.NewPCG(uint64(seed), 7))
	// Two people share a name each, as one with two machines does.
	who := actor(t, fmt.Sprintf("p%d", seed/2))
	for step := range 150 {
		id := ids[r.IntN(len(ids))]
		var err error
		switch r.IntN(12) {
		case 0:
			_, err = m.Join(ctx, who, id)
		case 1:
			err = m.Leave(ctx, who, id)
		case 2:
			err = m.Invite(ctx, rooms.Actor{Name: name(t, "owner")}, ids[2], who.Name)
		case 3:
			err = m.SetTopic(ctx, who, id, text.NewLine(fmt.Sprint(step), 40))
		case 4, 5, 6:
			_, err = m.Post(ctx, who, message(id, fmt.Sprintf("@p%d @p%d", r.IntN(6), r.IntN(6))))
		case 7:
			var s *rooms.Session
			if s, err = m.Attach(ctx, who, rooms.SessionInfo{}); err == nil {
				open = append(open, s)
			}
		case 8:
			if len(open) > 2 {
				open[0].Close()
				open = open[1:]
			}
		case 9:
			err = m.MarkRead(ctx, who, id, r.Uint64N(200))
		default:
			for _, s := range open {
				err = errors.Join(err, s.Focus(ctx, id, r.IntN(2) == 0))
				s.Presence()
				s.Mark(id, s.Head().Seq-r.Uint64N(s.Head().Seq+1))
				s.SetPlace(id, rooms.Place{Draft: fmt.Sprint(step)})
				s.Changes()
			}
		}
		for _, ok := range []error{rooms.ErrNoRoom, rooms.ErrNotMember, rooms.ErrMember, rooms.ErrNotInvited} {
			if errors.Is(err, ok) {
				err = nil
			}
		}
		if err != nil {
			t.Errorf("%s, step %d: %v", who.Name, step, err)
			return open
		}
	}
	return open
}

func TestPostsAreHeldBackAndLimitsChangeWhileRunning(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{Limits: rooms.Limits{PostRate: 0.001, PostBurst: 2, JoinRate: 0.001, JoinBurst: 2, CreateRate: 0.001, CreateBurst: 1}})
	r := create(t, m, "ops", rooms.Public, "ana", "bo")
	say(t, m, r.ID, "ana", "one")
	say(t, m, r.ID, "ana", "two, a paste of\nmany\nlines is one message")
	var held *rooms.RateError
	if _, err := m.Post(t.Context(), actor(t, "ana"), message(r.ID, "three")); !errors.As(err, &held) || held.What != "messages" {
		t.Errorf("the third message: %v", err)
	}
	if _, err := m.Create(t.Context(), actor(t, "ana"), rooms.Room{Name: roomName(t, "more"), Kind: rooms.Public}); !errors.As(err, &held) {
		t.Errorf("the second creation: %v", err)
	}
	if err := m.Leave(t.Context(), actor(t, "bo"), r.ID); err != nil {
		t.Error(err)
	}
	if _, err := m.Join(t.Context(), actor(t, "bo"), r.ID); !errors.As(err, &held) || held.What != "joins" {
		t.Errorf("the third join or leave: %v", err)
	}
	m.SetLimits(rooms.Limits{})
	say(t, m, r.ID, "ana", "three")
	join(t, m, r.ID, "bo")
}
