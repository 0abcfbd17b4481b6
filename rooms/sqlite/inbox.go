package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"parley/rooms"
	"parley/text"
)

// What a person has of each of their rooms. It is read at each login, for all rooms at once, so it says nothing of the
// room but its head, counts mentions only where something happened since, and what is deleted only where something is unread: what is said in a
// thread calls and is not among that. What has expired is counted by nobody. It leaves to queries of their own what few rows have.
const selectMembership = `SELECT m.room, r.seq, m.role, m.joined, m.read_seq, max(m.read_messages, r.gone_messages), m.own,
		CASE WHEN r.messages > max(m.read_messages, r.gone_messages) + m.own
			THEN (SELECT count(*) FROM events d INDEXED BY events_deleted
				WHERE d.room = m.room AND d.type = 'delete' AND d.ref > max(m.read_seq, r.gone) AND d.thread = 0 AND d.target <> m.name)
			ELSE 0 END,
		CASE WHEN r.seq > m.read_seq
			THEN (SELECT count(*) FROM mentions x WHERE x.name = m.name AND x.room = m.room AND x.seq > max(m.read_seq, r.gone)
				AND NOT EXISTS (SELECT 1 FROM events d INDEXED BY events_deleted WHERE d.room = x.room AND d.ref = x.seq AND d.type = 'delete'))
			ELSE 0 END,
		m.quiet, m.notify, m.star
	FROM members m JOIN rooms r ON r.id = m.room
	WHERE m.name = ?`

// Inbox implements rooms.Store.
func (s *Store) Inbox(ctx context.Context, who text.Name, known func(rooms.ID) bool) ([]rooms.Membership, error) {
	var list []rooms.Membership
	err := s.view(ctx, func(c *conn) error {
		return c.snapshot(ctx, func() (err error) {
			list, err = c.inbox(ctx, who.String(), known)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// inbox reads the parts of an inbox and puts them together.
func (c *conn) inbox(ctx context.Context, who string, known func(rooms.ID) bool) ([]rooms.Membership, error) {
	var list []rooms.Membership
	at := make(map[rooms.ID]int)
	var unknown []rooms.ID
	add := func(m rooms.Membership) {
		if at[m.Room.ID] = len(list); list == nil {
			list = make([]rooms.Membership, 0, 32) // they are large
		}
		list = append(list, m)
		if known == nil || !known(m.Room.ID) {
			unknown = append(unknown, m.Room.ID)
		}
	}
	if err := c.query(ctx, selectMembership, func(r row) error {
		add(rooms.Membership{
			Room: rooms.Room{ID: rooms.ID(r.int(0)), Seq: r.uint(1)}, Role: rooms.Role(r.int(2)), Joined: r.uint(3),
			Read: r.uint(4), ReadMessages: r.uint(5), Own: r.uint(6) + r.uint(7), Mentions: int(r.int(8)),
			Quiet: moment(r.int(9)), Prefs: rooms.Prefs{Notify: rooms.Notify(r.text(10)), Star: r.int(11) != 0},
		})
		return nil
	}, who); err != nil {
		return nil, err
	}
	// Invitations have a mark at the head: nothing of such a room is unread.
	if err := c.query(ctx, "SELECT r.id, r.seq, r.messages FROM invitations i JOIN rooms r ON r.id = i.room WHERE i.name = ?", func(r row) error {
		add(rooms.Membership{Room: rooms.Room{ID: rooms.ID(r.int(0)), Seq: r.uint(1)}, Read: r.uint(1), ReadMessages: r.uint(2)})
		return nil
	}, who); err != nil {
		return nil, err
	}
	if err := c.query(ctx, "SELECT room, sum(unread) FROM follows WHERE name = ? AND unread > 0 GROUP BY room", func(r row) error {
		if i, ok := at[rooms.ID(r.int(0))]; ok && list[i].Role != rooms.RoleNone {
			list[i].Threads = int(r.int(1))
		}
		return nil
	}, who); err != nil {
		return nil, err
	}
	if err := c.query(ctx, "SELECT room, draft, anchor, rows FROM places WHERE name = ?", func(r row) error {
		if i, ok := at[rooms.ID(r.int(0))]; ok {
			list[i].Place = rooms.Place{Draft: r.text(1), Anchor: r.uint(2), Offset: int(r.int(3))}
		}
		return nil
	}, who); err != nil || len(unknown) == 0 {
		return list, err
	}
	ids, err := json.Marshal(unknown)
	if err != nil {
		return nil, err
	}
	err = c.query(ctx, selectRooms+"JOIN json_each(?) j ON r.id = j.value", func(r row) (err error) {
		list[at[rooms.ID(r.int(0))]].Room, err = readRoom(r)
		return err
	}, string(ids))
	return list, err
}

// Person implements rooms.Store.
func (s *Store) Person(ctx context.Context, who text.Name) (rooms.Person, error) {
	p := rooms.Person{Name: who}
	err := s.view(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT last_room, settings, seen FROM people WHERE name = ?", func(r row) error {
			p.LastRoom = rooms.ID(r.int(0))
			if !r.null(2) {
				p.Seen = time.UnixMilli(r.int(2)).UTC()
			}
			if r.text(1) == "" {
				return nil
			}
			if err := json.Unmarshal([]byte(r.text(1)), &p.Settings); err != nil {
				return fmt.Errorf("the settings of %s are not readable: %w", who, err)
			}
			return nil
		}, who.String())
	})
	return p, err
}
