package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"parley/rooms"
	"parley/text"
)

// searches writes random logs, changes and ends what is in them, and compares what searches find with what somebody
// finds who reads everything. Between two searches the store may settle, or not.
func searches(t *testing.T, h Harness) {
	s := h.Open(t)
	var run atomic.Int64
	rapid.Check(t, func(rt *rapid.T) {
		m := &library{tb: t, store: s, run: run.Add(1), called: map[rooms.ID]map[uint64][]text.Name{}, clock: 100}
		for i := range 3 {
			m.people = append(m.people, name(t, fmt.Sprintf("s%d.%d", i, m.run)))
		}
		m.make(rt)
		rt.Repeat(map[string]func(*rapid.T){
			"write":  m.write,
			"change": m.change,
			"move":   m.move,
			"settle": func(*rapid.T) { h.settle(t, s) },
			"search": m.search,
		})
		m.search(rt)
	})
}

// library is rooms in which somebody searches.
type library struct {
	tb     testing.TB
	store  Store
	run    int64
	people []text.Name
	rooms  []rooms.ID
	called map[rooms.ID]map[uint64][]text.Name // whom each message called
	clock  int                                 // seconds
}

// make makes a room of each kind, with the first person in each.
func (m *library) make(t *rapid.T) {
	for i, room := range []rooms.Room{
		{Kind: rooms.Public, Guests: rapid.Bool().Draw(t, "guests")},
		{Kind: rooms.Private},
		{Kind: rooms.Public},
		{Kind: rooms.Direct, Direct: m.people[0].String() + "," + m.people[1].String()},
	} {
		if room.Kind != rooms.Direct {
			room.Name = roomName(m.tb, fmt.Sprintf("s%d.%d", i, m.run))
		}
		made := must(m.tb, m.store, rooms.Entry{Type: rooms.Create, Author: m.people[0], Time: at(m.clock), New: room})
		m.rooms = append(m.rooms, made.Room.ID)
		m.called[made.Room.ID] = map[uint64][]text.Name{}
	}
	must(m.tb, m.store, rooms.Entry{Room: m.rooms[2], Type: rooms.Set, Author: m.people[0], Time: at(0), Detail: rooms.PropHistory, Text: text.NewBody("joined")})
	must(m.tb, m.store, rooms.Entry{Room: m.rooms[1], Type: rooms.Invite, Author: m.people[0], Time: at(0), Target: m.people[1]})
}

var searched = rapid.SampledFrom([]string{"deploy", "Deploy", "ＤＥＰＬＯＹ", "de", "p", "検索", "検", "索する", "ガラス", "ｶﾞﾗｽ", "green", "is green", "привет", "см. https://example.org/x", "https", "é"})

func (m *library) words(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(searched, 1, 4).Draw(t, "words"), rapid.SampledFrom([]string{" ", "", "\n"}).Draw(t, "between"))
}

// append appends entries, some of which are refused, and notes whom they called.
func (m *library) append(batch ...rooms.Entry) {
	m.tb.Helper()
	results, err := m.store.Append(m.tb.Context(), batch)
	if err != nil {
		m.tb.Fatal(err)
	}
	for _, r := range results {
		if r.Err == nil && r.Event.Type.Talk() {
			m.called[r.Event.Room][r.Event.Seq] = r.Called
		}
	}
}

func (m *library) write(t *rapid.T) {
	var batch []rooms.Entry
	for range rapid.IntRange(1, 12).Draw(t, "messages") {
		m.clock += rapid.IntRange(-1, 3).Draw(t, "later") // clocks go back, too
		e := rooms.Entry{
			Room: rapid.SampledFrom(m.rooms).Draw(t, "room"), Type: rapid.SampledFrom([]rooms.Type{rooms.Message, rooms.Message, rooms.Action, rooms.Topic}).Draw(t, "type"),
			Author: rapid.SampledFrom(m.people).Draw(t, "author"), Time: at(m.clock), Text: text.NewBody(m.words(t)),
		}
		if rapid.IntRange(0, 3).Draw(t, "mention") == 0 {
			e.Text = text.NewBody("@" + rapid.SampledFrom(m.people).Draw(t, "whom").String() + " " + e.Text.String())
		}
		batch = append(batch, e)
	}
	m.append(batch...)
}

// change edits, deletes, pins and erases.
func (m *library) change(t *rapid.T) {
	m.clock++
	room := rapid.SampledFrom(m.rooms).Draw(t, "room")
	head, err := m.store.Room(m.tb.Context(), room)
	if err != nil {
		t.Fatal(err)
	}
	e := rooms.Entry{
		Room: room, Author: rapid.SampledFrom(m.people).Draw(t, "author"), Time: at(m.clock), Ref: rapid.Uint64Range(1, head.Seq).Draw(t, "ref"),
		Type: rapid.SampledFrom([]rooms.Type{rooms.Edit, rooms.Edit, rooms.Edit, rooms.Delete, rooms.Pin, rooms.Unpin, rooms.Expire}).Draw(t, "type"),
	}
	switch e.Type {
	case rooms.Edit:
		e.Text = text.NewBody(m.words(t))
	case rooms.Expire:
		e.Ref = e.Ref/3 + 1
	}
	m.append(e)
}

func (m *library) move(t *rapid.T) {
	m.append(rooms.Entry{
		Room: rapid.SampledFrom(m.rooms).Draw(t, "room"), Author: rapid.SampledFrom(m.people[1:]).Draw(t, "author"), Time: at(m.clock),
		Type: rapid.SampledFrom([]rooms.Type{rooms.Join, rooms.Join, rooms.Leave}).Draw(t, "type"),
	})
}

func (m *library) search(t *rapid.T) {
	who := rooms.Viewer{Name: rapid.SampledFrom(m.people).Draw(t, "viewer")}
	if rapid.IntRange(0, 5).Draw(t, "guest") == 0 {
		who = rooms.Viewer{Name: text.GuestName(1), Guest: true}
	}
	q := m.query(t)
	limit := rapid.IntRange(1, 9).Draw(t, "limit")
	want := readAll(m.tb.Context(), t, m.store, who, q, m.called)
	got := pages(m.tb.Context(), t, m.store, who, q, limit)
	compareFound(t, q, got, want)
}

func (m *library) query(t *rapid.T) rooms.Query {
	some := func(what string) bool { return rapid.IntRange(0, 3).Draw(t, what) == 0 }
	q := rooms.Query{In: m.rooms} // the other runs' rooms are in the same store
	if !some("no words") {
		q.Words = rapid.SliceOfN(searched, 1, 2).Draw(t, "with")
	}
	if some("some not") {
		q.Without = rapid.SliceOfN(searched, 1, 2).Draw(t, "without")
	}
	if some("from") {
		q.From = rapid.SliceOfN(rapid.SampledFrom(m.people), 1, 2).Draw(t, "authors")
	}
	if some("not from") {
		q.NotFrom = []text.Name{m.people[0]}
	}
	if some("in") {
		q.In = rapid.SliceOfN(rapid.SampledFrom(m.rooms), 1, 2).Draw(t, "rooms")
	}
	if some("not in") {
		q.NotIn = m.rooms[:1]
	}
	if some("link") {
		q.Has = []rooms.Trait{rooms.WithLink}
	}
	if some("no link") {
		q.Lacks = []rooms.Trait{rooms.WithLink}
	}
	if some("time") {
		q.Since = at(rapid.IntRange(90, max(90, m.clock)+1).Draw(t, "since"))
	}
	if some("end") {
		q.Before = at(rapid.IntRange(90, max(90, m.clock)+1).Draw(t, "before"))
	}
	q.Pinned, q.Mine = some("pinned"), some("mine")
	if q.Mine && rapid.Bool().Draw(t, "words of their own") {
		q.Calls = rapid.SliceOfN(searched, 1, 3).Draw(t, "calls")
	}
	return q
}

// pages reads all that a search finds, part by part.
func pages(ctx context.Context, t failer, s rooms.Store, who rooms.Viewer, q rooms.Query, limit int) (all []*rooms.Event) {
	var before rooms.Position
	for range 100_000 {
		found, err := s.Search(ctx, who, q, before, limit)
		if err != nil {
			t.Fatalf("%+v: %v", q, err)
		}
		if len(found.Events) > limit {
			t.Fatalf("%+v found %d messages, %d were asked for", q, len(found.Events), limit)
		}
		all = append(all, found.Events...)
		if found.Next.IsZero() {
			if found.Part {
				t.Fatalf("%+v: a search stopped early and does not say where", q)
			}
			return all
		}
		if !before.IsZero() && found.Next.Compare(before) >= 0 {
			t.Fatalf("%+v goes on at %+v, from %+v", q, found.Next, before)
		}
		before = found.Next
	}
	t.Fatalf("%+v does not end", q)
	return nil
}

// failer is a testing.TB or a rapid.T.
type failer interface {
	Fatalf(string, ...any)
}

// readAll finds by reading: every log from its first event, with the states of the messages, and every text.
func readAll(ctx context.Context, t failer, s rooms.Store, who rooms.Viewer, q rooms.Query, called map[rooms.ID]map[uint64][]text.Name) (all []*rooms.Event) {
	ids := q.In
	for _, id := range ids {
		room, from, member, ok := allowed(ctx, t, s, who, id)
		if !ok || slices.Contains(q.NotIn, id) {
			continue
		}
		log, err := s.Events(ctx, id, 0, 1_000_000)
		if err != nil {
			t.Fatalf("reading room %d: %v", id, err)
		}
		states := map[uint64]*rooms.State{}
		for i := range log {
			for _, at := range log[i].About() {
				states[at] = states[at].With(&log[i])
			}
		}
		for i := range log {
			e := log[i]
			state := states[e.Seq]
			e.Text = state.Body(&e)
			pinned := state != nil && !state.Pinned.IsZero()
			if e.Type.Talk() && e.Seq >= from && e.Seq > room.Gone && !e.Text.IsZero() && means(&q, &e) &&
				(!q.Pinned || pinned) && (!q.Mine || slices.Contains(called[id][e.Seq], who.Name) || member && e.Author != who.Name && calls(&q, &e)) {
				all = append(all, &e)
			}
		}
	}
	slices.SortFunc(all, func(a, b *rooms.Event) int { return position(b).Compare(position(a)) })
	return slices.CompactFunc(all, func(a, b *rooms.Event) bool { return position(a) == position(b) }) // a room may be named twice
}

func position(e *rooms.Event) rooms.Position {
	return rooms.Position{Time: e.Time, Room: e.Room, Seq: e.Seq}
}

// allowed says whether and from where on somebody may read a room.
func allowed(ctx context.Context, t failer, s rooms.Store, who rooms.Viewer, id rooms.ID) (room rooms.Room, from uint64, member, ok bool) {
	room, err := s.Room(ctx, id)
	if err != nil {
		t.Fatalf("reading room %d: %v", id, err)
	}
	if who.Guest {
		return room, 1, false, room.Guests && room.History == rooms.HistoryAll
	}
	members, err := s.Members(ctx, id)
	if err != nil {
		t.Fatalf("reading the members of room %d: %v", id, err)
	}
	for _, m := range members {
		if m.Name == who.Name && room.History == rooms.HistoryJoined {
			return room, m.Joined, true, true
		}
		if m.Name == who.Name {
			return room, 1, true, true
		}
	}
	return room, 1, false, room.Kind == rooms.Public && room.History == rooms.HistoryAll
}

// calls reports whether a message has one of the words by which somebody is called, too.
func calls(q *rooms.Query, e *rooms.Event) bool {
	said := text.Fold(e.Text.String())
	return slices.ContainsFunc(q.Calls, func(w string) bool { return text.HasWord(said, text.Fold(w)) })
}

// means reports whether a query is about a message, by its text, author and time.
func means(q *rooms.Query, e *rooms.Event) bool {
	body := text.Fold(e.Text.String())
	for _, w := range q.Words {
		if !strings.Contains(body, text.Fold(w)) {
			return false
		}
	}
	for _, w := range q.Without {
		if strings.Contains(body, text.Fold(w)) {
			return false
		}
	}
	linked := slices.ContainsFunc(text.Parse(e.Text), func(s text.Span) bool { return s.Kind == text.URL })
	return (len(q.From) == 0 || slices.Contains(q.From, e.Author)) && !slices.Contains(q.NotFrom, e.Author) &&
		(len(q.Has) == 0 || linked) && (len(q.Lacks) == 0 || !linked) &&
		(q.Since.IsZero() || !e.Time.Before(q.Since)) && (q.Before.IsZero() || e.Time.Before(q.Before))
}

func compareFound(t failer, q rooms.Query, got, want []*rooms.Event) {
	same := slices.EqualFunc(got, want, func(a, b *rooms.Event) bool {
		return position(a) == position(b) && a.Text == b.Text && a.Author == b.Author && a.Type == b.Type
	})
	if !same {
		t.Fatalf("%+v found\n%s\nreading finds\n%s", q, listed(got), listed(want))
	}
}

func listed(list []*rooms.Event) string {
	var b strings.Builder
	for i, e := range list {
		if i == 20 {
			fmt.Fprintf(&b, "… %d in all\n", len(list))
			break
		}
		fmt.Fprintf(&b, "%d:%d %s %s %q\n", e.Room, e.Seq, e.Time.Format("15:04:05"), e.Author, e.Text)
	}
	return b.String()
}

// longSearches compares searches in some thousands of messages with reading them: before the store has
// settled, afterwards, and after much of it was changed.
func longSearches(t *testing.T, h Harness) {
	s := h.Open(t)
	ana, bo := name(t, "ana"), name(t, "bo")
	var ids []rooms.ID
	for _, slug := range []string{"long", "longer", "side"} {
		room := create(t, s, "ana", slug, rooms.Public)
		must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Join, Author: bo, Time: at(0)})
		ids = append(ids, room.ID)
	}
	write := func(from, n int) {
		var batch []rooms.Entry
		for i := from; i < from+n; i++ {
			body := fmt.Sprintf("message %d of the deploy", i)
			if i%3 == 0 {
				body = fmt.Sprintf("%d件の検索結果%c", i, 0x4e00+i%700)
			}
			batch = append(batch, rooms.Entry{Room: ids[i%5/2], Type: rooms.Message, Author: []text.Name{ana, bo}[i%2], Time: at(i / 7), Text: text.NewBody(body)})
		}
		for part := range slices.Chunk(batch, 400) {
			appendAll(t, s, part)
		}
	}
	check := func(when string) {
		t.Helper()
		for _, q := range []rooms.Query{
			{}, {Words: []string{"deploy"}}, {Words: []string{"message 77"}}, {Words: []string{"検索"}}, {Words: []string{"検"}}, {Words: []string{"z"}},
			{Words: []string{"4", "結果"}, From: []text.Name{ana}}, {Without: []string{"deploy"}}, {Without: []string{"e"}, In: ids[2:]},
			{Words: []string{"changed"}}, {Words: []string{"deploy"}, Since: at(100), Before: at(300)}, {From: []text.Name{bo}, NotIn: ids[:1]},
			{Mine: true, Calls: []string{"77", "検索結果"}}, {Mine: true, Calls: []string{"deploy"}, Words: []string{"9"}}, {Mine: true},
		} {
			if len(q.In) == 0 {
				q.In = ids
			}
			got := pages(t.Context(), t, s, rooms.Viewer{Name: bo}, q, 700)
			want := readAll(t.Context(), t, s, rooms.Viewer{Name: bo}, q, nil)
			compareFound(prefixed{t, when}, q, got, want)
		}
	}
	write(0, 7000)
	check("unsettled")
	h.settle(t, s)
	check("settled")
	var batch []rooms.Entry
	for i := range 300 {
		e := rooms.Entry{Room: ids[i%3], Type: rooms.Edit, Time: at(2000), Ref: uint64(i*4 + 3), Text: text.NewBody(fmt.Sprintf("changed %d", i))}
		if i%4 == 0 {
			e.Type, e.Text = rooms.Delete, text.Body{}
		}
		for _, e.Author = range []text.Name{ana, bo} { // one of the two wrote it; deleting twice is refused
			batch = append(batch, e)
		}
	}
	if _, err := s.Append(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	write(7000, 500)
	check("changed")
	h.settle(t, s)
	check("settled again")
	must(t, s, rooms.Entry{Room: ids[1], Type: rooms.Expire, Author: ana, Time: at(3000), Ref: 1500})
	check("expired")
	s = h.Reopen(t, s)
	check("reopened")
}

// editsAreFound changes messages old and new, and looks for what they were and what they are.
func editsAreFound(t *testing.T, h Harness) {
	for _, settles := range []bool{true, false} {
		s := h.Open(t)
		room, people := crowd(t, s, "ops", 2)
		fill(t, s, room.ID, people, 2600)
		finds := func(word string, want ...uint64) {
			t.Helper()
			if settles {
				h.settle(t, s)
			}
			var got []uint64
			for _, e := range pages(t.Context(), t, s, rooms.Viewer{Name: people[1]}, rooms.Query{Words: []string{word}}, 50) {
				got = append(got, e.Seq)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("settling %v: %q is found in %v, want %v", settles, word, got, want)
			}
		}
		h.settle(t, s)
		old, recent := uint64(13), uint64(2600) // fill writes the number before the last, after two joins
		number := func(seq uint64) string { return fmt.Sprintf("message %d,", seq-3) }
		edit := func(seq uint64, body string) {
			t.Helper()
			must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Edit, Author: people[(seq-3)%2], Time: at(5000), Ref: seq, Text: text.NewBody(body)})
		}
		finds(number(old), old)
		finds(number(recent), recent)
		edit(old, "once")
		edit(recent, "once")
		finds("once", recent, old)
		finds(number(old))
		finds(number(recent))
		edit(old, "twice")
		finds("once", recent)
		finds("twice", old)
		must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Delete, Author: people[0], Time: at(5001), Ref: recent})
		finds("once")
		must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Expire, Author: people[0], Time: at(5002), Ref: 20})
		finds("twice")
		finds(number(20))
		finds(number(21), 21)
	}
}

// prefixed says when a comparison failed.
type prefixed struct {
	testing.TB
	when string
}

func (p prefixed) Fatalf(format string, args ...any) {
	p.Helper()
	p.TB.Fatalf(p.when+": "+format, args...)
}
