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

	// Seq is the seq of the newest event, 0 in a room that has none.
	Seq uint64
	// Messages counts the events up to Seq that people wrote (Type.Counts).
	// Unread counts are differences of it.
	Messages uint64
	// People counts the members.
	People int
}

// Member is an identity in a room.
type Member struct {
	Name   text.Name
	Role   Role
	Joined uint64 // seq of the join event
}

// Membership is one row of an inbox: a room as one of its members has it.
// The store keeps it, so that it follows the person and not the terminal.
type Membership struct {
	Room   Room
	Role   Role
	Joined uint64

	// Read is the seq up to which the person has read. ReadMessages is the
	// room's Messages at that seq and Own the number of messages that the
	// person wrote after it, so that
	//	unread = Room.Messages - ReadMessages - Own
	Read         uint64
	ReadMessages uint64
	Own          uint64
	// Mentions counts the messages after Read that name the person.
	Mentions int

	Place Place
}

// Unread is the number of messages of others after the read mark.
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
