package rooms

import (
	"context"
	"slices"

	"parley/text"
)

// Focus names the room that is shown (0 for none): its tail stays in memory, RoomChanged
// speaks of it, and presence says whether PresenceChanged is wanted. A guest enters a room by focusing it.
// Errors: ErrNoRoom, ErrNotMember, ErrUnavailable, ErrClosed, or the
// context's; then the session shows what it showed before, or nothing if the
// room went away in the same moment.
func (s *Session) Focus(ctx context.Context, id ID, presence bool) error {
	var r *room
	if id != 0 {
		var err error
		if r, _, err = s.m.enterToRead(ctx, s.who, id); err != nil {
			return err
		}
		if presence {
			if err := s.m.loadMembers(ctx, r); err != nil {
				s.m.release(r)
				return err
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		if r != nil {
			s.m.release(r)
		}
		return ErrClosed
	}
	s.blur()
	if r == nil {
		return nil
	}
	r.crowd.mu.Lock()
	defer r.crowd.mu.Unlock()
	// Who left the room meanwhile must not go on showing it.
	if head := r.head.Load(); !s.standing(id).reads(s.who, head) {
		s.m.release(r)
		return ErrNoRoom
	}
	s.m.view(r, s, presence)
	return nil
}

// blur shows no room; s.mu is held.
func (s *Session) blur() {
	r := s.focus.Load()
	if r == nil {
		return
	}
	r.crowd.mu.Lock()
	held := s.m.unview(r, s)
	r.crowd.mu.Unlock()
	if held {
		s.m.release(r)
	}
}

// standing is what the person is to a room, from memory.
func (s *Session) standing(id ID) standing {
	s.inbox.mu.Lock()
	defer s.inbox.mu.Unlock()
	return s.inbox.standing(id)
}

// watch adds the session to the watchers of a room, if its person is a member still.
func (s *Session) watch(r *room) {
	r.crowd.mu.Lock()
	defer r.crowd.mu.Unlock()
	s.inbox.mu.Lock()
	defer s.inbox.mu.Unlock()
	if i, found := s.inbox.find(r.id); found && s.inbox.rows[i].room == r && slices.Contains(s.inbox.sessions, s) {
		s.m.watch(r, s)
	}
}

// unwatch removes the session from the watchers of a room.
func (s *Session) unwatch(r *room) {
	r.crowd.mu.Lock()
	defer r.crowd.mu.Unlock()
	s.m.unwatch(r, s)
}

// from is the first seq of a room that the person may see; who left meanwhile sees what everybody sees.
func (s *Session) from(r *room) uint64 {
	head := r.head.Load()
	if head.History == HistoryAll {
		return 1
	}
	return s.standing(r.id).from(head)
}

// enter returns a room that the session may read, with one reference, and the first seq that it may see. The room
// that it shows needs no check: it would not be shown any more.
func (s *Session) enter(ctx context.Context, id ID) (*room, uint64, error) {
	if r := s.focus.Load(); r != nil && r.id == id {
		r.refs.Add(1)
		return r, s.from(r), nil
	}
	return s.m.enterToRead(ctx, s.who, id)
}

// Close ends the session: presence, wakes and focus. Marks and places given
// before are stored. It may be called more than once.
func (s *Session) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.closed = true
	s.blur()
	ib := s.inbox
	ib.mu.Lock()
	ib.sessions = slices.DeleteFunc(ib.sessions, func(o *Session) bool { return o == s })
	watched := ib.rooms()
	if len(ib.sessions) == 0 && !s.who.Guest {
		ib.person.Seen = s.m.now()
		ib.unsaved = true
		ib.gen++
		s.m.committer.saver.enqueue(ib)
	}
	ib.mu.Unlock()
	for _, r := range watched {
		s.unwatch(r)
		s.m.unhold(r)
	}
	s.m.releaseInbox(ib)
	s.m.counts.sessions.Add(-1)
}

// rooms lists the rooms of the rows, each with one reference; ib.mu is held.
func (ib *inbox) rooms() []*room {
	list := make([]*room, 0, len(ib.rows))
	for i := range ib.rows {
		if r := ib.rows[i].room; r != nil {
			r.refs.Add(1)
			list = append(list, r)
		}
	}
	return list
}

// Online lists the live sessions of one person, oldest first.
func (m *Manager) Online(who text.Name) []SessionInfo {
	ib := m.person(who)
	if ib == nil {
		return nil
	}
	ib.mu.Lock()
	defer ib.mu.Unlock()
	list := make([]SessionInfo, 0, len(ib.sessions))
	for _, s := range ib.sessions {
		list = append(list, s.info)
	}
	return list
}
