package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/rooms"
	"parley/text"
)

// Append implements rooms.Store.
func (s *Store) Append(ctx context.Context, entries []rooms.Entry) ([]rooms.Result, error) {
	if len(entries) == 0 {
		return nil, ctx.Err()
	}
	results := make([]rooms.Result, len(entries))
	err := s.update(ctx, func(c *conn) error {
		b := &batch{conn: c, rooms: make(map[rooms.ID]*roomState), members: make(map[memberKey]*memberState)}
		for i := range entries {
			if err := b.apply(&entries[i], &results[i]); err != nil {
				return fmt.Errorf("the database %s cannot store events: %w", s.path, err)
			}
		}
		if err := b.flush(); err != nil {
			return fmt.Errorf("the database %s cannot store events: %w", s.path, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// batch is one transaction of Append. What it reads of rooms and members it
// reads once; counts that change with each post are written once, by flush.
type batch struct {
	*conn
	rooms   map[rooms.ID]*roomState
	members map[memberKey]*memberState
}

type roomState struct {
	rooms.Room
	exists, changed bool
}

type memberKey struct {
	room rooms.ID
	name text.Name
}

type memberState struct {
	exists bool
	joined uint64
	role   rooms.Role
	own    int64 // posts of this batch, to be added to members.own
}

// apply carries out one entry. An error means that the database failed; a
// refusal is in the result.
func (b *batch) apply(e *rooms.Entry, res *rooms.Result) error {
	if err := check(e); err != nil {
		res.Err = err
		return nil
	}
	if e.Type == rooms.Create {
		return b.create(e, res)
	}
	room, err := b.room(e.Room)
	if err != nil {
		return err
	}
	if !room.exists {
		res.Err = rooms.ErrNoRoom
		return nil
	}
	var member *memberState
	if !e.Guest {
		if member, err = b.member(e.Room, e.Author); err != nil {
			return err
		}
	}
	switch {
	case e.Guest && !(room.Guests && e.Type.Counts()):
		return b.refuse(room, e, res, rooms.ErrForbidden)
	case e.Guest:
		return b.talk(room, nil, e, res)
	case e.Type == rooms.Join:
		return b.join(room, member, e, res)
	case !member.exists:
		return b.refuse(room, e, res, rooms.ErrNotMember)
	}
	switch e.Type {
	case rooms.Leave:
		return b.leave(room, member, e, res)
	case rooms.Invite:
		return b.invite(room, e, res)
	case rooms.Topic:
		return b.topic(room, e, res)
	default:
		return b.talk(room, member, e, res)
	}
}

// check refuses entries that no caller should make.
func check(e *rooms.Entry) error {
	switch {
	case e.Author.IsZero():
		return errors.New("an event needs an author")
	case len(e.Nonce) > rooms.MaxNonce:
		return fmt.Errorf("a nonce has at most %d bytes: choose a shorter one", rooms.MaxNonce)
	case e.Type == rooms.Invite && e.Target.IsZero():
		return errors.New("an invitation needs somebody to invite")
	}
	switch e.Type {
	case rooms.Create:
		return checkNew(e)
	case rooms.Message, rooms.Action, rooms.Join, rooms.Leave, rooms.Invite, rooms.Topic:
		return nil
	}
	return fmt.Errorf("an event of type %q cannot be stored by this version", e.Type)
}

func checkNew(e *rooms.Entry) error {
	switch {
	case e.Guest:
		return rooms.ErrForbidden
	case e.New.Kind != rooms.Public && e.New.Kind != rooms.Private && e.New.Kind != rooms.Direct:
		return fmt.Errorf("a room is public, private or direct, not %q", e.New.Kind)
	case e.New.Name.IsZero() && e.New.Kind != rooms.Direct:
		return errors.New("a room needs a name")
	}
	return nil
}

// refuse refuses an entry, unless it repeats one that was committed when it
// was still allowed: the answer to a retry is what became of the first try.
func (b *batch) refuse(room *roomState, e *rooms.Entry, res *rooms.Result, why error) error {
	found, err := b.repeated(room.ID, e, res)
	if err == nil && !found {
		res.Err = why
	}
	return err
}

// repeated looks for the event that was committed with the entry's nonce.
func (b *batch) repeated(room rooms.ID, e *rooms.Entry, res *rooms.Result) (bool, error) {
	if e.Nonce == "" {
		return false, nil
	}
	return b.lookup(room, res, "WHERE room = ? AND author = ? AND nonce = ? AND nonce <> ''",
		int64(room), e.Author.String(), e.Nonce)
}

// again answers an entry that asks for what a committed event brought about already.
func (b *batch) again(room rooms.ID, seq uint64, res *rooms.Result) error {
	found, err := b.lookup(room, res, "WHERE room = ? AND seq = ?", int64(room), int64(seq))
	if err == nil && !found {
		err = fmt.Errorf("event %d of room %d is missing", seq, room)
	}
	return err
}

// lookup puts a committed event into the result.
func (b *batch) lookup(room rooms.ID, res *rooms.Result, where string, args ...any) (bool, error) {
	var fail error
	found, err := b.first(selectEvents+where, func(r row) {
		res.Event, fail = readEvent(r, room, nil)
		res.Again = true
	}, args...)
	return found, errors.Join(err, fail)
}

// insert gives the entry the room's next seq and writes the event. It reports
// false if the nonce was used before; then the result is the first event.
func (b *batch) insert(room *roomState, e *rooms.Entry, res *rooms.Result) (bool, error) {
	ev := rooms.Event{
		Room: room.ID, Seq: room.Seq + 1, Time: milli(e.Time), Type: e.Type,
		Author: e.Author, Text: e.Text, Target: e.Target, Nonce: e.Nonce, Messages: room.Messages,
	}
	if e.Type.Counts() {
		ev.Messages++
	}
	n, err := b.exec(context.Background(), `INSERT INTO events
		(room, seq, time, type, author, text, target, nonce, messages) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (room, nonce, author) WHERE nonce <> '' DO NOTHING`,
		int64(ev.Room), int64(ev.Seq), ev.Time.UnixMilli(), string(ev.Type),
		ev.Author.String(), ev.Text.String(), ev.Target.String(), ev.Nonce, int64(ev.Messages))
	if err != nil {
		return false, err
	}
	if n == 0 {
		found, err := b.repeated(room.ID, e, res)
		if err == nil && !found {
			err = fmt.Errorf("event %d of room %d was not stored", ev.Seq, ev.Room)
		}
		return false, err
	}
	room.Seq, room.Messages, room.changed = ev.Seq, ev.Messages, true
	res.Event = ev
	return true, nil
}

// milli is t as it is stored: UTC, in milliseconds.
func milli(t time.Time) time.Time { return time.UnixMilli(t.UnixMilli()).UTC() }

// flush writes the counts that the batch changed.
func (b *batch) flush() error {
	for id, r := range b.rooms {
		if !r.changed {
			continue
		}
		if _, err := b.exec(context.Background(), "UPDATE rooms SET seq = ?, messages = ?, topic = ?, people = ? WHERE id = ?",
			int64(r.Seq), int64(r.Messages), r.Topic.String(), int64(r.People), int64(id)); err != nil {
			return err
		}
	}
	for k, m := range b.members {
		if m.own == 0 {
			continue
		}
		if _, err := b.exec(context.Background(), "UPDATE members SET own = own + ? WHERE room = ? AND name = ?",
			m.own, int64(k.room), k.name.String()); err != nil {
			return err
		}
	}
	return nil
}
