package sshd

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// fakeClock is the gate's clock.
type fakeClock struct{ ns atomic.Int64 }

func (c *fakeClock) now() time.Time          { return time.Unix(0, c.ns.Load()) }
func (c *fakeClock) advance(d time.Duration) { c.ns.Add(int64(d)) }

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

// enters counts how many of n connections from the addresses that at yields get in.
func enters(g *gate, n int, at func(i int) string) (in []*ticket, last Reason) {
	for i := range n {
		if t, why := g.enter(addr(at(i)), func() {}); why == "" {
			in = append(in, t)
		} else {
			last = why
		}
	}
	return in, last
}

func TestFloodFromOnePrefixIsTurnedAway(t *testing.T) {
	for name, prefix := range map[string]func(int) string{
		"IPv4 /24": func(i int) string { return fmt.Sprintf("192.0.2.%d", i%256) },
		"IPv6 /64": func(i int) string { return fmt.Sprintf("2001:db8:0:7:%x::%x", i%65536, i) },
	} {
		clock := &fakeClock{}
		g := newGate(Limits{Handshakes: 20, HandshakeBurst: 300}, clock.now)
		in, why := enters(g, 16000, prefix)
		if len(in) != 300 || why != TooFast {
			t.Errorf("%s: %d of 16,000 at once got in (%s), want the burst of 300", name, len(in), why)
		}
		if _, why := g.enter(addr("198.51.100.1"), func() {}); why != "" {
			t.Errorf("%s: somebody else is turned away: %s", name, why)
		}
		clock.advance(time.Second)
		if in, _ := enters(g, 16000, prefix); len(in) != 20 {
			t.Errorf("%s: %d in the second after, want 20", name, len(in))
		}
	}
}

func TestWholeOfficeComesBackAtOnce(t *testing.T) {
	// The defaults of config.yaml: 200 people behind one address.
	g := newGate(Limits{Connections: 20000, ConnectionsPerPrefix: 1000, Unauthenticated: 1000, UnauthenticatedPerPrefix: 250, Handshakes: 20, HandshakeBurst: 300}, (&fakeClock{}).now)
	if in, why := enters(g, 200, func(int) string { return "192.0.2.1" }); len(in) != 200 {
		t.Errorf("%d of 200 got in: %s", len(in), why)
	}
}

func TestCountsOfConnections(t *testing.T) {
	one := func(int) string { return "192.0.2.1" }
	each := func(i int) string { return fmt.Sprintf("10.%d.%d.1", i/256, i%256) }
	for _, test := range []struct {
		limits Limits
		at     func(int) string
		known  bool // whether they log in at once
		want   int
		why    Reason
	}{
		{Limits{Connections: 7}, each, true, 7, TooMany},
		{Limits{ConnectionsPerPrefix: 7}, one, true, 7, TooManyPrefix},
		{Limits{ConnectionsPerPrefix: 7}, each, true, 100, ""},
		{Limits{Unauthenticated: 7}, each, true, 100, ""},
		{Limits{UnauthenticatedPerPrefix: 7}, one, false, 7, TooManyUnauthPfx},
		{Limits{UnauthenticatedPerPrefix: 7}, one, true, 100, ""},
		{Limits{}, one, false, 100, ""},
	} {
		g := newGate(test.limits, (&fakeClock{}).now)
		n, last := 0, Reason("")
		var tickets []*ticket
		for i := range 100 {
			ticket, why := g.enter(addr(test.at(i)), func() {})
			if why != "" {
				last = why
				continue
			}
			n++
			tickets = append(tickets, ticket)
			if test.known {
				ticket.known()
			}
		}
		if n != test.want || last != test.why {
			t.Errorf("%+v: %d got in (%q), want %d (%q)", test.limits, n, last, test.want, test.why)
		}
		for _, ticket := range tickets {
			ticket.leave()
			ticket.leave() // giving back twice gives back once
		}
		if g.total != 0 || g.waiting.Len() != 0 {
			t.Errorf("%+v: after all left, %d in all and %d unauthenticated", test.limits, g.total, g.waiting.Len())
		}
		if in, _ := enters(g, 100, test.at); len(in) == 0 {
			t.Errorf("%+v: nobody gets in after all left", test.limits)
		}
	}
}

func TestSilentCrowdKeepsNobodyOut(t *testing.T) {
	g := newGate(Limits{Unauthenticated: 10}, (&fakeClock{}).now)
	var dropped []int
	for i := range 25 {
		if _, why := g.enter(addr(fmt.Sprintf("10.0.%d.1", i)), func() { dropped = append(dropped, i) }); why != "" {
			t.Fatalf("number %d is turned away: %s", i, why)
		}
	}
	if len(dropped) != 15 || !slices.IsSorted(dropped) || dropped[0] != 0 {
		t.Errorf("dropped %v, want the oldest 15", dropped)
	}
	if n := g.waiting.Len(); n != 10 {
		t.Errorf("%d are logging in", n)
	}
}

func TestSilentCrowdMakesRoomForALogin(t *testing.T) {
	p := startPlace(t, func(o *Options) { o.Limits.Unauthenticated = 5 })
	var crowd []net.Conn
	for range 5 {
		nc, err := net.Dial("tcp", p.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		crowd = append(crowd, nc)
	}
	eventually(t, "the crowd is in", func() bool { return p.server.Stats().Connections == 5 })
	p.dial("alice", p.member("alice"))
	gone, _ := io.ReadAll(crowd[0]) // the oldest; a reset is as good
	if len(gone) > 100 || p.server.Stats().Refused[TooManyUnauth] != 1 {
		t.Errorf("read %q; stats %+v", gone, p.server.Stats())
	}
}

func TestStrangersHaveCountsOfTheirOwn(t *testing.T) {
	g := newGate(Limits{Unauthenticated: 3, UnauthenticatedPerPrefix: 2}, (&fakeClock{}).now)
	var in []*ticket
	for i, want := range []bool{true, true, false, true, false} {
		at := "192.0.2.1"
		if i >= 3 {
			at = "198.51.100.1"
		}
		ticket, why := g.enter(addr(at), func() {})
		if why != "" {
			t.Fatalf("number %d is turned away: %s", i, why)
		}
		if got := ticket.stranger(); got != want {
			t.Errorf("stranger %d: room %v, want %v", i, got, want)
		}
		in = append(in, ticket)
	}
	if _, why := g.enter(addr("192.0.2.1"), func() {}); why != "" {
		t.Errorf("strangers keep others from logging in: %s", why)
	}
	in[0].known()
	in[1].leave()
	if !in[2].stranger() || !in[4].stranger() {
		t.Error("no room, though one became known and one left")
	}
}

func TestStrangerTooManyIsToldSo(t *testing.T) {
	p := startPlace(t, func(o *Options) { o.Limits.Unauthenticated = 1 })
	shell(t, p.dial("nora", newSigner(t, "ed25519")), "xterm", 80, 24)
	ch, reqs := shell(t, p.dial("olga", newSigner(t, "ed25519")), "xterm", 80, 24)
	readUntil(t, ch.Stderr(), "Too many newcomers")
	if got := exitStatus(t, reqs); got != ErrCrowded.Status {
		t.Errorf("exit status %d", got)
	}
	alice, _ := shell(t, p.dial("alice", p.member("alice")), "xterm", 80, 24)
	readUntil(t, alice, "view alice")
}

func TestExemptAddressesSkipPrefixesOnly(t *testing.T) {
	g := newGate(Limits{
		Exempt: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Connections: 50,
		ConnectionsPerPrefix: 1, UnauthenticatedPerPrefix: 1, Handshakes: 1, HandshakeBurst: 1,
	}, (&fakeClock{}).now)
	in, why := enters(g, 100, func(int) string { return "127.0.0.1" })
	if len(in) != 50 || why != TooMany {
		t.Errorf("%d got in: %s", len(in), why)
	}
}

func TestPrefixesAreForgotten(t *testing.T) {
	clock := &fakeClock{}
	g := newGate(Limits{Handshakes: 20, HandshakeBurst: 300}, clock.now)
	in, _ := enters(g, 10000, func(i int) string { return fmt.Sprintf("2001:db8:%x:1::1", i) })
	for _, ticket := range in {
		ticket.leave()
	}
	clock.advance(sweepEvery)
	if _, why := g.enter(addr("192.0.2.1"), func() {}); why != "" {
		t.Fatal(why)
	}
	if n := len(g.prefixes); n != 1 {
		t.Errorf("%d prefixes are remembered", n)
	}
}

func TestNewLimitsHoldAtOnce(t *testing.T) {
	p := startPlace(t, nil)
	alice := p.member("alice")
	p.dial("alice", alice)
	l := testLimits()
	l.Connections = 1
	p.server.SetLimits(l)
	nc, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if got, _ := io.ReadAll(nc); len(got) != 0 {
		t.Errorf("one too many was greeted with %q", got)
	}
	if got := p.server.Stats().Refused[TooMany]; got != 1 {
		t.Errorf("%d counted", got)
	}
	p.server.SetLimits(testLimits())
	p.dial("alice", alice)
}

func TestTurnedAwayConnectionsAreLoggedInOneLine(t *testing.T) {
	p := startPlace(t, func(o *Options) { o.Limits.Connections = 1 })
	p.dial("alice", p.member("alice"))
	for range 50 {
		nc, err := net.Dial("tcp", p.addr)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.ReadAll(nc)
		nc.Close()
	}
	p.server.refusals.flush(p.server.log)
	if got := p.log.String(); strings.Count(got, "turned away") != 1 || !strings.Contains(got, "connections=50") {
		t.Errorf("log: %s", got)
	}
}
