package sqlite

import (
	"context"

	"parley/rooms"
	"parley/text"
)

// What each type of entry does to the projections. The log itself is insert's work.

// talk appends a message or an action, counts it for its author and notes whom it names.
func (b *batch) talk(room *roomState, author *memberState, e *rooms.Entry, res *rooms.Result) error {
	if ok, err := b.insert(room, e, res); err != nil || !ok {
		return err
	}
	if author != nil {
		author.own++
	}
	for _, name := range text.Mentions(e.Text) {
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
	}
	return nil
}

func (b *batch) topic(room *roomState, e *rooms.Entry, res *rooms.Result) error {
	ok, err := b.insert(room, e, res)
	if ok {
		room.Topic = text.NewLine(e.Text.String(), rooms.MaxTopic)
	}
	return err
}

// create makes a room with its author as owner. With a nonce, repeating it
// gives the room that was made the first time.
func (b *batch) create(e *rooms.Entry, res *rooms.Result) error {
	name := e.New.Name
	if !name.IsZero() {
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
	id, err := b.conn.insert(`INSERT INTO rooms (name, skeleton, kind, guests, topic, creator, created, seq, messages, people)
		VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 1)`,
		name.Slug(), name.Skeleton(), string(e.New.Kind), boolean(e.New.Guests), e.New.Topic.String(), e.Author.String(), created.UnixMilli())
	if err != nil {
		return err
	}
	room := &roomState{exists: true, Room: rooms.Room{
		ID: rooms.ID(id), Name: name, Kind: e.New.Kind, Guests: e.New.Guests, Topic: e.New.Topic,
		Creator: e.Author, Created: created, People: 1,
	}}
	b.rooms[room.ID] = room
	if _, err := b.insert(room, e, res); err != nil {
		return err
	}
	res.Room = room.Room
	return b.admit(room, &memberState{}, e.Author, rooms.RoleOwner)
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
func (b *batch) join(room *roomState, m *memberState, e *rooms.Entry, res *rooms.Result) error {
	if m.exists {
		return b.again(room.ID, m.joined, res)
	}
	if room.Kind != rooms.Public {
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
	if room.People == 0 {
		role = rooms.RoleOwner
	}
	room.People++
	if _, err := b.exec(context.Background(), "DELETE FROM invitations WHERE name = ? AND room = ?",
		e.Author.String(), int64(room.ID)); err != nil {
		return err
	}
	return b.admit(room, m, e.Author, role)
}

// admit makes a member whose read mark stands at the newest event, the one
// that brought them in: what was said before is not unread.
func (b *batch) admit(room *roomState, m *memberState, name text.Name, role rooms.Role) error {
	*m = memberState{exists: true, joined: room.Seq, role: role}
	b.members[memberKey{room.ID, name}] = m
	_, err := b.exec(context.Background(), `INSERT INTO members (room, name, role, joined, read_seq, read_messages, own)
		VALUES (?, ?, ?, ?, ?, ?, 0)`,
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
	if _, err := b.exec(context.Background(), "DELETE FROM members WHERE room = ? AND name = ?",
		int64(room.ID), e.Author.String()); err != nil {
		return err
	}
	left := m.role
	*m = memberState{}
	room.People--
	if left != rooms.RoleOwner {
		return nil
	}
	var heir string
	found, err := b.first("SELECT name FROM members WHERE room = ? ORDER BY role DESC, joined LIMIT 1", func(r row) {
		heir = r.text(0)
	}, int64(room.ID))
	if err != nil || !found {
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

// invite lets somebody join. A second invitation before the first is used changes nothing.
func (b *batch) invite(room *roomState, e *rooms.Entry, res *rooms.Result) error {
	target, err := b.member(room.ID, e.Target)
	if err != nil {
		return err
	}
	if target.exists {
		return b.refuse(room, e, res, rooms.ErrMember)
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
	state.exists = found
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
	_, err := b.first("SELECT joined, role FROM members WHERE room = ? AND name = ?", func(r row) {
		*m = memberState{exists: true, joined: r.uint(0), role: rooms.Role(r.int(1))}
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
