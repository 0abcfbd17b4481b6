package view

import (
	"slices"
	"time"

	"parley/rooms"
	"parley/text"
)

// window is the part of a room's log that the view holds: consecutive events,
// oldest first, with the lines that only this person sees between them.
// It belongs to the goroutine of its view.
type window struct {
	items []item
	first uint64 // seq of the oldest event held
	last  uint64 // seq of the newest event held
	start bool   // nothing is older than the first item
}

// item is one entry of the window.
type item struct {
	ev    *rooms.Event // the event; of a run the last; nil for a note
	run   *run         // for joins and leaves
	note  *note        // for a line that only this person sees
	lay   *layout      // nil until it is needed at the present width and look
	above rules
	variant
}

// rules are the lines above an item.
type rules uint8

const (
	dayRule rules = 1 << iota
	newRule
)

// count is the number of rows that the rules take.
func (r rules) count() int { return int(r&dayRule) + int(r&newRule)>>1 }

// note is a line that only this person sees: a notice, a command's answer.
type note struct {
	after uint64 // seq of the event that it follows
	at    time.Time
	line  text.Line
}

// seq is the item's place in the log.
func (it *item) seq() uint64 {
	if it.ev == nil {
		return it.note.after
	}
	return it.ev.Seq
}

func (it *item) time() time.Time {
	if it.ev == nil {
		return it.note.at
	}
	return it.ev.Time
}

// rows is the number of rows on the screen; the layout must be there.
func (it *item) rows() int { return it.above.count() + len(it.lay.rows) }

// setting is what the arrangement of a window depends on beside its events.
type setting struct {
	zone    zone
	compact bool
	rule    uint64 // the new rule is above the first event after this seq; 0 for none
	ruled   bool
}

// push appends an event that follows the last one and returns whether it made an item of its own.
func (w *window) push(ev *rooms.Event, s setting) {
	w.last = ev.Seq
	if len(w.items) == 0 {
		w.first = ev.Seq
	}
	if presence(ev) {
		if n := len(w.items); n > 0 && w.gathers(&w.items[n-1], ev, s) {
			it := &w.items[n-1]
			it.run, it.ev, it.lay = it.run.with(ev), ev, nil
			return
		}
		w.items = append(w.items, item{ev: ev, run: (*run)(nil).with(ev)})
	} else {
		w.items = append(w.items, item{ev: ev})
	}
	w.arrange(len(w.items)-1, s)
}

// gathers says whether a coming or going belongs to the run of an item: on the
// same day and on the same side of the new rule.
func (w *window) gathers(it *item, ev *rooms.Event, s setting) bool {
	return it.run != nil && sameDay(it.ev.Time, ev.Time, s.zone.loc) && !(s.ruled && it.ev.Seq == s.rule)
}

// addNote appends a line that only this person sees.
func (w *window) addNote(n *note, s setting) {
	w.items = append(w.items, item{note: n})
	w.arrange(len(w.items)-1, s)
}

// prepend puts older events, ascending, before the window, and returns how many items that made.
func (w *window) prepend(events []*rooms.Event, start bool, s setting) int {
	w.start = start
	if len(events) == 0 {
		if len(w.items) > 0 {
			w.arrange(0, s)
		}
		return 0
	}
	var older window
	older.start = start
	for _, ev := range events {
		older.push(ev, s)
	}
	added := len(older.items)
	if tail := &older.items[added-1]; len(w.items) > 0 && tail.run != nil && w.items[0].run != nil && w.gathers(tail, w.items[0].ev, s) {
		w.items[0].run, w.items[0].lay = tail.run.before(w.items[0].run), nil
		older.items = older.items[:added-1]
		added--
	}
	w.first = events[0].Seq
	if w.last == 0 {
		w.last = older.last
	}
	w.items = append(older.items, w.items...)
	w.arrange(added, s)
	return added
}

// arrange works out what stands above an item and which variant of its layout it needs.
func (w *window) arrange(i int, s setting) {
	if i < 0 || i >= len(w.items) {
		return
	}
	it := &w.items[i]
	var prev *item
	if i > 0 {
		prev = &w.items[i-1]
	}
	it.above = 0
	if prev == nil && w.start || prev != nil && !sameDay(prev.time(), it.time(), s.zone.loc) {
		it.above |= dayRule
	}
	if s.ruled && it.seq() > s.rule && it.note == nil && (prev == nil && (w.start || w.first == s.rule+1) || prev != nil && prev.seq() <= s.rule) {
		it.above |= newRule
	}
	was := it.variant
	it.variant = 0
	if s.compact {
		it.variant = compactRows | compactVariant(prev, it)
	}
	if it.variant != was {
		it.lay = nil
	}
}

func compactVariant(prev, it *item) variant {
	if it.ev == nil || it.run != nil {
		return 0
	}
	if prev == nil || prev.ev == nil || prev.run != nil || !prev.ev.Counts() || it.above != 0 {
		return showNick | showTime
	}
	if !prev.ev.Time.Truncate(time.Minute).Equal(it.ev.Time.Truncate(time.Minute)) {
		return showNick | showTime
	}
	if prev.ev.Author != it.ev.Author || prev.ev.Type != it.ev.Type || it.ev.Type == rooms.Action {
		return showNick
	}
	return 0
}

// rearrange works everything out again: the zone, the rule or the layout changed.
func (w *window) rearrange(s setting) {
	for i := range w.items {
		w.arrange(i, s)
	}
}

// relayout forgets the layouts: the width or the look changed.
func (w *window) relayout() {
	for i := range w.items {
		w.items[i].lay = nil
	}
}

// cutFront drops the n oldest items; cutBack the n newest. What was dropped is read again when it is needed.
func (w *window) cutFront(n int) {
	kept := copy(w.items, w.items[n:])
	clear(w.items[kept:])
	w.items = w.items[:kept]
	w.start = false
	w.bound()
}

func (w *window) cutBack(n int) {
	kept := len(w.items) - n
	clear(w.items[kept:])
	w.items = w.items[:kept]
	w.bound()
}

// fit gives back the memory that room items, or as many as there are, do not need.
func (w *window) fit(room int) {
	if cap(w.items) > room+room/2 {
		w.items = append(make([]item, 0, max(room, len(w.items))), w.items...)
	}
}

// reset empties the window.
func (w *window) reset() {
	clear(w.items)
	*w = window{items: w.items[:0]}
}

// dropNotes takes away the lines that only this person sees.
func (w *window) dropNotes(s setting) {
	kept := w.items[:0]
	for _, it := range w.items {
		if it.note == nil {
			kept = append(kept, it)
		}
	}
	clear(w.items[len(kept):])
	w.items = kept
	w.rearrange(s)
}

// dropNote takes the oldest note away if there are more than most, and returns where it was, else -1.
func (w *window) dropNote(most int, s setting) int {
	n, oldest := 0, -1
	for i := len(w.items) - 1; i >= 0; i-- {
		if w.items[i].note != nil {
			n, oldest = n+1, i
		}
	}
	if n <= most {
		return -1
	}
	w.items = slices.Delete(w.items, oldest, oldest+1)
	w.arrange(oldest, s)
	return oldest
}

// bound works out the first and last seq from the items; where no event is left it keeps what it knew.
func (w *window) bound() {
	w.first = w.last + 1
	for i := range w.items {
		if it := &w.items[i]; it.ev != nil {
			if w.first = it.ev.Seq; it.run != nil {
				w.first = it.run.first
			}
			break
		}
	}
	for i := len(w.items) - 1; i >= 0; i-- {
		if ev := w.items[i].ev; ev != nil {
			w.last = ev.Seq
			return
		}
	}
}

func sameDay(a, b time.Time, loc *time.Location) bool {
	ay, am, ad := a.In(loc).Date()
	by, bm, bd := b.In(loc).Date()
	return ay == by && am == bm && ad == bd
}
