package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"parley/rooms"
	"parley/text"
)

// Invitations are rows of role 0 with a mark at the head: nothing of such a room is unread.
const selectInbox = `SELECT ` + roomColumns + `, m.role, m.joined, m.read_seq, m.read_messages, m.own,
		(SELECT count(*) FROM mentions x WHERE x.name = m.name AND x.room = m.room AND x.seq > m.read_seq),
		p.draft, p.anchor, p.rows, m.quiet, m.notify, m.star,
		(SELECT coalesce(sum(f.unread), 0) FROM follows f WHERE f.name = m.name AND f.room = m.room)
	FROM members m JOIN rooms r ON r.id = m.room LEFT JOIN places p ON p.name = m.name AND p.room = m.room
	WHERE m.name = ?1
	UNION ALL
	SELECT ` + roomColumns + `, 0, 0, r.seq, r.messages, 0, 0, NULL, NULL, NULL, 0, '', 0, 0
	FROM invitations i JOIN rooms r ON r.id = i.room WHERE i.name = ?1
	ORDER BY 2, 1`

// Inbox implements rooms.Store.
func (s *Store) Inbox(ctx context.Context, who text.Name) ([]rooms.Membership, error) {
	var list []rooms.Membership
	err := s.view(ctx, func(c *conn) error {
		return c.query(ctx, selectInbox, func(r row) error {
			room, err := readRoom(r)
			m := r[roomWidth:]
			list = append(list, rooms.Membership{
				Room: room, Role: rooms.Role(m.int(0)), Joined: m.uint(1),
				Read: m.uint(2), ReadMessages: m.uint(3), Own: m.uint(4), Mentions: int(m.int(5)),
				Place: rooms.Place{Draft: m.text(6), Anchor: m.uint(7), Offset: int(m.int(8))},
				Quiet: moment(m.int(9)), Prefs: rooms.Prefs{Notify: rooms.Notify(m.text(10)), Star: m.int(11) != 0}, Threads: int(m.int(12)),
			})
			return err
		}, who.String())
	})
	if err != nil {
		return nil, err
	}
	return list, nil
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
