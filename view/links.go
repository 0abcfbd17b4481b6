package view

import (
	"parley/text"
	"parley/view/input"
	"parley/view/screen"
)

// linkList is the links of a message, to choose from. A server cannot open a browser on
// the person's machine: the terminal can, and so can who pastes.
type linkList struct {
	links []text.Link
	at    int
	on    []int // the link on each row of the last frame
	none  input.Editor
}

// openWhat shows how to get the file that a message brings, or else its links.
func (v *View) openWhat(it *item) {
	if it.ev.File != nil {
		v.send(submission{command: true, line: "/get " + v.ref(it.ev.Seq), page: "get"})
		return
	}
	v.openLinks(it)
}

// openLinks copies the only link of a message, or shows all.
func (v *View) openLinks(it *item) {
	list := text.Links(it.body())
	if len(list) == 1 {
		v.copyLink(list[0])
		return
	}
	v.st.over = &linkList{links: list}
}

// copyLink copies a link and says what else can be done with it.
func (v *View) copyLink(s text.Link) {
	if takesNoCopies(v.o.Term, v.o.Env) {
		v.say(v.words("click it in the terminal, or mark it with the mouse: %s", s.URL), false)
		return
	}
	v.copyWords(s.URL, v.words("sent %s to the clipboard of your terminal: paste it into a browser, or click it there", s.URL))
}

func (l *linkList) covers() bool  { return true }
func (l *linkList) label() string { return "(links) " }
func (l *linkList) idle() string {
	return "Enter copies a link; a click opens it where the terminal can"
}
func (l *linkList) hint() string            { return "Up Down choose, Esc goes back" }
func (l *linkList) said() string            { return "" }
func (l *linkList) editor() *input.Editor   { return &l.none }
func (l *linkList) paste(v *View, s string) {}

func (l *linkList) key(v *View, k input.Key) {
	v.dirty = true
	switch (chord{k.Code, k.Mod}) {
	case key(input.Up), key('k'), ctrl('p'), chord{input.Tab, input.Shift}:
		l.at = (l.at + len(l.links) - 1) % len(l.links)
	case key(input.Down), key('j'), ctrl('n'), key(input.Tab):
		l.at = (l.at + 1) % len(l.links)
	case key(input.Enter), key('y'), key('o'):
		v.close()
		v.copyLink(l.links[l.at])
	case key(input.Esc), key('q'), ctrl('c'), ctrl('d'):
		v.close()
	}
}

func (l *linkList) wheel(turned int) {
	l.at = min(max(0, l.at+turned/wheelRows), len(l.links)-1)
}

func (l *linkList) click(v *View, row int) {
	if row < len(l.on) {
		v.close()
		v.copyLink(l.links[l.on[row]])
	}
}

// render shows each link whole, over as many rows as it takes: what can be clicked can be read.
func (l *linkList) render(f *screen.Frame, st *state, sh *Shared) {
	g := &st.geo
	b := sh.builder(st.look)
	defer sh.release(st.look, b)
	width := max(1, g.main.width-3)
	var rows []screen.Segment
	var on []int
	from := 0
	for i, s := range l.links {
		if i == l.at {
			from = len(rows)
		}
		for n, part := range text.Wrap(s.URL, width) {
			mark, style := "  ", st.look.style(roleLink)
			if i == l.at {
				style = st.look.style(roleSelected)
				if n == 0 {
					mark = "> "
				}
			}
			b.Width(g.main.width).Pad(screen.Style{}, 1).Text(screen.Style{}, mark).Link(style, s.URL, part)
			rows, on = append(rows, b.Segment()), append(on, i)
		}
	}
	from = min(max(0, from-g.height/2), max(0, len(rows)-g.height))
	l.on = on[from:min(len(on), from+g.height)]
	for y := 0; y < g.height && from+y < len(rows); y++ {
		f.Rows[g.top+y].Put(g.main.col, g.main.width, rows[from+y])
	}
}
