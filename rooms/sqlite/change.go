package sqlite

import (
	"context"
	"strconv"

	"parley/rooms"
	"parley/text"
)

// look gathers what rooms.Allow has to know about an entry.
func (b *batch) look(room *roomState, e *rooms.Entry) (c rooms.Case, author *memberState, err error) {
	c.Room = &room.Room
	if author, err = b.member(room.ID, e.Author); err != nil {
		return c, nil, err
	}
	c.Author = author.member(e.Author)
	if !e.Target.IsZero() {
		victim, err := b.member(room.ID, e.Target)
		if err != nil {
			return c, nil, err
		}
		if c.Victim = victim.member(e.Target); c.Victim == nil && (e.Type == rooms.Quiet || e.Type == rooms.Unquiet) {
			if c.Victim, err = b.hookAs(room, e); err != nil {
				return c, nil, err
			}
		}
	}
	if e.Ref != 0 && e.Type != rooms.Expire {
		if c.Ref, err = b.event(room.ID, e.Ref); err != nil {
			return c, nil, err
		}
	}
	if e.Thread != 0 {
		if c.Root, err = b.event(room.ID, e.Thread); err != nil {
			return c, nil, err
		}
	}
	if e.Type.Changes() && c.Ref != nil {
		err = b.lookBack(&c, e)
	}
	switch e.Type {
	case rooms.Grant:
		_, err = b.first("SELECT count(*) FROM members WHERE room = ? AND role = ?", func(r row) { c.Owners = int(r.int(0)) },
			int64(room.ID), int64(rooms.RoleOwner))
	case rooms.Unban:
		c.Banned, _, err = b.sanctioned(room.ID, e.Target, e.Time)
	}
	return c, author, err
}

// lookBack finds out what has become of the message that an entry changes.
func (b *batch) lookBack(c *rooms.Case, e *rooms.Entry) error {
	err := b.query(context.Background(), `SELECT type FROM events INDEXED BY events_ref WHERE room = ? AND ref = ? AND ref <> 0
		AND type NOT IN ('message', 'action', 'poll', 'expire') AND type IN ('delete', 'close')`, func(r row) error {
		c.Deleted = c.Deleted || rooms.Type(r.text(0)) == rooms.Delete
		c.Closed = c.Closed || rooms.Type(r.text(0)) == rooms.Close
		return nil
	}, int64(e.Room), int64(e.Ref))
	if err != nil {
		return err
	}
	c.Deleted = c.Deleted || e.Ref <= c.Room.Gone
	switch e.Type {
	case rooms.Vote:
		_, options := rooms.PollOptions(c.Ref.Text)
		c.Options = len(options)
	case rooms.React, rooms.Unreact:
		if c.State, err = b.state(e.Room, e.Ref); err != nil {
			return err
		}
	}
	return nil
}

// state folds all that was said about one message.
func (b *batch) state(room rooms.ID, seq uint64) (*rooms.State, error) {
	list, err := b.referring(context.Background(), room, seq, seq)
	if err != nil {
		return nil, err
	}
	var s *rooms.State
	for i := range list {
		s = s.With(&list[i])
	}
	return s, nil
}

func (m *memberState) member(name text.Name) *rooms.Member {
	if !m.exists {
		return nil
	}
	return &rooms.Member{Name: name, Role: m.role, Joined: m.joined, Quiet: m.quiet}
}

// event reads one event, nil if there is none.
func (b *batch) event(room rooms.ID, seq uint64) (e *rooms.Event, err error) {
	var fail error
	_, err = b.first(selectEvents+"WHERE room = ? AND seq = ?", func(r row) {
		var ev rooms.Event
		ev, fail = readEvent(r, room, nil)
		e = &ev
	}, int64(room), int64(seq))
	if err == nil {
		err = fail
	}
	return e, err
}

// change appends what somebody does to a message. What it was already is answered by what made it so.
func (b *batch) change(room *roomState, c rooms.Case, e *rooms.Entry, res *rooms.Result) error {
	switch e.Type {
	case rooms.React:
		if c.State.Reacted(e.Detail, e.Author) {
			_, err := b.lookup(room.ID, res, `INDEXED BY events_ref WHERE room = ? AND ref = ? AND ref <> 0
				AND type NOT IN ('message', 'action', 'poll', 'expire') AND type = 'react' AND author = ? AND detail = ? ORDER BY seq DESC LIMIT 1`,
				int64(room.ID), int64(e.Ref), e.Author.String(), e.Detail)
			return err
		}
	case rooms.Pin, rooms.Unpin:
		return b.pin(room, e, res)
	case rooms.Delete:
		return b.delete(room, c, e, res)
	}
	return b.plain(room, e, res)
}

func (b *batch) pin(room *roomState, e *rooms.Entry, res *rooms.Result) error {
	var at uint64
	found, err := b.first("SELECT at FROM pins WHERE room = ? AND seq = ?", func(r row) { at = r.uint(0) }, int64(room.ID), int64(e.Ref))
	switch {
	case err != nil:
		return err
	case e.Type == rooms.Pin && found:
		return b.again(room.ID, at, res)
	case e.Type == rooms.Unpin && !found:
		return b.refuse(room, e, res, rooms.ErrNoEvent)
	case e.Type == rooms.Unpin:
		return b.unpin(room, e, res)
	}
	if ok, err := b.insert(room, e, res); err != nil || !ok {
		return err
	}
	_, err = b.exec(context.Background(), "INSERT INTO pins (room, seq, at) VALUES (?, ?, ?)",
		int64(room.ID), int64(e.Ref), int64(res.Event.Seq))
	return err
}

// unpin appends an event that takes a message away from what is pinned. Its
// Detail says what is pinned last then.
func (b *batch) unpin(room *roomState, e *rooms.Entry, res *rooms.Result) error {
	entry := *e
	entry.Detail = ""
	if room.Pinned == e.Ref {
		if _, err := b.first("SELECT seq FROM pins WHERE room = ? AND seq <> ? ORDER BY at DESC LIMIT 1", func(r row) {
			entry.Detail = strconv.FormatUint(r.uint(0), 10)
		}, int64(room.ID), int64(e.Ref)); err != nil {
			return err
		}
	}
	if ok, err := b.insert(room, &entry, res); err != nil || !ok {
		return err
	}
	_, err := b.exec(context.Background(), "DELETE FROM pins WHERE room = ? AND seq = ?", int64(room.ID), int64(e.Ref))
	return err
}

// delete erases a message and all that it was before. Its place in the log stays.
func (b *batch) delete(room *roomState, c rooms.Case, e *rooms.Entry, res *rooms.Result) error {
	entry := *e
	entry.Target, entry.Thread = c.Ref.Author, c.Ref.Thread // whoever counts need not look
	if err := b.unpin(room, &entry, res); err != nil || res.Again {
		return err
	}
	if entry.Thread != 0 {
		if _, err := b.exec(context.Background(), "UPDATE follows SET unread = unread - 1 WHERE room = ? AND root = ? AND read < ? AND name <> ? AND unread > 0",
			int64(room.ID), int64(entry.Thread), int64(e.Ref), entry.Target.String()); err != nil {
			return err
		}
	}
	if err := b.audit(&res.Event, c.Ref.Author); err != nil {
		return err
	}
	if _, err := b.exec(context.Background(), "UPDATE events SET text = '', file = '', signature = '' WHERE room = ? AND seq = ?", int64(room.ID), int64(e.Ref)); err != nil {
		return err
	}
	if c.Ref.File != nil {
		if _, err := b.exec(context.Background(), "UPDATE files SET gone = 1 WHERE id = ?", int64(c.Ref.File.ID)); err != nil {
			return err
		}
	}
	_, err := b.exec(context.Background(), `UPDATE events INDEXED BY events_ref SET text = '', signature = '' WHERE room = ? AND ref = ? AND ref <> 0
		AND type NOT IN ('message', 'action', 'poll', 'expire') AND type = 'edit'`, int64(room.ID), int64(e.Ref))
	return err
}

// follow lets those follow a thread who write in it, began it or are called in
// it, and counts a message of it for all who follow.
func (b *batch) follow(room *roomState, e *rooms.Entry, res *rooms.Result) error {
	root, err := b.event(room.ID, e.Thread)
	if err != nil {
		return err
	}
	for _, name := range append([]text.Name{e.Author, root.Author}, res.Called...) {
		m, err := b.member(room.ID, name)
		if err != nil {
			return err
		}
		if !m.exists {
			continue
		}
		if _, err := b.exec(context.Background(), "INSERT INTO follows (name, room, root, read, unread) VALUES (?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
			name.String(), int64(room.ID), int64(e.Thread), int64(e.Thread)); err != nil {
			return err
		}
	}
	if _, err := b.exec(context.Background(), "UPDATE follows SET unread = unread + 1 WHERE room = ? AND root = ? AND name <> ?",
		int64(room.ID), int64(e.Thread), e.Author.String()); err != nil {
		return err
	}
	// Who writes has read what is above.
	if _, err := b.exec(context.Background(), "UPDATE follows SET unread = 0, read = ? WHERE room = ? AND root = ? AND name = ?",
		int64(res.Event.Seq), int64(room.ID), int64(e.Thread), e.Author.String()); err != nil {
		return err
	}
	return b.query(context.Background(), "SELECT name FROM follows WHERE room = ? AND root = ? AND name <> ? ORDER BY name", func(r row) error {
		name, err := names(nil).read(r.text(0))
		res.Followers = append(res.Followers, name)
		return err
	}, int64(room.ID), int64(e.Thread), e.Author.String())
}
