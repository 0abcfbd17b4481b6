package sqlite

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"parley/rooms"
	"parley/rooms/index"
)

// The search index stands behind the log: posts do not wait for it. For each
// room search_marks says up to which seq the blocks of package index tell the whole truth;
// what comes after is searched in the log itself. Blocks are made from the log
// alone, so that whatever is lost or out of date is made again.

const (
	// indexEvery is how many events make the indexer look.
	indexEvery = 2048
	// indexRest is how many events it leaves to be searched in the log: the rooms where little was said.
	indexRest = 1024
	// indexChunk is how many blocks it makes before it writes them: some milliseconds of the writer's time.
	indexChunk = 8
	// indexBytes is how large they may be before it writes them.
	indexBytes = 2 << 20
	// indexPause is how long it waits after a failure.
	indexPause = 2 * time.Second
)

// indexer makes blocks of what was said. Its goroutine runs until the store is closed.
type indexer struct {
	wake chan struct{} // one slot
	done chan struct{} // closed when the goroutine has ended

	pass sync.Mutex // held while blocks are made; nothing that matters to others is locked under it

	mu      sync.Mutex        // a leaf
	pending int               // events since it looked last
	erased  map[rooms.ID]bool // rooms where something was erased since: its words must not stay in a block
}

func newIndexer() *indexer {
	return &indexer{wake: make(chan struct{}, 1), done: make(chan struct{}), erased: map[rooms.ID]bool{}}
}

// note tells of events that were committed. It does not wait.
func (x *indexer) note(results []rooms.Result) {
	x.mu.Lock()
	for i := range results {
		r := &results[i]
		if r.Err != nil || r.Again {
			continue
		}
		x.pending++
		if r.Event.Type == rooms.Delete || r.Event.Type == rooms.Expire {
			x.erased[r.Event.Room] = true
		}
	}
	due := x.pending >= indexEvery || len(x.erased) > 0
	x.mu.Unlock()
	if due {
		x.signal()
	}
}

func (x *indexer) signal() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

// take returns the rooms where something was erased, and counts anew.
func (x *indexer) take() map[rooms.ID]bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	erased := x.erased
	x.erased, x.pending = map[rooms.ID]bool{}, 0
	return erased
}

// giveBack remembers rooms that could not be dealt with.
func (x *indexer) giveBack(erased map[rooms.ID]bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for id := range erased {
		x.erased[id] = true
	}
}

// index is the indexer's goroutine. It begins with all that there is: an
// older database has no blocks, and nobody knows what was erased just before the end.
func (s *Store) index() {
	defer close(s.indexer.done)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	rest := 0
	for {
		erased := s.indexer.take()
		if err := s.catchUp(ctx, erased, rest); err != nil {
			s.indexer.giveBack(erased)
			select {
			case <-s.closed:
				return
			case <-time.After(indexPause):
				continue
			}
		}
		if len(erased) > 0 {
			s.checkpointer.soon(s) // now that the blocks have it no more
		}
		rest = indexRest
		select {
		case <-s.closed:
			return
		case <-s.indexer.wake:
		}
	}
}

// behind is a room whose newest events are not in its blocks.
type behind struct {
	id         rooms.ID
	mark, head uint64
	gone       uint64
}

// catchUp makes blocks until at most rest events are left, and none of the rooms where something was erased. The
// rooms with most to do come first.
func (s *Store) catchUp(ctx context.Context, erased map[rooms.ID]bool, rest int) error {
	s.indexer.pass.Lock()
	defer s.indexer.pass.Unlock()
	var list []behind
	left := 0
	err := s.view(ctx, func(c *conn) error {
		return c.query(ctx, `SELECT r.id, r.seq, r.gone, coalesce(m.seq, 0) FROM rooms r
			LEFT JOIN search_marks m ON m.room = r.id AND m.version = ?
			WHERE r.seq > coalesce(m.seq, 0) ORDER BY r.seq - coalesce(m.seq, 0) DESC`, func(r row) error {
			b := behind{id: rooms.ID(r.int(0)), head: r.uint(1), gone: r.uint(2), mark: r.uint(3)}
			left += int(b.head - b.mark)
			list = append(list, b)
			return nil
		}, int64(index.Version))
	})
	if err != nil {
		return err
	}
	for _, b := range list {
		if left <= rest && !erased[b.id] {
			continue
		}
		left -= int(b.head - b.mark)
		for b.mark < b.head {
			if err := s.indexRoom(ctx, &b); err != nil {
				return err
			}
		}
	}
	return nil
}

// indexRoom makes the blocks that the next events of a room touch, at most indexChunk or a few more, and moves its mark.
func (s *Store) indexRoom(ctx context.Context, b *behind) error {
	var list []uint64
	upto := min(b.head, b.mark+indexChunk*index.Span)
	err := s.view(ctx, func(c *conn) (err error) {
		list, upto, err = c.touched(ctx, b.id, b.mark, upto)
		return err
	})
	if err != nil {
		return err
	}
	blocks, size := map[uint64]index.Block{}, 0
	for _, n := range list {
		var docs []index.Doc
		if err := s.snapshot(ctx, func(c *conn) (err error) {
			docs, err = c.docs(ctx, b.id, n*index.Span, n*index.Span+index.Span-1)
			return err
		}); err != nil {
			return err
		}
		blocks[n] = index.Build(docs)
		if size += len(blocks[n].Docs); size > indexBytes {
			// The mark stays: until it moves, these blocks count only as far as it reaches.
			if err := s.update(ctx, func(c *conn) error { return c.shelve(b, blocks, b.mark) }); err != nil {
				return err
			}
			blocks, size = map[uint64]index.Block{}, 0
		}
	}
	if err := s.update(ctx, func(c *conn) error { return c.shelve(b, blocks, upto) }); err != nil {
		return err
	}
	b.mark = upto
	return nil
}

// blockID is the key of a room's nth block. A room has fewer than 2³² of them.
func blockID(room rooms.ID, n uint64) int64 { return int64(room)<<32 | int64(n) }

// touched lists the blocks that the events after mark are in, or change, or end. If those that
// change others are many it stops at an earlier upto.
func (c *conn) touched(ctx context.Context, room rooms.ID, mark, upto uint64) ([]uint64, uint64, error) {
	seen := map[uint64]bool{}
	full := false
	err := c.query(ctx, "SELECT seq, ref FROM events WHERE room = ? AND seq > ? AND seq <= ? AND type IN ('edit', 'delete', 'expire') ORDER BY seq",
		func(r row) error {
			if n := r.uint(1) / index.Span; !full {
				seen[n] = true
				if len(seen) == 2*indexChunk {
					upto, full = r.uint(0), true
				}
			}
			return nil
		}, int64(room), int64(mark), int64(upto))
	for n := (mark + 1) / index.Span; n <= upto/index.Span; n++ {
		seen[n] = true
	}
	return slices.Sorted(maps.Keys(seen)), upto, err
}

// docs reads the messages lo … hi of a room as they can be found now. What was deleted has no text and is left out.
func (c *conn) docs(ctx context.Context, room rooms.ID, lo, hi uint64) ([]index.Doc, error) {
	edits := map[uint64]string{}
	err := c.query(ctx, `SELECT ref, text FROM events INDEXED BY events_ref WHERE room = ? AND ref >= ? AND ref <= ? AND ref <> 0
		AND type NOT IN ('message', 'action', 'poll', 'expire') AND type = 'edit' ORDER BY seq`,
		func(r row) error { edits[r.uint(0)] = r.text(1); return nil }, int64(room), int64(max(lo, 1)), int64(hi))
	if err != nil {
		return nil, err
	}
	var docs []index.Doc
	known := make(names)
	err = c.query(ctx, `SELECT seq, time, author, text, file FROM events
		WHERE room = ? AND seq >= ? AND seq <= ? AND type IN ('message', 'action', 'poll') AND text <> '' ORDER BY seq`, func(r row) error {
		doc, err := docOf(r, edits, known)
		docs = append(docs, doc)
		return err
	}, int64(room), int64(lo), int64(hi))
	return docs, err
}

// shelve stores blocks and moves the room's mark.
func (c *conn) shelve(b *behind, blocks map[uint64]index.Block, mark uint64) error {
	ctx := context.Background()
	if b.gone > 0 {
		if _, err := c.exec(ctx, "DELETE FROM search_blocks WHERE id >= ? AND id < ?", blockID(b.id, 0), blockID(b.id, b.gone/index.Span)); err != nil {
			return err
		}
	}
	for n, block := range blocks {
		id := blockID(b.id, n)
		if len(block.Docs) == 0 {
			if _, err := c.exec(ctx, "DELETE FROM search_blocks WHERE id = ?", id); err != nil {
				return err
			}
			continue
		}
		if _, err := c.exec(ctx, "INSERT OR REPLACE INTO search_blocks (id, oldest, newest, filter, docs) VALUES (?, ?, ?, ?, ?)",
			id, block.Oldest, block.Newest, block.Filter, block.Docs); err != nil {
			return err
		}
	}
	_, err := c.exec(ctx, "INSERT OR REPLACE INTO search_marks (room, version, seq) VALUES (?, ?, ?)", int64(b.id), int64(index.Version), int64(mark))
	return err
}
