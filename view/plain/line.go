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

// leastColumns bounds how far rows are divided; a terminal that narrow shows no forged line either.
const leastColumns = 8

// appendEvent appends one event as lines: "#ops 14:02 ana: text". The further
// lines of a message stand behind a gutter. eol ends each row; cols is as in appendRows.
func appendEvent(dst []byte, room string, e *rooms.Event, zone *time.Location, t lang.Tag, cols int, eol string) []byte {
	head := string(appendHead(nil, room, e, zone))
	switch {
	case !e.Type.Talk():
		return appendRows(dst, systemMark+head+flat(chat.Describe(t, e)), cols, eol)
	case e.Type == rooms.Action:
		head += "* " + e.Author.String() + " "
	default:
		head += e.Author.String() + ": "
	}
	return appendRows(dst, head+e.Text.String(), cols, eol)
}

// appendRows appends a text, all rows but the first behind the gutter, none as wide as cols; 0 is any width.
func appendRows(dst []byte, s string, cols int, eol string) []byte {
	rows := strings.Split(s, "\n")
	if cols > 0 { // one column is left: terminals differ in what the last one does
		rows = text.Wrap(s, max(cols-1-len(continuation), leastColumns))
	}
	for i, row := range rows {
		if i > 0 {
			dst = append(dst, continuation...)
		}
		dst = append(append(dst, row...), eol...)
	}
	return dst
}

func appendHead(dst []byte, room string, e *rooms.Event, zone *time.Location) []byte {
	dst = append(dst, room...)
	dst = append(dst, ' ')
	dst = e.Time.In(zone).AppendFormat(dst, "15:04")
	return append(dst, ' ')
}

// flat makes one row of a text of several.
func flat(s string) string { return strings.ReplaceAll(s, "\n", " / ") }

// Ref is the short reference of an event: "#ops:1042".
func Ref(room string, e *rooms.Event) string {
	return room + ":" + strconv.FormatUint(e.Seq, 10)
}
