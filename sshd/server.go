package sshd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"charm.land/ssh"
	"charm.land/wish/v2"
	gossh "golang.org/x/crypto/ssh"

	"parley/keys"
	"parley/text"
)

// Keyring is what this package needs of keys.Keyring; see there.
type Keyring interface {
	Acceptable(user string, key gossh.PublicKey, second bool) bool
	Certifies() bool
	Identify(user string, key gossh.PublicKey, from netip.Addr) (keys.Identity, error)
	Revoked(fn func(fingerprint string)) (cancel func())
	Fresh() bool
	Available(ctx context.Context, name string) (text.Name, error)
	Claim(ctx context.Context, name string, key gossh.PublicKey, code string, from netip.Addr) (keys.Identity, error)
	Knock(ctx context.Context, name string, key gossh.PublicKey, from netip.Addr) (<-chan struct{}, error)
}

// Options are a server's settings. Keys, HostKeys and the three faces are needed.
type Options struct {
	Keys     Keyring
	HostKeys []gossh.Signer // from HostKeys
	Name     string         // what this place is called; "Parley"
	Limits   Limits
	Trusted  []netip.Prefix   // balancers whose PROXY header is believed, and required
	Log      *slog.Logger     // discards
	Clock    func() time.Time // of rates; time.Now
	// Barred says why somebody may not be here, nil for who may, and nil itself for everybody. Name and fingerprint are zero before
	// a login; of a stranger the name is. It reads memory only. After it has changed its mind, call Expel.
	Barred func(name text.Name, fingerprint string, addr netip.Addr) *Ending

	// Interactive shows a terminal, Plain a pipe or a terminal that is dumb. They return when the session is over: when
	// somebody quits, when In ends, or when ctx does. An error is shown as a sentence, with exit status 1; an *Ending,
	// the cause of ctx, likewise with its own status. A face that has told the client itself returns nil.
	Interactive func(ctx context.Context, t *Terminal) error
	Plain       func(ctx context.Context, t *Terminal) error
	// Exec runs t.Command and returns its exit status. The end of In does not end ctx.
	Exec func(ctx context.Context, t *Terminal) (status int)
	// Files speaks the SSH file transfer protocol on t.In and t.Out, and returns the exit status. Nil is a server without files.
	Files func(ctx context.Context, t *Terminal) (status int)
}

// Server is the SSH face. Its methods may be called at once.
type Server struct {
	opts       Options
	log        *slog.Logger
	epoch      time.Time
	wish       *ssh.Server
	gate       *gate
	refusals   refusals
	algorithms gossh.Config
	userKeys   []string
	count      counters
	settings   atomic.Pointer[settings]
	handling   sync.WaitGroup // connections being handled
	unwatch    func()

	mu        sync.Mutex // guards the rest
	closing   bool
	listeners map[net.Listener]struct{}
	conns     map[*conn]struct{}
}

// settings are what may change while the server runs.
type settings struct {
	limits Limits
}

// New makes a server; Serve lets people in.
func New(o Options) (*Server, error) {
	if o.Keys == nil || len(o.HostKeys) == 0 || o.Interactive == nil || o.Plain == nil || o.Exec == nil {
		return nil, errors.New("the SSH face needs a keyring, a host key and its three faces")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Name == "" {
		o.Name = "Parley"
	}
	if o.Barred == nil {
		o.Barred = func(text.Name, string, netip.Addr) *Ending { return nil }
	}
	s := &Server{
		opts:       o,
		log:        o.Log,
		epoch:      time.Now(),
		gate:       newGate(o.Limits, o.Clock),
		algorithms: algorithms(),
		userKeys:   userKeyAlgorithms(),
		listeners:  make(map[net.Listener]struct{}),
		conns:      make(map[*conn]struct{}),
	}
	s.settings.Store(&settings{limits: o.Limits})
	var err error
	if s.wish, err = s.wishServer(); err != nil {
		return nil, fmt.Errorf("the SSH server cannot be set up: %w", err)
	}
	s.unwatch = o.Keys.Revoked(s.revoke)
	return s, nil
}

// wishServer sets up the library: what it would allow by default is replaced or off.
func (s *Server) wishServer() (*ssh.Server, error) {
	return wish.NewServer(
		wish.WithVersion("Parley"),
		ssh.WrapConn(func(ctx ssh.Context, nc net.Conn) net.Conn {
			nc.(*conn).begin(ctx)
			return nc
		}),
		func(srv *ssh.Server) error {
			for _, k := range s.opts.HostKeys {
				srv.AddHostKey(k)
			}
			srv.ServerConfigCallback = s.serverConfig
			srv.ChannelHandlers = map[string]ssh.ChannelHandler{"session": s.openSession}
			srv.RequestHandlers = map[string]ssh.RequestHandler{} // none: forwarding and the unknown are refused
			return nil
		},
	)
}

func (s *Server) limits() *Limits { return &s.settings.Load().limits }
func (s *Server) name() string    { return s.opts.Name }

// SetLimits puts new limits in force: for connections that come from now on, and
// for what open ones do next.
func (s *Server) SetLimits(l Limits) {
	s.settings.Store(&settings{limits: l})
	s.gate.setLimits(l)
}

// Serve lets people in until Shutdown; it returns nil then, and closes ln in any case.
func (s *Server) Serve(ln net.Listener) error {
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		_ = ln.Close()
		return nil
	}
	s.listeners[ln] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.listeners, ln)
		s.mu.Unlock()
		_ = ln.Close()
	}()
	pause := time.Duration(0)
	for {
		nc, err := ln.Accept()
		switch {
		case err == nil:
			pause = 0
			s.accept(nc)
		case s.isClosing():
			return nil
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("SSH connections cannot be taken any more: %w", err)
		default:
			// Out of file descriptors, most likely: what is open goes on, new ones wait.
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			s.log.Warn("an SSH connection could not be accepted", "err", err, "pause", pause)
			time.Sleep(pause)
		}
	}
}

func (s *Server) isClosing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}

// handled is what follows the end of a connection. It is not part of the function that waits for
// that, whose frame an open connection has on its stack.
//
//go:noinline
func (s *Server) handled(c *conn) {
	s.mu.Lock()
	delete(s.conns, c)
	s.mu.Unlock()
	c.release()
	if !c.loggedIn.Load() {
		s.count.handshakesFailed.Add(1)
		if refused := c.handshake.refused; len(refused) > 0 {
			c.log(slog.LevelInfo, "login refused", slog.String("user", text.NewLine(c.handshake.asked, 64).String()),
				slog.String("fingerprint", refused[len(refused)-1]), slog.Int("keys", len(refused)))
		}
		return
	}
	c.note("closed by the client")
	c.log(slog.LevelInfo, "logout", slog.String("name", c.identity().Name.String()),
		slog.String("reason", c.why), slog.Duration("after", time.Since(c.since).Round(time.Second)))
}

// add registers a connection; false when the server is closing.
func (s *Server) add(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.conns[c] = struct{}{}
	s.handling.Add(1)
	return true
}

// open lists the connections that are open.
func (s *Server) open() []*conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*conn, 0, len(s.conns))
	for c := range s.conns {
		out = append(out, c)
	}
	return out
}

// Connections lists what is open, in no order.
func (s *Server) Connections() []ConnInfo {
	open := s.open()
	out := make([]ConnInfo, len(open))
	for i, c := range open {
		out[i] = c.info()
	}
	return out
}

// End ends a connection of somebody at once, with all that runs over it; false if they have none of that ID.
func (s *Server) End(who text.Name, id string) bool {
	for _, c := range s.open() {
		if c.id == id && c.identity().Name == who {
			c.endSoon(ErrEnded)
			return true
		}
	}
	return false
}

// revoke ends the connections of a key that is no longer valid.
func (s *Server) revoke(fingerprint string) {
	for _, c := range s.open() {
		if c.loggedIn.Load() && c.handshake.fingerprint == fingerprint {
			c.revoke()
		}
	}
}

// Expel ends the connections of whoever is barred by now.
func (s *Server) Expel() {
	for _, c := range s.open() {
		if e := c.barred(c.identity().Name); e != nil {
			c.endSoon(e)
		}
	}
}

// stack is the current goroutine's, for the log.
func stack() string { return string(debug.Stack()) }
