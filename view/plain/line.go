package plain

import (
	"strconv"
	"strings"
	"time"

	"parley/chat"
	"parley/rooms"
)

// gutter stands before everything that is not a person's line, and before
// what continues one. Nothing that a person writes can begin a row with it,
// because every row that a person wrote begins with a room or with the gutter.
const (
	systemMark   = "-- "
	continuation = "   | "
)

// appendEvent appends one event as lines: "#ops 14:02 ana: text". The further
// lines of a message stand behind a gutter. eol ends each row.
func appendEvent(dst []byte, room string, e *rooms.Event, zone *time.Location, eol string) []byte {
	if !e.Type.Counts() {
		dst = append(dst, systemMark...)
		dst = appendHead(dst, room, e, zone)
		dst = append(dst, flat(chat.Describe(e))...)
		return append(dst, eol...)
	}
	dst = appendHead(dst, room, e, zone)
	if e.Type == rooms.Action {
		dst = append(dst, "* "...)
		dst = append(dst, e.Author.String()...)
		dst = append(dst, ' ')
	} else {
		dst = append(dst, e.Author.String()...)
		dst = append(dst, ": "...)
	}
	for i, row := range strings.Split(e.Text.String(), "\n") {
		if i > 0 {
			dst = append(dst, continuation...)
		}
		dst = append(dst, row...)
		dst = append(dst, eol...)
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
