package rooms

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"parley/text"
)

// Actor is who does something: an authenticated identity or a guest, and
// where it comes from. It is a value; the faces make it after authentication.
type Actor struct {
	Name  text.Name
	Guest bool       // a guest of the TCP face: only rooms with Room.Guests exist for it
	Addr  netip.Addr // for limits per prefix; the zero value is exempt
	Staff bool       // owner or admin of the server: moderates every room that is not direct
	Bot   bool       // a program: what it says is marked so, and it has limits of its own
	Proof string     // how they have come, as in Job: for what is done in their name when they are gone
	Hook  uint64     // a hook, by its number: it writes into its room and nowhere else, without being in it; 0 for who is none
}

// Limits holds people back without destroying what they wrote. A rate of 0 switches a limit off.
type Limits struct {
	PostRate    float64       // messages a second for one identity, refilled steadily
	PostBurst   int           // messages that may come at once
	BotRate     float64       // the same of a program (Actor.Bot)
	BotBurst    int           //
	PrefixRate  float64       // messages a second for one address prefix (/24, /64)
	PrefixBurst int           //
	Mute        time.Duration // a short mute after ten refusals within its own length; ends by itself
	JoinRate    float64       // joins and leaves a second for one identity
	JoinBurst   int           //
	CreateRate  float64       // new rooms a second for one identity
	CreateBurst int           //
	SearchRate  float64       // searches a second for one identity
	SearchBurst int           //

	FileBytes int64 // the size of a file at most; 0 is no bound
	Files     Quota // how many bytes of files a person and a room may have

	MessageBytes int            // the longest text of a post; 0 for text.MaxBody
	Exempt       []netip.Prefix // addresses that skip all rates above: those of the machine itself, by default
}

// Options are a manager's settings. The zero value of a field means its default.
type Options struct {
	Clock    Clock         // time.Now; it stamps events and feeds the limits
	Log      *slog.Logger  // discards
	Tail     int           // events a room keeps in memory; 256
	Idle     time.Duration // a room or an inbox that nobody needs is forgotten after this; 1 minute
	Batch    int           // entries in one commit at most; 512
	Away     time.Duration // who has not typed for this long is away; 10 minutes, negative for never
	Partial  time.Duration // what was received of a file waits this long for the rest; 1 hour
	Presence time.Duration // presence changes of a room are gathered this long; 1 s
	Limits   Limits
	Writes   WriteRule // nil lets everybody
	// Author is who asked for a job, with their role of now; false if they could come here then and cannot any more, because their
	// keys were removed or what vouched for them is revoked. What they have scheduled is not posted then, nor a file that waits for its
	// name, and others are not reminded of anything by them. It is asked without a lock and may read a store; nil takes everybody for a member.
	Author func(context.Context, Job) (who Actor, here bool)
}

// New starts a manager on a store and a bus. Close ends it; it does not close the store.
func New(store Store, bus Bus, opts Options) *Manager {
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	opts.Tail = cmp.Or(max(0, opts.Tail), 256)
	opts.Idle = cmp.Or(max(0, opts.Idle), time.Minute)
	opts.Batch = cmp.Or(max(0, opts.Batch), 512)
	opts.Away = cmp.Or(opts.Away, 10*time.Minute)
	opts.Partial = cmp.Or(max(0, opts.Partial), time.Hour)
	opts.Presence = cmp.Or(max(0, opts.Presence), time.Second)
	m := &Manager{
		store: store, bus: bus, opts: opts, log: opts.Log,
		rooms:   map[ID]*room{},
		people:  map[text.Name]*inbox{},
		flights: flights{all: map[flightKey]*flight{}},

		searching: make(chan struct{}, searchers),
		limits:    limiter{clock: opts.Clock},
		reads:     outage{what: "read", log: opts.Log},
		sweeper:   sweeper{uploads: map[*Upload]uint64{}},
	}
	_, m.alone = bus.(LocalBus)
	m.limits.set(opts.Limits)
	m.ctx, m.cancel = context.WithCancel(context.Background())
	m.committer = newCommitter(m)
	m.repairs.m, m.retention.m, m.agenda.m, m.sweeper.m = m, m, m, m
	go m.committer.run()
	m.unsubscribe = bus.Subscribe(m.receive)
	if every := bus.Poll(); every > 0 {
		m.spawn("poll", func(ctx context.Context) { m.poll(ctx, every) })
	}
	m.retention.soon(expireSoon)
	m.agenda.at(m.now())
	m.sweeper.soon(sweepSoon)
	return m
}

// Manager is the shared room manager. All its methods may be called at once
// from many goroutines. Those with a context wait at most as long as it lives.
//
// # Goroutines
//
// The committer, one, commits and applies posts and saves what is written
// behind. A flight runs per store read that callers share, and ends with it.
// On a bus that may lose notes, one goroutine polls. Timers (presence of a
// room, forgetting of idle rooms, repair after a failed commit) are armed only
// while there is something to do. Readers bring their own goroutines.
//
// # Locks
//
// A goroutine that holds one of these takes only those further down, and never
// two of the same line. No call of the store is made under any of them, and
// nothing that can block is sent on a channel.
//
//	1  Session.mu    which room the session shows
//	2  room.mu       the room's log: tail and head
//	3  crowd.mu      who watches and who is in the room, presence
//	4  inbox.mu      one person's rows, sessions and notices
//	5  Manager.mu    the maps of rooms and of inboxes, and their references
//	   bans.mu, saver.mu, flights.mu, repairs.mu, limiter.mu, pages.mu, outage.mu, agenda.mu, hooked.mu, sweeper.mu
//
// Waking readers is a pass over crowd.watchers, without room.mu: a reader that
// wakes reads the tail at once. What every reader asks for most, a room's
// head and its presence, is behind atomic pointers to values that never change.
type Manager struct {
	store Store
	bus   Bus
	alone bool // the bus is a LocalBus: notes are not even made
	opts  Options
	log   *slog.Logger

	mu     sync.RWMutex // a leaf; guards rooms, people, unused, inbox.refs, and room.refs when it is raised from 0
	rooms  map[ID]*room
	people map[text.Name]*inbox
	unused int // inboxes without a reference

	// missed grows, under mu, when events of a room that is not loaded pass by:
	// who was loading it then does not know whether it saw them.
	missed atomic.Uint64

	committer *committer
	flights   flights
	pages     pages
	limits    limiter
	bans      bans
	repairs   repairs
	retention retention
	agenda    agenda
	hooks     hooked
	sweeper   sweeper
	reads     outage
	counts    counts
	searching chan struct{} // capacity searchers: a slot for each search that runs
	sweeping  atomic.Bool   // the timer that forgets idle rooms is armed
	snapshots atomic.Uint64 // Presence.Version of the newest one of any room

	unsubscribe func()
	ctx         context.Context // ends with Close
	cancel      context.CancelFunc

	gate   sync.RWMutex // guards closed; work is counted in, so Close can wait for it
	closed bool
	work   sync.WaitGroup
}

// counts is what Stats shows.
type counts struct {
	sessions                     atomic.Int64
	posts, commits, commitErrors atomic.Uint64
	commitNanos                  atomic.Int64
	storeReads, panics           atomic.Uint64
}

// SetLimits puts new limits in force for what comes next.
func (m *Manager) SetLimits(l Limits) { m.limits.set(l) }

// Flush returns when all read marks and places given so far are stored.
func (m *Manager) Flush(ctx context.Context) error {
	if err := m.begin(); err != nil {
		return err
	}
	defer m.work.Done()
	return m.committer.flush(ctx)
}

// Stats is what the metrics show.
type Stats struct {
	Sessions, RoomsLoaded, Watchers int
	Posts, Commits, CommitErrors    uint64
	CommitSeconds                   float64 // total time spent in Store.Append
	StoreReads                      uint64  // reads of events that the tails could not answer
	Panics                          uint64  // recovered; each is in the log with its stack
}

// Stats returns the counters since the start.
func (m *Manager) Stats() Stats {
	s := Stats{
		Sessions:      int(m.counts.sessions.Load()),
		Posts:         m.counts.posts.Load(),
		Commits:       m.counts.commits.Load(),
		CommitErrors:  m.counts.commitErrors.Load(),
		CommitSeconds: time.Duration(m.counts.commitNanos.Load()).Seconds(),
		StoreReads:    m.counts.storeReads.Load(),
		Panics:        m.counts.panics.Load(),
	}
	loaded := m.loaded()
	s.RoomsLoaded = len(loaded)
	for _, r := range loaded {
		s.Watchers += r.crowd.size()
	}
	return s
}

// Close refuses new work with ErrClosed, commits what is in flight, stores all
// marks and places, and ends the manager's goroutines. It waits at most for ctx.
func (m *Manager) Close(ctx context.Context) error {
	m.gate.Lock()
	again := m.closed
	m.closed = true
	m.gate.Unlock()
	if again {
		return ErrClosed
	}
	m.unsubscribe()
	m.repairs.stop()
	m.retention.stop()
	m.agenda.stop()
	m.sweeper.stop()
	m.cancel() // background reads; posts have contexts of their own
	done := make(chan struct{})
	go func() { m.work.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
	return m.committer.stop(ctx)
}

// begin counts work in, until work.Done; refused when the manager is closed.
func (m *Manager) begin() error {
	m.gate.RLock()
	defer m.gate.RUnlock()
	if m.closed {
		return ErrClosed
	}
	m.work.Add(1)
	return nil
}

// spawn runs fn in a goroutine of its own that Close ends and waits for. It
// reports false when the manager is closed.
func (m *Manager) spawn(what string, fn func(context.Context)) bool {
	if m.begin() != nil {
		return false
	}
	go func() {
		defer m.work.Done()
		m.guard(what, func() { fn(m.ctx) })
	}()
	return true
}

// guard runs fn and survives its panic, which is logged and counted.
func (m *Manager) guard(what string, fn func()) (err error) {
	defer func() {
		if p := recover(); p != nil {
			m.counts.panics.Add(1)
			m.log.Error("a goroutine panicked and was recovered", "in", what, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	fn()
	return nil
}

// failed turns the error of a read into what the asker is told.
func (m *Manager) failed(err error) error {
	if err == nil || errors.Is(err, ErrNoRoom) {
		m.reads.note(nil, 0)
		return err
	}
	if m.ctx.Err() != nil {
		return ErrClosed
	}
	m.reads.note(err, 1)
	return &storeError{err}
}

// Now is the manager's time, by which events are stamped and sanctions end.
func (m *Manager) Now() time.Time { return m.now() }

// now is the time for an event.
func (m *Manager) now() time.Time { return m.opts.Clock().UTC().Truncate(time.Millisecond) }
