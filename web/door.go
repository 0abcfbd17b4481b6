package web

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

const (
	// sessionTime is how long a browser that is not used stays in: each use begins it anew.
	sessionTime = 30 * 24 * time.Hour
	// maxSessions is how many browsers a person has in at once. One more ends the one that was used longest ago.
	maxSessions = 50
	// seenEvery is how old what the store has of a session's use may be.
	seenEvery = 10 * time.Minute
	// storeTime bounds what a request waits for the store.
	storeTime = 5 * time.Second
)

// errOut says that a browser is not let in, or not any more.
var errOut = errors.New("this browser is not let in")

// DoorOptions are what a Door acts on.
type DoorOptions struct {
	Rooms *rooms.Manager
	Keys  *keys.Keyring
	Log   *slog.Logger
	// Barred says who may not be here, by name, by key or by address. Nil bars nobody.
	Barred func(name text.Name, key string, addr netip.Addr) bool
	// Exempt says which addresses skip what is limited by prefix. Nil exempts nobody.
	Exempt func(netip.Addr) bool
	// Clock is for tests; nil is time.Now.
	Clock func() time.Time
}

// Door knows the browsers that are let in and those that ask for it. What it holds in memory of a session is there from
// its first use on; the store has them all. Its methods may be called at once.
type Door struct {
	DoorOptions
	codes   *codes
	links   *links
	unwatch func()
	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	work    sync.WaitGroup // of what is done beside requests

	mu     sync.Mutex // a leaf; guards the rest and what a session has
	live   map[[32]byte]*session
	ended  map[uint64]struct{} // sessions that are over though the store may still have them
	change uint64              // counts what was ended: what was read from the store before is not believed
}

// session is a browser session that was used since the start. Door.mu guards what changes.
type session struct {
	rooms.WebSession
	saved time.Time     // Seen as the store has it
	over  chan struct{} // closed when the session ends
	timer *time.Timer   // ends it when its time is over
}

// NewDoor returns a door; Close ends what it watches.
func NewDoor(o DoorOptions) *Door {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Barred == nil {
		o.Barred = func(text.Name, string, netip.Addr) bool { return false }
	}
	if o.Exempt == nil {
		o.Exempt = func(netip.Addr) bool { return false }
	}
	d := &Door{DoorOptions: o, live: map[[32]byte]*session{}, ended: map[uint64]struct{}{}}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	d.codes = newCodes(o.Clock)
	d.links = newLinks(o.Clock)
	d.unwatch = o.Keys.Revoked(d.revoked)
	o.Rooms.OnBan(d.expel)
	return d
}

// Close stops what runs beside requests. Sessions go on at the next start.
func (d *Door) Close() {
	d.unwatch()
	d.cancel()
	d.mu.Lock()
	for _, s := range d.live {
		s.timer.Stop()
	}
	d.mu.Unlock()
	d.work.Wait()
}

// admit makes a session for a browser, and returns the token for its cookie. errOut if what its person came in with lets it in no more,
// or not there; other errors are of the store.
func (d *Door) admit(ctx context.Context, who keys.Identity, client text.Line, addr netip.Addr) (token string, err error) {
	proof, err := d.Keys.Proof(who)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errOut, err)
	}
	now := d.Clock()
	token = rooms.NewSecret()
	s := rooms.WebSession{
		Hash: sha256.Sum256([]byte(token)), Name: who.Name, Key: who.Fingerprint, Proof: proof,
		Client: client, Addr: addr, Made: now, Seen: now, Expires: expiry(now, who),
	}
	id, err := d.stands(&s, addr)
	if err == nil {
		err = d.Keys.MayEnter(id)
	}
	if err != nil {
		return "", fmt.Errorf("%w: %w", errOut, err)
	}
	if err := d.makeRoom(ctx, who.Name); err != nil {
		return "", err
	}
	s, err = d.Rooms.AddWebSession(ctx, s)
	if err != nil {
		return "", err
	}
	d.Log.Info("a browser is let in", "name", s.Name.String(), "fingerprint", s.Key, "browser", s.ID, "address", addr.String(), "client", client.String())
	return token, nil
}

// expiry is when a session that is used now ends by itself: a certificate's is over with the certificate.
func expiry(now time.Time, who keys.Identity) time.Time {
	end := now.Add(sessionTime)
	if !who.Expires.IsZero() && who.Expires.Before(end) {
		return who.Expires
	}
	return end
}

// makeRoom ends what somebody has used longest ago if they have as many sessions as they may.
func (d *Door) makeRoom(ctx context.Context, who text.Name) error {
	list, err := d.Sessions(ctx, who)
	if err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b rooms.WebSession) int { return a.Seen.Compare(b.Seen) })
	for len(list) >= maxSessions {
		if err := d.End(ctx, list[0].ID); err != nil && !errors.Is(err, rooms.ErrNoWebSession) {
			return err
		}
		list = list[1:]
	}
	return nil
}

// stands says who a session's person is now, or why it is over: what let it in does so no more, or they are barred.
func (d *Door) stands(s *rooms.WebSession, addr netip.Addr) (keys.Identity, error) {
	if !d.Clock().Before(s.Expires) {
		return keys.Identity{}, errOut
	}
	id, err := d.Keys.Stands(s.Name, s.Key, s.Proof, addr)
	if err != nil {
		return id, err
	}
	if d.Barred(s.Name, s.Key, addr) {
		return id, errOut
	}
	return id, nil
}

// enter finds the session of a token that is used from an address, and who it is of. errOut if there is none, or none any more.
func (d *Door) enter(ctx context.Context, token string, addr netip.Addr) (*session, keys.Identity, error) {
	s, err := d.find(ctx, sha256.Sum256([]byte(token)))
	if err != nil {
		return nil, keys.Identity{}, err
	}
	now := d.now(s)
	who, err := d.stands(&now, addr)
	if err != nil {
		d.Log.Info("a browser is not let in any more", "name", s.Name.String(), "browser", s.ID, "reason", err)
		_ = d.End(ctx, s.ID) // it is ended in memory whatever the store says
		return nil, keys.Identity{}, errOut
	}
	d.use(ctx, s, who, addr)
	return s, who, nil
}

// find is the session with a hash, from memory or from the store.
func (d *Door) find(ctx context.Context, hash [32]byte) (*session, error) {
	for {
		d.mu.Lock()
		s, change := d.live[hash], d.change
		d.mu.Unlock()
		if s != nil {
			return s, nil
		}
		kept, err := d.Rooms.WebSession(ctx, hash)
		if errors.Is(err, rooms.ErrNoWebSession) {
			return nil, errOut
		}
		if err != nil {
			return nil, err
		}
		if s, again := d.take(kept, change); !again {
			if s == nil {
				return nil, errOut
			}
			return s, nil
		}
	}
}

// take puts a session from the store into memory, unless something was ended since it was read; nil if it is over.
func (d *Door) take(kept rooms.WebSession, change uint64) (s *session, again bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.change != change {
		return nil, true
	}
	if _, over := d.ended[kept.ID]; over {
		return nil, false
	}
	if s := d.live[kept.Hash]; s != nil {
		return s, false
	}
	s = &session{WebSession: kept, saved: kept.Seen, over: make(chan struct{})}
	s.timer = time.AfterFunc(kept.Expires.Sub(d.Clock()), func() { d.timeOver(s) })
	d.live[kept.Hash] = s
	return s, false
}

// use notes that a session is used, and stores it where that was not done for a while.
func (d *Door) use(ctx context.Context, s *session, who keys.Identity, addr netip.Addr) {
	now := d.Clock()
	d.mu.Lock()
	s.Seen, s.Expires = now, expiry(now, who)
	if addr.IsValid() {
		s.Addr = addr
	}
	save := now.Sub(s.saved) >= seenEvery
	if save {
		s.saved = now
	}
	kept := s.WebSession
	d.mu.Unlock()
	if !save {
		return
	}
	if err := d.Rooms.SeeWebSession(ctx, kept); err != nil {
		d.Log.Debug("when a browser was used last could not be stored", "browser", kept.ID, "error", err)
	}
}

// timeOver ends a session whose time is over; one that was used meanwhile goes on.
func (d *Door) timeOver(s *session) {
	d.mu.Lock()
	left := s.Expires.Sub(d.Clock())
	if left > 0 && d.live[s.Hash] == s {
		s.timer.Reset(left)
	}
	d.mu.Unlock()
	if left <= 0 {
		d.close(s.ID) // the store forgets it with the next one that is made
	}
}

// End ends a session at once, whatever the store says. ErrNoWebSession if there was none; another error says that it
// would come back with the next start.
func (d *Door) End(ctx context.Context, id uint64) error {
	d.close(id)
	err := d.Rooms.DropWebSession(ctx, id)
	if err == nil || errors.Is(err, rooms.ErrNoWebSession) {
		d.mu.Lock()
		d.change++
		delete(d.ended, id)
		d.mu.Unlock()
	}
	return err
}

// close ends a session in memory: whoever holds it is told, and nobody gets it any more.
func (d *Door) close(id uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.change++
	d.ended[id] = struct{}{}
	for hash, s := range d.live {
		if s.ID == id {
			s.timer.Stop()
			close(s.over)
			delete(d.live, hash)
		}
	}
}

// now is a session as it is at this moment.
func (d *Door) now(s *session) rooms.WebSession {
	d.mu.Lock()
	defer d.mu.Unlock()
	return s.WebSession
}

// Sessions lists somebody's sessions, the oldest first, as they are now; the zero name is everybody.
func (d *Door) Sessions(ctx context.Context, who text.Name) ([]rooms.WebSession, error) {
	list, err := d.Rooms.WebSessions(ctx, who)
	if err != nil {
		return nil, err
	}
	now := d.Clock()
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range list {
		if s := d.live[list[i].Hash]; s != nil {
			list[i] = s.WebSession
		}
	}
	return slices.DeleteFunc(list, func(s rooms.WebSession) bool {
		_, over := d.ended[s.ID]
		return over || !now.Before(s.Expires)
	}), nil
}

// revoked ends the sessions of a key that is no longer valid, and takes back what was answered or made with it.
func (d *Door) revoked(fingerprint string) {
	d.sweep(func(s *rooms.WebSession) bool {
		if s.Key != fingerprint {
			return false
		}
		_, err := d.Keys.Stands(s.Name, s.Key, s.Proof, s.Addr)
		return err != nil
	})
}

// expel ends the sessions of whoever is barred by now.
func (d *Door) expel() {
	d.sweep(func(s *rooms.WebSession) bool { return d.Barred(s.Name, s.Key, s.Addr) })
}

// sweep ends the sessions that are over: those that were used since the start before it returns, those that only the
// store has soon after. They would find the door closed meanwhile.
func (d *Door) sweep(over func(*rooms.WebSession) bool) {
	d.mu.Lock()
	live := make([]rooms.WebSession, 0, len(d.live))
	for _, s := range d.live {
		live = append(live, s.WebSession)
	}
	d.mu.Unlock()
	for i := range live {
		if over(&live[i]) {
			d.close(live[i].ID)
		}
	}
	d.work.Go(func() {
		defer func() {
			if p := recover(); p != nil {
				d.Log.Error("ending browser sessions panicked and was recovered", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			}
		}()
		ctx, cancel := context.WithTimeout(d.ctx, storeTime)
		defer cancel()
		list, err := d.Rooms.WebSessions(ctx, text.Name{})
		for i := range list {
			if err == nil && over(&list[i]) {
				err = d.End(ctx, list[i].ID)
			}
			if errors.Is(err, rooms.ErrNoWebSession) {
				err = nil
			}
		}
		if err != nil {
			d.Log.Warn("browser sessions that are over could not be removed from the store; they are let in no more", "error", err)
		}
	})
}
