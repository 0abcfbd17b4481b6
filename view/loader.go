package view

import (
	"context"
	"time"

	"parley/rooms"
)

// pages are what a page is read for.
type pages int

const (
	pageOlder pages = iota
	pageNewer
	pageNewest
	pageOldest
	pageNewMark
)

// pageRows is how many rows of events a page should have.
func (v *View) pageRows() int {
	return geometryOf(v.st.size, wants{}).height + 2*spare
}

// load reads a page for the shown room and puts it into the window. It reports false if it leaves that to the page
// that is on its way already.
func (v *View) load(what pages) bool {
	st := &v.st
	if st.room.ID == 0 || !st.opened && !st.inThread() {
		return true
	}
	if what == pageNewer && v.extend() {
		v.arrived()
		return true
	}
	if v.loading {
		if what == pageOlder || what == pageNewer {
			return false
		}
		v.epoch++ // a jump is not to be lost because a page is on its way, which it makes needless
	}
	v.loading = true
	gen, epoch, log, need := v.opening, v.epoch, v.log(), v.pageRows()
	first, last, rule := st.win.first, st.win.last, st.rule.after
	v.later(pageTime, func(ctx context.Context) func() {
		p, err := log.page(ctx, what, first, last, rule, need)
		return func() {
			if gen != v.opening {
				return
			}
			v.inPane(log.root, func() {
				if epoch == v.epoch {
					v.loading = false
					v.loaded(what, p, err)
				}
			})
		}
	})
	return true
}

// page reads what a page is read for: a window from first to last, with the new rule behind seq rule.
func (l log) page(ctx context.Context, what pages, first, last, rule uint64, need int) (chunk, error) {
	switch {
	case what == pageOlder:
		return l.before(ctx, first, 2*need)
	case what == pageNewest, l.root != 0 && what == pageNewer:
		return l.before(ctx, newest, need)
	case l.root != 0:
		return l.before(ctx, newest, maxThread)
	case what == pageNewer:
		return l.after(ctx, last, need)
	case what == pageNewMark:
		return l.around(ctx, rule+1, need)
	}
	return l.after(ctx, l.gone, need)
}

// loaded puts a page into the window.
func (v *View) loaded(what pages, p chunk, err error) {
	st := &v.st
	v.dirty = true
	if err != nil {
		v.failed = true
		if !st.opened {
			v.due.retry = time.Now().Add(retryTime)
		}
		if st.sel != nil {
			st.sel.owed = wait{}
		}
		v.say(v.words("older messages cannot be read right now: %s", v.explain(err)), true)
		return
	}
	v.failed = false
	if !st.opened {
		v.enteredThread(p)
		return
	}
	if st.inThread() && what == pageNewer {
		v.replace(p, v.unsettle)
		v.arrived()
		return
	}
	if owed, n := v.owed, len(st.win.items); what == pageOlder {
		v.prepend(p)
		if len(st.win.items) == n {
			defer func() { v.owed = owed }() // nobody scrolled: this page has nothing to show
		}
	}
	switch what {
	case pageOlder:
	case pageNewer:
		st.win.append(p, st.setting())
		v.refold()
	default:
		v.replace(p, func() {
			switch what {
			case pageNewest:
				st.anchor = anchor{follow: true}
			case pageOldest:
				v.top(0)
			case pageNewMark:
				v.topAtRule()
			}
		})
	}
	v.arrived()
	v.changes |= rooms.RoomChanged
}

// prepend puts older events before the window and keeps the bottom edge where it is.
func (v *View) prepend(p chunk) {
	st := &v.st
	if p.last != 0 && p.last+1 != st.win.first {
		return // the window was cut meanwhile: what is missing is asked for again
	}
	v.thin = p.thin
	before := len(st.win.items)
	st.win.prepend(p, st.setting())
	if !st.anchor.follow {
		st.anchor.item += len(st.win.items) - before
	}
	v.refold()
	if owed := v.owed; owed > 0 && len(st.win.items) > before {
		v.owed = 0
		v.scroll(-owed)
		return
	}
	v.unsettle()
}

// replace puts another part of the log into the window, and settle the screen at its place in it; whether the
// notes belong there as well depends on that place.
func (v *View) replace(p chunk, settle func()) {
	st := &v.st
	notes := v.takeNotes()
	v.emptyWindow()
	v.thin = p.thin
	st.win.prepend(p, st.setting())
	v.refold()
	settle()
	v.putNotes(notes)
}
