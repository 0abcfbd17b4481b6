package plain

import (
	"strconv"
	"strings"
	"time"

	"parley/chat"
	"parley/lang"
	"parley/rooms"
	"parley/text"
)

// What stands before everything that is not a person's line, and before what continues one. Nothing that a
// person writes can begin a row with it, because every row that a person wrote begins with a room or with the
// gutter. A terminal that is narrower than a row would begin rows of its own, so its rows are divided here. (A
// pipe has no width, and programs want a message a line.)
const (
	systemMark   = "-- "
	continuation = "   | "
)

// manner is how a reader wants lines.
type manner struct {
	lang  lang.Tag
	zone  *time.Location
	clock string // the form of times of day
	cols  int    // rows are narrower; 0 is any width
	eol   string // ends each row
	day   string // that the reader takes the next event to be of, as of dayOf; "" if days are not told
}

// dayOf is the day of a moment on the reader's clock.
func (m *manner) dayOf(at time.Time) string { return at.In(m.zone).Format(time.DateOnly) }

// appendDay says which day it is from here on, if the reader cannot know: "-- Tue 22 Nov 2026".
func (m *manner) appendDay(dst []byte, at time.Time) []byte {
	day := m.dayOf(at)
	if m.day == "" || m.day == day {
		return dst
	}
	m.day = day
	return m.appendRows(dst, systemMark+m.lang.Day(at.In(m.zone)))
}

// mannerOf reads what a person has set; zone is for who has set none.
func mannerOf(own chat.Settings, t lang.Tag, zone *time.Location, eol string) manner {
	m := manner{lang: t, zone: own.Clock(zone), clock: "15:04", eol: eol}
	if own.Clock12() {
		m.clock = "3:04pm"
	}
	return m
}

// leastColumns bounds how far rows are divided; a terminal that narrow shows no forged line either.
const leastColumns = 8

// appendEvent appends one event as lines: "#ops 14:02 ana: text". The further
// lines of a message stand behind a gutter. About is the message that it answers, nil for none or one that cannot be read.
// State is what has become of it, nil for as it was said. An event of another day than the one before has the day above it.
func (m *manner) appendEvent(dst []byte, room string, e *rooms.Event, about *message, state *rooms.State) []byte {
	dst = m.appendDay(dst, e.Time)
	head := room + " " + e.Time.In(m.zone).Format(m.clock) + " "
	if !e.Type.Talk() {
		return m.appendRows(dst, systemMark+head+flat(chat.Describe(m.lang, m.zone, room, e)))
	}
	return m.appendRows(dst, head+m.author(e, state)+m.place(room, e, about)+m.said(e, state)+m.brought(room, e, state))
}

// appendFound appends one event of many rooms and days as lines: "#ops:1042 2026-11-22 14:02 ana: text".
func (m *manner) appendFound(dst []byte, room string, e *rooms.Event, state *rooms.State) []byte {
	at := e.Time.In(m.zone).Format("2006-01-02 " + m.clock)
	if !e.Type.Talk() {
		return m.appendRows(dst, systemMark+chat.Ref(room, e.Seq)+" "+at+" "+flat(chat.Describe(m.lang, m.zone, room, e)))
	}
	return m.appendRows(dst, chat.Ref(room, e.Seq)+" "+at+" "+m.author(e, state)+m.said(e, state)+m.brought(room, e, state))
}

// author is who says something, before their words: "ana: ", "ci (bot, signed): ", "* ana ". No name has a parenthesis.
func (m *manner) author(e *rooms.Event, state *rooms.State) string {
	who := e.Author.String()
	var about []string
	if e.Bot {
		about = append(about, m.lang.Text("bot"))
	}
	if state.Signed(e) {
		about = append(about, m.lang.Text("signed"))
	}
	if len(about) > 0 {
		who += " (" + strings.Join(about, ", ") + ")"
	}
	if e.Type == rooms.Action {
		return "* " + who + " "
	}
	return who + ": "
}

// place says what a message answers, and the thread that it is in.
func (m *manner) place(room string, e *rooms.Event, about *message) string {
	var notes []string
	if e.Thread != 0 {
		notes = append(notes, m.lang.Sprintf("thread %s", chat.Ref(room, e.Thread)))
	}
	if about != nil {
		notes = append(notes, m.lang.Sprintf("re %s: %s", about.author, about.words))
	} else if e.Ref != 0 {
		notes = append(notes, m.lang.Sprintf("re %s", chat.Ref(room, e.Ref)))
	}
	if len(notes) == 0 {
		return ""
	}
	return "(" + strings.Join(notes, ", ") + ") "
}

// said is the text of a message as it is now, with what has become of it behind. The options of a poll are numbered for /vote.
func (m *manner) said(e *rooms.Event, state *rooms.State) string {
	body := state.Body(e)
	switch {
	case body.IsZero():
		return m.tombstone(e, state)
	case e.Type == rooms.Poll:
		question, options := rooms.PollOptions(body)
		s := m.lang.Sprintf("asks: %s", question)
		for i, o := range options {
			s += "\n" + strconv.Itoa(i+1) + " " + o
			if n := votes(state, i+1); n > 0 {
				s += " (" + strconv.Itoa(n) + ")"
			}
		}
		return s + m.marks(state)
	}
	return text.Plainly(body) + m.marks(state)
}

// brought is what stands behind a message that brings a file, for who wants it.
func (m *manner) brought(room string, e *rooms.Event, state *rooms.State) string {
	if e.File == nil || state.Body(e).IsZero() {
		return ""
	}
	name := ""
	if state.Body(e).String() != e.File.Name.String() {
		name = e.File.Name.String() + ", "
	}
	return " (" + m.lang.Text("file") + ": " + name + chat.FileFacts(e.File) + ", /get " + chat.Ref(room, e.Seq) + ")"
}

// tombstone stands in place of a message that was deleted or has expired.
func (m *manner) tombstone(e *rooms.Event, state *rooms.State) string {
	if state == nil || state.Deleted.IsZero() || state.Deleted == e.Author {
		return m.lang.Text("(deleted)")
	}
	by := m.lang.Sprintf("deleted by %s", state.Deleted)
	if !state.Why.IsZero() {
		by += ": " + flat(state.Why.String())
	}
	return "(" + by + ")"
}

// marks are what a message says behind its text, as in the view: that it was edited, and how people reacted.
func (m *manner) marks(state *rooms.State) string {
	if state == nil {
		return ""
	}
	s := ""
	if state.Edits > 0 {
		s = " " + m.lang.Text("(edited)")
	}
	var given []string
	for _, r := range state.Reactions {
		given = append(given, chat.Glyph(r.Emoji)+" "+strconv.Itoa(len(r.By)))
	}
	if given != nil {
		s += " [" + strings.Join(given, " · ") + "]"
	}
	return s
}

// votes counts who voted for an option of a poll.
func votes(state *rooms.State, option int) (n int) {
	if state == nil {
		return 0
	}
	for _, b := range state.Votes {
		if b.Option == option {
			n++
		}
	}
	return n
}

// message is a message that another one answers.
type message struct {
	author text.Name
	words  text.Line
}

// quotedCols is the width of what is quoted of a message that is answered.
const quotedCols = 40

// quoted is the message that an event answers as its reader may see it now, nil for none.
func quoted(e *rooms.Event, read func(seq uint64) (*rooms.Event, *rooms.State, error)) *message {
	if e.Ref == 0 || !e.Type.Talk() {
		return nil
	}
	of, state, err := read(e.Ref)
	if err != nil || state.Body(of).IsZero() {
		return nil
	}
	return &message{of.Author, text.NewLine(text.Glance(state.Body(of)), quotedCols)}
}

// appendRows appends a text, all rows but the first behind the gutter, none as wide as cols.
func (m *manner) appendRows(dst []byte, s string) []byte {
	rows := strings.Split(s, "\n")
	if m.cols > 0 { // one column is left: terminals differ in what the last one does
		rows = text.Wrap(s, max(m.cols-1-len(continuation), leastColumns))
	}
	for i, row := range rows {
		if i > 0 {
			dst = append(dst, continuation...)
		}
		dst = append(append(dst, row...), m.eol...)
	}
	return dst
}

// flat makes one row of a text of several.
func flat(s string) string { return strings.ReplaceAll(s, "\n", " / ") }
