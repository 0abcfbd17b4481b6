package rooms

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"parley/text"
)

// WebSession is a browser that somebody let in.
type WebSession struct {
	ID   uint64    // given by the store, never twice
	Hash [32]byte  // SHA-256 of the token in the browser's cookie
	Name text.Name // who
	// Key is the fingerprint of the key by which the person let the browser in, and Proof what package keys keeps of a
	// certificate: the session ends with them.
	Key, Proof string
	Client     text.Line  // browser and system, as the browser says
	Addr       netip.Addr // where it was seen last
	Made       time.Time  // UTC, millisecond precision, as the next two
	Seen       time.Time
	Expires    time.Time
}

// ErrNoWebSession says that a browser session has ended, or never was.
var ErrNoWebSession = errors.New("that browser session has ended already")

// AddWebSession keeps a browser session: all but ID counts. Those whose time is over by Made are forgotten.
func (m *Manager) AddWebSession(ctx context.Context, s WebSession) (WebSession, error) {
	if err := m.begin(); err != nil {
		return s, err
	}
	defer m.work.Done()
	id, err := m.store.AddWebSession(ctx, s)
	s.ID = id
	return s, m.askerFailed(ctx, err)
}

// WebSession returns the session of a cookie: ErrNoWebSession if there is none. Its time may be over.
func (m *Manager) WebSession(ctx context.Context, hash [32]byte) (WebSession, error) {
	s, err := m.store.WebSession(ctx, hash)
	return s, m.webSessionFailed(ctx, err)
}

// WebSessions lists somebody's browser sessions, the oldest first; the zero name is everybody.
func (m *Manager) WebSessions(ctx context.Context, who text.Name) ([]WebSession, error) {
	list, err := m.store.WebSessions(ctx, who)
	return list, m.askerFailed(ctx, err)
}

// SeeWebSession stores Addr, Seen and Expires of a session; one that has ended is passed over.
func (m *Manager) SeeWebSession(ctx context.Context, s WebSession) error {
	return m.askerFailed(ctx, m.store.SeeWebSession(ctx, s))
}

// DropWebSession ends a session in the store; ErrNoWebSession.
func (m *Manager) DropWebSession(ctx context.Context, id uint64) error {
	return m.webSessionFailed(ctx, m.store.DropWebSession(ctx, id))
}

func (m *Manager) webSessionFailed(ctx context.Context, err error) error {
	if errors.Is(err, ErrNoWebSession) {
		return err
	}
	return m.askerFailed(ctx, err)
}
