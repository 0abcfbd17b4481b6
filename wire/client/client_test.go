package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
	"parley/wire"
	"parley/wire/client"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server is a server without faces, to which clients come through pipes that may be cut.
type server struct {
	t    testing.TB
	chat *chat.Chat

	mu    sync.Mutex
	pipes []net.Conn
	dials int
	down  bool // nobody comes in
	args  string
	wait  sync.WaitGroup
}

func newServer(t testing.TB) *server {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keys.Open(t.Context(), keys.Options{Dir: t.TempDir(), Registration: keys.ByInvite, Ledger: store})
	if err != nil {
		t.Fatal(err)
	}
	m := rooms.New(store, rooms.LocalBus{}, rooms.Options{})
	s := &server{t: t, chat: chat.New(chat.Options{Rooms: m, Keys: ring, Server: "Parley", Version: "1"})}
	t.Cleanup(func() {
		s.cut()
		s.wait.Wait()
		_ = m.Close(context.Background())
		ring.Close()
		store.Close()
	})
	return s
}

func (s *server) as(who, line string) chat.Request {
	n, err := text.ReadName(who)
	if err != nil {
		s.t.Fatal(err)
	}
	return chat.Request{Who: keys.Identity{Name: n, Role: keys.Member}, Actor: rooms.Actor{Name: n}, Line: line}
}

func (s *server) run(who, line string) chat.Reply {
	s.t.Helper()
	reply, err := s.chat.Run(context.Background(), s.as(who, line))
	if err != nil {
		s.t.Fatalf("%s: %s: %v", who, line, err)
	}
	return reply
}

// dial is a client's way in, as somebody.
func (s *server) dial(who string) client.Dial {
	return func(ctx context.Context, args string) (client.Lines, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.dials++
		s.args = args
		if s.down {
			return nil, errors.New("connection refused")
		}
		reply, err := s.chat.Run(ctx, s.as(who, "attach "+args))
		if err != nil {
			if wire.Status(err) == wire.Down {
				return nil, err
			}
			return nil, &client.RefusedError{Why: err.Error()}
		}
		here, there := net.Pipe()
		s.pipes = append(s.pipes, there)
		s.wait.Go(func() {
			defer there.Close()
			c := wire.Conversation{Chat: s.chat, Who: s.as(who, ""), Follow: reply.Follow}
			_ = c.Run(context.Background(), wire.NewLines(there).Next, func(b []byte) error {
				_, err := there.Write(b)
				return err
			})
		})
		return client.Stream(here), nil
	}
}

// cut cuts all connections.
func (s *server) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.pipes {
		p.Close()
	}
	s.pipes = nil
}

// dialled is how many connections there were.
func (s *server) dialled() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dials
}

// up lets clients in, or not.
func (s *server) up(on bool) {
	s.mu.Lock()
	s.down = !on
	s.mu.Unlock()
}

// follow runs a client until the test ends.
func follow(t *testing.T, c *client.Client, handler func(client.Line) error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = c.Run(ctx, handler)
	}()
	t.Cleanup(func() { cancel(); <-done })
}

const patience = 20 * time.Second

// Connections are cut again and again, in the middle of lines too, and the follower ends with the log: nothing is lost, nothing comes twice, and
// what it posts meanwhile is posted once.
func TestNothingIsLostOrDoubled(t *testing.T) {
	s := newServer(t)
	s.run("ana", "create #ops")
	s.run("kei", "join #ops")
	c := client.New(client.Options{Dial: s.dial("kei"), After: map[string]uint64{"#ops": 0}})
	type seen struct {
		seq  uint64
		text string
	}
	got := make(chan seen, 10_000)
	follow(t, c, func(l client.Line) error {
		if l.Event != nil {
			got <- seen{l.Event.Seq, l.Event.Text}
		}
		return nil
	})
	const posts, own = 400, 50
	var work sync.WaitGroup
	work.Go(func() {
		for i := range posts {
			s.run("ana", fmt.Sprintf("post #ops message %d", i))
		}
	})
	work.Go(func() {
		for i := range own {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			if _, err := c.Post(ctx, "#ops", fmt.Sprintf("own %d", i), ""); err != nil {
				t.Errorf("own %d: %v", i, err)
			}
			cancel()
		}
	})
	work.Go(func() {
		for deadline := time.Now().Add(patience); s.dialled() < 6 && time.Now().Before(deadline); {
			<-time.After(time.Duration(rand.IntN(60)) * time.Millisecond)
			s.cut()
		}
	})
	work.Wait()
	for want := uint64(1); want <= 2+posts+own; want++ {
		select {
		case e := <-got:
			if e.seq != want {
				t.Fatalf("after %d came %d", want-1, e.seq)
			}
		case <-time.After(patience):
			t.Fatalf("%d did not come", want)
		}
	}
	said := map[string]int{}
	events, err := s.chat.Rooms.Events(t.Context(), s.as("ana", "").Actor, 1, 0, 1000)
	if err != nil || len(events) != 2+posts+own {
		t.Fatalf("the log has %d events (%v)", len(events), err)
	}
	for _, e := range events[2:] {
		said[e.Text.String()]++
	}
	if len(said) != posts+own {
		t.Errorf("%d different things were said", len(said))
	}
	if n := s.dialled(); n < 6 {
		t.Errorf("there were %d connections only", n)
	}
	if got := c.Cursors()["#ops"]; got != 2+posts+own {
		t.Errorf("the cursor is %d", got)
	}
}

// A room that is renamed, also while nobody listens, goes on under its new name; one that is left ends.
func TestRoomsAreFollowedByTheirNumber(t *testing.T) {
	s := newServer(t)
	s.run("ana", "create #ops")
	s.run("kei", "join #ops")
	c := client.New(client.Options{Dial: s.dial("kei"), Live: true})
	got, hello := make(chan string, 100), make(chan bool, 10)
	follow(t, c, func(l client.Line) error {
		switch {
		case l.Event != nil:
			got <- fmt.Sprintf("%s:%d %s", l.Event.Room, l.Event.Seq, l.Event.Text)
		case l.Type == "hello":
			hello <- true
		case l.Type == "ended":
			got <- "ended"
		}
		return nil
	})
	<-hello
	see := func(want string) {
		t.Helper()
		select {
		case e := <-got:
			if e != want {
				t.Fatalf("%q came, not %q", e, want)
			}
		case <-time.After(patience):
			t.Fatalf("%q did not come", want)
		}
	}
	s.run("ana", "post #ops one")
	see("#ops:3 one")
	s.run("ana", "rename #ops #live")
	see("#live:4 #live")
	s.up(false)
	s.cut()
	s.run("ana", "post #live two")
	s.run("ana", "rename #live #later")
	s.run("ana", "post #later three")
	s.up(true)
	see("#later:5 two")
	see("#later:6 #later")
	see("#later:7 three")
	if cursors := c.Cursors(); len(cursors) != 1 || cursors["#later"] != 7 {
		t.Errorf("the cursors are %v", cursors)
	}
	s.run("kei", "leave #later")
	for e := range got {
		if e == "ended" {
			break
		}
	}
	if cursors := c.Cursors(); len(cursors) != 0 {
		t.Errorf("the cursors are %v", cursors)
	}
}

// A command that was under way when the connection was lost is done once if it has a nonce, and else is not said again.
func TestCommandsAcrossALostConnection(t *testing.T) {
	s := newServer(t)
	s.run("kei", "create #ops")
	dial := s.dial("kei")
	first := true
	var posted sync.WaitGroup
	posted.Add(1)
	c := client.New(client.Options{Dial: func(ctx context.Context, args string) (client.Lines, error) {
		lines, err := dial(ctx, args)
		if err == nil && first {
			first = false
			return &deaf{Lines: lines, posted: &posted}, nil // loses what is answered
		}
		return lines, err
	}})
	hello := make(chan bool, 10)
	follow(t, c, func(l client.Line) error {
		if l.Type == "hello" {
			hello <- true
		}
		return nil
	})
	<-hello
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var work sync.WaitGroup
	work.Go(func() {
		e, err := c.Post(ctx, "#ops", "once", "n1")
		if err != nil || e.Text != "once" {
			t.Errorf("%+v, %v", e, err)
		}
	})
	posted.Wait() // it is stored, and its answer is lost with the connection
	lost := make(chan error, 1)
	go func() {
		_, err := c.Do(ctx, wire.Command{Command: "topic", Args: "#ops new words"})
		lost <- err
	}()
	topic := s.as("kei", "topic #ops")
	for deadline := time.Now().Add(patience); ; <-time.After(time.Millisecond) {
		if r, err := s.chat.Run(ctx, topic); err == nil && strings.Contains(r.Lines[0].String(), "new words") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the topic was not set")
		}
	}
	s.cut()
	if err := <-lost; !errors.Is(err, client.ErrLost) {
		t.Errorf("the command without a nonce ends with %v", err)
	}
	work.Wait()
	if got := s.run("kei", "history #ops").Events; len(got) != 3 {
		t.Errorf("the room has %d rows", len(got))
	}
	a, err := c.Do(ctx, wire.Command{Command: "whoami"})
	if err != nil || !a.OK || len(a.Objects) != 1 || !json.Valid(a.Objects[0]) {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err := c.Do(ctx, wire.Command{Command: "nonsense"}); err != nil || a.OK || a.Error == nil || a.Error.Status != wire.Usage {
		t.Errorf("%+v, %v", a, err)
	}
}

// deaf is a connection whose answers do not arrive.
type deaf struct {
	client.Lines
	posted *sync.WaitGroup
	once   sync.Once
}

func (d *deaf) Read(ctx context.Context) ([]byte, error) {
	for {
		line, err := d.Lines.Read(ctx)
		if err != nil || !strings.Contains(string(line), `"answer"`) {
			return line, err
		}
		d.once.Do(d.posted.Done)
	}
}

// The end of Run is for good: a refusal, an error of the handler, the end of the context; whoever waits for an answer is told.
func TestTheEnd(t *testing.T) {
	s := newServer(t)
	s.run("kei", "create #ops")
	var refused *client.RefusedError
	c := client.New(client.Options{Dial: s.dial("kei"), Rooms: []string{"#nowhere"}})
	if err := c.Run(t.Context(), func(client.Line) error { return nil }); !errors.As(err, &refused) {
		t.Errorf("a room that is not there: %v", err)
	}
	if _, err := c.Do(t.Context(), wire.Command{Command: "whoami"}); !errors.As(err, &refused) {
		t.Errorf("a command after the end: %v", err)
	}
	own := errors.New("enough")
	c = client.New(client.Options{Dial: s.dial("kei"), After: map[string]uint64{"#ops": 0}})
	if err := c.Run(t.Context(), func(l client.Line) error {
		if l.Event != nil {
			return own
		}
		return nil
	}); !errors.Is(err, own) {
		t.Errorf("the handler's error: %v", err)
	}
	if got := c.Cursors()["#ops"]; got != 0 {
		t.Errorf("an event that was not taken has moved the cursor to %d", got)
	}
	s.up(false)
	ctx, cancel := context.WithCancel(context.Background())
	c = client.New(client.Options{Dial: s.dial("kei"), Log: func(string) { cancel() }})
	answered := make(chan error, 1)
	go func() {
		_, err := c.Do(context.Background(), wire.Command{Command: "whoami"})
		answered <- err
	}()
	if err := c.Run(ctx, func(client.Line) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("the end of the context: %v", err)
	}
	if err := <-answered; !errors.Is(err, context.Canceled) {
		t.Errorf("who waits is told %v", err)
	}
}
