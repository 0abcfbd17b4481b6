package view

import (
	"parley/view/input"
	"parley/view/screen"
)

// wheelRows is how far a notch of the wheel scrolls.
const wheelRows = 3

// flipMouse switches the mouse on or off for this terminal; /set mouse is for all of the person's.
func (v *View) flipMouse() {
	v.useMouse(!v.mouseOn)
	v.sayMouse()
}

// sayMouse says what the mouse does from now on, and how text is marked.
func (v *View) sayMouse() {
	if v.mouseOn {
		v.say("mouse on: the wheel scrolls, a click selects or switches; with Shift the terminal marks text as before", false)
		return
	}
	v.say("mouse off: it marks text for the terminal again", false)
}

// useMouse asks the terminal to report the mouse, or not to. Before the first paint it is only noted.
func (v *View) useMouse(on bool) {
	if v.mouseOn == on {
		return
	}
	v.mouseOn = on
	if v.taken {
		v.write(screen.Mouse(nil, on))
	}
}

// clickable is an overlay that covers the messages and acts on the mouse: row is that of a click from its top edge,
// turned are the rows that the wheel has turned.
type clickable interface {
	click(v *View, row int)
	wheel(turned int)
}

// mouse acts on a click or a turn of the wheel. While the mouse is off nothing is: it may have been
// pasted, or typed by somebody's program.
func (v *View) mouse(e input.Mouse) {
	g := &v.st.geo
	if !v.mouseOn || e.Col >= g.size.Cols || e.Row >= g.size.Rows {
		return
	}
	v.dirty = true
	switch {
	case e.Button == input.WheelUp:
		v.turnWheel(e, -1)
	case e.Button == input.WheelDown:
		v.turnWheel(e, 1)
	case e.Button == input.LeftButton && e.Mod == 0:
		v.click(e.Col, e.Row)
	}
}

// turnWheel scrolls what the pointer is over.
func (v *View) turnWheel(e input.Mouse, way int) {
	st := &v.st
	g := &st.geo
	switch top, listed := st.over.(clickable); {
	case v.overSide(e.Col, e.Row):
		at := max(0, st.index(st.room.ID))
		st.sideOff = min(max(st.sideOff+way, -at), max(0, len(st.list)-1-at))
	case e.Row < g.top || e.Row >= g.top+g.height+g.list:
	case e.Row >= g.top+g.height:
		v.turnChoices(way)
	case listed:
		top.wheel(way * wheelRows)
	case st.over == nil || !st.over.covers():
		v.scroll(way * wheelRows)
		v.reselect()
	}
}

// turnChoices goes to the next or previous choice.
func (v *View) turnChoices(way int) {
	if o, ok := v.st.over.(*reacting); ok {
		o.move(way)
		return
	}
	if v.st.choices != nil {
		v.complete(way)
	}
}

// overSide reports whether a cell is in the room list.
func (v *View) overSide(col, row int) bool {
	g := &v.st.geo
	return col < g.side.width && row < g.top+g.height+g.list+g.said
}

// click acts on the left button.
func (v *View) click(col, row int) {
	st := &v.st
	g := &st.geo
	at := st.span()
	inMain := col >= at.col && col < at.col+at.width
	switch top, listed := st.over.(clickable); {
	case row >= g.prompt:
		v.clickInput(col, row-g.prompt)
	case v.overSide(col, row):
		v.clickRoom(row)
	case !inMain || row < g.top:
	case row >= g.top+g.height && row < g.top+g.height+g.list:
		v.clickChoice(row - g.top - g.height)
	case row >= g.top+g.height:
	case listed:
		top.click(v, row-g.top)
	case st.over == nil:
		v.clickMessage(row)
	}
}

// clickInput puts the cursor where the pointer is.
func (v *View) clickInput(col, row int) {
	if v.st.over == nil {
		v.closeSelect()
	}
	ed := v.typed()
	indent := labelCols(v.st.label(ed), v.st.geo.size.Cols)
	ed.Place(row, col-indent)
	if v.st.choices != nil {
		v.closeChoices(true)
	}
}

// clickRoom shows the room that the pointer is on; an invitation is put into the input, to be taken or not.
func (v *View) clickRoom(row int) {
	st := &v.st
	y, at := 0, -1
	st.sideRows(st.geo.top+st.geo.height+st.geo.list+st.geo.said, func(room int, _ string) {
		if y == row {
			at = room
		}
		y++
	})
	switch {
	case at < 0:
	case st.list[at].is(invitedRow):
		v.say(v.words("you are invited to %s: /accept %s or /decline %s", st.list[at].name, st.list[at].name, st.list[at].name), false)
	default:
		if st.over != nil {
			v.close()
		}
		v.open(st.list[at].id)
	}
}

// clickChoice takes the choice that the pointer is on.
func (v *View) clickChoice(row int) {
	st := &v.st
	c := st.offered()
	if c == nil || len(c.list) == 0 {
		return
	}
	from, to := visible(len(c.list), c.at, st.geo.list)
	if row >= to-from {
		return
	}
	c.at = from + row
	if o, ok := st.over.(*reacting); ok {
		o.key(v, input.Key{Code: input.Enter})
		return
	}
	v.choose(c)
	v.closeChoices(true)
}

// clickMessage selects the message that the pointer is on.
func (v *View) clickMessage(row int) {
	st := &v.st
	i := v.itemAt(row)
	if i < 0 || !st.win.items[i].talks() {
		return
	}
	if st.sel == nil {
		v.beginSelect()
	}
	v.pick(i)
}

// itemAt is the index of the item on a row of the screen, -1 for none and for the rules above it.
func (v *View) itemAt(row int) int {
	st := &v.st
	g := &st.geo
	at, below := st.bottom(v.sh)
	rows := -below
	for i := at; i >= 0 && rows < g.height; i-- {
		st.layout(i, v.sh)
		rows += st.win.items[i].rows()
	}
	y := g.top + min(rows, g.height) + below // the row behind the item at the edge
	for i := at; i >= 0 && y > g.top; i-- {
		if y -= st.win.items[i].rows(); row >= y {
			if it := &st.win.items[i]; row < y+it.above.count() || row >= y+it.rows() {
				return -1
			}
			return i
		}
	}
	return -1
}
