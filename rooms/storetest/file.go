package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// title is the name of a file.
func title(tb testing.TB, s string) text.Line {
	tb.Helper()
	l, err := text.FileName(s)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

// store stores a file that has no message yet, in pieces.
func store(tb testing.TB, s rooms.Store, room rooms.ID, who text.Name, name text.Line, data []byte) rooms.Partial {
	tb.Helper()
	return extend(tb, s, rooms.Partial{Room: room, Owner: who, Name: name}, data)
}

// extend adds to a file, in pieces of a size that divides nothing.
func extend(tb testing.TB, s rooms.Store, p rooms.Partial, data []byte) rooms.Partial {
	tb.Helper()
	const piece = 100_003
	for first := p.ID == 0; first || len(data) > 0; first = false {
		n := min(piece, len(data))
		p.Touched = at(1)
		var err error
		if p, _, err = s.WriteFile(tb.Context(), p, data[:n], rooms.Quota{}); err != nil {
			tb.Fatal(err)
		}
		data = data[n:]
	}
	return p
}

// bring posts the message of a stored file.
func bring(tb testing.TB, s rooms.Store, p rooms.Partial) rooms.Result {
	tb.Helper()
	return append1(tb, s, rooms.Entry{
		Room: p.Room, Type: rooms.Message, Author: p.Owner, Text: text.NewBody(p.Name.String()), Time: at(2),
		File: &rooms.File{ID: p.ID, Name: p.Name, Size: p.Size, SHA256: strings.Repeat("0f", 32)},
	})
}

// contents reads all of a file, with reads of sizes that divide nothing.
func contents(tb testing.TB, s rooms.Store, id uint64) []byte {
	tb.Helper()
	var all []byte
	for {
		data, err := s.ReadFile(tb.Context(), id, int64(len(all)), 77_777)
		if err != nil {
			tb.Fatal(err)
		}
		if len(data) == 0 {
			return all
		}
		all = append(all, data...)
	}
}

// noise is n bytes that repeat nowhere.
func noise(n int) []byte {
	b := make([]byte, n)
	rnd := rand.NewChaCha8([32]byte{byte(n)})
	_, _ = rnd.Read(b)
	return b
}

// files holds that a file comes back byte for byte, whatever its size, and only where its message says so.
func files(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "ops", 2)
	all := map[uint64][]byte{}
	for _, n := range []int{0, 1, 65_535, 65_536, 65_537, 1_000_000} {
		data := noise(n)
		p := store(t, s, room.ID, people[0], title(t, fmt.Sprintf("%d.bin", n)), data)
		if p.Size != int64(n) || p.ID == 0 || all[p.ID] != nil {
			t.Fatalf("a file of %d bytes is %+v", n, p)
		}
		if r := bring(t, s, p); r.Err != nil || r.Event.File == nil || r.Event.File.ID != p.ID {
			t.Fatalf("its message is %+v", r)
		}
		if r := bring(t, s, p); !errors.Is(r.Err, rooms.ErrNoFile) {
			t.Errorf("a second message with the same file: %+v", r)
		}
		if _, _, err := s.WriteFile(t.Context(), p, []byte("more"), rooms.Quota{}); !errors.Is(err, rooms.ErrNoFile) {
			t.Errorf("a file that was sent was added to: %v", err)
		}
		all[p.ID] = data
	}
	s = h.Reopen(t, s)
	for id, data := range all {
		if got := contents(t, s, id); !bytes.Equal(got, data) {
			t.Errorf("a file of %d bytes came back as others, %d", len(data), len(got))
		}
		if got, err := s.ReadFile(t.Context(), id, -1, 10); err != nil || len(got) > 0 {
			t.Errorf("before its beginning stands %q (%v)", got, err)
		}
		if got, err := s.ReadFile(t.Context(), id, int64(len(data))+1<<40, 10); err != nil || len(got) > 0 {
			t.Errorf("far behind its end stands %q (%v)", got, err)
		}
	}
	if _, err := s.ReadFile(t.Context(), 1<<30, 0, 10); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("reading a file that is none: %v", err)
	}
	other, _ := crowd(t, s, "other", 2)
	p := store(t, s, room.ID, people[0], title(t, "a.txt"), []byte("a"))
	for what, wrong := range map[string]rooms.Partial{
		"of somebody else": {ID: p.ID, Room: room.ID, Owner: people[1], Name: p.Name, Size: 1},
		"of another room":  {ID: p.ID, Room: other.ID, Owner: people[0], Name: p.Name, Size: 1},
		"of another size":  {ID: p.ID, Room: room.ID, Owner: people[0], Name: p.Name, Size: 2},
	} {
		if r := bring(t, s, wrong); !errors.Is(r.Err, rooms.ErrNoFile) {
			t.Errorf("a message with a file %s: %+v", what, r)
		}
	}
}

// wholeFiles holds that a file which is whole waits for its message, however long, and has the name that the message gives it.
func wholeFiles(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "ops", 2)
	data := noise(200_000)
	hold := func(p rooms.Partial) rooms.Partial {
		t.Helper()
		p.Whole, p.Touched = true, at(1)
		p, _, err := s.WriteFile(t.Context(), p, nil, rooms.Quota{})
		if err != nil || !p.Whole {
			t.Fatal(p, err)
		}
		return p
	}
	first := hold(store(t, s, room.ID, people[0], title(t, "a.part"), data))
	empty := hold(rooms.Partial{Room: room.ID, Owner: people[1], Name: title(t, "empty"), Proof: `{"id":"bob"}`, Bot: true})
	again := hold(store(t, s, room.ID, people[0], title(t, "b.part"), data))
	s = h.Reopen(t, s)
	sweep(t, s, at(100))
	want := []rooms.Partial{first, empty, again}
	if list, err := s.WholeFiles(t.Context()); err != nil || !slices.Equal(list, want) {
		t.Fatalf("what is whole is %+v (%v), want %+v", list, err, want)
	}
	if got, err := s.Partial(t.Context(), people[0], room.ID, first.Name); err != nil || got != first {
		t.Errorf("its owner finds %+v (%v)", got, err)
	}
	first.Name, first.Proof, first.Bot = title(t, "c.part"), `{"id":"alice"}`, true
	first = hold(first)
	if got, err := s.Partial(t.Context(), people[0], room.ID, first.Name); err != nil || got != first {
		t.Errorf("under its second name its owner finds %+v (%v)", got, err)
	}
	if got, err := s.Partial(t.Context(), people[0], room.ID, want[0].Name); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("under its first name its owner finds %+v (%v)", got, err)
	}
	old := bring(t, s, store(t, s, room.ID, people[0], title(t, "a.txt"), []byte("a")))
	renamed := first
	renamed.Name = title(t, "a.txt")
	r := bring(t, s, renamed)
	if r.Err != nil || r.Event.File.Name != renamed.Name {
		t.Fatalf("under another name: %+v", r)
	}
	if e, err := s.FileNamed(t.Context(), room.ID, renamed.Name); err != nil || e.Seq != r.Event.Seq || e.Seq == old.Event.Seq {
		t.Errorf("that name opens %+v (%v)", e, err)
	}
	if e, err := s.FileNamed(t.Context(), room.ID, first.Name); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("its former name opens %+v (%v)", e, err)
	}
	if got := contents(t, s, first.ID); !bytes.Equal(got, data) {
		t.Errorf("%d other bytes came back", len(got))
	}
	if cut, err := s.CutFile(t.Context(), again, again.Size); err != nil || cut.Whole {
		t.Errorf("cut at its end it is %+v (%v)", cut, err)
	}
	if more := extend(t, s, empty, nil); !more.Whole {
		t.Errorf("what was to stay whole is %+v", more)
	}
	empty.Whole = false
	if p, _, err := s.WriteFile(t.Context(), empty, []byte("x"), rooms.Quota{}); err != nil || p.Whole {
		t.Errorf("with more it is %+v (%v)", p, err)
	}
	if list, err := s.WholeFiles(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("what is whole is %+v (%v), want nothing", list, err)
	}
	sweep(t, s, at(100))
	if _, err := s.Partial(t.Context(), people[0], room.ID, again.Name); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("what is whole no more was not swept: %v", err)
	}
}

// partials holds that an unfinished file is its owner's, goes on from where it is, and is dropped in time.
func partials(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "ops", 2)
	data, name := noise(400_000), title(t, "a.bin")
	p := store(t, s, room.ID, people[0], name, data[:150_000])
	s = h.Reopen(t, s)
	if got, err := s.Partial(t.Context(), people[0], room.ID, name); err != nil || got != p {
		t.Fatalf("what is left is %+v (%v), want %+v", got, err, p)
	}
	if _, err := s.Partial(t.Context(), people[1], room.ID, name); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("somebody else finds it: %v", err)
	}
	if list, err := s.Files(t.Context(), room.ID, text.Line{}, 10); err != nil || len(list) != 0 {
		t.Errorf("it is listed: %v %v", list, err)
	}
	if _, _, err := s.WriteFile(t.Context(), rooms.Partial{ID: p.ID, Room: room.ID, Owner: people[0], Name: name, Size: 100}, []byte("x"), rooms.Quota{}); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("it was written to where it does not end: %v", err)
	}
	cut, err := s.CutFile(t.Context(), p, 131_072)
	if err != nil || cut.Size != 131_072 {
		t.Fatal(cut, err)
	}
	if _, err := s.CutFile(t.Context(), cut, 131_073); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("cutting behind the end: %v", err)
	}
	if cut, err = s.CutFile(t.Context(), cut, 100_001); err != nil {
		t.Fatal(err)
	}
	p = extend(t, s, cut, data[100_001:])
	if got := contents(t, s, p.ID); !bytes.Equal(got, data) {
		t.Error("cut and continued, it is not what was written")
	}
	if r := bring(t, s, p); r.Err != nil {
		t.Fatal(r.Err)
	}
	old := store(t, s, room.ID, people[0], title(t, "old.bin"), data)
	dropped := store(t, s, room.ID, people[0], title(t, "dropped.bin"), data)
	if err := errors.Join(s.DropFile(t.Context(), dropped.ID), s.DropFile(t.Context(), p.ID)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ReadFile(t.Context(), dropped.ID, 0, 1); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("what was dropped is read: %v", err)
	}
	if next := sweep(t, s, at(1)); !next.Equal(at(1)) {
		t.Errorf("the oldest that is left is of %v, want %v", next, at(1))
	}
	if next := sweep(t, s, at(2)); !next.IsZero() {
		t.Errorf("the oldest that is left is of %v, want none", next)
	}
	if _, _, err := s.WriteFile(t.Context(), old, []byte("x"), rooms.Quota{}); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("what was swept is written to: %v", err)
	}
	if got := contents(t, s, p.ID); !bytes.Equal(got, data) {
		t.Error("what has a message was swept")
	}
	if used, err := s.FileUsage(t.Context(), people[0], room.ID); err != nil || used.Person != p.Size || used.Room != p.Size {
		t.Errorf("there are %+v bytes (%v), want %d", used, err, p.Size)
	}
}

// sweep sweeps in small parts until nothing is left to do.
func sweep(tb testing.TB, s rooms.Store, before time.Time) time.Time {
	tb.Helper()
	for range 1000 {
		more, next, err := s.SweepFiles(tb.Context(), before, 3)
		if err != nil {
			tb.Fatal(err)
		}
		if !more {
			return next
		}
	}
	tb.Fatal("sweeping does not end")
	return time.Time{}
}

// erasedFiles holds that deleting or expiring a message takes its file away at once, and that it stops counting.
func erasedFiles(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "ops", 2)
	ana := people[0]
	var seqs []uint64
	var ids []uint64
	for _, n := range []string{"a", "b", "c"} {
		p := store(t, s, room.ID, ana, title(t, n), noise(200_000))
		seqs, ids = append(seqs, bring(t, s, p).Event.Seq), append(ids, p.ID)
	}
	gone := func(n int) {
		t.Helper()
		for i, id := range ids {
			_, err := s.ReadFile(t.Context(), id, 0, 10)
			if i < n != errors.Is(err, rooms.ErrNoFile) {
				t.Errorf("with %d erased, reading the file %d: %v", n, i, err)
			}
		}
		if used, err := s.FileUsage(t.Context(), ana, room.ID); err != nil || used.Person != int64(200_000*(3-n)) || used.Room != used.Person {
			t.Errorf("with %d erased there are %+v bytes (%v)", n, used, err)
		}
		if list, err := s.Files(t.Context(), room.ID, text.Line{}, 10); err != nil || len(list) != 3-n {
			t.Errorf("with %d erased these are listed: %v (%v)", n, list, err)
		}
	}
	gone(0)
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Delete, Author: ana, Ref: seqs[0], Time: at(3)})
	gone(1)
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Expire, Author: ana, Staff: true, Ref: seqs[1], Time: at(4)})
	gone(2)
	sweep(t, s, at(0))
	s = h.Reopen(t, s)
	gone(2)
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Expire, Author: ana, Staff: true, Ref: seqs[2], Time: at(5)})
	sweep(t, s, at(0))
	gone(3)
	if more, next, err := s.SweepFiles(t.Context(), at(100), 1); more || !next.IsZero() || err != nil {
		t.Errorf("after all is swept: %v %v %v", more, next, err)
	}
}

// quotas holds that what would pass a bound is refused whole, and that the bounds are of people and of rooms.
func quotas(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "ops", 2)
	other, _ := crowd(t, s, "other", 2)
	write := func(who text.Name, room rooms.ID, n int, q rooms.Quota) (rooms.Usage, error) {
		_, used, err := s.WriteFile(t.Context(), rooms.Partial{Room: room, Owner: who, Name: title(t, "x"), Touched: at(1)}, noise(n), q)
		return used, err
	}
	if used, err := write(people[0], room.ID, 1000, rooms.Quota{Person: 1000, Room: 1000}); err != nil || used != (rooms.Usage{Person: 1000, Room: 1000}) {
		t.Fatal(used, err)
	}
	var quota *rooms.QuotaError
	if _, err := write(people[0], other.ID, 1, rooms.Quota{Person: 1000}); !errors.As(err, &quota) || quota.Room || quota.Most != 1000 {
		t.Errorf("a byte too much of a person: %v", err)
	}
	if _, err := write(people[1], room.ID, 1, rooms.Quota{Person: 1000, Room: 1000}); !errors.As(err, &quota) || !quota.Room {
		t.Errorf("a byte too much in a room: %v", err)
	}
	if used, err := write(people[1], other.ID, 1000, rooms.Quota{Person: 1000, Room: 1000}); err != nil || used != (rooms.Usage{Person: 1000, Room: 1000}) {
		t.Error(used, err)
	}
	if used, err := s.FileUsage(t.Context(), people[0], other.ID); err != nil || used != (rooms.Usage{Person: 1000, Room: 1000}) {
		t.Error(used, err)
	}
}

// newestFiles holds that the newest file of a name is its owner's to replace, and that names are listed in order.
func newestFiles(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "ops", 2)
	ana, bo := people[0], people[1]
	put := func(who text.Name, name string) rooms.Result {
		return bring(t, s, store(t, s, room.ID, who, title(t, name), []byte(name)))
	}
	first := put(ana, "b.txt").Event.Seq
	put(bo, "a.txt")
	put(bo, "報告.pdf")
	newest := put(ana, "b.txt").Event.Seq
	var taken *rooms.FileTakenError
	if r := put(bo, "b.txt"); !errors.As(r.Err, &taken) || taken.Owner != ana || taken.Name.String() != "b.txt" {
		t.Errorf("somebody else's name was taken: %+v", r)
	}
	listed := func(after string, limit int) (names []string) {
		var from text.Line
		if after != "" {
			from = title(t, after)
		}
		list, err := s.Files(t.Context(), room.ID, from, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			names = append(names, e.File.Name.String())
		}
		return names
	}
	if got := listed("", 10); !slices.Equal(got, []string{"a.txt", "b.txt", "報告.pdf"}) {
		t.Errorf("the files are %q", got)
	}
	if got := listed("a.txt", 1); !slices.Equal(got, []string{"b.txt"}) {
		t.Errorf("the one after a.txt is %q", got)
	}
	if e, err := s.FileNamed(t.Context(), room.ID, title(t, "b.txt")); err != nil || e.Seq != newest || e.Author != ana {
		t.Errorf("b.txt is %+v (%v), want that of seq %d", e, err, newest)
	}
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Delete, Author: ana, Ref: newest, Time: at(3)})
	if e, err := s.FileNamed(t.Context(), room.ID, title(t, "b.txt")); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("after the newest was deleted b.txt is %+v (%v)", e, err)
	}
	if list, err := s.Events(t.Context(), room.ID, first-1, 1); err != nil || list[0].File == nil || string(contents(t, s, list[0].File.ID)) != "b.txt" {
		t.Errorf("and the older one is %+v (%v)", list, err)
	}
	if r := put(bo, "b.txt"); r.Err != nil {
		t.Errorf("a name that is free again was refused: %v", r.Err)
	}
}

// foundFiles holds that files are found by their names, and as files, in the log and in the index.
func foundFiles(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "ops", 2)
	p := store(t, s, room.ID, people[0], title(t, "Quarterly 報告.pdf"), []byte("x"))
	seq := bring(t, s, p).Event.Seq
	say(t, s, room.ID, people[1], "no file at all", nil)
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Edit, Author: people[0], Ref: seq, Text: text.NewBody("the caption"), Time: at(3)})
	find := func(q rooms.Query) (seqs []uint64) {
		t.Helper()
		found, err := s.Search(t.Context(), rooms.Viewer{Name: people[1]}, q, rooms.Position{}, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range found.Events {
			seqs = append(seqs, e.Seq)
			if e.File == nil || e.File.ID != p.ID {
				t.Errorf("it is found without its file: %+v", e)
			}
		}
		return seqs
	}
	for range 2 {
		for what, q := range map[string]rooms.Query{
			"files": {Has: []rooms.Trait{rooms.WithFile}}, "the name": {Words: []string{"quarterly"}}, "the caption": {Words: []string{"caption"}}, "all": {Words: []string{"報告"}, Has: []rooms.Trait{rooms.WithFile}},
		} {
			if got := find(q); !slices.Equal(got, []uint64{seq}) {
				t.Errorf("a search for %s finds %v, want %d", what, got, seq)
			}
		}
		if got := find(rooms.Query{Words: []string{"caption"}, Lacks: []rooms.Trait{rooms.WithFile}}); got != nil {
			t.Errorf("a search for what has no file finds %v", got)
		}
		h.settle(t, s)
	}
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Delete, Author: people[0], Ref: seq, Time: at(4)})
	if got := find(rooms.Query{Words: []string{"quarterly"}}); got != nil {
		t.Errorf("a deleted file is found: %v", got)
	}
}
