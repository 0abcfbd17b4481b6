package sqlite

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parley/rooms"
	"parley/text"
)

// What each type of entry does to the projections. The log itself is insert's work.

// talk appends what somebody says, counts it for its author and notes whom it calls.
func (b *batch) talk(room *roomState, author *memberState, e *rooms.Entry, res *rooms.Result) error {
	if e.File != nil {
		if why, err := b.claim(e); err != nil {
			return err
		} else if why != nil {
			return b.refuse(room, e, res, why)
		}
	}
	if ok, err := b.insert(room, e, res); err != nil || !ok {
		return err
	}
	if e.File != nil {
		if err := b.settle(&res.Event); err != nil {
			return err
		}
	}
	if author != nil && e.Counts() {
		author.own++
	}
	names := text.Mentions(e.Text)
	for _, n := range e.Call {
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	for _, name := range names {
		if name == e.Author {
			continue
		}
		m, err := b.member(room.ID, name)
		if err != nil {
			return err
		}
		if !m.exists {
			continue
		}
		if _, err := b.exec(context.Background(), "INSERT INTO mentions (name, room, seq) VALUES (?, ?, ?)",
			name.String(), int64(room.ID), int64(res.Event.Seq)); err != nil {
			return err
		}
		res.Called = append(res.Called, name)
	}
	if e.Thread != 0 {
		return b.follow(room, e, res)
	}
	return nil
}

// imported appends an event of another log: what may be done is not asked, what makes sense is.
func (b *batch) imported(room *roomState, e *rooms.Entry, res *rooms.Result) error {
	if !e.Type.Talk() && !e.Type.Changes() && e.Type != rooms.Topic {
		return b.refuse(room, e, res, fmt.Errorf("an event of type %s cannot be imported", e.Type))
	}
	c, author, err := b.look(room, e)
	if err != nil {
		return err
	}
	if e.Ref != 0 && (c.Ref == nil || !c.Ref.Type.Talk()) || e.Thread != 0 && (c.Root == nil || !c.Root.Counts()) {
		return b.refuse(room, e, res, rooms.ErrNoEvent)
	}
	if e.Type.Talk() && !e.Text.IsZero() {
		newest, err := b.newest(room)
		if err != nil {
			return err
		}
		if rooms.TooOld(e.Time, newest) {
			return b.refuse(room, e, res, rooms.ErrOlder)
		}
	}
	// What may be done to somebody's words was decided where the log was kept, and nothing here proves it. That
	// somebody deleted what came without words takes nothing from anybody.
	if (e.Type == rooms.Edit || e.Type == rooms.Delete && !c.Ref.Text.IsZero()) && c.Ref.Author != e.Author {
		return b.refuse(room, e, res, rooms.ErrForbidden)
	}
	if e.Type.Changes() && c.Deleted || e.Type == rooms.Edit && c.Ref.Text.IsZero() {
		return b.refuse(room, e, res, rooms.ErrNoEvent) // its words would outlive the message
	}
	if e.Type.Changes() {
		return b.change(room, c, e, res)
	}
	ok, err := b.insert(room, e, res)
	if ok && author.exists && e.Counts() {
		author.own++
	}
	return err
}

// newest is when the newest message of a room was said that has words, read once for the batch.
func (b *batch) newest(room *roomState) (time.Time, error) {
	if !room.talked.IsZero() {
		return room.talked, nil
	}
	_, err := b.first("SELECT time FROM events WHERE room = ? AND type IN ('message', 'action', 'poll') AND text <> '' ORDER BY seq DESC LIMIT 1", func(r row) {
		room.talked = time.UnixMilli(r.int(0)).UTC()
	}, int64(room.ID))
	return room.talked, err
}

// plain appends an event that changes nothing beyond what Room.Apply does.
func (b *batch) plain(room *roomState, e *rooms.Entry, res *rooms.Result) error {
	_, err := b.insert(room, e, res)
	return err
}

// create makes a room with its author as owner. With a nonce, repeating it
// gives the room that was made the first time.
func (b *batch) create(e *rooms.Entry, res *rooms.Result) error {
	name := e.New.Name
	if e.New.Kind == rooms.Direct {
		var id rooms.ID
		found, err := b.first("SELECT id FROM rooms WHERE direct = ? AND direct <> ''", func(r row) { id = rooms.ID(r.int(0)) }, e.New.Direct)
		if err != nil {
			return err
		}
		if found {
			return b.existing(id, res)
		}
	} else {
		var id rooms.ID
		found, err := b.first("SELECT id FROM rooms WHERE skeleton = ?1 AND skeleton <> '' OR name = ?2 AND name <> ''",
			func(r row) { id = rooms.ID(r.int(0)) }, name.Skeleton(), name.Slug())
		if err != nil {
			return err
		}
		if found {
			return b.taken(id, e, res)
		}
	}
	created := milli(e.Time)
	id, err := b.conn.insert(`INSERT INTO rooms (name, skeleton, kind, guests, topic, creator, created, direct,
			seq, messages, people, slow, locked, archived, history, keep, gone, pinned, no_bots, gone_messages)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, '', 0, 0, 0, 0, 0)`,
		name.Slug(), name.Skeleton(), string(e.New.Kind), boolean(e.New.Guests), e.New.Topic.String(), e.Author.String(), created.UnixMilli(), e.New.Direct)
	if err != nil {
		return err
	}
	room := &roomState{exists: true, Room: rooms.Room{
		ID: rooms.ID(id), Name: name, Kind: e.New.Kind, Guests: e.New.Guests, Topic: e.New.Topic,
		Creator: e.Author, Created: created, Direct: e.New.Direct,
	}}
	room.was = room.Room
	b.rooms[room.ID] = room
	people, role := []text.Name{e.Author}, rooms.RoleOwner
	if e.New.Kind == rooms.Direct {
		role = rooms.RoleMember
		if people, err = rooms.DirectNames(e.New.Direct); err != nil {
			return err
		}
	}
	room.People = len(people)
	if _, err := b.insert(room, e, res); err != nil {
		return err
	}
	res.Room = room.Room
	for _, who := range people {
		if err := b.admit(room, &memberState{}, who, role); err != nil {
			return err
		}
	}
	return nil
}

// existing answers a Create of a direct room that there is already.
func (b *batch) existing(id rooms.ID, res *rooms.Result) error {
	room, err := b.room(id)
	if err != nil {
		return err
	}
	res.Room = room.Room
	return b.again(id, 1, res)
}

// taken answers a Create whose name a room has already.
func (b *batch) taken(id rooms.ID, e *rooms.Entry, res *rooms.Result) error {
	room, err := b.room(id)
	if err != nil {
		return err
	}
	if err := b.refuse(room, e, res, rooms.ErrNameTaken); err != nil {
		return err
	}
	if res.Again && res.Event.Type == rooms.Create && room.Name == e.New.Name {
		res.Room = room.Room
		return nil
	}
	*res = rooms.Result{Err: rooms.ErrNameTaken}
	return nil
}

// join admits somebody. Who comes into a room without members becomes its
// owner: otherwise nobody could ever moderate it again.
func (b *batch) join(room *roomState, e *rooms.Entry, res *rooms.Result) error {
	m, err := b.member(room.ID, e.Author)
	if err != nil {
		return err
	}
	if m.exists {
		return b.again(room.ID, m.joined, res)
	}
	out, silent, err := b.sanctioned(room.ID, e.Author, e.Time)
	switch {
	case err != nil:
		return err
	case out != nil:
		return b.refuse(room, e, res, &rooms.BanError{Sanction: *out})
	case room.Archived:
		return b.refuse(room, e, res, rooms.ErrArchived)
	}
	if room.Kind != rooms.Public && !room.For(e.Author) {
		invited, err := b.invited(room.ID, e.Author)
		if err != nil {
			return err
		}
		if !invited {
			return b.refuse(room, e, res, rooms.ErrNotInvited)
		}
	}
	if ok, err := b.insert(room, e, res); err != nil || !ok {
		return err
	}
	role := rooms.RoleMember
	if room.People == 0 && room.Kind != rooms.Direct {
		role = rooms.RoleOwner
		if err := b.succeeded(&res.Event, e.Author.String(), "the first one in a room that all had left"); err != nil {
			return err
		}
	}
	room.People++
	if _, err := b.exec(context.Background(), "DELETE FROM invitations WHERE name = ? AND room = ?",
		e.Author.String(), int64(room.ID)); err != nil {
		return err
	}
	if err := b.admit(room, m, e.Author, role); err != nil || silent == nil {
		return err
	}
	return b.silence(room, m, e.Author, silent.Until)
}

// decline gives an invitation back to whom it is from, the Target.
func (b *batch) decline(room *roomState, e *rooms.Entry, res *rooms.Result) error {
	var from string
	invited, err := b.first(`SELECT e.author FROM invitations i JOIN events e ON e.room = i.room AND e.seq = i.seq
		WHERE i.name = ? AND i.room = ?`, func(r row) { from = r.text(0) }, e.Author.String(), int64(room.ID))
	if err != nil {
		return err
	}
	if !invited {
		return b.refuse(room, e, res, rooms.ErrNotInvited)
	}
	entry := *e
	if entry.Target, err = names(nil).read(from); err != nil {
		return err
	}
	if ok, err := b.insert(room, &entry, res); err != nil || !ok {
		return err
	}
	_, err = b.exec(context.Background(), "DELETE FROM invitations WHERE name = ? AND room = ?", e.Author.String(), int64(room.ID))
	return err
}

// admit makes a member whose read mark stands at the newest event, the one
// that brought them in: what was said before is not unread.
func (b *batch) admit(room *roomState, m *memberState, name text.Name, role rooms.Role) error {
	*m = memberState{exists: true, joined: room.Seq, role: role}
	b.members[memberKey{room.ID, name}] = m
	_, err := b.exec(context.Background(), `INSERT INTO members (room, name, role, joined, read_seq, read_messages, own, quiet, notify, star)
		VALUES (?, ?, ?, ?, ?, ?, 0, 0, '', 0)`,
		int64(room.ID), name.String(), int64(role), int64(room.Seq), int64(room.Seq), int64(room.Messages))
	return err
}

// leave ends a membership with its place and its read mark. When the last
// owner leaves, the room goes to the one of the highest role, and among those
// to the one who has been in it longest.
func (b *batch) leave(room *roomState, m *memberState, e *rooms.Entry, res *rooms.Result) error {
	if ok, err := b.insert(room, e, res); err != nil || !ok {
		return err
	}
	left := m.role
	if err := b.remove(room, m, e.Author); err != nil || left != rooms.RoleOwner {
		return err
	}
	return b.inherit(room, &res.Event)
}

// inherit makes an owner after one is out, by an event: nobody new where there is another one. The audit log has it.
func (b *batch) inherit(room *roomState, out *rooms.Event) error {
	var heir string
	var role rooms.Role
	found, err := b.first("SELECT name, role FROM members WHERE room = ? ORDER BY role DESC, joined LIMIT 1", func(r row) {
		heir, role = r.text(0), rooms.Role(r.int(1))
	}, int64(room.ID))
	if err != nil || !found || role == rooms.RoleOwner || room.Kind == rooms.Direct {
		return err
	}
	if err := b.succeeded(out, heir, "the last owner is out"); err != nil {
		return err
	}
	if _, err := b.exec(context.Background(), "UPDATE members SET role = ? WHERE room = ? AND name = ?",
		int64(rooms.RoleOwner), int64(room.ID), heir); err != nil {
		return err
	}
	for k, other := range b.members {
		if k.room == room.ID && k.name.String() == heir {
			other.role = rooms.RoleOwner
		}
	}
	return nil
}

// succeeded notes in the audit log who owns a room from an event on without having been given it.
func (b *batch) succeeded(by *rooms.Event, heir, why string) error {
	return b.record(rooms.Deed{
		Time: by.Time, Who: by.Author, Action: string(rooms.Grant), Room: by.Room, Target: heir, Why: rooms.RoleOwner.String() + ": " + why,
	})
}

// remove ends a membership, with its place, its read mark and what it follows.
func (b *batch) remove(room *roomState, m *memberState, who text.Name) error {
	for _, query := range []string{
		"DELETE FROM members WHERE room = ? AND name = ?",
		"DELETE FROM follows WHERE room = ? AND name = ?",
	} {
		if _, err := b.exec(context.Background(), query, int64(room.ID), who.String()); err != nil {
			return err
		}
	}
	*m = memberState{}
	room.People--
	return nil
}

// invite lets somebody join. A second invitation before the first is used changes nothing.
func (b *batch) invite(room *roomState, e *rooms.Entry, res *rooms.Result) error {
	target, err := b.member(room.ID, e.Target)
	if err != nil {
		return err
	}
	if target.exists {
		return b.refuse(room, e, res, rooms.ErrMember)
	}
	out, _, err := b.sanctioned(room.ID, e.Target, e.Time)
	if err != nil {
		return err
	}
	if out != nil {
		return b.refuse(room, e, res, &rooms.BanError{Sanction: *out})
	}
	var seq uint64
	found, err := b.first("SELECT seq FROM invitations WHERE name = ? AND room = ?", func(r row) { seq = r.uint(0) },
		e.Target.String(), int64(room.ID))
	if err != nil {
		return err
	}
	if found {
		return b.again(room.ID, seq, res)
	}
	if ok, err := b.insert(room, e, res); err != nil || !ok {
		return err
	}
	_, err = b.exec(context.Background(), "INSERT INTO invitations (name, room, seq) VALUES (?, ?, ?)",
		e.Target.String(), int64(room.ID), int64(res.Event.Seq))
	return err
}

// room reads a room once for the batch.
func (b *batch) room(id rooms.ID) (*roomState, error) {
	if r, ok := b.rooms[id]; ok {
		return r, nil
	}
	state := &roomState{}
	var fail error
	found, err := b.first(selectRooms+"WHERE r.id = ?", func(r row) { state.Room, fail = readRoom(r) }, int64(id))
	if err == nil {
		err = fail
	}
	if err != nil {
		return nil, err
	}
	state.exists, state.was = found, state.Room
	b.rooms[id] = state
	return state, nil
}

// member reads a membership once for the batch.
func (b *batch) member(room rooms.ID, name text.Name) (*memberState, error) {
	k := memberKey{room, name}
	if m, ok := b.members[k]; ok {
		return m, nil
	}
	m := &memberState{}
	_, err := b.first("SELECT joined, role, quiet FROM members WHERE room = ? AND name = ?", func(r row) {
		*m = memberState{exists: true, joined: r.uint(0), role: rooms.Role(r.int(1)), quiet: moment(r.int(2))}
	}, int64(room), name.String())
	if err != nil {
		return nil, err
	}
	b.members[k] = m
	return m, nil
}

func boolean(v bool) int64 {
	if v {
		return 1
	}
	return 0
}
