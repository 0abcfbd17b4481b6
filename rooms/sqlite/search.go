package sqlite

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"slices"
	"time"

	"parley/rooms"
	"parley/rooms/index"
	"parley/text"
)

const (
	// maxTail is how many events are searched in the log because no block has them. Rooms that are further behind
	// are searched as if they had no blocks, page by page.
	maxTail = 8192
	// maxWork and maxTime bound one search: what reading a million messages in blocks takes, twice.
	maxWork = 2048
	maxTime = 250 * time.Millisecond
	// blockBytes of a block's texts are one unit of work, and so is a message that is read by itself, sixteenfold.
	blockBytes = 64 << 10
	// logWork is the work of reading a block's messages from the log.
	logWork = 24
	// picksAtOnce are the messages, pinned or mentioning somebody, that are read for one unit of work.
	picksAtOnce = 8
)

// scope is a room in which somebody searches.
type scope struct {
	id         rooms.ID
	from, head uint64
	mark       uint64          // blocks are right up to here
	changed    map[uint64]bool // messages that events after mark edited or deleted
	member     bool            // the viewer is in it
	far        bool            // too much of the room is missing in its blocks for them to be of use
}

// stretch is a part of a room's log that is looked through at once, and when the first and the last of it was said.
type stretch struct {
	room           *scope
	first          uint64 // seq
	oldest, newest int64
	id             int64 // of the block; 0 for what is read from the log
}

// searching is one search, in one snapshot of the database.
type searching struct {
	*conn
	ctx    context.Context
	q      rooms.Query
	match  *index.Query
	search *index.Search
	before rooms.Position
	limit  int
	viewer rooms.Viewer

	scopes map[rooms.ID]*scope
	best   []rooms.Position // up to limit+1, the newest first
	start  time.Time
	work   int
}

// Search implements rooms.Store.
func (s *Store) Search(ctx context.Context, who rooms.Viewer, q rooms.Query, before rooms.Position, limit int) (found rooms.Found, err error) {
	x := &searching{ctx: ctx, q: q, before: before, limit: limit, viewer: who, scopes: map[rooms.ID]*scope{}, start: time.Now()}
	x.match, x.search = q.Prepare()
	err = s.snapshot(ctx, func(c *conn) error {
		x.conn = c
		found, err = x.run()
		return err
	})
	if err != nil {
		return rooms.Found{}, err
	}
	return found, nil
}

func (x *searching) run() (found rooms.Found, err error) {
	if err := x.readScopes(); err != nil || len(x.scopes) == 0 {
		return found, err
	}
	stopped, err := x.look()
	if err != nil {
		return found, err
	}
	if len(x.best) > x.limit {
		x.best = x.best[:x.limit]
		found.Next = x.best[x.limit-1]
	} else if !stopped.IsZero() {
		found.Next, found.Part = stopped, true
	}
	for _, p := range x.best {
		e, err := x.event(p)
		if err != nil {
			return rooms.Found{}, err
		}
		found.Events = append(found.Events, e)
	}
	return found, nil
}

// look finds all that is asked for, up to limit+1. It returns where it stopped if that was too much.
func (x *searching) look() (stopped rooms.Position, err error) {
	listed := x.q.Pinned || x.q.Mine
	if listed {
		stopped, err = x.searchPicks()
	}
	switch calls := x.q.Mine && !x.q.Pinned && len(x.q.Calls) > 0; {
	case err != nil || listed && !calls:
		return stopped, err
	case calls:
		x.match, x.search = x.q.PrepareCalls(x.viewer.Name)
		maps.DeleteFunc(x.scopes, func(_ rooms.ID, room *scope) bool { return !room.member })
	}
	at, err := x.searchLogs()
	if at.Compare(stopped) > 0 {
		stopped = at
	}
	if !stopped.IsZero() { // what is older than either of the two places is not all that there is
		x.best = slices.DeleteFunc(x.best, func(p rooms.Position) bool { return p.Compare(stopped) < 0 })
	}
	return stopped, err
}

// event reads a message that was found, with the text that it has now.
func (x *searching) event(p rooms.Position) (*rooms.Event, error) {
	var e rooms.Event
	var fail error
	if _, err := x.first(selectEvents+"WHERE room = ? AND seq = ?", func(r row) { e, fail = readEvent(r, p.Room, nil) },
		int64(p.Room), int64(p.Seq)); err != nil || fail != nil {
		return nil, errors.Join(err, fail)
	}
	_, err := x.first(selectEdit, func(r row) { e.Text = text.NewBody(r.text(0)) }, int64(p.Room), int64(p.Seq))
	return &e, err
}

// selectEdit finds the text that a message has now, if it was edited.
const selectEdit = `SELECT text FROM events INDEXED BY events_ref WHERE room = ? AND ref = ? AND ref <> 0
	AND type NOT IN ('message', 'action', 'poll', 'expire') AND type = 'edit' ORDER BY seq DESC LIMIT 1`

// docOf reads a message as it can be found from the columns seq, time, author, text and file.
func docOf(r row, edits map[uint64]string, known names) (index.Doc, error) {
	author, err := known.read(r.text(2))
	if err != nil {
		return index.Doc{}, err
	}
	now, edited := edits[r.uint(0)]
	if !edited {
		now = r.text(3)
	}
	file, err := readFile(r.text(4))
	return rooms.Doc(r.uint(0), r.int(1), author, text.NewBody(now), file), err
}

// snapshot runs fn with a connection that reads, which sees the database as it is at one moment.
func (s *Store) snapshot(ctx context.Context, fn func(*conn) error) error {
	return s.view(ctx, func(c *conn) error {
		if _, err := c.exec(context.Background(), "BEGIN"); err != nil {
			return err
		}
		err := fn(c)
		if _, e := c.exec(context.Background(), "ROLLBACK"); e != nil {
			c.close()
			return errors.Join(err, e)
		}
		return err
	})
}

// readScopes finds out which rooms the search is about.
func (x *searching) readScopes() error {
	return x.conn.query(x.ctx, `SELECT `+roomColumns+`, m.role, m.joined, coalesce(s.seq, 0) FROM rooms r
		LEFT JOIN members m ON m.room = r.id AND m.name = ?
		LEFT JOIN search_marks s ON s.room = r.id AND s.version = ?
		WHERE r.kind = 'public' OR m.name IS NOT NULL`, func(r row) error {
		room, err := readRoom(r)
		if err != nil || !x.q.WantsRoom(room.ID) {
			return err
		}
		extra := r[roomWidth:]
		var member *rooms.Member
		if !extra.null(0) {
			member = &rooms.Member{Name: x.viewer.Name, Role: rooms.Role(extra.int(0)), Joined: extra.uint(1)}
		}
		if from, ok := x.viewer.Sees(&room, member); ok && from <= room.Seq {
			x.scopes[room.ID] = &scope{id: room.ID, from: from, head: room.Seq, mark: min(extra.uint(2), room.Seq), member: member != nil}
		}
		return nil
	}, x.viewer.Name.String(), int64(index.Version))
}

// add takes a match, unless it is outside of what is asked for.
func (x *searching) add(room *scope, seq uint64, at int64) {
	p := rooms.Position{Time: time.UnixMilli(at).UTC(), Room: room.id, Seq: seq}
	if seq < room.from || !x.before.IsZero() && p.Compare(x.before) >= 0 || !x.q.Wants(room.id, p.Time) {
		return
	}
	i, there := slices.BinarySearchFunc(x.best, p, func(a, b rooms.Position) int { return b.Compare(a) })
	if there || i > x.limit {
		return
	}
	x.best = slices.Insert(x.best, i, p)
	x.best = x.best[:min(len(x.best), x.limit+1)]
}

// enough reports whether nothing that is as old as a moment, or older, can be among what is asked for.
func (x *searching) enough(newest int64) bool {
	return len(x.best) > x.limit && x.best[x.limit].Time.UnixMilli() > newest
}

// wantsTime reports whether a stretch reaches into the time that is asked for.
func (x *searching) wantsTime(oldest, newest int64) bool {
	q := &x.q
	return (x.before.IsZero() || oldest <= x.before.Time.UnixMilli()) &&
		(q.Since.IsZero() || newest >= q.Since.UnixMilli()) && (q.Before.IsZero() || oldest < q.Before.UnixMilli())
}

// searchLogs looks through tails and blocks, those with the newest messages first, until nothing in
// the others can be among what is asked for. It returns where it stopped if that was too much.
func (x *searching) searchLogs() (rooms.Position, error) {
	if err := x.searchTails(); err != nil {
		return rooms.Position{}, err
	}
	list, err := x.stretches()
	if err != nil {
		return rooms.Position{}, err
	}
	slices.SortFunc(list, func(a, b stretch) int { return cmp.Compare(b.newest, a.newest) })
	var found []index.Found
	for i := range list {
		st := &list[i]
		if x.enough(st.newest) {
			break
		}
		if x.tired() && (x.before.IsZero() || st.newest+1 < x.before.Time.UnixMilli()) {
			return rooms.Position{Time: time.UnixMilli(st.newest + 1).UTC()}, nil // right behind what was not looked at
		}
		if found, err = x.lookAt(st, found[:0]); err != nil {
			return rooms.Position{}, err
		}
		for _, f := range found {
			if st.id == 0 || f.Seq <= st.room.mark && !st.room.changed[f.Seq] {
				x.add(st.room, f.Seq, f.Time)
			}
		}
	}
	return rooms.Position{}, nil
}

// tired reports whether the search has had its share.
func (x *searching) tired() bool { return x.work > maxWork || time.Since(x.start) > maxTime }

// searchTails looks at the events that no block has, in the rooms with few of them first.
func (x *searching) searchTails() error {
	var list []*scope
	for _, room := range x.scopes {
		if room.head > room.mark {
			list = append(list, room)
		}
	}
	slices.SortFunc(list, func(a, b *scope) int { return cmp.Compare(a.head-a.mark, b.head-b.mark) })
	left := uint64(maxTail)
	for _, room := range list {
		n := room.head - room.mark
		if room.far = n > left || x.tired(); room.far {
			continue
		}
		left -= n
		if err := x.searchTail(room); err != nil {
			return err
		}
	}
	return nil
}

// searchTail looks at the events of a room that its blocks do not know.
func (x *searching) searchTail(room *scope) error {
	room.changed = map[uint64]bool{}
	if err := x.conn.query(x.ctx, "SELECT ref FROM events WHERE room = ? AND seq > ? AND type IN ('edit', 'delete')",
		func(r row) error { room.changed[r.uint(0)] = true; return nil }, int64(room.id), int64(room.mark)); err != nil {
		return err
	}
	docs, err := x.docs(x.ctx, room.id, max(room.mark+1, room.from), room.head)
	if err != nil {
		return err
	}
	for seq := range room.changed {
		if seq <= room.mark && seq >= room.from {
			old, err := x.docs(x.ctx, room.id, seq, seq)
			if err != nil {
				return err
			}
			docs = append(docs, old...)
		}
	}
	for i := range docs {
		if x.match.Match(docs[i].Text, docs[i].Terms) {
			x.add(room, docs[i].Seq, docs[i].Time)
		}
	}
	x.work += len(docs) * logWork / index.Span
	return nil
}

// stretches lists what is to be looked through: the blocks whose filter lets the query pass, and the logs
// of rooms that are far behind.
func (x *searching) stretches() (list []stretch, err error) {
	var ids []int64
	for id, room := range x.scopes {
		if !room.far {
			ids = append(ids, int64(id))
			continue
		}
		if list, err = x.pagesOf(room, list); err != nil {
			return nil, err
		}
	}
	asked, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	err = x.conn.query(x.ctx, `SELECT b.id, b.oldest, b.newest, b.filter FROM json_each(?) j
		JOIN search_blocks b ON b.id >= (j.value << 32) AND b.id < (j.value + 1) << 32`, func(r row) error {
		st := stretch{id: r.int(0), oldest: r.int(1), newest: r.int(2)}
		st.room, st.first = x.scopes[rooms.ID(st.id>>32)], uint64(st.id&math.MaxUint32)*index.Span
		filter, _ := r[3].([]byte)
		if st.first <= st.room.mark && st.first+index.Span > st.room.from && x.wantsTime(st.oldest, st.newest) && x.search.May(filter) {
			list = append(list, st)
		}
		return nil
	}, string(asked))
	return list, err
}

// pagesOf appends the pages of a room's log, each from the time of its first event to that of its last. A clock that went
// back meanwhile may hide a message, as long as the room has no blocks.
func (x *searching) pagesOf(room *scope, list []stretch) ([]stretch, error) {
	for first := room.from / index.Span * index.Span; first <= room.head; first += index.Span {
		st := stretch{room: room, first: first, oldest: math.MaxInt64, newest: math.MinInt64}
		for _, seq := range [...]uint64{max(first, 1), min(first+index.Span-1, room.head)} {
			if err := x.conn.query(x.ctx, "SELECT time FROM events WHERE room = ? AND seq = ?", func(r row) error {
				st.oldest, st.newest = min(st.oldest, r.int(0)), max(st.newest, r.int(0))
				return nil
			}, int64(room.id), int64(seq)); err != nil {
				return nil, err
			}
		}
		if x.wantsTime(st.oldest, st.newest) {
			list = append(list, st)
		}
	}
	return list, nil
}

// lookAt finds the matches of one stretch.
func (x *searching) lookAt(st *stretch, found []index.Found) ([]index.Found, error) {
	if st.id == 0 {
		x.work += logWork
		docs, err := x.docs(x.ctx, st.room.id, max(st.first, st.room.from), st.first+index.Span-1)
		for i := range docs {
			if x.match.Match(docs[i].Text, docs[i].Terms) {
				found = append(found, index.Found{Seq: docs[i].Seq, Time: docs[i].Time})
			}
		}
		return found, err
	}
	err := x.conn.query(x.ctx, "SELECT docs FROM search_blocks WHERE id = ?", func(r row) (err error) {
		docs, _ := r[0].([]byte)
		x.work += 1 + len(docs)/blockBytes
		found, err = x.search.Find(found, st.first, docs)
		return err
	}, st.id)
	return found, err
}
