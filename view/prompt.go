package view

import (
	"parley/lang"
	"parley/rooms"
	"parley/text"
	"parley/view/input"
	"parley/view/screen"
)

// promptInputs is what the input rows depend on.
type promptInputs struct {
	text, pattern     string
	cursor            int
	searching, failed bool
	over              overlay
	compose           *compose
	selecting, back   bool
	room              text.RoomName
	direct            string
	thread, archived  bool
	silenced, locked  bool
	cols, rows        int
	look              uint8
	lang              lang.Tag
}

// label is what stands before the input: "[lea] ", or what is asked for.
func (st *state) label(ed *input.Editor) string {
	if st.over != nil {
		return st.lang.Text(st.over.label())
	}
	if pattern, failed, ok := ed.Search(); ok {
		if failed {
			return st.words("(no such line: %s) ", pattern)
		}
		return st.words("(search: %s) ", pattern)
	}
	if st.inThread() {
		return "[" + text.Truncate(st.words("%s, thread", st.me), max(1, st.size.Cols/3-3)) + "] "
	}
	if st.memo.nameCols != st.size.Cols {
		room := max(1, st.size.Cols/3)
		st.memo.nameCols, st.memo.name = st.size.Cols, "["+text.Truncate(st.me.String(), room-3)+"] "
	}
	return st.memo.name
}

// idle is what stands in an empty input: what can be typed here.
func (st *state) idle(ed *input.Editor) string {
	_, _, searching := ed.Search()
	switch {
	case st.over != nil:
		return st.lang.Text(st.over.idle())
	case searching:
		return st.words("a few letters of what you sent here")
	case st.sel != nil && st.sel.back:
		return st.words("j k move, letters act, Ctrl-S stays, Esc goes back")
	case st.sel != nil:
		return st.words("j k move, g G oldest and newest, letters act, Esc leaves")
	case st.compose != nil:
		return st.lang.Text(st.composeHint())
	case st.room.ID == 0:
		return st.words("/list shows rooms, F1 help")
	}
	if st.room.Archived {
		return st.words("%s is archived: nobody writes here any more, / for commands", st.roomLabel())
	}
	if st.silenced() {
		return st.words("You are silenced in %s and can read, / for commands", st.roomLabel())
	}
	if st.lockedOut() {
		return st.words("%s is locked: only its moderators write, / for commands", st.roomLabel())
	}
	if st.inThread() {
		return st.words("Write into the thread, Esc closes it")
	}
	return st.words("Write to %s, / for commands, F1 for help", st.roomLabel())
}

// silenced reports whether a moderator keeps the person from writing in the shown room.
func (st *state) silenced() bool { return st.quiet.After(st.now) }

// lockedOut reports whether the shown room is locked for the person.
func (st *state) lockedOut() bool {
	return st.room.Locked && st.role < rooms.RoleModerator && st.room.Kind != rooms.Direct
}

// shut reports whether the person may not write in the shown room, as the empty input says.
func (st *state) shut() bool { return st.room.Archived || st.silenced() || st.lockedOut() }

// labelCols is the width of a label, leaving at least two columns for the input.
func labelCols(label string, cols int) int {
	return min(text.Width(label), max(0, cols-2))
}

// renderPrompt puts the input and the cursor.
func (st *state) renderPrompt(f *screen.Frame, sh *Shared, ed *input.Editor) {
	g := &st.geo
	m := &st.memo
	in := promptInputs{text: ed.Text(), cursor: ed.Cursor(), over: st.over, compose: st.compose, selecting: st.sel != nil, back: st.sel != nil && st.sel.back, room: st.room.Name, direct: st.room.Direct, thread: st.inThread(), archived: st.room.Archived, silenced: st.silenced(), locked: st.lockedOut(), cols: g.size.Cols, rows: g.input, look: st.look.id, lang: st.lang}
	in.pattern, in.failed, in.searching = ed.Search()
	if in != m.promptFrom || m.prompt == nil {
		m.promptFrom = in
		st.buildPrompt(sh, ed, in)
	}
	for i := range min(g.input, len(m.prompt)) {
		f.Rows[g.prompt+i].Put(0, g.size.Cols, m.prompt[i])
	}
	f.Cursor = m.cursor
	f.Cursor.Row = min(f.Cursor.Row+g.prompt, g.size.Rows-1)
}

func (st *state) buildPrompt(sh *Shared, ed *input.Editor, in promptInputs) {
	g, m := &st.geo, &st.memo
	m.prompt = m.prompt[:0]
	label := st.label(ed)
	indent := labelCols(label, in.cols)
	label = text.Truncate(label, indent)
	b := sh.builder(st.look)
	defer sh.release(st.look, b)
	rows, row, col := ed.Layout(max(1, in.cols-indent), inputRows(g.size))
	for i, words := range rows {
		b.Width(in.cols)
		if i == 0 {
			b.Text(st.look.style(rolePrompt), label)
		}
		b.PadTo(screen.Style{}, indent)
		if in.text == "" && i == 0 {
			b.Text(st.look.style(roleHint), fitHint(st.idle(ed), b.Free()))
		} else {
			b.Text(st.look.style(roleText), words)
		}
		m.prompt = append(m.prompt, b.Segment())
	}
	m.cursor = screen.Cursor{Col: min(indent+col, in.cols-1), Row: row, Visible: true}
}
