package chat

import (
	"context"
	"strconv"

	"parley/rooms"
	"parley/text"
)

// Stream gives an answer that is too long to be held at once, or that goes on while things happen, a line after the other. It
// ends with ctx at the latest.
type Stream func(ctx context.Context, out Sink) error

// Sink takes the lines of a Stream. An error is that of writing them: nobody reads any more.
type Sink interface {
	Emit(Item) error
	// Flush hands over what was emitted so far: the next one may take long.
	Flush() error
}

// Item is one line of a Stream: an event, facts about something, or words. One of Event, Facts, Words and Remark is set.
type Item struct {
	Room   string // of an event, as programs call it: "#ops", "@ana,@bo"
	Label  string // of an event, as its reader calls it; "" where people are not meant to read it
	Event  *rooms.Event
	Facts  Facts
	Words  text.Body // for people, and for programs where Event is set too: what an answer is
	Remark text.Line // beside the output, on standard error
}

// Exit is the kind of an Error by which a command ends with an exit status of its own: it has not failed.
type Exit int

func (e Exit) Error() string { return strconv.Itoa(int(e)) }
