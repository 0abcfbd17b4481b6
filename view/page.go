package view

import (
	"strings"

	"parley/text"
	"parley/view/input"
	"parley/view/screen"
)

// page is lines that scroll in place of the messages: help, long answers.
type page struct {
	name  string
	lines []text.Line
	at    int // first row shown
	rows  []pageRow
	width int // that rows was made for
	below int // how many rows there are below those shown
	none  input.Editor
}

type pageRow struct {
	words string
	head  bool
}

// openPage shows lines as a page.
func (v *View) openPage(name string, lines []text.Line) {
	v.st.over = &page{name: name, lines: lines}
	v.dirty = true
}

// isPicture reports whether a line is a row of a picture in blocks, in which blanks are no columns.
func isPicture(words string) bool {
	return strings.HasPrefix(words, "█") || strings.HasPrefix(words, "▀") || strings.HasPrefix(words, "▄")
}

// wrap makes the rows for a width. Lines of two columns, with two blanks or more
// between them, keep them when they are wrapped; a line without columns before such lines is a heading.
func (p *page) wrap(width int) {
	if p.width == width {
		return
	}
	p.width, p.rows = width, p.rows[:0]
	for i, l := range p.lines {
		words := l.String()
		if isPicture(words) {
			p.rows = append(p.rows, pageRow{" " + words, false})
			continue
		}
		at := secondColumn(words)
		if at == 0 {
			head := i == 0 || i+1 < len(p.lines) && secondColumn(p.lines[i+1].String()) > 0
			for _, row := range text.Wrap(words, max(1, width-2)) {
				p.rows = append(p.rows, pageRow{" " + row, head})
			}
			continue
		}
		if more := secondColumn(words[at:]); more > 0 && 3+text.Width(words[:at+more])+minColumn <= width {
			at += more // three columns, as of settings
		}
		p.columns(words[:at], words[at:], width)
	}
}

// minColumn is how wide the last column has to be at least to stand beside those before it.
const minColumn = 20

// columns makes the rows of a line whose last column is wrapped below its own beginning, or below the others if it
// would be too narrow beside them.
func (p *page) columns(first, last string, width int) {
	indent := 3 + text.Width(first)
	if indent+minColumn > width {
		for i, row := range text.Wrap(strings.TrimRight(first, " "), max(1, width-5)) {
			p.rows = append(p.rows, pageRow{strings.Repeat(" ", min(3+i, 4)) + row, false})
		}
		first, indent = "    ", 7
	}
	for i, row := range text.Wrap(last, max(1, width-1-indent)) {
		if i > 0 {
			first = strings.Repeat(" ", indent-3)
		}
		p.rows = append(p.rows, pageRow{"   " + first + row, false})
	}
}

// secondColumn is where the second column of a line begins, 0 if there is none.
func secondColumn(line string) int {
	gap := strings.Index(line, "  ")
	if gap <= 0 {
		return 0
	}
	rest := strings.TrimLeft(line[gap:], " ")
	return len(line) - len(rest)
}

func (p *page) render(f *screen.Frame, st *state, sh *Shared) {
	g := &st.geo
	p.wrap(g.main.width)
	p.at = min(max(p.at, 0), max(0, len(p.rows)-g.height))
	p.below = max(0, len(p.rows)-p.at-g.height)
	b := sh.builder(st.look)
	defer sh.release(st.look, b)
	for y := range g.height {
		i := p.at + y
		if i >= len(p.rows) {
			return
		}
		r := roleText
		if p.rows[i].head {
			r = roleTitle
		}
		f.Rows[g.top+y].Put(g.main.col, g.main.width, b.Width(g.main.width).Text(st.look.style(r), p.rows[i].words).Segment())
	}
}

func (p *page) click(*View, int) {}
func (p *page) wheel(turned int) { p.at += turned }

func (p *page) covers() bool          { return true }
func (p *page) label() string         { return "(" + p.name + ") " }
func (p *page) idle() string          { return "PgUp PgDn and arrows scroll, Esc or typing goes back" }
func (p *page) said() string          { return "" }
func (p *page) editor() *input.Editor { return &p.none }
func (p *page) paste(v *View, s string) {
	v.close()
	v.pasted(input.Paste{Text: s})
}

// hint says that there is more, which nothing else on the screen shows.
func (p *page) hint() string {
	if p.below > 0 {
		return "PgDn shows more"
	}
	return ""
}

func (p *page) key(v *View, k input.Key) {
	v.dirty = true
	step := max(1, v.st.geo.height-1)
	switch (chord{k.Code, k.Mod}) {
	case key(input.Up), ctrl('p'):
		p.at--
	case key(input.Down), ctrl('n'), key(input.Enter):
		p.at++
	case key(input.PgUp):
		p.at -= step
	case key(input.PgDown), key(input.Space):
		p.at += step
	case key(input.Home):
		p.at = 0
	case key(input.End):
		p.at = len(p.rows)
	case key(input.Esc), key('q'), key(input.F1), ctrl('c'), ctrl('d'):
		v.close()
	default:
		if k.Text != "" { // whoever types on has read it
			v.close()
			v.key(k)
		}
	}
}
