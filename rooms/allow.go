package rooms

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"parley/text"
)

// Case is what a rule about an entry has to know: the room and the people as they
// are at the moment of the commit.
type Case struct {
	Room   *Room
	Author *Member // nil if they are not in the room
	Victim *Member // Entry.Target, nil if they are not in the room
	// Ref is the event that Entry.Ref names, Root the one that Entry.Thread names; nil for none.
	Ref, Root *Event
	Deleted   bool   // Ref was deleted, or has expired
	Closed    bool   // Ref is a poll that was closed
	State     *State // of Ref, for React and Unreact
	Owners    int    // how many owners the room has
	Banned    *Sanction
	Options   int // of a poll that is voted on
}

// Allow is the one rule of who may do what in a room. It is asked inside the
// transaction that commits the entry, for members and for staff of the server,
// and not for guests, Create and Join. Errors: ErrNotMember, ErrForbidden,
// ErrArchived, ErrLocked, ErrNoEvent, *QuietError, or a sentence that is an ErrRefused.
func Allow(c Case, e *Entry) error {
	err := allow(c, e)
	var quiet *QuietError
	switch {
	case err == nil, err == ErrNotMember, errors.Is(err, ErrForbidden), err == ErrArchived, err == ErrLocked, err == ErrNoEvent, errors.As(err, &quiet):
		return err
	}
	return &refusal{err}
}

func allow(c Case, e *Entry) error {
	if err := allowEntry(c, e); err != nil {
		return err
	}
	role := c.role(e)
	switch {
	case role == RoleNone:
		return ErrNotMember
	case c.Room.Archived && !unarchives(e) && e.Type != Leave && e.Type != Expire:
		return ErrArchived
	}
	if c.Author != nil && e.Time.Before(c.Author.Quiet) && e.Type != Leave && !(e.Type.Moderates() && e.Staff) {
		return &QuietError{Until: c.Author.Quiet}
	}
	switch e.Type {
	case Message, Action, Poll, Edit, Topic, Pin, Unpin, React, Vote:
		if c.Room.Locked && role < RoleModerator && c.Room.Kind != Direct {
			return ErrLocked
		}
		if e.Bot && c.Room.NoBots {
			return errBots
		}
	}
	if e.Type.Changes() {
		return allowChange(c, e, role)
	}
	if e.Type.Moderates() {
		return allowModeration(c, e, role)
	}
	switch {
	case e.Type == Leave && c.Room.Kind == Direct && strings.Count(c.Room.Direct, ",") < 2:
		return errPair
	case e.Type == Invite && c.Room.Kind == Direct:
		return errDirect
	case e.Type.Talk():
		return allowTalk(c, e)
	}
	return nil
}

func unarchives(e *Entry) bool {
	return e.Type == Set && e.Detail == PropArchived
}

// role is what the author is: a direct room knows only members, and elsewhere staff is its owner.
func (c *Case) role(e *Entry) Role {
	role := RoleNone
	if c.Author != nil {
		role = c.Author.Role
	}
	if c.Room.Kind == Direct {
		return min(role, RoleMember)
	}
	if e.Staff && (e.Type.Moderates() || e.Type == Delete || c.Author != nil) {
		return RoleOwner
	}
	return role
}

// hides reports whether an event is one that the author, who came later, may not read.
func (c *Case) hides(e *Event) bool {
	return c.Room.History == HistoryJoined && c.Author != nil && e.Seq < c.Author.Joined
}

// allowEntry refuses what makes no sense whoever asks for it.
func allowEntry(c Case, e *Entry) error {
	if len(e.Detail) > MaxDetail {
		return fmt.Errorf("a detail has at most %d bytes", MaxDetail)
	}
	if e.Type == Expire && e.Ref > c.Room.Seq { // what is said after it would have expired at once
		return ErrNoEvent
	}
	if e.Ref != 0 && c.Ref == nil && e.Type != Expire || e.Thread != 0 && (c.Root == nil || !c.Root.Type.Talk() || c.Root.Thread != 0) {
		return ErrNoEvent
	}
	return nil
}

func allowTalk(c Case, e *Entry) error {
	switch {
	case e.Ref != 0 && (!c.Ref.Type.Talk() || c.hides(c.Ref)), e.Thread != 0 && c.hides(c.Root):
		return ErrNoEvent
	case e.Type == Poll && e.Thread != 0:
		return errPollThread
	case e.Type == Poll:
		return checkPoll(e.Text)
	}
	return nil
}

// MaxOptions is the most options of a poll.
const MaxOptions = 20

// PollOptions are the lines of a poll: its question and its options.
func PollOptions(body text.Body) (question string, options []string) {
	lines := strings.Split(body.String(), "\n")
	return lines[0], lines[1:]
}

func checkPoll(body text.Body) error {
	_, options := PollOptions(body)
	if len(options) < 2 || len(options) > MaxOptions {
		return errPoll
	}
	seen := make(map[string]bool, len(options))
	for _, o := range options {
		if o = text.Fold(o); seen[o] {
			return errPollTwice
		}
		seen[o] = true
	}
	return nil
}

func allowChange(c Case, e *Entry, role Role) error {
	if c.Ref == nil || !c.Ref.Type.Talk() {
		return ErrNoEvent
	}
	if c.Deleted {
		return errDeleted
	}
	own := c.Ref.Author == e.Author
	switch e.Type {
	case Edit:
		switch {
		case !own:
			return errNotYours
		case c.Ref.Type == Poll:
			return errPollEdit
		case e.Text.IsZero():
			return errEmpty
		}
	case Delete:
		if !own && role < RoleModerator {
			return errNotYours
		}
	case Close:
		if c.Ref.Type != Poll {
			return errNoPoll
		}
		if !own && role < RoleModerator {
			return errNotYours
		}
	case React, Unreact:
		switch {
		case e.Detail == "":
			return errEmoji
		case e.Type == Unreact && !c.State.Reacted(e.Detail, e.Author):
			return errNoReaction
		case e.Type == React && c.State.full(e.Detail):
			return errReactions
		}
	case Vote:
		n, err := strconv.Atoi(e.Detail)
		switch {
		case c.Ref.Type != Poll:
			return errNoPoll
		case c.Closed:
			return errPollClosed
		case e.Detail != "" && (err != nil || n < 1 || n > c.Options):
			return fmt.Errorf("that poll has options 1 to %d: /vote NUMBER", c.Options)
		}
	}
	return nil
}

func allowModeration(c Case, e *Entry, role Role) error {
	if c.Room.Kind == Direct && e.Type != Expire {
		return errDirect
	}
	owners := false
	switch {
	case e.Type == Rename, e.Type == Grant, e.Type == Expire,
		e.Type == Set && e.Detail != PropSlow && e.Detail != PropLocked && e.Detail != PropBots:
		owners = true
	}
	switch {
	case owners && role < RoleOwner:
		return ErrOwners
	case role < RoleModerator:
		return ErrForbidden
	}
	switch e.Type {
	case Rename:
		_, err := text.ParseRoomName(e.Text.String())
		return err
	case Set:
		return checkProperty(c.Room, e.Detail, e.Text.String())
	case Grant:
		return allowGrant(c, e)
	case Kick, Ban, Quiet, Unquiet, Unban:
		return allowSanction(c, e, role)
	}
	return nil
}

func allowGrant(c Case, e *Entry) error {
	role, err := ParseRole(e.Detail)
	switch {
	case err != nil:
		return err
	case c.Victim == nil:
		return errVictim
	case c.Victim.Role == RoleOwner && role < RoleOwner && c.Owners < 2:
		return errLastOwner
	}
	return nil
}

func allowSanction(c Case, e *Entry, role Role) error {
	switch {
	case e.Target == e.Author:
		return errSelf
	case e.Target.IsGuest() && (e.Type == Kick || e.Type == Ban || e.Type == Quiet):
		return errVisitor
	case c.Victim == nil && (e.Type == Kick || e.Type == Quiet || e.Type == Unquiet):
		return errVictim
	case c.Victim != nil && c.Victim.Role >= role && !(e.Staff && c.Victim.Role == RoleOwner && role == RoleOwner):
		return errOutranked
	case e.Type == Unban && c.Banned == nil:
		return errNotBanned
	case !e.Until.IsZero() && !e.Until.After(e.Time):
		return errPast
	}
	return nil
}

// ParseRole reads a role that a member can be given.
func ParseRole(s string) (Role, error) {
	switch s {
	case "member":
		return RoleMember, nil
	case "moderator":
		return RoleModerator, nil
	case "owner":
		return RoleOwner, nil
	}
	return RoleNone, fmt.Errorf("there is no role %s: a member is owner, moderator or member", text.Quote(s))
}

// String is the role's word, as ParseRole reads it.
func (r Role) String() string {
	switch r {
	case RoleGuest:
		return "guest"
	case RoleMember:
		return "member"
	case RoleModerator:
		return "moderator"
	case RoleOwner:
		return "owner"
	}
	return "none"
}

// Sanction keeps somebody out, or silent. Exactly one of Name, Key and Prefix
// says whom it is for.
type Sanction struct {
	ID     int64
	Room   ID // 0 for the whole server
	Quiet  bool
	Name   text.Name
	Key    string // a fingerprint, SHA256:…
	Prefix string // a network, 192.0.2.0/24
	By     text.Name
	Reason text.Body
	Made   time.Time
	Until  time.Time // zero for no end
}

// Ended reports whether the sanction is over.
func (s *Sanction) Ended(now time.Time) bool { return !s.Until.IsZero() && !s.Until.After(now) }
