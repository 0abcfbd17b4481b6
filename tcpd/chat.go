package tcpd

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
	"parley/text"
	"parley/view/plain"
)

// Chat lets guests in by plain TCP, a line at a time, into the rooms that take
// guests. A guest has no key and so no name of its own: it is called guest-1,
// guest-2 … for as long as it is connected.
type Chat struct {
	tcp     *listener
	options ChatOptions
	guests  atomic.Uint64

	mu      sync.Mutex
	present map[*guest]struct{} // guarded by mu
}

// guest is one who is connected.
type guest struct {
	addr netip.Addr
	out  *deadlined
	end  context.CancelCauseFunc // of the conversation
}

// lastWord is how long a guest who is put out has to take the reason.
const lastWord = time.Second

// maxUnread is how much is read, in bytes, of what somebody sends who is not let in.
const maxUnread = 64 << 10

// ChatOptions are the settings of a Chat.
type ChatOptions struct {
	Limits Limits
	// WriteStall ends a connection whose client takes nothing of what is sent
	// to it for this long; 0 means DefaultWriteStall, less means never.
	WriteStall time.Duration
	Chat       *chat.Chat
	Server     string // the server's name, for the greeting
	// Barred says why no guest may be here from an address, nil where somebody may; nil itself for everywhere. After it
	// has changed its mind, call Expel.
	Barred func(netip.Addr) error
	// Closed says why no guest may come in at all for now, nil when they may; nil itself for always. Who is here stays.
	Closed func() error
}

// NewChat returns a Chat that logs to logger. Serve starts it.
func NewChat(logger *slog.Logger, options ChatOptions) *Chat {
	if options.WriteStall == 0 {
		options.WriteStall = DefaultWriteStall
	}
	if options.Barred == nil {
		options.Barred = func(netip.Addr) error { return nil }
	}
	if options.Closed == nil {
		options.Closed = func() error { return nil }
	}
	c := &Chat{options: options, present: map[*guest]struct{}{}}
	c.tcp = newListener("chat", logger, options.Limits, c.serve)
	return c
}

// Serve accepts guests from ln until ctx is done, as Echo.Serve does.
func (c *Chat) Serve(ctx context.Context, ln net.Listener) error { return c.tcp.run(ctx, ln) }

// SetLimits replaces the limits. Connections that are open stay.
func (c *Chat) SetLimits(limits Limits) { c.tcp.limits.Store(&limits) }

// Panics returns how many connections a panic has ended.
func (c *Chat) Panics() uint64 { return c.tcp.panics.Load() }

// Expel ends the conversations of guests who are barred by now.
func (c *Chat) Expel() {
	c.mu.Lock()
	all := slices.Collect(maps.Keys(c.present))
	c.mu.Unlock()
	for _, g := range all {
		if why := c.options.Barred(g.addr); why != nil {
			g.end(why)
			g.out.hurry(time.Now().Add(lastWord))
		}
	}
}

// admit notes a guest, whom Expel finds from now on, or says why nobody may come in from there.
func (c *Chat) admit(g *guest) error {
	c.mu.Lock()
	c.present[g] = struct{}{}
	c.mu.Unlock()
	if err := c.options.Barred(g.addr); err != nil {
		return err
	}
	return c.options.Closed()
}

func (c *Chat) forget(g *guest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.present, g)
}

func (c *Chat) serve(ctx context.Context, conn net.Conn, log *slog.Logger) string {
	who := rooms.Actor{Name: text.GuestName(c.guests.Add(1)), Guest: true, Addr: address(conn)}
	out := &deadlined{conn: conn, stall: c.options.WriteStall}
	talking, end := context.WithCancelCause(ctx)
	defer end(nil)
	here := &guest{addr: who.Addr, out: out, end: end}
	defer c.forget(here)
	if err := c.admit(here); err != nil {
		return turnAway(conn, out, err)
	}
	session, err := c.options.Chat.Rooms.Attach(ctx, who, rooms.SessionInfo{
		ID: "chat-" + who.Name.String(), Face: "tcp", Addr: who.Addr, Since: time.Now(),
	})
	if err != nil {
		return turnAway(conn, out, err)
	}
	defer session.Close()
	log.Info("Guest", "name", who.Name.String())
	talk := plain.New(plain.Options{
		Chat: c.options.Chat, Session: session, Identity: keys.Identity{Name: who.Name},
		Welcome: []text.Line{text.NewLine("welcome to "+c.options.Server+": you are "+who.Name.String()+". /help tells what you can do", 200)},
		Log:     log,
	})
	outcome, err := talk.Run(talking, conn, out)
	switch {
	case ctx.Err() == nil && talking.Err() != nil:
		return refuse(out, context.Cause(talking))
	case errors.Is(err, context.Canceled), ctx.Err() != nil:
		_, _ = out.Write([]byte("-- the server stops: goodbye\n"))
		return "the server stops"
	case err != nil:
		abort(conn)
		return err.Error()
	case outcome == plain.SaidQuit:
		return "the guest quit"
	}
	return "end of input"
}

// refuse tells a guest why they are not in, or not any more.
func refuse(out io.Writer, why error) string {
	_, _ = io.WriteString(out, "-- "+why.Error()+"\n") // whoever does not read it is gone all the same
	return why.Error()
}

// turnAway refuses who is not in yet, and reads for a moment what they have sent already: a connection that is closed with
// something unread is reset, and then the client may not see the reason.
func turnAway(conn net.Conn, out io.Writer, why error) string {
	said := refuse(out, why)
	if half, ok := conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil && conn.SetReadDeadline(time.Now().Add(lastWord)) == nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(conn, maxUnread))
	}
	return said
}

// address is the client's, or the zero Addr for what has none.
func address(conn net.Conn) netip.Addr {
	ap, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

// deadlined is a connection on which each write has a bounded time.
type deadlined struct {
	conn  net.Conn
	stall time.Duration
	last  atomic.Pointer[time.Time] // when every write has to be done, nil for no such time
}

// hurry bounds all that is still written, also a write that is stuck now.
func (d *deadlined) hurry(last time.Time) {
	d.last.Store(&last)
	_ = d.conn.SetWriteDeadline(last) // it fails on a connection that is gone
}

func (d *deadlined) Write(p []byte) (int, error) {
	if d.stall > 0 {
		if err := d.conn.SetWriteDeadline(time.Now().Add(d.stall)); err != nil {
			return 0, err
		}
	}
	if last := d.last.Load(); last != nil { // after the line above, which may have undone hurry
		if err := d.conn.SetWriteDeadline(*last); err != nil {
			return 0, err
		}
	}
	return d.conn.Write(p)
}
