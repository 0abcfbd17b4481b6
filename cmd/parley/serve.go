package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"syscall"

	"parley/config"
)

// serve reads the config and runs the server until SIGTERM or SIGINT. SIGHUP
// reads config and keys again.
func serve(ctx context.Context, file string, out, logTo io.Writer) error {
	cfg, err := config.Load(file)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	s, err := newServer(ctx, file, cfg, logTo)
	if err != nil {
		return err
	}
	s.greet(out)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-hup:
				_ = s.Reload() // it is in the log
			}
		}
	}()
	return s.serve(ctx)
}

// greet says where the server listens and how to enter, in one write: no line of the log stands within it.
func (s *server) greet(to io.Writer) {
	out := new(bytes.Buffer)
	defer func() { _, _ = to.Write(out.Bytes()) }()
	fmt.Fprintf(out, "%s %s\n", s.cfg.Server.Name, version())
	port := "22"
	for _, l := range s.listeners {
		fmt.Fprintf(out, "  %-15s %s\n", l.what, l.l.Addr())
		if l.what == "ssh.listen" {
			_, port, _ = net.SplitHostPort(l.l.Addr().String())
		}
	}
	if s.web != nil {
		fmt.Fprintf(out, "  %-15s %s\n", "in a browser", s.cfg.Web.PublicURL())
	}
	if s.ssh == nil {
		return
	}
	for _, fp := range s.fingerprints {
		fmt.Fprintf(out, "  %-15s %s\n", "host key", fp)
	}
	fmt.Fprintf(out, "  %-15s ssh -p %s NAME@localhost\n", "enter with", port)
	code := s.keys.OwnerCode()
	switch {
	case code == "":
	case s.keys.Fresh():
		fmt.Fprintf(out, "Nobody is known here yet. The first key that arrives from this machine becomes the owner;\nfrom another machine, enter this code when you are asked for one: %s\n", code)
	default:
		fmt.Fprintf(out, "This server has no owner yet. The first known key that arrives from this machine becomes the owner;\nfrom another machine, enter this code when you are asked for one: %s\n", code)
	}
}

// Reload puts a changed config into force where that can be done while
// running, and says in the log what waits for a restart. A config with a
// fault changes nothing, and is in the log too.
func (s *server) Reload() error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	cfg, err := config.Load(s.file)
	if err == nil {
		err = s.apply(cfg)
	}
	if err == nil {
		err = s.keys.Reload(keyOptions(cfg, s.store, s.log))
	}
	if err != nil {
		s.log.Error("the config was not reloaded, the old one stays in force", "error", err)
		return err
	}
	restart, live := cfg.Changed(s.cfg)
	s.level.Set(cfg.Log.Level)
	s.rooms.SetLimits(roomLimits(cfg))
	if s.ssh != nil {
		s.ssh.SetLimits(sshLimits(cfg))
	}
	if s.web != nil && s.web.TLS != nil {
		s.web.TLS.Reload()
	}
	s.echo.SetLimits(tcpLimits(cfg))
	s.guests.SetLimits(tcpLimits(cfg))
	s.cfg = cfg
	s.log.Info("config and keys reloaded", "changed", live)
	if len(restart) > 0 {
		s.log.Warn("these settings take effect at the next start", "keys", restart)
	}
	return nil
}
