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

// vetted is a channel as charm.land/ssh sees it: accepted already, its requests vetted.
type vetted struct {
	gossh.NewChannel
	ch       gossh.Channel
	requests <-chan *gossh.Request
}

func (v *vetted) Accept() (gossh.Channel, <-chan *gossh.Request, error) {
	return v.ch, v.requests, nil
}

// openSession handles a channel of type "session" from its opening until something is started on it. The rest of
// its life is waited for by a goroutine that has done nothing yet, and so needs little stack.
func (s *Server) openSession(srv *ssh.Server, sc *gossh.ServerConn, nc gossh.NewChannel, ctx ssh.Context) {
	c := connOf(ctx)
	s.handling.Add(1) // the connection is being handled, so this is not from zero
	if x, requests := s.startSession(srv, sc, nc, ctx, c); x != nil {
		go x.attend(requests)
		return
	}
	s.handling.Done()
}

// startSession accepts the channel and answers requests until a shell or command is started; nil if none is.
func (s *Server) startSession(srv *ssh.Server, sc *gossh.ServerConn, nc gossh.NewChannel, ctx ssh.Context, c *conn) (started *session, requests <-chan *gossh.Request) {
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
	x := newSession(s, c, ch, ctx)
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
	if !x.start(srv, sc, nc, requests) {
		x.cancel(errHangup)
		_ = ch.Close()
		drain(requests)
		return nil, nil
	}
	return x, requests
}

// start answers the client's requests until something is started, and reports whether it was.
func (x *session) start(srv *ssh.Server, sc *gossh.ServerConn, nc gossh.NewChannel, requests <-chan *gossh.Request) bool {
	inner := &relay{to: make(chan *gossh.Request), done: make(chan struct{})}
	go func() {
		defer close(inner.done)
		defer x.server.recovered(x.conn, "session requests", nil)
		ssh.DefaultSessionHandler(srv, sc, &vetted{NewChannel: nc, ch: x.ch, requests: inner.to}, &x.context)
	}()
	x.started = x.prepare(requests, inner)
	close(inner.to)
	<-inner.done
	return x.started
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

// relay hands requests on to the library. Its channel has no slot: when a send of
// the next request has returned, the one before it is answered. Answers have no number in SSH, so
// they must leave in the order of the requests.
type relay struct {
	to   chan *gossh.Request
	done chan struct{} // closed when the library has let go
}

// pass hands one request on; false when the library has let go.
func (r *relay) pass(req *gossh.Request) bool {
	select {
	case r.to <- req:
		return true
	case <-r.done:
		return false
	}
}

// answer replies to a request that is not handed on, after those before it were answered.
func (r *relay) answer(req *gossh.Request, ok bool) {
	if req.WantReply {
		r.settle()
		_ = req.Reply(ok, nil)
	}
}

// settle returns when everything that was handed on is answered.
func (r *relay) settle() {
	r.pass(&gossh.Request{Type: "barrier"}) // unknown to the library and wants no reply
}

// prepare vets requests until a shell or command is started, and reports whether one was.
func (x *session) prepare(requests <-chan *gossh.Request, inner *relay) (started bool) {
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
		starts := false
		switch req.Type {
		case "pty-req":
			x.ptyRequest(req, inner)
		case "env":
			x.envRequest(req, inner)
		case "window-change":
			inner.answer(req, x.windowChange(req))
		case "shell":
			starts = true
		case "exec":
			starts = x.execRequest(req)
			if !starts {
				inner.answer(req, false)
			}
		case "subsystem":
			if starts = x.subsystemRequest(req); !starts {
				inner.answer(req, false)
			}
		default: // x11-req, auth-agent-req@openssh.com, signal, break and the unknown
			inner.answer(req, false)
		}
		if starts {
			return inner.pass(req)
		}
	}
	x.conn.log(slog.LevelWarn, "session closed: too many requests before anything was started")
	return false
}

func (x *session) ptyRequest(req *gossh.Request, inner *relay) {
	term, size, ok := parsePty(req.Payload)
	if !ok || x.pty {
		inner.answer(req, false)
		return
	}
	x.pty, x.term, x.size = true, term, size
	req.Payload = ptyPayload(term, size)
	inner.pass(req)
}

func (x *session) envRequest(req *gossh.Request, inner *relay) {
	name, value, ok := parseEnv(req.Payload)
	if _, again := x.env[name]; !ok || (!again && len(x.env) >= maxEnv) {
		inner.answer(req, false)
		return
	}
	if x.env == nil {
		x.env = make(map[string]string)
	}
	x.env[name] = value
	inner.pass(req)
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
	req.Payload = gossh.Marshal(struct{ Command string }{"-"}) // the library has no use for it
	return true
}

// subsystemRequest reports whether the one subsystem that there is was asked for.
func (x *session) subsystemRequest(req *gossh.Request) bool {
	name, rest, ok := cutString(req.Payload)
	x.files = ok && len(rest) == 0 && string(name) == filesSubsystem && x.server.opts.Files != nil && !x.pty
	return x.files
}

// during answers what comes while the session runs. Signals and breaks are dropped: with the library's
// channels for them, a session that does not read them would block its connection.
func (x *session) during(req *gossh.Request) {
	_ = req.Reply(req.Type == "window-change" && x.windowChange(req), nil)
}
