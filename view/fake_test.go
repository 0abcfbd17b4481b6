package view

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"parley/chat"
	"parley/lang"
	"parley/rooms"
	"parley/text"
)

// fake is a session, and the rest of a server behind it, in memory: what it
// answers, and when, is the test's to say.
type fake struct {
	mu       sync.Mutex
	me       text.Name
	rooms    []rooms.Membership
	logs     map[rooms.ID][]*rooms.Event
	focus    rooms.ID
	wake     chan struct{}
	changes  atomic.Uint32 // rooms.Changes
	notices  []rooms.Notice
	person   rooms.Person
	people   *rooms.Presence
	typists  []text.Name
	typing   []bool // what this session said of its own typing
	places   map[rooms.ID]rooms.Place
	marks    map[rooms.ID]uint64
	follows  []rooms.Follow
	known    bool // follows are in memory
	now      time.Time
	postErr  error
	readErr  error
	postWait chan struct{} // posts wait for it, if it is there
	posted   []rooms.Post
	answers  map[string]chat.Reply
	obeys    bool     // commands that have no answer succeed
	runErr   error    // commands fail with it
	lines    []string // commands that were run
	nonces   []string // and their nonces
	given    []string // what was on standard input of those that had one, behind the command
	after    []rooms.Position
	complete func(line string, cursor int) (int, []chat.Completion)
	block    chan struct{} // reads of the store wait for it, if it is there
	read     int           // pages of older events
}

var noon = time.Date(2022, 11, 22, 12, 0, 0, 0, time.UTC)

func newFake(me string, names ...string) *fake {
	f := &fake{
		me: mustName(me), logs: map[rooms.ID][]*rooms.Event{}, wake: make(chan struct{}, 1), now: noon,
		places: map[rooms.ID]rooms.Place{}, marks: map[rooms.ID]uint64{}, answers: map[string]chat.Reply{},
		people: &rooms.Presence{},
	}
	for i, n := range names {
		rn := roomName(n)
		id := rooms.ID(i + 1)
		f.rooms = append(f.rooms, rooms.Membership{Room: rooms.Room{ID: id, Name: rn, Kind: rooms.Public, People: 3}, Role: rooms.RoleMember})
		f.add(id, rooms.Create, me, "")
		f.rooms[i].Read = 1
	}
	return f
}

func mustName(s string) text.Name {
	n, err := text.ReadName(s)
	if err != nil {
		panic(fmt.Sprint(s, err))
	}
	return n
}

func roomName(s string) text.RoomName {
	n, err := text.ParseRoomName(s)
	if err != nil {
		panic(fmt.Sprint(s, err))
	}
	return n
}

// add appends an event as if it had just been committed.
func (f *fake) add(id rooms.ID, t rooms.Type, author, body string) *rooms.Event {
	return f.put(rooms.Event{Room: id, Type: t, Author: mustName(author), Text: text.NewBody(body)})
}

// put appends an event with all that it has.
func (f *fake) put(e rooms.Event) *rooms.Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := &f.rooms[e.Room-1]
	ev := &e
	ev.Seq, ev.Time, ev.Messages = m.Room.Seq+1, f.now, m.Room.Messages
	if ev.Type.Talk() && ev.Author != f.me && names(text.Mentions(ev.Text), f.me) {
		m.Mentions++
	}
	if ev.Counts() {
		if ev.Messages++; ev.Author == f.me {
			m.Own++
		}
	}
	f.logs[e.Room] = append(f.logs[e.Room], ev)
	for i := range f.follows {
		if fo := &f.follows[i]; fo.Room == e.Room && fo.Root == ev.Thread && ev.Author != f.me {
			fo.Unread++
			m.Threads++
		}
	}
	m.Room.Apply(ev)
	f.erase(ev)
	c := rooms.InboxChanged
	if f.focus == e.Room {
		c |= rooms.RoomChanged
	}
	f.signal(c)
	return ev
}

// erase takes away the text of what an event deletes, as a store does.
func (f *fake) erase(by *rooms.Event) {
	for i, ev := range f.logs[by.Room] {
		gone := by.Type == rooms.Expire && ev.Seq <= by.Ref && (ev.Type.Talk() || ev.Type == rooms.Edit) ||
			by.Type == rooms.Delete && (ev.Seq == by.Ref || ev.Type == rooms.Edit && ev.Ref == by.Ref)
		if gone {
			old := *ev
			old.Text = text.Body{}
			f.logs[by.Room][i] = &old
		}
	}
}

// later lets time pass on the fake server.
func (f *fake) later(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

// signal may be called with the lock or without it.
func (f *fake) signal(c rooms.Changes) {
	f.changes.Or(uint32(c))
	f.Ring()
}

func (f *fake) Ring() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *fake) Wake() <-chan struct{}   { return f.wake }
func (f *fake) Changes() rooms.Changes  { return rooms.Changes(f.changes.Swap(0)) }
func (f *fake) Counted() rooms.ID       { return 0 }
func (f *fake) Person() rooms.Person    { f.mu.Lock(); defer f.mu.Unlock(); return f.person }
func (f *fake) SetLastRoom(id rooms.ID) { f.mu.Lock(); defer f.mu.Unlock(); f.person.LastRoom = id }
func (f *fake) Inbox(dst []rooms.Membership) []rooms.Membership {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.rooms {
		m.Place = f.places[m.Room.ID]
		dst = append(dst, m)
	}
	return dst
}

func (f *fake) Membership(id rooms.ID) (rooms.Membership, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.rooms {
		if m.Room.ID == id {
			m.Place = f.places[id]
			return m, true
		}
	}
	return rooms.Membership{}, false
}

func (f *fake) Focus(ctx context.Context, id rooms.ID, _ bool) error {
	if err := f.wait(ctx); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.focus = id
	return nil
}

func (f *fake) wait(ctx context.Context) error {
	f.mu.Lock()
	block, err := f.block, f.readErr
	f.mu.Unlock()
	if block != nil {
		select {
		case <-block:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return err
}

func (f *fake) Head() rooms.Room {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.focus == 0 || int(f.focus) > len(f.rooms) {
		return rooms.Room{}
	}
	return f.rooms[f.focus-1].Room
}

func (f *fake) Recent(dst []*rooms.Event, id rooms.ID, after uint64) ([]*rooms.Event, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	log := f.logs[id]
	if after+256 < uint64(len(log)) {
		return dst, false
	}
	return append(dst, log[min(after, uint64(len(log))):]...), true
}

func (f *fake) Events(ctx context.Context, id rooms.ID, after uint64, limit int) ([]*rooms.Event, error) {
	if err := f.wait(ctx); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	log := f.logs[id]
	log = log[min(after, uint64(len(log))):]
	return append([]*rooms.Event(nil), log[:min(limit, len(log))]...), nil
}

func (f *fake) EventsBefore(ctx context.Context, id rooms.ID, before uint64, limit int) ([]*rooms.Event, error) {
	if err := f.wait(ctx); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.read++
	log := f.logs[id]
	log = log[:min(before-1, uint64(len(log)))]
	return append([]*rooms.Event(nil), log[max(0, len(log)-limit):]...), nil
}

func (f *fake) reads() int { f.mu.Lock(); defer f.mu.Unlock(); return f.read }

func (f *fake) States(ctx context.Context, id rooms.ID, lo, hi uint64) (map[uint64]*rooms.State, error) {
	if err := f.wait(ctx); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	found := map[uint64]*rooms.State{}
	for _, ev := range f.logs[id] {
		for _, at := range ev.About() {
			if at >= lo && at <= hi && at != 0 {
				found[at] = found[at].With(ev)
			}
		}
	}
	return found, nil
}

func (f *fake) Thread(ctx context.Context, id rooms.ID, root, before uint64, limit int) ([]*rooms.Event, error) {
	if err := f.wait(ctx); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []*rooms.Event
	for _, ev := range f.logs[id] {
		if ev.Type.Talk() && ev.Thread == root && ev.Seq < before {
			found = append(found, ev)
		}
	}
	return found[max(0, len(found)-limit):], nil
}

func (f *fake) ThreadsInMemory(room rooms.ID) ([]rooms.Follow, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.known {
		return nil, false
	}
	return f.newIn(room), true
}

func (f *fake) Threads(_ context.Context, room rooms.ID) ([]rooms.Follow, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.newIn(room), nil
}

// newIn lists the threads of a room with something new; mu is held.
func (f *fake) newIn(room rooms.ID) (list []rooms.Follow) {
	for _, fo := range f.follows {
		if fo.Room == room && fo.Unread > 0 {
			list = append(list, fo)
		}
	}
	return list
}

func (f *fake) ReadThread(_ context.Context, mark rooms.ThreadMark) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.follows {
		if fo := &f.follows[i]; fo.Room == mark.Room && fo.Root == mark.Root {
			f.rooms[mark.Room-1].Threads -= fo.Unread
			fo.Read, fo.Unread = mark.Seq, 0
			f.signal(rooms.InboxChanged)
		}
	}
	return nil
}

func (f *fake) Presence() *rooms.Presence { f.mu.Lock(); defer f.mu.Unlock(); return f.people }
func (f *fake) Guests() (n int) {
	for _, p := range f.Presence().People {
		if p.Role == rooms.RoleGuest {
			n++
		}
	}
	return n
}

func (f *fake) Mark(id rooms.ID, seq uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.marks[id] = seq
	m := &f.rooms[id-1]
	m.Read, m.ReadMessages, m.Own, m.Mentions = seq, f.logs[id][seq-1].Messages, 0, 0
	for _, ev := range f.logs[id][seq:] {
		if ev.Counts() && ev.Author == f.me {
			m.Own++
		}
	}
}

func (f *fake) SetPlace(id rooms.ID, p rooms.Place) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.places[id] = p
}

func (f *fake) Active() {}

func (f *fake) Typing(on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.typing = append(f.typing, on)
}

func (f *fake) Typists(dst []text.Name) []text.Name {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append(dst, f.typists...)
}

func (f *fake) News(dst []*rooms.Event, id rooms.ID, after uint64) []*rooms.Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, ev := range f.logs[id] {
		if ev.Seq > after {
			dst = append(dst, ev)
		}
	}
	return dst
}

func (f *fake) Notices() []rooms.Notice {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.notices
	f.notices = nil
	return n
}

func (f *fake) notify(words string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.notices = append(f.notices, rooms.NewNotice("%s", words))
	f.signal(rooms.NoticePending)
}

func (f *fake) Post(ctx context.Context, p rooms.Post) (*rooms.Event, error) {
	f.mu.Lock()
	err, wait := f.postErr, f.postWait
	f.mu.Unlock()
	if wait != nil {
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	f.mu.Lock()
	f.posted = append(f.posted, p)
	f.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return f.put(rooms.Event{Room: p.Room, Type: p.Type, Author: f.me, Text: p.Text, Ref: p.Ref, Thread: p.Thread}), nil
}

func (f *fake) Run(ctx context.Context, r chat.Request) (chat.Reply, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.In != nil {
		data, err := io.ReadAll(r.In)
		if err != nil {
			return chat.Reply{}, err
		}
		f.given = append(f.given, r.Line+": "+string(data))
	}
	f.lines, f.nonces = append(f.lines, r.Line), append(f.nonces, r.Nonce)
	f.after = append(f.after, r.After)
	if f.runErr != nil {
		return chat.Reply{}, f.runErr
	}
	if reply, ok := f.answers[r.Line]; ok || f.obeys {
		return reply, nil
	}
	return chat.Reply{}, fmt.Errorf("there is no command /%s", r.Line)
}

func (f *fake) Manual(t lang.Tag) []chat.Entry {
	return chat.New(chat.Options{}).Manual(chat.Request{Lang: t})
}

func (f *fake) Complete(ctx context.Context, r chat.Request, line string, cursor int) (int, []chat.Completion) {
	if f.complete == nil {
		return cursor, nil
	}
	return f.complete(line, cursor)
}

func (f *fake) Rooms(context.Context) ([]rooms.Room, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []rooms.Room
	for _, m := range f.rooms {
		out = append(out, m.Room)
	}
	rn, err := text.ParseRoomName("elsewhere")
	if err != nil {
		return nil, err
	}
	return append(out, rooms.Room{ID: 99, Name: rn, Topic: text.NewLine("not joined yet", 50)}), nil
}
