package rooms

import (
	"time"

	"parley/text"
)

// ID identifies a room for ever. The store gives it out, from 1 upward, and
// never gives the same one twice; a room keeps it when it is renamed.
type ID int64

// Kind says who may find and enter a room.
type Kind string

const (
	// Public rooms are listed for everybody and anyone may join or read them.
	Public Kind = "public"
	// Private rooms are seen by their members and by those invited, only.
	Private Kind = "private"
	// Direct rooms are talks of two to nine people; they have no name of their own.
	Direct Kind = "direct"
)

// Role is what an identity may do in one room. Roles are ordered: a higher
// one may do whatever a lower one may.
type Role int8

const (
	// RoleNone is somebody who is not in the room.
	RoleNone Role = iota
	// RoleGuest reads and posts in a room that allows guests; nothing of a guest is kept but the posts.
	RoleGuest
	// RoleMember reads, posts, invites and leaves.
	RoleMember
	// RoleModerator also sets what the room is.
	RoleModerator
	// RoleOwner created the room, or was given it.
	RoleOwner
)

// Room is what is known of one room at one moment: a value, safe to keep.
type Room struct {
	ID      ID
	Name    text.RoomName
	Kind    Kind
	Guests  bool // guests of the TCP face may enter
	Topic   text.Line
	Creator text.Name
	Created time.Time // UTC

	// Direct is the names of those whom a Direct room is for, sorted, with commas between; "" for other kinds.
	Direct string

	Slow     time.Duration // between two messages of a member who does not moderate; 0 for none
	Locked   bool          // only moderators write
	Archived bool          // nobody writes; the room is listed only for who asks for it
	NoBots   bool          // no program writes
	// History says what of the log members may read.
	History History
	// Keep is how long what is said is kept, 0 for ever.
	Keep time.Duration
	// Gone is the seq up to which what was said is erased, and GoneMessages is Messages at that seq.
	Gone         uint64
	GoneMessages uint64
	// Pinned is the message that was pinned last and still is, 0 for none.
	Pinned uint64

	// Seq is the seq of the newest event, 0 in a room that has none.
	Seq uint64
	// Messages counts the events up to Seq that people wrote (Event.Counts).
	// Unread counts are differences of it.
	Messages uint64
	// People counts the members.
	People int
}

// History says what of a log its members may read.
type History string

const (
	// HistoryAll shows everything, also what was said before somebody came.
	HistoryAll History = ""
	// HistoryJoined shows a member what was said since they joined. Who is not a member reads nothing.
	HistoryJoined History = "joined"
)

// Member is an identity in a room.
type Member struct {
	Name   text.Name
	Role   Role
	Joined uint64    // seq of the join event
	Quiet  time.Time // until then the member may not write; zero for no such time
}

// Forever is the Until of a ban or a quiet without an end, where a time must be compared.
var Forever = time.UnixMilli(1<<53 - 1).UTC()

// Notify says of which messages of a room a person wants to be told.
type Notify string

const (
	NotifyMentions Notify = "" // of those that mention them
	NotifyAll      Notify = "all"
	NotifyNone     Notify = "none"
)

// Prefs is how one person wants one room to be treated.
type Prefs struct {
	Notify Notify
	Star   bool // listed first
}

// Membership is one row of an inbox: a room as one of its members has it.
// The store keeps it, so that it follows the person and not the terminal.
type Membership struct {
	Room   Room
	Role   Role
	Joined uint64

	// Read is the seq up to which the person has read. ReadMessages is the
	// room's Messages at that seq, or at Room.Gone where that is greater, and Own the number of messages after it that
	// are nothing to read for the person, being their own or deleted, so that
	//	unread = Room.Messages - ReadMessages - Own
	Read         uint64
	ReadMessages uint64
	Own          uint64
	// Mentions counts the messages after Read that name the person, are not deleted and have not expired.
	Mentions int
	// Threads counts the messages of others, not deleted, in threads that the person follows and has not read.
	Threads int

	Prefs Prefs
	Quiet time.Time // as Member.Quiet
	Place Place
}

// Unread is the number of messages of others after the read mark that are not deleted and have not expired.
func (m Membership) Unread() uint64 {
	read := m.ReadMessages + m.Own
	if m.Room.Messages <= read {
		return 0
	}
	return m.Room.Messages - read
}

// Place is where a person was in a room: what a dropped connection comes back
// to.
type Place struct {
	// Draft is the unsent input, at most text.MaxBody bytes; it is shown in an
	// editor, never in the room.
	Draft string
	// Anchor is the seq of the event at the bottom of the screen, and Offset
	// the number of its rows that were below the edge. Anchor 0 means at the
	// newest event, following.
	Anchor uint64
	Offset int
}

// Person is what the store keeps of one identity beside its memberships.
type Person struct {
	Name     text.Name
	LastRoom ID                // the room that was shown last, 0 for none
	Settings map[string]string // what /set keeps, at most 64 keys; nil for none
	Seen     time.Time         // when the last session ended, zero for never
}
