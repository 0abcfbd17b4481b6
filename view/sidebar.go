package view

import (
	"strconv"

	"parley/lang"
	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

func itoa[N uint32 | uint64 | int](n N) string { return strconv.FormatUint(uint64(n), 10) }

// sideInputs is what the room list depends on.
type sideInputs struct {
	version uint32
	room    rooms.ID
	width   int
	rows    int
	look    uint8
	lang    lang.Tag
	server  string
	off     int
}

// sidebar is the room list, a segment for each row.
func (st *state) sidebar(sh *Shared) []screen.Segment {
	g := &st.geo
	in := sideInputs{st.version, st.room.ID, g.side.width, g.top + g.height + g.list + g.said, st.look.id, st.lang, st.server, st.sideOff}
	m := &st.memo
	if in == m.sideFrom {
		return m.side
	}
	m.sideFrom, m.side = in, m.side[:0]
	st.sideRows(in.rows, func(room int, head string) {
		if room < 0 {
			m.side = append(m.side, st.sideHead(sh, head))
			return
		}
		m.side = append(m.side, st.sideRoom(sh, &st.list[room]))
	})
	return m.side
}

// sideRows names what is on each row of the room list: the index of a room, or -1 and a heading.
func (st *state) sideRows(rows int, put func(room int, head string)) {
	n := 0
	add := func(room int, head string) {
		if n++; n <= rows {
			put(room, head)
		}
	}
	if st.geo.title {
		add(-1, st.server)
	}
	at := min(max(0, st.index(st.room.ID)+st.sideOff), max(0, len(st.list)-1))
	from, to := visible(len(st.list), at, rows-n)
	invited := false
	for i := from; i < to; i++ {
		if st.list[i].invited && !invited {
			invited = true
			if n < rows-1 {
				add(-1, st.words("Invited to"))
			}
		}
		if left := len(st.list) - i; left > 1 && n == rows-1 {
			add(-1, st.words("+%d more", left))
			return
		}
		add(i, "")
	}
}

// visible is the part of a list of n that is shown in rows rows so that entry at is in it.
func visible(n, at, rows int) (from, to int) {
	if rows <= 0 {
		return 0, 0
	}
	if n <= rows {
		return 0, n
	}
	from = min(max(0, at-rows/2), n-rows)
	return from, from + rows
}

func (st *state) sideHead(sh *Shared, words string) screen.Segment {
	k := segmentKey{kind: segHead, width: uint16(st.geo.side.width), b: words}
	return sh.segment(st.look, k, func(b *screen.Builder) {
		b.Pad(screen.Style{}, 1).Text(st.look.style(roleHead), text.Truncate(words, max(0, b.Free()-1)))
	})
}

// sideRoom is one room: "*#ops       1@".
func (st *state) sideRoom(sh *Shared, r *roomRow) screen.Segment {
	current := r.id == st.room.ID
	k := segmentKey{kind: segRoom, width: uint16(st.geo.side.width), a: r.name, n: r.unread, m: r.mentions}
	if current {
		k.flags |= 1
	}
	if r.invited {
		k.flags |= 2
	}
	return sh.segment(st.look, k, func(b *screen.Builder) {
		ro, mark := roleQuiet, " "
		switch {
		case current:
			ro, mark = roleCurrent, "*"
		case r.invited:
			ro, mark = roleUnread, "?"
		case r.mentions > 0:
			ro = roleHot
		case r.unread > 0:
			ro = roleUnread
		}
		style := st.look.style(ro)
		count := countOf(r)
		name := text.Truncate(r.name.String(), max(1, st.geo.side.width-2-len(count)-1))
		b.Text(style, mark).Text(style, name)
		b.PadTo(style, st.geo.side.width-len(count)-1).Text(style, count).Fill(style)
	})
}

// countOf is "3", "1@" or "": unread messages, and whether one names me.
func countOf(r *roomRow) string {
	switch {
	case r.unread == 0 && r.mentions == 0:
		return ""
	case r.unread > 999:
		return "999+" + atSign(r)
	}
	return itoa(max(r.unread, r.mentions)) + atSign(r)
}

func atSign(r *roomRow) string {
	if r.mentions > 0 {
		return "@"
	}
	return ""
}

// hot reports whether the room wants to be looked at.
func (r *roomRow) hot() bool { return r.unread > 0 || r.mentions > 0 || r.invited }

// hotter orders rooms for Alt-a and the hot list: mentions, invitations, the rest.
func (r *roomRow) heat() int {
	switch {
	case r.mentions > 0:
		return 3
	case r.invited:
		return 2
	case r.unread > 0:
		return 1
	}
	return 0
}
