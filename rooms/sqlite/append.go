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
	s.indexer.note(results)
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
	was             rooms.Room // as it was read
	exists, changed bool
	talked          time.Time // when the newest message was said, as newest reads it; zero before
}

// unusual reports whether more has changed than each message changes.
func (r *roomState) unusual() bool {
	now := r.Room
	now.Seq, now.Messages, now.Topic, now.People = r.was.Seq, r.was.Messages, r.was.Topic, r.was.People
	return now != r.was
}

type memberKey struct {
	room rooms.ID
	name text.Name
}

type memberState struct {
	exists bool
	joined uint64
	role   rooms.Role
	quiet  time.Time
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
	switch {
	case e.Guest:
		return b.guest(room, e, res)
	case e.Import:
		return b.imported(room, e, res)
	case e.Hook != 0:
		return b.hooked(room, e, res)
	case e.Type == rooms.Join:
		return b.join(room, e, res)
	case e.Type == rooms.Decline:
		return b.decline(room, e, res)
	}
	c, member, err := b.look(room, e)
	if err != nil {
		return err
	}
	if why := rooms.Allow(c, e); why != nil {
		return b.refuse(room, e, res, why)
	}
	switch {
	case e.Type.Talk():
		return b.talk(room, member, e, res)
	case e.Type.Changes():
		return b.change(room, c, e, res)
	case e.Type.Moderates():
		return b.moderate(room, c, e, res)
	case e.Type == rooms.Leave:
		return b.leave(room, member, e, res)
	case e.Type == rooms.Invite:
		return b.invite(room, e, res)
	}
	return b.plain(room, e, res)
}

// guest lets a guest talk where the room takes guests and is open.
func (b *batch) guest(room *roomState, e *rooms.Entry, res *rooms.Result) error {
	switch {
	case !room.Guests || e.Type != rooms.Message && e.Type != rooms.Action || e.Thread != 0 || e.Ref != 0:
		return b.refuse(room, e, res, rooms.ErrForbidden)
	case room.Archived:
		return b.refuse(room, e, res, rooms.ErrArchived)
	case room.Locked:
		return b.refuse(room, e, res, rooms.ErrLocked)
	}
	return b.talk(room, nil, e, res)
}

// check refuses entries that no caller should make.
func check(e *rooms.Entry) error {
	switch {
	case e.Author.IsZero():
		return errors.New("an event needs an author")
	case len(e.Nonce) > rooms.MaxNonce:
		return fmt.Errorf("a nonce has at most %d bytes: choose a shorter one", rooms.MaxNonce)
	case e.Target.IsZero() && needsTarget(e.Type):
		return fmt.Errorf("an event of type %s needs somebody whom it is for", e.Type)
	case e.File != nil && (!e.Type.Talk() || e.Import):
		return fmt.Errorf("an event of type %s brings no file with it here", e.Type)
	case e.Ref == 0 && (e.Type.Changes() || e.Type == rooms.Expire):
		return fmt.Errorf("an event of type %s needs a message that it is about", e.Type)
	}
	switch e.Type {
	case rooms.Create:
		return checkNew(e)
	case rooms.Join, rooms.Leave, rooms.Invite, rooms.Decline, rooms.Topic:
		return nil
	}
	if e.Type.Talk() || e.Type.Changes() || e.Type.Moderates() {
		return nil
	}
	return fmt.Errorf("an event of type %q cannot be stored by this version", e.Type)
}

func needsTarget(t rooms.Type) bool {
	switch t {
	case rooms.Invite, rooms.Grant, rooms.Kick, rooms.Ban, rooms.Unban, rooms.Quiet, rooms.Unquiet:
		return true
	}
	return false
}

func checkNew(e *rooms.Entry) error {
	switch {
	case e.Guest:
		return rooms.ErrForbidden
	case e.New.Kind != rooms.Public && e.New.Kind != rooms.Private && e.New.Kind != rooms.Direct:
		return fmt.Errorf("a room is public, private or direct, not %q", e.New.Kind)
	case e.New.Name.IsZero() != (e.New.Kind == rooms.Direct):
		return errors.New("a room needs a name, and a direct one has none")
	case e.New.Kind == rooms.Direct:
		_, err := rooms.DirectNames(e.New.Direct)
		return err
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
		Ref: e.Ref, Thread: e.Thread, Detail: e.Detail, Until: moment(millis(e.Until)),
		Bot: e.Bot, File: e.File, Signature: e.Signature,
	}
	if e.Counts() {
		ev.Messages++
	}
	n, err := b.exec(context.Background(), `INSERT INTO events
		(room, seq, time, type, author, text, target, nonce, messages, ref, thread, detail, until, bot, file, signature)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (room, nonce, author) WHERE nonce <> '' DO NOTHING`,
		int64(ev.Room), int64(ev.Seq), ev.Time.UnixMilli(), string(ev.Type),
		ev.Author.String(), ev.Text.String(), ev.Target.String(), ev.Nonce, int64(ev.Messages),
		int64(ev.Ref), int64(ev.Thread), ev.Detail, millis(ev.Until), boolean(ev.Bot), fileText(ev.File), ev.Signature)
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
	if ev.Type.Talk() && !ev.Text.IsZero() {
		room.talked = ev.Time
	}
	room.Apply(&ev)
	room.changed = true
	res.Event = ev
	return true, nil
}

// saveRoom writes what events have changed of a room.
func (b *batch) saveRoom(r *roomState) error {
	if !r.unusual() {
		_, err := b.exec(context.Background(), "UPDATE rooms SET seq = ?, messages = ?, topic = ?, people = ? WHERE id = ?",
			int64(r.Seq), int64(r.Messages), r.Topic.String(), int64(r.People), int64(r.ID))
		return err
	}
	_, err := b.exec(context.Background(), `UPDATE rooms SET seq = ?, messages = ?, topic = ?, people = ?,
		name = ?, skeleton = ?, guests = ?, slow = ?, locked = ?, archived = ?, history = ?, keep = ?, gone = ?, pinned = ?, no_bots = ?, gone_messages = ? WHERE id = ?`,
		int64(r.Seq), int64(r.Messages), r.Topic.String(), int64(r.People),
		r.Name.Slug(), r.Name.Skeleton(), boolean(r.Guests), r.Slow.Milliseconds(), boolean(r.Locked), boolean(r.Archived),
		string(r.History), r.Keep.Milliseconds(), int64(r.Gone), int64(r.Pinned), boolean(r.NoBots), int64(r.GoneMessages), int64(r.ID))
	return err
}

// milli is t as it is stored: UTC, in milliseconds.
func milli(t time.Time) time.Time { return time.UnixMilli(t.UnixMilli()).UTC() }

// flush writes the counts that the batch changed.
func (b *batch) flush() error {
	for _, r := range b.rooms {
		if !r.changed {
			continue
		}
		if err := b.saveRoom(r); err != nil {
			return err
		}
	}
	return b.flushOwn()
}

// flushOwn writes how much of what the batch has appended is whose.
func (b *batch) flushOwn() error {
	for k, m := range b.members {
		if m.own == 0 {
			continue
		}
		if _, err := b.exec(context.Background(), "UPDATE members SET own = own + ? WHERE room = ? AND name = ?",
			m.own, int64(k.room), k.name.String()); err != nil {
			return err
		}
		m.own = 0
	}
	return nil
}
