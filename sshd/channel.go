package sshd

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// filesSubsystem is the name of the file transfer protocol among subsystems.
const filesSubsystem = "sftp"

// openSession handles a channel of type "session": until something is started on it, and then by running the face. The
// requests that come meanwhile are waited for by a goroutine that has done nothing yet, and so needs little stack.
func (s *Server) openSession(_ *ssh.Server, _ *gossh.ServerConn, nc gossh.NewChannel, ctx ssh.Context) {
	c := connOf(ctx)
	s.handling.Add(1) // the connection is being handled, so this is not from zero
	x, requests := s.startSession(nc, c)
	if x == nil {
		s.handling.Done()
		return
	}
	go x.attend(requests)
	s.run(x)
}

// startSession accepts the channel and answers requests until a shell or command is started; nil if none is.
//
//go:noinline
func (s *Server) startSession(nc gossh.NewChannel, c *conn) (started *session, requests <-chan *gossh.Request) {
	defer s.recovered(c, "session channel", func() { c.kill("panic") })
	limit := s.limits().Channels
	if c.identity().Name.IsZero() {
		limit = min(max(limit, 1), strangerChannels)
	}
	if !c.takeChannel(limit) {
		_ = nc.Reject(gossh.ResourceShortage, fmt.Sprintf("this connection has %d sessions open, which is the most: close one first", limit))
		return nil, nil
	}
	defer func() {
		if started == nil {
			c.giveChannel()
		}
	}()
	ch, requests, err := nc.Accept()
	if err != nil {
		return nil, nil // the connection ended
	}
	x := newSession(s, c, ch)
	if err := c.join(x); err != nil {
		_ = ch.Close()
		drain(requests)
		return nil, nil
	}
	defer func() {
		if started == nil {
			x.resize.stop()
			c.part(x)
		}
	}()
	if x.started = x.prepare(requests); !x.started {
		x.cancel(errHangup)
		_ = ch.Close()
		drain(requests)
		return nil, nil
	}
	return x, requests
}

// attend answers what comes until the channel is gone, and then waits for the face to return.
func (x *session) attend(requests <-chan *gossh.Request) {
	defer x.server.handling.Done()
	defer x.server.recovered(x.conn, "session channel", func() { x.conn.kill("panic") })
	defer x.conn.giveChannel()
	defer x.conn.part(x)
	defer x.resize.stop()
	for req := range requests {
		x.during(req)
	}
	x.cancel(errHangup)
	<-x.finished
}

// drain answers what still comes until the channel is gone.
func drain(requests <-chan *gossh.Request) {
	for req := range requests {
		_ = req.Reply(false, nil)
	}
}

// prepare answers requests until a shell or command is started, and reports whether one was.
func (x *session) prepare(requests <-chan *gossh.Request) (started bool) {
	var late <-chan time.Time
	if d := x.server.limits().HandshakeTimeout; d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		late = t.C
	}
	for n := 0; n < maxRequests; n++ {
		var req *gossh.Request
		select {
		case req = <-requests:
		case <-late:
			x.conn.log(slog.LevelInfo, "session closed: nothing was started on it")
			return false
		}
		if req == nil {
			return false
		}
		granted, starts := x.granted(req)
		_ = req.Reply(granted, nil)
		if starts {
			return true
		}
	}
	x.conn.log(slog.LevelWarn, "session closed: too many requests before anything was started")
	return false
}

// granted takes a request in that comes before anything is started, and reports whether it is one that can be granted,
// and whether it starts something.
func (x *session) granted(req *gossh.Request) (ok, starts bool) {
	switch req.Type {
	case "pty-req":
		return x.ptyRequest(req), false
	case "env":
		return x.envRequest(req), false
	case "window-change":
		return x.windowChange(req), false
	case "shell":
		return true, true
	case "exec":
		ok = x.execRequest(req)
	case "subsystem":
		ok = x.subsystemRequest(req)
	}
	return ok, ok // not x11-req, auth-agent-req@openssh.com, signal, break and the unknown
}

func (x *session) ptyRequest(req *gossh.Request) bool {
	term, size, ok := parsePty(req.Payload)
	if !ok || x.pty {
		return false
	}
	x.pty, x.term, x.size = true, term, size
	return true
}

func (x *session) envRequest(req *gossh.Request) bool {
	name, value, ok := parseEnv(req.Payload)
	if _, again := x.env[name]; !ok || (!again && len(x.env) >= maxEnv) {
		return false
	}
	if x.env == nil {
		x.env = make(map[string]string)
	}
	x.env[name] = value
	return true
}

// windowChange takes a new size; before the start it is the size to start with.
func (x *session) windowChange(req *gossh.Request) bool {
	size, ok := parseWindow(req.Payload)
	if !ok || !x.pty {
		return false
	}
	if x.started {
		x.resize.set(size)
	} else {
		x.size = size
	}
	return true
}

// execRequest keeps the command. One that is too long is started all the same, to be
// answered with a sentence: a refusal would show as "exec request failed on channel 0".
func (x *session) execRequest(req *gossh.Request) bool {
	command, tooLong, ok := parseCommand(req.Payload)
	if !ok {
		return false
	}
	if word := strings.TrimPrefix(strings.TrimSpace(command), "--"); word == "plain" {
		x.plain = true // no command: "ssh HOST plain" is a session in plain lines, with a pty or without
	} else {
		x.exec, x.command, x.tooLong = true, command, tooLong
	}
	return true
}

// subsystemRequest reports whether the one subsystem that there is was asked for.
func (x *session) subsystemRequest(req *gossh.Request) bool {
	name, rest, ok := cutString(req.Payload)
	x.files = ok && len(rest) == 0 && string(name) == filesSubsystem && x.server.opts.Files != nil && !x.pty
	return x.files
}

// during answers what comes while the session runs. Signals and breaks are dropped.
func (x *session) during(req *gossh.Request) {
	_ = req.Reply(req.Type == "window-change" && x.windowChange(req), nil)
}
