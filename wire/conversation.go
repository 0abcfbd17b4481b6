package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// Conversation is both directions on one channel: events out, and commands in, of which each is answered. It knows lines and no
// network, so that a pipe and a WebSocket hold the same one; docs/protocol.md describes the lines.
//
// One goroutine reads lines and hands them over one at a time, through a channel without a slot: who sends a million commands is read as fast as they
// run. Run's own goroutine does everything else, and is the only writer.
type Conversation struct {
	Chat   *chat.Chat
	Who    chat.Request    // whose commands they are: all of it but what a command says
	Follow *chat.Following // the events that come
}

// Command is a line in.
type Command struct {
	ID      json.RawMessage `json:"id"`      // a number or a text of the client's, which the answer repeats
	Command string          `json:"command"` // the name of an entry of the command table
	Args    string          `json:"args"`    // what would follow on the command line
	Body    string          `json:"body"`    // what would be standard input
	Nonce   string          `json:"nonce"`   // for commands that post
	Yes     bool            `json:"yes"`     // yes to the command's question
}

// Answer is the line out that ends a command.
type Answer struct {
	Type    string          `json:"type"` // "answer"
	ID      json.RawMessage `json:"id"`
	OK      bool            `json:"ok"`
	Events  []Event         `json:"events,omitempty"`
	Lines   []string        `json:"lines,omitempty"`
	Objects []object        `json:"objects,omitempty"`
	Error   *Failure        `json:"error,omitempty"`
}

// Failure is why a command did nothing.
type Failure struct {
	Status int    `json:"status"` // as an exit status: see Status
	Text   string `json:"text"`   // a sentence, in English
}

// Notice is a line out for the person, as a terminal shows it beside the messages; or, of Type "ended", it names a room of which nothing follows any more.
type Notice struct {
	Type string `json:"type"` // "notice" or "ended"
	Text string `json:"text,omitempty"`
	Room string `json:"room,omitempty"`
}

const (
	// maxID is the longest id of a command, in bytes as JSON.
	maxID = 64
	// eventPage is how many events are read and written at once. Commands that wait come between.
	eventPage = 100
)

// line is one that was read, or why none was.
type line struct {
	data []byte
	err  error
}

// Run holds the conversation until the input ends (io.EOF of next), after what was asked has been answered, or ctx ends. next returns the next line
// without its end, or a *LineError for one that is not to be read; write writes whole lines. The goroutine that reads ends when a call of next returns after Run has.
func (c *Conversation) Run(ctx context.Context, next func() ([]byte, error), write func([]byte) error) error {
	hello, err := AppendLine(nil, object(c.Follow.Hello()))
	if err != nil {
		return err
	}
	s, feed, err := c.Follow.Open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	defer feed.Close()
	if err := write(hello); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := make(chan line)
	go read(ctx, next, lines)
	for {
		more, err := c.happened(ctx, s, feed, write)
		if err != nil {
			return err
		}
		wake := s.Wake()
		if more {
			wake = always
		}
		select {
		case <-wake:
		case l := <-lines:
			over, err := c.take(ctx, l, write)
			if err != nil {
				return err
			}
			if over {
				return c.last(ctx, s, feed, write)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
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

// last says what the last commands made.
func (c *Conversation) last(ctx context.Context, s *rooms.Session, feed *rooms.Feed, write func([]byte) error) error {
	for {
		if more, err := c.happened(ctx, s, feed, write); err != nil || !more {
			return err
		}
	}
}

// happened writes a page of what has happened; more says that there may be another one.
func (c *Conversation) happened(ctx context.Context, s *rooms.Session, feed *rooms.Feed, write func([]byte) error) (more bool, err error) {
	events, err := feed.Poll(ctx, eventPage)
	if err != nil {
		return false, err
	}
	var out []byte
	if len(events) > 0 {
		room, _ := feed.Room(events[0].Room)
		name := room.Label(text.Name{})
		for _, e := range events {
			if out, err = AppendLine(out, FromEvent(e, name)); err != nil {
				return false, err
			}
		}
	}
	for _, room := range feed.Ended() {
		out, _ = AppendLine(out, Notice{Type: "ended", Room: room.Label(text.Name{})})
	}
	if feed.Changes()&rooms.NoticePending != 0 {
		for _, l := range s.Notices() {
			out, _ = AppendLine(out, Notice{Type: "notice", Text: l.String()})
		}
	}
	if len(out) > 0 {
		err = write(out)
	}
	return len(events) > 0, err
}

// take runs one command and writes its answer; over says that the conversation has ended.
func (c *Conversation) take(ctx context.Context, l line, write func([]byte) error) (over bool, err error) {
	var bad *LineError
	switch {
	case errors.Is(l.err, io.EOF):
		return true, nil
	case errors.As(l.err, &bad):
		return false, say(write, refusal(nil, Usage, bad.Error()))
	case l.err != nil:
		return false, l.err
	case len(bytes.TrimSpace(l.data)) == 0:
		return false, nil
	}
	cmd, err := parse(l.data)
	if err != nil {
		return false, say(write, refusal(cmd.ID, Usage, err.Error()))
	}
	a, over := c.answer(ctx, cmd)
	return over, say(write, a)
}

func say(write func([]byte) error, a Answer) error {
	out, err := AppendLine(nil, a)
	if err != nil {
		return err
	}
	return write(out)
}

func refusal(id json.RawMessage, status int, sentence string) Answer {
	return Answer{Type: "answer", ID: id, Error: &Failure{Status: status, Text: sentence}}
}

// parse reads a line as a command. Errors are sentences for whoever wrote the program; the command has its id even so, where that could be read.
func parse(data []byte) (cmd Command, err error) {
	if !utf8.Valid(data) {
		return cmd, errors.New("that line is not UTF-8, and nothing of it was done")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	err = d.Decode(&cmd)
	id := cmd.ID
	if cmd.ID = nil; len(id) > 0 {
		if len(id) > maxID || id[0] == '{' || id[0] == '[' || id[0] == 't' || id[0] == 'f' {
			return cmd, errors.New("the id of a command is a number or a text of at most 62 bytes")
		}
		cmd.ID = id
	}
	if err != nil {
		return cmd, errors.New("that line is no command: " + strings.TrimPrefix(err.Error(), "json: ") + `; write it like {"id":1,"command":"post","args":"#ops hello"}`)
	}
	if d.More() {
		return cmd, errors.New("that line is more than one object: write each command in a line of its own")
	}
	if cmd.Command == "" || strings.ContainsAny(cmd.Command, " \t\n") {
		return cmd, errors.New(`name one command, as in {"id":1,"command":"post","args":"#ops hello"}`)
	}
	return cmd, nil
}

// answer runs one command of the table.
func (c *Conversation) answer(ctx context.Context, cmd Command) (a Answer, over bool) {
	r := c.Who
	rest, _ := c.Chat.Switches(cmd.Command + " " + cmd.Args)
	r.Line, r.Body, r.Nonce, r.Yes, r.Log = rest, cmd.Body, cmd.Nonce, cmd.Yes, true
	if cmd.Body != "" {
		r.In = strings.NewReader(cmd.Body)
	}
	reply, err := c.Chat.Run(ctx, r)
	a = Answer{Type: "answer", ID: cmd.ID, OK: true}
	for _, l := range reply.Lines {
		a.Lines = append(a.Lines, l.String())
	}
	switch {
	case err != nil:
		a.OK, a.Error = false, &Failure{Status: Status(err), Text: err.Error()}
		return a, false
	case !reply.Ask.IsZero():
		return refusal(cmd.ID, Usage, reply.Ask.String()+`: say it again with "yes":true to do it`), false
	case reply.Stream != nil, reply.Do == chat.Converse:
		return refusal(cmd.ID, Usage, "that command takes a channel of its own: ssh HOST "+cmd.Command), false
	case reply.Do == chat.PlainMode, reply.Do == chat.ViewMode, reply.Do == chat.Clear, reply.Do == chat.Press:
		return refusal(cmd.ID, Usage, "that command changes what a terminal shows, and there is none here"), false
	}
	if len(reply.Facts) > 0 {
		a.Lines, a.Objects = nil, objects(reply.Facts)
	}
	names := map[rooms.ID]string{}
	for _, e := range reply.Events {
		name, ok := names[e.Room]
		if !ok {
			if room, err := c.Chat.Rooms.Room(ctx, r.Actor, e.Room); err == nil {
				name = room.Label(text.Name{})
			}
			names[e.Room] = name
		}
		a.Events = append(a.Events, FromEvent(e, name))
	}
	return a, reply.Do == chat.Quit
}
