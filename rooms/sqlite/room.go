package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"parley/rooms"
	"parley/text"
)

const roomColumns = "r.id, r.name, r.kind, r.guests, r.topic, r.creator, r.created, r.seq, r.messages, r.people, " +
	"r.direct, r.slow, r.locked, r.archived, r.history, r.keep, r.gone, r.pinned, r.no_bots, r.gone_messages"

// roomWidth is the number of roomColumns.
const roomWidth = 20

const selectRooms = "SELECT " + roomColumns + " FROM rooms r "

// readRoom reads roomColumns from the start of a row.
func readRoom(r row) (rooms.Room, error) {
	var name text.RoomName
	var err error
	if slug := r.text(1); slug != "" {
		if name, err = text.ParseRoomName(slug); err != nil {
			return rooms.Room{}, fmt.Errorf("it holds a room whose name is none, %s: %w", text.Quote(slug), err)
		}
	}
	creator, err := names(nil).read(r.text(5))
	if err != nil {
		return rooms.Room{}, err
	}
	return rooms.Room{
		ID: rooms.ID(r.int(0)), Name: name, Kind: rooms.Kind(r.text(2)), Guests: r.int(3) != 0,
		Topic: text.NewLine(r.text(4), rooms.MaxTopic), Creator: creator, Created: time.UnixMilli(r.int(6)).UTC(),
		Seq: r.uint(7), Messages: r.uint(8), People: int(r.int(9)),
		Direct: r.text(10), Slow: time.Duration(r.int(11)) * time.Millisecond, Locked: r.int(12) != 0, Archived: r.int(13) != 0,
		History: rooms.History(r.text(14)), Keep: time.Duration(r.int(15)) * time.Millisecond, Gone: r.uint(16), Pinned: r.uint(17), NoBots: r.int(18) != 0,
		GoneMessages: r.uint(19),
	}, nil
}

// Room implements rooms.Store.
func (s *Store) Room(ctx context.Context, id rooms.ID) (rooms.Room, error) {
	return s.room(ctx, "WHERE r.id = ?", int64(id))
}

// RoomByName implements rooms.Store.
func (s *Store) RoomByName(ctx context.Context, name text.RoomName) (rooms.Room, error) {
	room, err := s.room(ctx, "WHERE r.name = ? AND r.name <> ''", name.Slug())
	if errors.Is(err, rooms.ErrNoRoom) {
		return s.room(ctx, "WHERE r.id = (SELECT room FROM former_names WHERE name = ?)", name.Slug())
	}
	return room, err
}

func (s *Store) room(ctx context.Context, where string, arg any) (rooms.Room, error) {
	list, err := s.rooms(ctx, where, arg)
	if err == nil && len(list) == 0 {
		err = rooms.ErrNoRoom
	}
	if err != nil {
		return rooms.Room{}, err
	}
	return list[0], nil
}

// Rooms implements rooms.Store.
func (s *Store) Rooms(ctx context.Context, viewer text.Name) ([]rooms.Room, error) {
	return s.rooms(ctx, `WHERE r.kind = 'public'
		OR r.id IN (SELECT room FROM members WHERE name = ?1 UNION ALL SELECT room FROM invitations WHERE name = ?1)
		ORDER BY r.name, r.id`, viewer.String())
}

func (s *Store) rooms(ctx context.Context, where string, arg any) ([]rooms.Room, error) {
	var list []rooms.Room
	err := s.view(ctx, func(c *conn) error {
		return c.query(ctx, selectRooms+where, func(r row) error {
			room, err := readRoom(r)
			list = append(list, room)
			return err
		}, arg)
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Keeping implements rooms.Store.
func (s *Store) Keeping(ctx context.Context) ([]rooms.Room, error) {
	return s.rooms(ctx, "WHERE r.keep > 0 AND ? ORDER BY r.id", int64(1))
}

// FirstSince implements rooms.Store.
func (s *Store) FirstSince(ctx context.Context, room rooms.ID, after uint64, since time.Time) (seq uint64, err error) {
	err = s.view(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT seq FROM events WHERE room = ? AND seq > ? AND time >= ? AND type IN ('message', 'action', 'poll') ORDER BY seq LIMIT 1", func(r row) error {
			seq = r.uint(0)
			return nil
		}, int64(room), int64(after), since.UnixMilli())
	})
	return seq, err
}

// Members implements rooms.Store.
func (s *Store) Members(ctx context.Context, room rooms.ID) ([]rooms.Member, error) {
	var list []rooms.Member
	err := s.view(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT name, role, joined, quiet FROM members WHERE room = ? ORDER BY name", func(r row) error {
			name, err := names(nil).read(r.text(0))
			list = append(list, rooms.Member{Name: name, Role: rooms.Role(r.int(1)), Joined: r.uint(2), Quiet: moment(r.int(3))})
			return err
		}, int64(room))
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Invited implements rooms.Store.
func (s *Store) Invited(ctx context.Context, room rooms.ID, who text.Name) (found bool, err error) {
	err = s.view(ctx, func(c *conn) error {
		found, err = c.invited(room, who)
		return err
	})
	return found, err
}

func (c *conn) invited(room rooms.ID, who text.Name) (bool, error) {
	return c.first("SELECT 1 FROM invitations WHERE name = ? AND room = ?", func(row) {}, who.String(), int64(room))
}

// Heads implements rooms.Store. A room that there is not has no head.
func (s *Store) Heads(ctx context.Context, ids []rooms.ID) (map[rooms.ID]uint64, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	heads := make(map[rooms.ID]uint64, len(ids))
	err = s.view(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT r.id, r.seq FROM json_each(?) j JOIN rooms r ON r.id = j.value", func(r row) error {
			heads[rooms.ID(r.int(0))] = r.uint(1)
			return nil
		}, string(list))
	})
	if err != nil {
		return nil, err
	}
	return heads, nil
}
