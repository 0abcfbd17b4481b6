package view

import (
	"strings"

	"parley/chat"
	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

// tail is what stands behind the last words of a message: what has become of
// it. It is a segment of its own, so that nothing of the text moves it.
type tail struct {
	row int // of the layout
	col int // from the first column of the body
	seg screen.Segment
}

// mark is a part of a tail that is not broken over rows.
type mark struct {
	words string
	own   bool // the reader has a part in it
}

// markOwn stands behind the number of a reaction that the reader gave, and before the option that they voted for.
const markOwn = "*"

// marks are what a message's tail says: that a program wrote it, that it was edited, that it is pinned, how people reacted.
func (t *typesetter) marks(m *said) (list []mark) {
	s := m.state
	if m.ev.Bot {
		list = append(list, mark{words: t.lang.Text("(bot)")})
	}
	if s == nil {
		return list
	}
	if s.Edits > 0 {
		list = append(list, mark{words: t.lang.Text("(edited)")})
	}
	if !s.Pinned.IsZero() {
		list = append(list, mark{words: t.lang.Text("(pinned)")})
	}
	for i, r := range s.Reactions {
		one := mark{words: t.glyph(r.Emoji) + " " + itoa(len(r.By)), own: !m.me.IsZero() && s.Reacted(r.Emoji, m.me)}
		if one.own {
			one.words += markOwn
		}
		if i == 0 {
			one.words = "[" + one.words
		} else {
			one.words = "· " + one.words
		}
		if i == len(s.Reactions)-1 {
			one.words += "]"
		}
		list = append(list, one)
	}
	return list
}

// tail puts the marks of a message behind its last row where they fit, and else into rows of their own.
func (t *typesetter) tail(l *layout, marks []mark) {
	if len(marks) == 0 {
		return
	}
	width := -1 // of all of them on one row
	for _, m := range marks {
		width += 1 + text.Width(m.words)
	}
	last := len(l.rows) - 1
	if col := l.rows[last].body.Used() + 2; !l.rows[last].full && col+width <= t.cols.body {
		t.b.Width(t.cols.body - col)
		t.put(marks)
		l.tail = &tail{row: last, col: col, seg: t.b.Segment()}
		return
	}
	for len(marks) > 0 {
		n, used := 1, text.Width(marks[0].words)
		for n < len(marks) && used+1+text.Width(marks[n].words) <= t.cols.body {
			used += 1 + text.Width(marks[n].words)
			n++
		}
		t.b.Width(t.cols.body)
		t.put(marks[:n])
		body := t.b.Segment()
		l.rows = append(l.rows, messageRow{head: t.continued(), body: body})
		marks = marks[n:]
	}
}

// markSigned stands before what there is to say of a message's signature: behind its text it could be typed.
const markSigned = "✓"

// signed is the row of a message that its author has signed.
func (t *typesetter) signed(l *layout, m *said) {
	if !m.state.Signed(m.ev) {
		return
	}
	head := t.head("", screen.Style{}, "", markSigned, roleGutter)
	t.b.Width(t.cols.body).Text(t.look.style(roleHint), t.lang.Text("signed"))
	l.rows = append(l.rows, messageRow{head: head, body: t.b.Segment()})
}

// put writes marks on one row.
func (t *typesetter) put(marks []mark) {
	for i, m := range marks {
		if i > 0 {
			t.b.Pad(screen.Style{}, 1)
		}
		r := roleHint
		if m.own {
			r = roleUnread
		}
		t.b.Text(t.look.style(r), m.words)
	}
}

// markThread stands before what there is to say of the thread that begins with a message.
const markThread = "└"

// thread is the row of a message that began a thread: "3 replies, last 14:20".
func (t *typesetter) thread(l *layout, m *said) {
	s := m.state
	if s == nil || s.Replies == 0 {
		return
	}
	last := t.zone.clock(s.Last, t.lang)
	if !sameDay(s.Last, m.ev.Time, t.zone.loc) {
		last = t.lang.Day(s.Last.In(t.zone.loc))
	}
	words := []string{t.lang.Count(s.Replies, "%d reply", "%d replies"), t.lang.Sprintf("last %s", last)}
	r := roleHint
	if m.news > 0 {
		words, r = append(words, t.lang.Sprintf("%d new", m.news)), roleHot
	}
	head := t.head("", screen.Style{}, "", markThread, roleGutter)
	t.b.Width(t.cols.body).Text(t.look.style(r), strings.Join(words, ", "))
	l.rows = append(l.rows, messageRow{head: head, body: t.b.Segment()})
}

// file is the row below a message that brings a file: what it is, and how to get it.
func (t *typesetter) file(l *layout, m *said) {
	f := m.ev.File
	if f == nil || m.deleted() {
		return
	}
	name := ""
	if m.state.Body(m.ev).String() != f.Name.String() {
		name = f.Name.String() + ", "
	}
	for _, row := range text.Wrap(t.lang.Text("file")+": "+name+chat.FileFacts(f)+", /get "+chat.Ref(t.room, m.ev.Seq), t.cols.body) {
		head := t.continued()
		t.b.Width(t.cols.body).Text(t.look.style(roleHint), row)
		l.rows = append(l.rows, messageRow{head: head, body: t.b.Segment()})
	}
}

// gone is what stands in place of a message that was deleted.
func (t *typesetter) gone(m *said) []screen.Segment {
	words := t.lang.Text("message deleted")
	if by := m.state.Deleted; by != m.ev.Author {
		if words = t.lang.Sprintf("deleted by %s", by); !m.state.Why.IsZero() {
			words += ": " + text.NewLine(m.state.Why.String(), 300).String()
		}
	}
	var out []screen.Segment
	for _, row := range text.Wrap(words, t.cols.body) {
		t.b.Width(t.cols.body).Text(t.look.style(roleSystem), row)
		out = append(out, t.b.Segment())
	}
	return out
}

// deleted reports whether the message was taken away.
func (m *said) deleted() bool { return m.state != nil && !m.state.Deleted.IsZero() }

// involves reports whether somebody has a part in what became of a message, which they see marked.
func involves(s *rooms.State, who text.Name) bool {
	if s == nil {
		return false
	}
	for _, r := range s.Reactions {
		if s.Reacted(r.Emoji, who) {
			return true
		}
	}
	for _, b := range s.Votes {
		if b.By == who {
			return true
		}
	}
	return false
}

// glyph is an emoji that somebody reacted with, or its name.
func (t *typesetter) glyph(detail string) string {
	if e, err := text.ParseEmoji(detail); t.names && err == nil {
		return ":" + e.String() + ":"
	}
	return chat.Glyph(detail)
}
