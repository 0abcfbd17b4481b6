package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"parley/rooms"
	"parley/text"
)

// Save implements rooms.Store.
func (s *Store) Save(ctx context.Context, batch []rooms.Update) error {
	last, err := newest(batch)
	if err != nil || len(last) == 0 {
		return errors.Join(err, ctx.Err())
	}
	return s.update(ctx, func(c *conn) error {
		for _, u := range last {
			var err error
			switch {
			case u.Mark != nil:
				err = c.mark(*u.Mark)
			case u.Place != nil:
				err = c.place(*u.Place)
			default:
				err = c.person(*u.Person)
			}
			if err != nil {
				return fmt.Errorf("the database %s cannot store read marks and drafts: %w", s.path, err)
			}
		}
		return nil
	})
}

// newest drops each update that a later one of the same key makes void.
func newest(batch []rooms.Update) ([]rooms.Update, error) {
	type key struct {
		kind byte
		room rooms.ID
		name text.Name
	}
	seen := make(map[key]bool, len(batch))
	var last []rooms.Update
	for i := len(batch) - 1; i >= 0; i-- {
		var k key
		switch u := batch[i]; {
		case u.Mark != nil:
			k = key{'m', u.Mark.Room, u.Mark.Name}
		case u.Place != nil:
			k = key{'p', u.Place.Room, u.Place.Name}
		case u.Person != nil:
			k = key{'i', 0, u.Person.Name}
		default:
			return nil, errors.New("an update without a mark, a place or a person cannot be stored")
		}
		if !seen[k] {
			seen[k] = true
			last = append(last, batch[i])
		}
	}
	return last, nil
}

// mark moves a read mark. How much the member wrote after it follows from the
// log; it is counted over the shorter way, from the old mark or from the head.
func (c *conn) mark(m rooms.Mark) error {
	var head, old uint64
	var own int64
	found, err := c.first(`SELECT r.seq, m.read_seq, m.own FROM members m JOIN rooms r ON r.id = m.room
		WHERE m.room = ? AND m.name = ?`, func(r row) { head, old, own = r.uint(0), r.uint(1), r.int(2) },
		int64(m.Room), m.Name.String())
	if err != nil || !found {
		return err
	}
	seq := min(m.Seq, head)
	var n int64
	switch {
	case seq < old && old-seq < head-seq:
		if n, err = c.wrote(m, seq, old); err == nil {
			own += n
		}
	case seq >= old && seq-old < head-seq:
		if n, err = c.wrote(m, old, seq); err == nil {
			own -= n
		}
	default:
		own, err = c.wrote(m, seq, head)
	}
	if err != nil {
		return err
	}
	var messages int64
	if _, err := c.first("SELECT messages FROM events WHERE room = ? AND seq = ?", func(r row) { messages = r.int(0) },
		int64(m.Room), int64(seq)); err != nil {
		return err
	}
	_, err = c.exec(context.Background(), "UPDATE members SET read_seq = ?, read_messages = ?, own = ? WHERE room = ? AND name = ?",
		int64(seq), messages, own, int64(m.Room), m.Name.String())
	return err
}

// wrote counts what somebody wrote after one seq and up to another.
func (c *conn) wrote(m rooms.Mark, after, upto uint64) (n int64, err error) {
	if after == upto {
		return 0, nil
	}
	_, err = c.first(`SELECT count(*) FROM events
		WHERE room = ? AND seq > ? AND seq <= ? AND author = ? AND type IN ('message', 'action')`,
		func(r row) { n = r.int(0) }, int64(m.Room), int64(after), int64(upto), m.Name.String())
	return n, err
}

// place stores where a member is; it does nothing for somebody who is none.
func (c *conn) place(p rooms.PlaceUpdate) error {
	_, err := c.exec(context.Background(), `INSERT INTO places (name, room, draft, anchor, rows)
		SELECT name, room, ?, ?, ? FROM members WHERE room = ? AND name = ?
		ON CONFLICT (name, room) DO UPDATE SET draft = excluded.draft, anchor = excluded.anchor, rows = excluded.rows`,
		p.Place.Draft, int64(p.Place.Anchor), int64(p.Place.Offset), int64(p.Room), p.Name.String())
	return err
}

func (c *conn) person(p rooms.Person) error {
	settings, seen := "", any(nil)
	if len(p.Settings) > 0 {
		b, err := json.Marshal(p.Settings)
		if err != nil {
			return err
		}
		settings = string(b)
	}
	if !p.Seen.IsZero() {
		seen = p.Seen.UnixMilli()
	}
	_, err := c.exec(context.Background(), `INSERT INTO people (name, last_room, settings, seen) VALUES (?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET last_room = excluded.last_room, settings = excluded.settings, seen = excluded.seen`,
		p.Name.String(), int64(p.LastRoom), settings, seen)
	return err
}
