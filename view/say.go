package view

import (
	"time"

	"parley/rooms"
	"parley/text"
)

// changedHere makes the next paint take in the shown room and the inbox again.
const changedHere = rooms.RoomChanged | rooms.InboxChanged

// say shows a sentence above the status line for a while.
func (v *View) say(words string, bad bool) {
	v.st.said = sentenceLine{words: text.NewLine(v.st.lang.Text(words), 400).String(), bad: bad}
	v.due.said = time.Now().Add(saidTime)
	v.dirty = true
}

// unsayLost takes the sentence away that the person is not in the room any more: something else says it, and why.
func (v *View) unsayLost() {
	if v.st.said.lost {
		v.unsay()
	}
}

// unsayShut takes the sentence away that the person may not write in the shown room, once they may.
func (v *View) unsayShut() {
	if v.st.said.shut && !v.st.shut() {
		v.unsay()
	}
}

// unsay takes the sentence away.
func (v *View) unsay() {
	if v.st.said.words != "" {
		v.st.said = sentenceLine{}
		v.due.said = time.Time{}
		v.dirty = true
	}
}

// maxNotes is the most lines that only this person sees between the messages.
const maxNotes = 200

// note shows a line among the messages that only this person sees.
func (v *View) note(line text.Line) {
	v.putNote(&note{at: v.clock(), line: line})
	v.trim()
}

// putNote puts a note behind the newest event. Before the first page has arrived it waits in the window, and
// while somebody reads far back it is held, or it would stand between messages that are older than it.
func (v *View) putNote(n *note) {
	st := &v.st
	v.dirty = true
	if st.opened && !st.anchor.follow && st.win.last < st.room.Seq {
		v.held = append(v.held, n)
		v.held = v.held[max(0, len(v.held)-maxNotes):]
		return
	}
	if n.after = st.win.last; !st.opened {
		n.after = 0
	}
	st.win.addNote(n, st.setting())
	if at := st.win.dropNote(maxNotes, st.setting()); at >= 0 && at < st.anchor.item {
		st.anchor.item--
	}
}

// welcome is what is said at the start, in the person's language.
func (v *View) welcome() []text.Line {
	if v.o.Welcome == nil {
		return nil
	}
	return v.o.Welcome(v.st.lang)
}

// greetAgain puts the welcome that is still shown into the language that the person has chosen since.
func (v *View) greetAgain() {
	lines := v.welcome()
	for _, n := range append(v.takeNotes(), v.held...) {
		if n.greet > 0 && n.greet <= len(lines) {
			n.line = lines[n.greet-1]
		}
	}
}

// putHeld puts the notes that were held behind the newest event, which is on the screen again.
func (v *View) putHeld() {
	notes := v.held
	v.held = nil
	v.putNotes(notes)
}

func (v *View) putNotes(notes []*note) {
	for _, n := range notes {
		v.putNote(n)
	}
}

// takeNotes returns the notes of the window.
func (v *View) takeNotes() []*note {
	var notes []*note
	for i := range v.st.win.items {
		if n := v.st.win.items[i].note; n != nil {
			notes = append(notes, n)
		}
	}
	if len(notes) > maxNotes {
		notes = notes[len(notes)-maxNotes:]
	}
	return notes
}
