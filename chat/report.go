package chat

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"parley/rooms"
	"parley/text"
)

// report tells staff and the moderators of its room of a message; without one it lists the open reports.
func report(ctx context.Context, in *call) (Reply, error) {
	ref, rest := cutWord(in.words)
	switch ref {
	case "":
		return in.listReports(ctx)
	case "done":
		return in.closeReport(ctx, rest)
	}
	m, err := in.message(ctx, ref)
	if err != nil {
		return Reply{}, err
	}
	if m.event.Author == in.Actor.Name {
		return Reply{}, in.wrong("that message is yours: /delete takes it back")
	}
	id, err := in.chat.Rooms.Report(ctx, in.Actor, m.room, m.event, m.quote(), text.NewLine(rest, rooms.MaxWhy))
	if errors.Is(err, rooms.ErrReports) {
		return Reply{}, in.refuse(rooms.ErrForbidden, err)
	}
	if err != nil {
		return Reply{}, err
	}
	in.tellReport(ctx, m, id, rest)
	return in.answer("thank you: staff and the moderators of %s are told", in.label(m.room))
}

// quote is the beginning of a message as it is now.
func (m message) quote() text.Line {
	return text.NewLine(m.state.Body(m.event).String(), rooms.MaxQuote)
}

// tellReport shows those who are here and look after the room that something was reported, why, and what they can do; and not who did it.
func (in *call) tellReport(ctx context.Context, m message, id uint64, why string) {
	ref, words := Ref(m.room.Label(text.Name{}), m.event.Seq), in.excerpt(m).String()
	if why != "" {
		words += " (" + text.NewLine(why, excerptCols).String() + ")"
	}
	in.chat.TellStaff(rooms.NewNotice("report %d: %s by %s, /report lists it: %s", id, ref, m.event.Author, words), nil)
	notice := rooms.NewNotice("report %d: %s by %s, /jump %s shows it: %s", id, ref, m.event.Author, ref, words)
	members, err := in.chat.Rooms.Members(ctx, in.Actor, m.room.ID)
	if err != nil {
		return
	}
	for _, p := range members {
		if id, _ := in.chat.Keys.Lookup(p.Name); p.Role >= rooms.RoleModerator && !id.Role.Staff() && p.Name != m.event.Author {
			in.chat.Rooms.Notify(p.Name, notice, nil)
		}
	}
}

func (in *call) listReports(ctx context.Context) (Reply, error) {
	if !in.Who.Role.Staff() {
		return Reply{}, in.wrong("name the message: its reference is like #ops:1042")
	}
	list, err := in.chat.Rooms.Reports(ctx)
	if err != nil {
		return Reply{}, err
	}
	if len(list) == 0 {
		return in.answer("nothing is reported")
	}
	var r Reply
	for _, p := range list {
		why := ""
		if p.Why != "" {
			why = " (" + p.Why + ")"
		}
		r.Lines = append(r.Lines, in.say("%d  %s  %s reports %s by %s%s: %s", p.ID, in.minute(p.Time), p.By,
			in.reported(ctx, in.Actor, p), p.Author, why, p.Quote))
	}
	r.Lines = append(r.Lines, in.say("/report done NUMBER [WHY…] closes one"))
	return r, nil
}

// reported is the reference of what was reported, for somebody who may see its room.
func (in *call) reported(ctx context.Context, who rooms.Actor, p rooms.Report) string {
	room, err := in.chat.Rooms.Room(ctx, who, p.Room)
	if err != nil {
		return in.word("a message in a private room")
	}
	return Ref(room.Label(who.Name), p.Seq)
}

func (in *call) closeReport(ctx context.Context, words string) (Reply, error) {
	if !in.Who.Role.Staff() {
		return Reply{}, in.fail(rooms.ErrForbidden, "reports are closed by the staff of this server")
	}
	number, outcome := cutWord(words)
	id, err := strconv.ParseUint(number, 10, 63)
	if err != nil {
		return Reply{}, in.wrong("name the report by its number")
	}
	p, err := in.chat.Rooms.ResolveReport(ctx, in.Actor, id)
	if errors.Is(err, rooms.ErrNoReport) {
		return Reply{}, in.refuse(ErrUsage, err)
	}
	if err != nil {
		return Reply{}, err
	}
	if p.By != in.Actor.Name {
		in.chat.Rooms.Notify(p.By, rooms.NewNotice("your report of %s was looked at", in.reported(ctx, rooms.Actor{Name: p.By}, p)), nil)
	}
	why := p.Why
	if outcome != "" && why != "" {
		why = "; " + why
	}
	r, err := in.answer("report %d is closed", p.ID)
	return in.recorded(ctx, r, err, "report done", p.Author.String(), strings.TrimSpace(strconv.FormatUint(p.ID, 10)+" "+outcome+why))
}
