package chat

import (
	"strings"
	"time"

	"parley/lang"
	"parley/rooms"
	"parley/text"
)

// Shown reports whether an event is a line of its room where the room is shown as it is now: talk of the room, who
// came and went, what became of the room. What changes a message is seen in that
// message, and a thread stands beside the room. Plain lines, which cannot change what they have said, show all.
func Shown(e *rooms.Event) bool {
	switch e.Type {
	case rooms.Edit, rooms.Delete, rooms.React, rooms.Unreact, rooms.Vote:
		return false
	}
	return e.Thread == 0
}

// Describe says in words what an event that is not talk did, in a language and with times in a zone: "ana joined". Room is
// what its reader calls the room, for references: "ana pinned #ops:12".
// Every face shows these words behind a mark of its own that no message can
// imitate. It is empty for events that are talk.
func Describe(t lang.Tag, zone *time.Location, room string, e *rooms.Event) string {
	if e.Type.Talk() {
		return ""
	}
	if e.Type.Moderates() {
		return describeModeration(t, zone, e)
	}
	if e.Type == rooms.Create && strings.HasPrefix(room, "@") {
		return t.Sprintf("%s began this conversation", e.Author)
	}
	about := ""
	if e.Ref != 0 {
		about = Ref(room, e.Ref)
	}
	return DescribeAbout(t, about, e)
}

// DescribeAbout is Describe where the message that the event is about is shown by other words than its reference.
func DescribeAbout(t lang.Tag, about string, e *rooms.Event) string {
	d := description{t, e, about}
	s := d.came()
	if e.Type.Changes() {
		s = d.changed()
	}
	if s == "" {
		return t.Sprintf("%s did something that this version cannot show (%s)", e.Author, e.Type)
	}
	return s
}

type description struct {
	in lang.Tag
	*rooms.Event
	ref string
}

// because puts a reason behind a sentence, where one was given.
func (d *description) because(sentence string) string {
	if d.Text.IsZero() {
		return sentence
	}
	return sentence + ": " + d.Text.String()
}

// came is about who is in a room, and its topic.
func (d *description) came() string {
	who := d.Author
	switch d.Type {
	case rooms.Create:
		if d.Imported() {
			return d.in.Sprintf("%s imported this room: authors and times are those that the file gave", who)
		}
		return d.in.Sprintf("%s made this room", who)
	case rooms.Join:
		return d.in.Sprintf("%s joined", who)
	case rooms.Leave:
		return d.in.Sprintf("%s left", who)
	case rooms.Invite:
		return d.in.Sprintf("%s invited %s", who, d.Target)
	case rooms.Decline:
		return d.in.Sprintf("%s declined the invitation", who)
	case rooms.Topic:
		if d.Text.IsZero() {
			return d.in.Sprintf("%s removed the topic", who)
		}
		return d.in.Sprintf("%s set the topic: %s", who, d.Text)
	}
	return ""
}

// changed is about what was done to a message.
func (d *description) changed() string {
	who := d.Author
	switch d.Type {
	case rooms.Edit:
		if d.Text.IsZero() { // of a message that the reader does not see
			return d.in.Sprintf("%s edited %s", who, d.ref)
		}
		return d.in.Sprintf("%s edited %s: %s", who, d.ref, d.Text)
	case rooms.Delete:
		return d.because(d.in.Sprintf("%s deleted %s", who, d.ref))
	case rooms.React:
		return d.in.Sprintf("%s reacted %s to %s", who, Glyph(d.Detail), d.ref)
	case rooms.Unreact:
		return d.in.Sprintf("%s took %s back from %s", who, Glyph(d.Detail), d.ref)
	case rooms.Pin:
		return d.in.Sprintf("%s pinned %s", who, d.ref)
	case rooms.Unpin:
		return d.in.Sprintf("%s unpinned %s", who, d.ref)
	case rooms.Vote:
		if d.Detail == "" {
			return d.in.Sprintf("%s took their vote in %s back", who, d.ref)
		}
		return d.in.Sprintf("%s voted %s in %s", who, printable(d.Detail), d.ref)
	case rooms.Close:
		return d.in.Sprintf("%s closed the poll %s", who, d.ref)
	}
	return ""
}

// Glyph is the emoji that the Detail of a reaction names.
func Glyph(detail string) string {
	if e, err := text.ParseEmoji(detail); err == nil {
		return e.Glyph()
	}
	return detail
}
