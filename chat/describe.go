package chat

import (
	"parley/lang"
	"parley/rooms"
)

// Describe says in words what an event that is not talk did, in a language: "ana joined".
// Every face shows these words behind a mark of its own that no message can
// imitate. It is empty for events that are talk.
func Describe(t lang.Tag, e *rooms.Event) string {
	who := e.Author
	switch e.Type {
	case rooms.Create:
		return t.Sprintf("%s made this room", who)
	case rooms.Join:
		return t.Sprintf("%s joined", who)
	case rooms.Leave:
		return t.Sprintf("%s left", who)
	case rooms.Invite:
		return t.Sprintf("%s invited %s", who, e.Target)
	case rooms.Topic:
		if e.Text.IsZero() {
			return t.Sprintf("%s removed the topic", who)
		}
		return t.Sprintf("%s set the topic: %s", who, e.Text)
	case rooms.Message, rooms.Action:
		return ""
	}
	if e.Type.Moderates() {
		return describeModeration(t, e)
	}
	return t.Sprintf("%s did something that this version cannot show (%s)", who, e.Type)
}
