package rooms

import (
	"strings"
	"sync/atomic"
	"time"

	"parley/text"
)

// Type says what an event is. The values are part of the protocol: they are
// stored and sent as they stand here.
type Type string

// Talk: what people say. Text is what was written.
const (
	Message Type = "message"
	Action  Type = "action" // what the author does: /me waves
	Poll    Type = "poll"   // the first line is the question, each other line an option
)

// What changes one message, Ref. See State.
const (
	Edit    Type = "edit"    // Text is the new text
	Delete  Type = "delete"  // of a message of Target, in Thread; Text is why, where somebody else did it; the store erases what was said
	React   Type = "react"   // Detail is the emoji
	Unreact Type = "unreact" // Detail is the emoji
	Pin     Type = "pin"
	Unpin   Type = "unpin"
	Vote    Type = "vote"  // Detail is the option, from "1" up; "" takes the vote back
	Close   Type = "close" // of a poll: nobody votes any more
)

// What changes the room or who is in it. See Room.Apply.
const (
	Create  Type = "create" // the first event of a room
	Join    Type = "join"
	Leave   Type = "leave"
	Invite  Type = "invite"  // Target may now join
	Decline Type = "decline" // the author does not want to: the invitation, which Target gave, is gone
	Topic   Type = "topic"   // Text is the new topic, empty for none
	Rename  Type = "rename"  // Text is the new name
	Set     Type = "set"     // Detail is the property, Text its value: see Property
	Grant   Type = "role"    // Target has the role that Detail names from now on
	Kick    Type = "kick"    // Target is out; Text is why
	Ban     Type = "ban"     // Target is out and stays out until Until; Text is why
	Unban   Type = "unban"   // Target may come back
	Quiet   Type = "quiet"   // Target may read and not write until Until; Text is why
	Unquiet Type = "unquiet" // Target may write again
	Expire  Type = "expire"  // what was said up to seq Ref is erased; Detail is Room.Messages as of then
)

// Talk reports whether events of this type are what people say.
func (t Type) Talk() bool { return t == Message || t == Action || t == Poll }

// Changes reports whether events of this type change the message that they refer to.
func (t Type) Changes() bool {
	switch t {
	case Edit, Delete, React, Unreact, Pin, Unpin, Vote, Close:
		return true
	}
	return false
}

// Moderates reports whether events of this type are acts of moderation, which the audit log keeps.
func (t Type) Moderates() bool {
	switch t {
	case Rename, Set, Grant, Kick, Ban, Unban, Quiet, Unquiet, Expire:
		return true
	}
	return false
}

// Event is one entry of a room's log. It is never changed once committed, and
// one *Event is shared by all who read it. Erasing is the exception: what was
// deleted or has expired is read with an empty Text from then on.
type Event struct {
	Room   ID
	Seq    uint64    // 1, 2, 3 … in the room, without gaps
	Time   time.Time // UTC, millisecond precision
	Type   Type
	Author text.Name
	Text   text.Body
	Target text.Name // whom an event is about: invite, decline, role, kick, ban, quiet, delete; zero otherwise
	Nonce  string    // as the client gave it, at most MaxNonce bytes; "" for none; see Imported

	// Ref is the seq of the event that this one is about: what is replied to, edited, pinned; 0 for none.
	Ref uint64
	// Thread is the seq of the first message of the thread that a message, or the one that is deleted, is in; 0 for none.
	Thread uint64
	// Detail is a word that a Type defines, at most MaxDetail bytes: an emoji, a role, a property.
	Detail string
	// Until is when a ban or a quiet ends; zero for never.
	Until time.Time

	// Bot says that a program wrote it: an identity that is a bot, or a hook.
	Bot bool
	// File is what a message brings with it, nil for none. Its Text is then a caption, a preview, or the file's name.
	File *File
	// Signature is what the author signed a message with: an SSH signature in its armor, over Text and one newline; "" for none.
	Signature string

	// Messages is the number of events up to and including this one that Count.
	Messages uint64

	coded *atomic.Pointer[coded] // see Coded; nil outside of tails
}

// File is what is known of a file that somebody put into a room. What is in it is kept beside the log.
type File struct {
	ID     uint64    // given by the store, never twice
	Name   text.Line // as text.FileName makes it; no two of the newest files of a room have the same
	Size   int64     // bytes
	SHA256 string    // of all of it, in lower-case hexadecimal
}

// Counts reports whether the event is talk of the room itself, and so counts as
// unread. What is said in a thread counts there.
func (e *Event) Counts() bool { return e.Type.Talk() && e.Thread == 0 }

// About is the seqs of the messages whose State the event changes, 0 for none. Two are changed by
// the deletion of a message in a thread: that one, and the thread's first.
func (e *Event) About() [2]uint64 {
	switch {
	case e.Type == Delete:
		return [2]uint64{e.Ref, e.Thread}
	case e.Type.Changes():
		return [2]uint64{e.Ref}
	case e.Type.Talk():
		return [2]uint64{e.Thread}
	}
	return [2]uint64{}
}

// MaxNonce is the longest nonce that a client may give, in bytes. A ULID or a
// UUID fits several times over.
const MaxNonce = 64

// importPrefix begins the nonce of what was imported, and of the first event of a room that was made for it. No
// client may give such a nonce, so it is the mark of what this server has not seen being said.
const importPrefix = "import:"

// Imported reports whether the event was brought in by Import, or made a room for that.
func (e *Event) Imported() bool { return strings.HasPrefix(e.Nonce, importPrefix) }

// CheckNonce refuses a nonce that no client may give: one longer than MaxNonce, or one that marks what was imported.
func CheckNonce(nonce string) error {
	switch {
	case len(nonce) > MaxNonce:
		return errNonce
	case strings.HasPrefix(nonce, importPrefix):
		return errImportNonce
	}
	return nil
}

// MaxDetail is the longest Detail, in bytes: an emoji of several characters fits.
const MaxDetail = 64

// BannedMember is the Detail of a Ban that put a member out: they were in the room until then.
const BannedMember = "member"

// Entry asks for one event to be appended. The store gives it its seq.
type Entry struct {
	Room   ID // 0 with Type Create
	Type   Type
	Author text.Name
	Text   text.Body
	Target text.Name
	Nonce  string
	Time   time.Time // UTC
	Ref    uint64
	Thread uint64
	Detail string
	Until  time.Time // UTC; zero for no end

	Bot       bool   // see Event
	File      *File  // see Event; what is in it has been stored
	Signature string // see Event; it was verified

	// New describes the room of a Create: Name, Kind, Guests, Topic and Direct count.
	New Room
	// Call lists who is called beside those whom Text names: by @here, or by a
	// word of their own. Those of them who are not members are passed over.
	Call []text.Name
	// Import marks an event of a log that was kept elsewhere: its author need not be
	// a member, and nobody is called. Talk, what changes it, and topics can be imported.
	Import bool
	// Staff marks the author as staff of the server: owner of every room, member of none.
	Staff bool
	// Guest marks the author as a guest: not a member, and allowed only where the room takes guests.
	Guest bool
	// Hook marks the author as a hook of the room, by its number: not a member, and otherwise held to what members are.
	Hook uint64
}

// Counts is Event.Counts of the event that the entry asks for.
func (e *Entry) Counts() bool { return e.Type.Talk() && e.Thread == 0 }

// Result is what became of one Entry.
type Result struct {
	// Event is the committed event, or with Again the one that was committed earlier.
	Event Event
	// Room is the room after the event; set for Create only.
	Room Room
	// Again says that nothing was written: the nonce had been used before, or
	// the entry asked for what already is so (joining twice).
	Again bool
	// Called lists the members whom the event mentions or calls, without its author.
	Called []text.Name
	// Followers lists those who follow the event's thread, without its author.
	Followers []text.Name
	// Err says why this entry alone was refused: ErrNoRoom, ErrNameTaken,
	// ErrNotMember, ErrNotInvited, ErrMember, what Allow refuses, or a sentence about
	// an entry that makes no sense. Other entries of the batch are not touched by it.
	Err error
}
