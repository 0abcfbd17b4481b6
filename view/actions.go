package view

import (
	"parley/view/input"
	"parley/view/screen"
)

// handle acts on one key or paste.
func (v *View) handle(e input.Event) {
	if m, ok := e.(input.Mode); ok { // the terminal's word, not the person's
		if m.Number == screen.MarginMode {
			v.margins = m.Known
		}
		return
	}
	v.ses.Active()
	switch e := e.(type) {
	case input.Key:
		v.key(e)
	case input.Paste:
		v.pasted(e)
	case input.Mouse:
		v.mouse(e)
	}
}

// key acts on one key: what is on top first, then the table, the editor, and the rest of the table.
func (v *View) key(k input.Key) {
	if v.st.over != nil {
		v.st.over.key(v, k)
		return
	}
	if v.st.choices != nil && k.Code != input.Tab {
		kept := k.Code != input.Esc
		v.closeChoices(kept)
		if !kept {
			return
		}
	}
	if v.st.sel != nil && v.selectKey(k) {
		return
	}
	b, bound := v.sh.keys[chord{k.Code, k.Mod}]
	_, _, searching := v.ed.Search() // has Esc, Ctrl-C and Ctrl-G to itself
	if bound && !b.after && !searching {
		b.run(v)
		v.reselect()
		v.dirty = true
		return
	}
	switch v.edit(k) {
	case input.Submit:
		v.submit()
	case input.Full:
		v.say("the message is as long as it may be: 16 KiB", true)
	case input.Unhandled:
		if bound {
			b.run(v)
			v.dirty = true
		}
	}
}

// edit gives a key to the editor of the input.
func (v *View) edit(k input.Key) input.Outcome {
	out := v.ed.Handle(k)
	v.dirty = true // a key that the editor has no use for still ends its search
	if out == input.Handled {
		v.changed()
	}
	return out
}

// changed is called when the input changed: the draft is kept soon.
func (v *View) changed() {
	v.dirty = true
	v.draftSoon()
	v.typesNow()
}

func (v *View) pageStep() int { return max(1, v.st.geo.height-2) }

// escape gives up a reply or an edit, or goes to the newest message and takes the rule away: all is read.
func (v *View) escape() {
	v.unsay()
	if v.st.compose != nil {
		v.endCompose()
		return
	}
	if v.st.inThread() {
		v.closeThread()
		return
	}
	v.kept = false
	v.newest()
	v.setRule(newMark{})
	v.changes |= changedHere
}

// interrupt clears the input, which the history keeps, or asks to leave.
func (v *View) interrupt() {
	c := v.st.compose
	switch {
	case c != nil && (c.edit || v.ed.Empty()):
		v.endCompose()
		return
	case v.ed.Empty():
		v.askQuit()
		return
	}
	v.historyOf(v.st.room.ID).Add(v.ed.Text())
	v.ed.SetText("")
	v.unsay()
	v.changed()
}

// redraw paints everything anew: something else wrote on the terminal, or it is another one, as a session that was detached comes back on.
func (v *View) redraw() {
	v.margins = false
	v.write(screen.AskMargins(nil, v.o.Term))
	v.painter.Reset()
	v.dirty = true
}
