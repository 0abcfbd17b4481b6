package rooms

import "context"

// threads is where something is new for a person among the threads of the room that was asked for last. It holds as
// long as nothing happens in the room; a mark of the person's puts an end to it.
type threads struct {
	room  ID
	seq   uint64 // of the room when the store was asked
	known bool   // it has answered
	list  []Follow
}

// heldAt is the seq of a room of the person, and false where what the store says of its threads could be old at once: while marks are
// on their way to it, and with a bus, on which another node may move them. ib.mu is held.
func (ib *inbox) heldAt(room ID, alone bool) (seq uint64, lasting bool) {
	i, found := ib.find(room)
	if !found || ib.rows[i].room == nil {
		return 0, false
	}
	return ib.rows[i].head().Seq, alone && len(ib.threads)+len(ib.savingThreads) == 0
}

// ThreadsInMemory lists the threads of a room in which there is something new for the person, by root, if that is known
// without asking the store: whoever comes back after a lost network need not wait for it. The list must not be changed.
func (s *Session) ThreadsInMemory(room ID) (list []Follow, known bool) {
	ib := s.inbox
	ib.mu.Lock()
	defer ib.mu.Unlock()
	t := ib.news
	if t == nil || !t.known || t.room != room {
		return nil, false
	}
	if seq, lasting := ib.heldAt(room, s.m.alone); !lasting || seq != t.seq {
		return nil, false
	}
	return t.list, true
}

// Threads is ThreadsInMemory for who can wait for the store. What was read in the last moments is in it after Flush.
func (s *Session) Threads(ctx context.Context, room ID) ([]Follow, error) {
	ib := s.inbox
	asked := &threads{room: room}
	lasting := false
	ib.mu.Lock()
	if asked.seq, lasting = ib.heldAt(room, s.m.alone); lasting {
		ib.news = asked
	}
	ib.mu.Unlock()
	all, err := s.m.Follows(ctx, s.who)
	if err != nil {
		return nil, err
	}
	var list []Follow
	for _, f := range all {
		if f.Room == room && f.Unread > 0 {
			list = append(list, f)
		}
	}
	ib.mu.Lock()
	defer ib.mu.Unlock()
	if ib.news == asked { // else somebody asked for another room, or the person has read on
		// An event that is stored and not yet applied is in the list, and makes it old as soon as it is applied.
		asked.list, asked.known = list, true
	}
	return list, nil
}
