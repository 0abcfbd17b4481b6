package sshd

import (
	"net/netip"
	"sync"
	"time"
)

// Reason says why a connection was turned away before the key exchange.
type Reason string

// The reasons: one for each count, so that a metric can have them as labels.
const (
	TooMany          Reason = "connections"
	TooManyPrefix    Reason = "connections_per_prefix"
	TooManyUnauth    Reason = "unauthenticated"
	TooManyUnauthPfx Reason = "unauthenticated_per_prefix"
	TooFast          Reason = "handshakes"
	BadProxyHeader   Reason = "proxy_header"
)

// gate counts connections in all and by prefix. It decides before any
// cryptography, which is what makes turning away cheap.
type gate struct {
	clock func() time.Time

	mu       sync.Mutex // guards the rest
	limits   Limits
	total    int
	unauth   int
	prefixes map[netip.Prefix]*prefixCount
	swept    time.Time
}

// prefixCount is what is known of one prefix; it is forgotten when it holds nothing.
type prefixCount struct {
	conns  int
	unauth int
	spent  float64 // tokens missing from a full burst at time `at`
	at     time.Time
}

// sweepEvery bounds how long the count of a prefix outlives its last connection.
const sweepEvery = 10 * time.Second

func newGate(l Limits, clock func() time.Time) *gate {
	return &gate{clock: clock, limits: l, prefixes: make(map[netip.Prefix]*prefixCount)}
}

// ticket is one connection's place in the counts; its holder gives it back with leave.
type ticket struct {
	gate   *gate
	prefix *prefixCount // nil for an exempt address

	// guarded by gate.mu
	unauth bool
	left   bool
}

// enter counts a new connection, or says why it may not come in.
func (g *gate) enter(addr netip.Addr) (*ticket, Reason) {
	g.mu.Lock()
	defer g.mu.Unlock()
	l := &g.limits
	if l.Connections > 0 && g.total >= l.Connections {
		return nil, TooMany
	}
	if l.Unauthenticated > 0 && g.unauth >= l.Unauthenticated {
		return nil, TooManyUnauth
	}
	t := &ticket{gate: g, unauth: true}
	if !l.exempted(addr) {
		p, why := g.enterPrefix(addr)
		if why != "" {
			return nil, why
		}
		t.prefix = p
	}
	g.total++
	g.unauth++
	return t, ""
}

// enterPrefix applies the limits of one prefix. A refused connection spends no token:
// somebody who is turned away for a while is not kept out for ever by trying.
func (g *gate) enterPrefix(addr netip.Addr) (*prefixCount, Reason) {
	l, now := &g.limits, g.clock()
	g.sweep(now)
	key := prefixOf(addr)
	p := g.prefixes[key]
	if p == nil {
		p = &prefixCount{at: now}
		g.prefixes[key] = p
	}
	p.refill(now, l.Handshakes)
	switch {
	case l.ConnectionsPerPrefix > 0 && p.conns >= l.ConnectionsPerPrefix:
		return nil, TooManyPrefix
	case l.UnauthenticatedPerPrefix > 0 && p.unauth >= l.UnauthenticatedPerPrefix:
		return nil, TooManyUnauthPfx
	case l.Handshakes > 0 && p.spent+1 > float64(max(l.HandshakeBurst, 1)):
		return nil, TooFast
	}
	p.spent++
	p.conns++
	p.unauth++
	return p, ""
}

// refill gives back the tokens of the time that has passed.
func (p *prefixCount) refill(now time.Time, perSecond float64) {
	p.spent = max(0, p.spent-now.Sub(p.at).Seconds()*perSecond)
	p.at = now
	if perSecond == 0 {
		p.spent = 0
	}
}

// sweep forgets prefixes that hold nothing, so that a walk through an IPv6 net leaves no trace.
func (g *gate) sweep(now time.Time) {
	if now.Sub(g.swept) < sweepEvery {
		return
	}
	g.swept = now
	for key, p := range g.prefixes {
		if p.refill(now, g.limits.Handshakes); p.conns == 0 && p.spent == 0 {
			delete(g.prefixes, key)
		}
	}
}

// setLimits puts new limits in force for connections that come from now on.
func (g *gate) setLimits(l Limits) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.limits = l
}

// known says that the connection belongs to somebody: it no longer counts as unauthenticated.
func (t *ticket) known() {
	t.gate.mu.Lock()
	defer t.gate.mu.Unlock()
	t.authenticated()
}

func (t *ticket) authenticated() {
	if !t.unauth {
		return
	}
	t.unauth = false
	t.gate.unauth--
	if t.prefix != nil {
		t.prefix.unauth--
	}
}

// leave gives the place back. It may be called more than once.
func (t *ticket) leave() {
	t.gate.mu.Lock()
	defer t.gate.mu.Unlock()
	if t.left {
		return
	}
	t.left = true
	t.authenticated()
	t.gate.total--
	if t.prefix != nil {
		t.prefix.conns--
	}
}
