package view

import (
	"parley/rooms"
	"parley/text"
	"parley/view/input"
	"parley/view/screen"
)

// sheet is one message on a page that scrolls: all of it, and nothing beside it.
type sheet struct {
	ev    *rooms.Event
	body  text.Body
	at    int // first row shown
	rows  []screen.Segment
	width int // that rows was made for
	look  uint8
	none  input.Editor
}

// whole shows a message on a page of its own.
func (v *View) whole(it *item) { v.st.over = &sheet{ev: it.ev, body: it.body()} }

func (s *sheet) covers() bool            { return true }
func (s *sheet) label() string           { return "(" + s.ev.Author.String() + ") " }
func (s *sheet) idle() string            { return "PgUp PgDn and arrows scroll, Esc goes back" }
func (s *sheet) hint() string            { return "" }
func (s *sheet) said() string            { return "" }
func (s *sheet) editor() *input.Editor   { return &s.none }
func (s *sheet) paste(v *View, t string) {}

func (s *sheet) key(v *View, k input.Key) {
	v.dirty = true
	if !turn(&s.at, k, v.st.geo.height, len(s.rows)) {
		v.close()
	}
}

// turn moves the first row of a page; false for keys that do not move it.
func turn(at *int, k input.Key, height, rows int) bool {
	step := max(1, height-1)
	switch (chord{k.Code, k.Mod}) {
	case key(input.Up), ctrl('p'), key('k'):
		*at--
	case key(input.Down), ctrl('n'), key('j'), key(input.Enter):
		*at++
	case key(input.PgUp):
		*at -= step
	case key(input.PgDown), key(input.Space):
		*at += step
	case key(input.Home), key('g'):
		*at = 0
	case key(input.End), key('G'):
		*at = rows
	default:
		return false
	}
	return true
}

func (s *sheet) click(*View, int) {}
func (s *sheet) wheel(turned int) { s.at += turned }

func (s *sheet) render(f *screen.Frame, st *state, sh *Shared) {
	g := &st.geo
	if s.width != g.main.width || s.look != st.look.id {
		s.width, s.look = g.main.width, st.look.id
		b := sh.builder(st.look)
		t := sh.typesetter(st, messageColumns{main: s.width, body: max(1, s.width-1)}, b)
		s.rows = t.body(s.body, screen.Style{}, st.me)
		sh.release(st.look, b)
	}
	s.at = min(max(s.at, 0), max(0, len(s.rows)-g.height))
	for y := 0; y < g.height && s.at+y < len(s.rows); y++ {
		f.Rows[g.top+y].Put(g.main.col, g.main.width, s.rows[s.at+y])
	}
}
