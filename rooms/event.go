package rooms

import (
	"time"

	"parley/text"
)

// Type says what an event is. The values are part of the protocol: they are
// stored and sent as they stand here.
type Type string

const (
	Message Type = "message" // Text is what was written
	Action  Type = "action"  // Text is what the author does: /me waves
	Create  Type = "create"  // the first event of a room
	Join    Type = "join"
	Leave   Type = "leave"
	Invite  Type = "invite" // Target may now join
	Topic   Type = "topic"  // Text is the new topic, empty for none
)

// Counts reports whether events of this type are talk, and so count as unread
// and may mention people.
func (t Type) Counts() bool { return t == Message || t == Action }

// Event is one entry of a room's log. It is never changed once committed, and
// one *Event is shared by all who read it.
type Event struct {
	Room   ID
	Seq    uint64    // 1, 2, 3 … in the room, without gaps
	Time   time.Time // UTC, millisecond precision
	Type   Type
	Author text.Name
	Text   text.Body
	Target text.Name // whom an invite is for; zero otherwise
	Nonce  string    // as the client gave it, at most MaxNonce bytes; "" for none
	// Messages is the number of events up to and including this one whose type Counts.
	Messages uint64
}

// MaxNonce is the longest nonce that a client may give, in bytes. A ULID or a
// UUID fits several times over.
const MaxNonce = 64

// Entry asks for one event to be appended. The store gives it its seq.
type Entry struct {
	Room   ID // 0 with Type Create
	Type   Type
	Author text.Name
	Text   text.Body
	Target text.Name
	Nonce  string
	Time   time.Time // UTC

	// New describes the room of a Create: Name, Kind, Guests and Topic count.
	New Room
	// Guest marks the author as a guest: not a member, and allowed only where the room takes guests.
	Guest bool
}

// Result is what became of one Entry.
type Result struct {
	// Event is the committed event, or with Again the one that was committed earlier.
	Event Event
	// Room is the room after the event; set for Create only.
	Room Room
	// Again says that nothing was written: the nonce had been used before, or
	// the entry asked for what already is so (joining twice).
	Again bool
	// Err says why this entry alone was refused: ErrNoRoom, ErrNameTaken,
	// ErrNotMember, ErrNotInvited, ErrForbidden, ErrMember, or a sentence about
	// an entry that makes no sense. Other entries of the batch are not touched by it.
	Err error
}
