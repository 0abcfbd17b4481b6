package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"parley/rooms"
	"parley/rooms/index"
	"parley/text"
)

// say appends n messages, "word 0" and so on, a second apart.
func say(t testing.TB, s *Store, room rooms.ID, who, word string, n int) {
	t.Helper()
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var batch []rooms.Entry
	for i := range n {
		batch = append(batch, rooms.Entry{Room: room, Type: rooms.Message, Author: person(t, who), Time: start.Add(time.Duration(i) * time.Second),
			Text: text.NewBody(fmt.Sprintf("%s %d", word, i))})
		if len(batch) == 500 || i == n-1 {
			if _, err := s.Append(t.Context(), batch); err != nil {
				t.Fatal(err)
			}
			batch = nil
		}
	}
}

// count searches page by page and returns how many messages there were, and how many searches stopped early.
func count(t testing.TB, s *Store, who string, q rooms.Query) (n, parts int) {
	t.Helper()
	var before rooms.Position
	for {
		found, err := s.Search(t.Context(), rooms.Viewer{Name: person(t, who)}, q, before, 1000)
		if err != nil {
			t.Fatal(err)
		}
		n += len(found.Events)
		if found.Part {
			parts++
		}
		if before = found.Next; before.IsZero() {
			return n, parts
		}
	}
}

// marks is up to where the index of a room is right.
func marks(t testing.TB, s *Store, room rooms.ID) (seq uint64) {
	t.Helper()
	if err := s.view(t.Context(), func(c *conn) error {
		_, err := c.first("SELECT seq FROM search_marks WHERE room = ? AND version = ?", func(r row) { seq = r.uint(0) }, int64(room), int64(index.Version))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return seq
}

// forget makes the database one that has no index.
func forget(t testing.TB, s *Store) {
	t.Helper()
	if err := s.catchUp(t.Context(), nil, 0); err != nil { // or the indexer goes on with what it began
		t.Fatal(err)
	}
	if err := s.update(t.Context(), func(c *conn) error {
		return c.script(context.Background(), "DELETE FROM search_marks; DELETE FROM search_blocks")
	}); err != nil {
		t.Fatal(err)
	}
}

func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	late := time.After(20 * time.Second)
	for !cond() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("it did not come about that %s", what)
		}
	}
}

// TestSearchWithoutAnIndex is the state of a large database right after its upgrade.
func TestSearchWithoutAnIndex(t *testing.T) {
	s := newRoom(t, busyTimeout)
	const n = maxTail + 3000
	say(t, s, 1, "alice", "word", n)
	queries := map[string]rooms.Query{
		"all":        {Words: []string{"word"}},
		"none":       {Words: []string{"nothing"}},
		"one":        {Words: []string{"word 77"}, Before: time.Date(2026, 3, 1, 0, 5, 0, 0, time.UTC)},
		"a negation": {Without: []string{"7"}},
	}
	want := map[string]int{}
	if err := s.catchUp(t.Context(), nil, 0); err != nil {
		t.Fatal(err)
	}
	for what, q := range queries {
		want[what], _ = count(t, s, "alice", q)
	}
	if want["all"] != n || want["none"] != 0 || want["one"] != 1 {
		t.Fatalf("with an index it finds %v", want)
	}
	forget(t, s)
	for what, q := range queries {
		if got, _ := count(t, s, "alice", q); got != want[what] {
			t.Errorf("%s: without an index it finds %d, with it %d", what, got, want[what])
		}
	}
}

// TestSearchStopsAndGoesOn bounds how much one search reads.
func TestSearchStopsAndGoesOn(t *testing.T) {
	s := newRoom(t, busyTimeout)
	const n = (maxWork/logWork + 20) * index.Span
	say(t, s, 1, "alice", "word", n)
	forget(t, s) // reading the log is more work than reading blocks
	found, err := s.Search(t.Context(), rooms.Viewer{Name: person(t, "alice")}, rooms.Query{Words: []string{"nothing"}}, rooms.Position{}, 50)
	if err != nil || !found.Part || found.Next.IsZero() || len(found.Events) != 0 {
		t.Fatalf("a search through more than it may read answers %+v (%v)", found, err)
	}
	if got, parts := count(t, s, "alice", rooms.Query{Words: []string{"word 777"}}); got != 1+10+100 || parts == 0 {
		t.Errorf("it finds %d in %d parts", got, parts)
	}
	if got, _ := count(t, s, "alice", rooms.Query{Words: []string{"word 77"}, Before: time.Date(2026, 3, 1, 0, 5, 0, 0, time.UTC)}); got != 1 {
		t.Errorf("at the far end it finds %d messages, want 1", got)
	}
}

// TestIndexIsBuiltBehindPosts waits for the index and takes it away again, as a crash between the log and the index does.
func TestIndexIsBuiltBehindPosts(t *testing.T) {
	s := newRoom(t, busyTimeout)
	say(t, s, 1, "alice", "word", indexEvery+10)
	eventually(t, "the index follows", func() bool { return marks(t, s, 1) >= indexEvery })
	forget(t, s)
	path := s.path
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	eventually(t, "the index is made after the start", func() bool { return marks(t, s, 1) >= indexEvery })
	if got, _ := count(t, s, "alice", rooms.Query{Words: []string{"word"}}); got != indexEvery+10 {
		t.Errorf("it finds %d messages, want %d", got, indexEvery+10)
	}
}

// TestErasedWordsLeaveTheIndex looks into the blocks for what was deleted.
func TestErasedWordsLeaveTheIndex(t *testing.T) {
	s := newRoom(t, busyTimeout)
	say(t, s, 1, "alice", "secret", 1)
	if err := s.catchUp(t.Context(), nil, 0); err != nil {
		t.Fatal(err)
	}
	held := func() (n int64) {
		if err := s.view(t.Context(), func(c *conn) error {
			_, err := c.first("SELECT count(*) FROM search_blocks WHERE instr(docs, CAST('secret' AS BLOB)) > 0", func(r row) { n = r.int(0) })
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if held() != 1 {
		t.Fatal("the block does not hold the message")
	}
	room, err := s.Room(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.Append(t.Context(), []rooms.Entry{{Room: 1, Type: rooms.Delete, Author: person(t, "alice"), Ref: room.Seq, Time: time.Now()}})
	if err != nil || res[0].Err != nil {
		t.Fatal(err, res)
	}
	eventually(t, "the word is gone from the blocks", func() bool { return held() == 0 })
}

// ending is a context that ends after it was asked some times.
type ending struct {
	context.Context
	left atomic.Int64
}

func (c *ending) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

func TestSearchEndsWithItsContext(t *testing.T) {
	s := newRoom(t, busyTimeout)
	say(t, s, 1, "alice", "word", 20*index.Span)
	if err := s.catchUp(t.Context(), nil, 0); err != nil {
		t.Fatal(err)
	}
	steps, before := int64(0), rooms.Position{}
	for n := int64(0); ; n++ {
		ctx := &ending{Context: t.Context()}
		ctx.left.Store(n)
		found, err := s.Search(ctx, rooms.Viewer{Name: person(t, "alice")}, rooms.Query{NotFrom: []text.Name{person(t, "alice")}}, before, 50)
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("an ended search answers %v", err)
			}
			continue
		}
		steps += n
		if !found.Part {
			break
		}
		before, n = found.Next, -1 // its time was over, as it may be on a slow machine: the rest is another search
	}
	if steps < 20 {
		t.Errorf("the search looks at its context %d times only", steps)
	}
	for range readers + 1 { // no connection is left in a transaction
		if got, _ := count(t, s, "alice", rooms.Query{Words: []string{"word 7"}}); got == 0 {
			t.Error("after that nothing is found any more")
		}
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}
