package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/creack/pty"
)

// typist is a person at OpenSSH's ssh.
type typist struct {
	*recording
	cmd *exec.Cmd
	tty *os.File
}

// keyEvery is how fast people type: ten keys a second.
const keyEvery = 100 * time.Millisecond

// openSSH is people who type with the real ssh, which since 9.5 sends a packet every 20 ms while
// somebody types, so that nobody can tell the keys from their timing: what one of them costs the server.
func openSSH(ctx context.Context, l *lab, out *report) error {
	for _, name := range []string{parley, floor} {
		if err := l.openSSHRound(ctx, name, out); err != nil {
			return err
		}
	}
	return nil
}

func (l *lab) openSSHRound(ctx context.Context, name string, out *report) (err error) {
	n := l.scale.typists
	people, err := l.crowd(n)
	if err != nil {
		return err
	}
	s, err := l.start(ctx, name, n)
	if err != nil {
		return err
	}
	defer func() { err = firstOf(err, s.stop()) }()
	var typists []*typist
	defer func() {
		for _, t := range typists {
			t.end()
		}
	}()
	for _, p := range people {
		t, err := s.openSSH(ctx, p)
		if err != nil {
			return err
		}
		typists = append(typists, t)
	}
	if err := pause(ctx, time.Second); err != nil {
		return err
	}
	before, err := s.cpu()
	if err != nil {
		return err
	}
	start := time.Now()
	if err := typeTogether(ctx, typists); err != nil {
		return err
	}
	if err := pause(ctx, 500*time.Millisecond); err != nil {
		return err
	}
	after, err := s.cpu()
	if err != nil {
		return err
	}
	share := (after - before).Seconds() / time.Since(start).Seconds() / float64(n)
	screens := make([]*recording, n)
	histories := make([][]int, n)
	for i, t := range typists {
		screens[i] = t.recording
	}
	if err := judge(screens, s.prompt, func(i int, w *witness) error {
		err := w.watch(screens[i], 0)
		histories[i] = w.order
		return err
	}); err != nil {
		return err
	}
	if err := agree(screens, histories, 0, n); err != nil {
		return err
	}
	out.add("openssh: CPU of one who types, with others who type", percent, hold{}, name, share)
	l.logf("  %s: %.2f %%", name, share*100)
	return nil
}

// openSSH starts ssh and waits until it shows that they are in.
func (s *server) openSSH(ctx context.Context, p *person) (*typist, error) {
	identity := filepath.Join(s.dir, p.name)
	if err := p.identityFile(identity); err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(s.ssh)
	if err != nil {
		return nil, err
	}
	t := &typist{recording: record(p.name, size{80, 24}, true)}
	t.cmd = exec.CommandContext(ctx, "ssh", "-F", "none", "-p", port, "-i", identity, "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none",
		"-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", p.name+"@127.0.0.1")
	t.cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LC_ALL=C.UTF-8")
	if t.tty, err = pty.StartWithSize(t.cmd, &pty.Winsize{Cols: uint16(t.size.cols), Rows: uint16(t.size.rows)}); err != nil {
		return nil, fmt.Errorf("ssh (Debian: openssh-client) could not be started: %w", err)
	}
	go t.from(t.tty)
	ctx, cancel := context.WithTimeout(ctx, loginTime)
	defer cancel()
	if err := t.await(ctx, 0, s.ready); err != nil {
		t.end()
		return nil, err
	}
	return t, nil
}

func (t *typist) end() {
	_ = t.cmd.Process.Kill()
	_ = t.tty.Close()
	_ = t.cmd.Wait() // it was killed
}

// typeTogether has everybody type their one message, key by key, and waits until it is with all.
func typeTogether(ctx context.Context, typists []*typist) error {
	tick := time.NewTicker(keyEvery)
	defer tick.Stop()
	lines := make([]string, len(typists))
	for i := range typists {
		lines[i] = message(i) + "\r"
	}
	for k := range len(slices.MaxFunc(lines, func(a, b string) int { return len(a) - len(b) })) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		for i, t := range typists {
			if _, err := t.tty.WriteString(lines[i][k : k+1]); err != nil {
				return err
			}
		}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("%w: not there after %v", errDelivery, patience))
	defer cancel()
	for _, t := range typists {
		for n := range typists {
			if err := t.await(ctx, 0, word(n)); err != nil {
				return err
			}
		}
	}
	return nil
}
