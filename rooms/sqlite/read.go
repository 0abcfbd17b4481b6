package sqlite

import (
	"context"
	"fmt"
	"math"
	"time"

	"parley/rooms"
	"parley/text"
)

const selectEvents = "SELECT seq, time, type, author, text, target, nonce, messages, ref, thread, detail, until, bot, file, signature FROM events "

// names remembers the names of one result, where few people come up again and again. A nil one remembers nothing.
type names map[string]text.Name

// read makes a stored name a Name again; "" is the zero one.
func (n names) read(s string) (text.Name, error) {
	if s == "" {
		return text.Name{}, nil
	}
	if name, ok := n[s]; ok {
		return name, nil
	}
	name, err := text.ReadName(s)
	if err != nil {
		return name, fmt.Errorf("it holds a name that is none, %s: %w", text.Quote(s), err)
	}
	if n != nil {
		n[s] = name
	}
	return name, nil
}

// readEvent reads the columns of selectEvents. Text passes its constructor
// again, so that a file changed by hand cannot bring control characters in.
func readEvent(r row, room rooms.ID, known names) (rooms.Event, error) {
	author, err := known.read(r.text(3))
	if err != nil {
		return rooms.Event{}, err
	}
	target, err := known.read(r.text(5))
	if err != nil {
		return rooms.Event{}, err
	}
	file, err := readFile(r.text(13))
	if err != nil {
		return rooms.Event{}, err
	}
	return rooms.Event{
		Room: room, Seq: r.uint(0), Time: time.UnixMilli(r.int(1)).UTC(), Type: rooms.Type(r.text(2)),
		Author: author, Text: text.NewBody(r.text(4)), Target: target, Nonce: r.text(6), Messages: r.uint(7),
		Ref: r.uint(8), Thread: r.uint(9), Detail: r.text(10), Until: moment(r.int(11)),
		Bot: r.int(12) != 0, File: file, Signature: r.text(14),
	}, nil
}

// Events implements rooms.Store.
func (s *Store) Events(ctx context.Context, room rooms.ID, after uint64, limit int) ([]rooms.Event, error) {
	return s.events(ctx, limit, selectEvents+"WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?", room, after)
}

// EventsBefore implements rooms.Store.
func (s *Store) EventsBefore(ctx context.Context, room rooms.ID, before uint64, limit int) ([]rooms.Event, error) {
	list, err := s.events(ctx, limit, selectEvents+"WHERE room = ? AND seq < ? ORDER BY seq DESC LIMIT ?", room, before)
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list, err
}

func (s *Store) events(ctx context.Context, limit int, query string, room rooms.ID, seq uint64) ([]rooms.Event, error) {
	if limit <= 0 {
		return nil, ctx.Err()
	}
	var list []rooms.Event
	known := make(names)
	err := s.view(ctx, func(c *conn) error {
		return c.query(ctx, query, func(r row) error {
			e, err := readEvent(r, room, known)
			list = append(list, e)
			return err
		}, int64(room), int64(min(seq, math.MaxInt64)), int64(limit))
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// moment is a time as it is stored, 0 for the zero time.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// millis is a time for storing, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
