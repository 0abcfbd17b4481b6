package chat

import (
	"parley/lang"
	"parley/rooms"
	"parley/text"
)

// askAbove is how many people a message may call without a question.
const askAbove = 10

// AskBefore is the question before a message that calls more than ten people at
// once, with @room or @here; the zero line for every other one.
func AskBefore(t lang.Tag, room *rooms.Room, body text.Body) text.Line {
	what := text.Calls(body)
	switch {
	case what == 0 || room.People <= askAbove:
		return text.Line{}
	case what&text.CallRoom != 0:
		return line(t, "call all %d people of %s?", room.People, room.Label(text.Name{}))
	}
	return line(t, "call all of the %d people of %s who are here?", room.People, room.Label(text.Name{}))
}
