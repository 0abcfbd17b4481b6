package rooms

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"parley/text"
)

// Actor is who does something: an authenticated identity or a guest, and
// where it comes from. It is a value; the faces make it after authentication.
type Actor struct {
	Name  text.Name
	Guest bool       // a guest of the TCP face: only rooms with Room.Guests exist for it
	Addr  netip.Addr // for limits per prefix; the zero value is exempt
}

// Limits holds people back without destroying what they wrote. A rate of 0 switches a limit off.
type Limits struct {
	PostRate    float64       // messages a second for one identity, refilled steadily
	PostBurst   int           // messages that may come at once
	PrefixRate  float64       // messages a second for one address prefix (/24, /64)
	PrefixBurst int           //
	Mute        time.Duration // a short mute after ten refusals within its own length; ends by itself
	JoinRate    float64       // joins, leaves and creations a second for one identity
	JoinBurst   int           //
	Exempt      []netip.Prefix
}

// Options are a manager's settings. The zero value of a field means its default.
type Options struct {
	Clock    Clock         // time.Now
	Log      *slog.Logger  // discards
	Tail     int           // events a room keeps in memory; 256
	Idle     time.Duration // a room that nobody watches is forgotten after this; 1 minute
	Batch    int           // entries in one commit at most; 512
	Presence time.Duration // presence changes of a room are gathered this long; 1 s
	Limits   Limits
}

// New starts a manager on a store and a bus. Close ends it; it does not close the store.
func New(store Store, bus Bus, opts Options) *Manager { return &Manager{} }

// Manager is the shared room manager. All its methods may be called at once
// from many goroutines. Those with a context wait at most as long as it lives.
type Manager struct{}

// SetLimits puts new limits in force for what comes next.
func (m *Manager) SetLimits(l Limits) {}

// Post is what somebody says in a room.
type Post struct {
	Room  ID
	Type  Type // Message or Action
	Text  text.Body
	Nonce string // "" for none; at most MaxNonce bytes
}

// Post appends a message and returns it once it is committed with fsync.
// Errors: ErrNoRoom, ErrNotMember, ErrForbidden, *RateError, ErrUnavailable,
// ErrClosed, or the context's. After a context error the post may or may not
// have been committed: repeating it with the same nonce is safe.
func (m *Manager) Post(ctx context.Context, who Actor, p Post) (*Event, error) {
	return nil, ErrUnavailable
}

// Create makes a room from Name, Kind, Guests and Topic of r, with who as its owner and first member.
func (m *Manager) Create(ctx context.Context, who Actor, r Room) (Room, error) {
	return Room{}, ErrUnavailable
}

// Join makes who a member; being one already is not an error.
func (m *Manager) Join(ctx context.Context, who Actor, room ID) (Room, error) {
	return Room{}, ErrUnavailable
}

// Leave ends a membership.
func (m *Manager) Leave(ctx context.Context, who Actor, room ID) error { return ErrUnavailable }

// Invite lets whom join the room, and tells them. In a public room it only tells them.
// The caller has checked that whom exists. ErrMember if they are in already.
func (m *Manager) Invite(ctx context.Context, who Actor, room ID, whom text.Name) error {
	return ErrUnavailable
}

// SetTopic changes the topic; an empty one removes it.
func (m *Manager) SetTopic(ctx context.Context, who Actor, room ID, topic text.Line) error {
	return ErrUnavailable
}

// Find returns the room of that name if who may see it, ErrNoRoom otherwise.
func (m *Manager) Find(ctx context.Context, who Actor, name text.RoomName) (Room, error) {
	return Room{}, ErrNoRoom
}

// Room returns a room by ID if who may see it, ErrNoRoom otherwise.
func (m *Manager) Room(ctx context.Context, who Actor, room ID) (Room, error) {
	return Room{}, ErrNoRoom
}

// Rooms lists by name the rooms that who may see.
func (m *Manager) Rooms(ctx context.Context, who Actor) ([]Room, error) { return nil, nil }

// Members lists the members of a room by name, with their presence.
func (m *Manager) Members(ctx context.Context, who Actor, room ID) ([]Present, error) {
	return nil, ErrNoRoom
}

// Inbox lists the memberships of somebody who need not be online. A Role of RoleNone is an invitation.
func (m *Manager) Inbox(ctx context.Context, who Actor) ([]Membership, error) { return nil, nil }

// MarkRead moves the read mark of somebody who need not be online and returns when it is stored.
func (m *Manager) MarkRead(ctx context.Context, who Actor, room ID, seq uint64) error {
	return ErrUnavailable
}

// Events returns up to limit events of a room that who may read, with seq > after, ascending.
func (m *Manager) Events(ctx context.Context, who Actor, room ID, after uint64, limit int) ([]*Event, error) {
	return nil, ErrNoRoom
}

// EventsBefore returns the up to limit newest events with seq < before, ascending.
func (m *Manager) EventsBefore(ctx context.Context, who Actor, room ID, before uint64, limit int) ([]*Event, error) {
	return nil, ErrNoRoom
}

// Online lists the live sessions of one person, oldest first.
func (m *Manager) Online(who text.Name) []SessionInfo { return nil }

// Notify shows a line to all live sessions of one person; it is not stored.
func (m *Manager) Notify(who text.Name, line text.Line) {}

// Flush returns when all read marks and places given so far are stored.
func (m *Manager) Flush(ctx context.Context) error { return nil }

// Stats is what the metrics show.
type Stats struct {
	Sessions, RoomsLoaded, Watchers int
	Posts, Commits, CommitErrors    uint64
	CommitSeconds                   float64 // total time spent in Store.Append
	StoreReads                      uint64  // reads that the tails could not answer
}

// Stats returns the counters since the start.
func (m *Manager) Stats() Stats { return Stats{} }

// Close refuses new work with ErrClosed, commits what is in flight, stores all
// marks and places, and ends the manager's goroutines. It waits at most for ctx.
func (m *Manager) Close(ctx context.Context) error { return nil }
