package rooms

import "sync/atomic"

// coded is an event as a face sends it, made once for all readers.
type coded struct {
	of   *Event // an event that was copied because some of it is hidden is another one
	room string // what the room is called there
	text []byte
}

// Coded returns the event as encode makes it for a room that is called room. While the event is in its room's tail that is made
// once, and shared by all who ask: it must not be changed. It is kept as long as the event itself: what was
// erased is another event, and what was made of it is gone with the old one.
func (e *Event) Coded(room string, encode func(e *Event, room string) []byte) []byte {
	if e.coded == nil {
		return encode(e, room)
	}
	if c := e.coded.Load(); c != nil && c.of == e && c.room == room {
		return c.text
	}
	text := encode(e, room)
	e.coded.Store(&coded{e, room, text})
	return text
}

// share lets the event keep what is made of it. It is for an event that nobody else has yet.
func (e *Event) share() { e.coded = new(atomic.Pointer[coded]) }
