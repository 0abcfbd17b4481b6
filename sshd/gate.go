package sshd

import (
	"container/list"
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
	Banned           Reason = "banned"
)

// gate counts connections in all and by prefix. It decides before any
// cryptography, which is what makes turning away cheap.
type gate struct {
	clock func() time.Time

	mu       sync.Mutex // guards the rest
	limits   Limits
	total    int
	waiting  *list.List // of *ticket: not logged in yet, the oldest first
	strange  int        // logged in with a key that is nobody's yet
	prefixes map[netip.Prefix]*prefixCount
	swept    time.Time
}

// prefixCount is what is known of one prefix; it is forgotten when it holds nothing.
type prefixCount struct {
	conns   int
	unauth  int
	strange int
	spent   float64 // tokens missing from a full burst at time `at`
	at      time.Time
}

// sweepEvery bounds how long the count of a prefix outlives its last connection.
const sweepEvery = 10 * time.Second

func newGate(l Limits, clock func() time.Time) *gate {
	return &gate{clock: clock, limits: l, waiting: list.New(), prefixes: make(map[netip.Prefix]*prefixCount)}
}

// ticket is one connection's place in the counts; its holder gives it back with leave.
type ticket struct {
	gate   *gate
	prefix *prefixCount // nil for an exempt address

	// guarded by gate.mu
	place   *list.Element // in gate.waiting; nil when logged in
	strange bool
	left    bool
	drop    func() // ends the connection
}

// enter counts a new connection that drop ends, or says why it may not come in. Where too many
// are logging in, the one that has been at it for longest goes: refusing the new one would
// let whoever opens connections and says nothing keep everybody out.
func (g *gate) enter(addr netip.Addr, drop func()) (*ticket, Reason) {
	t, oldest, why := g.count(addr, drop)
	if oldest != nil {
		oldest()
	}
	return t, why
}

func (g *gate) count(addr netip.Addr, drop func()) (t *ticket, oldest func(), why Reason) {
	g.mu.Lock()
	defer g.mu.Unlock()
	l := &g.limits
	if l.Connections > 0 && g.total >= l.Connections {
		return nil, nil, TooMany
	}
	t = &ticket{gate: g, drop: drop}
	if !l.exempted(addr) {
		if t.prefix, why = g.enterPrefix(addr); why != "" {
			return nil, nil, why
		}
	}
	if l.Unauthenticated > 0 && g.waiting.Len() >= l.Unauthenticated {
		first := g.waiting.Front().Value.(*ticket)
		first.through()
		oldest = first.drop
	}
	g.total++
	t.place = g.waiting.PushBack(t)
	return t, oldest, ""
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

// known says that the connection belongs to somebody: it counts in the totals only.
func (t *ticket) known() {
	t.gate.mu.Lock()
	defer t.gate.mu.Unlock()
	t.through()
	t.familiar()
}

// stranger says that the connection is logged in with a key that is nobody's yet. Strangers stay for
// minutes, so they have counts of their own, of the same size: they are in nobody's way but each other's.
// False if there are too many.
func (t *ticket) stranger() bool {
	g := t.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	t.through()
	if t.strange || t.left {
		return true
	}
	l, p := &g.limits, t.prefix
	if l.Unauthenticated > 0 && g.strange >= l.Unauthenticated {
		return false
	}
	if p != nil && l.UnauthenticatedPerPrefix > 0 && p.strange >= l.UnauthenticatedPerPrefix {
		return false
	}
	t.strange = true
	g.strange++
	if p != nil {
		p.strange++
	}
	return true
}

// through takes the connection off the list of those that are logging in.
func (t *ticket) through() {
	if t.place == nil {
		return
	}
	t.gate.waiting.Remove(t.place)
	t.place = nil
	if t.prefix != nil {
		t.prefix.unauth--
	}
}

// familiar takes the connection out of the counts of strangers.
func (t *ticket) familiar() {
	if !t.strange {
		return
	}
	t.strange = false
	t.gate.strange--
	if t.prefix != nil {
		t.prefix.strange--
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
	t.through()
	t.familiar()
	t.gate.total--
	if t.prefix != nil {
		t.prefix.conns--
	}
}
