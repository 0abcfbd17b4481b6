package rooms_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

func TestNobodySeesAPostBeforeItIsDurable(t *testing.T) {
	s := &flawed{Store: openStore(t)}
	m := open(t, s, rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana", "bo")
	bo := attach(t, m, "bo")
	focus(t, bo, r.ID, false)
	before := bo.Head()

	in, out := make(chan bool), make(chan bool)
	s.set(func(s *flawed) {
		s.append = func(context.Context, []rooms.Entry) error { in <- true; <-out; return nil }
	})
	drain(bo)
	done := make(chan *rooms.Event, 1)
	go func() {
		e, err := m.Post(context.Background(), actor(t, "ana"), message(r.ID, "hello"))
		if err != nil {
			t.Error(err)
		}
		done <- e
	}()
	<-in
	if !quiet(bo) || bo.Head() != before {
		t.Error("a reader was told of a post that is not committed")
	}
	if list, err := bo.Events(t.Context(), r.ID, before.Seq, 10); err != nil || len(list) > 0 {
		t.Errorf("a reader got %d events that are not committed, err %v", len(list), err)
	}
	select {
	case <-done:
		t.Error("Post returned before its commit")
	default:
	}
	close(out)
	e := <-done
	wait(t, bo, "the post", func() bool { return bo.Head().Seq == e.Seq })
	list, err := bo.Events(t.Context(), r.ID, before.Seq, 10)
	if err != nil || len(list) != 1 || list[0].Text.String() != "hello" {
		t.Errorf("after the commit a reader got %v, err %v", list, err)
	}
}

func TestTheSameNonceIsTheSamePost(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana")
	p := message(r.ID, "once")
	p.Nonce = "01HX"
	var wg sync.WaitGroup
	seqs := make([]uint64, 20)
	for i := range seqs {
		wg.Go(func() {
			e, err := m.Post(context.Background(), actor(t, "ana"), p)
			if err != nil {
				t.Error(err)
				return
			}
			seqs[i] = e.Seq
		})
	}
	wg.Wait()
	for _, seq := range seqs {
		if seq != seqs[0] {
			t.Fatalf("one nonce became several events: %v", seqs)
		}
	}
	list, err := m.Events(t.Context(), actor(t, "ana"), r.ID, 1, 100)
	if err != nil || len(list) != 1 {
		t.Errorf("the room has %d events after one post sent twenty times, err %v", len(list), err)
	}
}

// lines counts the lines of a log.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Split(strings.TrimSpace(l.b.String()), "\n")
}

func TestAFailingStoreRefusesPostsAndRecoversByItself(t *testing.T) {
	s := &flawed{Store: openStore(t)}
	log := &lines{}
	m := open(t, s, rooms.Options{Log: slog.New(slog.NewTextHandler(log, nil))})
	r := create(t, m, "ops", rooms.Public, "ana")
	ana := attach(t, m, "ana")
	focus(t, ana, r.ID, false)
	say(t, m, r.ID, "ana", "before")

	s.set(func(s *flawed) { s.append = func(context.Context, []rooms.Entry) error { return errDisk } })
	for range 50 {
		_, err := m.Post(t.Context(), actor(t, "ana"), message(r.ID, "lost"))
		if !errors.Is(err, rooms.ErrUnavailable) || err.Error() != rooms.ErrUnavailable.Error() {
			t.Fatalf("a post while the store fails: %v", err)
		}
		if !errors.Is(err, errDisk) {
			t.Fatalf("the cause is not in the error for the log: %v", err)
		}
	}
	if list, err := ana.Events(t.Context(), r.ID, 0, 10); err != nil || len(list) != 2 {
		t.Errorf("reading while the store cannot commit: %d events, err %v", len(list), err)
	}
	s.set(func(s *flawed) { s.append = nil })
	e := say(t, m, r.ID, "ana", "after")
	if e.Seq != 3 {
		t.Errorf("the first post after the failure has seq %d, want 3: refused posts left a trace", e.Seq)
	}
	if got := log.all(); len(got) != 2 || !strings.Contains(got[0], "disk full") || !strings.Contains(got[1], "refused=50") {
		t.Errorf("an outage is two lines in the log, the cause and the count; got:\n%s", strings.Join(got, "\n"))
	}
	if got := m.Stats().CommitErrors; got != 50 {
		t.Errorf("%d failed commits are counted, want 50", got)
	}
}

func TestACommitOfUnknownOutcomeIsFoundOut(t *testing.T) {
	s := &flawed{Store: openStore(t)}
	m := open(t, s, rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana", "bo")
	bo := attach(t, m, "bo")
	focus(t, bo, r.ID, false)
	s.set(func(s *flawed) { s.after = func([]rooms.Result) error { return context.DeadlineExceeded } })
	p := message(r.ID, "did I arrive?")
	p.Nonce = "n1"
	if _, err := m.Post(t.Context(), actor(t, "ana"), p); !errors.Is(err, rooms.ErrUnavailable) {
		t.Fatalf("a commit without an answer: %v", err)
	}
	if _, err := m.Create(t.Context(), actor(t, "bo"), rooms.Room{Name: roomName(t, "made"), Kind: rooms.Public}); !errors.Is(err, rooms.ErrUnavailable) {
		t.Fatalf("a creation without an answer: %v", err)
	}
	s.set(func(s *flawed) { s.after = nil })

	// Nobody posts again: what did happen shows all the same.
	wait(t, bo, "the event whose commit had no answer", func() bool { return bo.Head().Seq == r.Seq+1 })
	wait(t, bo, "the room whose creation had no answer", func() bool { return len(bo.Inbox(nil)) == 2 })
	e, err := m.Post(t.Context(), actor(t, "ana"), p)
	if err != nil || e.Seq != r.Seq+1 {
		t.Errorf("the retry is event %v, err %v; want the first one, %d", e, err, r.Seq+1)
	}
	agree(t, s.Store, m, r.ID, bo)
}

func TestTheNextPostFillsTheGapOfAnUnknownOutcome(t *testing.T) {
	s := &flawed{Store: openStore(t)}
	m := open(t, s, rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana", "bo", "kei")
	bo := attach(t, m, "bo")
	focus(t, bo, r.ID, false)
	s.set(func(s *flawed) { s.after = func([]rooms.Result) error { return context.DeadlineExceeded } })
	_, _ = m.Post(t.Context(), actor(t, "ana"), message(r.ID, "@bo one"))
	_ = m.Leave(t.Context(), actor(t, "kei"), r.ID)
	_, _ = m.Post(t.Context(), actor(t, "bo"), message(r.ID, "two"))
	s.set(func(s *flawed) { s.after = nil })
	e := say(t, m, r.ID, "ana", "three")
	if bo.Head().Seq != e.Seq {
		t.Errorf("after Post returned the head is %d, want %d", bo.Head().Seq, e.Seq)
	}
	if n, mentions := unread(t, bo, r.ID); n != 2 || mentions != 1 {
		t.Errorf("bo has %d unread and %d mentions, want 2 and 1", n, mentions)
	}
	agree(t, s.Store, m, r.ID, bo)
}

func TestAWaiterGivesUpWithItsContext(t *testing.T) {
	s := &flawed{Store: openStore(t)}
	m := open(t, s, rooms.Options{Batch: 2})
	r := create(t, m, "ops", rooms.Public, "ana")
	out := make(chan bool)
	in := make(chan bool, 1)
	s.set(func(s *flawed) {
		s.append = func(context.Context, []rooms.Entry) error {
			select {
			case in <- true:
			default:
			}
			<-out
			return nil
		}
	})
	// More than one batch in flight and two batches of queue can hold.
	const n = 20
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	for i := range n {
		wg.Go(func() {
			if _, err := m.Post(ctx, actor(t, "ana"), message(r.ID, fmt.Sprint(i))); !errors.Is(err, context.Canceled) {
				t.Errorf("a post whose context ended: %v", err)
			}
		})
	}
	<-in
	cancel()
	wg.Wait()
	s.set(func(s *flawed) { s.append = nil })
	close(out)
	e := say(t, m, r.ID, "ana", "last")
	if e.Seq > r.Seq+3 {
		t.Errorf("%d posts were committed whose senders had given up before the commit began", e.Seq-r.Seq-1)
	}
}

func TestPostRefusesWhatIsNoPost(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana")
	for what, p := range map[string]rooms.Post{
		"a topic":      {Room: r.ID, Type: rooms.Topic, Text: text.NewBody("x")},
		"no text":      {Room: r.ID, Type: rooms.Message},
		"a long nonce": {Room: r.ID, Type: rooms.Message, Text: text.NewBody("x"), Nonce: strings.Repeat("n", rooms.MaxNonce+1)},
		"no room":      message(99, "x"),
	} {
		if e, err := m.Post(t.Context(), actor(t, "ana"), p); err == nil {
			t.Errorf("%s was posted as %v", what, e)
		}
	}
	if _, err := m.Post(t.Context(), rooms.Actor{}, message(r.ID, "x")); err == nil {
		t.Error("somebody without a name posted")
	}
}

func TestAPanicInTheStoreIsSurvived(t *testing.T) {
	s := &flawed{Store: openStore(t)}
	m := open(t, s, rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana")
	s.set(func(s *flawed) { s.append = func(context.Context, []rooms.Entry) error { panic("broken driver") } })
	if _, err := m.Post(t.Context(), actor(t, "ana"), message(r.ID, "x")); !errors.Is(err, rooms.ErrUnavailable) {
		t.Fatalf("a post whose commit panics: %v", err)
	}
	s.set(func(s *flawed) { s.append = nil })
	say(t, m, r.ID, "ana", "still here")
	if got := m.Stats().Panics; got != 1 {
		t.Errorf("%d panics are counted, want 1", got)
	}
}

func TestCloseCommitsWhatIsInFlight(t *testing.T) {
	s := &flawed{Store: openStore(t)}
	m := open(t, s, rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana", "bo")
	ana := attach(t, m, "ana")
	in, out := make(chan bool, 1), make(chan bool)
	s.set(func(s *flawed) {
		s.append = func(context.Context, []rooms.Entry) error { in <- true; <-out; return nil }
	})
	posted := make(chan error, 1)
	go func() {
		_, err := m.Post(context.Background(), actor(t, "bo"), message(r.ID, "last words"))
		posted <- err
	}()
	<-in
	ana.Mark(r.ID, 1)
	ana.SetPlace(r.ID, rooms.Place{Draft: "not yet", Anchor: 1})
	ana.Close()
	closed := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		closed <- m.Close(ctx)
	}()
	eventually(t, "new work is refused", func() bool {
		_, err := m.Attach(t.Context(), actor(t, "kei"), rooms.SessionInfo{})
		return errors.Is(err, rooms.ErrClosed)
	})
	if _, err := m.Post(t.Context(), actor(t, "bo"), message(r.ID, "too late")); !errors.Is(err, rooms.ErrClosed) {
		t.Errorf("a post after Close: %v", err)
	}
	close(out)
	if err := <-posted; err != nil {
		t.Errorf("the post in flight: %v", err)
	}
	if err := <-closed; err != nil {
		t.Errorf("Close: %v", err)
	}
	list, err := s.Store.Inbox(t.Context(), name(t, "ana"), nil)
	if err != nil || len(list) != 1 {
		t.Fatalf("ana's inbox has %d rows, err %v", len(list), err)
	}
	if got := list[0]; got.Room.Seq != r.Seq+1 || got.Read != 1 || got.Place.Draft != "not yet" {
		t.Errorf("after Close the store has head %d, mark %d, draft %q", got.Room.Seq, got.Read, got.Place.Draft)
	}
	p, err := s.Store.Person(t.Context(), name(t, "ana"))
	if err != nil || time.Since(p.Seen) > time.Minute {
		t.Errorf("ana was seen %v, err %v", p.Seen, err)
	}
}

func TestCloseDoesNotWaitForAStuckStore(t *testing.T) {
	s := &flawed{Store: openStore(t)}
	m := rooms.New(s, rooms.LocalBus{}, rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana")
	in, out := make(chan bool, 1), make(chan bool)
	s.set(func(s *flawed) {
		s.append = func(context.Context, []rooms.Entry) error { in <- true; <-out; return errDisk }
	})
	posted := make(chan error, 1)
	go func() {
		_, err := m.Post(context.Background(), actor(t, "ana"), message(r.ID, "x"))
		posted <- err
	}()
	<-in
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := m.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Close with a stuck store: %v", err)
	}
	close(out)
	if err := <-posted; err == nil {
		t.Error("the post of a stuck store succeeded")
	}
}
