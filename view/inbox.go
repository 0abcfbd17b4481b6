package view

import (
	"math"
	"slices"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// roomRow is one room of the list. It is small: each session has one for each room of its person.
type roomRow struct {
	*roomTag
	unread   few
	mentions few
	threads  few // unread messages in threads that the person follows
	traits
}

// few is a count of which more than 65,535 is not told apart: the list shows 999 at the most.
type few uint16

func fewOf[N int | uint64](n N) few { return few(min(max(n, 0), math.MaxUint16)) }

// roomTag is what all who have a room in their list share of it.
type roomTag struct {
	id     rooms.ID
	name   text.RoomName
	direct string // who a conversation is of, as Room.Direct
}

func tagOf(r *rooms.Room) roomTag { return roomTag{r.ID, r.Name, r.Direct} }

// tag finds or makes the tag of a room.
func (s *Shared) tag(r *rooms.Room) *roomTag {
	if kept, ok := s.tags.get(tagOf(r)); ok {
		return kept
	}
	made := tagOf(r)
	s.tags.put(made, &made)
	return &made
}

// traits are what a room is to the person.
type traits uint8

const (
	invitedRow traits = 1 << iota // not a member yet
	privateRow
	starredRow
	mutedRow // nothing of it is told
)

func (r *roomRow) is(t traits) bool { return r.traits&t != 0 }

// label is what the person calls the room.
func (r *roomRow) label(me text.Name) string {
	if r.direct == "" {
		return r.name.String()
	}
	room := rooms.Room{Kind: rooms.Direct, Direct: r.direct}
	return room.Label(me)
}

// countOf is "3", "1@", "2t" or "": unread messages, whether one names the person, and those in threads.
func countOf(r *roomRow) string {
	if r.is(mutedRow) {
		return ""
	}
	words := ""
	if n := max(r.unread, r.mentions); n > 999 {
		words = "999+"
	} else if n > 0 {
		words = itoa(n)
	}
	if r.mentions > 0 {
		words += "@"
	}
	if r.threads > 0 {
		if words != "" {
			words += " "
		}
		words += itoa(min(r.threads, 999)) + "t"
	}
	return words
}

// hot reports whether the room wants to be looked at.
func (r *roomRow) hot() bool { return r.heat() > 0 }

// heat orders rooms for Alt-a and the hot list: mentions and conversations, invitations, the rest.
func (r *roomRow) heat() int {
	switch {
	case r.is(invitedRow):
		return 2
	case r.is(mutedRow):
		return 0
	case r.mentions > 0, r.unread > 0 && r.direct != "":
		return 3
	case r.unread > 0:
		return 1
	}
	return 0
}

// readInbox takes in the person's rooms.
func (v *View) readInbox() {
	st := &v.st
	scratch := v.sh.inboxes.Get().(*[]rooms.Membership)
	defer v.sh.giveInbox(scratch)
	inbox := v.ses.Inbox((*scratch)[:0])
	*scratch = inbox
	changed := !st.placed(inbox)
	if changed {
		st.place(v.sh, inbox)
	}
	for i := range inbox {
		if at := st.places[i]; at >= 0 && v.takeRow(int(at), &inbox[i]) {
			changed = true
		}
	}
	if changed {
		st.version++
		v.dirty = true
		switch {
		case v.wanted != 0 && v.member(v.wanted):
			v.open(v.wanted)
		case st.index(st.room.ID) < 0:
			v.lost()
		}
	}
}

// readRow takes in one of the rooms, of which there may be many; false if it is not in the list.
func (v *View) readRow(id rooms.ID) bool {
	st := &v.st
	at := st.index(id)
	if at < 0 {
		return false
	}
	m, ok := v.ses.Membership(id)
	if !ok {
		return false
	}
	if v.takeRow(at, &m) {
		st.version++
		v.dirty = true
	}
	return true
}

// takeRow takes in a room that is at that place of the list, and reports whether it shows something else now.
func (v *View) takeRow(at int, m *rooms.Membership) (changed bool) {
	st := &v.st
	row := v.row(st.list[at].roomTag, m)
	if row != st.list[at] {
		if row.id != st.room.ID {
			v.heardElsewhere(st.list[at], m)
		} else {
			v.bells.prefs = m.Prefs
		}
		st.list[at] = row
		changed = true
	}
	if row.id == st.room.ID {
		if !st.quiet.Equal(m.Quiet) || st.role != m.Role {
			st.quiet, st.role, v.dirty = m.Quiet, m.Role, true
			v.unsayShut()
		}
		v.inRoom(func() { v.current(m) })
		v.readFollows(max(m.Threads, 0))
		v.takeDraft(m.Place.Draft)
	}
	return changed
}

// lists reports whether a room is in the list. The one that is shown always is.
func (st *state) lists(m *rooms.Membership) bool { return chat.Listed(m) || m.Room.ID == st.room.ID }

// placed reports whether the list has all rooms of the inbox in their places.
func (st *state) placed(inbox []rooms.Membership) bool {
	if len(inbox) != len(st.places) {
		return false
	}
	for i := range inbox {
		m, at := &inbox[i], st.places[i]
		if (at >= 0) != st.lists(m) {
			return false
		}
		if at < 0 {
			continue
		}
		r := &st.list[at]
		if r.id != m.Room.ID || r.name != m.Room.Name || r.is(starredRow) != m.Prefs.Star || r.is(invitedRow) != (m.Role == rooms.RoleNone) {
			return false
		}
	}
	return true
}

// place puts the rooms of the inbox in order. What was known of them stays known.
func (st *state) place(sh *Shared, inbox []rooms.Membership) {
	was := st.list
	st.places = slices.Grow(st.places[:0], len(inbox))[:len(inbox)]
	order := make([]int, 0, len(inbox))
	for i := range inbox {
		if st.places[i] = -1; st.lists(&inbox[i]) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return chat.CompareListed(&inbox[a], &inbox[b], st.me) })
	st.list = make([]roomRow, len(order))
	for at, i := range order {
		st.places[i] = int16(at)
		if old := slices.IndexFunc(was, func(r roomRow) bool { return r.id == inbox[i].Room.ID }); old >= 0 {
			st.list[at] = was[old]
		} else {
			st.list[at] = roomRow{roomTag: sh.tag(&inbox[i].Room)}
		}
	}
	st.briefs = briefly(inbox, st.me)
}

// row is what the list shows of a room, which it may have shown under that tag.
func (v *View) row(tag *roomTag, m *rooms.Membership) roomRow {
	if *tag != tagOf(&m.Room) {
		tag = v.sh.tag(&m.Room)
	}
	r := roomRow{
		roomTag: tag,
		unread:  fewOf(m.Unread()), mentions: fewOf(m.Mentions), threads: fewOf(m.Threads),
	}
	if m.Role == rooms.RoleNone {
		r.traits |= invitedRow
	}
	if m.Room.Kind == rooms.Private {
		r.traits |= privateRow
	}
	if m.Prefs.Star {
		r.traits |= starredRow
	}
	if m.Prefs.Notify == rooms.NotifyNone || v.st.ignoresAll(&m.Room) {
		r.traits |= mutedRow
	}
	if r.id == v.st.room.ID && v.seen() {
		r.unread, r.mentions = 0, 0 // it is on the screen; the mark is on its way
	}
	return r
}

// seen says that all of the shown room is on the screen: there is nothing to count in it.
func (v *View) seen() bool {
	st := &v.st
	if st.over != nil && st.over.covers() {
		return false
	}
	if b := st.beside; b != nil {
		if st.geo.aside.width == 0 {
			return false
		}
		if st.inThread() {
			return b.opened && b.anchor.follow && !b.kept
		}
	}
	return st.opened && st.anchor.follow && !v.kept
}

// current takes in the membership of the shown room: the count on the new rule.
func (v *View) current(m *rooms.Membership) {
	st := &v.st
	if !st.opened {
		return
	}
	unread := m.Unread()
	switch {
	case st.rule.on && m.Read == st.rule.after && unread > st.rule.count:
		st.rule.count = unread
		v.dirty = true
	case !st.rule.on && !st.anchor.follow && unread > 0:
		v.setRule(newMark{on: true, after: m.Read, count: unread})
	}
}
