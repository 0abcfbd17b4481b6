package rooms

import (
	"context"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"parley/text"
)

// SessionInfo describes one live session, for /whois and the log.
type SessionInfo struct {
	ID     string // the connection id that is on every log line
	Face   string // "ssh", "plain", "exec", "tcp", "browser", or "live" for a program that somebody looks at
	Addr   netip.Addr
	Client text.Line // the client's version, as it said
	Device text.Line // the name of the key that it came with
	Since  time.Time
}

// Changes is a set of what may have changed since it was last asked for.
type Changes uint8

const (
	// RoomChanged: the shown room has new events or a new head, and with them other counts.
	RoomChanged Changes = 1 << iota
	// InboxChanged: memberships or invitations changed, or the counts of more than one room.
	InboxChanged
	// PresenceChanged: somebody in the shown room came or went. Only for sessions that follow presence; for all
	// where it was a guest.
	PresenceChanged
	// NoticePending: Notices has lines.
	NoticePending
	// SettingsChanged: the person's settings are others now.
	SettingsChanged
	// TypingChanged: somebody in the shown room began or stopped typing.
	TypingChanged
	// CountsChanged: the counts of one room that is not shown changed, or of the threads or the draft of
	// one that may be; Counted says of which.
	CountsChanged
)

// Attach makes somebody present and returns the session through which one
// terminal, pipe or page follows its inbox. The caller must Close it.
func (m *Manager) Attach(ctx context.Context, who Actor, info SessionInfo) (*Session, error) {
	if err := m.begin(); err != nil {
		return nil, err
	}
	defer m.work.Done()
	ib, err := m.holdInbox(ctx, who)
	if err != nil {
		return nil, err
	}
	s := &Session{m: m, inbox: ib, who: who, info: info, wake: make(chan struct{}, 1)}
	s.staff.Store(who.Staff)
	ib.mu.Lock()
	if len(ib.sessions) == 0 {
		ib.presence.idle = false
	}
	ib.sessions = append(ib.sessions, s)
	ib.presence.gone.Store(ib.gone())
	watched := ib.rooms()
	ib.mu.Unlock()
	for _, r := range watched {
		s.watch(r)
		m.unhold(r)
	}
	m.counts.sessions.Add(1)
	if s.reads() {
		m.agenda.came(who.Name)
	}
	return s, nil
}

// Session is one live reader. Its methods may be called from any goroutine,
// but Wake has one slot and so serves one waiting goroutine.
type Session struct {
	m     *Manager
	inbox *inbox // with a reference
	who   Actor
	info  SessionInfo

	active  atomic.Int64  // when the person typed last, in nanoseconds since 1970; 0 for never
	staff   atomic.Bool   // Actor.Staff as of now: a role may be given and taken while somebody is here
	wake    chan struct{} // one slot
	changes atomic.Uint32 // of Changes
	count   atomic.Int64  // the room that CountsChanged speaks of

	mu     sync.Mutex           // tier 1; held while the focus moves
	closed bool                 // mu guards it
	focus  atomic.Pointer[room] // written under the room's crowd.mu; the session holds a reference to it

	follows bool     // wants PresenceChanged of focus, whose crowd.mu guards it
	notices []Notice // inbox.mu guards them
}

// Wake is signalled (one slot) after anything that Changes reports.
func (s *Session) Wake() <-chan struct{} { return s.wake }

// Changes returns what changed since the last call and clears it. What has
// changed already is not signalled again until it was asked for.
func (s *Session) Changes() Changes { return Changes(s.changes.Swap(0)) }

// signal notes what changed and wakes the reader, unless it has been told. It never waits.
func (s *Session) signal(c Changes) {
	bits := uint32(c)
	if s.changes.Load()&bits == bits {
		return
	}
	s.changes.Or(bits)
	s.Ring()
}

// counted notes that the counts of a room changed. A second room makes it InboxChanged.
func (s *Session) counted(id ID) {
	if s.count.CompareAndSwap(0, int64(id)) || s.count.Load() == int64(id) {
		s.signal(CountsChanged)
		return
	}
	s.signal(InboxChanged)
}

// Counted is the room that CountsChanged speaks of, and clears it; 0 when it
// may be any. It is for after Changes.
func (s *Session) Counted() ID { return ID(s.count.Swap(0)) }

// Ring wakes the reader though nothing has changed, for what else its
// goroutine waits for: one channel is cheaper to wait on than many. It never waits.
func (s *Session) Ring() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Who is the actor that Attach was called for, staff or not as of now.
func (s *Session) Who() Actor {
	who := s.who
	who.Staff = s.staff.Load()
	return who
}

// Info is what Attach was told of the session.
func (s *Session) Info() SessionInfo { return s.info }

// SetStaff says that somebody runs the server from now on, or does not any more; the sessions that are open know it at once.
func (m *Manager) SetStaff(who text.Name, staff bool) {
	m.eachSession(who, func(s *Session) { s.staff.Store(staff) })
}

// eachSession does something with the sessions of somebody, under the lock of their inbox.
func (m *Manager) eachSession(who text.Name, do func(*Session)) {
	ib := m.person(who)
	if ib == nil {
		return
	}
	ib.mu.Lock()
	defer ib.mu.Unlock()
	for _, s := range ib.sessions {
		do(s)
	}
}

// Inbox appends the person's rooms to dst, sorted by name, invitations (RoleNone) last.
// It reads memory only and does not allocate when dst has room.
func (s *Session) Inbox(dst []Membership) []Membership {
	s.inbox.mu.Lock()
	defer s.inbox.mu.Unlock()
	for i := range s.inbox.rows {
		dst = append(dst, s.inbox.rows[i].membership())
	}
	return dst
}

// Membership returns one row of the inbox from memory.
func (s *Session) Membership(room ID) (Membership, bool) {
	s.inbox.mu.Lock()
	defer s.inbox.mu.Unlock()
	i, found := s.inbox.find(room)
	if !found {
		return Membership{}, false
	}
	return s.inbox.rows[i].membership(), true
}

// Head returns the focused room as it is now, from memory.
func (s *Session) Head() Room {
	if r := s.focus.Load(); r != nil {
		return *r.head.Load()
	}
	return Room{}
}

// Events reads up to limit events, at most 1,000, of a room with seq > after, ascending: from
// the tail when it reaches back that far, from the store otherwise.
func (s *Session) Events(ctx context.Context, room ID, after uint64, limit int) ([]*Event, error) {
	r, from, err := s.enter(ctx, room)
	if err != nil {
		return nil, err
	}
	defer s.m.release(r)
	return s.m.readAfter(ctx, r, after, from, limit)
}

// EventsBefore reads the up to limit newest events, at most 1,000, with seq < before, ascending.
func (s *Session) EventsBefore(ctx context.Context, room ID, before uint64, limit int) ([]*Event, error) {
	r, from, err := s.enter(ctx, room)
	if err != nil {
		return nil, err
	}
	defer s.m.release(r)
	return s.m.readBefore(ctx, r, before, from, limit)
}

// Mark moves the read mark of a room. It takes effect in memory at once, for
// all sessions of the person, and is stored within two seconds. The other
// sessions are woken; the caller knows.
func (s *Session) Mark(room ID, seq uint64) { s.m.mark(s.inbox, room, seq, s) }

// SetPlace keeps draft and scroll position of a room, stored within two seconds.
// What of the draft is over text.MaxBody bytes is cut. The person's other sessions are told of another draft, as of counts: callers
// keep it when typing rests, not at each key.
func (s *Session) SetPlace(room ID, p Place) {
	p.Draft = cut(p.Draft, text.MaxBody)
	ib := s.inbox
	ib.mu.Lock()
	defer ib.mu.Unlock()
	i, found := ib.find(room)
	if !found || ib.rows[i].room == nil {
		return
	}
	r := ib.rows[i].seldom()
	if r.place == p {
		return
	}
	drafted := r.place.Draft != p.Draft
	r.place = p
	ib.rows[i].setSeldom(r)
	ib.rows[i].unsaved |= placePart
	for _, other := range ib.sessions {
		if drafted && other != s {
			other.counted(room)
		}
	}
	ib.gen++
	s.m.committer.saver.enqueue(ib)
}

// Notices takes the lines meant for this person: at most 8, the oldest are dropped.
func (s *Session) Notices() []Notice {
	s.inbox.mu.Lock()
	defer s.inbox.mu.Unlock()
	lines := s.notices
	s.notices = nil
	return lines
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
