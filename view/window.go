package view

import (
	"cmp"
	"slices"
	"time"

	"parley/rooms"
	"parley/text"
)

// window is the part of a room's log that the view holds: what is shown of consecutive events,
// oldest first, with the lines that only this person sees between them.
// It belongs to the goroutine of its view.
type window struct {
	items  []item
	first  uint64 // seq of the oldest event held; 0 for none
	last   uint64 // seq of the newest event held, which may take no row
	folded uint64 // what happened up to this seq is in the items
	start  bool   // nothing is older than the first item
	root   uint64 // of a thread: its first message; 0 for a room

	parents   map[uint64]quoted // what items answer that the window does not hold; nil for nothing
	lacks     bool              // an item may answer what is not known yet
	restating bool              // what has become of the items is being read anew
}

// item is one entry of the window.
type item struct {
	ev    *rooms.Event // the event; of a run the last; nil for a note
	state *rooms.State // what has become of a message; nil for nothing
	run   *run         // for joins and leaves
	note  *note        // for a line that only this person sees
	lay   *layout      // nil until it is needed at the present width and look
	above rules
	variant
}

// rules are the lines above an item.
type rules uint8

const (
	goneRule rules = 1 << iota // what was older has expired
	dayRule
	newRule
)

// count is the number of rows that the rules take.
func (r rules) count() int { return int(r&goneRule) + int(r&dayRule)>>1 + int(r&newRule)>>2 }

// at is the rule on row r of them, from the top.
func (r rules) at(row int) rules {
	for one := goneRule; ; one <<= 1 {
		if r&one == 0 {
			continue
		}
		if row == 0 || one == newRule {
			return one
		}
		row--
	}
}

// note is a line that only this person sees: a notice, a command's answer.
type note struct {
	after uint64 // seq of the event that it follows
	at    time.Time
	line  text.Line
	greet int // which line of Options.Welcome it is, from 1; 0 for another one
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

// answers reports whether the item shows another message beside its own words: what it answers, or what it pinned.
func (it *item) answers() bool { return it.ev != nil && answers(it.ev) }

// rows is the number of rows on the screen; the layout must be there.
func (it *item) rows() int { return it.above.count() + len(it.lay.rows) }

// setting is what the arrangement of a window depends on beside its events.
type setting struct {
	zone    zone
	compact bool
	rule    uint64 // the new rule is above the first event after this seq; 0 for none
	ruled   bool
	gone    uint64      // what was said up to this seq has expired
	ignored []text.Name // whom the person does not want to read
}

// hides reports whether an event takes no row in the window.
func (w *window) hides(ev *rooms.Event) bool { return hiddenIn(w.root, ev) }

// push appends an event that follows the last one, with what has become of it.
func (w *window) push(ev *rooms.Event, state *rooms.State, s setting) {
	w.pass(ev)
	if presence(ev) {
		if n := len(w.items); n > 0 && w.gathers(&w.items[n-1], ev, s) {
			it := &w.items[n-1]
			it.run, it.ev, it.lay = it.run.with(ev), ev, nil
			return
		}
		w.items = append(w.items, item{ev: ev, run: (*run)(nil).with(ev)})
	} else {
		w.items = append(w.items, item{ev: ev, state: state})
	}
	w.arrange(len(w.items)-1, s)
}

// pass moves the end of the window to an event that follows the last one.
func (w *window) pass(ev *rooms.Event) {
	w.last = ev.Seq
	if w.first == 0 {
		w.first = ev.Seq
	}
}

// gathers says whether a coming or going belongs to the run of an item: on the
// same day and on the same side of the new rule.
func (w *window) gathers(it *item, ev *rooms.Event, s setting) bool {
	return it.run != nil && sameDay(it.ev.Time, ev.Time, s.zone.loc) && !(s.ruled && it.ev.Seq <= s.rule && ev.Seq > s.rule)
}

// addNote appends a line that only this person sees.
func (w *window) addNote(n *note, s setting) {
	w.items = append(w.items, item{note: n})
	w.arrange(len(w.items)-1, s)
}

// prepend puts an older chunk before the window, and returns how many items that made.
func (w *window) prepend(p chunk, s setting) int {
	w.start = p.start || p.last != 0 && p.first <= s.gone+1
	if p.last == 0 {
		w.arrange(0, s)
		return 0
	}
	older := window{root: w.root, start: w.start, items: make([]item, 0, len(p.events)+len(w.items)+2)} // and two lines of welcome
	for _, ev := range p.events {
		if ev.Seq > s.gone {
			older.push(ev, p.states[ev.Seq], s)
		}
	}
	added := len(older.items)
	if added > 0 && len(w.items) > 0 {
		tail, head := &older.items[added-1], &w.items[0]
		if tail.run != nil && head.run != nil && w.gathers(tail, head.ev, s) {
			head.run, head.lay = tail.run.before(head.run), nil
			older.items = older.items[:added-1]
			added--
		}
	}
	w.adopt(p)
	for i := range w.items {
		if it := &w.items[i]; it.answers() && p.holds(it.ev.Ref) {
			it.lay = nil // it may have been laid out before what it answers was known
		}
	}
	w.first = p.first
	if w.last == 0 {
		w.last = p.last
	}
	w.items = append(older.items, w.items...)
	w.arrange(0, s)
	w.arrange(added, s)
	return added
}

// append puts a newer chunk behind the window, if that is where it belongs.
func (w *window) append(p chunk, s setting) {
	if p.last == 0 || p.first != w.last+1 {
		return
	}
	w.adopt(p)
	for _, ev := range p.events {
		if ev.Seq > s.gone {
			w.push(ev, p.states[ev.Seq], s)
		}
	}
	w.last = p.last
}

// adopt takes in what is known of a chunk's messages beside themselves.
func (w *window) adopt(p chunk) {
	if w.last == 0 {
		w.folded = p.asOf
	}
	w.folded = min(w.folded, p.asOf)
	for seq, q := range p.parents {
		w.know(seq, q)
	}
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
	if prev == nil && w.start && s.gone > 0 && w.first <= s.gone+1 {
		it.above |= goneRule
	}
	if prev == nil && w.start || prev != nil && !sameDay(prev.time(), it.time(), s.zone.loc) {
		it.above |= dayRule
	}
	if s.ruled && it.seq() > s.rule && it.note == nil && (prev == nil && (w.start || w.first <= s.rule+1) || prev != nil && prev.seq() <= s.rule) {
		it.above |= newRule
	}
	was := it.variant
	it.variant = 0
	if w.root != 0 {
		it.variant = inThread
	}
	if s.compact {
		it.variant |= compactRows | compactVariant(prev, it)
	}
	if it.variant != was {
		it.lay = nil
	}
}

func compactVariant(prev, it *item) variant {
	if it.ev == nil || it.run != nil {
		return 0
	}
	if prev == nil || prev.ev == nil || prev.run != nil || !prev.ev.Type.Talk() || it.above != 0 {
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
	w.keepQuoted(w.items[:n], w.items[n:])
	kept := copy(w.items, w.items[n:])
	clear(w.items[kept:])
	w.items = w.items[:kept]
	w.start = false
	w.bound()
}

func (w *window) cutBack(n int) {
	kept := len(w.items) - n
	w.keepQuoted(w.items[kept:], w.items[:kept])
	clear(w.items[kept:])
	w.items = w.items[:kept]
	w.bound()
}

// itemOf finds the item of a message.
func itemOf(items []item, seq uint64) (at int, found bool) {
	at, found = slices.BinarySearchFunc(items, seq, func(it item, seq uint64) int { return cmp.Compare(it.seq(), seq) })
	return at, found && items[at].ev != nil // notes stand behind the event that they follow
}

// fit gives back the memory that room items, or as many as there are, do not need.
func (w *window) fit(room int) {
	if cap(w.items) > room+spare {
		w.items = append(make([]item, 0, max(room, len(w.items))), w.items...)
	}
}

// reset empties the window.
func (w *window) reset() {
	clear(w.items)
	*w = window{items: w.items[:0], root: w.root}
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
