package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"parley/chat"
	"parley/config"
	"parley/keys"
	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/sshd"
	"parley/tcpd"
	"parley/text"
	"parley/tree"
	"parley/view"
	"parley/web"
)

// farewell is how long SIGTERM may take in all. The SSH face takes at most four
// seconds of it, which stuck clients use up, and the rest is for the last commit.
const farewell = 4800 * time.Millisecond

// errUnsaved tells what a store that fails at the end costs. Why it fails is in the log.
var errUnsaved = errors.New("the newest drafts and read marks could not be stored before the end; every message that was acknowledged is stored")

// server owns everything that runs: store, manager, keyring and all listeners.
// It is built by newServer, runs from start to stop, and is used by one goroutine, but for reload.
type server struct {
	file    string // the config file, for reload
	started time.Time
	log     *slog.Logger
	level   *slog.LevelVar

	reloading sync.Mutex // held by reload, and guards cfg from the start on
	cfg       *config.Config

	store    *sqlite.Store
	rooms    *rooms.Manager
	keys     *keys.Keyring
	chat     *chat.Chat
	settings atomic.Pointer[settings]

	ssh          *sshd.Server // nil when the face is off
	fingerprints []string     // of the host keys
	echo         *tcpd.Echo
	guests       *tcpd.Chat
	health       *health
	web          *web.Server // nil when the face is off
	courier      *web.Courier
	door         *web.Door // nil when the web face is off

	listeners []listener
	ended     chan error // one slot for each listener
}

// listener is an open port and what serves it.
type listener struct {
	what  string
	l     net.Listener
	serve func(context.Context, net.Listener) error
}

// newServer opens the store, the keys and every port; nothing is served yet.
// What it opened is closed again if it fails.
func newServer(ctx context.Context, file string, cfg *config.Config, logTo io.Writer) (_ *server, err error) {
	s, err := newCore(ctx, file, cfg, logTo)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.close(ctx)
		}
	}()
	if err := s.faces(ctx); err != nil {
		return nil, err
	}
	s.socket(ctx)
	return s, nil
}

// newCore opens what commands act on: store, keys and rooms. No port is opened. What it opened is closed again if it fails.
func newCore(ctx context.Context, file string, cfg *config.Config, logTo io.Writer) (_ *server, err error) {
	s := &server{file: file, started: time.Now(), cfg: cfg, level: &slog.LevelVar{}}
	s.log = newLog(cfg.Log, logTo, s.level)
	defer func() {
		if err != nil {
			s.close(ctx)
		}
	}()
	if err := cfg.MakeDataFolder(); err != nil {
		return nil, config.Blame(file, "data", err.Error(), err)
	}
	if s.store, err = sqlite.Open(ctx, cfg.DatabasePath()); err != nil {
		return nil, err
	}
	keyOptions := keyOptions(cfg, s.store, s.log)
	if s.keys, err = keys.Open(ctx, keyOptions); err != nil {
		return nil, err
	}
	s.rooms = rooms.New(s.store, rooms.LocalBus{}, rooms.Options{Log: s.log, Limits: roomLimits(cfg), Writes: s.mayWrite, Author: s.author})
	if err := s.rooms.LoadBans(ctx); err != nil {
		return nil, err
	}
	return s, s.apply(cfg)
}

// table binds the commands to what they act on; host is nil where no server runs.
func (s *server) table(host chat.Host) *chat.Chat {
	_, port, _ := net.SplitHostPort(s.cfg.SSH.Listen) // checked with the config; "" where the face is off
	var courier chat.Courier
	if s.courier != nil {
		courier = s.courier
	}
	var door chat.Door
	if s.door != nil {
		door = s.door
	}
	return chat.New(chat.Options{
		Rooms: s.rooms, Keys: s.keys, Server: s.cfg.Server.Name, Version: version(), Shortcuts: view.Shortcuts, Port: port,
		URL: s.cfg.Web.PublicURL(), Courier: courier, Door: door, Host: host,
	})
}

// socket lets the operator in. A server without it serves all the same: without a socket, parley admin waits until it is stopped.
func (s *server) socket(ctx context.Context) {
	l, err := listenSocket(ctx, s.cfg.Data)
	if err != nil {
		s.log.Warn("parley admin does not reach this server while it runs", "error", err)
		return
	}
	o := &operator{chat: s.chat, log: s.log}
	s.listeners = append(s.listeners, listener{"parley admin", l, o.serve})
}

func keyOptions(cfg *config.Config, ledger keys.Ledger, log *slog.Logger) keys.Options {
	return keys.Options{
		Dir: cfg.Keys.Dir, Registration: keys.Registration(cfg.Keys.Registration),
		TrustedCA: cfg.Keys.TrustedCA, Revoked: cfg.Keys.Revoked, Ledger: ledger, Log: log,
	}
}

// apply puts into force what faces read at each use.
func (s *server) apply(cfg *config.Config) error {
	next := &settings{motd: cfg.Server.MOTD, limits: cfg.Limits}
	for _, name := range cfg.Rooms.Default {
		room, err := text.ParseRoomName(name)
		if err != nil {
			return fmt.Errorf("rooms.default in %s: %w", s.file, err)
		}
		next.defaults = append(next.defaults, room)
	}
	s.settings.Store(next)
	return nil
}

// faces opens the ports and builds what serves them.
func (s *server) faces(ctx context.Context) error {
	s.courier = web.NewCourier(web.CourierOptions{
		Rooms: s.rooms, Log: s.log, Allow: s.cfg.Web.HooksAllow, Tell: func(h rooms.Hook, seq uint64) { s.chat.TellOfHook(h, seq) },
	})
	if s.cfg.Web.Listen != "" {
		s.door = web.NewDoor(web.DoorOptions{Rooms: s.rooms, Keys: s.keys, Log: s.log, Exempt: s.exempt, Barred: func(name text.Name, key string, addr netip.Addr) bool {
			return s.barred(name, key, addr) != nil
		}})
	}
	s.chat = s.table(s)
	f := &faces{chat: s.chat, rooms: s.rooms, settings: func() settings { return *s.settings.Load() }, shared: view.NewShared(0), logs: tree.NewLogs(), name: s.cfg.Server.Name, log: s.log}
	if s.cfg.SSH.Listen != "" {
		if err := s.sshFace(ctx, f); err != nil {
			return err
		}
	}
	s.echo = tcpd.NewEcho(s.log, tcpd.EchoOptions{Limits: tcpLimits(s.cfg), WriteStall: tcpStall(s.cfg)})
	if err := s.listen(ctx, "tcp.echo", s.cfg.TCP.Echo, s.echo.Serve); err != nil {
		return err
	}
	s.guests = tcpd.NewChat(s.log, tcpd.ChatOptions{Limits: tcpLimits(s.cfg), WriteStall: tcpStall(s.cfg), Chat: s.chat, Server: s.cfg.Server.Name, Barred: s.guestBarred, Closed: s.keys.MayVisit})
	s.rooms.OnBan(s.expel)
	if err := s.listen(ctx, "tcp.chat", s.cfg.TCP.Chat, s.guests.Serve); err != nil {
		return err
	}
	if err := s.webFace(ctx); err != nil {
		return err
	}
	return s.listen(ctx, "metrics.listen", s.cfg.Metrics.Listen, s.serveHealth)
}

// webFace opens the port of the HTTP face.
func (s *server) webFace(ctx context.Context) error {
	if s.cfg.Web.Listen == "" {
		return nil
	}
	_, port, _ := net.SplitHostPort(s.cfg.SSH.Listen) // checked with the config; "" where the face is off
	certificates, err := s.certificates()
	if err != nil {
		return err
	}
	s.web = web.New(web.Options{
		TLS:   certificates,
		Rooms: s.rooms, Chat: s.chat, Door: s.door, URL: s.cfg.Web.URL, SSHPort: port, Name: s.cfg.Server.Name, Log: s.log, Proxies: s.cfg.Web.Proxy, Exempt: s.exempt,
		Sockets: func() web.SocketLimits { return socketLimits(s.settings.Load().limits) },
		Barred:  func(addr netip.Addr) bool { return s.barred(text.Name{}, "", addr) != nil },
	})
	return s.listen(ctx, "web.listen", s.cfg.Web.Listen, s.web.Serve)
}

// certificates brings TLS to the HTTP face; nil where there is none.
func (s *server) certificates() (*web.TLS, error) {
	t := s.cfg.Web.TLS
	if !t.On() {
		return nil, nil
	}
	out, err := web.NewTLS(web.TLSOptions{Cert: t.Cert, Key: t.Key, Hosts: t.ACME, Email: t.Email, Directory: t.Directory, Cache: s.cfg.ACMEPath(), Log: s.log})
	if err != nil {
		return nil, config.Blame(s.file, "web.tls.cert", err.Error(), err)
	}
	return out, nil
}

// exempt reports whether an address skips what is limited by prefix.
func (s *server) exempt(addr netip.Addr) bool {
	return s.settings.Load().limits.Exempted(addr)
}

// sshFace reads or makes the host keys and opens the port of the SSH face.
func (s *server) sshFace(ctx context.Context, f *faces) error {
	paths, missing := s.cfg.HostKeyPaths()
	hostKeys, err := sshd.HostKeys(paths, missing)
	if err != nil {
		return err
	}
	s.fingerprints = sshd.Fingerprints(hostKeys)
	s.ssh, err = sshd.New(sshd.Options{
		Keys: doorman{s.keys, s.chat}, HostKeys: hostKeys, Name: s.cfg.Server.Name, Limits: sshLimits(s.cfg),
		Trusted: s.cfg.SSH.ProxyProtocol, Log: s.log, Barred: s.barred,
		Interactive: f.interactive, Plain: f.plain, Exec: f.exec, Files: f.files,
	})
	if err != nil {
		return err
	}
	return s.listen(ctx, "ssh.listen", s.cfg.SSH.Listen, func(_ context.Context, l net.Listener) error { return s.ssh.Serve(l) })
}

func (s *server) listen(ctx context.Context, key, addr string, serve func(context.Context, net.Listener) error) error {
	if addr == "" {
		return nil
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return config.BlameListener(s.file, key, addr, err)
	}
	s.listeners = append(s.listeners, listener{key, l, serve})
	return nil
}

func (s *server) serveHealth(ctx context.Context, l net.Listener) error {
	s.health = newHealth(l, newMetrics(s.rooms, s.ssh, s.web, s.courier), s.store.Ping, s.log)
	<-ctx.Done()
	return s.health.close()
}

// serve runs until ctx ends or a listener fails, and then stops everything.
func (s *server) serve(ctx context.Context) error {
	serving, stop := context.WithCancel(ctx)
	defer stop()
	s.ended = make(chan error, len(s.listeners))
	s.courier.Start()
	for _, l := range s.listeners {
		go func() {
			err := l.serve(serving, l.l)
			switch {
			case serving.Err() != nil:
				err = nil
			case err != nil:
				err = fmt.Errorf("%s: %w", l.what, err)
			default:
				err = fmt.Errorf("%s has ended by itself, which is a defect of this server", l.what)
			}
			s.ended <- err
		}()
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-s.ended:
	}
	if err != nil {
		s.log.Error("stopping, because a listener has ended", "error", err)
	} else {
		s.log.Info("stopping")
	}
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	if s.web != nil {
		if shutErr := s.web.Shutdown(bounded); shutErr != nil {
			s.log.Warn("some requests were cut off", "error", shutErr)
		}
	}
	if s.ssh != nil {
		if shutErr := s.ssh.Shutdown(bounded); shutErr != nil {
			s.log.Warn("some ssh clients did not take the goodbye and were cut off", "error", shutErr)
		}
	}
	stop()
	return errors.Join(err, s.close(bounded))
}

// close ends what newServer opened, the store last, so that everything
// acknowledged is in it.
func (s *server) close(ctx context.Context) error {
	for _, l := range s.listeners {
		_ = l.l.Close() // it may be closed already, by the one who served it
	}
	var errs []error
	if s.courier != nil {
		if err := s.courier.Close(ctx); err != nil {
			s.log.Warn("a delivery to a hook was cut off", "error", err)
		}
	}
	if s.door != nil {
		s.door.Close()
	}
	if s.rooms != nil {
		err := s.rooms.Close(ctx)
		if errors.Is(err, rooms.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) {
			err = errUnsaved
		}
		errs = append(errs, err)
	}
	if s.keys != nil {
		errs = append(errs, s.keys.Close())
	}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	return errors.Join(errs...)
}
