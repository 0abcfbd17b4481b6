package rooms_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"parley/rooms"
)

// wire joins nodes by a bus as bad as one may be: it loses a part of the
// notes, doubles some, and delivers some late. One goroutine per node delivers.
type wire struct {
	lose, double, late float64 // shares of the notes
	every              time.Duration

	mu    sync.Mutex
	rand  *rand.Rand
	nodes []*node
}

// node is one end of a wire: a rooms.Bus.
type node struct {
	w *wire

	mu    sync.Mutex
	queue []rooms.Note
	busy  bool
	more  chan struct{} // one slot
}

func (w *wire) node() *node {
	n := &node{w: w, more: make(chan struct{}, 1)}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.nodes = append(w.nodes, n)
	return n
}

func (n *node) Poll() time.Duration { return n.w.every }

func (n *node) Publish(note rooms.Note) {
	n.w.mu.Lock()
	defer n.w.mu.Unlock()
	for _, to := range n.w.nodes {
		if to == n || n.w.rand.Float64() < n.w.lose {
			continue
		}
		times := 1
		if n.w.rand.Float64() < n.w.double {
			times = 2
		}
		for range times {
			to.take(note, n.w.rand.Float64() < n.w.late)
		}
	}
}

func (n *node) take(note rooms.Note, late bool) {
	n.mu.Lock()
	n.queue = append(n.queue, note)
	if last := len(n.queue) - 1; late && last > 0 {
		n.queue[last], n.queue[last-1] = n.queue[last-1], n.queue[last]
	}
	n.mu.Unlock()
	select {
	case n.more <- struct{}{}:
	default:
	}
}

// settle returns when every note that was published so far has been delivered.
func (w *wire) settle(tb testing.TB) {
	tb.Helper()
	w.mu.Lock()
	nodes := w.nodes
	w.mu.Unlock()
	for _, n := range nodes {
		eventually(tb, "the notes are delivered", func() bool {
			n.mu.Lock()
			defer n.mu.Unlock()
			return len(n.queue) == 0 && !n.busy
		})
	}
}

func (n *node) Subscribe(fn func(rooms.Note)) (cancel func()) {
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			n.mu.Lock()
			queue := n.queue
			n.queue, n.busy = nil, len(n.queue) > 0
			n.mu.Unlock()
			for _, note := range queue {
				fn(note)
			}
			if len(queue) > 0 {
				continue
			}
			select {
			case <-n.more:
			case <-stop:
				return
			}
		}
	}()
	return func() { close(stop); <-done }
}

func TestNodesShowTheSameLogWhateverTheBusDoes(t *testing.T) {
	for _, c := range []struct {
		name               string
		lose, double, late float64
		every              time.Duration
	}{
		{"faithful", 0, 0, 0, time.Hour},
		{"doubles", 0, 0.5, 0, time.Hour},
		{"reorders", 0, 0, 0.5, time.Hour},
		{"loses some, doubles some, reorders some", 0.3, 0.3, 0.3, 20 * time.Millisecond},
		{"loses all", 1, 0, 0, 20 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &wire{lose: c.lose, double: c.double, late: c.late, every: c.every, rand: rand.New(rand.NewPCG(1, 2))}
			twoNodes(t, w)
		})
	}
}

func twoNodes(t *testing.T, w *wire) {
	store := openStore(t)
	var nodes []*rooms.Manager
	for range 2 {
		nodes = append(nodes, openOn(t, store, w.node(), rooms.Options{Tail: 32}))
	}
	r := create(t, nodes[0], "ops", rooms.Public, "owner")
	const people, each = 10, 20
	var sessions []*rooms.Session
	for i := range people {
		join(t, nodes[i%2], r.ID, fmt.Sprintf("p%d", i))
	}
	for i := range people {
		// Everybody is on both nodes.
		for _, m := range nodes {
			s := attach(t, m, fmt.Sprintf("p%d", i))
			focus(t, s, r.ID, true)
			sessions = append(sessions, s)
		}
	}
	last := uint64(1 + people + people*each)
	chatter(t, nodes, sessions, r.ID, people, each, last)
	if t.Failed() {
		return
	}
	// Half of them read all on one node, go away, or are invited elsewhere.
	for i, s := range sessions {
		switch i % 4 {
		case 0:
			s.Mark(r.ID, last)
		case 3:
			s.Mark(r.ID, last-uint64(i))
		}
	}
	if err := nodes[0].Leave(t.Context(), actor(t, "p0"), r.ID); err != nil {
		t.Fatal(err)
	}
	private := create(t, nodes[1], "secret", rooms.Private, "owner")
	if err := nodes[1].Invite(t.Context(), actor(t, "owner"), private.ID, name(t, "p2")); err != nil {
		t.Fatal(err)
	}
	for _, m := range nodes { // what one node stores late would be news to the other while it is compared
		if err := m.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for i, m := range nodes {
		eventually(t, fmt.Sprintf("node %d has what the store has", i), func() bool {
			for k, s := range sessions {
				if k%2 == i && differs(t, store, s) {
					return false
				}
			}
			return true
		})
		for k, s := range sessions {
			if k%2 == i {
				agree(t, store, m, r.ID, s)
			}
		}
	}
}

// chatter lets everybody post on both nodes by turns, while every session reads up to last.
func chatter(t *testing.T, nodes []*rooms.Manager, sessions []*rooms.Session, room rooms.ID, people, each int, last uint64) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var work sync.WaitGroup
	for _, s := range sessions {
		work.Go(func() {
			if _, err := follow(ctx, s, room, last); err != nil {
				t.Errorf("%s: %v", s.Who().Name, err)
			}
		})
	}
	for i := range people {
		who := actor(t, fmt.Sprintf("p%d", i))
		work.Go(func() {
			for k := range each {
				p := message(room, fmt.Sprintf("%d @p%d", k, (i+1)%people))
				if _, err := nodes[k%2].Post(ctx, who, p); err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Wait()
}

func TestAnInboxOnAnotherNodeLearnsOfInvitationsAndMarks(t *testing.T) {
	w := &wire{every: time.Hour, rand: rand.New(rand.NewPCG(1, 2))}
	store := openStore(t)
	here, there := openOn(t, store, w.node(), rooms.Options{}), openOn(t, store, w.node(), rooms.Options{})
	r := create(t, here, "secret", rooms.Private, "ana")
	kei := attach(t, there, "kei")
	if err := here.Invite(t.Context(), actor(t, "ana"), r.ID, name(t, "kei")); err != nil {
		t.Fatal(err)
	}
	wait(t, kei, "the invitation", func() bool { return len(kei.Inbox(nil)) == 1 })
	if got := kei.Notices(); len(got) != 1 || got[0].String() != "you are invited to #secret: /accept #secret or /decline #secret" {
		t.Errorf("notices: %v", got)
	}
	join(t, there, r.ID, "kei")
	e := say(t, here, r.ID, "ana", "@kei welcome")
	wait(t, kei, "the mention", func() bool { ms, _ := kei.Membership(r.ID); return ms.Mentions == 1 })
	if err := here.MarkRead(t.Context(), actor(t, "kei"), r.ID, e.Seq); err != nil {
		t.Fatal(err)
	}
	wait(t, kei, "the mark of the other node", func() bool { ms, _ := kei.Membership(r.ID); return ms.Mentions == 0 && ms.Unread() == 0 })
	agree(t, store, there, r.ID, kei)
}
