package chat

import (
	"context"
	"errors"
	"strings"
	"time"

	"parley/lang"
	"parley/rooms"
	"parley/text"
)

// dndSetting keeps until when somebody is not to be disturbed, as RFC 3339.
const dndSetting = "dnd"

// presenceCommands are about whether people are here.
func presenceCommands() []*Command {
	return []*Command{
		{Name: "status", Group: "You", Args: "[@person]", Short: "whether somebody is here, away, or not to be disturbed",
			who: people, args: []argKind{argPerson}, run: status},
		{Name: "away", Group: "You", Args: "[WHY…]", Short: "be away until you say /back",
			Long: "Alone it says whether you are away already, and why. Others see - beside your name. Without it you are away by yourself after ten minutes without a key, and back with the next one.",
			who:  people, free: true, run: away},
		{Name: "back", Group: "You", Short: "be here again, and be told of messages",
			who: people, run: back},
		{Name: "dnd", Group: "You", Args: "[TIME|off]", Short: "do not disturb: nothing rings for a while",
			Long: "TIME is how long, 1h if left out; alone, it tells until when nothing rings where that is so already. What comes meanwhile is counted as ever. For the same hours of each day: /set quiet 22:00-07:00.",
			who:  people, args: []argKind{argTime}, run: dnd},
		{Name: "ignore", Group: "You", Args: "[@person]", Short: "do not show what somebody says; without a name, whom you ignore",
			Long: "It is for you alone, in all rooms, and rings nothing. Others, and the person, see no difference.",
			who:  people, args: []argKind{argPerson}, run: ignore},
		{Name: "unignore", Group: "You", Args: "[@person]", Short: "show what somebody says again",
			who: people, args: []argKind{argPerson}, run: unignore},
		{Name: "nick", Group: "You", Short: "your name here, and why it stays",
			who: anybody, run: nick},
	}
}

func away(ctx context.Context, in *call) (Reply, error) {
	own, err := in.own(ctx)
	if err != nil {
		return Reply{}, err
	}
	if in.words == "" && own.Away() {
		return in.answer("you are away already: %s. /back when you are here again", text.NewLine(own[rooms.AwaySetting], topicCols))
	}
	why := text.NewLine(in.words, topicCols)
	if why.IsZero() {
		why = text.NewLine(in.word("away"), topicCols)
	}
	if err := in.chat.Rooms.SetAway(ctx, in.Actor, why); err != nil {
		return Reply{}, err
	}
	return in.answer("you are away: /back when you are here again")
}

func back(ctx context.Context, in *call) (Reply, error) {
	own, err := in.own(ctx)
	if err != nil {
		return Reply{}, err
	}
	if !own.Away() && !own.DND(in.chat.Rooms.Now()) {
		return in.answer("you are here, and you are told of messages")
	}
	if err := in.chat.Rooms.SetAway(ctx, in.Actor, text.Line{}); err != nil {
		return Reply{}, err
	}
	if err := in.chat.Rooms.Set(ctx, in.Actor, dndSetting, ""); err != nil {
		return Reply{}, err
	}
	if own.DND(in.chat.Rooms.Now()) {
		return in.answer("welcome back: you are told of messages again")
	}
	return in.answer("welcome back")
}

func dnd(ctx context.Context, in *call) (Reply, error) {
	if in.words == "off" {
		if err := in.chat.Rooms.Set(ctx, in.Actor, dndSetting, ""); err != nil {
			return Reply{}, err
		}
		return in.answer("you are told of messages again")
	}
	own, err := in.own(ctx)
	if err != nil {
		return Reply{}, err
	}
	if in.words == "" && own.DND(in.chat.Rooms.Now()) {
		return in.answer("nothing rings until %s: /dnd off ends it, /dnd 2h is from now on", in.minute(own.DNDEnd()))
	}
	until, err := in.dndEnd()
	if err != nil {
		return Reply{}, err
	}
	if err := in.chat.Rooms.Set(ctx, in.Actor, dndSetting, until.Format(time.RFC3339)); err != nil {
		return Reply{}, err
	}
	return in.answer("nothing rings until %s: /dnd off ends it", in.minute(until))
}

// dndEnd is when do-not-disturb is to end: after a length of time, one hour if none is given, or at a time of day.
func (in *call) dndEnd() (time.Time, error) {
	now := in.chat.Rooms.Now()
	if in.words == "" {
		return now.Add(time.Hour), nil
	}
	d, err := text.ParseSpan(in.words)
	if err == nil {
		return now.Add(d), nil
	}
	words := strings.TrimPrefix(in.words, "until ")
	if at, rest, other := text.CutWhen(words, now.In(in.zone()), in.zone()); other == nil && rest == "" {
		return at, nil
	}
	return time.Time{}, in.refuse(ErrUsage, err)
}

func status(ctx context.Context, in *call) (Reply, error) {
	name := in.Actor.Name
	if in.words != "" {
		var err error
		if name, err = in.person(strings.TrimSpace(in.words)); errors.Is(err, rooms.ErrNoPerson) {
			return Reply{}, in.fail(rooms.ErrNoPerson, "%s. A status of your own is /away WHY", Explain(in.Lang, in.zone(), err))
		} else if err != nil {
			return Reply{}, err
		}
	}
	r := Reply{Lines: []text.Line{in.presence(name)}}
	if person, err := in.chat.Rooms.Person(ctx, rooms.Actor{Name: name}); err == nil {
		if own := Settings(person.Settings); own.DND(in.chat.Rooms.Now()) {
			r.Lines = append(r.Lines, in.say("not to be disturbed until %s", in.minute(own.DNDEnd())))
		}
		if here, _ := in.chat.Rooms.Status(name); here == rooms.Offline && !person.Seen.IsZero() {
			r.Lines = append(r.Lines, in.say("last here %s", in.moment(person.Seen)))
		}
	}
	return r, nil
}

// presence says whether somebody is here, and why not.
func (in *call) presence(name text.Name) text.Line { return in.chat.Presence(in.Lang, name) }

// Presence says in a language whether somebody is here, and why not.
func (c *Chat) Presence(t lang.Tag, name text.Name) text.Line {
	switch here, why := c.Rooms.Status(name); {
	case here == rooms.Here:
		return line(t, "%s is here", name)
	case here == rooms.Away && why.IsZero():
		return line(t, "%s is away: nobody has typed for a while", name)
	case here == rooms.Away && !Said(why):
		return line(t, "%s is away", name)
	case here == rooms.Away:
		return line(t, "%s is away: %s", name, why)
	}
	return line(t, "%s is not here", name)
}

// Said reports whether somebody who is away has said why: /away alone keeps the word for it in their language.
func Said(why text.Line) bool {
	return !why.IsZero() && why.String() != lang.En.Text("away") && why.String() != lang.Ja.Text("away")
}

// Gone is how somebody is away, with what they said.
func Gone(t lang.Tag, why text.Line) string {
	if !Said(why) {
		return t.Text("away")
	}
	return t.Sprintf("away: %s", why)
}

// own is what the caller has set.
func (in *call) own(ctx context.Context) (Settings, error) {
	person, err := in.chat.Rooms.Person(ctx, in.Actor)
	return Settings(person.Settings), err
}

func nick(_ context.Context, in *call) (Reply, error) {
	if in.Actor.Guest {
		return in.answer("you are %s as long as you are connected; whoever enters with ssh and a key chooses a name once", in.Actor.Name)
	}
	return in.answer("you are %s: a name belongs to its keys and is given to nobody else, so that others know who speaks. Another key can have another name", in.Actor.Name)
}
