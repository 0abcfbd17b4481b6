package chat

import (
	"context"
	"strconv"
	"strings"
	"time"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// moderationCommands are about what a room is, and who may do what in it.
func moderationCommands() []*Command {
	return []*Command{
		{Name: "kick", Group: "Moderation", Args: "[#room] @person [WHY…]", Short: "put somebody out of a room",
			Long: "They may come back, to a private room with a new invitation. /ban keeps them out.",
			who:  people, room: roomOrNow, args: []argKind{argPerson}, run: kick},
		{Name: "quiet", Group: "Moderation", Args: "[#room] @person [TIME|off] [WHY…]", Short: "let somebody read and not write",
			Long: "TIME is how long: 30m, 2h, 3d, or until when: until 18:00, until mon 9:00. Without it, until /unquiet, which is what off does, too.",
			who:  people, room: roomOrNow, args: []argKind{argPerson}, run: quiet},
		{Name: "unquiet", Group: "Moderation", Args: "[#room] @person [WHY…]", Short: "let somebody write again",
			who: people, room: roomOrNow, args: []argKind{argPerson}, run: unquiet},
		{Name: "role", Group: "Moderation", Args: "[#room] [@person owner|moderator|member]", Short: "who runs a room",
			Long: "Owners may do everything; moderators put people out, silence them, delete what they said, lock and slow the room. Without a person it lists them.",
			who:  people, room: roomOrNow, args: []argKind{argPerson, argRole}, run: role},
		{Name: "slow", Group: "Moderation", Args: "[#room] TIME|off", Short: "slow mode: one message a person in that time",
			Long: "TIME is from 1s to 6h. Moderators are not held back.",
			who:  people, room: roomOrNow, args: []argKind{argTime}, run: slow},
		{Name: "lock", Group: "Moderation", Args: "[#room]", Short: "let only moderators write",
			who: people, room: roomOrNow, args: []argKind{argRoom}, run: property(rooms.PropLocked, "on")},
		{Name: "unlock", Group: "Moderation", Args: "[#room]", Short: "let everybody write again",
			who: people, room: roomOrNow, args: []argKind{argRoom}, run: property(rooms.PropLocked, "off")},
		{Name: "purge", Group: "Moderation", Args: "[#room] [@person] COUNT [WHY…]", Short: "delete the newest messages, of one person or of all; asks first",
			Long: "COUNT is at most 200. Their texts are erased for good.",
			who:  people, room: roomOrNow, args: []argKind{argPerson}, run: purge},
		{Name: "rename", Group: "Moderation", Args: "[#room] #new-name", Short: "give a room another name",
			who: people, room: noRoom, args: []argKind{argRoom, argRoom}, run: rename},
		{Name: "archive", Group: "Moderation", Args: "[#room] [off]", Short: "close a room for good: it can be read, and nothing is added",
			Long: "It is listed only by /list -a. off opens it again.",
			who:  people, room: roomOrNow, args: []argKind{argRoom}, run: archiveRoom},
		{Name: "newcomers", Group: "Moderation", Args: "[#room] all|joined", Short: "what those who join may read of what was said before",
			Long: "all shows them everything, joined what is said from then on. Of a room with joined, nobody reads anything who is not in it.",
			who:  people, room: roomOrNow, args: []argKind{argNewcomers}, run: newcomers},
		{Name: "retention", Group: "Moderation", Args: "[#room] [TIME|off]", Short: "how long a room keeps what is said in it",
			Long: "What is older is erased for good, within ten minutes; TIME is at least 1h, for example 90d. Without a time it says how it is.",
			who:  people, room: roomOrNow, args: []argKind{argTime}, run: retention},
		{Name: "bots", Group: "Moderation", Args: "[#room] on|off", Short: "let programs write in a room, or keep them from it",
			Long: "A bot is somebody with the role bot on this server, or a hook. /quiet silences a single one.",
			who:  people, room: roomOrNow, args: []argKind{argSwitch}, run: botsCommand},
		{Name: "guests", Group: "Moderation", Args: "[#room] on|off", Short: "let guests, who have no key, into a public room",
			who: people, room: roomOrNow, args: []argKind{argSwitch}, run: guests},
	}
}

// victim is the room and the person that a command is about, and what else was said.
func (in *call) victim(ctx context.Context) (room rooms.Room, who text.Name, rest string, err error) {
	if room, err = in.inRoom(ctx); err != nil {
		return room, who, "", err
	}
	word, rest := cutWord(in.words)
	if word == "" {
		return room, who, "", in.wrong("name somebody")
	}
	if hook, err := text.ReadName(strings.TrimPrefix(word, "@")); err == nil && in.chat.Keys.IsHook(hook) {
		return room, hook, rest, nil
	}
	who, err = in.person(word)
	return room, who, rest, err
}

// do appends an event, and is done.
func (in *call) do(ctx context.Context, e rooms.Entry) (rooms.Event, error) {
	e.Nonce = in.Nonce
	ev, _, err := in.chat.Rooms.Do(ctx, in.Actor, e)
	if err != nil {
		return rooms.Event{}, err
	}
	return *ev, nil
}

func kick(ctx context.Context, in *call) (Reply, error) {
	room, who, why, err := in.victim(ctx)
	if err != nil {
		return Reply{}, err
	}
	if _, err := in.do(ctx, rooms.Entry{Room: room.ID, Type: rooms.Kick, Target: who, Text: text.NewBody(why)}); err != nil {
		return Reply{}, err
	}
	return in.logged(room, "%s is out of %s", who, room.Name)
}

// cutEnd splits when something is to end, which stands first, off the words: "2h spam", "1 week spam", "for 2h spam",
// "until mon 9:00 spam". Zero is for ever; what begins with until and names no time is refused, because it was not meant so.
func (in *call) cutEnd(words string) (end time.Time, rest string, err error) {
	now := in.chat.Rooms.Now()
	word, after := cutWord(words)
	switch word {
	case "until":
		if end, rest, err = text.CutWhen(after, now, in.zone()); err != nil {
			err = in.refuse(ErrUsage, err)
		}
		return end, rest, err
	case "for":
	default:
		after = words
	}
	if end, rest, err = text.CutWhen("in "+after, now, in.zone()); err != nil {
		return time.Time{}, words, nil // a reason: "for spam", "3 warnings"
	}
	return end, rest, nil
}

func quiet(ctx context.Context, in *call) (Reply, error) {
	room, who, rest, err := in.victim(ctx)
	if err != nil {
		return Reply{}, err
	}
	if word, why := cutWord(rest); word == "off" { // as /slow and /dnd end
		in.words = who.String() + " " + why
		return unquiet(ctx, in)
	}
	end, why, err := in.cutEnd(rest)
	if err != nil {
		return Reply{}, err
	}
	if _, err := in.do(ctx, rooms.Entry{Room: room.ID, Type: rooms.Quiet, Target: who, Until: end, Text: text.NewBody(why)}); err != nil {
		return Reply{}, err
	}
	if end.IsZero() {
		return in.answer("%s may read and not write in %s: /unquiet ends it", who, room.Name)
	}
	return in.logged(room, "%s may read and not write in %s until %s", who, room.Name, in.minute(end))
}

func unquiet(ctx context.Context, in *call) (Reply, error) {
	room, who, why, err := in.victim(ctx)
	if err != nil {
		return Reply{}, err
	}
	if _, err := in.do(ctx, rooms.Entry{Room: room.ID, Type: rooms.Unquiet, Target: who, Text: text.NewBody(why)}); err != nil {
		return Reply{}, err
	}
	return in.logged(room, "%s may write in %s again", who, room.Name)
}

func role(ctx context.Context, in *call) (Reply, error) {
	if in.Who.Role == keys.Operator && in.named == "" {
		return in.giveRole(ctx, in.words) // parley admin role NAME owner
	}
	if in.words == "" {
		return in.listRoles(ctx)
	}
	room, who, rest, err := in.victim(ctx)
	if err != nil {
		return Reply{}, err
	}
	if _, err := rooms.ParseRole(rest); err != nil {
		return Reply{}, in.wrong("name the role")
	}
	if _, err := in.do(ctx, rooms.Entry{Room: room.ID, Type: rooms.Grant, Target: who, Detail: rest}); err != nil {
		return Reply{}, err
	}
	return in.logged(room, "%s is %s of %s now", who, in.word(rest), room.Name)
}

func (in *call) listRoles(ctx context.Context) (Reply, error) {
	room, err := in.inRoom(ctx)
	if err != nil {
		return Reply{}, err
	}
	list, err := in.chat.Rooms.Members(ctx, in.Actor, room.ID)
	if err != nil {
		return Reply{}, err
	}
	var r Reply
	now := in.chat.Rooms.Now()
	for _, m := range list {
		switch {
		case m.Role >= rooms.RoleModerator:
			r.Lines = append(r.Lines, in.say("%s  %s", m.Name, in.word(m.Role.String())))
		case m.Quiet.After(now):
			r.Lines = append(r.Lines, in.say("%s  may not write", m.Name))
		}
	}
	if len(r.Lines) == 0 {
		return in.answer("nobody runs %s: all who are in it are members", in.label(room))
	}
	return r, nil
}

// property is a command that gives a property of a room one value.
func property(name, value string) func(context.Context, *call) (Reply, error) {
	return func(ctx context.Context, in *call) (Reply, error) {
		if in.words != "" {
			return Reply{}, in.wrong("only the room is named")
		}
		return in.set(ctx, name, value)
	}
}

func (in *call) set(ctx context.Context, property, value string) (Reply, error) {
	room, err := in.inRoom(ctx)
	if err != nil {
		return Reply{}, err
	}
	e, again, err := in.chat.Rooms.Do(ctx, in.Actor, rooms.Entry{Room: room.ID, Type: rooms.Set, Detail: property, Text: text.NewBody(value), Nonce: in.Nonce})
	switch {
	case err != nil:
		return Reply{}, err
	case again && (in.Nonce == "" || e.Nonce != in.Nonce): // and not a second try of what was done
		return in.answer("that is so already")
	}
	return in.logged(room, "%s: %s", in.label(room), Describe(in.Lang, in.zone(), in.label(room), e))
}

// runs refuses who is less than a role in a room: who may not do something is not asked whether to do it.
func (in *call) runs(ctx context.Context, room rooms.Room, least rooms.Role) error {
	switch {
	case room.Kind == rooms.Direct, in.Actor.Staff, in.roleIn(ctx, room.ID) >= least: // of a conversation the manager says what it is
		return nil
	case least == rooms.RoleOwner:
		return rooms.ErrOwners
	}
	return rooms.ErrForbidden
}

func slow(ctx context.Context, in *call) (Reply, error) {
	value := "0s"
	if in.words != "off" {
		d, err := text.ParseSpan(in.words)
		if err != nil {
			return Reply{}, in.wrong("write a time from 1s to 6h, or off")
		}
		value = d.String()
	}
	return in.set(ctx, rooms.PropSlow, value)
}

func retention(ctx context.Context, in *call) (Reply, error) {
	room, err := in.inRoom(ctx)
	if err != nil {
		return Reply{}, err
	}
	switch {
	case in.words == "" && room.Keep == 0:
		return in.answer("%s keeps what is said for ever", in.label(room))
	case in.words == "":
		return in.answer("%s keeps what is said for %s", in.label(room), shortSpan(room.Keep))
	case in.words == "off":
		return in.set(ctx, rooms.PropKeep, "0s")
	}
	d, err := text.ParseSpan(in.words)
	if err != nil || d < rooms.MinKeep {
		return Reply{}, in.wrong("write a time of an hour at least, or off")
	}
	if err := in.runs(ctx, room, rooms.RoleOwner); err != nil {
		return Reply{}, err
	}
	if !in.Yes {
		return Reply{Ask: in.say("let %s keep what is said for %s? What is older is erased for good, now and from now on", in.label(room), shortSpan(d))}, nil
	}
	return in.set(ctx, rooms.PropKeep, d.String())
}

func archiveRoom(ctx context.Context, in *call) (Reply, error) {
	switch {
	case in.words == "off":
		return in.set(ctx, rooms.PropArchived, "off")
	case in.words != "":
		return Reply{}, in.wrong("only the room is named, and off to open it again")
	case !in.Yes:
		room, err := in.inRoom(ctx)
		if err != nil {
			return Reply{}, err
		}
		if err := in.runs(ctx, room, rooms.RoleOwner); err != nil {
			return Reply{}, err
		}
		return Reply{Ask: in.say("archive %s? Nobody writes in it any more", in.label(room))}, nil
	}
	return in.set(ctx, rooms.PropArchived, "on")
}

func newcomers(ctx context.Context, in *call) (Reply, error) {
	if in.words != "all" && in.words != string(rooms.HistoryJoined) {
		return Reply{}, in.wrong("write all or joined")
	}
	return in.set(ctx, rooms.PropHistory, in.words)
}

func guests(ctx context.Context, in *call) (Reply, error) {
	if in.words != "on" && in.words != "off" {
		return Reply{}, in.wrong("write on or off")
	}
	return in.set(ctx, rooms.PropGuests, in.words)
}

// botsCommand lets programs write in a room, or keeps them from it.
func botsCommand(ctx context.Context, in *call) (Reply, error) {
	if in.words != "on" && in.words != "off" {
		return Reply{}, in.wrong("write on or off")
	}
	return in.set(ctx, rooms.PropBots, in.words)
}

func rename(ctx context.Context, in *call) (Reply, error) {
	words := fields(in.words)
	if len(words) == 2 {
		in.named, words = words[0], words[1:]
	}
	if len(words) != 1 {
		return Reply{}, in.wrong("write the new name")
	}
	room, err := in.inRoom(ctx)
	if err != nil {
		return Reply{}, err
	}
	name, err := text.ParseRoomName(words[0])
	if err != nil {
		return Reply{}, in.refuse(ErrUsage, err)
	}
	if name == room.Name {
		return in.answer("%s is its name already", name)
	}
	if _, err := in.do(ctx, rooms.Entry{Room: room.ID, Type: rooms.Rename, Text: text.NewBody(name.String())}); err != nil {
		return Reply{}, err
	}
	return in.logged(room, "%s is %s from now on", room.Name, name)
}

// Bounds of one purge: how many messages, and how far back they are looked for, in events.
const (
	maxPurge  = 200
	purgeBack = 10_000
)

func purge(ctx context.Context, in *call) (Reply, error) {
	room, err := in.inRoom(ctx)
	if err != nil {
		return Reply{}, err
	}
	word, rest := cutWord(in.words)
	var who text.Name
	var unknown error // of who is not here, and may have been
	if strings.HasPrefix(word, "@") {
		if who, unknown = in.person(word); unknown != nil {
			if who, err = text.ReadName(word[1:]); err != nil {
				return Reply{}, unknown
			}
		}
		word, rest = cutWord(rest)
	}
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 || n > maxPurge {
		return Reply{}, in.wrong("COUNT is a number from 1 to %d", maxPurge)
	}
	if err := in.runs(ctx, room, rooms.RoleModerator); err != nil {
		return Reply{}, err
	}
	seqs, err := in.newestBy(ctx, room, who, n)
	if err != nil {
		return Reply{}, err
	}
	switch messages := in.count(len(seqs), "%d message", "%d messages"); {
	case len(seqs) == 0 && unknown != nil:
		return Reply{}, unknown
	case len(seqs) == 0:
		return in.answer("there is nothing to delete")
	case in.Yes:
	case who.IsZero():
		return Reply{Ask: in.say("delete %s of %s for good?", messages, in.label(room))}, nil
	default:
		return Reply{Ask: in.say("delete %s of %s in %s for good?", messages, who, in.label(room))}, nil
	}
	done, err := in.chat.Rooms.Purge(ctx, in.Actor, room.ID, seqs, text.NewBody(rest))
	if err != nil && done == 0 {
		return Reply{}, err
	}
	r := Reply{Lines: []text.Line{in.say("%s deleted", in.count(done, "%d message", "%d messages"))}}
	if err != nil {
		r.Lines = append(r.Lines, in.say("the others are still there: %s", Explain(in.Lang, in.zone(), err)))
	}
	return r, nil
}

// newestBy lists the seqs of the newest messages of somebody, or of all, that are there still.
func (in *call) newestBy(ctx context.Context, room rooms.Room, who text.Name, n int) (seqs []uint64, err error) {
	for before := room.Seq + 1; before > 1 && room.Seq+1-before < purgeBack && len(seqs) < n; {
		events, err := in.chat.Rooms.EventsBefore(ctx, in.Actor, room.ID, before, 500)
		if err != nil || len(events) == 0 {
			return seqs, err
		}
		before = events[0].Seq
		states, err := in.chat.Rooms.States(ctx, in.Actor, room.ID, before, events[len(events)-1].Seq)
		if err != nil {
			return nil, err
		}
		for i := len(events) - 1; i >= 0 && len(seqs) < n; i-- {
			e := events[i]
			if e.Type.Talk() && (who.IsZero() || e.Author == who) && !states[e.Seq].Body(e).IsZero() {
				seqs = append(seqs, e.Seq)
			}
		}
	}
	return seqs, nil
}
