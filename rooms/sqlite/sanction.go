package sqlite

import (
	"context"
	"fmt"
	"time"

	"parley/rooms"
	"parley/text"
)

const selectSanctions = "SELECT id, room, quiet, name, key, prefix, by, reason, made, until FROM sanctions "

func readSanction(r row) (rooms.Sanction, error) {
	name, err := names(nil).read(r.text(3))
	if err != nil {
		return rooms.Sanction{}, err
	}
	by, err := names(nil).read(r.text(6))
	return rooms.Sanction{
		ID: r.int(0), Room: rooms.ID(r.int(1)), Quiet: r.int(2) != 0, Name: name, Key: r.text(4), Prefix: r.text(5),
		By: by, Reason: text.NewBody(r.text(7)), Made: moment(r.int(8)), Until: moment(r.int(9)),
	}, err
}

// sanctioned finds what keeps somebody out of a room, and what keeps them silent there; nil for nothing.
func (b *batch) sanctioned(room rooms.ID, who text.Name, now time.Time) (out, silent *rooms.Sanction, err error) {
	err = b.query(context.Background(), selectSanctions+"WHERE room = ? AND name = ?", func(r row) error {
		s, err := readSanction(r)
		switch {
		case err != nil || s.Ended(now):
		case s.Quiet:
			if s.Until.IsZero() {
				s.Until = rooms.Forever
			}
			silent = &s
		default:
			out = &s
		}
		return err
	}, int64(room), who.String())
	return out, silent, err
}

// Sanctions implements rooms.Store.
func (s *Store) Sanctions(ctx context.Context, room rooms.ID) ([]rooms.Sanction, error) {
	var list []rooms.Sanction
	err := s.view(ctx, func(c *conn) error {
		return c.query(ctx, selectSanctions+"WHERE room = ? ORDER BY id", func(r row) error {
			one, err := readSanction(r)
			list = append(list, one)
			return err
		}, int64(room))
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Sanction implements rooms.Store.
func (s *Store) Sanction(ctx context.Context, ban rooms.Sanction) (id int64, err error) {
	err = s.update(ctx, func(c *conn) error {
		_, err := c.exec(context.Background(), "DELETE FROM sanctions WHERE room = 0 AND until <> 0 AND until <= ?", millis(ban.Made))
		if err == nil {
			err = c.liftBan(ban)
		}
		if err == nil {
			id, err = c.insert(`INSERT INTO sanctions (room, quiet, name, key, prefix, by, reason, made, until)
				VALUES (0, 0, ?, ?, ?, ?, ?, ?, ?)`,
				ban.Name.String(), ban.Key, ban.Prefix, ban.By.String(), ban.Reason.String(), millis(ban.Made), millis(ban.Until))
		}
		if err == nil {
			err = c.record(deedOf(ban, rooms.Ban))
		}
		return s.sanctionError(err)
	})
	return id, err
}

// Lift implements rooms.Store.
func (s *Store) Lift(ctx context.Context, ban rooms.Sanction) error {
	return s.update(ctx, func(c *conn) error {
		err := c.liftBan(ban)
		if err == nil {
			err = c.record(deedOf(ban, rooms.Unban))
		}
		return s.sanctionError(err)
	})
}

// liftBan takes back the sanctions of the server on the same name, key and network.
func (c *conn) liftBan(ban rooms.Sanction) error {
	_, err := c.exec(context.Background(), "DELETE FROM sanctions WHERE room = 0 AND name = ? AND key = ? AND prefix = ?",
		ban.Name.String(), ban.Key, ban.Prefix)
	return err
}

// deedOf is what the audit log keeps of a sanction of the server.
func deedOf(ban rooms.Sanction, action rooms.Type) rooms.Deed {
	why := ban.Reason.String()
	if !ban.Until.IsZero() && action == rooms.Ban {
		why = "until " + ban.Until.UTC().Format(time.RFC3339) + " " + why
	}
	whom := ban.Name.String() + ban.Key + ban.Prefix // one of them
	return rooms.Deed{Time: ban.Made, Who: ban.By, Action: string(action), Target: whom, Why: why}
}

// sanctionError says what could not be done when the database failed.
func (s *Store) sanctionError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the database %s cannot keep bans: %w", s.path, err)
}
