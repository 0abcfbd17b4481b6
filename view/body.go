package view

import (
	"strings"

	"parley/highlight"
	"parley/text"
	"parley/view/screen"
)

// A message folds when it is longer than foldAbove rows: foldTo of them stand, and a row that says how many more
// there are. The whole of it is on a page of its own (see sheet).
const (
	foldAbove = 12
	foldTo    = 8
)

// leastHang is the width below which quotes and lists are not set in: their rows would hold no words.
const leastHang = 16

// Signs before the rows of quotes and code. They stand in the body, where people write too, so
// nothing but looks hangs on them.
const (
	signQuote = "│ "
	signCode  = "┃ "
	signOn    = "┃>" // the row goes on with the line before
)

// part is lines of a body that are laid out alike.
type part struct {
	words  string // what is shown
	pieces []piece
	rows   []text.Row
	bars   string // before each row: the sign of a quote
	mark   string // before the first row, after bars: the mark of a list
	code   bool   // words are a block of code
	lang   string
	look   role
}

// piece is the part of words up to end that comes from one span.
type piece struct {
	end  int
	span *text.Span
}

// body lays out a text, all of it.
func (t *typesetter) body(body text.Body, base screen.Style, me text.Name) []screen.Segment {
	rows, _ := t.folded(body, marked(body), base, me, text.MaxBody+text.MaxBodyLines)
	return rows
}

// marked are the spans of a text, nil if it is one that is plain, as most are.
func marked(body text.Body) []text.Span {
	if !text.Marked(body) {
		return nil
	}
	return text.Parse(body)
}

// folded lays out the rows of a text, or its first foldTo if there are more than most, and counts those that it leaves out.
func (t *typesetter) folded(body text.Body, spans []text.Span, base screen.Style, me text.Name, most int) (shown []screen.Segment, hidden int) {
	var one [1]part
	parts := one[:]
	switch {
	case spans != nil:
		parts = t.compose(body, spans)
	case t.names:
		words := text.NameEmoji(body.String())
		one[0] = part{words: words, rows: text.Rows(words, t.cols.body)}
	default:
		one[0] = part{words: body.String(), rows: text.Rows(body.String(), t.cols.body)}
	}
	count := 0
	for i := range parts {
		count += len(parts[i].rows)
	}
	if count > most {
		hidden = count - foldTo
	}
	shown = make([]screen.Segment, 0, count-hidden)
	for i := range parts {
		if rest := cap(shown) - len(shown); rest > 0 {
			shown = t.paint(shown, &parts[i], min(rest, len(parts[i].rows)), base, me)
		}
	}
	return shown, hidden
}

// fold adds the row that stands for those of a text that are hidden.
func (t *typesetter) fold(l *layout, hidden int) {
	if hidden == 0 {
		return
	}
	head := t.head("", screen.Style{}, "", markFolded, roleGutter)
	t.b.Width(t.cols.body).Text(t.look.style(roleSystem), t.lang.Sprintf("… %d more rows (Ctrl-S v shows all)", hidden))
	l.rows = append(l.rows, messageRow{head: head, body: t.b.Segment()})
}

// paint appends the first n rows of a part.
func (t *typesetter) paint(out []screen.Segment, p *part, n int, base screen.Style, me text.Name) []screen.Segment {
	if p.code {
		return t.paintCode(out, p, n)
	}
	base = over(base, t.look.style(p.look))
	next := 0 // the piece under way
	for i, row := range p.rows[:n] {
		t.b.Width(t.cols.body)
		if p.bars != "" {
			t.b.Text(t.look.style(roleGutter), p.bars)
		}
		if i == 0 {
			t.b.Text(base, p.mark)
		} else {
			t.b.Pad(screen.Style{}, text.Width(p.mark))
		}
		next = t.paintRow(p, row, next, base, me)
		out = append(out, t.b.Segment())
	}
	return out
}

// paintRow writes a row of a part, of which the pieces before next are above it, and returns where to go on.
func (t *typesetter) paintRow(p *part, row text.Row, next int, base screen.Style, me text.Name) int {
	words := p.words[row.From:row.To]
	if len(p.pieces) == 0 {
		t.b.Text(base, text.Balance(words))
		return 0
	}
	if balanced := text.Balance(words); balanced != words {
		t.b.Text(base, balanced) // isolates were cut here: the row needs its own
		return next
	}
	for at := row.From; at < row.To; {
		for p.pieces[next].end <= at {
			next++
		}
		to := min(row.To, p.pieces[next].end)
		t.piece(p.pieces[next].span, p.words[at:to], base, me)
		at = to
	}
	return next
}

func (t *typesetter) piece(s *text.Span, words string, base screen.Style, me text.Name) {
	st := base
	switch s.Kind {
	case text.Mention:
		st = over(base, t.look.style(roleMention))
		if !me.IsZero() && s.Name == me {
			st = over(base, t.look.style(roleMine))
		}
	case text.Room, text.Ref:
		st = over(base, t.look.style(roleMention))
	case text.URL:
		st = over(base, t.look.style(roleLink))
	case text.Code:
		st = over(base, t.look.style(roleCode))
	}
	for l, attr := range [...]screen.Attr{screen.Bold, screen.Italic, screen.Strike} {
		if s.Look>>l&1 != 0 {
			st.Attr |= attr
		}
	}
	if s.Kind == text.URL {
		t.b.Link(st, s.URL, words)
		return
	}
	t.b.Text(st, words)
}

// over is a style on top of another: its colours, where it has any, and the attributes of both.
func over(base, st screen.Style) screen.Style {
	if st.Fg == screen.Default {
		st.Fg = base.Fg
	}
	if st.Bg == screen.Default {
		st.Bg = base.Bg
	}
	st.Attr |= base.Attr
	return st
}

// hides reports whether a look shows without its marks what they mark. Code keeps its backquotes, as it is told by
// its colour only; and so does what is struck its tildes: many terminals draw no line through text, and
// without it a struck "not" says the opposite.
func (l *look) hides() bool { return l.name != "mono" }

// composer divides a body into parts.
type composer struct {
	t     *typesetter
	parts []part
	words strings.Builder // of the part under way
	part  part            // the part under way, if open
	open  bool
	after bool // a block of code ended on this line
	hides bool // marks are hidden
}

// compose divides a text into parts and those into rows.
func (t *typesetter) compose(body text.Body, spans []text.Span) []part {
	c := composer{t: t, hides: t.look.hides()}
	c.words.Grow(len(body.String()))
	c.part.pieces = make([]piece, 0, len(spans))
	for i := range spans {
		c.span(&spans[i])
	}
	c.end(false)
	return c.parts
}

func (c *composer) span(s *text.Span) {
	switch {
	case (s.Kind == text.Quoted || s.Kind == text.Item) && c.t.cols.body >= leastHang:
		c.lead(s)
	case s.Kind == text.Fence:
		c.fence(s)
	case s.Kind == text.Block:
		c.block(s)
	case s.Kind == text.Mark && c.hides && s.Text[0] != '~':
	case s.Kind == text.Picture && c.t.names, s.Kind == text.Code:
		c.add(s, s.Text)
	case c.t.names && s.Kind == text.Plain:
		c.add(s, text.NameEmoji(s.Text))
	default:
		c.add(s, s.Shown())
	}
}

// add appends words to the part under way. A line that is quoted or of a list is a part by itself.
func (c *composer) add(s *text.Span, words string) {
	if c.after {
		c.after = false
		if words = strings.TrimPrefix(words, "\n"); words == "" {
			return
		}
	}
	if c.open && (c.part.bars != "" || c.part.mark != "") {
		line, rest, more := strings.Cut(words, "\n")
		c.put(s, line)
		if !more {
			return
		}
		c.end(false)
		if words = rest; words == "" {
			return
		}
	}
	c.put(s, words)
}

func (c *composer) put(s *text.Span, words string) {
	c.open = true
	c.words.WriteString(words)
	c.part.pieces = append(c.part.pieces, piece{c.words.Len(), s})
}

// end divides the part under way into rows. A newline at its end is that before what follows.
func (c *composer) end(newline bool) {
	if !c.open {
		return
	}
	p := &c.part
	if p.words = c.words.String(); newline {
		p.words = strings.TrimSuffix(p.words, "\n")
	}
	p.rows = text.Rows(p.words, c.t.cols.body-text.Width(p.bars)-text.Width(p.mark))
	c.parts = append(c.parts, *p)
	c.part, c.open = part{}, false
	c.words.Reset()
}

// lead begins a quoted line or one of a list.
func (c *composer) lead(s *text.Span) {
	c.after = false
	if s.Kind == text.Item {
		if c.part.bars == "" {
			c.end(true)
		}
		c.part.mark, c.open = s.Text, true
		return
	}
	c.end(true)
	c.part.look, c.open = roleQuote, true
	c.part.bars = s.Text
	if c.hides {
		c.part.bars = strings.Repeat(signQuote, min(strings.Count(s.Text, ">"), 3))
	}
}

// fence shows a fence where marks are shown, on a row of its own.
func (c *composer) fence(s *text.Span) {
	c.end(true)
	c.after = true
	if words := strings.Trim(s.Text, "\n"); !c.hides {
		c.parts = append(c.parts, part{words: words, rows: text.Rows(words, c.t.cols.body), look: roleGutter})
	}
}

// block adds code. A word after its fence that is not the name of a known language is shown as its first row.
func (c *composer) block(s *text.Span) {
	width := c.t.cols.body
	if width >= leastHang {
		width -= text.Width(signCode)
	}
	if s.Lang != "" && c.hides && !highlight.Known(s.Lang) {
		c.parts = append(c.parts, part{words: s.Lang, rows: text.Rows(s.Lang, c.t.cols.body), look: roleGutter})
	}
	c.parts = append(c.parts, part{words: s.Text, rows: text.Lines(s.Text, width), code: true, lang: s.Lang})
}
