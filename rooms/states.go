package rooms

import "context"

// maxStates is the widest range of seqs that States answers for at once.
const maxStates = 4096

// States returns what has become of the messages lo … hi of a room that who may
// read, by seq; of those that nothing has happened to there is none. A reader
// that has followed the log up to some seq before it asked folds what comes
// after that seq into the answer (State.With): what is folded in already
// changes nothing. At most maxStates seqs are answered for, from lo up.
func (m *Manager) States(ctx context.Context, who Actor, room ID, lo, hi uint64) (map[uint64]*State, error) {
	r, from, err := m.enterToRead(ctx, who, room)
	if err != nil {
		return nil, err
	}
	defer m.release(r)
	return m.states(ctx, r, max(lo, from), hi)
}

// States is Manager.States for the session's person.
func (s *Session) States(ctx context.Context, room ID, lo, hi uint64) (map[uint64]*State, error) {
	r, from, err := s.enter(ctx, room)
	if err != nil {
		return nil, err
	}
	defer s.m.release(r)
	return s.m.states(ctx, r, max(lo, from), hi)
}

func (m *Manager) states(ctx context.Context, r *room, lo, hi uint64) (map[uint64]*State, error) {
	lo = max(lo, 1)
	hi = min(hi, lo+maxStates-1)
	if hi < lo {
		return nil, nil
	}
	if found, ok := r.tailStates(lo, hi); ok {
		return found, nil
	}
	if lo == hi {
		return m.olderState(ctx, r, lo)
	}
	return m.readStates(ctx, r.id, lo, hi)
}

// maxOlder bounds the states of older messages that a room remembers.
const maxOlder = 64

// olderState is what has become of one message that the tail does not reach back to. Whoever enters the room asks for
// the same few: those that messages on the first screen answer.
func (m *Manager) olderState(ctx context.Context, r *room, seq uint64) (map[uint64]*State, error) {
	r.mu.Lock()
	s, known := r.older[seq]
	head := r.head.Load()
	r.mu.Unlock()
	if !known {
		found, err := m.readStates(ctx, r.id, seq, seq)
		if err != nil {
			return nil, err
		}
		s = found[seq]
		r.mu.Lock()
		if r.head.Load() == head { // else what has come since may be about it
			if r.older == nil || len(r.older) == maxOlder {
				r.older = make(map[uint64]*State)
			}
			r.older[seq] = s
		}
		r.mu.Unlock()
	}
	if s == nil {
		return nil, nil
	}
	return map[uint64]*State{seq: s}, nil
}

// tailStates answers from the tail, if it reaches back that far.
func (r *room) tailStates(lo, hi uint64) (found map[uint64]*State, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	head := r.head.Load().Seq
	if !r.tail.covers(lo, head) {
		return nil, false
	}
	for seq := lo; seq <= min(hi, head); seq++ {
		if s := r.tail.get(seq).state; s != nil {
			if found == nil {
				found = map[uint64]*State{}
			}
			found[seq] = s
		}
	}
	return found, true
}

// readStates works states out from the store.
func (m *Manager) readStates(ctx context.Context, id ID, lo, hi uint64) (map[uint64]*State, error) {
	bounded, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	list, err := m.store.Referring(bounded, id, lo, hi)
	if err := m.askerFailed(ctx, err); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, nil
	}
	found := map[uint64]*State{}
	for i := range list {
		for _, at := range list[i].About() {
			if at >= lo && at <= hi {
				found[at] = found[at].With(&list[i])
			}
		}
	}
	return found, nil
}

// Event returns one event of a room that who may read, and its state; ErrNoEvent if there is none.
func (m *Manager) Event(ctx context.Context, who Actor, room ID, seq uint64) (*Event, *State, error) {
	r, from, err := m.enterToRead(ctx, who, room)
	if err != nil {
		return nil, nil, err
	}
	defer m.release(r)
	if seq < from || seq > r.head.Load().Seq {
		return nil, nil, ErrNoEvent
	}
	list, err := m.read(ctx, r, seq, seq)
	if err != nil {
		return nil, nil, err
	}
	if len(list) == 0 {
		return nil, nil, ErrNoEvent
	}
	states, err := m.states(ctx, r, seq, seq)
	return hideEarlier(list, from)[0], states[seq], err
}

// Changes lists, ascending, what was done to one message of a room that who may read: its history.
func (m *Manager) Changes(ctx context.Context, who Actor, room ID, seq uint64) ([]*Event, error) {
	r, from, err := m.enterToRead(ctx, who, room)
	if err != nil {
		return nil, err
	}
	defer m.release(r)
	if seq < from {
		return nil, ErrNoEvent
	}
	list, err := m.store.Referring(ctx, room, seq, seq)
	if err := m.askerFailed(ctx, err); err != nil {
		return nil, err
	}
	return pointers(list), nil
}

// Thread returns the up to limit newest messages, at most 1,000, of a thread with seq < before, ascending.
func (m *Manager) Thread(ctx context.Context, who Actor, room ID, root, before uint64, limit int) ([]*Event, error) {
	r, from, err := m.enterToRead(ctx, who, room)
	if err != nil {
		return nil, err
	}
	defer m.release(r)
	if root < from {
		return nil, ErrNoEvent
	}
	list, err := m.store.Thread(ctx, room, root, before, min(limit, maxRead))
	if err := m.askerFailed(ctx, err); err != nil {
		return nil, err
	}
	return pointers(list), nil
}

// Pins lists the seqs of what is pinned in a room that who may read, the newest pin first.
func (m *Manager) Pins(ctx context.Context, who Actor, room ID) ([]uint64, error) {
	r, _, err := m.enterToRead(ctx, who, room)
	if err != nil {
		return nil, err
	}
	defer m.release(r)
	list, err := m.store.Pins(ctx, room)
	return list, m.askerFailed(ctx, err)
}

// Follows lists the threads that who follows, as stored; what was read in the last moments is in it after Flush.
func (m *Manager) Follows(ctx context.Context, who Actor) ([]Follow, error) {
	list, err := m.store.Follows(ctx, who.Name)
	return list, m.askerFailed(ctx, err)
}

// Sanctions lists who is banned from a room or silent in it. Members may ask.
func (m *Manager) Sanctions(ctx context.Context, who Actor, room ID) ([]Sanction, error) {
	r, s, err := m.enter(ctx, who, room)
	if err != nil {
		return nil, err
	}
	defer m.release(r)
	if s.role == RoleNone && !who.Staff {
		return nil, ErrNotMember
	}
	list, err := m.store.Sanctions(ctx, room)
	if err := m.askerFailed(ctx, err); err != nil {
		return nil, err
	}
	now, kept := m.now(), list[:0]
	for _, one := range list {
		if !one.Ended(now) {
			kept = append(kept, one)
		}
	}
	return kept, nil
}

// ReadThread moves the person's read mark in a thread, lets them follow it, or
// no more, as mark says; its Name is not taken. It is stored within two seconds,
// and the inbox's count of unread messages in threads follows then.
func (m *Manager) ReadThread(ctx context.Context, who Actor, mark ThreadMark) error {
	if who.Guest {
		return ErrForbidden
	}
	ib, err := m.holdInbox(ctx, who)
	if err != nil {
		return err
	}
	defer m.releaseInbox(ib)
	mark.Name = who.Name
	ib.mu.Lock()
	defer ib.mu.Unlock()
	if i, found := ib.find(mark.Room); !found || ib.rows[i].room == nil {
		return ErrNotMember
	}
	ib.threads, ib.news = append(ib.threads, mark), nil
	ib.gen++
	m.committer.saver.enqueue(ib)
	return nil
}

// SetPrefs stores how who wants a room to be treated, within two seconds.
func (m *Manager) SetPrefs(ctx context.Context, who Actor, room ID, change func(*Prefs)) error {
	if who.Guest {
		return ErrForbidden
	}
	ib, err := m.holdInbox(ctx, who)
	if err != nil {
		return err
	}
	defer m.releaseInbox(ib)
	ib.mu.Lock()
	defer ib.mu.Unlock()
	i, found := ib.find(room)
	if !found || ib.rows[i].room == nil {
		return ErrNotMember
	}
	w := &ib.rows[i]
	r := w.seldom()
	was := r.prefs
	change(&r.prefs)
	if r.prefs == was {
		return nil
	}
	w.setSeldom(r)
	w.unsaved |= prefsPart
	ib.gen++
	m.committer.saver.enqueue(ib)
	ib.signal(InboxChanged, nil)
	return nil
}
