package storetest

import (
	"slices"
	"strings"

	"parley/rooms"
	"parley/text"
)

// model is what a store has to be, in the plainest terms: it keeps logs,
// memberships and marks, and works out everything else from them each time.
type model struct {
	rooms  map[rooms.ID]*modelRoom
	people map[text.Name]rooms.Person
}

type modelRoom struct {
	rooms.Room // as it was made, with the topic of now
	log        []rooms.Event
	members    map[text.Name]*modelMember
	invited    map[text.Name]uint64
	mentioned  map[text.Name][]uint64
}

type modelMember struct {
	role         rooms.Role
	joined, read uint64
	place        rooms.Place
}

func newModel() *model {
	return &model{rooms: make(map[rooms.ID]*modelRoom), people: make(map[text.Name]rooms.Person)}
}

// append is what a store must answer, but for Result.Room. A Create takes the ID that the store gave.
func (m *model) append(e rooms.Entry, id rooms.ID) rooms.Result {
	if e.Type == rooms.Create {
		return m.create(e, id)
	}
	r := m.rooms[e.Room]
	if r == nil {
		return rooms.Result{Err: rooms.ErrNoRoom}
	}
	member := r.members[e.Author]
	var refusal error
	switch {
	case e.Guest && (!r.Guests || !e.Counts()):
		refusal = rooms.ErrForbidden
	case e.Guest:
	case e.Type == rooms.Join && member != nil:
		return rooms.Result{Event: r.log[member.joined-1], Again: true}
	case e.Type == rooms.Join:
		if _, ok := r.invited[e.Author]; !ok && r.Kind != rooms.Public {
			refusal = rooms.ErrNotInvited
		}
	case member == nil:
		refusal = rooms.ErrNotMember
	case e.Type == rooms.Invite && r.members[e.Target] != nil:
		refusal = rooms.ErrMember
	case e.Type == rooms.Invite:
		if seq, ok := r.invited[e.Target]; ok {
			return rooms.Result{Event: r.log[seq-1], Again: true}
		}
	}
	if first := r.posted(e); first != nil {
		return rooms.Result{Event: *first, Again: true}
	}
	if refusal != nil {
		return rooms.Result{Err: refusal}
	}
	ev := r.add(e)
	r.project(e, ev)
	return rooms.Result{Event: ev}
}

func (m *model) create(e rooms.Entry, id rooms.ID) rooms.Result {
	for _, r := range m.rooms {
		if r.Name.Skeleton() != e.New.Name.Skeleton() {
			continue
		}
		if first := r.posted(e); first != nil && first.Type == rooms.Create && r.Name == e.New.Name {
			return rooms.Result{Event: *first, Again: true}
		}
		return rooms.Result{Err: rooms.ErrNameTaken}
	}
	r := &modelRoom{
		Room: rooms.Room{
			ID: id, Name: e.New.Name, Kind: e.New.Kind, Guests: e.New.Guests, Topic: e.New.Topic,
			Creator: e.Author, Created: e.Time,
		},
		members:   map[text.Name]*modelMember{e.Author: {role: rooms.RoleOwner, joined: 1, read: 1}},
		invited:   make(map[text.Name]uint64),
		mentioned: make(map[text.Name][]uint64),
	}
	m.rooms[id] = r
	return rooms.Result{Event: r.add(e)}
}

// posted finds the event that was committed with the entry's nonce.
func (r *modelRoom) posted(e rooms.Entry) *rooms.Event {
	for i, old := range r.log {
		if e.Nonce != "" && old.Author == e.Author && old.Nonce == e.Nonce {
			return &r.log[i]
		}
	}
	return nil
}

func (r *modelRoom) add(e rooms.Entry) rooms.Event {
	ev := rooms.Event{
		Room: r.ID, Seq: uint64(len(r.log)) + 1, Time: e.Time, Type: e.Type,
		Author: e.Author, Text: e.Text, Target: e.Target, Nonce: e.Nonce, Messages: r.messagesAt(uint64(len(r.log))),
	}
	if e.Counts() {
		ev.Messages++
	}
	r.log = append(r.log, ev)
	return ev
}

func (r *modelRoom) project(e rooms.Entry, ev rooms.Event) {
	switch {
	case e.Type == rooms.Join:
		role := rooms.RoleMember
		if len(r.members) == 0 {
			role = rooms.RoleOwner
		}
		r.members[e.Author] = &modelMember{role: role, joined: ev.Seq, read: ev.Seq}
		delete(r.invited, e.Author)
	case e.Type == rooms.Leave:
		was := r.members[e.Author].role
		delete(r.members, e.Author)
		if heir := r.heir(); was == rooms.RoleOwner && heir != nil {
			heir.role = rooms.RoleOwner
		}
	case e.Type == rooms.Invite:
		r.invited[e.Target] = ev.Seq
	case e.Type == rooms.Topic:
		r.Topic = text.NewLine(e.Text.String(), rooms.MaxTopic)
	case e.Counts():
		for _, who := range text.Mentions(e.Text) {
			if r.members[who] != nil && who != e.Author {
				r.mentioned[who] = append(r.mentioned[who], ev.Seq)
			}
		}
	}
}

func (r *modelRoom) heir() *modelMember {
	var best *modelMember
	for _, m := range r.members {
		if best == nil || m.role > best.role || m.role == best.role && m.joined < best.joined {
			best = m
		}
	}
	return best
}

func (r *modelRoom) messagesAt(seq uint64) uint64 {
	if seq == 0 {
		return 0
	}
	return r.log[seq-1].Messages
}

func (m *model) save(u rooms.Update) {
	switch {
	case u.Mark != nil:
		if r := m.rooms[u.Mark.Room]; r != nil && r.members[u.Mark.Name] != nil {
			r.members[u.Mark.Name].read = min(u.Mark.Seq, uint64(len(r.log)))
		}
	case u.Place != nil:
		if r := m.rooms[u.Place.Room]; r != nil && r.members[u.Place.Name] != nil {
			r.members[u.Place.Name].place = u.Place.Place
		}
	case u.Person != nil:
		m.people[u.Person.Name] = *u.Person
	}
}

// room is a room as a store shows it.
func (r *modelRoom) room() rooms.Room {
	shown := r.Room
	shown.Seq, shown.Messages, shown.People = uint64(len(r.log)), r.messagesAt(uint64(len(r.log))), len(r.members)
	return shown
}

func (r *modelRoom) membersList() []rooms.Member {
	var list []rooms.Member
	for who, m := range r.members {
		list = append(list, rooms.Member{Name: who, Role: m.role, Joined: m.joined})
	}
	slices.SortFunc(list, func(a, b rooms.Member) int { return a.Name.Compare(b.Name) })
	return list
}

func (m *model) listed(viewer text.Name) []rooms.Room {
	var list []rooms.Room
	for _, r := range m.rooms {
		if _, invited := r.invited[viewer]; r.Kind == rooms.Public || invited || r.members[viewer] != nil {
			list = append(list, r.room())
		}
	}
	slices.SortFunc(list, func(a, b rooms.Room) int { return strings.Compare(a.Name.Slug(), b.Name.Slug()) })
	return list
}

func (m *model) inbox(who text.Name) []rooms.Membership {
	var list []rooms.Membership
	for _, r := range m.listed(who) {
		room := m.rooms[r.ID]
		if _, ok := room.invited[who]; ok {
			list = append(list, rooms.Membership{Room: r, Read: r.Seq, ReadMessages: r.Messages})
		}
		mm := room.members[who]
		if mm == nil {
			continue
		}
		row := rooms.Membership{Room: r, Role: mm.role, Joined: mm.joined, Read: mm.read, ReadMessages: room.messagesAt(mm.read), Place: mm.place}
		for _, e := range room.log[mm.read:] {
			if e.Counts() && e.Author == who {
				row.Own++
			}
		}
		for _, seq := range room.mentioned[who] {
			if seq > mm.read {
				row.Mentions++
			}
		}
		list = append(list, row)
	}
	return list
}
