package view

import (
	"slices"
	"strings"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// act runs a command of the table about a message.
func (v *View) act(command string, it *item, words string) {
	v.send(submission{command: true, line: strings.TrimSpace("/" + command + " " + v.ref(it.ev.Seq) + " " + words)})
}

// ref is the reference of a message of the shown room: "#ops:1042".
func (v *View) ref(seq uint64) string { return chat.Ref(v.st.room.Label(v.st.me), seq) }

func (v *View) openThread(it *item) {
	ref := v.ref(it.ev.Seq)
	v.closeSelect()
	v.send(submission{command: true, line: "/thread " + ref})
}

func (v *View) togglePin(it *item) {
	if it.state != nil && !it.state.Pinned.IsZero() {
		v.act("unpin", it, "")
		return
	}
	v.act("pin", it, "")
}

// vote votes for an option of a poll, or takes the vote back.
func (v *View) vote(it *item, option int) {
	choice := itoa(option)
	if s := it.state; s != nil && slices.Contains(s.Votes, rooms.Ballot{By: v.st.me, Option: option}) {
		choice = "-"
	}
	v.act("vote", it, choice)
}

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
	if st.inThread() {
		v.say("only messages of the room can be marked as unread, not those of a thread", true)
		return
	}
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
