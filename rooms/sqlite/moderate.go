package sqlite

import (
	"context"
	"strconv"
	"time"

	"parley/rooms"
	"parley/text"
)

// moderate appends an act of moderation and what follows from it.
func (b *batch) moderate(room *roomState, c rooms.Case, e *rooms.Entry, res *rooms.Result) error {
	if e.Type == rooms.Rename {
		taken, err := b.nameTaken(room, e)
		if err != nil {
			return err
		}
		if taken {
			return b.refuse(room, e, res, rooms.ErrNameTaken)
		}
	}
	if e.Type == rooms.Set && room.Is(e.Detail, e.Text.String()) {
		return b.isSo(room, e, res)
	}
	entry, was, gone := *e, room.Name, room.Gone
	if e.Type == rooms.Ban && c.Victim != nil {
		entry.Detail = rooms.BannedMember
	}
	if e.Type == rooms.Expire {
		if err := b.measure(&entry); err != nil {
			return err
		}
	}
	if ok, err := b.insert(room, &entry, res); err != nil || !ok {
		return err
	}
	if err := b.audit(&res.Event, text.Name{}); err != nil {
		return err
	}
	switch e.Type {
	case rooms.Rename:
		_, err := b.exec(context.Background(), "INSERT OR REPLACE INTO former_names (name, room) VALUES (?, ?)", was.Slug(), int64(room.ID))
		return err
	case rooms.Grant:
		return b.grant(room, e)
	case rooms.Kick:
		return b.expel(room, c, e)
	case rooms.Ban:
		if err := b.sanction(room, e, false); err != nil {
			return err
		}
		return b.expel(room, c, e)
	case rooms.Unban:
		return b.lift(room, e, false)
	case rooms.Quiet:
		if err := b.sanction(room, e, true); err != nil {
			return err
		}
		return b.quiet(room, e, e.Until, true)
	case rooms.Unquiet:
		if err := b.lift(room, e, true); err != nil {
			return err
		}
		return b.quiet(room, e, time.Time{}, false)
	case rooms.Expire:
		return b.erase(room, e, gone)
	}
	return nil
}

// isSo answers a Set of what is so already by the event that set it, or by the one that made the room.
func (b *batch) isSo(room *roomState, e *rooms.Entry, res *rooms.Result) error {
	found, err := b.lookup(room.ID, res, "WHERE room = ? AND type = 'set' AND detail = ? ORDER BY seq DESC LIMIT 1", int64(room.ID), e.Detail)
	if err != nil || found {
		return err
	}
	return b.again(room.ID, 1, res)
}

func (b *batch) nameTaken(room *roomState, e *rooms.Entry) (bool, error) {
	name, err := text.ParseRoomName(e.Text.String())
	if err != nil {
		return false, err
	}
	for id, r := range b.rooms { // renamed in this batch
		if id != room.ID && r.exists && r.Kind != rooms.Direct && r.Name.Skeleton() == name.Skeleton() {
			return true, nil
		}
	}
	return b.first("SELECT id FROM rooms WHERE (skeleton = ?1 AND skeleton <> '' OR name = ?2 AND name <> '') AND id <> ?3", func(row) {},
		name.Skeleton(), name.Slug(), int64(room.ID))
}

func (b *batch) grant(room *roomState, e *rooms.Entry) error {
	role, err := rooms.ParseRole(e.Detail)
	if err != nil {
		return err
	}
	m, err := b.member(room.ID, e.Target)
	if err != nil {
		return err
	}
	m.role = role
	_, err = b.exec(context.Background(), "UPDATE members SET role = ? WHERE room = ? AND name = ?", int64(role), int64(room.ID), e.Target.String())
	return err
}

// expel ends a membership, and takes an invitation back.
func (b *batch) expel(room *roomState, c rooms.Case, e *rooms.Entry) error {
	if _, err := b.exec(context.Background(), "DELETE FROM invitations WHERE name = ? AND room = ?", e.Target.String(), int64(room.ID)); err != nil {
		return err
	}
	if c.Victim == nil {
		return nil
	}
	m, err := b.member(room.ID, e.Target)
	if err != nil {
		return err
	}
	if err := b.remove(room, m, e.Target); err != nil || c.Victim.Role != rooms.RoleOwner {
		return err
	}
	return b.inherit(room, &rooms.Event{Room: room.ID, Time: milli(e.Time), Author: e.Author})
}

// sanction notes that somebody is banned or silent, in place of what was noted before.
func (b *batch) sanction(room *roomState, e *rooms.Entry, quiet bool) error {
	if err := b.lift(room, e, quiet); err != nil {
		return err
	}
	_, err := b.exec(context.Background(), `INSERT INTO sanctions (room, quiet, name, key, prefix, by, reason, made, until)
		VALUES (?, ?, ?, '', '', ?, ?, ?, ?)`,
		int64(room.ID), boolean(quiet), e.Target.String(), e.Author.String(), e.Text.String(), e.Time.UnixMilli(), millis(e.Until))
	return err
}

// lift takes a sanction back.
func (b *batch) lift(room *roomState, e *rooms.Entry, quiet bool) error {
	_, err := b.exec(context.Background(), "DELETE FROM sanctions WHERE room = ? AND name = ? AND quiet = ?",
		int64(room.ID), e.Target.String(), boolean(quiet))
	return err
}

// quiet puts into a membership until when it may not write.
func (b *batch) quiet(room *roomState, e *rooms.Entry, until time.Time, on bool) error {
	m, err := b.member(room.ID, e.Target)
	if err != nil {
		return err
	}
	if on && until.IsZero() {
		until = rooms.Forever
	}
	return b.silence(room, m, e.Target, until)
}

func (b *batch) silence(room *roomState, m *memberState, who text.Name, until time.Time) error {
	m.quiet = moment(millis(until))
	_, err := b.exec(context.Background(), "UPDATE members SET quiet = ? WHERE room = ? AND name = ?", millis(until), int64(room.ID), who.String())
	return err
}

// measure puts into an Expire how many messages there are up to its Ref: what is unread counts from there.
func (b *batch) measure(e *rooms.Entry) error {
	_, err := b.first("SELECT messages FROM events WHERE room = ? AND seq = ?", func(r row) { e.Detail = strconv.FormatUint(r.uint(0), 10) },
		int64(e.Room), int64(e.Ref))
	return err
}

// erase takes away what was said up to Ref, which is nothing new in a thread any more either, and nobody's own after their read mark. The
// log keeps its seqs, authors and times. gone is up to where that was done before.
func (b *batch) erase(room *roomState, e *rooms.Entry, gone uint64) error {
	if err := b.flushOwn(); err != nil {
		return err
	}
	// One walk along what expires, whose authors alone are looked at: not each of them along all of it, and not all members.
	if _, err := b.exec(context.Background(), `UPDATE members SET own = own - gone.n FROM (
			SELECT e.author AS name, count(*) AS n FROM events e CROSS JOIN members m ON m.room = ?1 AND m.name = e.author
			WHERE e.room = ?1 AND e.seq > ?3 AND e.seq <= ?2 AND e.thread = 0 AND e.type IN ('message', 'action', 'poll')
				AND e.seq > m.read_seq AND m.own > 0
			GROUP BY e.author) AS gone
		WHERE members.room = ?1 AND members.name = gone.name`,
		int64(room.ID), int64(e.Ref), int64(gone)); err != nil {
		return err
	}
	for _, query := range []string{
		"UPDATE events SET text = '', file = '', signature = '' WHERE room = ? AND seq <= ? AND text <> '' AND type IN ('message', 'action', 'poll')",
		"UPDATE events SET text = '', signature = '' WHERE room = ? AND ref <= ? AND ref <> 0 AND type NOT IN ('message', 'action', 'poll', 'expire') AND type = 'edit'",
		"DELETE FROM pins WHERE room = ? AND seq <= ?",
		"UPDATE files SET gone = 1 WHERE room = ? AND seq <= ? AND seq > 0 AND gone = 0",
		"UPDATE follows SET unread = " + newInThread("?2") + " WHERE room = ?1 AND root <= ?2 AND unread > 0",
	} {
		if _, err := b.exec(context.Background(), query, int64(room.ID), int64(e.Ref)); err != nil {
			return err
		}
	}
	return nil
}
