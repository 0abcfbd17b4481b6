package view

import (
	"parley/chat"
	"parley/text"
)

// act runs a command of the table about a message.
func (v *View) act(command string, it *item) {
	v.send(submission{command: true, line: "/" + command + " " + v.ref(it.ev.Seq)})
}

// ref is the reference of a message of the shown room: "#ops:1042".
func (v *View) ref(seq uint64) string { return chat.Ref(v.st.room.Label(v.st.me), seq) }

func (v *View) openThread(it *item) {
	ref := v.ref(it.ev.Seq)
	v.closeSelect()
	v.send(submission{command: true, line: "/thread " + ref})
}

func (v *View) togglePin(it *item) { v.act("pin", it) }

// details shows who wrote a message and what became of it.
func (v *View) details(it *item) {
	v.send(submission{command: true, line: "/info " + v.ref(it.ev.Seq), page: "info"})
}

// askDelete asks whether to delete a message.
func (v *View) askDelete(it *item) { v.asksDelete(it.ev.Seq, it.ev.Author, it.body()) }

func (v *View) asksDelete(seq uint64, author text.Name, body text.Body) {
	short := text.NewLine(body.String(), 100)
	asks := v.words("Delete your message? %s", short)
	if author != v.st.me {
		asks = v.words("Delete the message of %s? %s", author, short)
	}
	line := "/delete " + v.ref(seq)
	v.askYes(asks, func(v *View) {
		v.cancelEdit()
		v.send(submission{command: true, line: line, yes: true})
	})
}

// unreadFrom moves the read mark to just before a message. It stays there until Esc, a message of
// one's own, or until the room is shown anew.
func (v *View) unreadFrom(it *item) {
	st := &v.st
	v.marked, v.kept = it.ev.Seq-1, true
	v.ses.Mark(st.room.ID, v.marked)
	rule := newMark{on: true, after: v.marked}
	if m, ok := v.ses.Membership(st.room.ID); ok {
		rule.count = m.Unread()
	}
	v.setRule(rule)
	v.changes |= changedHere
	v.say("unread from here on; Esc outside of select mode marks it read", false)
}
