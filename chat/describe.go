package chat

import (
	"parley/rooms"
)

// Describe says in words what an event that is not talk did: "ana joined".
// Every face shows these words behind a mark of its own that no message can
// imitate. It is empty for events that are talk.
func Describe(e *rooms.Event) string {
	who := e.Author.String()
	switch e.Type {
	case rooms.Create:
		return who + " made this room"
	case rooms.Join:
		return who + " joined"
	case rooms.Leave:
		return who + " left"
	case rooms.Invite:
		return who + " invited " + e.Target.String()
	case rooms.Topic:
		if e.Text.IsZero() {
			return who + " removed the topic"
		}
		return who + " set the topic: " + e.Text.String()
	case rooms.Message, rooms.Action:
		return ""
	}
	return who + " did something that this version cannot show (" + string(e.Type) + ")"
}
