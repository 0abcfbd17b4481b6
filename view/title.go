package view

import (
	"context"
	"strings"
	"time"

	"parley/chat"
	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

// title is the row above the messages: name, kind, topic, what is pinned, number of people.
func (st *state) title(sh *Shared) screen.Segment {
	width := st.geo.main.width
	if st.room.ID == 0 {
		k := segmentKey{kind: segTitle, width: uint16(width), b: st.server}
		return sh.segment(st.look, k, func(b *screen.Builder) {
			b.Pad(screen.Style{}, 1).Text(st.look.style(roleTitle), text.Truncate(st.server, max(0, width-1)))
		})
	}
	if !st.titled {
		st.titled, st.about = true, st.aboutRoom()
	}
	k := segmentKey{kind: segTitle, width: uint16(width), a: st.room.Name, b: st.about, n: uint32(st.room.People), m: uint32(st.guests), lang: st.lang}
	if st.room.Kind == rooms.Direct {
		k.b = st.roomLabel() + "\n" + st.company() + "\n" + st.about
	}
	return sh.segment(st.look, k, func(b *screen.Builder) {
		people := st.company()
		name := text.Truncate(st.roomLabel(), max(0, width-2))
		b.Text(st.look.style(roleTitle), name)
		room := width - text.Width(name) - text.Width(people) - 2
		if st.about != "" && room > 4 {
			b.Text(st.look.style(roleTopic), text.Truncate(" · "+st.about, room))
		}
		if b.Free() > text.Width(people) {
			b.PadTo(screen.Style{}, width-text.Width(people)).Text(st.look.style(roleHead), people)
		}
	})
}

// isPair reports whether the shown room is a conversation of two.
func (st *state) isPair() bool { return st.room.Kind == rooms.Direct && st.room.People == 2 }

// company is how many people a room has; of a conversation of two, whether the other one is here, and why not.
func (st *state) company() string {
	people := st.lang.Count(st.room.People, "%d person", "%d people")
	if st.guests > 0 {
		people += ", " + st.lang.Count(st.guests, "%d guest", "%d guests")
	}
	if !st.isPair() || st.people == nil {
		return people
	}
	for _, p := range st.people.People {
		switch {
		case p.Name == st.me:
		case p.Away:
			return text.Truncate("- "+chat.Gone(st.lang, p.Why), max(12, st.geo.main.width/2))
		case p.Online:
			return "+ " + st.words("here")
		default:
			return "× " + st.words("not connected")
		}
	}
	return people
}

// aboutRoom is what the title says of the room behind its name.
func (st *state) aboutRoom() string {
	r := &st.room
	var about []string
	add := func(is bool, words string) {
		if is {
			about = append(about, words)
		}
	}
	add(r.Kind == rooms.Private, st.words("private"))
	add(r.Guests, st.words("guests"))
	add(r.Archived, st.words("archived"))
	add(r.Locked, st.words("locked"))
	add(r.NoBots, st.words("no bots"))
	add(r.Slow > 0, st.words("slow %s", short(r.Slow)))
	add(r.Keep > 0, st.words("kept %s", short(r.Keep)))
	add(r.History == rooms.HistoryJoined, st.words("history from joining on"))
	add(!r.Topic.IsZero(), r.Topic.String())
	add(st.pinned.words != "", st.words("pin: %s", st.pinned.words))
	return strings.Join(about, " · ")
}

// short is a duration in its largest unit: "30s", "5m", "12h", "30d".
func short(d time.Duration) string {
	switch day := 24 * time.Hour; {
	case d >= day && d%day == 0:
		return itoa(uint64(d/day)) + "d"
	case d >= time.Hour && d%time.Hour == 0:
		return itoa(uint64(d/time.Hour)) + "h"
	case d >= time.Minute && d%time.Minute == 0:
		return itoa(uint64(d/time.Minute)) + "m"
	}
	return d.String()
}

// retitle is called when the room may be another one than it was.
func (st *state) retitle(was *rooms.Room) {
	now := *was
	now.Seq, now.Messages, now.People = st.room.Seq, st.room.Messages, st.room.People
	if now != st.room {
		st.titled = false
	}
}

// pinned is the message that was pinned last, for the title.
type pinned struct {
	seq   uint64
	words string
}

// pinCols is the most columns of a pinned message in the title.
const pinCols = 40

// readPinned looks up what is pinned, if that is another message than it was.
func (v *View) readPinned() {
	st := &v.st
	seq := st.room.Pinned
	if !st.opened || seq == st.pinned.seq || v.crowded() {
		return
	}
	st.pinned.seq = seq
	if seq == 0 {
		st.pinned.words, st.titled = "", false
		return
	}
	if i := st.win.find(seq); i >= 0 {
		v.showPin(st.win.items[i].body())
		return
	}
	gen, log := v.opening, v.log()
	v.later(pageTime, func(ctx context.Context) func() {
		q, err := log.quote(ctx, seq)
		return func() {
			if gen == v.opening && err == nil && q.ev != nil && st.pinned.seq == seq {
				v.showPin(q.state.Body(q.ev))
			}
		}
	})
}

// edited is told of what happens in the shown room: what is pinned may read otherwise now.
func (v *View) edited(ev *rooms.Event) {
	if ev.Type == rooms.Edit && ev.Ref == v.st.pinned.seq {
		v.st.pinned.seq = 0
	}
}

func (v *View) showPin(body text.Body) {
	v.st.pinned.words, v.st.titled = text.NewLine(text.Glance(body), pinCols).String(), false
	v.dirty = true
}
