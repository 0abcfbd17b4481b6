package storetest

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

func denseSeqs(t *testing.T, h Harness) {
	s := h.Open(t)
	const writers, batches, size = 8, 12, 7
	var list []rooms.ID
	for i := range 3 {
		room, _ := crowd(t, s, fmt.Sprintf("room%d", i), writers)
		list = append(list, room.ID)
	}
	type slot struct {
		room rooms.ID
		seq  uint64
	}
	var mu sync.Mutex
	given := make(map[slot]string)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for b := range batches {
				var batch []rooms.Entry
				for i := range size {
					batch = append(batch, rooms.Entry{
						Room: list[(w+b+i)%len(list)], Type: rooms.Message, Author: name(t, fmt.Sprintf("person%d", w)),
						Text: text.NewBody(fmt.Sprintf("%d %d %d", w, b, i)), Time: at(b),
					})
				}
				results, err := s.Append(t.Context(), batch)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				for i, r := range results {
					k := slot{batch[i].Room, r.Event.Seq}
					if other, taken := given[k]; taken {
						t.Errorf("seq %d of room %d was given to %q and to %q", k.seq, k.room, other, batch[i].Text)
					}
					given[k] = batch[i].Text.String()
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	total := 0
	for _, id := range list {
		log := wholeLog(t, s, id)
		for _, e := range log[writers:] {
			if want := given[slot{id, e.Seq}]; e.Text.String() != want {
				t.Errorf("event %d of room %d is %q, but %q was told that seq", e.Seq, id, e.Text, want)
			}
			total++
		}
	}
	if want := writers * batches * size; total != want {
		t.Errorf("%d messages were acknowledged, %d are there", want, total)
	}
}

// wholeLog reads a room in pages and fails unless its seqs are 1, 2, 3 … and its message counts fit.
func wholeLog(tb testing.TB, s rooms.Store, room rooms.ID) []rooms.Event {
	tb.Helper()
	var log []rooms.Event
	messages := uint64(0)
	for {
		page, err := s.Events(tb.Context(), room, uint64(len(log)), 97)
		if err != nil {
			tb.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			if e.Counts() {
				messages++
			}
			if e.Seq != uint64(len(log))+1 || e.Room != room || e.Messages != messages {
				tb.Fatalf("event %d of room %d has seq %d, room %d and messages %d, want messages %d",
					len(log)+1, room, e.Seq, e.Room, e.Messages, messages)
			}
			log = append(log, e)
		}
	}
	r, err := s.Room(tb.Context(), room)
	if err != nil {
		tb.Fatal(err)
	}
	if r.Seq != uint64(len(log)) || r.Messages != messages {
		tb.Fatalf("the room's head is seq %d, messages %d; its log has %d and %d", r.Seq, r.Messages, len(log), messages)
	}
	return log
}

// wholeBatches reads while batches of ten are written: a reader may see any number of whole ones.
func wholeBatches(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "general", 2)
	const size, batches = 10, 40
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range batches {
			batch := make([]rooms.Entry, size)
			for i := range batch {
				batch[i] = rooms.Entry{Room: room.ID, Type: rooms.Message, Author: people[0], Text: text.NewBody("x"), Time: at(1)}
			}
			if _, err := s.Append(t.Context(), batch); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	seen := 0
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		page, err := s.Events(t.Context(), room.ID, 2, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		if len(page)%size != 0 || len(page) < seen {
			t.Fatalf("a reader who had seen %d messages of batches of %d sees %d", seen, size, len(page))
		}
		seen = len(page)
		inbox, err := s.Inbox(t.Context(), people[1], nil)
		if err != nil {
			t.Fatal(err)
		}
		if n := inbox[0].Unread(); n%size != 0 || n < uint64(seen) {
			t.Fatalf("after %d messages of batches of %d there are %d unread", seen, size, n)
		}
	}
	if seen != size*batches {
		t.Fatalf("%d messages were written, %d are there", size*batches, seen)
	}
}

func nonces(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "general", 3)
	other, _ := crowd(t, s, "other", 3)
	post := func(room rooms.ID, who text.Name, words, nonce string) rooms.Entry {
		return rooms.Entry{Room: room, Type: rooms.Message, Author: who, Text: text.NewBody(words), Nonce: nonce, Time: at(1)}
	}
	results, err := s.Append(t.Context(), []rooms.Entry{
		post(room.ID, people[0], "first", "n1"),
		post(room.ID, people[0], "again", "n1"),
		post(room.ID, people[1], "another author", "n1"),
		post(other.ID, people[0], "another room", "n1"),
		post(room.ID, people[0], "another nonce", "n2"),
		post(room.ID, people[0], "none", ""),
		post(room.ID, people[0], "none", ""),
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		seq   uint64
		again bool
		words string
	}{{4, false, "first"}, {4, true, "first"}, {5, false, "another author"}, {4, false, "another room"},
		{6, false, "another nonce"}, {7, false, "none"}, {8, false, "none"}} {
		if r := results[i]; r.Err != nil || r.Event.Seq != want.seq || r.Again != want.again || r.Event.Text.String() != want.words {
			t.Errorf("entry %d: seq %d again %v %q %v, want %+v", i, r.Event.Seq, r.Again, r.Event.Text, r.Err, want)
		}
	}
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Leave, Author: people[0], Time: at(2)})
	if r := append1(t, s, post(room.ID, people[0], "late retry", "n1")); r.Err != nil || !r.Again || r.Event.Seq != 4 {
		t.Errorf("a retry after leaving: %+v, want the first event again", r)
	}
	if r := append1(t, s, post(room.ID, people[0], "new", "n3")); !errors.Is(r.Err, rooms.ErrNotMember) {
		t.Errorf("a new post after leaving: %+v, want ErrNotMember", r)
	}
	s = h.Reopen(t, s)
	if r := append1(t, s, post(room.ID, people[1], "after a restart", "n1")); !r.Again || r.Event.Text.String() != "another author" {
		t.Errorf("a retry after a restart: %+v, want the first event again", r)
	}
	made := rooms.Entry{Type: rooms.Create, Author: people[1], Nonce: "c1", New: rooms.Room{Name: roomName(t, "twice"), Kind: rooms.Public}, Time: at(3)}
	first, second := append1(t, s, made), append1(t, s, made)
	if first.Err != nil || second.Err != nil || !second.Again || second.Room.ID != first.Room.ID {
		t.Errorf("creating twice with one nonce: %+v and %+v, want one room", first, second)
	}
	if got := len(wholeLog(t, s, room.ID)); got != 9 {
		t.Errorf("the room has %d events, want 9", got)
	}
}

// refused is an entry that a store must not take; want nil means any error.
type refused struct {
	entry rooms.Entry
	want  error
}

// refusedEntries are for a public room, a private one, and alice who is their only member.
func refusedEntries(t *testing.T, room, private rooms.ID) []refused {
	alice, bob, carol := name(t, "alice"), name(t, "bob"), name(t, "carol")
	hi := text.NewBody("hi @alice")
	made := func(name text.RoomName, kind rooms.Kind) rooms.Entry {
		return rooms.Entry{Type: rooms.Create, Author: bob, New: rooms.Room{Name: name, Kind: kind}}
	}
	return []refused{
		{rooms.Entry{Room: 4711, Type: rooms.Message, Author: alice, Text: hi}, rooms.ErrNoRoom},
		{rooms.Entry{Room: 0, Type: rooms.Join, Author: alice}, rooms.ErrNoRoom},
		{rooms.Entry{Room: room, Type: rooms.Message, Author: bob, Text: hi}, rooms.ErrNotMember},
		{rooms.Entry{Room: room, Type: rooms.Topic, Author: bob, Text: hi}, rooms.ErrNotMember},
		{rooms.Entry{Room: room, Type: rooms.Leave, Author: bob}, rooms.ErrNotMember},
		{rooms.Entry{Room: room, Type: rooms.Invite, Author: bob, Target: carol}, rooms.ErrNotMember},
		{rooms.Entry{Room: room, Type: rooms.Invite, Author: alice, Target: alice}, rooms.ErrMember},
		{rooms.Entry{Room: private, Type: rooms.Join, Author: bob}, rooms.ErrNotInvited},
		{rooms.Entry{Room: room, Type: rooms.Message, Author: bob, Guest: true, Text: hi}, rooms.ErrForbidden},
		{made(roomName(t, "general"), rooms.Public), rooms.ErrNameTaken},
		{made(roomName(t, "genera1"), rooms.Public), rooms.ErrNameTaken},
		{made(roomName(t, "odd"), "odd"), nil},
		{made(text.RoomName{}, rooms.Public), nil},
		{rooms.Entry{Room: room, Type: rooms.Message, Text: hi}, nil},
		{rooms.Entry{Room: room, Type: rooms.Invite, Author: alice}, nil},
		{rooms.Entry{Room: room, Type: rooms.Message, Author: alice, Text: hi, Nonce: strings.Repeat("n", rooms.MaxNonce+1)}, nil},
		{rooms.Entry{Room: room, Type: "surprise", Author: alice, Text: hi}, nil},
	}
}

func refusals(t *testing.T, h Harness) {
	s := h.Open(t)
	room := create(t, s, "alice", "general", rooms.Public)
	private := create(t, s, "alice", "secret", rooms.Private)
	alice, bob := name(t, "alice"), name(t, "bob")
	bad := refusedEntries(t, room.ID, private.ID)
	var batch []rooms.Entry
	for _, b := range bad {
		good := rooms.Entry{Room: room.ID, Type: rooms.Message, Author: alice, Text: text.NewBody("good")}
		batch = append(batch, b.entry, good)
	}
	results, err := s.Append(t.Context(), batch)
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range bad {
		r, good := results[2*i], results[2*i+1]
		if r.Err == nil || r.Again || b.want != nil && !errors.Is(r.Err, b.want) {
			t.Errorf("%s by %q: %v (again %v), want %v", b.entry.Type, b.entry.Author, r.Err, r.Again, b.want)
		}
		if good.Err != nil || good.Event.Seq != uint64(i)+2 {
			t.Errorf("after that refusal the next post has seq %d (%v), want %d", good.Event.Seq, good.Err, i+2)
		}
	}
	if got := len(wholeLog(t, s, room.ID)); got != len(bad)+1 {
		t.Errorf("the room has %d events, want %d", got, len(bad)+1)
	}
	list, err := s.Rooms(t.Context(), alice)
	if err != nil || len(list) != 2 {
		t.Errorf("there are %d rooms (%v), want 2", len(list), err)
	}
	inbox, err := s.Inbox(t.Context(), alice, nil)
	if err != nil || inbox[0].Mentions != 0 || inbox[0].Unread() != 0 {
		t.Errorf("alice's inbox is %+v (%v), want nothing unread", inbox, err)
	}
	if inbox, err := s.Inbox(t.Context(), bob, nil); err != nil || len(inbox) != 0 {
		t.Errorf("bob's inbox is %+v (%v), want none", inbox, err)
	}
}

func events(t *testing.T, h Harness) {
	s := h.Open(t)
	room := create(t, s, "alice", "general", rooms.Public)
	zone := time.FixedZone("east", 5*3600)
	when := time.Date(2026, 3, 1, 12, 30, 15, 123_999_999, zone)
	body := text.NewBody("two lines\nwith \"quotes\", 'these', 日本語, 👩‍🚀 and %s\\x00")
	title, err := text.FileName("報告 \"1\".pdf")
	if err != nil {
		t.Fatal(err)
	}
	stored := store(t, s, room.ID, name(t, "alice"), title, []byte("contents"))
	file := &rooms.File{ID: stored.ID, Name: title, Size: 8, SHA256: strings.Repeat("ab", 32)}
	posted := must(t, s, rooms.Entry{
		Room: room.ID, Type: rooms.Action, Author: name(t, "alice"), Text: body, Nonce: "a b", Time: when, Bot: true, File: file, Signature: "armor\n",
	}).Event
	want := rooms.Event{
		Room: room.ID, Seq: 2, Time: time.Date(2026, 3, 1, 7, 30, 15, 123_000_000, time.UTC), Type: rooms.Action,
		Author: name(t, "alice"), Text: body, Nonce: "a b", Messages: 1, Bot: true, File: file, Signature: "armor\n",
	}
	if !reflect.DeepEqual(posted, want) {
		t.Errorf("the event is\n%+v, want\n%+v", posted, want)
	}
	s = h.Reopen(t, s)
	page, err := s.Events(t.Context(), room.ID, 1, 10)
	if err != nil || len(page) != 1 || !reflect.DeepEqual(page[0], want) {
		t.Errorf("read back (%v) the event is\n%+v, want\n%+v", err, page, want)
	}
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Delete, Author: name(t, "alice"), Ref: 2, Time: when})
	want.Text, want.File, want.Signature = text.Body{}, nil, ""
	if page, err = s.Events(t.Context(), room.ID, 1, 1); err != nil || len(page) != 1 || !reflect.DeepEqual(page[0], want) {
		t.Errorf("deleted (%v) the event is\n%+v, want\n%+v", err, page, want)
	}
}

func paging(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "general", 1)
	fill(t, s, room.ID, people, 9)
	neighbour, _ := crowd(t, s, "neighbour", 5)
	for _, c := range []struct {
		after       uint64
		limit       int
		first, last uint64
	}{
		{0, 4, 1, 4}, {4, 4, 5, 8}, {8, 4, 9, 10}, {10, 4, 0, 0}, {11, 1, 0, 0}, {math.MaxUint64, 5, 0, 0},
		{0, 100, 1, 10}, {0, 0, 0, 0}, {0, -1, 0, 0}, {9, 1, 10, 10},
	} {
		page, err := s.Events(t.Context(), room.ID, c.after, c.limit)
		checkPage(t, fmt.Sprintf("Events(after %d, limit %d)", c.after, c.limit), page, err, c.first, c.last)
	}
	for _, c := range []struct {
		before      uint64
		limit       int
		first, last uint64
	}{
		{11, 4, 7, 10}, {7, 4, 3, 6}, {3, 4, 1, 2}, {1, 4, 0, 0}, {0, 4, 0, 0}, {math.MaxUint64, 3, 8, 10},
		{100, 100, 1, 10}, {11, 0, 0, 0}, {11, -1, 0, 0}, {2, 1, 1, 1},
	} {
		page, err := s.EventsBefore(t.Context(), room.ID, c.before, c.limit)
		checkPage(t, fmt.Sprintf("EventsBefore(%d, limit %d)", c.before, c.limit), page, err, c.first, c.last)
	}
	page, err := s.Events(t.Context(), neighbour.ID+1, 0, 10)
	checkPage(t, "Events of a room that is not", page, err, 0, 0)
}

// checkPage wants the seqs first to last, or with first 0 an empty page.
func checkPage(t *testing.T, what string, page []rooms.Event, err error, first, last uint64) {
	t.Helper()
	n := 0
	if first > 0 {
		n = int(last-first) + 1
	}
	if err != nil || len(page) != n {
		t.Errorf("%s: %d events (%v), want %d", what, len(page), err, n)
		return
	}
	for i, e := range page {
		if e.Seq != first+uint64(i) {
			t.Errorf("%s: event %d has seq %d, want %d", what, i, e.Seq, first+uint64(i))
		}
	}
}

func longRoom(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "general", 10)
	const total = 10_000
	fill(t, s, room.ID, people, total-10)
	if got := len(wholeLog(t, s, room.ID)); got != total {
		t.Fatalf("the room has %d events, want %d", got, total)
	}
	before, n := uint64(total+1), 0
	for {
		page, err := s.EventsBefore(t.Context(), room.ID, before, 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		if page[len(page)-1].Seq != before-1 {
			t.Fatalf("the page before %d ends at %d", before, page[len(page)-1].Seq)
		}
		before = page[0].Seq
		n += len(page)
	}
	if n != total || before != 1 {
		t.Errorf("paging back saw %d events down to seq %d, want %d down to 1", n, before, total)
	}
}
