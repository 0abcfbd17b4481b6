package view

import (
	"slices"
	"strconv"

	"parley/lang"
	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

func itoa[N few | uint32 | uint64 | int](n N) string { return strconv.FormatUint(uint64(n), 10) }

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
func (st *state) sidebar(sh *Shared) []*screen.Segment {
	g := &st.geo
	if g.side.width == 0 {
		return nil
	}
	in := sideInputs{st.version, st.room.ID, g.side.width, g.beside(), st.look.id, st.lang, st.server, st.sideOff}
	m := &st.memo
	if in == m.sideFrom {
		return m.side
	}
	m.sideFrom, m.side = in, slices.Grow(m.side[:0], in.rows)
	st.sideRows(in.rows, func(room int, head string) {
		if room < 0 {
			m.side = append(m.side, st.sideHead(sh, head))
			return
		}
		m.side = append(m.side, st.sideRoom(sh, &st.list[room]))
	})
	return m.side
}

// section is the heading that a room of the list stands under, "" for none.
func (st *state) section(r *roomRow) string {
	switch starred := len(st.list) > 0 && st.list[0].is(starredRow); {
	case r.is(invitedRow):
		return st.words("Invited to")
	case r.is(starredRow):
		return st.words("Starred")
	case r.direct != "":
		return st.words("Direct")
	case starred:
		return st.words("Rooms")
	}
	return ""
}

// sideRows names what is on each row of the room list: the index of a room, or -1 and a heading.
func (st *state) sideRows(rows int, put func(room int, head string)) {
	if st.geo.title && rows > 0 {
		put(-1, st.server)
		rows--
	}
	all, at := 0, 0 // entries, and that of the room around which they are shown
	here := min(max(0, st.index(st.room.ID)+st.sideOff), max(0, len(st.list)-1))
	st.sideEntries(func(room int, _ string) bool {
		if room == here {
			at = all
		}
		all++
		return true
	})
	from, to := visible(all, at, rows)
	if to < all && rows > 1 && at >= to-1 {
		from, to = from+1, to+1 // the last row says how many more there are
	}
	n, shown := 0, 0 // entries so far, and the rooms among them that have a row
	st.sideEntries(func(room int, head string) bool {
		switch last := n == to-1 && to < all && rows > 1; {
		case n < from:
			shown = max(shown, room+1)
		case last:
			put(-1, st.words("+%d more", len(st.list)-shown))
		default:
			put(room, head)
			shown = max(shown, room+1)
		}
		n++
		return n < to
	})
}

// sideEntries names the rooms of the list, and a heading before the first of each section, until yield returns false.
func (st *state) sideEntries(yield func(room int, head string) bool) {
	last := ""
	for i := range st.list {
		if head := st.section(&st.list[i]); head != last {
			if last = head; !yield(-1, head) {
				return
			}
		}
		if !yield(i, "") {
			return
		}
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

func (st *state) sideHead(sh *Shared, words string) *screen.Segment {
	k := segmentKey{kind: segHead, width: uint16(st.geo.side.width), b: words}
	return sh.shared(st.look, k, func(b *screen.Builder) {
		b.Pad(screen.Style{}, 1).Text(st.look.style(roleHead), text.Truncate(words, max(0, b.Free()-1)))
	})
}

// sideRoom is one room: "*#ops       1@".
func (st *state) sideRoom(sh *Shared, r *roomRow) *screen.Segment {
	current := r.id == st.room.ID
	k := segmentKey{kind: segRoom, width: uint16(st.geo.side.width), a: r.name, n: uint32(r.unread), m: uint32(r.mentions), o: uint32(r.threads), lang: st.lang, flags: uint8(r.traits) << 1}
	if r.direct != "" {
		k.b = r.label(st.me) + "\n" + st.briefs[r.id]
	}
	if current {
		k.flags |= 1
	}
	return sh.shared(st.look, k, func(b *screen.Builder) {
		ro, mark := roleQuiet, " "
		switch {
		case current:
			ro, mark = roleCurrent, "*"
		case r.is(invitedRow):
			ro, mark = roleUnread, "?"
		case r.heat() == 3:
			ro = roleHot
		case r.heat() > 0:
			ro = roleUnread
		}
		style := st.look.style(ro)
		count := countOf(r)
		name := st.brief(r, max(1, st.geo.side.width-2-len(count)-1))
		b.Text(style, mark).Text(style, name)
		private := st.words("private")
		if free := b.Free() - len(count) - 3; r.is(privateRow) && text.Width(private) <= free {
			quiet := style
			if !current {
				quiet = st.look.style(roleQuiet)
			}
			b.Pad(style, 1).Text(quiet, private)
		}
		b.PadTo(style, st.geo.side.width-len(count)-1).Text(style, count).Fill(style)
	})
}
