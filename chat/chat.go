package chat

import (
	"context"
	"errors"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// Chat binds the table to what its commands act on.
type Chat struct{}

// Options name what commands act on.
type Options struct {
	Rooms   *rooms.Manager
	Keys    *keys.Keyring
	Server  string // the server's name, as config server.name
	Version string
	Motd    string
}

// New makes the table.
func New(o Options) *Chat { return &Chat{} }

// Request is one command as a person gave it.
type Request struct {
	Who     keys.Identity  // a guest has Role "" and only a Name
	Actor   rooms.Actor    // the same person for package rooms
	Session *rooms.Session // nil for exec
	Room    rooms.ID       // the current room, 0 for none: what a command without a #room means
	Line    string         // name and arguments: "topic new words", without the slash
	Nonce   string         // for commands that post
	Body    string         // standard input, for exec; "" for none
	JSON    bool           // the caller wants Reply.Data as JSON lines
}

// Reply is what a command answers, in a form that every face can show.
type Reply struct {
	Lines  []text.Line    // what to show the caller, each one row or more
	Do     Action         // what the face should do
	Room   rooms.ID       // for Switch
	Events []*rooms.Event // events that it made or listed, for JSON and exec
	Data   []any          // one JSON object a line with Request.JSON, when it is not events
}

// Action is what a face does after a command.
type Action int

const (
	Nothing   Action = iota
	Switch           // show Reply.Room
	Quit             // say goodbye and end the session
	Help             // show Lines as a page that scrolls
	PlainMode        // go on in plain lines
	ViewMode         // go on in the view
	Clear            // clear the screen
)

// ErrUsage is wrapped by errors about arguments: exit status 64 (EX_USAGE) for exec.
var ErrUsage = errors.New("usage")

// Run executes one request. Every error is a sentence for the caller; an unknown
// command names the nearest ones. Nothing of an unknown command ever reaches a room.
func (c *Chat) Run(ctx context.Context, r Request) (Reply, error) { return Reply{}, ErrUsage }

// Completion is one candidate for the word before the cursor.
type Completion struct {
	Insert string // what replaces the word, with a trailing space or colon where that is usual
	Label  string // what the list shows
	Hint   string // a few words: the topic of a room, the help of a command
}

// Complete returns candidates, best first, at most 50, for the word that ends at the
// cursor: commands after "/", arguments by the command's own completion, @names, #rooms, nicks. start is
// the byte offset of that word in line.
func (c *Chat) Complete(ctx context.Context, r Request, line string, cursor int) (start int, out []Completion) {
	return cursor, nil
}

// Commands lists the table in the order of help.
func (c *Chat) Commands() []Command { return nil }

// Command is one entry as help and documentation see it.
type Command struct {
	Name    string
	Aliases []string
	Args    string // "[#room] WORDS…"
	Short   string // one line
	Long    string // paragraphs
	Group   string // Rooms, Talk, Find, You, Moderation, Server, Help
}
