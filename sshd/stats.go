package sshd

import (
	"sync"
	"sync/atomic"
)

// Stats are counters since the start, but for the first two, which are of now.
type Stats struct {
	Connections int // open, logged in or not
	Sessions    int // running: terminals, pipes, commands

	HandshakesOK     uint64
	HandshakesFailed uint64
	Refused          map[Reason]uint64 // turned away before the key exchange
	Panics           uint64            // recovered; each one is a defect
	KeepaliveKills   uint64            // connections closed because the client fell silent
	StallKills       uint64            // connections closed because the client took nothing
	Revoked          uint64            // connections ended because their key was revoked or expired
}

// counters is Stats while it is being counted.
type counters struct {
	sessions         atomic.Int64
	handshakesOK     atomic.Uint64
	handshakesFailed atomic.Uint64
	panics           atomic.Uint64
	keepaliveKills   atomic.Uint64
	stallKills       atomic.Uint64
	revoked          atomic.Uint64

	mu      sync.Mutex // guards refused
	refused map[Reason]uint64
}

func (c *counters) refuse(why Reason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refused == nil {
		c.refused = make(map[Reason]uint64)
	}
	c.refused[why]++
}

func (c *counters) refusals() map[Reason]uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make(map[Reason]uint64, len(c.refused))
	for why, n := range c.refused {
		out[why] = n
	}
	return out
}

// Stats returns the counters as they are now.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	open := len(s.conns)
	s.mu.Unlock()
	return Stats{
		Connections:      open,
		Sessions:         int(s.count.sessions.Load()),
		HandshakesOK:     s.count.handshakesOK.Load(),
		HandshakesFailed: s.count.handshakesFailed.Load(),
		Refused:          s.count.refusals(),
		Panics:           s.count.panics.Load(),
		KeepaliveKills:   s.count.keepaliveKills.Load(),
		StallKills:       s.count.stallKills.Load(),
		Revoked:          s.count.revoked.Load(),
	}
}
