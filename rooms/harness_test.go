package rooms_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// openStore opens a new database that is closed when the test ends.
func openStore(tb testing.TB) rooms.Store {
	tb.Helper()
	s, err := sqlite.Open(context.Background(), filepath.Join(tb.TempDir(), "parley.db"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("closing the store: %v", err)
		}
	})
	return s
}

// open starts a manager that is closed when the test ends.
func open(tb testing.TB, s rooms.Store, opts rooms.Options) *rooms.Manager {
	tb.Helper()
	return openOn(tb, s, rooms.LocalBus{}, opts)
}

func openOn(tb testing.TB, s rooms.Store, bus rooms.Bus, opts rooms.Options) *rooms.Manager {
	tb.Helper()
	m := rooms.New(s, bus, opts)
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := m.Close(ctx); err != nil && !errors.Is(err, rooms.ErrClosed) {
			tb.Errorf("closing the manager: %v", err)
		}
	})
	return m
}

func name(tb testing.TB, s string) text.Name {
	tb.Helper()
	n, err := text.ReadName(s)
	if err != nil {
		tb.Fatalf("%q is not a name: %v", s, err)
	}
	return n
}

func actor(tb testing.TB, s string) rooms.Actor {
	tb.Helper()
	return rooms.Actor{Name: name(tb, s)}
}

func roomName(tb testing.TB, s string) text.RoomName {
	tb.Helper()
	n, err := text.ParseRoomName(s)
	if err != nil {
		tb.Fatalf("%q is not a room's name: %v", s, err)
	}
	return n
}

// create makes a room and lets the others join it, inviting them first where it is private.
func create(tb testing.TB, m *rooms.Manager, room string, kind rooms.Kind, owner string, others ...string) rooms.Room {
	tb.Helper()
	r, err := m.Create(tb.Context(), actor(tb, owner), rooms.Room{Name: roomName(tb, room), Kind: kind})
	if err != nil {
		tb.Fatalf("%s creates %s: %v", owner, room, err)
	}
	for _, o := range others {
		if kind == rooms.Private {
			if err := m.Invite(tb.Context(), actor(tb, owner), r.ID, name(tb, o)); err != nil {
				tb.Fatalf("%s invites %s: %v", owner, o, err)
			}
		}
		join(tb, m, r.ID, o)
	}
	r, err = m.Room(tb.Context(), actor(tb, owner), r.ID)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func join(tb testing.TB, m *rooms.Manager, room rooms.ID, who string) {
	tb.Helper()
	if _, err := m.Join(tb.Context(), actor(tb, who), room); err != nil {
		tb.Fatalf("%s joins: %v", who, err)
	}
}

func say(tb testing.TB, m *rooms.Manager, room rooms.ID, who, what string) *rooms.Event {
	tb.Helper()
	e, err := m.Post(tb.Context(), actor(tb, who), message(room, what))
	if err != nil {
		tb.Fatalf("%s says %q: %v", who, what, err)
	}
	return e
}

func message(room rooms.ID, what string) rooms.Post {
	return rooms.Post{Room: room, Type: rooms.Message, Text: text.NewBody(what)}
}

func attach(tb testing.TB, m *rooms.Manager, who string) *rooms.Session {
	tb.Helper()
	return attachAs(tb, m, actor(tb, who))
}

func attachAs(tb testing.TB, m *rooms.Manager, who rooms.Actor) *rooms.Session {
	tb.Helper()
	s, err := m.Attach(tb.Context(), who, rooms.SessionInfo{ID: "t1", Face: "test"})
	if err != nil {
		tb.Fatalf("%s attaches: %v", who.Name, err)
	}
	tb.Cleanup(s.Close)
	return s
}

func focus(tb testing.TB, s *rooms.Session, room rooms.ID, presence bool) {
	tb.Helper()
	if err := s.Focus(tb.Context(), room, presence); err != nil {
		tb.Fatalf("%s focuses: %v", s.Who().Name, err)
	}
}

// wait calls cond after each wake of the session until it holds.
func wait(tb testing.TB, s *rooms.Session, what string, cond func() bool) {
	tb.Helper()
	late := time.After(patience)
	for !cond() {
		select {
		case <-s.Wake():
			s.Changes()
		case <-late:
			tb.Fatalf("%s waited in vain for: %s", s.Who().Name, what)
		}
	}
}

// eventually waits for what nobody signals.
func eventually(tb testing.TB, what string, cond func() bool) {
	tb.Helper()
	for end := time.Now().Add(patience); !cond(); runtime.Gosched() {
		if time.Now().After(end) {
			tb.Fatalf("never came true: %s", what)
		}
	}
}

// quiet reports whether the session was not woken.
func quiet(s *rooms.Session) bool {
	select {
	case <-s.Wake():
		return false
	default:
		return true
	}
}

// drain forgets what the session was told so far.
func drain(s *rooms.Session) {
	quiet(s)
	s.Changes()
}

// follow reads a room through wake and cursor until it has the events up to
// last, and reports the first break in their numbers.
func follow(ctx context.Context, s *rooms.Session, room rooms.ID, last uint64) ([]*rooms.Event, error) {
	var all []*rooms.Event
	c := s.Cursor(room, 0)
	for {
		list, err := c.Next(ctx, 100)
		if err != nil {
			return all, err
		}
		for _, e := range list {
			all = append(all, e)
			if e.Seq != uint64(len(all)) {
				return all, fmt.Errorf("event %d came where %d was due", e.Seq, len(all))
			}
		}
		if c.Seq() >= last {
			return all, nil
		}
		if len(list) > 0 {
			continue
		}
		select {
		case <-s.Wake():
			s.Changes()
		case <-ctx.Done():
			return all, fmt.Errorf("stopped at %d of %d: %w", c.Seq(), last, ctx.Err())
		}
	}
}

func unread(tb testing.TB, s *rooms.Session, room rooms.ID) (unread uint64, mentions int) {
	tb.Helper()
	ms, ok := s.Membership(room)
	if !ok {
		tb.Fatalf("%s has no row of room %d", s.Who().Name, room)
	}
	return ms.Unread(), ms.Mentions
}

// flawed is a store that fails, stalls or counts when told to.
type flawed struct {
	rooms.Store
	appends, saves, reads atomic.Int64

	mu     sync.Mutex
	append func(context.Context, []rooms.Entry) error // before; nil for nothing
	after  func([]rooms.Result) error                 // after a commit that did happen
	save   func([]rooms.Update) error
	read   func() error
	loaded func(what string) // after a room, an inbox, members or states were read, before they are returned
}

var errDisk = errors.New("disk full")

func (f *flawed) set(fn func(*flawed)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fn(f)
}

func (f *flawed) Append(ctx context.Context, batch []rooms.Entry) ([]rooms.Result, error) {
	f.appends.Add(1)
	f.mu.Lock()
	before, after := f.append, f.after
	f.mu.Unlock()
	if before != nil {
		if err := before(ctx, batch); err != nil {
			return nil, err
		}
	}
	res, err := f.Store.Append(ctx, batch)
	if err == nil && after != nil {
		if err := after(res); err != nil {
			return nil, err
		}
	}
	return res, err
}

func (f *flawed) Save(ctx context.Context, batch []rooms.Update) error {
	f.saves.Add(1)
	f.mu.Lock()
	save := f.save
	f.mu.Unlock()
	if save != nil {
		if err := save(batch); err != nil {
			return err
		}
	}
	return f.Store.Save(ctx, batch)
}

func (f *flawed) Events(ctx context.Context, room rooms.ID, after uint64, limit int) ([]rooms.Event, error) {
	f.reads.Add(1)
	f.mu.Lock()
	read := f.read
	f.mu.Unlock()
	if read != nil {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return f.Store.Events(ctx, room, after, limit)
}

// between calls the hook for what happens after a read and before its result is used.
func (f *flawed) between(what string) {
	f.mu.Lock()
	loaded := f.loaded
	f.mu.Unlock()
	if loaded != nil {
		loaded(what)
	}
}

func (f *flawed) Room(ctx context.Context, id rooms.ID) (rooms.Room, error) {
	r, err := f.Store.Room(ctx, id)
	f.between("room")
	return r, err
}

func (f *flawed) Inbox(ctx context.Context, who text.Name, known func(rooms.ID) bool) ([]rooms.Membership, error) {
	list, err := f.Store.Inbox(ctx, who, known)
	f.between("inbox")
	return list, err
}

func (f *flawed) Members(ctx context.Context, id rooms.ID) ([]rooms.Member, error) {
	list, err := f.Store.Members(ctx, id)
	f.between("members")
	return list, err
}

func (f *flawed) Referring(ctx context.Context, room rooms.ID, lo, hi uint64) ([]rooms.Event, error) {
	list, err := f.Store.Referring(ctx, room, lo, hi)
	f.between("states")
	return list, err
}
