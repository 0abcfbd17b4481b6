package view

import (
	"parley/rooms"
)

// selection is select mode: one message is chosen, and letters act on it. A
// view has one only while the mode is on. The screen stands still meanwhile: what is
// new waits below the bottom edge.
type selection struct {
	seq    uint64     // of the chosen message, 0 while there is none
	role   rooms.Role // the person's in the room
	follow bool       // the view was at the newest event when the mode began
	back   bool       // Esc goes back to where the person came from: see trail
	owed   wait       // where to go when a page arrives
}

// wait is what select mode waits for a page for.
type wait struct {
	steps       int    // messages to go on, older when negative
	end         int    // to the oldest (-1) or newest (1) of the room
	first, last uint64 // what the window held then
	other       bool   // another page was on its way already: it may not be what is needed
}

// talks reports whether an item is a message that can be selected.
func (it *item) talks() bool { return it.ev != nil && it.run == nil && it.ev.Type.Talk() }

// find is the index of the item of a message, -1 if the window does not hold it.
func (w *window) find(seq uint64) int {
	for i := len(w.items) - 1; i >= 0; i-- {
		if it := &w.items[i]; it.talks() && it.ev.Seq == seq {
			return i
		}
	}
	return -1
}

// messageFrom is the index of the first message at or after (way 1) or before (-1) item i, -1 for none.
func (w *window) messageFrom(i, way int) int {
	for ; i >= 0 && i < len(w.items); i += way {
		if w.items[i].talks() {
			return i
		}
	}
	return -1
}

// openSelect begins select mode at the newest message on the screen.
func (v *View) openSelect() {
	st := &v.st
	at, _ := st.bottom(v.sh)
	if at < 0 || st.sel != nil {
		return
	}
	v.beginSelect()
	if i := st.win.messageFrom(at, -1); i >= 0 {
		v.pick(i)
		return
	}
	v.selectStep(-1)
}

// beginSelect makes the screen stand still.
func (v *View) beginSelect() {
	st := &v.st
	v.unsay()
	st.sel = &selection{follow: st.anchor.follow}
	if m, ok := v.ses.Membership(st.room.ID); ok {
		st.sel.role = m.Role
	}
	if st.anchor.follow {
		st.anchor = anchor{item: len(st.win.items) - 1}
	}
	v.dirty = true
}

// closeSelect ends select mode.
func (v *View) closeSelect() {
	st := &v.st
	if st.sel == nil {
		return
	}
	still := st.standsStill()
	st.sel, v.trail = nil, nil
	v.dirty = true
	if still {
		v.newest()
		return
	}
	v.settle()
	v.pinHere()
}

// standsStill reports whether select mode is all that keeps the view from following the newest event.
func (st *state) standsStill() bool {
	if st.sel == nil || !st.sel.follow || st.anchor.below > 0 {
		return false
	}
	for i := st.anchor.item + 1; i < len(st.win.items); i++ {
		if st.win.items[i].ev != nil {
			return false
		}
	}
	return true
}

// pick selects the message of item i and brings it onto the screen.
func (v *View) pick(i int) {
	sel := v.st.sel
	sel.seq, sel.owed = v.st.win.items[i].ev.Seq, wait{}
	v.dirty = true
	v.reveal(i)
}

// reveal scrolls as little as is needed to show item i, and the beginning of one that is taller than the screen.
func (v *View) reveal(i int) {
	st := &v.st
	at, below := st.bottom(v.sh)
	if at < 0 {
		return
	}
	st.layout(i, v.sh)
	switch tall := st.win.items[i].rows() > st.geo.height; {
	case i > at && tall:
		v.top(i)
	case i > at, i == at && below > 0 && !tall:
		v.bottomAt(i)
	case !v.shows(i, at, below):
		v.top(i)
	}
}

// shows reports whether the first row of item i is not above the top edge. at and below are the bottom edge.
func (v *View) shows(i, at, below int) bool {
	st := &v.st
	if i > at {
		return false
	}
	rows := -below
	for n := at; n >= i; n-- {
		st.layout(n, v.sh)
		if rows += st.win.items[n].rows(); rows > st.geo.height {
			return false
		}
	}
	return true
}

// chosen is the item of the selected message; nil outside of select mode, and while it is not in the window.
func (st *state) chosen() *item {
	if st.sel == nil {
		return nil
	}
	if i := st.win.find(st.sel.seq); i >= 0 {
		return &st.win.items[i]
	}
	return nil
}

// selectStep goes n messages on, older when negative, and reads pages as it needs them.
func (v *View) selectStep(n int) {
	st := &v.st
	way := 1
	if n < 0 {
		way = -1
	}
	if owed := st.sel.owed.steps; owed*way > 0 && st.win.messageFrom(st.win.find(st.sel.seq)+way, way) < 0 {
		n += owed // the page of the key before is still on its way
	}
	for left := 0; n != 0; n = left {
		if left = v.stepInWindow(n, way); left == n {
			break
		}
	}
	switch {
	case n < 0 && !st.win.start:
		v.awaitPage(wait{steps: n}, pageOlder)
	case n > 0 && st.win.last < st.room.Seq:
		v.awaitPage(wait{steps: n}, pageNewer)
	}
}

// stepInWindow goes n messages on as far as the window holds them, and returns how many are left. Showing the
// last of them may make the window longer.
func (v *View) stepInWindow(n, way int) int {
	st := &v.st
	at := st.win.find(st.sel.seq)
	from := at + way
	if at < 0 {
		from, _ = st.bottom(v.sh)
	}
	for ; n != 0; n -= way {
		i := st.win.messageFrom(from, way)
		if i < 0 {
			break
		}
		at, from = i, i+way
	}
	if at >= 0 {
		v.pick(at)
	}
	return n
}

// selectEnd goes to the oldest (-1) or newest (1) message of the room.
func (v *View) selectEnd(way int) {
	st := &v.st
	switch {
	case way < 0 && !st.win.start:
		v.awaitPage(wait{end: way}, pageOldest)
		return
	case way > 0 && st.win.last < st.room.Seq:
		v.awaitPage(wait{end: way}, pageNewest)
		return
	}
	from := 0
	if way > 0 {
		from = len(st.win.items) - 1
	}
	if i := st.win.messageFrom(from, -way); i >= 0 {
		v.pick(i)
		return
	}
	st.sel.seq, st.anchor = 0, anchor{item: from}
	v.selectStep(-way)
}

// selectPage goes about a screen on.
func (v *View) selectPage(way int) {
	st := &v.st
	at := st.win.find(st.sel.seq)
	if at < 0 {
		v.selectStep(way)
		return
	}
	n, left := 0, v.pageStep()
	for i := at + way; i >= 0 && i < len(st.win.items) && left > 0; i += way {
		st.layout(i, v.sh)
		left -= st.win.items[i].rows()
		if st.win.items[i].talks() {
			n++
		}
	}
	v.selectStep(way * max(1, n+max(0, left))) // where the window ends, a message for each row that is left
}

// awaitPage asks for the page that the way leads to.
func (v *View) awaitPage(w wait, what pages) {
	st := &v.st
	w.first, w.last = st.win.first, st.win.last
	st.sel.owed = w
	v.failed = false
	if !v.load(what) {
		st.sel.owed.other = true
	}
}

// selectOn goes on when a page has arrived.
func (v *View) selectOn() {
	st := &v.st
	sel := st.sel
	if sel == nil || len(st.win.items) == 0 {
		return
	}
	if st.anchor.follow {
		st.anchor = anchor{item: len(st.win.items) - 1}
	}
	w := sel.owed
	sel.owed = wait{}
	switch {
	case w.end < 0 && st.win.start, w.end > 0 && st.win.last >= st.room.Seq:
		v.selectEnd(w.end)
	case w.steps != 0 && (w.other || w.first != st.win.first || w.last != st.win.last): // else nothing came
		v.selectStep(w.steps)
	}
	v.reselect()
}

// reselect chooses a message that is on the screen if the chosen one is not any more.
func (v *View) reselect() {
	st := &v.st
	if st.sel == nil || st.sel.owed != (wait{}) {
		return
	}
	at, below := st.bottom(v.sh)
	if at < 0 {
		return
	}
	if i := st.win.find(st.sel.seq); i >= 0 && (i == at || v.shows(i, at, below)) {
		return
	}
	v.dirty = true
	if i := st.win.messageFrom(at, -1); i >= 0 && (i == at || v.shows(i, at, below)) {
		st.sel.seq = st.win.items[i].ev.Seq
		return
	}
	st.sel.seq = 0
}
