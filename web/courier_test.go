package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// sink is a target that writes down what it is sent.
type sink struct {
	*httptest.Server
	got chan received // what was sent, in order

	mu     sync.Mutex
	answer func(w http.ResponseWriter, n int) // n counts the requests from 1
	n      int
}

type received struct {
	header http.Header
	body   string
}

func newSink(t *testing.T, answer func(w http.ResponseWriter, n int)) *sink {
	s := &sink{got: make(chan received, 1000), answer: answer}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.n++
		n := s.n
		s.mu.Unlock()
		s.got <- received{r.Header, string(body)}
		if s.answer != nil {
			s.answer(w, n)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// next is the next request.
func (s *sink) next(t *testing.T) received {
	t.Helper()
	select {
	case r := <-s.got:
		return r
	case <-time.After(20 * time.Second):
		t.Fatal("nothing was sent")
		return received{}
	}
}

// clock is a clock that moves when a test moves it, or somebody waits.
type clock struct {
	mu    sync.Mutex
	t     time.Time
	waits []time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func (c *clock) pause(ctx context.Context, d time.Duration) error {
	c.move(d)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waits = append(c.waits, d)
	return ctx.Err()
}

// outgoing is a courier for one hook out of a place.
type outgoing struct {
	*place
	*Courier
	out  rooms.Hook
	told chan uint64
}

func newOutgoing(t *testing.T, s *sink, o rooms.Outgoing) *outgoing {
	t.Helper()
	p := newPlace(t, rooms.Limits{})
	o.Secret = "s3cret"
	if o.URL == "" {
		o.URL = s.URL + "/in?key=topsecret"
	}
	h, err := p.Rooms.AddHook(t.Context(), p.ana, rooms.Hook{Room: p.room.ID, Name: name(t, "deploy-bot"), Out: &o})
	if err != nil {
		t.Fatal(err)
	}
	g := &outgoing{place: p, out: h, told: make(chan uint64, 100)}
	g.start(strings.TrimPrefix(s.URL, "http://"))
	return g
}

// start begins to deliver; what ran before is closed.
func (g *outgoing) start(allow ...string) {
	g.t.Helper()
	g.Courier = NewCourier(CourierOptions{Rooms: g.place.Rooms, Log: g.place.Log, Allow: allow, Clock: g.clock.now, Tell: func(_ rooms.Hook, seq uint64) { g.told <- seq }})
	g.Courier.pause = g.clock.pause
	g.Courier.Start()
	g.t.Cleanup(g.stop)
}

func (g *outgoing) stop() {
	if err := g.Courier.Close(context.Background()); err != nil {
		g.t.Error(err)
	}
}

func (g *outgoing) say(who rooms.Actor, words string) *rooms.Event {
	g.t.Helper()
	e, err := g.place.Rooms.Post(g.t.Context(), who, rooms.Post{Room: g.room.ID, Type: rooms.Message, Text: text.NewBody(words)})
	if err != nil {
		g.t.Fatal(err)
	}
	return e
}

// until waits until the stored state is as it should be.
func (g *outgoing) until(what string, ok func(rooms.Hook) bool) rooms.Hook {
	g.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		h, err := g.place.Rooms.Hook(context.Background(), g.out.ID)
		if err == nil && ok(h) {
			return h
		}
		if time.Now().After(deadline) {
			g.t.Fatalf("%s: the hook is %+v %+v (%v)", what, h, h.Out, err)
		}
		<-time.After(time.Millisecond)
	}
}

// idle waits until no delivery runs.
func (g *outgoing) idle() {
	g.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; <-time.After(time.Millisecond) {
		g.Courier.mu.Lock()
		n := len(g.Courier.running)
		g.Courier.mu.Unlock()
		if n == 0 {
			return
		}
		if time.Now().After(deadline) {
			g.t.Fatalf("%d deliveries run", n)
		}
	}
}

func TestDeliveriesAreSignedAndInOrder(t *testing.T) {
	s := newSink(t, nil)
	g := newOutgoing(t, s, rooms.Outgoing{})
	var last *rooms.Event
	for i := range 20 {
		last = g.say(g.ana, "message "+strconv.Itoa(i))
		g.say(g.hook.Actor(), "of a program")
	}
	for i := range 20 {
		r := s.next(t)
		var e struct {
			Room, Type, Author, Text string
			Seq                      uint64
		}
		if err := json.Unmarshal([]byte(r.body), &e); err != nil || e.Room != "#ops" || e.Type != "message" || e.Author != "ana" || e.Text != "message "+strconv.Itoa(i) {
			t.Fatalf("delivery %d is %s (%v)", i, r.body, err)
		}
		at := r.header.Get("X-Parley-Timestamp")
		if r.header.Get("X-Parley-Signature") != "v1="+sign("s3cret", []byte(at+"."+r.body)) {
			t.Errorf("the signature of %d is wrong: %v", i, r.header)
		}
		if r.header.Get("X-Parley-Delivery") != strconv.FormatInt(int64(g.room.ID), 10)+":"+strconv.FormatUint(e.Seq, 10) || r.header.Get("X-Parley-Event") != "message" {
			t.Errorf("headers: %v", r.header)
		}
	}
	g.until("all delivered", func(h rooms.Hook) bool { return h.Out.Cursor >= last.Seq && h.Out.Failures == 0 && !h.Used.IsZero() })
	if strings.Contains(g.log.String(), "topsecret") || strings.Contains(g.log.String(), "s3cret") {
		t.Errorf("a secret is in the log: %s", g.log)
	}
}

// A target that is away is tried again, each time later, and what waits for it survives a restart.
func TestDeliveryIsTriedAgainAcrossARestart(t *testing.T) {
	s := newSink(t, func(w http.ResponseWriter, n int) {
		if n <= 5 {
			w.Header().Set("Retry-After", strconv.Itoa(7*(n/5))) // the fifth asks for seven seconds
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	g := newOutgoing(t, s, rooms.Outgoing{})
	g.Courier.pause = pause // stands after the first failure
	one := g.say(g.ana, "one")
	first := s.next(t)
	h := g.until("one failure", func(h rooms.Hook) bool { return h.Out.Failures == 1 })
	if h.Out.Trouble != "it answers 500" || h.Out.Cursor >= one.Seq || h.Out.Next.Before(h.Out.Since) {
		t.Errorf("after a failure it is %+v", h.Out)
	}
	g.stop()
	g.say(g.ana, "two")
	g.start(strings.TrimPrefix(s.URL, "http://"))
	for i := range 5 {
		if r := s.next(t); r.body != first.body || r.header.Get("X-Parley-Delivery") != first.header.Get("X-Parley-Delivery") {
			t.Errorf("try %d: %s", i+2, r.body)
		}
	}
	if r := s.next(t); !strings.Contains(r.body, "two") {
		t.Errorf("then: %s", r.body)
	}
	g.until("all delivered", func(h rooms.Hook) bool { return h.Out.Failures == 0 && h.Out.Trouble == "" })
	g.stop()
	if last := g.clock.waits[len(g.clock.waits)-1]; last < 7*time.Second-time.Millisecond {
		t.Errorf("asked for 7 s, it waited %v of %v", last, g.clock.waits)
	}
}

func TestAnEventIsGivenUpAfterADay(t *testing.T) {
	s := newSink(t, func(w http.ResponseWriter, n int) {
		if n > 1 {
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	g := newOutgoing(t, s, rooms.Outgoing{})
	g.say(g.ana, "taken")
	bad := g.say(g.ana, "never taken")
	select {
	case seq := <-g.told:
		if seq != bad.Seq {
			t.Errorf("event %d was given up, not %d", seq, bad.Seq)
		}
	case <-time.After(60 * time.Second):
		t.Fatal("nobody was told")
	}
	g.until("given up", func(h rooms.Hook) bool { return h.Out.Skipped == 1 && h.Out.Cursor >= bad.Seq })
	g.stop()
	sum := time.Duration(0)
	for _, w := range g.clock.waits {
		if w > lastRetry {
			t.Errorf("a wait of %v", w)
		}
		sum += w
	}
	if sum < giveUp-lastRetry || sum > giveUp+lastRetry {
		t.Errorf("it was tried for %v", sum)
	}
}

func TestGoneSwitchesOffAndATestSwitchesOn(t *testing.T) {
	s := newSink(t, func(w http.ResponseWriter, n int) {
		if n == 1 {
			w.WriteHeader(http.StatusGone)
		}
	})
	g := newOutgoing(t, s, rooms.Outgoing{})
	g.say(g.ana, "one")
	if seq := <-g.told; seq != 0 {
		t.Errorf("told of %d", seq)
	}
	h := g.until("off", func(h rooms.Hook) bool { return h.Out.Off })
	s.next(t)
	g.idle()
	if err := g.Courier.Ping(t.Context(), h, g.ana.Name); err != nil {
		t.Fatal(err)
	}
	if r := s.next(t); r.header.Get("X-Parley-Event") != "ping" {
		t.Errorf("the test is %v %s", r.header, r.body)
	}
	if r := s.next(t); !strings.Contains(r.body, `"text":"one"`) {
		t.Errorf("then: %s", r.body)
	}
}

func TestOnlyWhatAHookIsFor(t *testing.T) {
	s := newSink(t, func(w http.ResponseWriter, n int) { _, _ = io.WriteString(w, `{"text": "done, @here"}`) })
	g := newOutgoing(t, s, rooms.Outgoing{For: rooms.ForMentions})
	g.say(g.ana, "nothing for it")
	g.say(g.hook.Actor(), "@deploy-bot says a program")
	e := g.say(g.ana, "@deploy-bot deploy please")
	if r := s.next(t); !strings.Contains(r.body, "deploy please") {
		t.Errorf("delivered: %s", r.body)
	}
	deadline := time.Now().Add(20 * time.Second)
	for {
		said := g.said()
		if n := len(said); said[n-1] == "deploy-bot: done, @ here" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("said: %q", said)
		}
		<-time.After(time.Millisecond)
	}
	events, err := g.place.Rooms.Events(t.Context(), g.ana, g.room.ID, e.Seq, 10)
	if err != nil || len(events) != 1 || events[0].Ref != e.Seq || !events[0].Bot {
		t.Errorf("the answer is %+v (%v)", events, err)
	}
	g.stop()
	if len(s.got) != 0 {
		t.Errorf("more was delivered: %+v", <-s.got)
	}
	for _, c := range []struct {
		hook rooms.Outgoing
		say  string
		want bool
	}{
		{rooms.Outgoing{For: rooms.ForWord, Word: "Deploy"}, "please DEPLOY it", true},
		{rooms.Outgoing{For: rooms.ForWord, Word: "deploy"}, "redeployment", false},
		{rooms.Outgoing{For: rooms.ForWord, Word: "配備"}, "今日配備します", true},
		{rooms.Outgoing{For: rooms.ForAll}, "anything", true},
	} {
		h := rooms.Hook{Name: name(t, "x"), Out: &c.hook}
		if got := wants(&h, &rooms.Event{Type: rooms.Message, Author: g.ana.Name, Text: text.NewBody(c.say)}); got != c.want {
			t.Errorf("%+v wants %q: %v", c.hook, c.say, got)
		}
		if wants(&h, &rooms.Event{Type: rooms.Message, Author: h.Name, Text: text.NewBody(c.say), Bot: true}) {
			t.Errorf("%+v wants its own messages", c.hook)
		}
	}
}

func TestTargetsThatAreRefusedAreNotAsked(t *testing.T) {
	s := newSink(t, func(w http.ResponseWriter, n int) {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusFound)
	})
	g := newOutgoing(t, s, rooms.Outgoing{})
	g.stop()
	g.start() // nothing is allowed by name
	if err := g.Courier.Ping(t.Context(), g.out, g.ana.Name); !errors.Is(err, errPrivate) || strings.Contains(err.Error(), "topsecret") {
		t.Errorf("a private target: %v", err)
	}
	g.stop()
	g.start(strings.TrimPrefix(s.URL, "http://"))
	if err := g.Courier.Ping(t.Context(), g.out, g.ana.Name); err == nil || !strings.Contains(err.Error(), "redirect (302)") {
		t.Errorf("a redirect: %v", err)
	}
	if len(s.got) != 1 {
		t.Errorf("it was asked %d times", len(s.got))
	}
}

func TestRemovedHooksEnd(t *testing.T) {
	s := newSink(t, nil)
	g := newOutgoing(t, s, rooms.Outgoing{For: rooms.ForAll})
	g.say(g.ana, "one")
	s.next(t)
	if err := g.place.Rooms.RemoveHook(t.Context(), g.ana, g.out); err != nil {
		t.Fatal(err)
	}
	g.say(g.ana, "two")
	g.idle()
	if len(s.got) != 0 {
		t.Errorf("delivered after it was removed: %+v", <-s.got)
	}
}

func TestBackoff(t *testing.T) {
	for _, c := range []struct {
		failures int
		asked    time.Duration
		chance   float64
		want     time.Duration
	}{
		{1, 0, 0, time.Second}, {1, 0, 1, time.Second / 2}, {4, 0, 0, 8 * time.Second}, {10, 0, 0, 512 * time.Second},
		{11, 0, 0, lastRetry}, {1_000_000, 0, 0, lastRetry}, {1_000_000, 0, 1, lastRetry / 2},
		{1, 90 * time.Second, 0.5, 90 * time.Second}, {1, 1000 * time.Hour, 0, longestAsked}, {11, time.Second, 0, lastRetry},
	} {
		if got := backoff(c.failures, c.asked, c.chance); got != c.want {
			t.Errorf("after %d failures, asked for %v: %v, want %v", c.failures, c.asked, got, c.want)
		}
	}
}

func TestWhatFailsSaysNothingOfThisNetwork(t *testing.T) {
	at := &net.TCPAddr{IP: net.IPv4(10, 1, 2, 3), Port: 4711}
	for _, err := range []error{
		&net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "x.example", Server: "10.255.255.53:53", IsNotFound: true}},
		&net.OpError{Op: "read", Net: "tcp", Source: at, Addr: at, Err: os.NewSyscallError("read", syscall.ECONNRESET)},
	} {
		got := whyNot(&url.Error{Op: "Post", URL: "https://x.example/secret", Err: err}).Error()
		if strings.Contains(got, "10.") || strings.Contains(got, "secret") || got == "" {
			t.Errorf("%v is told as %q", err, got)
		}
	}
}
