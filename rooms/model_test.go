package rooms_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/rooms"
	"parley/text"
)

// TestMemoryIsWhatTheStoreSays does whatever people can do, in any order, with
// commits that fail before and after they happened, and compares all that is
// in memory with a fresh read from the store.
func TestMemoryIsWhatTheStoreSays(t *testing.T) {
	all := append([]string{
		"create", "direct", "join", "join", "leave", "invite", "topic", "post", "post", "post", "post",
		"attach", "attach", "close", "focus", "mark", "mark", "markread", "place", "read", "fail", "flush",
	}, steps...)
	// Little else than that messages come, are read and expire, which the counts take together.
	few := []string{"post", "post", "call", "thread", "delete", "mark", "markread", "attach", "attach", "close", "expire", "expire", "flush", "join", "join"}
	rapid.Check(t, func(rt *rapid.T) {
		tb := checked{t, rt}
		store := &flawed{Store: openStore(tb)}
		m := rooms.New(store, rooms.LocalBus{}, rooms.Options{
			Tail:     rapid.SampledFrom([]int{2, 8, 256}).Draw(rt, "tail"),
			Idle:     rapid.SampledFrom([]time.Duration{time.Nanosecond, time.Minute}).Draw(rt, "idle"),
			Presence: time.Nanosecond,
		})
		defer func() {
			if err := m.Close(context.Background()); err != nil {
				rt.Errorf("close: %v", err)
			}
		}()
		p := &play{t: tb, m: m, store: store, steps: rapid.SampledFrom([][]string{all, all, few}).Draw(rt, "of"), names: map[rooms.ID]text.RoomName{}}
		defer p.end()
		for range rapid.IntRange(5, 60).Draw(rt, "steps") {
			p.step(rt)
		}
		p.compare(rt)
	})
}

// checked is the test with the failures of one run of rapid, so that it can look for a shorter one.
type checked struct {
	testing.TB
	rt *rapid.T
}

func (c checked) Errorf(format string, args ...any) { c.rt.Errorf(format, args...) }
func (c checked) Fatalf(format string, args ...any) { c.rt.Fatalf(format, args...) }
func (c checked) Fatal(args ...any)                 { c.rt.Fatal(args...) }

// play is four people, up to three rooms, and their sessions.
type play struct {
	t        testing.TB
	m        *rooms.Manager
	store    *flawed
	steps    []string
	rooms    []rooms.ID
	sessions []*rooms.Session
	seen     []snapshot
	names    map[rooms.ID]text.RoomName // as they were at first
}

func (p *play) end() {
	for _, s := range p.sessions {
		s.Close()
	}
}

func (p *play) step(rt *rapid.T) {
	ctx := p.t.Context()
	who := actor(p.t, rapid.SampledFrom([]string{"ana", "bo", "kei", "zoe"}).Draw(rt, "who"))
	do := rapid.SampledFrom(p.steps).Draw(rt, "do")
	if do == "create" || len(p.rooms) == 0 {
		p.create(rt, who)
		return
	}
	if do == "direct" {
		p.direct(rt, who)
		return
	}
	id := rapid.SampledFrom(p.rooms).Draw(rt, "room")
	seq := rapid.Uint64Range(0, 40).Draw(rt, "seq")
	var err error
	switch do {
	case "join":
		_, err = p.m.Join(ctx, who, id)
	case "leave":
		err = p.m.Leave(ctx, who, id)
	case "invite":
		err = p.m.Invite(ctx, who, id, name(p.t, rapid.SampledFrom([]string{"ana", "bo", "kei", "zoe"}).Draw(rt, "whom")))
	case "topic":
		err = p.m.SetTopic(ctx, who, id, text.NewLine(rapid.SampledFrom([]string{"", "a", "b"}).Draw(rt, "topic"), 80))
	case "post":
		post := message(id, rapid.SampledFrom([]string{"hi", "@ana @bo look", "@kei", "@zoe @zoe"}).Draw(rt, "text"))
		post.Nonce = rapid.SampledFrom([]string{"", "", "n1", "n2"}).Draw(rt, "nonce")
		_, err = p.m.Post(ctx, who, post)
	case "attach":
		s, err := p.m.Attach(ctx, who, rooms.SessionInfo{})
		if err != nil {
			rt.Fatalf("attach: %v", err)
		}
		p.sessions = append(p.sessions, s)
	case "markread":
		err = p.m.MarkRead(ctx, who, id, seq)
	case "fail":
		p.fail(rt, who, id)
	case "flush":
		err = p.m.Flush(ctx)
	case "close", "focus", "mark", "place", "read":
		err = p.session(rt, do, id, seq)
	default:
		err = p.act(rt, do, who, id)
	}
	allowed(rt, do, err)
}

// allowed fails the test for an error that is no refusal: of the store, or of the server.
func allowed(rt *rapid.T, do string, err error) {
	if errors.Is(err, rooms.ErrUnavailable) || errors.Is(err, rooms.ErrClosed) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		rt.Fatalf("%s: %v", do, err)
	}
}

func (p *play) create(rt *rapid.T, who rooms.Actor) {
	if len(p.names) == 3 {
		return
	}
	kind := rapid.SampledFrom([]rooms.Kind{rooms.Public, rooms.Private}).Draw(rt, "kind")
	r, err := p.m.Create(p.t.Context(), who, rooms.Room{Name: roomName(p.t, fmt.Sprintf("room%c", 'x'+len(p.names))), Kind: kind})
	if err != nil {
		rt.Fatalf("create: %v", err)
	}
	p.rooms = append(p.rooms, r.ID)
	p.names[r.ID] = r.Name
}

// direct opens a conversation.
func (p *play) direct(rt *rapid.T, who rooms.Actor) {
	var whom []text.Name
	for _, s := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"ana", "bo", "kei", "zoe"}), 1, 3, rapid.ID[string]).Draw(rt, "with") {
		whom = append(whom, name(p.t, s))
	}
	r, err := p.m.DirectRoom(p.t.Context(), who, whom)
	if err != nil && !errors.Is(err, rooms.ErrUnavailable) && len(whom) > 1 {
		rt.Fatalf("direct: %v", err)
	}
	if err == nil && !slices.Contains(p.rooms, r.ID) {
		p.rooms = append(p.rooms, r.ID)
	}
}

// session does what needs a session.
func (p *play) session(rt *rapid.T, do string, id rooms.ID, seq uint64) error {
	if len(p.sessions) == 0 {
		return nil
	}
	i := rapid.IntRange(0, len(p.sessions)-1).Draw(rt, "session")
	s := p.sessions[i]
	switch do {
	case "close":
		s.Close()
		p.sessions = append(p.sessions[:i:i], p.sessions[i+1:]...)
	case "focus":
		return s.Focus(p.t.Context(), id, seq%2 == 0)
	case "mark":
		s.Mark(id, seq)
	case "place":
		s.SetPlace(id, rooms.Place{Draft: fmt.Sprint(seq), Anchor: seq})
	case "read":
		_, err := s.Events(p.t.Context(), id, seq, 10)
		return err
	}
	return nil
}

// fail lets a commit fail, half of the time after it happened.
func (p *play) fail(rt *rapid.T, who rooms.Actor, id rooms.ID) {
	before := rapid.Bool().Draw(rt, "before")
	p.store.set(func(s *flawed) {
		if before {
			s.append = func(context.Context, []rooms.Entry) error { return errDisk }
		} else {
			s.after = func([]rooms.Result) error { return context.DeadlineExceeded }
		}
	})
	var err error
	if rapid.Bool().Draw(rt, "leave") {
		err = p.m.Leave(p.t.Context(), who, id)
	} else {
		_, err = p.m.Post(p.t.Context(), who, message(id, "@bo lost?"))
	}
	p.store.set(func(s *flawed) { s.append, s.after = nil, nil })
	if !errors.Is(err, rooms.ErrUnavailable) {
		allowed(rt, "fail", err)
	}
}

// compare waits for what is repaired in the background, then compares.
func (p *play) compare(rt *rapid.T) {
	if err := p.m.Flush(p.t.Context()); err != nil {
		rt.Fatalf("flush: %v", err)
	}
	// The next commit that succeeds has what is open repaired.
	create(p.t, p.m, "last", rooms.Public, "owner")
	for end := time.Now().Add(patience / 4); !p.same() && time.Now().Before(end); {
		runtime.Gosched()
	}
	for _, id := range p.rooms {
		agree(p.t, p.store.Store, p.m, id, p.sessions...)
	}
	p.replay(rt)
}

func (p *play) same() bool {
	for _, s := range p.sessions {
		if differs(p.t, p.store.Store, s) {
			return false
		}
	}
	for _, id := range p.rooms {
		want, err := p.store.Store.Room(p.t.Context(), id)
		if err != nil {
			p.t.Fatal(err)
		}
		got, err := p.m.Room(p.t.Context(), rooms.Actor{Name: want.Creator}, id)
		if err == nil && got != want {
			return false
		}
	}
	return true
}
