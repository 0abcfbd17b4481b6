package rooms

import (
	"context"

	"parley/text"
)

// maxRead is the most events that one call returns.
const maxRead = 1000

// Events returns up to limit events, at most 1,000, of a room that who may
// read, with seq > after, ascending.
func (m *Manager) Events(ctx context.Context, who Actor, room ID, after uint64, limit int) ([]*Event, error) {
	r, from, err := m.enterToRead(ctx, who, room)
	if err != nil {
		return nil, err
	}
	defer m.release(r)
	return m.readAfter(ctx, r, after, from, limit)
}

// EventsBefore returns the up to limit newest events, at most 1,000, with seq < before, ascending.
func (m *Manager) EventsBefore(ctx context.Context, who Actor, room ID, before uint64, limit int) ([]*Event, error) {
	r, from, err := m.enterToRead(ctx, who, room)
	if err != nil {
		return nil, err
	}
	defer m.release(r)
	return m.readBefore(ctx, r, before, from, limit)
}

// readAfter reads what follows a seq; from is the first seq that may be read.
func (m *Manager) readAfter(ctx context.Context, r *room, after, from uint64, limit int) ([]*Event, error) {
	after = max(after, from-1)
	limit = min(limit, maxRead)
	head := r.head.Load().Seq
	if limit <= 0 || after >= head {
		return nil, nil
	}
	list, err := m.read(ctx, r, after+1, min(head, after+uint64(limit)))
	return hideEarlier(list, from), err
}

// hideEarlier takes the words out of edits of messages with seq < from, of which their reader, who came later, may know
// nothing. It changes the list, and none of its events.
func hideEarlier(list []*Event, from uint64) []*Event {
	for i, e := range list {
		if e.Type == Edit && e.Ref < from {
			hidden := *e
			hidden.Text, hidden.Signature, hidden.coded = text.Body{}, "", nil
			list[i] = &hidden
		}
	}
	return list
}

// readBefore relies on a log without gaps: what is before a seq is known by its number. from is the first seq
// that may be read.
func (m *Manager) readBefore(ctx context.Context, r *room, before, from uint64, limit int) ([]*Event, error) {
	limit = min(limit, maxRead)
	hi := r.head.Load().Seq
	if before <= hi {
		hi = max(before, 1) - 1
	}
	if limit <= 0 || hi < from {
		return nil, nil
	}
	list, err := m.read(ctx, r, max(from, hi-min(hi, uint64(limit))+1), hi)
	return hideEarlier(list, from), err
}

// read returns the events lo … hi, 1 ≤ lo ≤ hi ≤ head: from the tail as far as
// it reaches back, from pages before that.
func (m *Manager) read(ctx context.Context, r *room, lo, hi uint64) ([]*Event, error) {
	out := make([]*Event, 0, hi-lo+1)
	tried := false
	for next := lo; next <= hi; next = lo + uint64(len(out)) {
		first, head := r.copyTail(&out, next, hi)
		if first != 0 && first <= next {
			break
		}
		if !tried && next+uint64(m.opts.Tail) > head {
			tried = true
			if err := m.loadTail(ctx, r); err != nil {
				return nil, err
			}
			continue
		}
		events, err := m.page(ctx, r, (next-1)/pageSize)
		if err != nil {
			return nil, err
		}
		n := len(out)
		for _, e := range events {
			if e.Seq == lo+uint64(len(out)) && e.Seq <= hi {
				out = append(out, e)
			}
		}
		if len(out) == n {
			break // the store has less than it said; what there is will do
		}
	}
	return out, nil
}

// copyTail appends the events lo … hi if the tail reaches back to lo. first is
// the oldest seq of the tail, 0 when it is empty.
func (r *room) copyTail(dst *[]*Event, lo, hi uint64) (first, head uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if first = r.tail.first(); first != 0 && first <= lo {
		*dst = r.tail.appendTo(*dst, lo, hi)
	}
	return first, r.head.Load().Seq
}

// Recent appends all events after seq after of the room that the session shows to
// dst, from memory alone: it never waits for the store. ok is false, and dst as it was, if the
// tail does not reach back that far or the session shows another room.
func (s *Session) Recent(dst []*Event, id ID, after uint64) (events []*Event, ok bool) {
	r := s.focus.Load()
	if r == nil || r.id != id {
		return dst, false
	}
	from := s.from(r)
	after = max(after, from-1)
	r.mu.Lock()
	defer r.mu.Unlock()
	head := r.head.Load().Seq
	if !r.tail.covers(after+1, head) {
		return dst, false
	}
	if after >= head {
		return dst, true
	}
	n := len(dst)
	dst = r.tail.appendTo(dst, after+1, head)
	hideEarlier(dst[n:], from)
	return dst, true
}

// News appends the events after seq after of any room of the person to dst, as far back as the room's tail in memory
// reaches: it never waits for the store.
func (s *Session) News(dst []*Event, id ID, after uint64) []*Event {
	s.inbox.mu.Lock()
	i, found := s.inbox.find(id)
	if !found || s.inbox.rows[i].room == nil {
		s.inbox.mu.Unlock()
		return dst
	}
	r, joined := s.inbox.rows[i].room, s.inbox.rows[i].joined
	r.refs.Add(1)
	s.inbox.mu.Unlock()
	defer s.m.release(r)
	r.mu.Lock()
	defer r.mu.Unlock()
	head := r.head.Load()
	lo, from := max(after+1, r.tail.first()), uint64(1)
	if head.History == HistoryJoined {
		from = joined
	}
	lo = max(lo, from)
	if r.tail.n == 0 || lo > head.Seq {
		return dst
	}
	n := len(dst)
	dst = r.tail.appendTo(dst, lo, head.Seq)
	hideEarlier(dst[n:], from)
	return dst
}

// loadTail reads the newest events of a room into its tail.
func (m *Manager) loadTail(ctx context.Context, r *room) error {
	return m.once(ctx, flightKey{kind: "tail", room: r.id}, func(ctx context.Context) error {
		head := r.head.Load().Seq
		after := head - min(head, uint64(m.opts.Tail))
		list, err := m.readEvents(ctx, r.id, after, m.opts.Tail)
		if err != nil {
			return err
		}
		older := entries(list)
		if len(older) > 0 {
			states, err := m.readStates(ctx, r.id, after+1, head)
			if err != nil {
				return err
			}
			for i := range older {
				older[i].state = states[older[i].Seq]
			}
		}
		r.extendTail(older, m.opts.Tail)
		r.crowd.mu.Lock()
		defer r.crowd.mu.Unlock()
		if r.crowd.viewers == 0 {
			m.armSweep()
		}
		return nil
	})
}

// extendTail puts older events in front of the tail. Those that it has, or
// that were not applied yet, are left out.
func (r *room) extendTail(older []entry, limit int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	end := r.head.Load().Seq + 1
	if r.tail.n > 0 {
		end = r.tail.first()
	}
	for len(older) > 0 && older[len(older)-1].Seq >= end {
		older = older[:len(older)-1]
	}
	if len(older) == 0 || older[len(older)-1].Seq != end-1 {
		return
	}
	// What came since they were read may be about them.
	for i := range r.tail.n {
		e := r.tail.at(i)
		for _, at := range e.About() {
			if at >= older[0].Seq && at < end {
				of := &older[at-older[0].Seq]
				of.state = of.state.With(e.Event)
			}
		}
	}
	r.tail.extend(older, limit)
}

// entries looks for the names in a list of events.
func entries(list []*Event) []entry {
	out := make([]entry, len(list))
	for i, e := range list {
		out[i] = newEntry(e)
	}
	return out
}
