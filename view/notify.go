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
	way   screen.Notice
	bell  bool
	words []string // lower case: what counts as a mention
	own   chat.Settings

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
	r.words, r.heard = nil, nil
	for _, w := range own.Highlights() {
		r.words = append(r.words, strings.ToLower(w))
	}
}

// wants reports whether a message has one of the person's words.
func (r *ringer) wants(body text.Body) bool {
	if len(r.words) == 0 {
		return false
	}
	said := strings.ToLower(body.String())
	for _, w := range r.words {
		if text.HasWord(said, w) {
			return true
		}
	}
	return false
}

// calls reports whether a message of somebody else calls the person: by name, with everybody, or by a word of theirs.
func (v *View) calls(ev *rooms.Event) bool {
	return v.namesMe(ev, nil) || ev.Author != v.st.me && ev.Type.Talk() && (text.Calls(ev.Text) != 0 || v.bells.wants(ev.Text))
}

// heard is told of each new message of the shown room.
func (v *View) heard(ev *rooms.Event) {
	if !ev.Type.Talk() || ev.Author == v.st.me || chat.Ignores(v.st.ignored, ev) {
		return
	}
	if loud(v.bells.prefs, v.st.room.Kind, ev.Counts(), v.calls(ev)) {
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
	more := m.Unread() > uint64(was.unread)
	called := uint32(max(m.Mentions, 0)) > was.mentions || more && v.hasWords(m)
	if loud(m.Prefs, m.Room.Kind, more, called) {
		v.ring("", &m.Room)
	}
}

// hasWords looks for the person's words in what is new in another room.
func (v *View) hasWords(m *rooms.Membership) bool {
	r := &v.bells
	if len(r.words) == 0 {
		return false
	}
	after := max(r.heard[m.Room.ID], m.Read)
	if r.heard == nil {
		r.heard = map[rooms.ID]uint64{}
	}
	r.heard[m.Room.ID] = m.Room.Seq
	found := false
	for _, ev := range v.ses.News(nil, m.Room.ID, after) {
		found = found || ev.Type.Talk() && ev.Author != v.st.me && r.wants(ev.Text)
	}
	return found
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
