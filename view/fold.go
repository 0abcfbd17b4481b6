package view

import (
	"context"
	"maps"
	"slices"

	"parley/chat"
	"parley/rooms"
)

// take appends the events that follow the window, all that there are of them.
func (w *window) take(events []*rooms.Event, s setting) {
	w.items = slices.Grow(w.items, len(events))
	for i, ev := range events {
		if w.last == 0 {
			w.folded = ev.Seq - 1
		}
		w.fold(ev)
		if w.folded+1 == ev.Seq {
			w.folded = ev.Seq
		}
		state := (*rooms.State)(nil)
		if ev.Type.Talk() && ev.Text.IsZero() {
			state = after(events[i+1:], ev.Seq)
		}
		if w.hides(ev) || ev.Seq <= s.gone || erased(ev, state) || chat.Ignores(s.ignored, ev) {
			w.pass(ev)
		} else {
			w.push(ev, state, s)
			w.lacks = w.lacks || ev.Ref != 0
		}
	}
}

// after is the state that some events make of a message before them.
func after(events []*rooms.Event, seq uint64) (s *rooms.State) {
	for _, ev := range events {
		if at := ev.About(); at[0] == seq || at[1] == seq {
			s = s.With(ev)
		}
	}
	return s
}

// fold takes in what an event does to the messages of the window, and reports whether that changed something.
func (w *window) fold(ev *rooms.Event) bool {
	changed := false
	for _, about := range ev.About() {
		changed = about != 0 && w.foldInto(about, ev) || changed
	}
	return changed
}

// foldInto takes in what an event does to one message.
func (w *window) foldInto(about uint64, ev *rooms.Event) (changed bool) {
	if i := w.find(about); i >= 0 {
		it := &w.items[i]
		if next := it.state.With(ev); next != it.state {
			it.state, it.lay, changed = next, nil, true
		}
	}
	if q, ok := w.parents[about]; ok {
		q.state = q.state.With(ev)
		w.parents[about], changed = q, true
	}
	if changed && (ev.Type == rooms.Edit || ev.Type == rooms.Delete) {
		w.requote(about)
	}
	return changed
}

// refold takes in what happened to the messages of the window since they were
// read, and reports whether that changed something now.
func (v *View) refold() (changed bool) {
	st := &v.st
	head := v.ses.Head()
	if !st.opened || head.ID != st.room.ID || head.Seq <= st.win.folded {
		return false
	}
	scratch := v.sh.events.Get().(*[]*rooms.Event)
	defer v.sh.giveEvents(scratch)
	events, ok := v.ses.Recent((*scratch)[:0], st.room.ID, st.win.folded)
	*scratch = events
	if !ok {
		v.restate()
		return false
	}
	for _, ev := range events {
		changed = st.win.fold(ev) || changed
		v.edited(ev)
		st.win.folded = ev.Seq
	}
	v.dirty = v.dirty || changed
	return changed
}

// restate reads what has become of the messages of the window: more has happened than is kept in memory.
func (v *View) restate() {
	w := &v.st.win
	if w.restating || w.last == 0 {
		return
	}
	w.restating = true
	gen, log, seqs, parents := v.opening, v.log(), w.seqs(), slices.Collect(maps.Keys(w.parents))
	v.later(pageTime, func(ctx context.Context) func() {
		states, err := log.states(ctx, len(seqs), func(i int) uint64 { return seqs[i] })
		now := map[uint64]quoted{}
		for _, seq := range parents {
			if err == nil {
				now[seq], err = log.quote(ctx, seq)
			}
		}
		return func() {
			if gen == v.opening {
				v.inPane(log.root, func() { v.restated(log.asOf, seqs, states, now, err) })
			}
		}
	})
}

// restated takes in what has become of messages and of what they answer, as of a seq.
func (v *View) restated(asOf uint64, seqs []uint64, states map[uint64]*rooms.State, parents map[uint64]quoted, err error) {
	w := &v.st.win
	w.restating = false
	if err != nil {
		return // with the next event it is tried again
	}
	w.restate(states)
	for seq, q := range parents {
		w.know(seq, q)
	}
	whole := true // nothing has come from a page that was read before
	for _, seq := range w.seqs() {
		_, asked := slices.BinarySearch(seqs, seq)
		whole = whole && (asked || seq > asOf)
	}
	for seq := range w.parents {
		_, known := parents[seq]
		whole = whole && known
	}
	if whole {
		w.folded = max(w.folded, asOf)
	}
	v.dirty = true
	v.refold()
	v.settle()
}

// seqs lists the messages of the window.
func (w *window) seqs() (list []uint64) {
	for i := range w.items {
		if it := &w.items[i]; it.talks() {
			list = append(list, it.ev.Seq)
		}
	}
	return list
}

// restate puts newer states to the items.
func (w *window) restate(states map[uint64]*rooms.State) {
	for i := range w.items {
		it := &w.items[i]
		if !it.talks() {
			continue
		}
		if s := states[it.ev.Seq]; s != nil && (it.state == nil || s.AsOf > it.state.AsOf) {
			it.state, it.lay = s, nil
			w.requote(it.ev.Seq)
		}
	}
}

// forget drops what has expired by now.
func (v *View) forget() {
	st := &v.st
	w, gone := &st.win, st.room.Gone
	n := w.upTo(gone)
	if n > 0 {
		w.cutFront(n)
		v.thin = false
		if st.anchor.item -= n; st.anchor.item < 0 {
			st.anchor.item, st.anchor.below = 0, 0
		}
	}
	v.neverEmpty()
	for i := range w.items {
		if it := &w.items[i]; it.answers() && it.ev.Ref <= gone {
			it.lay = nil
		}
	}
	w.arrange(0, st.setting())
	v.dirty = true
	v.settle()
}

// neverEmpty goes to the newest event where nothing is left of what somebody was reading.
func (v *View) neverEmpty() {
	if st := &v.st; len(st.win.items) == 0 && !st.anchor.follow {
		st.anchor, v.pin, v.owed = anchor{follow: true}, pin{}, 0
		v.changes |= changedHere
	}
}

// upTo is how many of the oldest items have something up to a seq.
func (w *window) upTo(seq uint64) int {
	n := 0
	for i := range w.items {
		it := &w.items[i]
		if it.ev == nil {
			continue
		}
		first := it.ev.Seq
		if it.run != nil {
			first = it.run.first
		}
		if first > seq {
			break
		}
		n = i + 1
	}
	return n
}
