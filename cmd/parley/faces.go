package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"time"

	"parley/chat"
	"parley/config"
	"parley/keys"
	"parley/lang"
	"parley/rooms"
	"parley/sshd"
	"parley/text"
	"parley/tree"
	"parley/view"
	"parley/view/plain"
)

// faces are what a session of the SSH server can show: the chat view, plain
// lines, or one command.
type faces struct {
	chat     *chat.Chat
	rooms    *rooms.Manager
	settings func() settings // what a reload may change
	shared   *view.Shared
	logs     *tree.Logs
	name     string // of the server
	log      *slog.Logger
}

// settings are the parts of the config that faces use.
type settings struct {
	defaults []text.RoomName
	motd     string
	limits   config.Limits
}

// interactive serves a terminal: the view, or plain lines where the person
// wants them, and back.
func (f *faces) interactive(ctx context.Context, t *sshd.Terminal) error {
	return f.converse(ctx, t, false)
}

// plain serves a pipe (ssh -T) and a dumb terminal.
func (f *faces) plain(ctx context.Context, t *sshd.Terminal) error {
	return f.converse(ctx, t, true)
}

func (f *faces) converse(ctx context.Context, t *sshd.Terminal, asPlain bool) error {
	c, err := f.begin(ctx, t)
	if err != nil {
		return err
	}
	defer c.session.Close()
	for {
		again := false
		if asPlain {
			again, err = c.lines(ctx)
		} else {
			again, err = c.view(ctx)
		}
		if !again {
			return err
		}
		asPlain, c.welcome = !asPlain, nil
	}
}

// conversation is one session between its two forms. What makes a view, and what is to be done after it, is not in
// the function that waits in it: a session is mostly a goroutine that waits, and the memory that its stack keeps is
// a power of two. With options and terminal on the stack it is twice as much or more.
type conversation struct {
	f       *faces
	t       *sshd.Terminal
	session *rooms.Session
	welcome func(lang.Tag) []text.Line // nil once it was said
}

// begin is a function of its own, as newView is, for the sake of the stack.
//
//go:noinline
func (f *faces) begin(ctx context.Context, t *sshd.Terminal) (*conversation, error) {
	session, welcome, err := f.enter(ctx, t)
	if err != nil {
		return nil, err
	}
	t.OnResize(session.Ring)
	return &conversation{f, t, session, welcome}, nil
}

// lines shows plain lines; again when the person wants the view.
func (c *conversation) lines(ctx context.Context) (again bool, err error) {
	talk := plain.New(c.f.plainOptions(c.t, c.session, c.welcome))
	outcome, err := talk.Run(ctx, c.t.In, c.t.Out)
	c.t.In, c.t.Size = talk.Rest(), talk.Size
	if ctx.Err() != nil {
		return false, context.Cause(ctx) // said beside the lines
	}
	return err == nil && outcome == plain.WantsView, nil // otherwise the other side has gone, or said goodbye
}

// view shows the chat view; again when the person wants plain lines.
func (c *conversation) view(ctx context.Context) (again bool, err error) {
	v := c.newView()
	outcome, err := v.Run(ctx, c.t.In, c.t.Out, c.t.Resize)
	c.viewed(v)
	return err == nil && outcome == view.WantsPlain, nil
}

//go:noinline
func (c *conversation) viewed(v *view.View) { c.t.In, c.t.Size = v.Rest(), v.Size() }

//go:noinline
func (c *conversation) newView() *view.View {
	return view.New(c.f.viewOptions(c.t, c.session, c.welcome))
}

// exec runs one command of the table, which may go on for as long as there is a connection: as little as possible is on its stack.
func (f *faces) exec(ctx context.Context, t *sshd.Terminal) int {
	if f.copied(t) {
		return 1
	}
	return plain.Exec(ctx, f.execOptions(ctx, t), t.Command, t.In, t.Out, t.Err)
}

//go:noinline
func (f *faces) execOptions(ctx context.Context, t *sshd.Terminal) plain.ExecOptions {
	who := actor(t)
	f.arrive(ctx, t)
	person, err := f.rooms.Person(ctx, who)
	if err != nil {
		f.log.Warn("somebody's settings could not be read", "conn", t.Info.ID, "error", err)
	}
	if t.Pty { // ssh -t: the client's terminal is raw
		t.Out, t.Err = cooked{t.Out}, cooked{t.Err}
	}
	return plain.ExecOptions{
		Chat: f.chat, Identity: t.Identity, Actor: who, Env: t.Env, Settings: person.Settings, Zone: f.zone(t), Info: t.Info, Raw: t.Pty,
	}
}

// cooked ends lines as a terminal in raw mode needs it.
type cooked struct{ raw io.Writer }

func (c cooked) Write(p []byte) (int, error) {
	if _, err := c.raw.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(p), nil
}

func actor(t *sshd.Terminal) rooms.Actor {
	role := t.Identity.Role
	return rooms.Actor{Name: t.Identity.Name, Staff: role.Staff(), Bot: role == keys.Bot, Addr: t.Info.Addr}
}

// enter attaches a session and lets a newcomer into the default rooms.
func (f *faces) enter(ctx context.Context, t *sshd.Terminal) (*rooms.Session, func(lang.Tag) []text.Line, error) {
	id, info := t.Identity, t.Info
	session, err := f.rooms.Attach(ctx, actor(t), info)
	if err != nil {
		return nil, nil, err
	}
	s := f.settings()
	first, err := f.chat.Arrive(ctx, session, s.defaults)
	if err != nil {
		f.log.Warn("a newcomer could not enter the default rooms", "conn", info.ID, "name", id.Name.String(), "error", err)
	}
	return session, func(in lang.Tag) []text.Line { return f.chat.Welcome(in, id, first, s.motd) }, nil
}

func (f *faces) plainOptions(t *sshd.Terminal, s *rooms.Session, welcome func(lang.Tag) []text.Line) plain.Options {
	o := plain.Options{
		Chat: f.chat, Session: s, Identity: t.Identity, Zone: f.zone(t), Env: t.Env, Echo: t.Pty, Log: f.log,
	}
	if welcome != nil {
		o.Welcome = welcome(chat.Settings(s.Person().Settings).Lang(t.Env))
	}
	if t.Pty {
		o.Size, o.Resize = t.Size, t.Resize
	}
	return o
}

func (f *faces) viewOptions(t *sshd.Terminal, s *rooms.Session, welcome func(lang.Tag) []text.Line) view.Options {
	return view.Options{
		Chat: f.chat, Session: s, Identity: t.Identity, Size: t.Size, Term: t.Term, Env: t.Env,
		Shared: f.shared, Server: f.name, Welcome: welcome, Log: f.log,
	}
}

func (f *faces) zone(t *sshd.Terminal) *time.Location { return f.shared.Zone(t.Env["TZ"]) }
