package view

import (
	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

// renderNicks puts the list of people and its border.
func (st *state) renderNicks(f *screen.Frame, sh *Shared) {
	column := st.nickSegments(sh)
	for y := range st.geo.beside() {
		st.putNick(&f.Rows[y], column, y)
	}
}

// putNick puts row y of the list of people and its border, if there is one.
func (st *state) putNick(r *screen.Row, column []screen.Segment, y int) {
	g := &st.geo
	if g.nicks.width == 0 {
		return
	}
	var nick screen.Segment // also where there is none, as beside the rooms
	if y < len(column) {
		nick = column[y]
	}
	r.Put(g.nicks.col-1, 1, st.look.border)
	r.Put(g.nicks.col, g.nicks.width, nick)
}

// nickSegments is the list of people, a segment for each row. The column is shared by all who show the same room.
func (st *state) nickSegments(sh *Shared) []screen.Segment {
	g := &st.geo
	if st.people == nil || g.nicks.width == 0 {
		return nil
	}
	rows := g.beside()
	k := columnKey{int64(st.room.ID), st.people.Version, st.people.Total, uint16(rows), uint16(g.nicks.width), st.look.id, st.lang}
	column, ok := sh.columns.get(k)
	if !ok {
		column = st.nickColumn(sh, rows)
		sh.columns.put(k, column)
	}
	return column
}

func (st *state) nickColumn(sh *Shared, rows int) []screen.Segment {
	b := sh.builder(st.look)
	defer sh.release(st.look, b)
	width := st.geo.nicks.width
	head := st.words("%d of %d here", st.people.Online, st.people.Total)
	out := []screen.Segment{b.Width(width).Pad(screen.Style{}, 1).Text(st.look.style(roleHead), head).Segment()}
	for i, p := range st.people.People {
		if len(out) == rows-1 && st.people.Total > i+1 {
			more := st.words("+%d more", st.people.Total-i)
			out = append(out, b.Width(width).Pad(screen.Style{}, 1).Text(st.look.style(roleQuiet), more).Segment())
			break
		}
		if len(out) >= rows {
			break
		}
		out = append(out, st.nickRow(b.Width(width), p))
	}
	return out
}

// nickRow is "@ana" with what they are; presence is +, - or × as well as a colour. A guest is called so where there is room.
func (st *state) nickRow(b *screen.Builder, p rooms.Present) screen.Segment {
	mark, markStyle, nick := "×", st.look.style(roleQuiet), st.look.style(roleQuiet)
	switch {
	case p.Away:
		mark, nick = "-", st.look.nick(p.Name)
	case p.Online:
		mark, markStyle, nick = "+", st.look.style(roleOnline), st.look.nick(p.Name)
	}
	sign := " "
	if p.Role >= rooms.RoleModerator {
		sign = "@"
	}
	b.Text(markStyle, mark).Text(st.look.style(roleHead), sign)
	b.Text(nick, text.Truncate(p.Name.String(), b.Free()))
	if word := st.words("guest"); p.Role == rooms.RoleGuest && text.Width(word) < b.Free() {
		b.Pad(screen.Style{}, 1).Text(st.look.style(roleQuiet), word)
	}
	return b.Segment()
}
