package rooms

import (
	"context"
	"sync/atomic"
	"time"

	"parley/text"
)

// AwaySetting is the setting that holds what somebody said when they went away; it is set as long as they are.
const AwaySetting = "away"

// Status is whether somebody is here.
type Status uint8

const (
	Offline Status = iota
	Away           // connected, and not at the keyboard or gone by their own word
	Here
)

// presence is whether one person is at the keyboard.
type presence struct {
	// gone is why somebody is away by their own word, an empty line because nobody typed for Options.Away; nil while they are at the keyboard.
	gone atomic.Pointer[text.Line]

	// The inbox's mu guards what follows.
	idle  bool        // nobody typed for Options.Away
	timer *time.Timer // runs while somebody with a terminal is here and not idle
}

// Active notes that the person is at the keyboard of this session. It is
// cheap enough to be called for every key.
func (s *Session) Active() {
	now := s.m.opts.Clock().UnixNano()
	if last := s.active.Load(); now-last < int64(time.Second) && s.inbox.presence.gone.Load() == nil {
		return
	}
	s.active.Store(now)
	ib := s.inbox
	ib.mu.Lock()
	was := ib.presence.idle
	ib.presence.idle = false
	s.m.watchIdle(ib)
	ib.mu.Unlock()
	if was {
		s.m.tellAway(ib)
	}
}

// watchIdle arms the timer that finds out that nobody types any more; ib.mu is held.
func (m *Manager) watchIdle(ib *inbox) {
	p := &ib.presence
	if p.timer != nil || p.idle || len(ib.sessions) == 0 || m.opts.Away <= 0 {
		return
	}
	p.timer = time.AfterFunc(m.opts.Away, func() { m.guard("away", func() { m.checkIdle(ib) }) })
}

// checkIdle runs when the timer does: somebody may have typed since it was armed.
func (m *Manager) checkIdle(ib *inbox) {
	ib.mu.Lock()
	p := &ib.presence
	p.timer = nil
	last := int64(0)
	for _, s := range ib.sessions {
		last = max(last, s.active.Load())
	}
	left := m.opts.Away - m.opts.Clock().Sub(time.Unix(0, last))
	switch {
	case len(ib.sessions) == 0 || last == 0:
	case left > 0:
		p.timer = time.AfterFunc(left, func() { m.guard("away", func() { m.checkIdle(ib) }) })
	default:
		p.idle = true
	}
	idle := p.idle
	ib.mu.Unlock()
	if idle {
		m.tellAway(ib)
	}
}

// gone is what presence keeps of a person; ib.mu is held.
func (ib *inbox) gone() *text.Line {
	why := ib.person.Settings[AwaySetting]
	if why == "" && !ib.presence.idle {
		return nil
	}
	l := text.NewLine(why, MaxTopic)
	return &l
}

// tellAway lets the rooms of a person know whether they are away.
func (m *Manager) tellAway(ib *inbox) {
	ib.mu.Lock()
	gone := ib.gone()
	was := ib.presence.gone.Swap(gone)
	changed := (was == nil) != (gone == nil) || was != nil && *was != *gone
	var list []*room
	if changed {
		list = ib.rooms()
	}
	ib.mu.Unlock()
	for _, r := range list {
		r.crowd.mu.Lock()
		if r.crowd.members[ib.name] != nil {
			m.presenceChanged(r)
		}
		r.crowd.mu.Unlock()
		m.release(r)
	}
}

// SetAway says that somebody is away, and why; an empty line that they are
// back. It holds until they say otherwise, over restarts too.
func (m *Manager) SetAway(ctx context.Context, who Actor, why text.Line) error {
	if err := m.Set(ctx, who, AwaySetting, why.String()); err != nil {
		return err
	}
	if ib := m.onlineInbox(who.Name); ib != nil {
		m.tellAway(ib)
		m.releaseInbox(ib)
	}
	return nil
}

// Status is whether somebody is here, and what they said when they went away.
func (m *Manager) Status(who text.Name) (Status, text.Line) {
	ib := m.person(who)
	if ib == nil {
		return Offline, text.Line{}
	}
	ib.mu.Lock()
	defer ib.mu.Unlock()
	if len(ib.sessions) == 0 {
		return Offline, text.Line{}
	}
	if why := ib.presence.gone.Load(); why != nil {
		return Away, *why
	}
	return Here, text.Line{}
}
