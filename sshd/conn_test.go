package sshd

import (
	"log/slog"
	"net"
	"net/netip"
	"time"
)

var loopback = netip.MustParseAddr("127.0.0.1")

// newTestConn is a connection of a bareServer.
func newTestConn(s *Server, nc net.Conn) *conn {
	c := newConn(s, nc, loopback)
	c.ticket, _ = s.gate.enter(loopback, func() {})
	return c
}

// bareServer is as much of a server as a conn needs.
func bareServer(l Limits) *Server {
	s := &Server{epoch: time.Now(), gate: newGate(l, time.Now), log: slog.New(slog.DiscardHandler), conns: map[*conn]struct{}{}}
	s.settings.Store(&settings{limits: l})
	return s
}
