package rooms

import (
	"context"
	"sort"
	"time"
)

// Readable returns a room that who may read, and the first seq that they may see. Errors: ErrNoRoom, ErrNotMember.
func (m *Manager) Readable(ctx context.Context, who Actor, room ID) (info Room, from uint64, err error) {
	r, from, err := m.enterToRead(ctx, who, room)
	if err != nil {
		return Room{}, 0, err
	}
	defer m.release(r)
	return *r.head.Load(), from, nil
}

// FirstAt returns the first seq of a room that who may read and whose event is not older than a moment; the one behind the newest if
// there is none. It halves the log, so where times do not grow with the seqs, as around what was imported, it finds one of
// the places where they pass the moment.
func (m *Manager) FirstAt(ctx context.Context, who Actor, room ID, at time.Time) (seq uint64, err error) {
	r, from, err := m.enterToRead(ctx, who, room)
	if err != nil {
		return 0, err
	}
	defer m.release(r)
	head := r.head.Load().Seq
	if head < from {
		return from, nil
	}
	n := sort.Search(int(head-from+1), func(i int) bool {
		if err != nil {
			return true
		}
		var list []*Event
		if list, err = m.readEvents(ctx, r.id, from+uint64(i)-1, 1); err != nil || len(list) == 0 {
			return true
		}
		return !list[0].Time.Before(at)
	})
	return from + uint64(n), err
}
