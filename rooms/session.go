package rooms

import (
	"context"
	"net/netip"
	"time"

	"parley/text"
)

// SessionInfo describes one live session, for /whois and the log.
type SessionInfo struct {
	ID     string // the connection id that is on every log line
	Face   string // "ssh", "plain", "exec", "tcp"
	Addr   netip.Addr
	Client text.Line // the client's version, as it said
	Device text.Line // the name of the key that it came with
	Since  time.Time
}

// Changes is a set of what may have changed since it was last asked for.
type Changes uint8

const (
	// RoomChanged: the shown room has new events or a new head.
	RoomChanged Changes = 1 << iota
	// InboxChanged: unread counts, memberships or invitations changed.
	InboxChanged
	// PresenceChanged: somebody in the shown room came or went. Only for sessions that follow presence.
	PresenceChanged
	// NoticePending: Notices has lines.
	NoticePending
)

// Attach makes somebody present and returns the session through which one
// terminal, pipe or page follows its inbox. The caller must Close it.
func (m *Manager) Attach(ctx context.Context, who Actor, info SessionInfo) (*Session, error) {
	return nil, ErrUnavailable
}

// Session is one live reader. Its methods may be called from any goroutine,
// but Wake has one slot and so serves one waiting goroutine.
type Session struct{}

// Wake is signalled (one slot) after anything that Changes reports.
func (s *Session) Wake() <-chan struct{} { return nil }

// Changes returns what changed since the last call and clears it.
func (s *Session) Changes() Changes { return 0 }

// Who is the actor that Attach was called for.
func (s *Session) Who() Actor { return Actor{} }

// Person is what is stored of the actor: last room and settings. A copy.
func (s *Session) Person() Person { return Person{} }

// SetPerson stores last room and settings, soon.
func (s *Session) SetPerson(p Person) {}

// Inbox appends the person's rooms to dst, sorted by name, invitations (RoleNone) last.
// It reads memory only and does not allocate when dst has room.
func (s *Session) Inbox(dst []Membership) []Membership { return dst }

// Membership returns one row of the inbox from memory.
func (s *Session) Membership(room ID) (Membership, bool) { return Membership{}, false }

// Focus names the room that is shown (0 for none): its tail stays in memory, RoomChanged
// speaks of it, and presence says whether PresenceChanged is wanted. A guest enters a room by focusing it.
func (s *Session) Focus(ctx context.Context, room ID, presence bool) error { return nil }

// Head returns the focused room as it is now, from memory.
func (s *Session) Head() Room { return Room{} }

// Events reads up to limit events of a room with seq > after, ascending: from
// the tail when it reaches back that far, from the store otherwise.
func (s *Session) Events(ctx context.Context, room ID, after uint64, limit int) ([]*Event, error) {
	return nil, ErrNoRoom
}

// EventsBefore reads the up to limit newest events with seq < before, ascending.
func (s *Session) EventsBefore(ctx context.Context, room ID, before uint64, limit int) ([]*Event, error) {
	return nil, ErrNoRoom
}

// Presence returns the shared, immutable snapshot of who is in the focused room.
func (s *Session) Presence() *Presence { return &Presence{} }

// Mark moves the read mark of a room. It takes effect in memory at once, for
// all sessions of the person, and is stored within a second.
func (s *Session) Mark(room ID, seq uint64) {}

// SetPlace keeps draft and scroll position of a room, stored within a second.
func (s *Session) SetPlace(room ID, p Place) {}

// Notices takes the lines meant for this person: at most 8, the oldest are dropped.
func (s *Session) Notices() []text.Line { return nil }

// Close ends the session: presence, wakes and focus. Marks and places given
// before are stored. It may be called more than once.
func (s *Session) Close() {}

// Present is a member with presence.
type Present struct {
	Member
	Online bool
}

// Presence is a snapshot of a room's people: those online first, then the
// others, each by role and name. At most 500 are listed; the counts are of all.
type Presence struct {
	People []Present
	Online int
	Total  int
	// Version grows with each new snapshot of the room, so a painter can tell that nothing changed.
	Version uint64
}

// Cursor is a reader's position in a room's log. It is not safe for concurrent use.
type Cursor struct {
	session *Session
	room    ID
	seq     uint64
}

// Cursor returns a cursor that has read up to and including seq after.
func (s *Session) Cursor(room ID, after uint64) *Cursor {
	return &Cursor{session: s, room: room, seq: after}
}

// Next returns up to limit events that follow and moves past them; none when the reader is up to date.
func (c *Cursor) Next(ctx context.Context, limit int) ([]*Event, error) {
	events, err := c.session.Events(ctx, c.room, c.seq, limit)
	if n := len(events); n > 0 {
		c.seq = events[n-1].Seq
	}
	return events, err
}

// Seq is the last seq that was read.
func (c *Cursor) Seq() uint64 { return c.seq }
