package tcpd

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
	"syscall"
	"time"
)

// Limits bound what one address prefix may hold.
type Limits struct {
	// ConnectionsPerPrefix is how many connections a /24 of IPv4 or a /64 of
	// IPv6 may have at once; 0 is no limit.
	ConnectionsPerPrefix int
	// Exempt says which addresses are not counted. Nil exempts nobody.
	Exempt func(netip.Addr) bool
}

const (
	// stopGrace is what a connection's last bytes have to leave in once the
	// server stops; a whole server has five seconds.
	stopGrace = time.Second
	// acceptPause is the first pause after an accept that failed, doubled up to
	// acceptPauseMax: file descriptors come back when connections end.
	acceptPause    = 5 * time.Millisecond
	acceptPauseMax = time.Second
)

// A face serves one connection and returns why it ended, as a log line says it.
// It returns soon after ctx is done: its reads then fail. The listener closes
// conn.
type face func(ctx context.Context, conn net.Conn, log *slog.Logger) (why string)

// listener is what every face on plain TCP shares.
type listener struct {
	name   string // of the face; begins its connection ids
	logger *slog.Logger
	face   face
	limits atomic.Pointer[Limits]
	lastID atomic.Uint64
	panics atomic.Uint64

	mu       sync.Mutex
	prefixes map[netip.Prefix]int // connections of each that has any; guarded by mu
}

func newListener(name string, logger *slog.Logger, limits Limits, face face) *listener {
	l := &listener{name: name, logger: logger, face: face, prefixes: map[netip.Prefix]int{}}
	l.limits.Store(&limits)
	return l
}

// run accepts from ln until ctx is done, then ends every connection and returns
// nil when the last goroutine has. It closes ln. The only error is one of ln
// that will not pass.
func (l *listener) run(ctx context.Context, ln net.Listener) error {
	// Cancelled on every way out: a listener that breaks must not leave
	// connections that nobody can stop.
	ctx, cancel := context.WithCancel(ctx)
	open := &connections{all: map[net.Conn]struct{}{}}
	stopped := make(chan struct{})
	context.AfterFunc(ctx, func() {
		ln.Close()
		open.stop(stopGrace)
		close(stopped)
	})
	l.logger.Info("Listening on", "face", l.name, "address", ln.Addr().String())
	err := l.accept(ctx, ln, open)
	cancel()
	<-stopped
	open.wait.Wait()
	open.forget()
	return err
}

// accept starts a goroutine for each connection. Without descriptors, or with
// any other trouble that passes, it pauses instead of ending the face.
func (l *listener) accept(ctx context.Context, ln net.Listener, open *connections) error {
	pause := time.Duration(0)
	for {
		conn, err := ln.Accept()
		if ctx.Err() != nil {
			if err == nil {
				conn.Close()
			}
			return nil
		}
		if err != nil {
			if !passes(err) {
				return fmt.Errorf("plain TCP (%s) on %s has ended, no connection can be accepted: %w", l.name, ln.Addr(), err)
			}
			pause = min(max(2*pause, acceptPause), acceptPauseMax)
			l.logger.Warn("Cannot accept a connection", "face", l.name, "error", err, "retry", pause)
			select {
			case <-time.After(pause):
			case <-ctx.Done():
			}
			continue
		}
		pause = 0
		open.wait.Go(func() { l.connection(ctx, conn, open) })
	}
}

// passes tells an error of accept that concerns one connection, or a lack that
// other connections can end, from the end of the listener.
func passes(err error) bool {
	for _, errno := range []syscall.Errno{
		syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM,
		syscall.ECONNABORTED, syscall.ECONNRESET, syscall.EPERM, syscall.EPROTO,
		syscall.EINTR, syscall.EAGAIN, syscall.ENETDOWN, syscall.ENETUNREACH,
		syscall.EHOSTUNREACH, syscall.EHOSTDOWN,
	} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}

// connection lives as long as its connection does.
func (l *listener) connection(ctx context.Context, conn net.Conn, open *connections) {
	peer := conn.RemoteAddr().String()
	log := l.logger.With("conn", fmt.Sprintf("%s-%d", l.name, l.lastID.Add(1)))
	log.Info("Peer address", "peer", peer)
	why := "a fault in the server"
	defer func() {
		conn.Close()
		open.remove(conn)
		log.Info("Close connection", "peer", peer, "why", why)
	}()
	defer func() {
		if p := recover(); p != nil {
			l.panics.Add(1)
			log.Error("A connection's goroutine panicked", "panic", p, "stack", string(debug.Stack()))
		}
	}()
	open.add(conn)
	prefix, ok := l.admit(conn.RemoteAddr())
	if !ok {
		// The one write to a connection that has never been written to does not block.
		_, _ = conn.Write([]byte("Too many connections from your network; close one, or try again later.\n"))
		why = "too many connections from " + prefix.String()
		return
	}
	defer l.leave(prefix)
	why = l.face(ctx, conn, log)
}

// admit counts a connection from addr; false when its prefix has no place left.
// The prefix is to be given to leave.
func (l *listener) admit(addr net.Addr) (netip.Prefix, bool) {
	limits := l.limits.Load()
	ap, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return netip.Prefix{}, true // no IP address: a socket or a pipe of this machine
	}
	ip := ap.Addr().Unmap().WithZone("")
	bits := 64
	if ip.Is4() {
		bits = 24
	}
	prefix, _ := ip.Prefix(bits)
	if limits.Exempt != nil && limits.Exempt(ip) {
		return netip.Prefix{}, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if most := limits.ConnectionsPerPrefix; most > 0 && l.prefixes[prefix] >= most {
		return prefix, false
	}
	l.prefixes[prefix]++
	return prefix, true
}

func (l *listener) leave(prefix netip.Prefix) {
	if !prefix.IsValid() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.prefixes[prefix]--; l.prefixes[prefix] == 0 {
		delete(l.prefixes, prefix)
	}
}

// connections are those of one run.
type connections struct {
	wait sync.WaitGroup // one for each goroutine

	mu       sync.Mutex
	all      map[net.Conn]struct{} // guarded by mu
	stopping bool                  // guarded by mu
	last     *time.Timer           // closes those that are left; guarded by mu
}

func (c *connections) add(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all[conn] = struct{}{}
	if c.stopping {
		conn.SetReadDeadline(time.Unix(1, 0))
	}
}

func (c *connections) remove(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.all, conn)
}

// stop makes every read fail at once, and closes what is still open after grace.
func (c *connections) stop(grace time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopping = true
	for conn := range c.all {
		conn.SetReadDeadline(time.Unix(1, 0))
	}
	c.last = time.AfterFunc(grace, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		for conn := range c.all {
			abort(conn)
		}
	})
}

// forget ends the wait that stop began, when nothing is left to close.
func (c *connections) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last.Stop()
}

// abort closes conn and throws away what its peer has not taken: the kernel
// would otherwise keep it for minutes.
func abort(conn net.Conn) {
	if c, ok := conn.(interface{ SetLinger(int) error }); ok {
		_ = c.SetLinger(0)
	}
	conn.Close()
}
