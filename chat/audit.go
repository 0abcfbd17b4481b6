package chat

import (
	"context"
	"strconv"
	"strings"
	"time"

	"parley/rooms"
	"parley/text"
)

// auditPage is how many entries /audit shows unless told otherwise.
const auditPage = 20

// audit shows a page of the audit log: all of it to staff, and to those who
// moderate a room what concerns that room.
func audit(ctx context.Context, in *call) (Reply, error) {
	q, err := in.auditQuery()
	if err != nil {
		return Reply{}, err
	}
	if in.named != "" || !in.Who.Role.Staff() {
		room, err := in.inRoom(ctx)
		if err != nil {
			return Reply{}, err
		}
		if !in.Who.Role.Staff() && in.roleIn(ctx, room.ID) < rooms.RoleModerator {
			return Reply{}, in.fail(rooms.ErrForbidden, "the audit log of %s is for its moderators and for the staff of this server", room.Name)
		}
		q.Room = room.ID
	}
	list, err := in.chat.Rooms.Audit(ctx, q)
	if err != nil {
		return Reply{}, err
	}
	if len(list) == 0 {
		r, err := in.answer("the audit log has nothing of that")
		r.Facts = []Facts{}
		return r, err
	}
	var r Reply
	places := map[rooms.ID]string{0: ""}
	for _, d := range list {
		place, known := places[d.Room]
		if !known {
			place = in.whereIs(ctx, d.Room)
			places[d.Room] = place
		}
		r.Lines = append(r.Lines, in.deed(d, place))
		r.Facts = append(r.Facts, in.deedFacts(ctx, d))
	}
	if len(list) == q.Limit {
		r.Lines = append(r.Lines, in.say("older ones: add before %d", list[len(list)-1].ID))
	}
	return r, nil
}

// deed is an entry of the audit log, times in it on the caller's clock.
func (in *call) deed(d rooms.Deed, place string) text.Line {
	if property, value, _ := strings.Cut(d.Why, " "); d.Room != 0 && d.Action == string(rooms.Set) {
		did := describeProperty(in.Lang, &rooms.Event{Author: d.Who, Detail: property, Text: text.NewBody(value)})
		return in.say("%d  %s  %s: %s", d.ID, in.minute(d.Time), place, did)
	}
	if at, rest, cut := strings.Cut(strings.TrimPrefix(d.Why, "until "), " "); cut {
		if until, err := time.Parse(time.RFC3339, at); err == nil {
			d.Why = "until " + in.minute(until)
			if rest != "" {
				d.Why += ": " + rest
			}
		}
	}
	if ref, why, _ := strings.Cut(d.Why, " "); d.Room != 0 && d.Action == string(rooms.Delete) {
		if seq, err := strconv.ParseUint(ref, 10, 63); err == nil && place != "" {
			place, d.Why = Ref(place, seq), why
		}
	}
	return in.say("%d  %s  %s: %s", d.ID, in.minute(d.Time), d.Who, deedWords(d, place))
}

// deedWords is "kick mallory #ops (too loud)", the words of the commands, which are the same in every language.
func deedWords(d rooms.Deed, place string) string {
	words := []string{d.Action}
	if d.Target != "" && d.Target != place {
		words = append(words, d.Target)
	}
	if place != "" {
		words = append(words, place)
	}
	if d.Why != "" {
		words = append(words, "("+d.Why+")")
	}
	return strings.Join(words, " ")
}

// whereIs is the name of a room if the caller may know it.
func (in *call) whereIs(ctx context.Context, id rooms.ID) string {
	room, err := in.chat.Rooms.Room(ctx, in.Actor, id)
	if err != nil {
		return in.word("in a private room")
	}
	return room.Label(in.Actor.Name)
}

// roleIn is what the caller is in a room.
func (in *call) roleIn(ctx context.Context, id rooms.ID) rooms.Role {
	list, err := in.inbox(ctx)
	if err != nil {
		return rooms.RoleNone
	}
	for _, m := range list {
		if m.Room.ID == id {
			return m.Role
		}
	}
	return rooms.RoleNone
}

// auditQuery reads the arguments of /audit behind the room.
func (in *call) auditQuery() (rooms.AuditQuery, error) {
	q := rooms.AuditQuery{Limit: auditPage}
	rest := in.words
	for rest != "" {
		var word, value string
		word, rest = cutWord(rest)
		switch word {
		case "by", "about", "since", "before":
			if value, rest = cutWord(rest); value == "" {
				return q, in.wrong("something is missing behind %s", word)
			}
		default:
			n, err := strconv.Atoi(word)
			if err != nil || n < 1 || n > rooms.MaxAudit {
				return q, in.wrong("COUNT is a number from 1 to %d", rooms.MaxAudit)
			}
			q.Limit = n
			continue
		}
		if err := in.narrow(&q, word, value); err != nil {
			return q, err
		}
	}
	return q, nil
}

// narrow puts one condition into a query.
func (in *call) narrow(q *rooms.AuditQuery, word, value string) error {
	switch word {
	case "by":
		name, err := text.ReadName(strings.TrimPrefix(value, "@")) // who is gone, too
		if err != nil {
			return in.refuse(ErrUsage, err)
		}
		q.Who = name
	case "about":
		q.Target = strings.TrimPrefix(value, "@")
	case "since":
		ago, err := text.ParseSpan(value)
		if err != nil {
			return in.refuse(ErrUsage, err)
		}
		q.Since = in.chat.Rooms.Now().Add(-ago)
	case "before":
		n, err := strconv.ParseUint(value, 10, 63)
		if err != nil || n == 0 {
			return in.wrong("before takes the number of an entry")
		}
		q.Before = n
	}
	return nil
}
