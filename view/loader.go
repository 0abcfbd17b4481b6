package view

import (
	"context"
	"math"

	"parley/rooms"
)

// chunk is consecutive events, ascending.
type chunk struct {
	events []*rooms.Event
	start  bool // the first one is the first of the log
	thin   bool // mostly comings and goings, which take fewer rows than were asked for; there is more
}

// Bounds of what one page reads: a log may hold ten thousand joins in a row,
// which take one row of the screen.
const (
	pageSize  = 100
	pageReads = 12
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

// readBefore reads at least need rows of events before seq, as far as there are any.
func readBefore(ctx context.Context, ses source, room rooms.ID, before uint64, need int) (chunk, error) {
	var p chunk
	have := 0
	for range pageReads {
		events, err := ses.EventsBefore(ctx, room, before, max(need, pageSize/2))
		if err != nil {
			return p, err
		}
		if len(events) == 0 {
			p.start = true
			return p, nil
		}
		for i, ev := range events {
			if !presence(ev) || i == 0 || !presence(events[i-1]) {
				have++
			}
		}
		p.events = append(events[:len(events):len(events)], p.events...)
		before = events[0].Seq
		if p.start = before == 1; p.start || have >= need {
			return p, nil
		}
	}
	p.thin = true
	return p, nil
}

// readAround reads a page that ends a little behind an anchor; 0 means at the newest event.
func readAround(ctx context.Context, ses source, room rooms.ID, anchor uint64, need int) (chunk, error) {
	if anchor == 0 {
		return readBefore(ctx, ses, room, newest, need)
	}
	p, err := readBefore(ctx, ses, room, anchor+1, need)
	if err != nil {
		return p, err
	}
	events, err := ses.Events(ctx, room, anchor, need)
	p.events = append(p.events, events...)
	return p, err
}

// newest is a seq behind every event of a room. Stores keep seqs in 64 signed bits.
const newest = math.MaxInt64

// readAfter reads a page from the event after seq on.
func readAfter(ctx context.Context, ses source, room rooms.ID, after uint64, need int) (chunk, error) {
	events, err := ses.Events(ctx, room, after, max(need, pageSize))
	return chunk{events: events, start: len(events) > 0 && events[0].Seq == 1}, err
}

// pageRows is how many rows of events a page should have.
func (v *View) pageRows() int {
	return geometryOf(v.st.size, wants{}).height + 2*spare
}

// load reads a page for the shown room and puts it into the window.
func (v *View) load(what pages) {
	st := &v.st
	if st.room.ID == 0 || !st.opened {
		return
	}
	if what == pageNewer && v.extend(st.win.last) {
		v.arrived()
		return
	}
	if v.loading {
		if what == pageOlder || what == pageNewer {
			return
		}
		v.epoch++ // a jump is not to be lost because a page is on its way, which it makes needless
	}
	v.loading = true
	gen, epoch, room, need := v.opening, v.epoch, st.room.ID, v.pageRows()
	first, last, rule := st.win.first, st.win.last, st.rule.after
	v.later(pageTime, func(ctx context.Context) func() {
		var p chunk
		var err error
		switch what {
		case pageOlder:
			p, err = readBefore(ctx, v.ses, room, first, 2*need)
		case pageNewer:
			p, err = readAfter(ctx, v.ses, room, last, need)
		case pageNewest:
			p, err = readBefore(ctx, v.ses, room, newest, need)
		case pageOldest:
			p, err = readAfter(ctx, v.ses, room, 0, need)
		case pageNewMark:
			p, err = readAround(ctx, v.ses, room, rule+1, need)
		}
		return func() {
			if gen != v.opening || epoch != v.epoch {
				return
			}
			v.loading = false
			v.loaded(what, p, err)
		}
	})
}

// loaded puts a page into the window.
func (v *View) loaded(what pages, p chunk, err error) {
	st := &v.st
	v.dirty = true
	if err != nil {
		v.failed = true
		if st.sel != nil {
			st.sel.owed = wait{}
		}
		v.say(v.words("older messages cannot be read right now: %s", v.explain(err)), true)
		return
	}
	v.failed = false
	switch what {
	case pageOlder:
		v.prepend(p)
	case pageNewer:
		for _, ev := range p.events {
			if ev.Seq == st.win.last+1 {
				st.win.push(ev, st.setting())
			}
		}
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
	if n := len(p.events); n > 0 && p.events[n-1].Seq+1 != st.win.first {
		return // the window was cut meanwhile: what is missing is asked for again
	}
	v.thin = p.thin
	before := len(st.win.items)
	st.win.prepend(p.events, p.start, st.setting())
	if !st.anchor.follow {
		st.anchor.item += len(st.win.items) - before
	}
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
	st.win.prepend(p.events, p.start, st.setting())
	settle()
	v.putNotes(notes)
}
