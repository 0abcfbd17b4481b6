package sqlite

import (
	"context"
	"math"
	"slices"

	"parley/rooms"
	"parley/text"
)

// Referring implements rooms.Store.
func (s *Store) Referring(ctx context.Context, room rooms.ID, lo, hi uint64) (list []rooms.Event, err error) {
	err = s.view(ctx, func(c *conn) error {
		list, err = c.referring(ctx, room, lo, hi)
		return err
	})
	return list, err
}

func (c *conn) referring(ctx context.Context, room rooms.ID, lo, hi uint64) ([]rooms.Event, error) {
	var list []rooms.Event
	known := make(names)
	take := func(r row) error {
		e, err := readEvent(r, room, known)
		list = append(list, e)
		return err
	}
	hi = min(hi, math.MaxInt64)
	if err := c.query(ctx, selectEvents+`WHERE room = ? AND ref BETWEEN ? AND ? AND ref <> 0
		AND type NOT IN ('message', 'action', 'poll', 'expire')`, take, int64(room), int64(lo), int64(hi)); err != nil {
		return nil, err
	}
	changes := len(list)
	if err := c.query(ctx, selectEvents+"WHERE room = ? AND thread BETWEEN ? AND ? AND thread <> 0", take, int64(room), int64(lo), int64(hi)); err != nil {
		return nil, err
	}
	for i := range list[changes:] {
		list[changes+i].Text = text.Body{} // a thread is counted here, not read
	}
	again := func(e rooms.Event) bool { return e.Type == rooms.Delete && lo <= e.Ref && e.Ref <= hi } // it was found by what it deletes
	list = append(list[:changes], slices.DeleteFunc(list[changes:], again)...)
	slices.SortFunc(list, func(a, b rooms.Event) int { return int(int64(a.Seq) - int64(b.Seq)) })
	return list, nil
}

// Thread implements rooms.Store.
func (s *Store) Thread(ctx context.Context, room rooms.ID, root, before uint64, limit int) ([]rooms.Event, error) {
	if limit <= 0 {
		return nil, ctx.Err()
	}
	var list []rooms.Event
	known := make(names)
	err := s.view(ctx, func(c *conn) error {
		return c.query(ctx, selectEvents+"WHERE room = ? AND thread = ? AND thread <> 0 AND type <> 'delete' AND seq < ? ORDER BY seq DESC LIMIT ?", func(r row) error {
			e, err := readEvent(r, room, known)
			list = append(list, e)
			return err
		}, int64(room), int64(root), int64(min(before, math.MaxInt64)), int64(limit))
	})
	if err != nil {
		return nil, err
	}
	slices.Reverse(list)
	return list, nil
}

// Pins implements rooms.Store.
func (s *Store) Pins(ctx context.Context, room rooms.ID) ([]uint64, error) {
	var list []uint64
	err := s.view(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT seq FROM pins WHERE room = ? ORDER BY at DESC", func(r row) error {
			list = append(list, r.uint(0))
			return nil
		}, int64(room))
	})
	return list, err
}

// Follows implements rooms.Store.
func (s *Store) Follows(ctx context.Context, who text.Name) ([]rooms.Follow, error) {
	var list []rooms.Follow
	err := s.view(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT room, root, read, unread FROM follows WHERE name = ? ORDER BY room, root", func(r row) error {
			list = append(list, rooms.Follow{Room: rooms.ID(r.int(0)), Root: r.uint(1), Read: r.uint(2), Unread: int(r.int(3))})
			return nil
		}, who.String())
	})
	return list, err
}

// newInThread counts for a row of follows what others have said in the thread since it was read. What is deleted or has expired, which is up
// to the seq that gone stands for, is not among it.
func newInThread(gone string) string {
	return `(SELECT count(*) FROM events m WHERE m.room = follows.room AND m.thread = follows.root AND m.thread <> 0 AND m.type <> 'delete'
		AND m.seq > max(follows.read, ` + gone + `) AND m.author <> follows.name
		AND NOT EXISTS (SELECT 1 FROM events d INDEXED BY events_deleted WHERE d.room = m.room AND d.ref = m.seq AND d.type = 'delete'))`
}

// readThread moves somebody's read mark in a thread, or lets them follow it or no more.
func (c *conn) readThread(m rooms.ThreadMark) error {
	ctx := context.Background()
	if m.Drop {
		_, err := c.exec(ctx, "DELETE FROM follows WHERE name = ? AND room = ? AND root = ?", m.Name.String(), int64(m.Room), int64(m.Root))
		return err
	}
	if m.Follow {
		if _, err := c.exec(ctx, `INSERT INTO follows (name, room, root, read, unread)
			SELECT name, room, ?, ?, 0 FROM members WHERE room = ? AND name = ? ON CONFLICT DO NOTHING`,
			int64(m.Root), int64(m.Seq), int64(m.Room), m.Name.String()); err != nil {
			return err
		}
	}
	if _, err := c.exec(ctx, "UPDATE follows SET read = ? WHERE name = ? AND room = ? AND root = ?",
		int64(min(m.Seq, math.MaxInt64)), m.Name.String(), int64(m.Room), int64(m.Root)); err != nil {
		return err
	}
	_, err := c.exec(ctx, "UPDATE follows SET unread = "+newInThread("(SELECT gone FROM rooms WHERE id = follows.room)")+" WHERE name = ? AND room = ? AND root = ?", m.Name.String(), int64(m.Room), int64(m.Root))
	return err
}

// prefs stores how a member wants a room to be treated; it does nothing for somebody who is none.
func (c *conn) prefs(p rooms.PrefsUpdate) error {
	_, err := c.exec(context.Background(), "UPDATE members SET notify = ?, star = ? WHERE room = ? AND name = ?",
		string(p.Prefs.Notify), boolean(p.Prefs.Star), int64(p.Room), p.Name.String())
	return err
}
