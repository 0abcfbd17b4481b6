package rooms_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/rooms"
)

func TestEveryReaderSeesADenseLog(t *testing.T) {
	const people, each, writers = 200, 1000, 10
	m := open(t, openStore(t), rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "owner")
	batchJoin(t, m, r.ID, people)
	first := uint64(people) + 1
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
	defer cancel()
	var reading, writing sync.WaitGroup
	logs := make([][]*rooms.Event, people)
	for i := range people {
		s := attach(t, m, fmt.Sprintf("p%d", i))
		focus(t, s, r.ID, i%2 == 0)
		reading.Go(func() {
			var err error
			if logs[i], err = follow(ctx, s, r.ID, first+each); err != nil {
				t.Errorf("reader %d: %v", i, err)
			}
		})
	}
	for w := range writers {
		who := actor(t, fmt.Sprintf("p%d", w))
		writing.Go(func() {
			for i := range each / writers {
				if _, err := m.Post(ctx, who, message(r.ID, fmt.Sprintf("%d of %d", i, w))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	reading.Wait()
	for i := range logs {
		if !slices.Equal(logs[i], logs[0]) {
			// The same pointers: one event is one value, however many read it. The tail may
			// have moved on for some, who got theirs from a page.
			same := slices.EqualFunc(logs[i], logs[0], rooms.Same)
			if !same {
				t.Fatalf("reader %d saw another log than reader 0", i)
			}
		}
	}
}

func TestAReaderThatNeverReadsDelaysNobody(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana", "bo", "stuck")
	for range 20 {
		s := attach(t, m, "stuck")
		focus(t, s, r.ID, true)
	}
	bo := attach(t, m, "bo")
	focus(t, bo, r.ID, true)
	c := bo.Cursor(r.ID, r.Seq)
	var late []time.Duration
	for i := range 500 {
		start := time.Now()
		say(t, m, r.ID, "ana", fmt.Sprint(i))
		list, err := c.Next(t.Context(), 10)
		if err != nil || len(list) != 1 {
			t.Fatalf("bo reads %d events, err %v", len(list), err)
		}
		late = append(late, time.Since(start))
	}
	slices.Sort(late)
	if p99 := late[len(late)*99/100]; p99 > time.Second {
		t.Errorf("beside readers that never read the p99 of a post is %v", p99)
	}
}

func TestAReaderFarBehindReadsFromTheStoreOnceForAll(t *testing.T) {
	s := &flawed{Store: openStore(t)}
	m := open(t, s, rooms.Options{Tail: 64})
	r := create(t, m, "ops", rooms.Public, "ana")
	for i := range 1000 {
		say(t, m, r.ID, "ana", fmt.Sprint(i))
	}
	before := s.reads.Load()
	var wg sync.WaitGroup
	for i := range 100 {
		who := attach(t, m, fmt.Sprintf("p%d", i))
		wg.Go(func() {
			list, err := who.Events(context.Background(), r.ID, 100, 300)
			if err != nil || len(list) != 300 || list[0].Seq != 101 || list[299].Seq != 400 {
				t.Errorf("events 101 to 400: got %d, err %v", len(list), err)
			}
		})
	}
	wg.Wait()
	// Who asks while somebody's read is under way shares it; on a busy machine some ask later.
	if n := s.reads.Load() - before; n > 50 {
		t.Errorf("a hundred people who read the same 300 events made %d reads of the store", n)
	}
}

func TestReadingAtTheEdges(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{Tail: 10})
	r := create(t, m, "ops", rooms.Public, "ana")
	for i := range 149 {
		say(t, m, r.ID, "ana", fmt.Sprint(i))
	}
	const head = 150
	s := attach(t, m, "ana")
	focus(t, s, r.ID, false)
	for _, c := range []struct {
		after        uint64
		limit        int
		first, count uint64
	}{
		{0, 1, 1, 1}, {0, 64, 1, 64}, {0, 65, 1, 65}, {63, 2, 64, 2}, {100, 1000, 101, 50}, {139, 5, 140, 5},
		{140, 10, 141, 10}, {149, 10, 150, 1}, {head, 10, 0, 0}, {head + 5, 10, 0, 0}, {3, 0, 0, 0}, {3, -1, 0, 0},
		{1<<64 - 1, 10, 0, 0},
	} {
		list, err := s.Events(t.Context(), r.ID, c.after, c.limit)
		if err != nil || uint64(len(list)) != c.count || c.count > 0 && list[0].Seq != c.first {
			t.Errorf("Events(after %d, limit %d): %d from %v, err %v", c.after, c.limit, len(list), list, err)
		}
	}
	for _, c := range []struct {
		before       uint64
		limit        int
		first, count uint64
	}{
		{head + 1, 10, 141, 10}, {head + 1, 11, 140, 11}, {1<<64 - 1, 1, 150, 1}, {65, 64, 1, 64}, {2, 10, 1, 1},
		{1, 10, 0, 0}, {0, 10, 0, 0}, {50, 0, 0, 0}, {151, 1000, 1, 150},
	} {
		list, err := s.EventsBefore(t.Context(), r.ID, c.before, c.limit)
		if err != nil || uint64(len(list)) != c.count || c.count > 0 && list[0].Seq != c.first {
			t.Errorf("EventsBefore(%d, limit %d): %d from %v, err %v", c.before, c.limit, len(list), list, err)
		}
	}
}

func TestReadingFailsPlainlyAndRecovers(t *testing.T) {
	s := &flawed{Store: openStore(t)}
	m := open(t, s, rooms.Options{Tail: 4})
	r := create(t, m, "ops", rooms.Public, "ana")
	for i := range 100 {
		say(t, m, r.ID, "ana", fmt.Sprint(i))
	}
	ana := attach(t, m, "ana")
	s.set(func(s *flawed) { s.read = func() error { return errDisk } })
	if _, err := ana.Events(t.Context(), r.ID, 0, 10); err == nil || err.Error() != rooms.ErrUnavailable.Error() {
		t.Errorf("reading history from a store that fails: %v", err)
	}
	if list, err := ana.Events(t.Context(), r.ID, 98, 10); err != nil || len(list) != 3 {
		t.Errorf("what is in memory can be read even so: %d, err %v", len(list), err)
	}
	s.set(func(s *flawed) { s.read = func() error { panic("broken driver") } })
	if _, err := ana.Events(t.Context(), r.ID, 0, 10); err == nil {
		t.Error("reading through a panic succeeded")
	}
	s.set(func(s *flawed) { s.read = nil })
	if list, err := ana.Events(t.Context(), r.ID, 0, 10); err != nil || len(list) != 10 {
		t.Errorf("after the store recovered: %d, err %v", len(list), err)
	}
}

func TestAWakeIsOneHoweverMuchHappened(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana", "bo")
	other := create(t, m, "other", rooms.Public, "ana", "bo")
	third := create(t, m, "third", rooms.Public, "ana", "bo")
	bo := attach(t, m, "bo")
	focus(t, bo, r.ID, false)
	drain(bo)
	for range 10 {
		say(t, m, other.ID, "ana", "elsewhere")
	}
	if quiet(bo) {
		t.Fatal("bo was not woken by a room that the sidebar shows")
	}
	if got := bo.Changes(); got != rooms.CountsChanged {
		t.Errorf("changes after posts elsewhere: %b, want %b", got, rooms.CountsChanged)
	}
	if got := bo.Counted(); got != other.ID {
		t.Errorf("the room with other counts is %d, want %d", got, other.ID)
	}
	if !quiet(bo) {
		t.Error("ten posts were more than one wake")
	}
	say(t, m, other.ID, "ana", "elsewhere")
	say(t, m, third.ID, "ana", "and elsewhere")
	if got := bo.Changes(); got&rooms.InboxChanged == 0 {
		t.Errorf("changes after posts in two other rooms: %b, want %b", got, rooms.InboxChanged)
	}
	bo.Counted()
	drain(bo)
	say(t, m, r.ID, "ana", "here")
	if quiet(bo) {
		t.Fatal("bo was not woken by the shown room")
	}
	if got := bo.Changes(); got != rooms.RoomChanged {
		t.Errorf("changes after a post here: %b", got)
	}
}

// TestFollowersOfAThreadAreToldOfItInItsRoom: who shows a room takes its counts for read with its messages, but not
// those of its threads.
func TestFollowersOfAThreadAreToldOfItInItsRoom(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana", "bo")
	root := say(t, m, r.ID, "ana", "deploy is green")
	ana, bo := attach(t, m, "ana"), attach(t, m, "bo")
	focus(t, ana, r.ID, false)
	focus(t, bo, r.ID, false)
	drain(ana)
	drain(bo)
	answer := message(r.ID, "which ticket?")
	answer.Thread = root.Seq
	if _, err := m.Post(t.Context(), actor(t, "bo"), answer); err != nil {
		t.Fatal(err)
	}
	if got := ana.Changes(); got != rooms.RoomChanged|rooms.CountsChanged {
		t.Errorf("changes for who follows the thread: %b, want %b", got, rooms.RoomChanged|rooms.CountsChanged)
	}
	if got := ana.Counted(); got != r.ID {
		t.Errorf("the room with other counts is %d, want %d", got, r.ID)
	}
	if row, _ := ana.Membership(r.ID); row.Threads != 1 {
		t.Errorf("ana has %d new messages in threads, want 1", row.Threads)
	}
	if got := bo.Changes(); got != rooms.RoomChanged {
		t.Errorf("changes for who wrote in it: %b, want %b", got, rooms.RoomChanged)
	}
}
