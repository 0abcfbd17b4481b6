package view

import (
	"slices"
	"time"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// spare is how many items the window keeps beyond the screen's height, and
// how many more may gather before the oldest are dropped again.
const spare = 5

// pull takes in what the session says has changed. Nothing in it waits.
func (v *View) pull() {
	ch := v.changes
	if v.woken {
		ch |= v.ses.Changes()
	}
	v.changes, v.woken = 0, false
	if ch&rooms.SettingsChanged != 0 {
		v.readSettings()
	}
	if ch&rooms.RoomChanged != 0 {
		v.follow()
	}
	v.eachPane(v.findQuoted)
	if ch&(rooms.InboxChanged|rooms.CountsChanged) != 0 {
		one := v.ses.Counted()
		if ch&rooms.InboxChanged != 0 || one == 0 || !v.readRow(one) {
			v.readInbox()
		}
	}
	if ch&rooms.PresenceChanged != 0 {
		v.readPresence()
	}
	if ch&rooms.TypingChanged != 0 {
		v.readTyping()
	}
	if ch&rooms.NoticePending != 0 {
		v.unsayLost() // a moderator has put the person out, and this says it
		for _, n := range v.ses.Notices() {
			v.note(text.NewLine(chat.Noticed(v.st.lang, v.st.zone.loc, n), pageCols))
		}
	}
}

// follow takes in the new head of the shown room and, at the bottom, its new events.
func (v *View) follow() {
	st := &v.st
	head := v.ses.Head()
	if head.ID == 0 || head.ID != st.room.ID {
		return // the session does not look at this room yet
	}
	was := st.room
	st.room = head
	if was.Messages != head.Messages && !st.anchor.follow {
		v.dirty = true // the status line counts what is below
	}
	if was.Seq, was.Messages = head.Seq, head.Messages; head != was { // more than that somebody said something
		st.retitle(&was)
		v.unsayShut()
		v.dirty = true
	}
	if v.followPane(was.Gone); st.beside != nil {
		v.dirty = true
		v.inRoom(func() { v.followPane(was.Gone) })
	}
	v.readPinned()
	if !v.seen() {
		v.readRow(st.room.ID)
	}
}

// followPane takes the new events of the shown room into the pane. Before them what was said up to seq gone had expired.
func (v *View) followPane(gone uint64) {
	st := &v.st
	head := &st.room
	if head.Gone > gone && st.opened {
		v.forget()
	}
	if st.opened && st.anchor.follow && head.Seq > st.win.last {
		if !v.extend() {
			v.load(pageNewest)
			return
		}
		v.trim()
		v.fill()
	}
	if v.refold() {
		v.settle()
	}
	if st.opened && st.anchor.follow {
		v.putHeld()
	}
	v.markRead()
}

// maxSkip is how many rows a view catches up event by event.
const maxSkip = 64

// extend takes the events behind the window from memory; false if they are not there any more. Of a
// burst a follower takes only the end: what is above the screen already is read again when somebody scrolls.
func (v *View) extend() bool {
	st := &v.st
	scratch := v.sh.events.Get().(*[]*rooms.Event)
	defer v.sh.giveEvents(scratch)
	events, ok := v.ses.Recent((*scratch)[:0], st.room.ID, st.win.last)
	*scratch = events
	at, keep := 0, st.geo.height+spare
	switch {
	case ok && st.anchor.follow:
		at = st.win.skip(events, keep)
	case !ok && st.anchor.follow && st.room.Seq > uint64(keep) && !st.inThread():
		if events, ok = v.ses.Recent(events[:0], st.room.ID, st.room.Seq-uint64(keep)); ok {
			*scratch = events
			at = max(0, slices.IndexFunc(events, func(ev *rooms.Event) bool { return !presence(ev) }))
		}
	}
	if !ok {
		return false
	}
	if len(events) > 0 && events[at].Seq != st.win.last+1 {
		notes := v.takeNotes()
		v.emptyWindow()
		defer v.putNotes(notes)
		v.dirty = true
	}
	v.grow(events[at:])
	if st.inThread() {
		return true
	}
	for _, ev := range events {
		v.heard(ev)
		v.edited(ev)
	}
	return true
}

// grow puts events at the end of the window.
func (v *View) grow(events []*rooms.Event) {
	st := &v.st
	before := len(st.win.items)
	st.win.take(events, st.setting())
	n := len(st.win.items) - before
	if !st.anchor.follow || n != len(events) || slices.ContainsFunc(events, func(ev *rooms.Event) bool { return !ev.Type.Talk() }) {
		v.dirty = true // more may have changed than that each event is an item now
		return
	}
	v.grown += n
}

// skip is where to begin with a burst of events: at the last keep rows, if there are many more than that.
func (w *window) skip(events []*rooms.Event, keep int) int {
	if len(events) <= keep+maxSkip {
		return 0
	}
	rows, at := 0, len(events)-1
	for i := len(events) - 1; i >= 0; i-- {
		if !w.hides(events[i]) {
			if rows++; rows <= keep || presence(events[at]) && presence(events[i]) {
				at = i // a run is not begun in its middle
			}
		}
	}
	if rows <= keep+maxSkip {
		return 0
	}
	return at
}

// emptyWindow drops all that the window holds.
func (v *View) emptyWindow() {
	v.st.win.reset()
	v.epoch++
	v.loading, v.thin = false, false
}

// trim drops what is far above the screen while the view follows.
func (v *View) trim() {
	st := &v.st
	if !st.anchor.follow {
		return
	}
	keep := st.geo.height + spare
	if n := len(st.win.items); n > keep+spare {
		st.win.cutFront(n - keep)
		v.thin = false
	}
	st.win.fit(keep + spare + 1)
}

// markRead moves the read mark to the newest event if that is on the screen.
func (v *View) markRead() {
	st := &v.st
	if st.inThread() {
		v.markThread()
		return
	}
	if !v.seen() || st.win.last <= v.marked {
		return
	}
	v.marked = st.win.last
	v.ses.Mark(st.room.ID, v.marked)
}

// setRule puts the new rule somewhere else, or away.
func (v *View) setRule(r newMark) {
	st := &v.st
	if r == st.rule {
		return
	}
	st.rule = r
	st.win.rearrange(st.setting())
	v.dirty = true
}

// readPresence takes in who is in the shown room, and how many guests are even where nobody is listed.
func (v *View) readPresence() {
	if n := v.ses.Guests(); n != v.st.guests {
		v.st.guests, v.dirty = n, true
	}
	if p := v.ses.Presence(); p != v.st.people {
		v.st.people = p
		v.dirty = true
	}
}

// lost is called when the shown room is not in the inbox any more.
func (v *View) lost() {
	st := &v.st
	if st.room.ID == 0 || v.o.Session != nil && v.o.Session.Who().Guest {
		return
	}
	v.say(v.words("you are not in %s any more", st.roomLabel()), false)
	st.said.lost = true
	for i := range st.list {
		if !st.list[i].is(invitedRow) {
			v.open(st.list[i].id)
			return
		}
	}
	v.nowhere()
}

// start shows the welcome and the room that the person was in.
func (v *View) start() {
	v.readInbox()
	st := &v.st
	v.dirty = true
	id := v.ses.Person().LastRoom
	first := rooms.ID(0)
	for i := range st.list {
		r := &st.list[i]
		if r.is(invitedRow) {
			continue
		}
		if first == 0 {
			first = r.id
		}
	}
	if at := st.index(id); at < 0 || st.list[at].is(invitedRow) {
		id = first
	}
	if id == 0 {
		v.nowhere()
	} else {
		v.open(id)
	}
	for i, line := range v.welcome() {
		v.putNote(&note{at: v.clock(), line: line, greet: i + 1})
	}
	v.trim()
	v.due.draft = time.Time{}
}
