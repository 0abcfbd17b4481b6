package sshd

import (
	"net/netip"
	"time"
)

// Limits bound what connections may take. A prefix is a /24 of IPv4 or a /64 of
// IPv6: what a provider hands to one customer. Zero switches a limit off.
type Limits struct {
	// Exempt addresses skip what is counted by prefix and the rates. Totals, sizes and
	// timeouts hold for them too: those protect the machine.
	Exempt []netip.Prefix

	Connections              int // in all
	ConnectionsPerPrefix     int
	Unauthenticated          int // not logged in yet, in all; and as many strangers
	UnauthenticatedPerPrefix int
	Handshakes               float64 // new connections a second and prefix
	HandshakeBurst           int     // new connections of a prefix at one moment

	HandshakeTimeout time.Duration // from accept to the end of authentication; also from a channel's opening to its shell or command
	Channels         int           // sessions within one connection
	InputBytes       int           // typed and pasted bytes a second and session
	Idle             time.Duration // without input, until a session ends
	WriteStall       time.Duration // that one write may take before its connection is closed
	Keepalive        time.Duration // between questions to a silent client
	KeepaliveCount   int           // questions in a row that may stay unanswered
}

// exempted reports whether the counts by prefix and the rates do not apply to addr.
func (l *Limits) exempted(addr netip.Addr) bool {
	for _, p := range l.Exempt {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// prefixOf is the prefix that addr is counted under.
func prefixOf(addr netip.Addr) netip.Prefix {
	bits := 64
	if addr.Is4() {
		bits = 24
	}
	p, _ := addr.Prefix(bits) // the zero Prefix for the zero Addr
	return p
}
