package chat

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"parley/rooms"
	"parley/text"
)

// topicCols bounds a topic: what a title bar of 400 columns could show.
const topicCols = 250

func isNoRoom(err error) bool { return errors.Is(err, rooms.ErrNoRoom) }

func join(ctx context.Context, in *call) (Reply, error) {
	room, err := in.inRoomToTalk(ctx)
	if err != nil {
		return Reply{}, err
	}
	if in.words != "" {
		return Reply{}, in.wrong("one room at a time")
	}
	if !in.Actor.Guest { // a guest enters by looking
		if room, err = in.chat.Rooms.Join(ctx, in.Actor, room.ID); err != nil {
			return Reply{}, err
		}
	}
	line := in.say("you are in %s", in.label(room))
	if !room.Topic.IsZero() {
		line = in.say("you are in %s: %s", in.label(room), room.Topic)
	}
	return Reply{Lines: []text.Line{line}, Do: Switch, Room: room.ID}, nil
}

// accept joins the room of an invitation.
func accept(ctx context.Context, in *call) (Reply, error) {
	if err := in.inviting(ctx); err != nil {
		return Reply{}, err
	}
	return join(ctx, in)
}

// decline gives an invitation back; who gave it is told.
func decline(ctx context.Context, in *call) (Reply, error) {
	if err := in.inviting(ctx); err != nil {
		return Reply{}, err
	}
	room, err := in.inRoom(ctx)
	if err != nil {
		return Reply{}, err
	}
	_, _, err = in.chat.Rooms.Do(ctx, in.Actor, rooms.Entry{Room: room.ID, Type: rooms.Decline, Nonce: in.Nonce})
	if errors.Is(err, rooms.ErrNotInvited) {
		return in.answer("nobody has invited you to %s", in.label(room))
	}
	if err != nil {
		return Reply{}, err
	}
	return in.answer("you have declined the invitation to %s", in.label(room))
}

// inviting names the room of an invitation where there is only one and none was named.
func (in *call) inviting(ctx context.Context) error {
	if in.named != "" {
		return nil
	}
	inbox, err := in.inbox(ctx)
	if err != nil {
		return err
	}
	for _, m := range inbox {
		switch {
		case m.Role != rooms.RoleNone:
		case in.named != "":
			return in.wrong("you have several invitations: name the room")
		default:
			in.named = m.Room.Name.String()
		}
	}
	if in.named == "" {
		return in.fail(rooms.ErrNoRoom, "you have no invitation: /join #room enters a room that is open to all")
	}
	return nil
}

func leave(ctx context.Context, in *call) (Reply, error) {
	room, err := in.inRoom(ctx)
	if err != nil {
		return Reply{}, err
	}
	if !in.Yes {
		question, err := in.askToLeave(ctx, room)
		if err != nil || !question.IsZero() {
			return Reply{Ask: question}, err
		}
	}
	if err := in.chat.Rooms.Leave(ctx, in.Actor, room.ID); err != nil {
		return Reply{}, err
	}
	return in.answer("you have left %s", in.label(room))
}

// askToLeave is the question before leaving what one may not come back to, or leaves to somebody else; zero for none.
func (in *call) askToLeave(ctx context.Context, room rooms.Room) (text.Line, error) {
	if room.Kind == rooms.Direct {
		return text.Line{}, nil
	}
	list, err := in.chat.Rooms.Members(ctx, in.Actor, room.ID)
	if err != nil {
		return text.Line{}, err
	}
	list = slices.DeleteFunc(list, func(p rooms.Present) bool { return p.Role == rooms.RoleGuest }) // who cannot own it
	owner, others := false, 0
	for _, m := range list {
		switch {
		case m.Name == in.Actor.Name:
			owner = m.Role == rooms.RoleOwner
		case m.Role == rooms.RoleOwner:
			others++
		}
	}
	switch {
	case len(list) == 1 && list[0].Name == in.Actor.Name && room.Kind == rooms.Private:
		return in.say("leave %s? You are the last one in it: nobody can enter it any more, and its name stays taken. /invite somebody first if they may need it", in.label(room)), nil
	case len(list) == 1 && list[0].Name == in.Actor.Name:
		return in.say("leave %s? You are the last one in it: whoever joins it next owns it", in.label(room)), nil
	case owner && others == 0:
		return in.say("leave %s? You are its last owner: the moderator or member who came first owns it then, unless you choose with /role", in.label(room)), nil
	case room.Kind == rooms.Private:
		return in.say("leave %s? You need a new invitation to come back", in.label(room)), nil
	}
	return text.Line{}, nil
}

func create(ctx context.Context, in *call) (Reply, error) {
	if in.named == "" {
		return Reply{}, in.wrong("name the new room")
	}
	name, err := text.ParseRoomName(in.named)
	if err != nil {
		return Reply{}, in.refuse(ErrUsage, err)
	}
	private, guests := in.flag["-p"] || in.flag["--private"], in.flag["-g"] || in.flag["--guests"]
	if private && guests {
		return Reply{}, in.wrong("a private room cannot take guests, use one of -p and -g")
	}
	room := rooms.Room{Name: name, Kind: rooms.Public, Guests: guests, Topic: text.NewLine(in.words, topicCols)}
	what := in.word("anybody here may join")
	if private {
		room.Kind = rooms.Private
		what = in.word("private: /invite @somebody")
	} else if room.Guests {
		what = in.word("guests may enter")
	}
	room, err = in.chat.Rooms.Create(ctx, in.Actor, room)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Lines: []text.Line{in.say("%s is yours; %s", room.Name, what)}, Do: Switch, Room: room.ID}, nil
}

func list(ctx context.Context, in *call) (Reply, error) {
	all, err := in.roomsToEnter(ctx)
	if err != nil {
		return Reply{}, err
	}
	mine, err := in.memberships(ctx)
	if err != nil {
		return Reply{}, err
	}
	needle := strings.ToLower(strings.TrimPrefix(in.words, "#"))
	r := Reply{Facts: []Facts{}}
	for _, room := range all {
		if room.Archived != in.flag["-a"] {
			continue
		}
		if needle != "" && !strings.Contains(strings.ToLower(room.Name.Slug()+" "+room.Topic.String()), needle) {
			continue
		}
		r.Lines = append(r.Lines, in.roomLine(room, mine[room.ID]))
		r.Facts = append(r.Facts, roomFacts(room, mine[room.ID]))
	}
	switch {
	case len(r.Lines) > 0:
		r.Do = Help
	case needle != "":
		r.Lines = []text.Line{in.say("no room that you can enter has %q in its name or topic", printable(in.words))}
	case in.Actor.Guest:
		r.Lines = []text.Line{in.say("no room lets guests in yet: somebody with a key can make one with /create -g")}
	default:
		r.Lines = []text.Line{in.say("there are no rooms yet: /create #general makes one")}
	}
	return r, nil
}

// memberships maps the rooms of the caller to what they are to them; an invitation has RoleNone.
func (in *call) memberships(ctx context.Context) (map[rooms.ID]*rooms.Membership, error) {
	mine := map[rooms.ID]*rooms.Membership{}
	if in.Actor.Guest {
		return mine, nil
	}
	inbox, err := in.inbox(ctx)
	for i := range inbox {
		mine[inbox[i].Room.ID] = &inbox[i]
	}
	return mine, err
}

// inbox reads the live session's inbox, or the stored one where there is no session.
func (in *call) inbox(ctx context.Context) ([]rooms.Membership, error) {
	if in.Session != nil {
		return in.Session.Inbox(nil), nil
	}
	return in.chat.Rooms.Inbox(ctx, in.Actor)
}

func (in *call) roomLine(room rooms.Room, mine *rooms.Membership) text.Line {
	var notes []string
	if mine != nil && mine.Role > rooms.RoleNone {
		notes = append(notes, in.word("joined"))
	}
	if room.Kind == rooms.Private {
		notes = append(notes, in.word("private"))
	}
	if mine != nil && mine.Role == rooms.RoleNone {
		notes = append(notes, in.word("you are invited"))
	}
	if room.Guests {
		notes = append(notes, in.word("guests"))
	}
	if room.NoBots {
		notes = append(notes, in.word("no bots"))
	}
	line := in.sentence("%s  %s", in.label(room), in.count(room.People, "%d person", "%d people"))
	if len(notes) > 0 {
		line += "  (" + strings.Join(notes, ", ") + ")"
	}
	if !room.Topic.IsZero() {
		line += "  " + room.Topic.String()
	}
	return in.say("%s", line)
}

func topic(ctx context.Context, in *call) (Reply, error) {
	room, err := in.inRoom(ctx)
	if err != nil {
		return Reply{}, err
	}
	if in.words == "" {
		if room.Topic.IsZero() {
			return in.answer("%s has no topic: /topic WORDS gives it one", in.label(room))
		}
		return in.answer("%s: %s", in.label(room), room.Topic)
	}
	if in.Actor.Guest {
		return Reply{}, rooms.ErrForbidden
	}
	words := in.words
	if words == "-" {
		words = ""
	}
	if err := in.chat.Rooms.SetTopic(ctx, in.Actor, room.ID, text.NewLine(words, topicCols)); err != nil {
		return Reply{}, err
	}
	if words == "" {
		return in.logged(room, "%s has no topic now", in.label(room))
	}
	return in.logged(room, "%s is about: %s", in.label(room), text.NewLine(words, topicCols))
}

func invite(ctx context.Context, in *call) (Reply, error) {
	people := fields(strings.ReplaceAll(in.words, ",", " "))
	if n := len(people); n > 0 && in.named == "" && strings.HasPrefix(people[n-1], "#") {
		in.named, people = people[n-1], people[:n-1] // "/invite bo #ops" is how it is said
	}
	room, err := in.inRoom(ctx)
	if err != nil {
		return Reply{}, err
	}
	if len(people) == 0 {
		return Reply{}, in.wrong("name whom to invite")
	}
	if len(people) > 50 {
		return Reply{}, in.wrong("at most 50 people at once")
	}
	r := Reply{Log: room.ID} // which says who is invited, too, unless there is something else to say
	var refused error
	for _, typed := range people {
		whom, err := in.person(typed)
		if err == nil {
			err = in.chat.Rooms.Invite(ctx, in.Actor, room.ID, whom)
		}
		switch {
		case err == nil:
			r.Lines = append(r.Lines, in.say("%s is invited to %s", whom, room.Name))
		case errors.Is(err, rooms.ErrMember):
			r.Log = 0
			r.Lines = append(r.Lines, in.say("%s is in %s already", whom, room.Name))
		case len(people) == 1 && errors.Is(err, rooms.ErrNoPerson) && in.Who.Role.Staff():
			return Reply{}, in.fail(rooms.ErrNoPerson, "%s; somebody new comes in with a code of /invites", Explain(in.Lang, in.zone(), err))
		case len(people) == 1:
			return Reply{}, err
		default:
			refused, r.Log = err, 0
			r.Lines = append(r.Lines, in.say("%s: %s", printable(typed), Explain(in.Lang, in.zone(), err)))
		}
	}
	if refused != nil && len(r.Lines) == 0 {
		return Reply{}, refused
	}
	return r, nil
}

func members(ctx context.Context, in *call) (Reply, error) {
	return in.listPeople(ctx, false)
}

func who(ctx context.Context, in *call) (Reply, error) {
	return in.listPeople(ctx, true)
}

func (in *call) listPeople(ctx context.Context, onlineOnly bool) (Reply, error) {
	room, err := in.inRoom(ctx)
	if err != nil {
		return Reply{}, err
	}
	list, err := in.chat.Rooms.Members(ctx, in.Actor, room.ID)
	if err != nil {
		return Reply{}, err
	}
	online, guests := 0, 0
	var lines []text.Line
	facts := []Facts{}
	for _, p := range list {
		mark, here := "×", "offline"
		switch {
		case p.Away:
			mark, here = "-", "away"
			online++
		case p.Online:
			mark, here = "+", "here"
			online++
		case onlineOnly:
			continue
		}
		facts = append(facts, Facts{{"type", "person"}, {"name", p.Name.String()}, {"room", room.Label(text.Name{})}, {"role", p.Role.String()}, {"presence", here}})
		if !p.Why.IsZero() {
			facts[len(facts)-1] = append(facts[len(facts)-1], Fact{"away", p.Why.String()})
		}
		rank := " "
		if p.Role >= rooms.RoleModerator {
			rank = "@"
		}
		role := ""
		switch p.Role {
		case rooms.RoleOwner:
			role = "  " + in.word("owner")
		case rooms.RoleModerator:
			role = "  " + in.word("moderator")
		case rooms.RoleGuest:
			role = "  " + in.word("guest")
			guests++
		}
		why := ""
		if Said(p.Why) {
			why = ": " + p.Why.String()
		}
		lines = append(lines, in.say("%s %s%s%s%s", mark, rank, p.Name, role, why))
	}
	people := in.count(len(list)-guests, "%d person", "%d people")
	if guests > 0 {
		people += ", " + in.count(guests, "%d guest", "%d guests")
	}
	head := in.say("%s: %s, %d here now", in.label(room), people, online)
	return Reply{Lines: append([]text.Line{head}, lines...), Facts: facts, Do: Help}, nil
}

func switchRoom(ctx context.Context, in *call) (Reply, error) {
	if in.words == "" {
		return Reply{}, in.wrong("name the room")
	}
	inbox, err := in.inbox(ctx)
	if err != nil {
		return Reply{}, err
	}
	if n, err := strconv.Atoi(in.words); err == nil {
		list := in.roomList(inbox)
		if n < 1 || n > len(list) {
			return Reply{}, in.fail(rooms.ErrNoRoom, "you have no room number %d: they go from 1 to %d", n, len(list))
		}
		return in.show(ctx, list[n-1].Room)
	}
	if strings.HasPrefix(in.words, "@") {
		room, err := in.direct(ctx, strings.Join(strings.Fields(in.words), ""), false)
		if err != nil {
			return Reply{}, err
		}
		return in.show(ctx, room)
	}
	prefix := strings.ToLower(strings.TrimPrefix(in.words, "#"))
	var found []rooms.Room
	for _, m := range inbox {
		if m.Room.Kind == rooms.Direct {
			continue
		}
		if slug := m.Room.Name.Slug(); slug == prefix {
			found = []rooms.Room{m.Room}
			break
		} else if strings.HasPrefix(slug, prefix) {
			found = append(found, m.Room)
		}
	}
	switch len(found) {
	case 1:
		return in.show(ctx, found[0])
	case 0:
		room, err := in.findRoom(ctx, in.words)
		if err != nil {
			return Reply{}, err
		}
		if in.Actor.Guest {
			return Reply{Do: Switch, Room: room.ID}, nil
		}
		return Reply{}, in.fail(rooms.ErrNotMember, "you are not in %s: /join %s", room.Name, room.Name)
	}
	var names []string
	for _, r := range found {
		names = append(names, r.Name.String())
	}
	return Reply{}, in.fail(ErrUsage, "that could be %s: write more of it", strings.Join(names, in.word(" or ")))
}

// show makes a room the one that is shown: at once where there is a session,
// and otherwise when the person's next one begins.
func (in *call) show(ctx context.Context, room rooms.Room) (Reply, error) {
	if in.Session != nil {
		return Reply{Do: Switch, Room: room.ID}, nil
	}
	s, err := in.chat.Rooms.Attach(ctx, in.Actor, rooms.SessionInfo{Face: "exec", Addr: in.Actor.Addr})
	if err != nil {
		return Reply{}, err
	}
	defer s.Close()
	s.SetLastRoom(room.ID)
	return in.answer("your next terminal opens in %s", in.label(room))
}
