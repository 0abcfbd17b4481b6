package plain

import (
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
}

// mannerOf reads what a person has set; zone is for who has set none.
func mannerOf(own chat.Settings, t lang.Tag, zone *time.Location, eol string) manner {
	m := manner{lang: t, zone: zone, clock: "15:04", eol: eol}
	if loc, err := chat.LoadZone(own.Zone()); err == nil {
		m.zone = loc
	}
	if own.Clock12() {
		m.clock = "3:04pm"
	}
	return m
}

// leastColumns bounds how far rows are divided; a terminal that narrow shows no forged line either.
const leastColumns = 8

// appendEvent appends one event as lines: "#ops 14:02 ana: text". The further
// lines of a message stand behind a gutter.
func (m *manner) appendEvent(dst []byte, room string, e *rooms.Event) []byte {
	head := room + " " + e.Time.In(m.zone).Format(m.clock) + " "
	switch {
	case !e.Type.Talk():
		return m.appendRows(dst, systemMark+head+flat(chat.Describe(m.lang, e)))
	case e.Type == rooms.Action:
		head += "* " + e.Author.String() + " "
	default:
		head += e.Author.String() + ": "
	}
	return m.appendRows(dst, head+e.Text.String())
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
