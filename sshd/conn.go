package sshd

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"parley/keys"
	"parley/text"
)

// What one connection may send. At 512 KiB a second some 7,000 of the smallest
// requests arrive, a few per cent of a core, where an unbounded flood burns all of it. The burst
// lets a message of the largest size through at once.
const (
	ingressRate  = 512 << 10 // bytes a second
	ingressBurst = 1 << 20   // bytes

	// While files are transferred, what they may take of the network. The requests of a transfer are counted by who serves them.
	bulkRate  = 16 << 20 // bytes a second
	bulkBurst = 16 << 20 // bytes
)

// conn is one TCP connection. It is the net.Conn that the SSH library reads
// and writes, so that every byte passes its bounds; the deadlines are its own, and those
// that the library sets are ignored.
type conn struct {
	net.Conn
	server *Server
	id     string     // on every log line
	addr   netip.Addr // of the client, unmapped, without zone
	since  time.Time
	ticket *ticket // set before the connection is served

	handshake handshake   // owned by the goroutine of the handshake
	ssh       ssh.Context // set before the handshake
	ingress   bucket      // owned by the one reader, as bulk
	bulk      *bucket     // in place of ingress while files are transferred; nil before that
	transfers atomic.Int32
	heard     atomic.Bool  // something came in since the last tick of the keepalive
	seen      atomic.Int64 // when a session was sent something last, in nanoseconds since 1970; 0 for never
	loggedIn  atomic.Bool
	writable  atomic.Int64 // the write deadline that is set, in ns since Server.epoch
	alive     *time.Timer  // keepalive; set before the handshake
	silences  int          // owned by the keepalive's tick, of which there is one at a time
	asking    atomic.Bool  // a keepalive waits for its answer

	mu       sync.Mutex // guards the rest
	who      keys.Identity
	sessions []*session
	channels int
	expiry   *time.Timer // of a certificate or a stranger's stay
	ending   *Ending
	why      string // for the logout line; the first reason wins
	closed   bool
	crowded  bool // a stranger too many
}

// connKey finds the conn in a context of the SSH library.
type connKey struct{}

func newConn(s *Server, nc net.Conn, addr netip.Addr) *conn {
	return &conn{
		Conn:    nc,
		server:  s,
		id:      strings.ToLower(rand.Text()[:8]),
		addr:    addr,
		since:   time.Now(),
		ingress: bucket{rate: ingressRate, burst: ingressBurst},
	}
}

func connOf(ctx ssh.Context) *conn { return ctx.Value(connKey{}).(*conn) }

// begin starts the clocks of the handshake. It runs before the SSH library does.
func (c *conn) begin(ctx ssh.Context) {
	c.ssh = ctx
	ctx.SetValue(connKey{}, c)
	l := c.server.limits()
	if l.HandshakeTimeout > 0 {
		_ = c.Conn.SetDeadline(time.Now().Add(l.HandshakeTimeout))
	}
	c.startKeepalive()
}

// opened ends the clocks of the handshake: the key is verified.
func (c *conn) opened() {
	c.loggedIn.Store(true)
	_ = c.Conn.SetDeadline(time.Time{})
}

// SetDeadline is the library's way to bound handshake and idleness; see begin, opened and Write.
func (c *conn) SetDeadline(time.Time) error { return nil }

// Read slows down a client that floods.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.heard.Store(true)
		bound := &c.ingress
		if c.transfers.Load() > 0 {
			if c.bulk == nil {
				c.bulk = &bucket{rate: bulkRate, burst: bulkBurst}
			}
			bound = c.bulk
		}
		if wait := bound.take(n, time.Now()); wait > 0 {
			time.Sleep(wait)
		}
	}
	return n, err
}

// Write bounds how long the client may take nothing: with its TCP buffer full,
// this call holds the lock that every other write on the connection needs.
func (c *conn) Write(p []byte) (int, error) {
	c.extendWrite()
	n, err := c.Conn.Write(p)
	if err != nil {
		if c.loggedIn.Load() && errors.Is(err, os.ErrDeadlineExceeded) {
			c.stalled()
		}
		_ = c.Close()
	}
	return n, err
}

// extendWrite sets the write deadline a quarter further away than needed, and
// not again while it is still far enough: a short write costs a look at the clock.
func (c *conn) extendWrite() {
	stall := c.server.limits().WriteStall
	if stall == 0 || !c.loggedIn.Load() {
		return
	}
	now := time.Since(c.server.epoch)
	if time.Duration(c.writable.Load())-now >= stall {
		return
	}
	far := stall + stall/4
	c.writable.Store(int64(now + far))
	_ = c.Conn.SetWriteDeadline(time.Now().Add(far))
}

// stalled ends the connection of a client that takes nothing of what is sent to it.
func (c *conn) stalled() {
	c.giveUp("took nothing of what was sent", &c.server.count.stallKills)
}

// giveUp kills the connection and counts it when this was the first reason for it to
// end: before it is closed, so that nobody sees it gone and not counted.
func (c *conn) giveUp(why string, count *atomic.Uint64) {
	if c.note(why) {
		count.Add(1)
	}
	c.kill(why)
}

// kill closes the connection at once and drops what the kernel still holds for the
// client.
func (c *conn) kill(why string) {
	c.note(why)
	nc := c.Conn
	if raw, ok := nc.(interface{ Raw() net.Conn }); ok {
		nc = raw.Raw()
	}
	if tcp, ok := nc.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Conn.Close()
}

// note records why the connection ends, unless it is known already.
func (c *conn) note(why string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.why != "" {
		return false
	}
	c.why = why
	return true
}

// end tells every session of the connection that it is over and why, now and for those to come.
// It reports whether nobody had said so before.
func (c *conn) end(e *Ending) (first bool) {
	c.mu.Lock()
	if first = c.ending == nil; first {
		c.ending = e
	}
	sessions := slices.Clone(c.sessions)
	c.mu.Unlock()
	c.note(e.Reason)
	if len(sessions) == 0 {
		_ = c.Close()
	}
	for _, x := range sessions {
		x.cancel(e)
	}
	return first
}

// endSoon ends the sessions and, when they have not let go of the connection by then, the connection.
func (c *conn) endSoon(e *Ending) (first bool) {
	first = c.end(e)
	time.AfterFunc(revokeGrace, func() { c.kill(e.Reason) })
	return first
}

// revoke ends the connection because its key or certificate is not valid any more.
func (c *conn) revoke() {
	e := ErrRevoked
	if end := c.identity().Expires; !end.IsZero() && !time.Now().Before(end) {
		e = ErrExpired
	}
	if c.endSoon(e) {
		c.server.count.revoked.Add(1)
	}
}

// join adds a session, unless the connection is at its limit or ending.
func (c *conn) join(x *session) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending != nil {
		return c.ending
	}
	c.sessions = append(c.sessions, x)
	return nil
}

// part removes a session; the last one of a connection that is ending closes it.
func (c *conn) part(x *session) {
	c.mu.Lock()
	c.sessions = slices.DeleteFunc(c.sessions, func(y *session) bool { return x == y })
	over := c.ending != nil && len(c.sessions) == 0
	c.mu.Unlock()
	if over {
		_ = c.Close()
	}
}

// takeChannel counts a channel that the client opens; false when it has too many.
func (c *conn) takeChannel(limit int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if limit > 0 && c.channels >= limit {
		return false
	}
	c.channels++
	return true
}

func (c *conn) giveChannel() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.channels--
}

// known puts an identity on the connection: it counts as logged in, and its certificate's end is watched.
func (c *conn) known(id keys.Identity) {
	c.ticket.known()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.who = id
	if c.expiry != nil {
		c.expiry.Stop()
		c.expiry = nil
	}
	if !id.Expires.IsZero() && !c.closed {
		c.expiry = time.AfterFunc(time.Until(id.Expires), c.revoke)
	}
}

// stranger bounds the stay of somebody whose key belongs to nobody, or who is not let in. With too many
// of them about, their time is that of a handshake, and sessions are told so.
func (c *conn) stranger(stay time.Duration) {
	crowded := !c.ticket.stranger()
	if crowded {
		stay = c.server.limits().HandshakeTimeout
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.crowded = crowded
	if c.expiry == nil && !c.closed {
		c.expiry = time.AfterFunc(stay, func() { c.endSoon(ErrStay) })
	}
}

// displaced ends the connection to make room for a newer one that logs in.
func (c *conn) displaced() {
	c.server.count.refuse(TooManyUnauth)
	c.server.refusals.add(c.server.log, c.addr, TooManyUnauth)
	c.kill("displaced")
}

// tooMany reports whether the connection is a stranger's for whom there is no room.
func (c *conn) tooMany() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.crowded
}

// identity is who the connection belongs to; the zero value for a stranger.
func (c *conn) identity() keys.Identity {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.who
}

// release gives back what the connection holds. It runs once, after the SSH library is done with it.
func (c *conn) release() {
	_ = c.Conn.Close()
	c.ticket.leave()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	if c.alive != nil {
		c.alive.Stop()
	}
	if c.expiry != nil {
		c.expiry.Stop()
	}
}

// log writes one line with the connection's id.
func (c *conn) log(level slog.Level, msg string, attrs ...slog.Attr) {
	to := c.server.log.Handler()
	if !to.Enabled(context.Background(), level) {
		return
	}
	r := slog.NewRecord(time.Now(), level, msg, 0) // without the place in the source, which no log of ours shows
	r.AddAttrs(slog.String("conn", c.id), slog.String("addr", c.addr.String()))
	r.AddAttrs(attrs...)
	_ = to.Handle(context.Background(), r) // an error of the log has nowhere to go, as with a slog.Logger
}

// ConnInfo is one open connection as an operator sees it.
type ConnInfo struct {
	ID          string
	Addr        netip.Addr
	User        text.Line // the user name that the client asked for
	Name        text.Name // zero for a stranger and before login
	Fingerprint string    // of the verified key, "" before login
	Client      text.Line // the client's version, as it said
	Since       time.Time
	Seen        time.Time // when a session was sent something last; Since for never
	Sessions    int
	Faces       []string // of the sessions that have begun, sorted
}

func (c *conn) info() ConnInfo {
	i := ConnInfo{ID: c.id, Addr: c.addr, Since: c.since, Seen: c.since}
	if seen := c.seen.Load(); seen != 0 {
		i.Seen = time.Unix(0, seen)
	}
	c.mu.Lock()
	i.Name, i.Sessions = c.who.Name, len(c.sessions)
	for _, x := range c.sessions {
		if face := x.face.Load(); face != nil {
			i.Faces = append(i.Faces, *face)
		}
	}
	c.mu.Unlock()
	slices.Sort(i.Faces)
	i.Faces = slices.Compact(i.Faces)
	if c.loggedIn.Load() {
		i.User, i.Client, i.Fingerprint = c.user(), c.client(), c.handshake.fingerprint
	}
	return i
}

// user is the login's user name, made safe; only after login.
func (c *conn) user() text.Line { return text.NewLine(c.handshake.user, 64) }

// client is the client's version string, made safe; only after login.
func (c *conn) client() text.Line { return text.NewLine(c.handshake.client, 80) }

// bucket is a token bucket of bytes with one user; take says how long to wait.
type bucket struct {
	rate, burst float64 // bytes a second, bytes
	spent       float64 // missing from a full burst at time `at`
	at          time.Time
}

func (b *bucket) take(n int, now time.Time) (wait time.Duration) {
	if !b.at.IsZero() {
		b.spent = max(0, b.spent-now.Sub(b.at).Seconds()*b.rate)
	}
	b.at = now
	b.spent += float64(n)
	if over := b.spent - b.burst; over > 0 {
		wait = time.Duration(over / b.rate * float64(time.Second))
	}
	return wait
}

// bare is the key itself: for a certificate the one that it certifies.
func bare(key gossh.PublicKey) gossh.PublicKey {
	if cert, ok := key.(*gossh.Certificate); ok {
		return cert.Key
	}
	return key
}
