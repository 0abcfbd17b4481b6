package view

import (
	"strings"

	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

// hit is a message that was found, as one row of a list.
type hit struct {
	ev    *rooms.Event
	room  string   // what its reader calls the room
	line  string   // its text around the first match, on one line
	marks [][2]int // from and to in line: what was looked for
}

const (
	// hitBefore is how many graphemes before the first match a hit's line begins at the most.
	hitBefore = 60
	// hitCols bounds a hit's line; no terminal shows more of it.
	hitCols = 400
)

// newHit prepares a message for the list. words are folded.
func newHit(e *rooms.Event, room string, words []string) hit {
	h := hit{ev: e, room: room}
	body := strings.ReplaceAll(e.Text.String(), "\n", " ")
	first := len(body)
	for _, w := range words {
		if from, _, ok := text.FindFolded(body, w); ok {
			first = min(first, from)
		}
	}
	if first == len(body) {
		first = 0
	}
	h.line = text.NewLine(tailOf(body, first, hitBefore), hitCols).String()
	for _, w := range words {
		for at := 0; at < len(h.line); {
			from, to, ok := text.FindFolded(h.line[at:], w)
			if !ok {
				break
			}
			h.marks = append(h.marks, [2]int{at + from, at + to})
			at += to
		}
	}
	return h
}

// tailOf is s from at most n graphemes before the byte at on, behind '…' if something is left out.
func tailOf(s string, at, n int) string {
	var starts []int
	pos := 0
	for g := range text.Graphemes(s[:at]) {
		starts = append(starts, pos)
		pos += len(g)
	}
	if len(starts) <= n {
		return s
	}
	return "…" + s[starts[len(starts)-n]:]
}

// marked reports whether the byte of a hit's line is in a match.
func (h *hit) marked(at int) bool {
	for _, m := range h.marks {
		if at >= m[0] && at < m[1] {
			return true
		}
	}
	return false
}

// hitColumns are the widths of a list's columns; 0 for one that is not shown.
type hitColumns struct {
	room, author, when int
	day                string // the form of the date
	clock              bool   // with the time of day
}

// columns fits the columns to what is shown.
func (f *finder) columns(st *state) hitColumns {
	g := &st.geo
	c := hitColumns{day: "01-02"}
	most := 8
	switch w := g.main.width; {
	case w >= 100:
		c.day, c.clock, most = "2006-01-02", true, 20
	case w >= 64:
		c.clock, most = true, 14
	case w >= 50:
		most = 10
	}
	from, to := visible(len(f.hits), f.at, g.height)
	for i := from; i < to; i++ {
		h := &f.hits[i]
		c.room, c.author = max(c.room, text.Width(h.room)), max(c.author, text.Width(h.ev.Author.String()))
		c.when = max(c.when, text.Width(h.when(st, c)))
	}
	c.room, c.author = min(c.room, most), min(c.author, most)
	return c
}

// when is the time of a hit, with the year if it is not this one.
func (h *hit) when(st *state, c hitColumns) string {
	at, form := h.ev.Time.In(st.zone.loc), c.day
	if at.Year() != st.now.In(st.zone.loc).Year() && len(form) < len("2006-01-02") {
		form = "06-" + form
	}
	if !c.clock {
		return at.Format(form)
	}
	return at.Format(form) + " " + st.clock(h.ev.Time)
}

// row is the hit as a row of the list: room, time, author, text with the matches marked.
func (h *hit) row(st *state, sh *Shared, c hitColumns, chosen bool) screen.Segment {
	b := sh.builder(st.look)
	defer sh.release(st.look, b)
	plain, room, when, who, match := st.look.style(roleText), st.look.style(roleLink), st.look.style(roleTime), st.look.nick(h.ev.Author), st.look.style(roleMatch)
	mark := "  "
	if chosen {
		plain = st.look.style(roleSelected)
		room, when, who, match = plain, plain, plain, plain
		match.Attr |= screen.Underline
		mark = "> "
	}
	b.Width(st.geo.main.width).Text(plain, mark)
	b.Text(room, text.Truncate(h.room, c.room)).PadTo(plain, 2+c.room+1)
	b.Text(when, h.when(st, c)).PadTo(plain, 2+c.room+1+c.when+1)
	b.Text(who, text.Truncate(h.ev.Author.String(), c.author)).PadTo(plain, 2+c.room+1+c.when+1+c.author+1)
	h.words(b, plain, match)
	return b.Fill(plain).Segment()
}

// words puts the text, cut at its beginning where the first match would not be seen otherwise.
func (h *hit) words(b *screen.Builder, plain, match screen.Style) {
	line, from := h.line, 0
	free := b.Free()
	if len(h.marks) > 0 {
		first := h.marks[0]
		for _, m := range h.marks {
			if m[0] < first[0] {
				first = m
			}
		}
		if end := text.Width(line[:first[1]]); end > free-1 && free > 8 {
			cut := text.Cut(line, min(text.Width(line[:first[0]]), end-free*2/3))
			from = len(cut)
			b.Text(plain, "…")
		}
	}
	for from < len(line) && b.Free() > 0 {
		to := from
		in := h.marked(from)
		for to < len(line) && h.marked(to) == in {
			to++
		}
		style := plain
		if in {
			style = match
		}
		b.Text(style, text.Truncate(line[from:to], b.Free()))
		from = to
	}
}
