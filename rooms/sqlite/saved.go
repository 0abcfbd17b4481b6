package sqlite

import (
	"context"
	"fmt"

	"parley/rooms"
	"parley/text"
)

// SaveMessage implements rooms.Store.
func (s *Store) SaveMessage(ctx context.Context, m rooms.Saved) error {
	return s.update(ctx, func(c *conn) error {
		_, err := c.exec(context.Background(), "INSERT INTO saved (name, room, seq, time) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
			m.Name.String(), int64(m.Room), int64(m.Seq), m.Time.UnixMilli())
		return s.cannotKeep("saved messages", err)
	})
}

// DropSaved implements rooms.Store.
func (s *Store) DropSaved(ctx context.Context, who text.Name, room rooms.ID, seq uint64) (found bool, err error) {
	err = s.update(ctx, func(c *conn) error {
		n, err := c.exec(context.Background(), "DELETE FROM saved WHERE name = ? AND room = ? AND seq = ?", who.String(), int64(room), int64(seq))
		found = n > 0
		return s.cannotKeep("saved messages", err)
	})
	return found, err
}

// Saved implements rooms.Store.
func (s *Store) Saved(ctx context.Context, who text.Name) (list []rooms.Saved, err error) {
	err = s.view(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT room, seq, time FROM saved WHERE name = ? ORDER BY time DESC, room, seq DESC LIMIT ?", func(r row) error {
			list = append(list, rooms.Saved{Name: who, Room: rooms.ID(r.int(0)), Seq: r.uint(1), Time: moment(r.int(2))})
			return nil
		}, who.String(), int64(rooms.MaxSaved))
	})
	return list, err
}

// cannotKeep says what could not be done when the database failed.
func (s *Store) cannotKeep(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the database %s cannot keep %s: %w", s.path, what, err)
}
