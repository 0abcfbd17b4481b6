package sshd

import (
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pires/go-proxyproto"

	"parley/text"
)

// proxyHeaderTime is how long a trusted balancer may take for its PROXY header.
const proxyHeaderTime = 5 * time.Second

// accept takes a connection in or turns it away, without waiting.
func (s *Server) accept(nc net.Conn) {
	addr := addrOf(nc.RemoteAddr())
	if s.trusted(addr) {
		go s.acceptProxied(nc)
		return
	}
	if c := s.admit(nc, addr); c != nil {
		go s.serveConn(c)
	}
}

// trusted reports whether a PROXY header of addr is believed.
func (s *Server) trusted(addr netip.Addr) bool {
	for _, p := range s.opts.Trusted {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// acceptProxied reads the header of a balancer, which says for whom it connects. From
// everybody else a header is no header: x/crypto skips it as a line before the version.
func (s *Server) acceptProxied(nc net.Conn) {
	p := proxyproto.NewConn(nc, proxyproto.WithPolicy(proxyproto.REQUIRE), proxyproto.SetReadHeaderTimeout(proxyHeaderTime))
	remote := p.RemoteAddr() // reads the header
	if p.ProxyHeader() == nil {
		s.turnAway(nc, addrOf(nc.RemoteAddr()), BadProxyHeader)
		return
	}
	if c := s.admit(p, addrOf(remote)); c != nil {
		s.serveConn(c)
	}
}

// admit passes a connection through the gate; nil if it was turned away.
func (s *Server) admit(nc net.Conn, addr netip.Addr) *conn {
	if s.opts.Barred(text.Name{}, "", addr) != nil {
		s.turnAway(nc, addr, Banned)
		return nil
	}
	c := newConn(s, nc, addr)
	t, why := s.gate.enter(addr, c.displaced)
	if why != "" {
		s.turnAway(nc, addr, why)
		return nil
	}
	c.ticket = t
	if !s.add(c) {
		c.release()
		return nil
	}
	return c
}

// serveConn serves one connection from the key exchange to its end.
func (s *Server) serveConn(c *conn) {
	defer s.handling.Done()
	defer s.recovered(c, "connection", func() { c.kill("panic") })
	s.wish.HandleConn(c)
	s.handled(c)
}

// addrOf is the client's address in the one form in which addresses are compared.
func addrOf(a net.Addr) netip.Addr {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}

func (s *Server) turnAway(nc net.Conn, addr netip.Addr, why Reason) {
	s.count.refuse(why)
	s.refusals.add(s.log, addr, why)
	_ = nc.Close()
}

// summaryEvery is how often turned away connections are logged: a line for each would
// let an attacker write the log full.
const summaryEvery = 10 * time.Second

// refusals gathers turned away connections for one log line.
type refusals struct {
	mu     sync.Mutex // guards the rest
	counts map[Reason]int
	last   netip.Addr
	timer  *time.Timer
}

func (r *refusals) add(log *slog.Logger, addr netip.Addr, why Reason) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = addr
	if r.counts == nil {
		r.counts = make(map[Reason]int)
		r.timer = time.AfterFunc(summaryEvery, func() { r.flush(log) })
	}
	r.counts[why]++
}

// flush writes the line, if there is anything to say.
func (r *refusals) flush(log *slog.Logger) {
	r.mu.Lock()
	counts, last := r.counts, r.last
	r.counts = nil
	if r.timer != nil {
		r.timer.Stop()
	}
	r.mu.Unlock()
	if len(counts) == 0 {
		return
	}
	attrs := []any{slog.String("last", last.String())}
	for why, n := range counts {
		attrs = append(attrs, slog.Int(string(why), n))
	}
	log.Warn("connections were turned away", attrs...)
}
