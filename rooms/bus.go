package rooms

import (
	"time"

	"parley/text"
)

// Bus carries hints between the nodes that share one store. It may lose,
// double, delay and reorder notes: a receiver checks every seq against its
// own and reads what is missing from the store. Its methods never block.
type Bus interface {
	// Publish offers a note to the other nodes.
	Publish(Note)
	// Subscribe calls fn, from one goroutine at a time, for each note of the
	// other nodes until cancel is called; cancel returns after the last call.
	Subscribe(fn func(Note)) (cancel func())
	// Poll is how often a node must compare the heads of its rooms with the
	// store because a note may be lost; 0 where notes are never lost.
	Poll() time.Duration
}

// Note is one hint.
type Note struct {
	// Events are consecutive events of one room; empty when Person is set.
	Events []Event
	// Person names somebody whose read marks, memberships or invitations changed elsewhere.
	Person text.Name
}
