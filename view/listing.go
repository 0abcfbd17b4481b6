package view

import (
	"strings"

	"parley/chat"
	"parley/rooms"
	"parley/text"
	"parley/view/input"
	"parley/view/screen"
)

// listing is what a command lists, a row each: threads, pins, rooms with something new. Enter goes to what the
// chosen row is about. From a message Esc comes back to the list, and from the list to where one was before.
type listing struct {
	name   string
	lines  []text.Line
	places []chat.Place // of each line
	labels map[rooms.ID]string
	at     int    // of lines
	trail  *trail // of those who went to a message and come back; nil for who has not
	none   input.Editor
}

// openListing shows a list that a command answered.
func (v *View) openListing(s submission, r chat.Reply) {
	name, _, _ := strings.Cut(strings.TrimPrefix(s.line, "/"), " ")
	v.st.over = &listing{name: name, lines: r.Lines, places: r.Places, labels: r.Labels}
	v.dirty = true
}

func (l *listing) covers() bool          { return true }
func (l *listing) label() string         { return "(" + l.name + ") " }
func (l *listing) idle() string          { return "Enter goes there, Up Down choose, Esc or typing goes back" }
func (l *listing) hint() string          { return "" }
func (l *listing) said() string          { return "" }
func (l *listing) editor() *input.Editor { return &l.none }
func (l *listing) paste(v *View, s string) {
	v.close()
	v.pasted(input.Paste{Text: s})
}

func (l *listing) key(v *View, k input.Key) {
	v.dirty = true
	page := max(1, v.st.geo.height-1)
	switch (chord{k.Code, k.Mod}) {
	case key(input.Up), ctrl('p'), chord{input.Tab, input.Shift}:
		l.move(-1)
	case key(input.Down), ctrl('n'), key(input.Tab):
		l.move(1)
	case key(input.PgUp):
		l.move(-page)
	case key(input.PgDown), key(input.Space):
		l.move(page)
	case key(input.Home):
		l.move(-len(l.lines))
	case key(input.End):
		l.move(len(l.lines))
	case key(input.Enter):
		l.goTo(v)
	case key(input.Esc), key('q'), key(input.F1), ctrl('c'), ctrl('d'):
		v.close()
		if l.trail != nil {
			v.comeBack(l.trail)
		}
	default:
		if k.Text != "" { // whoever types on has read it
			v.close()
			v.key(k)
		}
	}
}

func (l *listing) move(n int) { l.at = min(max(0, l.at+n), len(l.lines)-1) }

// goTo shows what the chosen row is about.
func (l *listing) goTo(v *View) {
	switch p := l.places[l.at]; {
	case p.Seq != 0:
		if l.trail == nil {
			l.trail = v.newTrail(l)
		}
		v.jump(l.trail, p.Room, l.labels[p.Room], p.Seq, p.Thread)
	case p.Thread != 0:
		v.close()
		v.enterThread(p.Room, p.Thread)
	default:
		v.close()
		if at := v.st.index(p.Room); at >= 0 {
			row := v.st.list[at]
			v.goTo(target{name: row.label(v.st.me), row: &row})
		}
	}
}

func (l *listing) wheel(turned int) { l.move(turned / wheelRows) }

func (l *listing) click(v *View, row int) {
	from, to := visible(len(l.lines), l.at, v.st.geo.height)
	if row < to-from {
		l.at = from + row
		l.goTo(v)
	}
}

func (l *listing) render(f *screen.Frame, st *state, sh *Shared) {
	g := &st.geo
	b := sh.builder(st.look)
	defer sh.release(st.look, b)
	from, to := visible(len(l.lines), l.at, g.height)
	for i := from; i < to; i++ {
		style, mark := st.look.style(roleText), "  "
		if i == l.at {
			style, mark = st.look.style(roleSelected), "> "
		}
		b.Width(g.main.width).Text(style, mark).Text(style, text.Truncate(l.lines[i].String(), b.Free())).Fill(style)
		f.Rows[g.top+i-from].Put(g.main.col, g.main.width, b.Segment())
	}
}
