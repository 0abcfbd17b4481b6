package chat

import (
	"context"
	"errors"
	"net/netip"
	"strings"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// user lists people, shows one of them, or gives somebody a role.
func user(ctx context.Context, in *call) (Reply, error) {
	sub, rest := cutWord(in.words)
	switch sub {
	case "", "list":
		return in.listUsers(rest)
	case "role":
		return in.giveRole(ctx, rest)
	}
	if rest != "" {
		return Reply{}, in.wrong("name one person")
	}
	return in.showUser(ctx, sub)
}

// maxUsers is how many people one /user lists.
const maxUsers = 500

func (in *call) listUsers(words string) (Reply, error) {
	words = strings.ToLower(words)
	r := Reply{Facts: []Facts{}}
	more := 0
	for _, name := range in.chat.Keys.Names() {
		id, ok := in.chat.Keys.Lookup(name)
		if !ok || !strings.Contains(name.String()+" "+string(id.Role), words) {
			continue
		}
		if len(r.Lines) == maxUsers {
			more++
			continue
		}
		r.Facts = append(r.Facts, in.userFacts(name, string(id.Role)))
		line := in.sentence("%s  %s  %s", name, in.roleName(id.Role), in.count(len(in.chat.Keys.Keys(name)), "%d key", "%d keys"))
		if n := len(in.chat.Rooms.Online(name)); n > 0 {
			line += "  " + in.count(n, "here by %d session", "here by %d sessions")
		}
		if ban := in.chat.Rooms.Banned(name, "", netip.Addr{}); ban != nil {
			line += in.word("  banned")
		}
		r.Lines = append(r.Lines, in.say("%s", line))
	}
	if len(r.Lines) == 0 {
		r.Lines = append(r.Lines, in.say("nobody who is known here is like that"))
	}
	if more > 0 {
		r.Lines = append(r.Lines, in.say("and %d more: /user list WORDS lists those who have the words in their name or role", more))
	}
	return r, nil
}

// showUser tells all that staff needs to know of somebody.
func (in *call) showUser(ctx context.Context, typed string) (Reply, error) {
	name, err := in.person(typed)
	if err != nil {
		return Reply{}, err
	}
	r := Reply{Facts: []Facts{in.personFacts(name, true)}}
	id, ok := in.chat.Keys.Lookup(name)
	if !ok {
		return Reply{Lines: []text.Line{in.say("%s has no key in this server's folder", name)}}, nil
	}
	r.Lines = append(r.Lines, in.say("%s is %s of this server", name, in.roleName(id.Role)))
	for _, k := range in.chat.Keys.Keys(name) {
		r.Lines = append(r.Lines, in.say("key %s %s in %s", k.Type, k.Fingerprint, k.File))
	}
	inbox, err := in.chat.Rooms.Inbox(ctx, rooms.Actor{Name: name})
	if err != nil {
		return Reply{}, err
	}
	member := 0
	for _, m := range inbox {
		if m.Role > rooms.RoleNone {
			member++
		}
	}
	r.Lines = append(r.Lines, in.say("member of %s", in.count(member, "%d room", "%d rooms")))
	if ban := in.chat.Rooms.Banned(name, "", netip.Addr{}); ban != nil {
		r.Lines = append(r.Lines, in.say("banned by %s: %s", ban.By, ban.Reason))
	}
	if r = in.withSessions(r, name, true); len(in.chat.Rooms.Online(name)) > 0 {
		return r, nil
	}
	person, err := in.chat.Rooms.Person(ctx, rooms.Actor{Name: name})
	switch {
	case err != nil:
		return Reply{}, err
	case person.Seen.IsZero():
		r.Lines = append(r.Lines, in.say("never seen here"))
	default:
		r.Lines = append(r.Lines, in.say("last seen %s", in.minute(person.Seen)))
	}
	return r, nil
}

func (in *call) giveRole(ctx context.Context, rest string) (Reply, error) {
	typed, word := cutWord(rest)
	if typed == "" || word == "" {
		return Reply{}, in.wrong("name somebody and a role")
	}
	name, err := in.person(typed)
	if err != nil {
		return Reply{}, err
	}
	role, err := keys.ParseRole(word)
	if err != nil {
		return Reply{}, in.refuse(ErrUsage, err)
	}
	before, err := in.chat.Keys.SetRole(ctx, in.Who.Role, name, role)
	if err != nil {
		return Reply{}, in.ruled(err)
	}
	if before == role {
		return in.answer("%s is %s of this server already", name, in.roleName(role))
	}
	in.chat.Rooms.SetStaff(name, role.Staff())
	in.chat.Rooms.Notify(name, newRole(in.Who.Name, role), in.Session)
	r, err := in.answer("%s is %s of this server from now on", name, in.roleName(role))
	return in.recorded(ctx, r, err, "role", name.String(), string(role))
}

// newRole tells somebody what they are from now on: a sentence for each role, because what fills a notice is not translated.
func newRole(by text.Name, role keys.Role) rooms.Notice {
	switch role {
	case keys.Owner:
		return rooms.NewNotice("%s has made you an owner of this server", by)
	case keys.Admin:
		return rooms.NewNotice("%s has made you an admin of this server", by)
	case keys.Bot:
		return rooms.NewNotice("%s has made you a bot on this server", by)
	}
	return rooms.NewNotice("%s has made you a member of this server like others", by)
}

// ruled tells what the rules forbid from what is wrong with the server.
func (in *call) ruled(err error) error {
	switch {
	case errors.Is(err, keys.ErrOutranked), errors.Is(err, keys.ErrLastOwner):
		return in.refuse(rooms.ErrForbidden, err)
	case errors.Is(err, keys.ErrNoPerson):
		return in.refuse(rooms.ErrNoPerson, err)
	}
	return err
}

// recorded puts what was done into the audit log. If that fails, what was done stays done, and the reply says so.
func (in *call) recorded(ctx context.Context, r Reply, err error, action, target, why string) (Reply, error) {
	if err != nil {
		return r, err
	}
	if e := in.record(ctx, action, 0, target, why); e != nil {
		r.Lines = append(r.Lines, in.say("that was done, but the audit log does not say so: %s", Explain(in.Lang, in.zone(), e)))
	}
	return r, nil
}

// TellStaff shows a line to the staff that is here, but for one session.
func (c *Chat) TellStaff(n rooms.Notice, but *rooms.Session) {
	for _, name := range c.Keys.Names() {
		if id, ok := c.Keys.Lookup(name); ok && id.Role.Staff() {
			c.Rooms.Notify(name, n, but)
		}
	}
}
