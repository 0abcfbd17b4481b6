package view

import (
	"strings"
	"time"

	"parley/lang"
	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

// layout is one event as rows of finished segments. It is immutable and shared
// by every session that shows the event in the same width, look and zone.
type layout struct {
	rows     []messageRow
	tail     *tail       // behind the words of one of the rows; nil for none
	mentions []text.Name // whom the event names
}

// messageRow is a row of a layout: the part before the body and the body, or,
// with full, one segment across both.
type messageRow struct {
	head, body screen.Segment
	full       bool
}

// size is about what the layout holds in memory, in bytes.
func (l *layout) size() int {
	n := 64 + len(l.rows)*72 + len(l.mentions)*16
	for i := range l.rows {
		n += l.rows[i].head.Len() + l.rows[i].body.Len()
	}
	if l.tail != nil {
		n += 48 + l.tail.seg.Len()
	}
	return n
}

// variant is what of an event's surroundings changes its layout.
type variant uint8

const (
	compactRows variant = 1 << iota // below compactCols
	showNick                        // compact: the line with the nick
	showTime                        // compact: the time in it
	emojiNames                      // emoji by their names
	inThread                        // in its thread
	callsReader                     // with everybody, or by a word of theirs
)

// layoutKey is everything that a layout depends on: two equal keys mean equal rows.
type layoutKey struct {
	room   rooms.ID
	seq    uint64
	asOf   uint64 // what has become of it, as of this seq
	quoted uint64 // and of the message that it answers
	first  uint64 // a run of joins: its first seq
	me     text.Name
	news   uint16 // unread messages of its thread
	main   uint16
	zone   uint16
	look   uint8
	lang   lang.Tag
	variant
}

// typesetter lays out events for one width, look, zone and language.
type typesetter struct {
	cols messageColumns
	look *look
	zone zone
	lang lang.Tag
	b    *screen.Builder
	code *highlighter
	// names has emoji shown by their names.
	names bool
	// room is what the reader calls the room, for references. It may be one of its former names, which lead there too.
	room string
}

// Gutter marks. A nick has at least one letter or digit and bodies never reach
// the gutter, so nothing that a person writes looks like one of these rows.
const (
	markContinued = "│"
	markMine      = "@"
	markSystem    = "--"
	markNote      = "=="
	markFolded    = "+"
)

// said is a message as somebody sees it.
type said struct {
	ev     *rooms.Event
	state  *rooms.State
	answer *quoted   // what it answers
	news   uint16    // unread messages of its thread
	me     text.Name // the reader, if the message names them or they have a part in what became of it
}

// message lays out what somebody wrote or did, and what has become of it.
func (t *typesetter) message(m *said, v variant) *layout {
	ev := m.ev
	spans := marked(m.state.Body(ev))
	l := &layout{mentions: text.Mentioned(spans)}
	nick := ev.Author.String()
	if ev.Type == rooms.Action {
		nick = "* " + nick
	}
	named := text.Name{}
	if ev.Author != m.me && names(l.mentions, m.me) {
		named = m.me
	}
	clock, style := t.zone.clock(ev.Time, t.lang), t.look.nick(ev.Author)
	if t.cols.compact && v&showNick != 0 {
		t.b.Width(t.cols.main)
		if v&showTime != 0 {
			t.b.Text(t.look.style(roleTime), clock).Pad(screen.Style{}, 1)
		}
		t.b.Text(style, nick)
		l.rows = append(l.rows, messageRow{head: t.b.Segment(), full: true})
	}
	if m.answer != nil {
		l.rows = append(l.rows, messageRow{head: t.head(clock, style, nick, markQuoted, roleGutter), body: t.quote(m.answer)})
		clock, nick = "", ""
	}
	continued := t.continued()
	bodies, hidden := t.words(m, spans, named)
	for i, body := range bodies {
		head := continued
		mine := !named.IsZero() || v&callsReader != 0
		if i == 0 && (m.answer == nil || mine) {
			head = t.firstHead(clock, style, nick, mine)
		}
		l.rows = append(l.rows, messageRow{head: head, body: body})
	}
	t.fold(l, hidden)
	t.file(l, m)
	t.tail(l, t.marks(m))
	t.signed(l, m)
	if v&inThread == 0 {
		t.thread(l, m)
	}
	return l
}

// words are the rows of what was written, folded where there are many, and how many are not shown. Named is the
// reader, if it names them.
func (t *typesetter) words(m *said, spans []text.Span, named text.Name) (rows []screen.Segment, hidden int) {
	base := screen.Style{}
	if m.ev.Type == rooms.Action {
		base.Attr = screen.Italic
	}
	switch {
	case m.deleted():
		return t.gone(m), 0
	case m.ev.Type == rooms.Poll:
		return t.poll(m, base, named), 0
	}
	return t.folded(m.state.Body(m.ev), spans, base, named, foldAbove)
}

// continued is what stands before every row of a message but the first.
func (t *typesetter) continued() screen.Segment {
	return t.head("", screen.Style{}, "", markContinued, roleGutter)
}

func (t *typesetter) firstHead(clock string, st screen.Style, nick string, mine bool) screen.Segment {
	switch {
	case mine:
		return t.head(clock, st, nick, markMine, roleMine)
	case t.cols.compact:
		return t.head(clock, st, nick, markContinued, roleGutter)
	}
	return t.head(clock, st, nick, "", roleGutter)
}

// head is time, nick and gutter; in the compact layout only the gutter.
func (t *typesetter) head(clock string, st screen.Style, nick, mark string, r role) screen.Segment {
	t.b.Width(t.cols.head)
	if !t.cols.compact && (clock != "" || nick != "") {
		t.b.Text(t.look.style(roleTime), clock).PadTo(screen.Style{}, t.cols.time)
		t.b.Text(st, text.Truncate(nick, t.cols.nick))
	}
	if mark != "" {
		if !t.cols.compact {
			t.b.PadTo(screen.Style{}, t.cols.time+t.cols.nick)
		}
		t.b.Text(t.look.style(r), mark)
	}
	return t.b.Segment()
}

// system lays out a sentence of the server behind a mark that no text of a person reaches.
func (t *typesetter) system(at time.Time, mark, sentence string) *layout {
	st := t.look.style(roleSystem)
	if mark == markNote {
		st = t.look.style(roleNote)
	}
	l := &layout{}
	for i, row := range text.Wrap(sentence, t.cols.body) {
		var head screen.Segment
		switch {
		case i > 0:
			head = t.head("", st, "", markContinued, roleGutter)
		case t.cols.compact:
			head = t.head("", st, "", mark[:1], roleSystem)
		default:
			head = t.head(t.zone.clock(at, t.lang), st, mark, "", roleSystem)
		}
		t.b.Width(t.cols.body).Text(st, row)
		l.rows = append(l.rows, messageRow{head: head, body: t.b.Segment()})
	}
	return l
}

// buildRule is a line across the messages with words in its middle.
func buildRule(b *screen.Builder, st screen.Style, words string) {
	cols := b.Free()
	words = " " + text.Truncate(words, max(0, cols-4)) + " "
	b.Text(st, strings.Repeat("─", max(0, (cols-text.Width(words))/2))).Text(st, words)
	b.Text(st, strings.Repeat("─", b.Free()))
}
