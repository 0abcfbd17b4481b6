package view

import (
	"parley/rooms"
	"parley/text"
	"parley/view/input"
	"parley/view/screen"
	"slices"
)

// render fills f with what st shows. The same state always gives the same frame.
func render(f *screen.Frame, st *state, sh *Shared, ed *input.Editor) {
	g := &st.geo
	f.Reset(g.size)
	st.renderSide(f, sh)
	st.memo.full = false
	if g.title {
		title := st.title(sh)
		if st.inThread() && g.aside.width == 0 {
			title = st.threadTitle(sh)
		}
		f.Rows[0].Put(g.main.col, g.main.width, title)
	}
	switch {
	case st.over != nil && st.over.covers():
		st.over.render(f, st, sh)
	case st.room.ID == 0:
		st.renderLines(f, sh, st.nowhere())
	case g.aside.width > 0:
		st.renderRoom(f, sh)
	default:
		st.renderMessages(f, sh)
	}
	st.renderChoices(f, sh)
	st.renderSaid(f, sh)
	if g.status >= 0 {
		f.Rows[g.status].Put(0, g.size.Cols, st.status(sh))
	}
	st.renderCompose(f, sh)
	st.renderPrompt(f, sh, ed)
	st.renderNicks(f, sh)
	if g.aside.width > 0 {
		st.renderThread(f, sh)
	}
}

// renderSide puts the room list and its border, which come first on their rows.
func (st *state) renderSide(f *screen.Frame, sh *Shared) {
	side := st.sidebar(sh)
	for y := range st.geo.beside() {
		st.putSide(&f.Rows[y], side, y)
	}
}

// putSide puts row y of the room list and its border, if there is one.
func (st *state) putSide(r *screen.Row, side []*screen.Segment, y int) {
	g := &st.geo
	if g.side.width == 0 {
		return
	}
	var room screen.Segment // also where there is none: rows of one shape move without a repair
	if y < len(side) {
		room = *side[y]
	}
	r.Put(g.side.col, g.side.width, room)
	r.Put(g.side.width, 1, st.look.border)
}

// renderMessages puts the messages, from the anchor upwards.
func (st *state) renderMessages(f *screen.Frame, sh *Shared) {
	g := &st.geo
	at, skip := st.bottom(sh)
	if at < 0 {
		st.renderLines(f, sh, st.empty())
		return
	}
	// How many rows there are to show: fewer than the height stand at its top.
	rows := -skip
	for i := at; i >= 0 && rows < g.height; i-- {
		st.layout(i, sh)
		rows += st.win.items[i].rows()
	}
	st.memo.full = rows >= g.height
	y := g.top + min(rows, g.height) - 1
	for i := at; i >= 0 && y >= g.top; i-- {
		y = st.renderItem(f, sh, &st.win.items[i], y, skip)
		skip = 0
	}
	if rows < g.height && st.lonely() {
		st.renderLinesAt(f, sh, st.empty(), g.top+rows+1)
	}
}

// renderItem puts the rows of an item, but for the last skip, upwards from row y and returns the row above.
func (st *state) renderItem(f *screen.Frame, sh *Shared, it *item, y, skip int) int {
	g, at := &st.geo, st.span()
	head := st.messageColumns().head
	chosen := st.isChosen(it)
	for r := it.rows() - 1 - skip; r >= 0 && y >= g.top; r-- {
		row := &f.Rows[y]
		y--
		above := it.above.count()
		switch {
		case r >= above && it.lay.rows[r-above].full:
			first := it.lay.rows[r-above].head
			if chosen {
				first = st.chosenHead(sh, it, r-above, at.width, true)
			}
			row.Put(at.col, at.width, first)
		case r >= above:
			m := &it.lay.rows[r-above]
			first := m.head
			if chosen {
				first = st.chosenHead(sh, it, r-above, head, false)
			}
			row.Put(at.col, head, first)
			width := at.width - head
			if t := it.lay.tail; t != nil && t.row == r-above {
				row.Put(at.col+head, t.col, m.body)
				row.Put(at.col+head+t.col, width-t.col, t.seg)
				continue
			}
			row.Put(at.col+head, width, m.body)
		default:
			row.Put(at.col, at.width, st.line(sh, it, it.above.at(r)))
		}
	}
	return y
}

// line is one of the lines above an item.
func (st *state) line(sh *Shared, it *item, r rules) screen.Segment {
	switch r {
	case goneRule:
		return st.ruleSegment(sh, segRule, roleRule, st.words("older messages have expired"))
	case dayRule:
		return st.ruleSegment(sh, segRule, roleRule, st.lang.Day(it.time().In(st.zone.loc)))
	}
	words := st.words("new (%d)", st.rule.count)
	if st.rule.count == 0 {
		words = st.words("new") // what follows is not news: one's own message, marked as unread
	}
	return st.ruleSegment(sh, segNewRule, roleNew, words)
}

func (st *state) ruleSegment(sh *Shared, kind segmentKind, r role, words string) screen.Segment {
	width := st.span().width
	k := segmentKey{kind: kind, width: uint16(width), b: words}
	return sh.segment(st.look, k, func(b *screen.Builder) {
		buildRule(b, st.look.style(r), words)
	})
}

// layout makes sure that item i has its layout.
func (st *state) layout(i int, sh *Shared) {
	it := &st.win.items[i]
	if it.lay != nil {
		return
	}
	switch {
	case it.note != nil:
		it.lay = sh.typeset(st, func(t *typesetter) *layout { return t.system(it.note.at, markNote, it.note.line.String()) })
	default:
		it.lay = sh.layout(st, it)
	}
}

// layout finds or makes the layout of an event as st shows it.
func (sh *Shared) layout(st *state, it *item) *layout {
	k := layoutKey{room: it.ev.Room, seq: it.ev.Seq, main: uint16(st.span().width), zone: st.zone.id, look: st.look.id, lang: st.lang, variant: it.variant}
	var answer *quoted
	if st.emojiNames {
		k.variant |= emojiNames
	}
	if it.run != nil {
		k.first = it.run.first
	} else if it.ev.Ref != 0 {
		answer = st.win.quoted(it, st.room.Gone)
		k.quoted = answer.version()
	}
	if s := it.state; s != nil {
		k.asOf, k.news = s.AsOf, uint16(min(newIn(st.follows, it.ev.Seq).Unread, 999))
		if involves(s, st.me) {
			k.me = st.me
		}
	}
	if st.room.Kind == rooms.Direct && (it.ev.Type == rooms.Poll || it.ev.File != nil || it.ev.Type.Changes()) {
		k.me = st.me // the reference has what this reader calls the conversation
	}
	if it.run == nil && it.ev.Type.Talk() && it.ev.Author != st.me && st.called(it.state.Body(it.ev)) {
		k.variant |= callsReader
	}
	l := sh.lookup(st, it, k, answer)
	if k.me.IsZero() && len(l.mentions) > 0 && it.ev.Author != st.me && names(l.mentions, st.me) {
		k.me = st.me
		l = sh.lookup(st, it, k, answer)
	}
	return l
}

func (sh *Shared) lookup(st *state, it *item, k layoutKey, answer *quoted) *layout {
	if l, ok := sh.layouts.get(k); ok {
		return l
	}
	l := sh.typeset(st, func(t *typesetter) *layout {
		switch {
		case it.run != nil:
			return t.system(it.ev.Time, markSystem, it.run.sentence(t.lang))
		case it.ev.Type.Talk():
			return t.message(&said{ev: it.ev, state: it.state, answer: answer, news: k.news, me: k.me}, k.variant)
		}
		return t.system(it.ev.Time, markSystem, t.about(it.ev, answer))
	})
	sh.layouts.put(k, l)
	return l
}

// typeset lends a typesetter for what st shows.
func (sh *Shared) typeset(st *state, set func(*typesetter) *layout) *layout {
	b := sh.builder(st.look)
	defer sh.release(st.look, b)
	return set(sh.typesetter(st, st.messageColumns(), b))
}

// typesetter is one for what st shows, in other columns where they are its own.
func (sh *Shared) typesetter(st *state, cols messageColumns, b *screen.Builder) *typesetter {
	return &typesetter{cols: cols, look: st.look, zone: st.zone, lang: st.lang, b: b, code: sh.code, names: st.emojiNames, room: st.roomLabel()}
}

func names(list []text.Name, n text.Name) bool {
	for _, m := range list {
		if m == n {
			return true
		}
	}
	return false
}

// lonely says that nobody has written here yet, as far as the whole log shows.
func (st *state) lonely() bool {
	if !st.opened || !st.win.start {
		return false
	}
	for i := range st.win.items {
		if ev := st.win.items[i].ev; ev != nil && ev.Type.Talk() {
			return false
		}
	}
	return true
}

// ignoresAll reports whether a room is a conversation of two with somebody whom the person ignores.
func (st *state) ignoresAll(r *rooms.Room) bool {
	return r.Kind == rooms.Direct && slices.ContainsFunc(st.ignored, func(who text.Name) bool { return r.Label(st.me) == "@"+who.String() })
}

// empty explains a room without messages.
func (st *state) empty() []string {
	switch {
	case !st.opened:
		return []string{st.words("Reading %s …", st.roomLabel())}
	case st.ignoresAll(&st.room):
		return []string{st.words("You ignore %[1]s, so what they write is not shown: /unignore %[1]s ends that.", st.room.Label(st.me))}
	case st.room.Kind == rooms.Direct:
		return []string{
			st.words("Nobody has written here yet."),
			st.words("Type a message and press Enter; only the people of this conversation can read it."),
		}
	case st.room.History == rooms.HistoryJoined && st.room.Messages > 0 && st.room.Gone == 0:
		return []string{
			st.words("Nobody has written here since you joined; what was said before is for those who were here."),
			st.words("Type a message and press Enter."),
		}
	case st.room.Kind == rooms.Private:
		return []string{
			st.words("Nobody has written here yet."),
			st.words("Type a message and press Enter; only members can read it, and /invite @name asks somebody in."),
		}
	}
	return []string{
		st.words("Nobody has written here yet."),
		st.words("Type a message and press Enter; /invite @name tells somebody of this room."),
	}
}

// nowhere explains what to do without a room, below what the server had to say.
func (st *state) nowhere() []string {
	var lines []string
	for i := range st.win.items {
		if n := st.win.items[i].note; n != nil {
			lines = append(lines, n.line.String())
		}
	}
	return append(lines,
		st.words("You are in no room yet."),
		"/list          "+st.words("shows the rooms that you can enter"),
		"/join #room    "+st.words("enters one"),
		"/create #room  "+st.words("makes one"),
		"F1             "+st.words("shows all commands and keys"),
	)
}

func (st *state) renderLines(f *screen.Frame, sh *Shared, lines []string) {
	st.renderLinesAt(f, sh, lines, st.geo.top)
}

func (st *state) renderLinesAt(f *screen.Frame, sh *Shared, lines []string, y int) {
	g := &st.geo
	at := st.span()
	end := g.top + g.height
	for i, line := range lines {
		rows := text.Wrap(line, max(1, at.width-1))
		if i > 0 && y+len(rows) > end {
			return // half a sentence tells nothing
		}
		for _, row := range rows {
			if y >= end {
				return
			}
			k := segmentKey{kind: segEmpty, width: uint16(at.width), b: row}
			f.Rows[y].Put(at.col, at.width, sh.segment(st.look, k, func(b *screen.Builder) {
				b.Pad(screen.Style{}, 1).Text(st.look.style(roleSystem), row)
			}))
			y++
		}
	}
}
