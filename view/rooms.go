package view

import "parley/rooms"

// step shows the room n places further in the list, around its ends.
func (v *View) step(n int) {
	v.stepTo(n, func(r *roomRow) bool { return !r.is(invitedRow) })
}

// stepUnread shows the next or previous room with something new.
func (v *View) stepUnread(n int) {
	if !v.stepTo(n, func(r *roomRow) bool { return !r.is(invitedRow) && r.hot() }) {
		v.say("nothing is unread", false)
	}
}

func (v *View) stepTo(n int, want func(*roomRow) bool) bool {
	list := v.st.list
	at := v.st.index(v.st.room.ID)
	if at < 0 && n < 0 {
		at = 0
	}
	for i := 1; i <= len(list); i++ {
		r := &list[((at+n*i)%len(list)+len(list))%len(list)]
		if want(r) && r.id != v.st.room.ID {
			v.open(r.id)
			return true
		}
	}
	return false
}

// nextHot shows the room that most wants to be looked at, and after the last
// one the room where this began.
func (v *View) nextHot() {
	best := -1
	for i := range v.st.list {
		r := &v.st.list[i]
		if r.id == v.st.room.ID || r.is(invitedRow) || !r.hot() {
			continue
		}
		if best < 0 || r.heat() > v.st.list[best].heat() {
			best = i
		}
	}
	switch {
	case best >= 0:
		if v.home == 0 {
			v.home = v.st.room.ID
		}
		v.open(v.st.list[best].id)
	case v.home != 0 && v.home != v.st.room.ID:
		home := v.home
		v.home = 0
		v.open(home)
	case v.st.invitation() != nil:
		name := v.st.invitation().label(v.st.me)
		v.say(v.words("nothing is unread; you are invited to %s: /accept %s or /decline %s", name, name, name), false)
	default:
		v.home = 0
		v.say("nothing is unread", false)
	}
}

// number shows the room at a place of the list, from 0.
func (v *View) number(n int) {
	if n < len(v.st.list) && !v.st.list[n].is(invitedRow) {
		v.open(v.st.list[n].id)
	}
}

// back shows the room before this one.
func (v *View) back() {
	if v.last != 0 && v.st.index(v.last) >= 0 {
		v.open(v.last)
	}
}

// member reports whether the person is in a room.
func (v *View) member(id rooms.ID) bool {
	at := v.st.index(id)
	return at >= 0 && !v.st.list[at].is(invitedRow)
}
