package view

import (
	"strings"
	"time"

	"parley/chat"
	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

// ringTime is the least time between two notices: a burst of mentions rings once.
const ringTime = time.Second

// ringer is how the person wants to be told, and what they are to be told of with the next paint.
type ringer struct {
	way  screen.Notice
	bell bool
	own  chat.Settings

	prefs  rooms.Prefs // of the shown room
	last   time.Time
	notice string              // "ana in #ops"; "" for nothing
	heard  map[rooms.ID]uint64 // up to where other rooms were looked through for words; nil without words
}

// set takes in what the person has set.
func (r *ringer) set(own chat.Settings, term string, env map[string]string) {
	r.own, r.bell = own, own.Bell()
	switch own.NotifyMethod() {
	case "off":
		r.way = screen.NoNotice
	case "bel":
		r.way = screen.Bell
	case "osc9":
		r.way = screen.OSC9
	case "osc777":
		r.way = screen.OSC777
	case "osc99":
		r.way = screen.OSC99
	default:
		r.way = screen.NoticeFor(term, env["TERM_PROGRAM"])
	}
	if r.way == screen.Bell && !r.bell {
		r.way = screen.NoNotice
	}
	r.heard = nil
}

// wants reports whether a message has one of the person's words.
func (st *state) wants(body text.Body) bool {
	if len(st.callWords) == 0 {
		return false
	}
	said := strings.ToLower(body.String())
	for _, w := range st.callWords {
		if text.HasWord(said, w) {
			return true
		}
	}
	return false
}

// heard is told of each new message of the shown room.
func (v *View) heard(ev *rooms.Event) {
	if !ev.Type.Talk() || ev.Author == v.st.me || chat.Ignores(v.st.ignored, ev) {
		return
	}
	if loud(v.bells.prefs, v.st.room.Kind, ev.Counts(), v.st.callsMe(ev, nil)) {
		v.ring(ev.Author.String(), &v.st.room)
	}
}

// loud says whether new messages of a room are to be told of. called says that they call the person.
func loud(p rooms.Prefs, kind rooms.Kind, unread, called bool) bool {
	switch p.Notify {
	case rooms.NotifyNone:
		return false
	case rooms.NotifyAll:
		return unread
	}
	return called || unread && kind == rooms.Direct
}

// heardElsewhere is told of what has changed in another room of the person.
func (v *View) heardElsewhere(was roomRow, m *rooms.Membership) {
	if m.Role == rooms.RoleNone || !v.st.opened {
		return
	}
	more := fewOf(m.Unread()) > was.unread
	called := fewOf(m.Mentions) > was.mentions
	if more && (len(v.st.callWords) > 0 || len(v.st.ignored) > 0) {
		heard, byWord := v.lookAt(m)
		more, called = heard, called && heard || byWord
	}
	if loud(m.Prefs, m.Room.Kind, more, called) {
		v.ring("", &m.Room)
	}
}

// lookAt looks through what is new in another room, as far as it is in memory: whether somebody whom the person reads
// said something, and whether a word of theirs is in it.
func (v *View) lookAt(m *rooms.Membership) (heard, byWord bool) {
	r := &v.bells
	after := max(r.heard[m.Room.ID], m.Read)
	if r.heard == nil {
		r.heard = map[rooms.ID]uint64{}
	}
	r.heard[m.Room.ID] = m.Room.Seq
	news := v.ses.News(nil, m.Room.ID, after)
	for _, ev := range news {
		if ev.Type.Talk() && ev.Author != v.st.me && !chat.Ignores(v.st.ignored, ev) {
			heard = true
			byWord = byWord || v.st.wants(ev.Text)
		}
	}
	return heard || len(news) == 0, byWord
}

// ring tells the person with the next paint, unless they want to be left alone.
func (v *View) ring(who string, room *rooms.Room) {
	wall, now := v.clock(), time.Now()
	r := &v.bells
	if now.Sub(r.last) < ringTime || r.own.DND(wall) || r.own.Quiet(wall.In(v.st.zone.loc)) {
		return
	}
	r.last = now
	r.notice = room.Label(v.st.me)
	if who != "" && room.Kind != rooms.Direct {
		r.notice = who + " · " + r.notice
	}
	v.dirty = true
}

// appendNotice appends what tells of it.
func (v *View) appendNotice(dst []byte) []byte {
	r := &v.bells
	if r.notice == "" {
		return dst
	}
	dst = screen.Notify(dst, r.way, r.notice, r.bell)
	r.notice = ""
	return dst
}
