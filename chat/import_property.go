package chat

import (
	"context"
	"time"

	"parley/archive"
	"parley/rooms"
	"parley/text"
)

// What an export says of a room beside what was said in it.

// restored are the properties that an import gives to the room that it makes, in this order: nothing is set in a room that is archived.
var restored = []string{rooms.PropGuests, rooms.PropHistory, rooms.PropBots, rooms.PropSlow, rooms.PropLocked, rooms.PropKeep, rooms.PropArchived}

// aside notes a record that is not part of the conversation: a property of the room, which counts at the end, or what is left out.
func (r *importRoom) aside(rec *archive.Record) {
	switch rooms.Type(rec.Type) {
	case rooms.Set:
		r.properties[rec.Detail] = rec.Text
	case rooms.Invite, rooms.Join, rooms.Leave, rooms.Kick, rooms.Ban, rooms.Quiet, rooms.Grant:
		r.peopled = true
	}
}

// restore gives a room that this import has made the properties that it had where it comes from. What would take something of the
// import away again is only told.
func (im *importer) restore(ctx context.Context, r *importRoom) error {
	if !r.made {
		return nil
	}
	now := r.Room
	for _, property := range restored {
		value := r.properties[property]
		if value == "" || now.Is(property, value) || property == rooms.PropGuests && r.Kind != rooms.Public {
			continue
		}
		if d, err := time.ParseDuration(value); property == rooms.PropKeep && err == nil && d > 0 && !r.oldest.IsZero() && im.in.chat.now().Sub(r.oldest) > d {
			im.say("%s: messages were kept for %s where it comes from; here they are kept for ever, for some are older: /retention %s TIME changes that", r.Name, shortSpan(d), r.Name)
			continue
		}
		_, _, err := im.in.chat.Rooms.Do(ctx, im.in.Actor, rooms.Entry{Room: r.ID, Type: rooms.Set, Detail: property, Text: text.NewBody(value)})
		if err != nil {
			im.say("%s: %s could not be set to %s: %s", r.Name, property, text.NewLine(value, excerptCols), Explain(im.in.Lang, im.in.zone(), err))
		}
	}
	return nil
}

// leftOut says what the source has and an import does not take in.
func (im *importer) leftOut() {
	for _, r := range im.order {
		if r.made && r.peopled {
			im.say("%s: who was in it, with which role, banned or silenced is left out: /invite them", r.Name)
		}
		if r.made && r.filed {
			im.say("%s: files are only named: what is in them is not in an export", r.Name)
		}
	}
	if im.personal {
		im.say("what the export has of one person, as settings, memberships and saved messages, is left out: only they can set it again")
	}
}

func (im *importer) say(format string, args ...any) {
	im.notes = append(im.notes, im.in.say(format, args...))
}
