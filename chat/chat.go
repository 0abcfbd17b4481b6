package chat

import (
	"context"
	"errors"
	"io"
	"time"

	"parley/keys"
	"parley/lang"
	"parley/rooms"
	"parley/text"
)

// Options name what commands act on.
type Options struct {
	Rooms     *rooms.Manager
	Keys      *keys.Keyring
	Server    string // the server's name, as config server.name
	Version   string
	Shortcuts func(lang.Tag) []text.Line // what /shortcuts prints: the key table of the view
	Port      string                     // of the SSH face, for the commands that copy files; "" where it is not known
	URL       string                     // how HTTP reaches the server from outside, for the addresses of hooks; "" where it does not listen
	Courier   Courier                    // who delivers to hooks out; nil where nobody does
	Door      Door                       // lets browsers in; nil where there is no page for them
	Host      Host                       // the program that runs all this; nil where none does
	Clock     func() time.Time           // nil for time.Now
}

// Host is the running program, as the commands of its staff need it.
type Host interface {
	// Reload reads config and keys again, as SIGHUP does. The error is a sentence.
	Reload() error
	// Defaults are the rooms that newcomers join.
	Defaults() []text.RoomName
	// Started is when the program began to run.
	Started() time.Time
	// Sessions lists the connections over ssh of somebody, and EndSession ends one of them at once; false if there is none.
	Sessions(who text.Name) []Connected
	EndSession(who text.Name, id string) bool
	// Connections is how many there are, logged in or not.
	Connections() int
}

// Chat binds the table to what its commands act on. It is immutable and may
// be used from many goroutines.
type Chat struct {
	Options
	table  []*Command
	byName map[string]*Command // names and aliases
}

// New makes the table.
func New(o Options) *Chat {
	c := &Chat{Options: o, byName: map[string]*Command{}}
	c.table = commands()
	for _, cmd := range c.table {
		for _, name := range append([]string{cmd.Name}, cmd.Aliases...) {
			c.byName[name] = cmd
		}
	}
	return c
}

// Request is one command as a person gave it.
type Request struct {
	Who      keys.Identity     // a guest has Role "" and only a Name
	Actor    rooms.Actor       // the same person for package rooms
	Session  *rooms.Session    // nil for exec
	Info     rooms.SessionInfo // of the connection, for exec
	Room     rooms.ID          // the current room, 0 for none: what a command without a #room means
	Thread   uint64            // the thread of it that is written in, by its first message; 0 for none
	Line     string            // name and arguments: "topic new words", without the slash
	Lang     lang.Tag          // the language of the answer
	Zone     *time.Location    // the person's; nil for UTC
	Env      map[string]string // of the client: what its language is where none is set
	Nonce    string            // for commands that post
	Body     string            // standard input, for exec; "" for none
	In       io.Reader         // standard input as it comes, for commands that stream it; nil elsewhere
	Log      bool              // lists of a room are its log, each event by itself: for programs, which fold it themselves
	Terminal bool              // the answer is shown on a terminal that is looked at: a picture in blocks can be seen
	Yes      bool              // the person was asked and said yes
	After    rooms.Position    // where a list of what was found goes on: Reply.Next of the same command before
}

// Reply is what a command answers, in a form that every face can show.
type Reply struct {
	Lines  []text.Line         // what to show the caller, each one row or more
	Log    rooms.ID            // the room whose log says what Lines say: who sees it appear there need not read it twice; 0 for none
	Do     Action              // what the face should do
	Room   rooms.ID            // for Switch, Thread and Jump
	Seq    uint64              // for Thread: its first message; for Jump: the message
	Key    string              // for Press, as the caller typed it: "Alt-a"
	Thread uint64              // for Jump: the thread that the message is in, by its first message; 0 for none
	Page   bool                // Lines are a manual page: a heading is the first one, and each one behind an empty one
	Labels map[rooms.ID]string // for Results, List and Jump: what the caller calls the rooms
	Words  []string            // for Results: what was looked for in the texts
	Next   rooms.Position      // for Results: where the list goes on, zero if it has ended
	Places []Place             // for List: where each of Lines leads
	Events []*rooms.Event      // events that it made or listed, for JSON and exec
	// States are what has become of the Events of a list for people; nil where the events are the log itself.
	States map[*rooms.Event]*rooms.State
	Made   bool // the events were made, and come to every reader by the log as well
	Now    *Now // what programs are told beside Events and States of messages as they are now; nil for other answers
	// Ask is a question to be answered by yes or no. Nothing was done yet: on
	// yes the face runs the same request with Yes set.
	Ask text.Line
	// No is the line that the face runs on no; "" for none. A question that has one is asked over exec, too.
	No string
	// Facts are what it tells of things, for programs, in place of Lines; nil for nothing.
	Facts []Facts
	// Stream yields what is too long to be held at once, or goes on; nil for nothing.
	Stream Stream
	// Raw is read to its end and written as it is, for exec; nil for nothing.
	Raw io.Reader
	// Follow is what is followed, for Converse.
	Follow *Following
}

// Action is what a face does after a command.
type Action int

const (
	// Nothing beside showing Lines.
	Nothing Action = iota
	// Switch shows Reply.Room.
	Switch
	// Quit says goodbye and ends the session.
	Quit
	// Help shows Lines as a page that scrolls.
	Help
	// Manual shows the help of the whole program; Lines are its commands.
	Manual
	// PlainMode goes on in plain lines.
	PlainMode
	// ViewMode goes on in the chat view.
	ViewMode
	// Clear clears the screen.
	Clear
	// Thread shows the thread that begins with message Reply.Seq of Reply.Room.
	// A face that shows none prints Reply.Events, which is what is said in it.
	Thread
	// Press does what the key of the chat view does that Reply.Key names.
	Press
	// Results shows Reply.Events, which were found, the newest first, as a list
	// from which one of them can be gone to. Lines say how far the search came.
	Results
	// Jump shows the message Reply.Seq of Reply.Room among its neighbours. A face that
	// cannot prints Reply.Events, which are those.
	Jump
	// Converse holds a conversation in JSON lines, in which the other side gets what happens in the rooms of Reply.Follow.
	Converse
	// List shows Lines as a list from which Reply.Places can be gone to.
	List
)

// Place is where a line of a list leads: a room, a message of it, or a thread.
type Place struct {
	Room   rooms.ID
	Seq    uint64 // the message, 0 for none
	Thread uint64 // the thread that it is in, by its first message; 0 for none. Without a message, the thread itself
}

// Sentinels tell a face which exit status an error deserves; errors.Is finds them.
var (
	ErrUsage   = errors.New("usage")           // wrong arguments
	ErrUnknown = errors.New("unknown command") // no such entry
	ErrData    = errors.New("data")            // standard input is not what it should be
)

// Error is a refusal with a kind; its text is a sentence for the caller.
type Error struct {
	Kind     error // one of the sentinels, or of package rooms or keys
	Sentence string
}

func (e *Error) Error() string { return e.Sentence }
func (e *Error) Unwrap() error { return e.Kind }

// Run executes one request. Every error is a sentence for the caller; an unknown
// command names the nearest ones. Nothing of an unknown command ever reaches a room.
func (c *Chat) Run(ctx context.Context, r Request) (Reply, error) {
	name, rest := cutWord(r.Line)
	cmd, ok := c.byName[name]
	if !ok {
		return Reply{}, c.unknown(&r, name)
	}
	r = c.current(r)
	if err := cmd.allowed(r); err != nil {
		return Reply{}, err
	}
	in := &call{Request: r, chat: c, cmd: cmd}
	if err := in.parse(rest); err != nil {
		return Reply{}, err
	}
	return cmd.run(ctx, in)
}

// current is a request with the role that its person has by now: it may have changed since the session began.
func (c *Chat) current(r Request) Request {
	if r.Actor.Guest {
		return r
	}
	if id, ok := c.Keys.Lookup(r.Who.Name); ok && r.Who.Role != keys.Operator {
		r.Who.Role = id.Role
	}
	r.Actor.Staff, r.Actor.Bot = r.Who.Role.Staff(), r.Who.Role == keys.Bot
	return r
}

// now is the time, for days such as yesterday.
func (c *Chat) now() time.Time {
	if c.Clock != nil {
		return c.Clock()
	}
	return time.Now()
}

// Commands lists the table in the order of help.
func (c *Chat) Commands() []*Command { return c.table }
