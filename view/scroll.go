package view

// bottom is the item at the bottom edge and how many of its rows are below the
// edge; -1 when there is nothing to show. Layouts are made on the way.
func (st *state) bottom(sh *Shared) (item, below int) {
	n := len(st.win.items)
	if n == 0 || !st.opened {
		return -1, 0
	}
	if st.anchor.follow {
		st.layout(n-1, sh)
		return n - 1, 0
	}
	item = min(max(st.anchor.item, 0), n-1)
	st.layout(item, sh)
	return item, min(max(st.anchor.below, 0), st.win.items[item].rows()-1)
}

// rowsAbove counts rows from the bottom edge upwards, at most until most is reached.
func (v *View) rowsAbove(most int) int {
	st := &v.st
	at, below := st.bottom(v.sh)
	rows := -below
	for i := at; i >= 0 && rows < most; i-- {
		st.layout(i, v.sh)
		rows += st.win.items[i].rows()
	}
	return rows
}

// scroll moves the bottom edge by rows: up when negative. Older and newer pages are asked for as needed.
func (v *View) scroll(rows int) {
	st := &v.st
	at, below := st.bottom(v.sh)
	if at < 0 {
		return
	}
	v.dirty = true
	v.failed = false
	if rows > 0 {
		v.owed = 0
	}
	st.anchor = anchor{item: at, below: below - rows}
	v.settle()
	v.pinHere()
}

// pin is the place that the person scrolled to, as the seq at the bottom edge and its rows below. A window that
// grows for a moment may not be able to show it; when it shrinks again the pin is where it was. Seq 0 is none.
type pin struct {
	seq   uint64
	below int
}

func (v *View) pinHere() { v.pin.seq, v.pin.below = v.anchored() }

// unsettle goes back to the pin, from where a size or a missing page has moved the anchor.
func (v *View) unsettle() {
	st := &v.st
	if v.pin.seq == 0 || !st.opened {
		return
	}
	for i := len(st.win.items) - 1; i >= 0; i-- {
		if ev := st.win.items[i].ev; ev != nil && ev.Seq <= v.pin.seq {
			st.anchor = anchor{item: i, below: v.pin.below}
			return
		}
	}
}

// settle makes the anchor a place that exists: it carries rows over to other
// items, stops at both ends of the log, and goes on following at the newest event.
func (v *View) settle() {
	st := &v.st
	if !st.opened || len(st.win.items) == 0 {
		return
	}
	if !st.anchor.follow {
		v.carry()
	}
	v.stopAtTop()
	v.fill()
}

// carry moves the anchor to the item that its rows lead to.
func (v *View) carry() {
	st := &v.st
	a := &st.anchor
	n := len(st.win.items)
	a.item = min(max(a.item, 0), n-1)
	for {
		st.layout(a.item, v.sh)
		rows := st.win.items[a.item].rows()
		switch {
		case a.below >= rows && a.item > 0:
			a.below -= rows
			a.item--
		case a.below >= rows:
			v.owe(a.below - rows + 1)
			a.below = rows - 1
		case a.below < 0 && a.item < n-1:
			a.item++
			st.layout(a.item, v.sh)
			a.below += st.win.items[a.item].rows()
		case a.below < 0:
			a.below = 0
		default:
			v.reachBottom()
			return
		}
	}
}

// reachBottom follows again when the bottom edge is at the newest event, and reads on when it is at the window's.
func (v *View) reachBottom() {
	st := &v.st
	a := &st.anchor
	if a.item == len(st.win.items)-1 && a.below == 0 && st.win.last >= st.room.Seq {
		if st.sel != nil {
			return // the screen stands still
		}
		*a = anchor{follow: true}
		v.changes |= changedHere
		return
	}
	if a.item >= len(st.win.items)-1-spare && st.win.last < st.room.Seq && !v.failed {
		v.load(pageNewer)
	}
}

// owe remembers rows that a scroll could not go up because older events are not here yet.
func (v *View) owe(rows int) {
	if !v.st.win.start && !v.failed {
		v.owed += rows
	}
}

// stopAtTop keeps the oldest event that is held from leaving the top edge downwards.
func (v *View) stopAtTop() {
	st := &v.st
	if st.anchor.follow {
		return
	}
	if missing := st.geo.height - v.rowsAbove(st.geo.height); missing > 0 {
		v.owe(missing)
		a := &st.anchor
		for missing > 0 {
			if a.below >= missing {
				a.below -= missing
				return
			}
			missing -= a.below
			a.below = 0
			if a.item >= len(st.win.items)-1 {
				v.reachBottom()
				return
			}
			a.item++
			st.layout(a.item, v.sh)
			a.below = st.win.items[a.item].rows()
		}
	}
}

// fill asks for older events when the top edge comes near the oldest that is held.
func (v *View) fill() {
	st := &v.st
	if st.win.start || v.failed || !st.opened {
		return
	}
	if st.anchor.follow && v.thin && v.owed == 0 && len(st.win.items) > 0 {
		return // thousands have come and gone: whoever wants to see what was before scrolls
	}
	most := st.geo.height + spare
	if st.anchor.follow {
		if most = st.geo.height; len(st.win.items) >= most {
			return // a follower needs no margin, and each item has a row
		}
	}
	if v.rowsAbove(most) < most {
		v.load(pageOlder)
	}
}

// arrived is called when a page is in the window: it drops what is far away from the screen on the other side.
func (v *View) arrived() {
	st := &v.st
	v.neverEmpty()
	v.settle()
	most := 6*st.geo.height + pageSize
	if n := len(st.win.items); n > most && !st.anchor.follow {
		if after := n - 1 - st.anchor.item; after > most/2 {
			st.win.cutBack(after - most/2)
		}
		if n := len(st.win.items); n > most {
			cut := min(n-most, st.anchor.item-2*st.geo.height)
			if cut > 0 {
				st.win.cutFront(cut)
				st.anchor.item -= cut
			}
		}
	}
	v.trim()
	v.selectOn()
}

// newest goes to the newest event and stays there. While somebody selects, the screen stands still.
func (v *View) newest() {
	st := &v.st
	if st.sel != nil {
		return
	}
	v.dirty = true
	v.owed, v.pin = 0, pin{}
	if st.anchor.follow {
		return
	}
	v.failed = false
	st.anchor = anchor{follow: true}
	v.changes |= changedHere
	v.follow()
	v.settle()
}

// oldest goes to the first event of the room.
func (v *View) oldest() {
	v.failed = false
	if v.st.win.start {
		v.top(0)
		return
	}
	v.load(pageOldest)
}

// top puts an item at the top edge.
func (v *View) top(item int) {
	st := &v.st
	v.dirty = true
	v.owed = 0
	if len(st.win.items) == 0 {
		return
	}
	item = min(max(item, 0), len(st.win.items)-1)
	rows := 0
	i := item
	for ; i < len(st.win.items); i++ {
		st.layout(i, v.sh)
		rows += st.win.items[i].rows()
		if rows >= st.geo.height {
			st.anchor = anchor{item: i, below: rows - st.geo.height}
			v.settle()
			v.pinHere()
			return
		}
	}
	st.anchor = anchor{item: len(st.win.items) - 1}
	v.settle()
	v.pinHere()
}

// toRule goes to the rule above what is new.
func (v *View) toRule() {
	st := &v.st
	if !st.rule.on {
		v.say("nothing is new here", false)
		return
	}
	if st.win.first <= st.rule.after+1 || st.win.start {
		v.topAtRule()
		return
	}
	v.load(pageNewMark)
}

// topAtRule puts the rule near the top edge, with a little of what was read before above it.
func (v *View) topAtRule() {
	st := &v.st
	for i := range st.win.items {
		if st.win.items[i].above&newRule != 0 {
			v.top(max(0, i-2))
			return
		}
	}
}

// anchorAt puts the bottom edge at an event, with some of its rows below the edge.
func (v *View) anchorAt(seq uint64, below int) {
	v.pin = pin{seq, below}
	v.unsettle()
	v.settle()
}

// anchored is the seq and the rows below the edge that a place keeps; 0 at the newest event.
func (v *View) anchored() (seq uint64, below int) {
	st := &v.st
	if st.anchor.follow {
		return 0, 0
	}
	for i := min(st.anchor.item, len(st.win.items)-1); i >= 0; i-- {
		if ev := st.win.items[i].ev; ev != nil {
			if i == st.anchor.item {
				return ev.Seq, st.anchor.below
			}
			return ev.Seq, 0
		}
	}
	return 0, 0
}
