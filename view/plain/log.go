package plain

import (
	"time"

	"parley/chat"
	"parley/lang"
	"parley/rooms"
)

// Log writes what was said in one room as plain lines, for a file.
type Log struct {
	Room   string                                               // as its reader calls it
	States map[uint64]*rooms.State                              // what has become of the messages, by seq
	Read   func(seq uint64) (*rooms.Event, *rooms.State, error) // one that is answered; for what is quoted of it
	manner manner
}

// NewLog makes a log for somebody with these settings.
func NewLog(room string, own chat.Settings, t lang.Tag, zone *time.Location) *Log {
	return &Log{Room: room, manner: mannerOf(own, t, zone, "\n")}
}

// Append appends the lines of one event. What is seen in the message that it is about has none.
func (l *Log) Append(dst []byte, e *rooms.Event) []byte {
	if chat.Folds(e) {
		return dst
	}
	return l.manner.appendEvent(dst, l.Room, e, quoted(e, l.Read), l.States[e.Seq])
}
