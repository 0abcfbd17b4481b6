package view

import (
	"cmp"
	"context"
	"slices"

	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

// beside is the room while a thread of it is the pane: what is scrolled and
// written into is the thread, and the room goes on beside it, or below it where
// the terminal is narrow.
type beside struct {
	pane
	progress
	draft string // what was in the input
}

// talkID names a thread.
type talkID struct {
	room rooms.ID
	root uint64
}

// maxThreadDrafts bounds the threads whose input is remembered, with up to 16 KiB each.
const maxThreadDrafts = 16

// inThread reports whether the pane is a thread.
func (st *state) inThread() bool { return st.win.root != 0 }

// span is where the pane is.
func (st *state) span() span {
	if st.inThread() && st.geo.aside.width > 0 {
		return st.geo.aside
	}
	return st.geo.main
}

// compact reports whether the pane has the layout of narrow terminals.
func (st *state) compact() bool {
	return st.geo.compact || st.span().width < compactCols && st.inThread()
}

// inRoom does something with the room as the pane.
func (v *View) inRoom(do func()) {
	b := v.st.beside
	if b == nil {
		do()
		return
	}
	v.st.pane, b.pane = b.pane, v.st.pane
	v.progress, b.progress = b.progress, v.progress
	do()
	v.st.pane, b.pane = b.pane, v.st.pane
	v.progress, b.progress = b.progress, v.progress
}

// eachPane does something with the pane, and with the room where that is another one.
func (v *View) eachPane(do func()) {
	do()
	if v.st.beside != nil {
		v.inRoom(do)
	}
}

// inPane does something with the room (root 0) or a thread as the pane, if that is on the screen.
func (v *View) inPane(root uint64, do func()) {
	switch {
	case v.st.win.root == root:
		do()
	case root == 0:
		v.inRoom(do)
	}
}

// enterThread makes the thread that begins with a message of a room the pane.
func (v *View) enterThread(room rooms.ID, root uint64) {
	st := &v.st
	if room != st.room.ID || !st.opened {
		v.thread = talkID{room, root} // it is opened when the room is there
		if room != st.room.ID {
			v.open(room)
		}
		return
	}
	v.thread = talkID{}
	if st.win.root == root {
		return
	}
	v.closeThread()
	v.closeSelect()
	v.leaveCompose()
	if c := st.compose; c != nil {
		v.endCompose()
	}
	v.dropped()
	b := &beside{pane: st.pane, progress: v.progress, draft: v.ed.Text()}
	st.pane, v.progress = pane{anchor: anchor{follow: true}, win: window{root: root}}, progress{}
	st.beside = b
	if f := newIn(st.follows, root); f.Unread > 0 {
		st.rule = newMark{on: true, after: f.Read, count: uint64(f.Unread)}
	}
	id := talkID{st.room.ID, root}
	v.ed.SetText(v.drafts[id])
	delete(v.drafts, id)
	v.turnPane()
	v.load(pageNewest)
}

// enteredThread shows the first page of a thread.
func (v *View) enteredThread(p chunk) {
	st := &v.st
	st.opened = true
	v.fit()
	notes := v.takeNotes()
	v.emptyWindow()
	st.win.prepend(p, st.setting())
	v.refold()
	v.topAtRule()
	v.putNotes(notes)
	v.trim()
	v.hitAimInThread()
	v.changes |= changedHere
	v.dirty = true
}

// closeThread makes the room the pane again.
func (v *View) closeThread() {
	st := &v.st
	b := st.beside
	if b == nil {
		return
	}
	v.closeSelect()
	if c := st.compose; c != nil {
		v.endCompose()
	}
	v.keepDraft(talkID{st.room.ID, st.win.root}, v.ed.Text())
	st.pane, v.progress, st.beside = b.pane, b.progress, nil
	v.ed.SetText(b.draft)
	v.turnPane()
	v.dropped()
	v.unsettle()
	v.settle()
}

// isHere reports whether a submission was entered into what is the pane now.
func (v *View) isHere(s *submission) bool { return s.room == v.st.room.ID && s.thread == v.st.win.root }

// giveBackBeside puts text back into the input of a thread that is closed, or of the room while a thread is open.
func (v *View) giveBackBeside(s submission, lines string) bool {
	if b := v.st.beside; b != nil && s.room == v.st.room.ID && s.thread == 0 {
		if b.draft != "" {
			lines += "\n" + b.draft
		}
		b.draft = lines
		return true
	}
	if s.thread == 0 {
		return false
	}
	id := talkID{s.room, s.thread}
	if typed := v.drafts[id]; typed != "" {
		lines += "\n" + typed
	}
	v.keepDraft(id, lines)
	return true
}

// keepDraft keeps what was not sent in a thread as long as the view lasts.
func (v *View) keepDraft(id talkID, words string) {
	if words == "" || len(words) > text.MaxBody {
		return
	}
	if v.drafts == nil || len(v.drafts) == maxThreadDrafts {
		v.drafts = map[talkID]string{}
	}
	v.drafts[id] = words
}

// draftBeside is the draft of the room while a thread of it is open. What was typed into the thread comes back
// as the command that sends it there.
func (v *View) draftBeside(b *beside) string {
	words := v.ed.Text()
	switch {
	case words == "" || v.st.compose != nil:
		return b.draft
	case b.draft == "":
		words = "/thread " + v.ref(v.st.win.root) + " " + words
	default:
		words = b.draft + "\n" + words
	}
	if len(words) > text.MaxBody {
		return b.draft
	}
	return words
}

// dropped notes that nothing is on its way for the pane any more.
func (v *View) dropped() {
	v.loading, v.st.win.lacks, v.st.win.restating = false, true, false
}

// turnPane is called when another log is the pane: what was asked for the other one is dropped.
func (v *View) turnPane() {
	v.opening++
	v.st.pinned.seq, v.st.choices = 0, nil
	v.changes |= changedHere
	v.changed()
}

// entersThread opens the thread that was waiting for its room.
func (v *View) entersThread() {
	if t := v.thread; t.root != 0 && t.room == v.st.room.ID {
		v.enterThread(t.room, t.root)
	}
}

// markThread moves the person's read mark in the thread that is shown.
func (v *View) markThread() {
	st := &v.st
	if !st.opened || !st.anchor.follow || st.over != nil && st.over.covers() || len(st.win.items) == 0 || v.crowded() {
		return
	}
	seq := st.win.items[len(st.win.items)-1].seq()
	if seq <= v.marked || seq == st.win.root {
		return
	}
	v.marked = seq
	mark := rooms.ThreadMark{Room: st.room.ID, Root: st.win.root, Seq: seq}
	v.later(postTime, func(ctx context.Context) func() {
		err := v.talk.ReadThread(ctx, mark)
		return func() {
			if err == nil && mark.Room == st.room.ID {
				v.follows(slices.DeleteFunc(slices.Clone(st.follows), func(f rooms.Follow) bool { return f.Root == mark.Root }))
			}
		}
	})
}

// readFollows reads which threads of the room have something new, after its count has changed.
func (v *View) readFollows(unread int) {
	st := &v.st
	if unread == st.unreadThreads || v.crowded() {
		return
	}
	st.unreadThreads = unread
	if unread == 0 && len(st.follows) == 0 {
		return
	}
	room := st.room.ID
	if list, known := v.ses.ThreadsInMemory(room); known {
		v.follows(list)
		return
	}
	v.later(answerTime, func(ctx context.Context) func() {
		list, err := v.ses.Threads(ctx, room)
		return func() {
			if err == nil && room == st.room.ID {
				v.follows(list)
			}
		}
	})
}

// follows takes in the threads of the room in which there is something new for the person.
func (v *View) follows(now []rooms.Follow) {
	st := &v.st
	was := st.follows
	st.follows = now
	v.inRoom(func() {
		for i := range st.win.items {
			it := &st.win.items[i]
			if it.talks() && newIn(was, it.ev.Seq).Unread != newIn(now, it.ev.Seq).Unread {
				it.lay, v.dirty = nil, true
			}
		}
	})
}

// newIn finds what is new in a thread among those that the person follows; the zero value for nothing.
func newIn(follows []rooms.Follow, root uint64) rooms.Follow {
	at, found := slices.BinarySearchFunc(follows, root, func(f rooms.Follow, root uint64) int { return cmp.Compare(f.Root, root) })
	if !found {
		return rooms.Follow{}
	}
	return follows[at]
}

// renderThread puts the thread beside the messages: its border, its title, and its messages.
func (st *state) renderThread(f *screen.Frame, sh *Shared) {
	g := &st.geo
	line := st.look.border
	for y := range g.top + g.height + g.list + g.said {
		f.Rows[y].Put(g.aside.col-2, 1, line)
	}
	if g.title {
		f.Rows[0].Put(g.aside.col, g.aside.width, st.threadTitle(sh))
	}
	st.renderMessages(f, sh)
}

// renderRoom puts the messages of the room beside its thread.
func (st *state) renderRoom(f *screen.Frame, sh *Shared) {
	b := st.beside
	st.pane, b.pane = b.pane, st.pane
	st.renderMessages(f, sh)
	st.pane, b.pane = b.pane, st.pane
}

// threadTitle is the row above a thread: "thread · ana: deploy is green".
func (st *state) threadTitle(sh *Shared) screen.Segment {
	width := st.span().width
	about := ""
	if i := st.win.find(st.win.root); i >= 0 {
		it := &st.win.items[i]
		words := text.Glance(it.body())
		if it.state != nil && !it.state.Deleted.IsZero() {
			words = st.words("message deleted")
		}
		about = " · " + it.ev.Author.String() + ": " + text.NewLine(words, width).String()
	}
	k := segmentKey{kind: segTitle, flags: 1, width: uint16(width), b: about, lang: st.lang}
	return sh.segment(st.look, k, func(b *screen.Builder) {
		b.Text(st.look.style(roleTitle), text.Truncate(st.words("thread"), width))
		b.Text(st.look.style(roleTopic), text.Truncate(about, b.Free()))
	})
}
