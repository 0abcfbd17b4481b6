package rooms

import (
	"slices"
	"time"

	"parley/text"
)

const (
	// typingRooms is how many members a room may have for its typists to be shown.
	typingRooms = 50
	// typingTime is how long somebody is shown as typing after they said so last. They say so every third of it.
	typingTime = 6 * time.Second
	// maxTypists bounds those who are shown at once.
	maxTypists = 8
)

// typist is somebody who types in a room.
type typist struct {
	name  text.Name
	until time.Time
}

// Typing says that the person types in a room that the session shows, or with
// on false that they have stopped. In rooms of fifty people or more nobody is
// told. A session calls it when typing begins, and every two seconds as long as it goes on.
func (s *Session) Typing(on bool) {
	r := s.focus.Load()
	if r == nil || r.head.Load().People >= typingRooms {
		return
	}
	c := &r.crowd
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Contains(c.watchers, s) {
		return // not a member
	}
	if on {
		s.m.types(r, s.inbox.name)
	} else {
		c.typed(r, s.inbox.name)
	}
}

// types notes that somebody types; c.mu is held.
func (m *Manager) types(r *room, who text.Name) {
	c := &r.crowd
	until := time.Now().Add(typingTime)
	for i := range c.typists {
		if c.typists[i].name == who {
			c.typists[i].until = until
			return
		}
	}
	if len(c.typists) >= maxTypists {
		return
	}
	c.typists = append(slices.Clip(c.typists), typist{who, until})
	c.tellTyping(r)
	if !c.typing {
		c.typing = true
		m.typingLater(r, typingTime)
	}
}

// typingLater looks later at who has stopped without saying so.
func (m *Manager) typingLater(r *room, after time.Duration) {
	time.AfterFunc(after, func() { m.guard("typing", func() { m.stopTyping(r) }) })
}

func (m *Manager) stopTyping(r *room) {
	c := &r.crowd
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	left := slices.DeleteFunc(slices.Clone(c.typists), func(t typist) bool { return !t.until.After(now) })
	if len(left) != len(c.typists) {
		c.typists = left
		c.tellTyping(r)
	}
	if c.typing = len(left) > 0; c.typing {
		m.typingLater(r, left[0].until.Sub(now))
	}
}

// typed ends somebody's typing: they sent what they typed, or gave it up. c.mu is held.
func (c *crowd) typed(r *room, who text.Name) {
	i := slices.IndexFunc(c.typists, func(t typist) bool { return t.name == who })
	if i < 0 {
		return
	}
	c.typists = slices.Delete(slices.Clone(c.typists), i, i+1)
	c.tellTyping(r)
}

// typed ends the typing of somebody whose message has come.
func (r *room) typed(who text.Name) {
	c := &r.crowd
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.typists) > 0 {
		c.typed(r, who)
	}
}

// tellTyping wakes those who show the room.
func (c *crowd) tellTyping(r *room) {
	for _, list := range [2][]*Session{c.watchers, c.onlookers} {
		for _, s := range list {
			if s.focus.Load() == r {
				s.signal(TypingChanged)
			}
		}
	}
}

// Typists appends to dst who types in the room that the session shows, but for the person. It reads memory only.
func (s *Session) Typists(dst []text.Name) []text.Name {
	r := s.focus.Load()
	if r == nil {
		return dst
	}
	r.crowd.mu.Lock()
	defer r.crowd.mu.Unlock()
	for _, t := range r.crowd.typists {
		if t.name != s.inbox.name {
			dst = append(dst, t.name)
		}
	}
	return dst
}
