package storetest

import (
	"fmt"
	"testing"
	"time"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// Store is what a database has to be: rooms and identities in one.
type Store interface {
	rooms.Store
	keys.Ledger
}

// Harness says how the suite gets at the stores under test.
type Harness struct {
	// Open returns a new, empty store, closed when the test ends.
	Open func(testing.TB) Store
	// Reopen closes a store that Open returned and opens the same data again.
	Reopen func(testing.TB, Store) Store
	// Restore opens the file that Backup made as a store of its own, closed when the test ends.
	Restore func(tb testing.TB, path string) Store
	// Settle returns when the store has done what it does behind posts, such as an index; nil if there is nothing.
	Settle func(testing.TB, Store)
}

func (h Harness) settle(tb testing.TB, s Store) {
	if h.Settle != nil {
		h.Settle(tb, s)
	}
}

func name(tb testing.TB, s string) text.Name {
	tb.Helper()
	n, err := text.ReadName(s)
	if err != nil {
		tb.Fatalf("%q is not a name: %v", s, err)
	}
	return n
}

func roomName(tb testing.TB, s string) text.RoomName {
	tb.Helper()
	n, err := text.ParseRoomName(s)
	if err != nil {
		tb.Fatalf("%q is not a room's name: %v", s, err)
	}
	return n
}

// at is a time of the tests: the nth second of a day.
func at(n int) time.Time {
	return time.Date(2026, 3, 1, 0, 0, n, 0, time.UTC)
}

// append1 appends one entry and returns its result.
func append1(tb testing.TB, s rooms.Store, e rooms.Entry) rooms.Result {
	tb.Helper()
	results, err := s.Append(tb.Context(), []rooms.Entry{e})
	if err != nil {
		tb.Fatalf("%s by %s: %v", e.Type, e.Author, err)
	}
	if len(results) != 1 {
		tb.Fatalf("one entry got %d results", len(results))
	}
	return results[0]
}

// must appends one entry that has to be committed.
func must(tb testing.TB, s rooms.Store, e rooms.Entry) rooms.Result {
	tb.Helper()
	r := append1(tb, s, e)
	if r.Err != nil {
		tb.Fatalf("%s by %s was refused: %v", e.Type, e.Author, r.Err)
	}
	return r
}

// create makes a room.
func create(tb testing.TB, s rooms.Store, owner, room string, kind rooms.Kind) rooms.Room {
	tb.Helper()
	return must(tb, s, rooms.Entry{
		Type: rooms.Create, Author: name(tb, owner), Time: at(0),
		New: rooms.Room{Name: roomName(tb, room), Kind: kind},
	}).Room
}

// crowd makes a public room with that many members.
func crowd(tb testing.TB, s rooms.Store, room string, members int) (rooms.Room, []text.Name) {
	tb.Helper()
	r := create(tb, s, "person0", room, rooms.Public)
	people := []text.Name{name(tb, "person0")}
	var batch []rooms.Entry
	for i := 1; i < members; i++ {
		people = append(people, name(tb, fmt.Sprintf("person%d", i)))
		batch = append(batch, rooms.Entry{Room: r.ID, Type: rooms.Join, Author: people[i], Time: at(0)})
	}
	appendAll(tb, s, batch)
	return r, people
}

// fill appends n messages, in batches of 500.
func fill(tb testing.TB, s rooms.Store, room rooms.ID, people []text.Name, n int) {
	tb.Helper()
	var batch []rooms.Entry
	for i := range n {
		batch = append(batch, rooms.Entry{
			Room: room, Type: rooms.Message, Author: people[i%len(people)], Time: at(i),
			Text: text.NewBody(fmt.Sprintf("message %d, of about forty characters", i)),
		})
		if len(batch) == 500 || i == n-1 {
			appendAll(tb, s, batch)
			batch = batch[:0]
		}
	}
}

// appendAll appends a batch of which nothing may be refused.
func appendAll(tb testing.TB, s rooms.Store, batch []rooms.Entry) {
	tb.Helper()
	results, err := s.Append(tb.Context(), batch)
	if err != nil {
		tb.Fatal(err)
	}
	for i, r := range results {
		if r.Err != nil {
			tb.Fatalf("entry %d was refused: %v", i, r.Err)
		}
	}
}
