package rooms

import (
	"cmp"
	"context"
	"slices"
)

// Feed follows any number of rooms for one session: a cursor in each of their logs. Nothing is queued for it. What
// happens wakes the session, and the feed reads from the tails in memory, or from the store where it is behind: a
// reader that is slow, or waits for a slow client, costs nothing and misses nothing.
//
// Of each room the feed has every event after its cursor that the person may see, once and in the order of the log: of
// a room that shows newcomers no past, those since they joined. Among rooms that are behind at the same time the
// oldest event comes first. A room that the person is put out of, leaves, or may not read any more, ends: nothing that
// was not read before follows from it, and Ended names it.
//
// A feed belongs to one goroutine, which is the one that may wait for the session's Wake, and its session focuses
// rooms through Feed.Focus only. It must be closed before the session.
type Feed struct {
	s     *Session
	mine  bool       // rooms that the person enters are taken in
	all   []followed // ascending by room
	ended []Room
	other Changes // of the session, beside what the feed looks at
	count ID      // the room that CountsChanged among them speaks of
}

// followed is a room with the cursor in it.
type followed struct {
	room   *room  // with a reference
	seq    uint64 // read up to here
	due    int64  // when the event behind the cursor was, in milliseconds since 1970; 0 while that is not known
	member bool   // the person was a member when last looked at
}

// Feed returns a feed that follows no room yet.
func (s *Session) Feed() *Feed { return &Feed{s: s} }

// Add follows a room that the person may read, from behind seq after on. One that is followed already goes on from where
// it is. Errors: ErrNoRoom, ErrNotMember, ErrUnavailable, ErrClosed, or the context's.
func (f *Feed) Add(ctx context.Context, id ID, after uint64) error {
	at, found := f.find(id)
	if found {
		return nil
	}
	r, _, err := f.s.m.enterToRead(ctx, f.s.who, id)
	if err != nil {
		return err
	}
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	if f.s.closed {
		f.s.m.release(r)
		return ErrClosed
	}
	f.insert(at, r, after)
	return nil
}

// AddMine follows all rooms that the person is in, and from now on those that they enter: the ones that are not followed
// yet from behind their newest event on, the later ones from the event that brings the person in.
func (f *Feed) AddMine() {
	f.mine = true
	f.takeIn(func(w *row) uint64 { return w.room.head.Load().Seq })
}

// takeIn follows the person's rooms that are not followed yet.
func (f *Feed) takeIn(after func(*row) uint64) {
	type entered struct {
		room  *room
		after uint64
	}
	var list []entered
	ib := f.s.inbox
	ib.mu.Lock()
	for i := range ib.rows {
		w := &ib.rows[i]
		if w.room == nil {
			continue
		}
		if _, found := f.find(w.room.id); !found {
			w.room.refs.Add(1)
			list = append(list, entered{w.room, after(w)})
		}
	}
	ib.mu.Unlock()
	f.all = slices.Grow(f.all, len(list))
	for _, e := range list {
		at, _ := f.find(e.room.id)
		f.insert(at, e.room, e.after)
	}
}

// insert follows a room, of which the feed takes over one reference.
func (f *Feed) insert(at int, r *room, after uint64) {
	f.all = slices.Insert(f.all, at, followed{room: r, seq: after, member: f.s.hear(r)})
}

// hear sees to it that a room wakes the session, and reports whether the person is a member.
func (s *Session) hear(r *room) (member bool) {
	r.crowd.mu.Lock()
	defer r.crowd.mu.Unlock()
	member = s.standing(r.id).role > RoleNone
	if !slices.Contains(r.crowd.watchers, s) && !slices.Contains(r.crowd.onlookers, s) {
		r.crowd.onlookers = append(r.crowd.onlookers, s)
	}
	return member
}

// unhear takes back what hear did.
func (s *Session) unhear(r *room) {
	r.crowd.mu.Lock()
	r.crowd.onlookers = without(r.crowd.onlookers, s)
	r.crowd.mu.Unlock()
	s.m.release(r)
}

// Close ends the feed. It may be called more than once.
func (f *Feed) Close() {
	for _, w := range f.all {
		f.s.unhear(w.room)
	}
	f.all, f.mine = nil, false
}

func (f *Feed) find(id ID) (int, bool) {
	return slices.BinarySearchFunc(f.all, id, func(w followed, id ID) int { return cmp.Compare(w.room.id, id) })
}

// Room is a room that is followed as it is now, from memory.
func (f *Feed) Room(id ID) (Room, bool) {
	if at, found := f.find(id); found {
		return *f.all[at].room.head.Load(), true
	}
	return Room{}, false
}

// Rooms lists what is followed, ascending.
func (f *Feed) Rooms() []ID {
	list := make([]ID, len(f.all))
	for i := range f.all {
		list[i] = f.all[i].room.id
	}
	return list
}

// After is the seq up to which a room has been read, false if it is not followed.
func (f *Feed) After(id ID) (seq uint64, ok bool) {
	if at, found := f.find(id); found {
		return f.all[at].seq, true
	}
	return 0, false
}

// Focus is Session.Focus for the session of a feed.
func (f *Feed) Focus(ctx context.Context, id ID, presence bool) error {
	err := f.s.Focus(ctx, id, presence)
	for i := range f.all { // to show no longer what one is not in may have taken the wakes of a room that is followed
		if w := &f.all[i]; !w.member {
			f.s.hear(w.room)
		}
	}
	return err
}

// Len is the number of rooms that are followed.
func (f *Feed) Len() int { return len(f.all) }

// Ended takes the rooms that have ended since it was last called.
func (f *Feed) Ended() []Room {
	list := f.ended
	f.ended = nil
	return list
}

// Changes takes what has changed for the session beside its rooms' logs, as Session.Changes, and the room that
// CountsChanged speaks of, as Session.Counted: of more than one it is InboxChanged.
func (f *Feed) Changes() (Changes, ID) {
	c, id := f.other, f.count
	f.other, f.count = 0, 0
	return c, id
}

// note keeps what the session says has changed.
func (f *Feed) note() Changes {
	c := f.s.Changes() // before the heads are looked at: what comes later wakes again
	if id := f.s.Counted(); c&CountsChanged != 0 {
		if f.other&CountsChanged != 0 && f.count != id || id == 0 {
			f.other |= InboxChanged
		}
		f.count = id
	}
	f.other |= c
	return c
}

// Next returns the events that follow, at most limit and all of one room, and moves past them. It waits for them, and
// returns none when it was woken for something else: Ended or Changes may have something then. After an error, which is ErrUnavailable, ErrClosed
// or the context's, the next call goes on at the same place.
func (f *Feed) Next(ctx context.Context, limit int) ([]*Event, error) {
	events, err := f.Poll(ctx, limit)
	if len(events) > 0 || err != nil || len(f.ended) > 0 {
		return events, err
	}
	if err := f.Wait(ctx); err != nil {
		return nil, err
	}
	return f.Poll(ctx, limit)
}

// Wait returns when the session is woken: nil, or the context's error.
func (f *Feed) Wait(ctx context.Context) error {
	select {
	case <-f.s.Wake():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Poll is Next without waiting: it returns none when the reader is up to date.
func (f *Feed) Poll(ctx context.Context, limit int) ([]*Event, error) {
	if f.note()&InboxChanged != 0 {
		f.look()
	}
	for {
		at, until, err := f.oldest(ctx)
		if at < 0 || err != nil {
			return nil, err
		}
		events, more, err := f.read(ctx, at, limit)
		if err != nil {
			return nil, err
		}
		if len(events) == 0 { // it has ended, or its log has less than it said
			if !more {
				return nil, nil
			}
			continue
		}
		return f.cut(at, events, until), nil
	}
}

// look finds out which rooms have ended, and takes in those that the person has entered.
func (f *Feed) look() {
	for at := 0; at < len(f.all); {
		w := &f.all[at]
		now := f.s.standing(w.room.id)
		if now.role == RoleNone && w.member || !now.reads(f.s.who, w.room.head.Load()) {
			f.end(at)
			continue
		}
		if now.role > RoleNone {
			w.member = true
		} else {
			w.member = f.s.hear(w.room) // who came and went meanwhile is not woken any more
		}
		at++
	}
	if f.mine {
		f.takeIn(func(w *row) uint64 { return max(w.joined, 1) - 1 })
	}
}

// end lets go of a room.
func (f *Feed) end(at int) {
	r := f.all[at].room
	f.ended = append(f.ended, *r.head.Load())
	f.all = slices.Delete(f.all, at, at+1)
	f.s.unhear(r)
}

// oldest is the room whose next event is the oldest, -1 for none, and when the first one of another room was, 0 if there is none.
func (f *Feed) oldest(ctx context.Context) (at int, until int64, err error) {
	at = -1
	behind := 0
	for i := range f.all {
		if w := &f.all[i]; w.room.head.Load().Seq > w.seq {
			behind++
			at = i
		}
	}
	if behind < 2 {
		return at, until, nil
	}
	at = -1
	for i := 0; i < len(f.all); i++ {
		w := &f.all[i]
		if w.room.head.Load().Seq <= w.seq {
			continue
		}
		if w.due == 0 {
			events, more, err := f.read(ctx, i, 1)
			if err != nil {
				return -1, until, err
			}
			if len(events) == 0 {
				if more {
					i-- // another one is in its place
				}
				continue
			}
			w.due = events[0].Time.UnixMilli()
		}
		switch {
		case at < 0:
			at = i
		case w.due < f.all[at].due:
			until = f.all[at].due
			at = i
		case until == 0 || w.due < until:
			until = w.due
		}
	}
	return at, until, nil
}

// read returns the events behind the cursor of one room. There are none where it lets go of the room, which ended says, or
// where the person sees nothing yet.
//
// The head is read before the person's standing: what the head had then was there while they might read it.
func (f *Feed) read(ctx context.Context, at, limit int) (events []*Event, ended bool, err error) {
	w := &f.all[at]
	head := w.room.head.Load()
	now := f.s.standing(w.room.id)
	if now.role > RoleNone {
		w.member = true
	} else if w.member {
		f.end(at)
		return nil, true, nil
	}
	if !now.reads(f.s.who, head) {
		f.end(at)
		return nil, true, nil
	}
	from := now.from(head)
	lo := max(w.seq+1, from)
	hi := min(head.Seq, lo+uint64(max(1, min(limit, maxRead)))-1)
	if lo > hi {
		return nil, false, nil
	}
	events, err = f.s.m.read(ctx, w.room, lo, hi)
	return hideEarlier(events, from), false, err
}

// cut moves past the events that are older than what comes first in another room.
func (f *Feed) cut(at int, events []*Event, until int64) []*Event {
	w := &f.all[at]
	n := len(events)
	w.due = 0
	if until != 0 {
		n = 1
		for n < len(events) && events[n].Time.UnixMilli() <= until {
			n++
		}
		if n < len(events) {
			w.due = events[n].Time.UnixMilli()
		}
	}
	w.seq = events[n-1].Seq
	return events[:n]
}
