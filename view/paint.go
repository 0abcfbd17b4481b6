package view

import (
	"time"

	"parley/text"
	"parley/view/screen"
)

// paintIfDue paints what changed, now if the paints before were long enough ago, else at the end of their time: at
// most 30 frames a second, of which two may follow each other at once, so that a message right behind another
// one does not wait for a timer.
func (v *View) paintIfDue(now time.Time) {
	if !v.dirty && !v.woken && v.changes == 0 {
		return
	}
	if now.Before(v.due.echo) {
		return
	}
	if next := v.paid.Add(-frameTime); now.Before(next) {
		v.due.paint = next
		return
	}
	v.due.paint = time.Time{}
	v.pull()
	if !v.dirty && v.grown == 0 {
		return
	}
	v.paint()
	if v.paid.Before(now) {
		v.paid = now
	}
	v.paid = v.paid.Add(frameTime)
}

// paint brings the terminal to what the state is now.
func (v *View) paint() {
	f := v.sh.frames.Get().(*screen.Frame)
	buf := v.sh.buffers.Get().(*[]byte)
	*buf = (*buf)[:0]
	if !v.taken {
		*buf = v.takeTerminal(*buf)
	}
	shifted := false
	if !v.dirty {
		*buf, shifted = v.shift(*buf, f)
	}
	if !shifted {
		v.dirty = false
		v.fit()
		render(f, &v.st, v.sh, v.typed())
		*buf = v.painter.Paint(*buf, f)
	}
	v.grown = 0
	*buf = v.appendNotice(*buf)
	v.write(*buf)
	v.sh.buffers.Put(buf)
	v.sh.frames.Put(f)
}

// shift appends what brings the terminal to what the state is now, if all that has changed since the last paint is
// that messages came at the bottom of a full screen: what is above them is moved and not made anew. It is what
// most paints are.
func (v *View) shift(dst []byte, f *screen.Frame) ([]byte, bool) {
	st, g := &v.st, &v.st.geo
	first := len(st.win.items) - v.grown
	if !st.memo.full || !st.anchor.follow || st.sel != nil || st.over != nil || st.beside != nil || g.list+g.said > 0 || first <= 0 {
		return dst, false
	}
	rows := 0
	for i := first; i < len(st.win.items); i++ {
		st.layout(i, v.sh)
		rows += st.win.items[i].rows()
	}
	if 2*rows > g.height {
		return dst, false
	}
	s := v.strip(f, first, rows)
	if s == nil {
		return dst, false
	}
	if s.Alone() {
		return v.painter.Shift(dst, f, s, nil)
	}
	side, nicks := st.sidebar(v.sh), st.nickSegments(v.sh)
	return v.painter.Shift(dst, f, s, func(r *screen.Row, y int) {
		st.putSide(r, side, y)
		st.putNick(r, nicks, y)
	})
}

// strip is what the items from the given one on look like, in so many rows. One message by itself looks the same to all who have its
// layout on terminals of one size: the first of them makes it.
func (v *View) strip(f *screen.Frame, first, rows int) *screen.Strip {
	st, g := &v.st, &v.st.geo
	it := &st.win.items[first]
	k := stripKey{lay: it.lay, cols: uint16(g.size.Cols), rows: uint16(g.size.Rows), top: uint16(g.top), height: uint16(g.height), col: uint16(g.main.col), margins: v.margins}
	shared := first == len(st.win.items)-1 && it.above == 0
	if shared {
		if s, ok := v.sh.strips.get(k); ok {
			return s
		}
	}
	f.Reset(g.size)
	column := screen.Column{Top: g.top, Bottom: g.top + g.height - 1, Col: g.main.col, Width: g.main.width}
	for i, y := len(st.win.items)-1, column.Bottom; i >= first; i-- {
		y = st.renderItem(f, v.sh, &st.win.items[i], y, 0)
	}
	s := screen.NewStrip(f, column, rows, v.margins)
	if shared && s != nil {
		v.sh.strips.put(k, s)
	}
	return s
}

// fit works out the geometry for what there is to show, and forgets layouts that were made for another one.
func (v *View) fit() {
	st := &v.st
	ed := v.typed()
	st.typing = !ed.Empty()
	st.command = st.typing && isCommand(ed.Text())
	w := st.columns()
	w.input, w.about = 1, st.compose != nil
	if st.typing {
		indent := labelCols(st.label(ed), st.size.Cols)
		rows, _, _ := ed.Layout(max(1, st.size.Cols-indent), inputRows(st.size))
		w.input = len(rows)
	}
	if c := st.offered(); c != nil {
		w.list = c.rows()
	}
	g := geometryOf(st.size, w)
	if words := st.sentence(); words != "" {
		w.said = len(text.Wrap(words, g.main.width))
		g = geometryOf(st.size, w)
	}
	was, cols, compact := st.geo, st.span().width, st.compact()
	st.geo = g
	if st.span().width != cols {
		st.win.relayout()
	}
	if st.compact() != compact {
		st.win.rearrange(st.setting())
	}
	if st.beside != nil && (g.main != was.main || g.compact != was.compact) {
		v.inRoom(func() {
			st.win.relayout()
			st.win.rearrange(st.setting())
		})
	}
	if (g.nicks.width > 0) != (was.nicks.width > 0) {
		v.refocus()
	}
	if g != was {
		v.eachPane(func() {
			v.unsettle()
			v.settle()
			v.owed = 0 // nobody scrolled
		})
		if st.sel != nil {
			if i := st.win.find(st.sel.seq); i >= 0 {
				v.reveal(i)
			}
		}
	}
	v.reselect()
}
