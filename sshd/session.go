package sshd

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"parley/keys"
	"parley/rooms"
)

// Causes of a session's end that need no words: the client ended it.
var (
	errHangup = errors.New("the client closed the session")
	errEOF    = errors.New("the input ended")
)

// Exit statuses of sysexits.h.
const (
	exitUsage    = 64
	exitSoftware = 70
	exitNoPerm   = 77
)

// lastWords is how long a session without a pty may go on after the end of its input.
const lastWords = 10 * time.Second

// session is one channel of type "session".
type session struct {
	server *Server
	conn   *conn
	ch     gossh.Channel
	ctx    context.Context // ends with the session
	cancel context.CancelCauseFunc

	// What the client asked for. Owned by the goroutine of the requests until started is set,
	// read-only afterwards.
	pty     bool
	term    string
	size    Size
	env     map[string]string
	exec    bool
	files   bool // the subsystem sftp
	plain   bool // plain lines, whatever the terminal
	command string
	tooLong bool

	started  bool                   // owned by the goroutine of the requests
	face     atomic.Pointer[string] // what it shows, once it has begun
	finished chan struct{}          // closed when the face has returned

	since  time.Time
	resize *resizer
	in     input
	out    output
	idle   *time.Timer // nil when off

	visitor *lines // the input of somebody who came as a stranger, with what was typed ahead; nil otherwise
}

func newSession(s *Server, c *conn, ch gossh.Channel) *session {
	x := &session{
		server:   s,
		conn:     c,
		ch:       ch,
		size:     Size{Cols: defaultCols, Rows: defaultRows},
		term:     "dumb",
		finished: make(chan struct{}),
		since:    time.Now(),
		resize:   newResizer(),
	}
	x.ctx, x.cancel = context.WithCancelCause(context.Background())
	x.out = output{conn: c, out: ch, err: ch.Stderr(), most: maxPacket}
	x.in = input{r: ch, seen: &c.seen, ended: x.inputEnded, done: x.ctx.Done()}
	return x
}

// run shows the session to a face and ends it.
func (s *Server) run(x *session) {
	defer s.recovered(x.conn, "session", func() { x.conn.kill("panic") })
	s.count.sessions.Add(1)
	defer s.count.sessions.Add(-1)
	defer close(x.finished)
	defer x.cancel(errHangup)
	x.exit(x.show())
}

// show picks the face and returns the exit status. It waits for as long as the session lives, so what comes before
// and after the face is in functions of their own: their variables would stay on the stack.
func (x *session) show() (status int) {
	defer x.server.recovered(x.conn, "session", func() {
		status = exitSoftware
		x.say(x.words("Something went wrong here, which is a defect of this server and not your doing. It was logged; please connect again."))
	})
	t, status := x.open()
	switch {
	case t == nil:
		return status
	case x.exec:
		status = x.server.opts.Exec(x.ctx, t)
		return x.bid(context.Cause(x.ctx), status)
	case x.files:
		status = x.server.opts.Files(x.ctx, t)
		return x.bid(context.Cause(x.ctx), status)
	case t.Info.Face == "plain":
		return x.outcome(x.server.opts.Plain(x.ctx, t))
	}
	return x.outcome(x.server.opts.Interactive(x.ctx, t))
}

// open lets the session in and returns what its face gets to see; nil and the exit status if it may not.
//
//go:noinline
func (x *session) open() (*Terminal, int) {
	l := x.server.limits()
	switch {
	case x.files:
		x.out.most = filePacket
		x.conn.transfers.Add(1)
		context.AfterFunc(x.ctx, func() { x.conn.transfers.Add(-1) })
	case x.exec:
		x.in.whole = x.whole
	default:
		x.in.limit = bucket{rate: float64(l.InputBytes), burst: float64(4 * l.InputBytes)}
		x.watchIdle(l.Idle)
	}
	if x.tooLong {
		x.say(x.words("The command is too long: at most %d bytes. Send long text on standard input.", maxCommand))
		return nil, exitUsage
	}
	id, status := x.enter()
	if id.Name.IsZero() {
		return nil, status
	}
	return x.terminal(id), 0
}

// outcome is the exit status after a face that returned err.
//
//go:noinline
func (x *session) outcome(err error) int {
	if err != nil && !errors.Is(err, errEOF) {
		return x.bid(err, 1)
	}
	var e *Ending
	if errors.As(context.Cause(x.ctx), &e) {
		return e.Status // the face has said it
	}
	return 0
}

// terminal is what the face gets to see of the session.
func (x *session) terminal(id keys.Identity) *Terminal {
	c := x.conn
	shown := x.shown()
	x.face.Store(&shown)
	t := &Terminal{
		Identity: id,
		Info: rooms.SessionInfo{
			ID: c.id, Face: shown, Addr: c.addr, Client: c.client(), Device: id.Device, Since: x.since,
		},
		Size: x.size, Resize: x.resize.out, OnResize: x.resize.notify,
		Pty: x.pty, Term: x.term, Env: x.env, Command: x.command,
		In: &x.in, Out: stream{&x.out, x.out.out}, Err: stream{&x.out, x.out.err},
	}
	if x.visitor != nil {
		t.In = x.visitor
	}
	return t
}

// shown is how the session is shown, as SessionInfo.Face names it.
func (x *session) shown() string {
	switch {
	case x.exec:
		return "exec"
	case x.files:
		return "sftp"
	case x.pty && x.term != "dumb" && !x.plain:
		return "ssh"
	}
	return "plain"
}

// bid says why a session ends, where that is news to the client, and returns the exit status.
func (x *session) bid(err error, status int) int {
	var e *Ending
	switch {
	case errors.As(err, &e):
		status = e.Status
	case err == nil || x.ctx.Err() != nil:
		return status
	}
	x.say(x.sentence(err))
	return status
}

// exit writes the exit status and closes the channel.
func (x *session) exit(status int) {
	x.resize.stop()
	if x.idle != nil {
		x.idle.Stop()
	}
	x.out.mu.Lock()
	defer x.out.mu.Unlock()
	x.out.watch() // these write too, and a client may take nothing
	_, _ = x.ch.SendRequest("exit-status", false, gossh.Marshal(struct{ Status uint32 }{uint32(status & 0xFF)}))
	_ = x.ch.Close()
	x.out.timer.Stop()
}

// say writes one sentence beside the output.
func (x *session) say(sentence string) {
	end := "\n"
	if x.pty {
		end = "\r\n"
	}
	_, _ = io.WriteString(stream{&x.out, x.out.err}, sentence+end)
}

// inputEnded ends a terminal's session at once. A pipe's goes on for a moment, in which
// what was piped is worked off; a command's goes on, since it may not have been reading.
func (x *session) inputEnded(error) {
	switch {
	case x.exec, x.files:
	case x.pty:
		x.cancel(errEOF)
	default:
		stop := time.AfterFunc(lastWords, func() { x.cancel(errEOF) })
		context.AfterFunc(x.ctx, func() { stop.Stop() })
	}
}

// watchIdle ends the session after a time without input; 0 is never.
func (x *session) watchIdle(d time.Duration) {
	if d <= 0 {
		return
	}
	x.idle = time.AfterFunc(d, func() { x.cancel(ErrIdle) })
	x.in.typed = func() { x.idle.Reset(d) }
}

// recovered is deferred in every goroutine that serves a client: it counts and logs a panic with its stack.
func (s *Server) recovered(c *conn, where string, then func()) {
	r := recover()
	if r == nil {
		return
	}
	s.count.panics.Add(1)
	c.log(slog.LevelError, "panic", slog.String("where", where), slog.Any("panic", r), slog.String("stack", stack()))
	if then != nil {
		then()
	}
}
