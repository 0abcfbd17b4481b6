package view

import (
	"slices"
	"strings"

	"parley/lang"
	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

// statusInputs is what the status line depends on.
type statusInputs struct {
	minute  int64
	version uint32
	room    rooms.ID
	newer   uint64
	hint    string
	typists string
	width   int
	look    uint8
	lang    lang.Tag
	zone    uint16
	letters string // of select mode
	absent  absence
}

// status is the line above the input: clock, place in the list, rooms that
// want to be looked at, what is below, and what can be done now.
func (st *state) status(sh *Shared) screen.Segment {
	width := st.geo.size.Cols
	in := statusInputs{st.now.Unix() / 60, st.version, st.room.ID, st.newer(), st.hint(), st.typists, width, st.look.id, st.lang, st.zone.id, "", st.absent}
	if st.sel != nil {
		in.letters = st.letterWords(sh)
	}
	m := &st.memo
	if in == m.statusFrom {
		return m.status
	}
	b := sh.builder(st.look)
	defer sh.release(st.look, b)
	b.Width(width)
	if st.geo.tiny {
		b.Text(st.look.style(roleHint), text.Truncate(in.hint, width))
		m.statusFrom, m.status = in, b.Segment()
		return m.status
	}
	if st.sel != nil && st.over == nil {
		st.letterLine(sh, b)
		m.statusFrom, m.status = in, b.Segment()
		return m.status
	}
	base := st.look.style(roleStatus)
	if st.showsClock() {
		b.Text(base, "["+st.clock(st.now)+"] ")
	}
	if at := st.index(st.room.ID); at >= 0 && width >= compactCols {
		b.Text(base, itoa(at+1)+"/"+itoa(len(st.list))+" ")
	}
	if st.room.ID != 0 {
		b.Text(base, st.roomBrief(max(4, width/4)))
	}
	newer := ""
	if in.newer > 0 {
		newer = "  " + st.words("%d newer below", in.newer)
	}
	gone := st.goneWords()
	keep := hintKeep(in.hint, width)
	st.hotList(b, text.Width(newer)+text.Width(gone)+keep)
	b.Text(st.look.style(roleNew), newer)
	b.Text(st.look.style(roleHint), gone)
	if free := b.Free() - keep; in.typists != "" && free > 4 {
		b.Text(st.look.style(roleQuiet), "  "+text.Truncate(in.typists, free-2))
	}
	if free := b.Free(); free > 2 && in.hint != "" {
		hint := fitHint(in.hint, free-2)
		b.PadTo(screen.Style{}, width-text.Width(hint)).Text(st.look.style(roleHint), hint)
	}
	m.statusFrom, m.status = in, b.Segment()
	return m.status
}

func (st *state) showsClock() bool { return st.geo.status >= 0 && st.geo.size.Cols >= 40 }

// wideHint is from how many columns on the hint is kept whole, whatever else the status line has to say.
const wideHint = 120

// hintKeep is how many columns stay free for the hint: its first part at least, which says what matters most.
func hintKeep(hint string, width int) int {
	if hint == "" {
		return 0
	}
	if width < wideHint {
		hint, _, _ = strings.Cut(hint, hintParts)
	}
	return text.Width(hint) + 2
}

// hintParts stands between the parts of a hint, in each language.
const hintParts = ", "

// fitHint is as many whole parts of a hint, or of what stands in an empty input, as fit into cols columns.
func fitHint(hint string, cols int) string {
	for text.Width(hint) > cols {
		at := max(strings.LastIndex(hint, hintParts), strings.LastIndex(hint, "; "), strings.LastIndex(hint, "、"))
		if at < 0 {
			return text.Truncate(hint, cols)
		}
		hint = hint[:at]
	}
	return hint
}

const (
	// maxHot is how many rooms the hot list names.
	maxHot = 5
	// hotCols is the most columns of a name in it.
	hotCols = 16
)

// hotList is "#general(3) #ops(1@) +3", the hottest few first, as far as there is room. keep columns stay free.
func (st *state) hotList(b *screen.Builder, keep int) {
	var hot []int
	for i := range st.list {
		if st.list[i].hot() && st.list[i].id != st.room.ID {
			hot = append(hot, i)
		}
	}
	slices.SortStableFunc(hot, func(x, y int) int { return st.list[y].heat() - st.list[x].heat() })
	for n, i := range hot {
		r := &st.list[i]
		words := "  " + st.brief(r, hotCols) + "(" + countOf(r) + ")"
		if r.is(invitedRow) {
			words = "  " + st.brief(r, hotCols) + st.words("(invited)")
		}
		ro := roleUnread
		if r.heat() == 3 {
			ro = roleHot
		}
		more, room := "  +"+itoa(len(hot)-n), b.Free()-keep
		if n < len(hot)-1 {
			room -= len(more)
		}
		if n == maxHot || text.Width(words) > room {
			b.Text(st.look.style(roleStatus), more)
			return
		}
		b.Text(st.look.style(ro), words)
	}
}

// newer is the number of messages below the bottom edge.
func (st *state) newer() uint64 {
	if st.anchor.follow || !st.opened {
		return 0
	}
	if st.inThread() {
		below := uint64(0)
		for i := st.anchor.item + 1; i < len(st.win.items); i++ {
			if st.win.items[i].talks() {
				below++
			}
		}
		return below
	}
	for i := min(st.anchor.item, len(st.win.items)-1); i >= 0; i-- {
		if ev := st.win.items[i].ev; ev != nil {
			return st.room.Messages - min(ev.Messages, st.room.Messages)
		}
	}
	return 0
}

// hint says what can be done now.
func (st *state) hint() string {
	if !st.hints && !st.geo.tiny {
		return ""
	}
	return st.lang.Text(st.nowHint())
}

func (st *state) nowHint() string {
	switch {
	case st.geo.tiny:
		return "small window: 30×6 at least"
	case st.over != nil:
		return st.over.hint()
	case st.choices != nil:
		return "Tab next, Shift-Tab back"
	case st.compose != nil:
		return st.composeHint()
	case st.inThread() && st.anchor.follow && !st.typing:
		return "thread: Enter answers, Esc closes"
	case !st.anchor.follow && st.opened:
		return "PgUp PgDn scroll, Esc newest"
	case st.command:
		return "Tab completes, Enter runs it"
	case st.typing && st.silenced():
		return "you are silenced here, Ctrl-C clears"
	case st.typing && st.lockedOut():
		return "locked, Ctrl-C clears"
	case st.typing:
		return "Enter sends, Alt-Enter new line"
	case st.rule.on:
		return "Alt-u first new, Esc clears"
	case st.elsewhere(func(r *roomRow) bool { return r.hot() && !r.is(invitedRow) }) != nil:
		return "Alt-a next unread, F1 help"
	case st.invitation() != nil:
		return st.words("/accept %s joins, F1 help", st.invitation().label(st.me))
	case st.room.ID == 0:
		return "/list, /join #room, F1 help"
	case st.lonely() && st.room.Kind != rooms.Direct:
		return "/invite @name asks somebody in"
	case st.lonely():
		return "Ctrl-G rooms, F1 help" // there is nothing to select
	}
	return "Ctrl-S selects, Ctrl-G rooms, F1 help"
}

// elsewhere is the first room that is like that and is not shown, nil if there is none.
func (st *state) elsewhere(like func(r *roomRow) bool) *roomRow {
	for i := range st.list {
		if r := &st.list[i]; r.id != st.room.ID && like(r) {
			return r
		}
	}
	return nil
}

// invitation is the first room that the person is invited to, nil if there is none.
func (st *state) invitation() *roomRow {
	return st.elsewhere(func(r *roomRow) bool { return r.is(invitedRow) })
}

// sentence is what is to be read above the status line.
func (st *state) sentence() string {
	if st.over != nil {
		if words := st.over.said(); words != "" {
			return words
		}
	}
	return st.said.words
}

// renderSaid puts the sentence above the status line, over as many rows as it has.
func (st *state) renderSaid(f *screen.Frame, sh *Shared) {
	g := &st.geo
	if g.said <= 0 {
		return
	}
	words, r := st.sentence(), roleHint
	if st.said.bad && words == st.said.words {
		r = roleError
	}
	rows := text.Wrap(words, g.main.width)
	b := sh.builder(st.look)
	defer sh.release(st.look, b)
	for i := range min(g.said, len(rows)) {
		words := rows[i]
		if i == g.said-1 && len(rows) > g.said {
			words = text.Truncate(strings.Join(rows[i:], " "), g.main.width)
		}
		y := g.top + g.height + g.list + i
		f.Rows[y].Put(g.main.col, g.main.width, b.Width(g.main.width).Text(st.look.style(r), words).Segment())
	}
}
