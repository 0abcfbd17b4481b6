package rooms

import (
	"errors"
	"fmt"
	"time"

	"parley/text"
)

// Each error is a sentence for the person who reads it. Compare with errors.Is.
var (
	// ErrNoRoom is also the answer for a room that the asker may not see.
	ErrNoRoom      = errors.New("there is no such room: /list shows the ones you can enter")
	ErrNameTaken   = errors.New("a room of that name, or of one that looks like it, exists already: choose another name")
	ErrNotMember   = errors.New("you are not in that room: /join it first")
	ErrNotInvited  = errors.New("that room is private and you hold no invitation: ask one of its members to /invite you")
	ErrForbidden   = errors.New("you may not do that here: a moderator or an owner of the room can")
	ErrOwners      = error(&forbidden{errors.New("you may not do that here: an owner of the room can")})
	ErrNoPerson    = errors.New("nobody of that name is known here: check the spelling")
	ErrMember      = errors.New("that person is in the room already")
	ErrNoEvent     = errors.New("there is no such message in that room: its number is shown when it is selected, and by /history")
	ErrNoFile      = errors.New("there is no such file in that room: /files lists what there is")
	ErrReports     = errors.New("too many reports wait for the staff of this server already: tell them another way")
	ErrNoReport    = errors.New("no open report has that number: /report lists them")
	ErrNotImported = errors.New("that room was not made by an import, and nobody puts words into other people's mouths in it: name a room that is not there yet")
	ErrOlder       = errors.New("that is older than the newest message of the room, which is kept in the order of time: import it into a room of its own")
	ErrFuture      = errors.New("that is said to happen later than now")
	ErrUnavailable = errors.New("the server cannot store anything right now, so nothing was sent: your text is kept, try again in a moment")
	ErrArchived    = errors.New("that room is archived: it can be read and nothing can be added")
	ErrLocked      = errors.New("that room is locked: only its moderators can write for now")
	ErrRefused     = errors.New("that cannot be done here")
	ErrBanned      = errors.New("you are banned from that room")
	ErrClosed      = errors.New("the server is shutting down: your text is kept as a draft")
)

// These refuse a request that no face of ours sends by itself.
var (
	errNonce       = fmt.Errorf("a nonce has at most %d bytes: use a ULID or a UUID", MaxNonce)
	errImportNonce = errors.New("a nonce that begins with import: is the mark of what was imported: use a ULID or a UUID")
	errEmpty       = errors.New("the message is empty: type something first")
	errType        = errors.New("only messages and actions can be posted")
	errKind        = errors.New("a room is public or private: choose one")
	errName        = errors.New("a room needs a name: /create #name")
	errNull        = errors.New("somebody without a name cannot enter: log in first")
	errShort       = errors.New("the store returned fewer results than it was given entries")
	errPanic       = errors.New("the server has a fault; it is in the log")
)

// What Allow and the manager say of requests that a person may make by mistake.
var (
	errBots       = errors.New("programs do not write in this room: its moderators have switched that off")
	errGuests     = errors.New("only a public room can take guests")
	errSlow       = errors.New("slow mode asks for at most six hours between two messages")
	errKeep       = errors.New("what is said is kept for an hour at least")
	errPair       = errors.New("a conversation of two cannot be left: /mute it instead")
	errDirect     = errors.New("that is for rooms with a name, not for a direct conversation")
	errPeople     = fmt.Errorf("a direct conversation has two to %d people: make a private room for more", MaxDirect)
	errPollThread = errors.New("a poll goes into the room, not into a thread")
	errPoll       = fmt.Errorf("a poll has a question and two to %d options", MaxOptions)
	errPollTwice  = errors.New("two of the options are the same: write each once")
	errPollEdit   = errors.New("a poll cannot be edited, people have read it: delete it and ask again")
	errNoPoll     = errors.New("that is not a poll")
	errPollClosed = errors.New("that poll is closed")
	errDeleted    = errors.New("that message was deleted")
	errNotYours   = errors.New("that message is not yours")
	errEmoji      = errors.New("name the emoji, as in :tada:")
	errReactions  = fmt.Errorf("a message takes at most %d different emoji", MaxReactions)
	errNoReaction = errors.New("you have not given that reaction")
	errVictim     = errors.New("that person is not in the room")
	errLastOwner  = errors.New("that is the room's last owner: make somebody else owner first")
	errVisitor    = errors.New("a guest has no name that lasts: /guests off lets no guests in, and staff of this server can ban their address, which /whois shows them")
	errSelf       = errors.New("you cannot do that to yourself")
	errNotBanned  = errors.New("that person is not banned there")
	errPast       = errors.New("that time is over already")
)

// errOutranked is told to a moderator who acts on somebody who is no less.
var errOutranked = error(&forbidden{errors.New("that person is a moderator or an owner of this room: an owner can make them a member first, with /role")})

// forbidden is an ErrForbidden that says who may.
type forbidden struct{ words error }

func (e *forbidden) Error() string { return e.words.Error() }
func (e *forbidden) Unwrap() error { return ErrForbidden }

// refusal is a sentence of Allow about an entry that makes no sense where it was sent.
type refusal struct{ cause error }

func (e *refusal) Error() string   { return e.cause.Error() }
func (e *refusal) Unwrap() []error { return []error{ErrRefused, e.cause} }

// QuietError says that a moderator has silenced the person in a room.
type QuietError struct {
	Until time.Time // Forever for no end
}

func (e *QuietError) Error() string {
	if e.Until.Equal(Forever) {
		return "a moderator of this room has silenced you: you can read"
	}
	return fmt.Sprintf("a moderator of this room has silenced you until %s: you can read", Minute(e.Until))
}

// BanError says that somebody is banned from a room, and why.
type BanError struct{ Sanction }

func (e *BanError) Error() string {
	s := ErrBanned.Error()
	if !e.Until.IsZero() {
		s += " until " + Minute(e.Until)
	}
	if !e.Reason.IsZero() {
		s += ": " + text.NewLine(e.Reason.String(), MaxTopic).String()
	}
	return s
}

// Unwrap makes errors.Is find ErrBanned.
func (e *BanError) Unwrap() error { return ErrBanned }

// storeError is a failure of the store: ErrUnavailable to the person who
// reads it, with its cause for the log.
type storeError struct{ cause error }

func (e *storeError) Error() string   { return ErrUnavailable.Error() }
func (e *storeError) Unwrap() []error { return []error{ErrUnavailable, e.cause} }

// RateError says that a limit holds the request back, and for how long.
type RateError struct {
	After time.Duration // until the same request would pass
	What  string        // what there is too much of: "messages", "joins"
	Room  ID            // the room in slow mode that asks for it; 0 for a limit of the person, which holds everywhere
}

func (e *RateError) Error() string {
	if e.Room != 0 {
		return fmt.Sprintf("this room is in slow mode: you can write in it again in %s", e.After.Round(time.Second/10))
	}
	return fmt.Sprintf("too many %s at once: wait %s and send it again", e.What, e.After.Round(time.Second/10))
}

// SizeError says that a text is longer than the server takes.
type SizeError struct {
	Size, Most int // bytes
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("that is %d bytes long, and this server takes at most %d in a message: send it in parts", e.Size, e.Most)
}
