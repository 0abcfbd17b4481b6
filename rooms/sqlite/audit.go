package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"parley/rooms"
	"parley/text"
)

// Record implements rooms.Store.
func (s *Store) Record(ctx context.Context, d rooms.Deed) error {
	if d.Who.IsZero() || d.Action == "" {
		return errors.New("an entry of the audit log says who did what")
	}
	return s.update(ctx, func(c *conn) error {
		if err := c.record(d); err != nil {
			return fmt.Errorf("the database %s cannot keep the audit log: %w", s.path, err)
		}
		return nil
	})
}

// record adds an entry in the transaction that is open.
func (c *conn) record(d rooms.Deed) error {
	d = d.Safe()
	_, err := c.exec(context.Background(), "INSERT INTO audit (time, who, action, room, target, why) VALUES (?, ?, ?, ?, ?, ?)",
		d.Time.UnixMilli(), d.Who.String(), d.Action, int64(d.Room), d.Target, d.Why)
	return err
}

// audit adds to the audit log what an event that moderates did, in the
// transaction that appends it; other events are passed over. whose is the
// author of the message that a delete is about, zero for every other event: to
// delete one's own message is nobody's business.
func (b *batch) audit(e *rooms.Event, whose text.Name) error {
	d := rooms.Deed{Time: e.Time, Who: e.Author, Action: string(e.Type), Room: e.Room, Target: e.Target.String(), Why: e.Text.String()}
	switch {
	case e.Type == rooms.Set, e.Type == rooms.Grant:
		d.Why = strings.TrimSpace(e.Detail + " " + d.Why)
	case e.Type.Moderates() && !e.Until.IsZero():
		d.Why = "until " + e.Until.UTC().Format(time.RFC3339) + " " + d.Why
	case e.Type.Moderates():
	case e.Type == rooms.Delete && whose != e.Author:
		d.Target, d.Why = whose.String(), strings.TrimSpace(strconv.FormatUint(e.Ref, 10)+" "+d.Why)
	default:
		return nil
	}
	return b.record(d)
}

// Audit implements rooms.Store.
func (s *Store) Audit(ctx context.Context, q rooms.AuditQuery) ([]rooms.Deed, error) {
	var where []string
	var args []any
	add := func(condition string, arg any) {
		where, args = append(where, condition), append(args, arg)
	}
	if q.Before > 0 {
		add("id < ?", int64(q.Before))
	}
	if !q.Who.IsZero() {
		add("who = ?", q.Who.String())
	}
	if q.Target != "" {
		add("target = ?", q.Target)
	}
	if q.Room != 0 {
		add("room = ?", int64(q.Room))
	}
	if !q.Since.IsZero() {
		add("time >= ?", q.Since.UnixMilli())
	}
	query := "SELECT id, time, who, action, room, target, why FROM audit "
	if len(where) > 0 {
		query += "WHERE " + strings.Join(where, " AND ") + " "
	}
	limit := q.Limit
	if limit <= 0 || limit > rooms.MaxAudit {
		limit = rooms.MaxAudit
	}
	var list []rooms.Deed
	known := make(names)
	err := s.view(ctx, func(c *conn) error {
		return c.query(ctx, query+"ORDER BY id DESC LIMIT ?", func(r row) error {
			who, err := known.read(r.text(2))
			list = append(list, rooms.Deed{
				ID: r.uint(0), Time: time.UnixMilli(r.int(1)).UTC(), Who: who, Action: r.text(3),
				Room: rooms.ID(r.int(4)), Target: r.text(5), Why: r.text(6),
			})
			return err
		}, append(args, int64(limit))...)
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}
