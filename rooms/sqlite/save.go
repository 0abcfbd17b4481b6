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
	marks, err := s.measure(ctx, last)
	if err != nil {
		return err
	}
	return s.update(ctx, func(c *conn) error {
		if err := c.marks(marks); err != nil {
			return fmt.Errorf("the database %s cannot store read marks: %w", s.path, err)
		}
		for _, u := range last {
			var err error
			switch {
			case u.Mark != nil: // stored already
			case u.Place != nil:
				err = c.place(*u.Place)
			case u.Thread != nil:
				err = c.readThread(*u.Thread)
			case u.Prefs != nil:
				err = c.prefs(*u.Prefs)
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
		root uint64
	}
	seen := make(map[key]bool, len(batch))
	var last []rooms.Update
	for i := len(batch) - 1; i >= 0; i-- {
		var k key
		switch u := batch[i]; {
		case u.Mark != nil:
			k = key{'m', u.Mark.Room, u.Mark.Name, 0}
		case u.Place != nil:
			k = key{'p', u.Place.Room, u.Place.Name, 0}
		case u.Person != nil:
			k = key{'i', 0, u.Person.Name, 0}
		case u.Thread != nil:
			k = key{'t', u.Thread.Room, u.Thread.Name, u.Thread.Root}
		case u.Prefs != nil:
			k = key{'n', u.Prefs.Room, u.Prefs.Name, 0}
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

// measures are what follows from a batch of marks.
type measures struct {
	heads map[rooms.ID]uint64 // seq of the newest event
	near  map[spot]*company
	far   map[*rooms.Mark]measured
}

// measured is what follows from a mark as long as the room's newest event is head.
type measured struct {
	seq, head uint64
	gone      uint64 // up to where the room had expired
	messages  int64  // of the event at seq
	own       int64  // what the member wrote after seq and gone, and up to head
}

// spot is an event that somebody has read.
type spot struct {
	room rooms.ID
	seq  uint64
}

// company is who have read up to a spot. When people talk that is everybody who is
// there, at one of a few spots, so they are written by one statement for each.
type company struct {
	messages int64 // of the event
	names    []string
}

// nearby is how far behind the newest event a spot may be: what is counted from it is counted while posts wait.
const nearby = 16

// measure works out what follows from each mark that has a member. That can
// mean to count over a long stretch of a log, so it is done before posts have
// to wait for it: a log does not change, it only grows and expires.
func (s *Store) measure(ctx context.Context, updates []rooms.Update) (measures, error) {
	all := measures{far: make(map[*rooms.Mark]measured), heads: make(map[rooms.ID]uint64), near: make(map[spot]*company)}
	err := s.view(ctx, func(c *conn) error {
		for _, u := range updates {
			if u.Mark == nil {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := c.sort(&all, u.Mark); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// sort puts a mark where it belongs: to the others at its spot, or among those that are measured one by one.
func (c *conn) sort(all *measures, mark *rooms.Mark) error {
	head, known := all.heads[mark.Room]
	if !known {
		if _, err := c.first("SELECT seq FROM rooms WHERE id = ?", func(r row) { head = r.uint(0) }, int64(mark.Room)); err != nil {
			return err
		}
		all.heads[mark.Room] = head
	}
	at := spot{mark.Room, min(mark.Seq, head)}
	if head-at.seq > nearby {
		m, found, err := c.measure(*mark)
		if found {
			all.far[mark] = m
		}
		return err
	}
	r := all.near[at]
	if r == nil {
		r = &company{}
		all.near[at] = r
		if _, err := c.first("SELECT messages FROM events WHERE room = ? AND seq = ?", func(row row) { r.messages = row.int(0) },
			int64(at.room), int64(at.seq)); err != nil {
			return err
		}
	}
	r.names = append(r.names, mark.Name.String())
	return nil
}

// marks moves read marks. What was posted since they were measured is counted.
func (c *conn) marks(all measures) error {
	for at, r := range all.near {
		if err := c.markNear(at, r); err != nil {
			return err
		}
	}
	for mark, m := range all.far {
		if err := c.mark(*mark, m); err != nil {
			return err
		}
	}
	return nil
}

// markNear moves the marks of all who have read up to a spot.
func (c *conn) markNear(at spot, r *company) error {
	names, err := json.Marshal(r.names)
	if err != nil {
		return err
	}
	_, err = c.exec(context.Background(), `UPDATE members SET read_seq = ?2, read_messages = ?3,
			own = CASE WHEN (SELECT seq FROM rooms WHERE id = ?1) = ?2 THEN 0 ELSE
				(SELECT count(*) FROM events e WHERE e.room = ?1 AND e.seq > max(?2, (SELECT gone FROM rooms WHERE id = ?1)) AND e.author = members.name
					AND e.thread = 0 AND e.type IN ('message', 'action', 'poll')) END
		WHERE room = ?1 AND name IN (SELECT value FROM json_each(?4))`,
		int64(at.room), int64(at.seq), r.messages, string(names))
	return err
}

// measure counts over the shorter way: from the present mark, whose count is known, or from the head.
func (c *conn) measure(mark rooms.Mark) (m measured, found bool, err error) {
	var old uint64
	var own int64
	found, err = c.first(`SELECT r.seq, m.read_seq, m.own, r.gone FROM members m JOIN rooms r ON r.id = m.room
		WHERE m.room = ? AND m.name = ?`, func(r row) { m.head, old, own, m.gone = r.uint(0), r.uint(1), r.int(2), r.uint(3) },
		int64(mark.Room), mark.Name.String())
	if err != nil || !found {
		return m, false, err
	}
	m.seq = min(mark.Seq, m.head)
	from := max(m.seq, m.gone)
	old = max(old, m.gone)
	var n int64
	switch {
	case from < old && old-from < m.head-from:
		n, err = c.wrote(mark, from, old)
		m.own = own + n
	case from >= old && from-old < m.head-from:
		n, err = c.wrote(mark, old, from)
		m.own = own - n
	default:
		m.own, err = c.wrote(mark, from, m.head)
	}
	if err != nil {
		return m, false, err
	}
	_, err = c.first("SELECT messages FROM events WHERE room = ? AND seq = ?", func(r row) { m.messages = r.int(0) },
		int64(mark.Room), int64(m.seq))
	return m, true, err
}

// mark moves a read mark. It does nothing for somebody who has left since it was measured. Where more has expired since, it is measured anew.
func (c *conn) mark(mark rooms.Mark, m measured) error {
	var gone uint64
	if _, err := c.first("SELECT gone FROM rooms WHERE id = ?", func(r row) { gone = r.uint(0) }, int64(mark.Room)); err != nil {
		return err
	}
	if gone != m.gone {
		var err error
		if m, _, err = c.measure(mark); err != nil {
			return err
		}
	}
	_, err := c.exec(context.Background(), `UPDATE members SET read_seq = ?3, read_messages = ?4, own = ?5 +
			(SELECT count(*) FROM events WHERE room = ?1 AND seq > ?6 AND author = ?2 AND thread = 0 AND type IN ('message', 'action', 'poll'))
		WHERE room = ?1 AND name = ?2`,
		int64(mark.Room), mark.Name.String(), int64(m.seq), m.messages, m.own, int64(m.head))
	return err
}

// wrote counts what somebody wrote after one seq and up to another.
func (c *conn) wrote(m rooms.Mark, after, upto uint64) (n int64, err error) {
	if after == upto {
		return 0, nil
	}
	_, err = c.first(`SELECT count(*) FROM events
		WHERE room = ? AND seq > ? AND seq <= ? AND author = ? AND thread = 0 AND type IN ('message', 'action', 'poll')`,
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
