package wire

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strconv"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// Conversation is both directions on one channel: events out, and commands in, of which each is answered. It knows lines and no
// network, so that a pipe and a WebSocket hold the same one; docs/protocol.md describes the lines.
//
// One goroutine reads lines and hands them over one at a time, through a channel without a slot: who sends a million commands is read as fast as they
// run. A command runs in a goroutine of its own, one at a time, so that what happens is told while it looks far. Run's own goroutine does everything else, and is the only writer.
type Conversation struct {
	Chat   *chat.Chat
	Who    chat.Request    // whose commands they are: all of it but what a command says
	Follow *chat.Following // the events that come
	Over   <-chan struct{} // closed when it has to end at once; nil for never
}

// ErrOver is the end of a conversation by Conversation.Over.
var ErrOver = errors.New("the session has ended")

// Notice is a line out for the person, as a terminal shows it beside the messages; or, of Type "ended", it names a room of which nothing follows any more.
type Notice struct {
	Type string   `json:"type"` // "notice" or "ended"
	Text string   `json:"text,omitempty"`
	Room string   `json:"room,omitempty"`
	ID   rooms.ID `json:"id,omitempty"` // the room's number, in a live conversation
}

const (
	// eventPage is how many events are read at once: the longest ones are half a megabyte.
	eventPage = 32
	// handOver is how much is gathered, in bytes, before it is written. Commands that wait come between.
	handOver = 32 << 10
)

// line is one that was read, or why none was.
type line struct {
	data []byte
	err  error
}

// talk is a conversation that is held. Run's goroutine owns it. What it waits with is here and not in the frame of Run: there may be
// thousands, and the stack that a goroutine keeps is a power of two.
type talk struct {
	chat   *chat.Chat
	who    chat.Request // whose commands they are, with what the person has set by now
	s      *rooms.Session
	feed   *rooms.Feed
	live   *live // nil in a conversation that nobody looks at
	write  func([]byte) error
	ctx    context.Context // ends with Run
	cancel func()
	lines  chan line       // without a slot
	busy   chan *outcome   // of the command that runs, nil while none does; capacity 1
	ended  <-chan struct{} // Conversation.Over
	over   bool            // nothing follows but what has happened
}

// outcome is what became of a command.
type outcome struct {
	answer Answer
	over   bool
	panic  any // what it panicked with, nil for nothing
}

// Run holds the conversation until the input ends (io.EOF of next), after what was asked has been answered, or ctx ends. next returns the next line
// without its end, or a *LineError for one that is not to be read; write writes whole lines. The goroutine that reads ends when a call of next returns after Run has.
func (c *Conversation) Run(ctx context.Context, next func() ([]byte, error), write func([]byte) error) error {
	t, err := c.begin(ctx, next, write)
	if err != nil {
		return err
	}
	defer t.end()
	for {
		more, err := t.happened()
		if err != nil || t.over && !more {
			return err
		}
		if t.over {
			continue
		}
		wake, input := t.s.Wake(), t.lines
		if more {
			wake = always
		}
		if t.busy != nil {
			input = nil
		}
		select {
		case <-wake:
		case l := <-input:
			err = t.take(l)
		case done := <-t.busy:
			err = t.did(done)
		case <-t.ended:
			err = ErrOver
		case <-t.ctx.Done():
			err = t.ctx.Err()
		}
		if err != nil {
			return err
		}
	}
}

// begin opens the session, says hello, and begins to read.
//
//go:noinline
func (c *Conversation) begin(ctx context.Context, next func() ([]byte, error), write func([]byte) error) (*talk, error) {
	t := &talk{chat: c.Chat, who: c.Who, write: write, lines: make(chan line), ended: c.Over}
	var hello chat.Facts
	if !c.Follow.Live() {
		t.who.Log = true
		hello = c.Follow.Hello()
	}
	var err error
	if t.s, t.feed, err = c.Follow.Open(ctx); err != nil {
		return nil, err
	}
	if c.Follow.Live() {
		t.who.Session, t.who.Log = t.s, false
		t.live = newLive(t, c.Follow.Zone())
		t.readSettings()
		hello = c.Follow.LiveHello(t.s, t.feed)
	}
	out, err := AppendLine(nil, object(hello))
	if err == nil {
		for _, called := range c.Follow.Gone() {
			gone := Notice{Type: "ended", Room: called}
			if id, err := strconv.ParseInt(called, 10, 64); err == nil {
				gone.Room, gone.ID = "", rooms.ID(id)
			}
			out, _ = AppendLine(out, gone)
		}
		err = write(out)
	}
	if err != nil {
		t.feed.Close()
		t.s.Close()
		return nil, err
	}
	t.ctx, t.cancel = context.WithCancel(ctx)
	go read(t.ctx, next, t.lines)
	return t, nil
}

// end ends what runs, and waits for it.
func (t *talk) end() {
	t.cancel()
	if t.busy != nil {
		<-t.busy
	}
	t.feed.Close()
	t.s.Close()
}

// always is a channel from which there is always something to receive.
var always = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// read hands lines over, each when the one before it was taken.
func read(ctx context.Context, next func() ([]byte, error), lines chan<- line) {
	for {
		data, err := next()
		var bad *LineError
		select {
		case lines <- line{bytes.Clone(data), err}:
		case <-ctx.Done():
			return
		}
		if err != nil && !errors.As(err, &bad) {
			return
		}
	}
}

// happened writes what has happened; more says that there may be more of it.
func (t *talk) happened() (more bool, err error) {
	var out []byte
	var changes rooms.Changes
	var counted rooms.ID // of which CountsChanged speaks
	for more = true; more && len(out) < handOver; {
		events, err := t.feed.Poll(t.ctx, eventPage)
		if err != nil {
			return false, err
		}
		c, id := t.feed.Changes()
		if changes |= c; id != 0 && counted != 0 && id != counted {
			changes |= rooms.InboxChanged
		}
		if counted = max(id, counted); t.live != nil && c&rooms.InboxChanged != 0 {
			out = t.tellRooms(out) // before events that know them by names that are new
		}
		if more = len(events) > 0; more {
			out = t.tell(out, events)
		}
	}
	for _, room := range t.feed.Ended() {
		end := Notice{Type: "ended", Room: room.Label(text.Name{})}
		if t.live != nil {
			end.ID = room.ID
			t.live.forget(room.ID)
		}
		out, _ = AppendLine(out, end)
	}
	if changes&rooms.NoticePending != 0 {
		for _, n := range t.s.Notices() {
			out, _ = AppendLine(out, Notice{Type: "notice", Text: chat.Noticed(t.who.Lang, t.who.Zone, n)})
		}
	}
	if t.live != nil {
		out = t.changed(out, changes, counted, more)
	}
	if len(out) > 0 {
		err = t.write(out)
	}
	return more, err
}

// tell appends events, which are of one room. Their lines are made once for all who follow it.
func (t *talk) tell(out []byte, events []*rooms.Event) []byte {
	room, _ := t.feed.Room(events[0].Room)
	name := room.Label(text.Name{})
	if t.live != nil {
		t.live.count(t.who.Actor.Name, events)
	}
	for _, e := range events {
		out = append(out, e.Coded(name, encode)...)
	}
	return out
}

// encode is an event as a line.
func encode(e *rooms.Event, room string) []byte {
	out, _ := AppendLine(nil, FromEvent(e, room)) // it always encodes
	return out
}

// take begins a command, or does what another line says.
func (t *talk) take(l line) error {
	var bad *LineError
	switch {
	case errors.Is(l.err, io.EOF):
		t.over = true
		return nil
	case errors.As(l.err, &bad):
		return t.say(refusal(nil, Usage, bad.Error()))
	case l.err != nil:
		return l.err
	case len(bytes.TrimSpace(l.data)) == 0:
		return nil
	}
	cmd, err := ParseCommand(l.data, t.live != nil)
	switch {
	case err != nil:
		return t.say(refusal(cmd.ID, Usage, err.Error()))
	case cmd.Command == "":
		return t.act(t.ctx, &cmd)
	}
	t.start(t.ctx, &cmd)
	return nil
}

// start begins to run a command.
func (t *talk) start(ctx context.Context, cmd *Command) {
	r := t.who
	if t.live != nil {
		t.s.Active()
		r.Room, r.Thread = t.live.shown, cmd.Thread
	}
	t.run(func() (Answer, bool) { return t.answer(ctx, cmd, r) })
}

// run calls fn in a goroutine of its own. What it panics with is for the goroutine of Run, whose face recovers.
func (t *talk) run(fn func() (Answer, bool)) {
	busy := make(chan *outcome, 1)
	t.busy = busy
	go func() {
		o := &outcome{}
		defer func() {
			if p := recover(); p != nil {
				o.panic = fmt.Sprintf("%v\n%s", p, debug.Stack())
			}
			busy <- o
		}()
		o.answer, o.over = fn()
	}()
}

// did answers a command that is done.
func (t *talk) did(done *outcome) error {
	t.busy, t.over = nil, done.over
	if done.panic != nil {
		panic(done.panic)
	}
	if t.live != nil {
		t.live.again |= rooms.InboxChanged // a session is not told of what it did itself
	}
	return t.say(done.answer)
}

func (t *talk) say(a Answer) error {
	out, err := AppendLine(nil, a)
	if err != nil {
		return err
	}
	return t.write(out)
}
