package chat

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// Connected is a connection over ssh as /sessions lists it. All that runs over it ends with it.
type Connected struct {
	ID     string   // as in the log
	Faces  []string // of what runs over it, as rooms.SessionInfo has them; none while nothing does
	Addr   netip.Addr
	Client text.Line // as it says
	Since  time.Time
	Seen   time.Time // when something was typed or sent last
}

// entry is one line of /sessions.
type entry struct {
	id, face   string
	addr       netip.Addr
	client     text.Line
	since      time.Time
	seen       time.Time
	expires    time.Time // of a browser session; zero for a connection
	web        uint64    // its number; 0 for a connection
	open, mine bool      // a browser has the page open; it is where the command comes from
}

// sessions lists where somebody is connected and which browsers they have let in, or ends some of it.
func sessions(ctx context.Context, in *call) (Reply, error) {
	who, rest := in.Who.Name, in.words
	if typed, after := cutWord(rest); strings.HasPrefix(typed, "@") {
		name, err := in.person(typed)
		if err != nil {
			return Reply{}, err
		}
		if name != in.Who.Name && !in.Who.Role.Staff() {
			return Reply{}, in.fail(rooms.ErrForbidden, "other people's sessions are for the staff of this server")
		}
		who, rest = name, after
	} else if in.Who.Role == keys.Operator {
		return Reply{}, in.wrong("say whose sessions: @name")
	}
	list, err := in.sessionsOf(ctx, who)
	if err != nil {
		return Reply{}, err
	}
	switch sub, rest := cutWord(rest); sub {
	case "", "list":
		if rest != "" {
			return Reply{}, in.wrong("there is no /sessions %s", printable(sub+" "+rest))
		}
		return in.listSessions(who, list)
	case "end", "revoke":
		if which, why := cutWord(rest); which != "" {
			return in.endSessions(ctx, who, list, which, why)
		}
		return Reply{}, in.wrong("say which session: its name in the list, or all")
	default:
		return Reply{}, in.wrong("there is no /sessions %s", printable(sub))
	}
}

// sessionsOf gathers somebody's sessions, the oldest first.
func (in *call) sessionsOf(ctx context.Context, who text.Name) (list []entry, err error) {
	here := in.Info.ID
	if in.Session != nil {
		here = in.Session.Info().ID
	}
	if in.chat.Host != nil {
		for _, c := range in.chat.Host.Sessions(who) {
			face := cmp.Or(strings.Join(c.Faces, ", "), "ssh") // a connection over which nothing runs just now
			list = append(list, entry{id: c.ID, face: face, addr: c.Addr, client: c.Client, since: c.Since, seen: c.Seen})
		}
	}
	if in.chat.Door != nil {
		browsers, err := in.chat.Door.Sessions(ctx, who)
		if err != nil {
			return nil, err
		}
		open := map[string]bool{}
		for _, s := range in.chat.Rooms.Online(who) {
			open[s.ID] = true
		}
		for _, s := range browsers {
			id := BrowserID(s.ID)
			list = append(list, entry{id: id, face: "browser", addr: s.Addr, client: s.Client, since: s.Made, seen: s.Seen, expires: s.Expires, web: s.ID, open: open[id]})
		}
	}
	for i := range list {
		list[i].mine = list[i].id == here && who == in.Who.Name
	}
	slices.SortStableFunc(list, func(a, b entry) int { return a.since.Compare(b.since) })
	return list, nil
}

// program is what a session comes from, in short.
func (s *entry) program() string { return strings.TrimPrefix(s.client.String(), "SSH-2.0-") }

// facts are a line of /sessions for programs.
func (s *entry) facts() Facts {
	f := Facts{{"type", "session"}, {"session", s.id}, {"face", s.face}}
	if s.addr.IsValid() {
		f = append(f, Fact{"address", s.addr.String()})
	}
	f = append(f, Fact{"client", s.program()}, Fact{"since", s.since}, Fact{"seen", s.seen})
	if s.web != 0 {
		f = append(f, Fact{"expires", s.expires}, Fact{"open", s.open})
	}
	return append(f, Fact{"current", s.mine})
}

func (in *call) listSessions(who text.Name, list []entry) (Reply, error) {
	if len(list) == 0 {
		return in.noneOf("there are no sessions")
	}
	var r Reply
	for _, s := range list {
		line := in.sentence("%s  %s  %s  %s  since %s, last used %s", s.id, s.face, in.whence(s.addr), s.program(), in.minute(s.since), in.minute(s.seen))
		if s.open {
			line += in.word("  (open)")
		}
		if s.mine {
			line += in.word("  (this one)")
		}
		r.Lines = append(r.Lines, in.say("%s", line))
		r.Facts = append(r.Facts, s.facts())
	}
	if who == in.Who.Name {
		r.Lines = append(r.Lines, in.say("/sessions end NAME ends one, /sessions end all every other one"))
	}
	return r, nil
}

// endSessions ends one session, or all but the one that the command comes from.
func (in *call) endSessions(ctx context.Context, who text.Name, list []entry, which, why string) (Reply, error) {
	others := who != in.Who.Name
	if id, known := in.chat.Keys.Lookup(who); others && known && !in.Who.Role.Governs(id.Role) {
		return Reply{}, in.ruled(keys.ErrOutranked)
	}
	var ending []entry
	for _, s := range list {
		if s.id == which || which == "all" && !s.mine {
			ending = append(ending, s)
		}
	}
	if len(ending) == 0 && which != "all" {
		return Reply{}, in.fail(rooms.ErrNoPerson, "there is no session %s: /sessions lists them", printable(which))
	}
	ended, err := in.end(ctx, who, ending)
	if len(ended) == 0 && err != nil {
		return Reply{}, err
	}
	r := Reply{Lines: []text.Line{in.say("%s", in.count(len(ended), "%d session is ended", "%d sessions are ended"))}}
	if err != nil {
		r.Lines = append(r.Lines, in.say("not all of that could be stored, so a browser would be back after a restart: %s", Explain(in.Lang, in.zone(), err)))
	}
	if others {
		return in.recorded(ctx, r, nil, "sessions ended", who.String(), strings.TrimSpace(strings.Join(ended, " ")+" "+why))
	}
	return r, nil
}

// end ends sessions; what is gone already counts. An error of the store does not keep one open.
func (in *call) end(ctx context.Context, who text.Name, list []entry) (ended []string, err error) {
	for _, s := range list {
		var failed error
		if s.web == 0 {
			in.chat.Host.EndSession(who, s.id)
		} else if failed = in.chat.Door.End(ctx, s.web); errors.Is(failed, rooms.ErrNoWebSession) {
			failed = nil
		}
		err = errors.Join(err, failed)
		ended = append(ended, s.id)
	}
	return ended, err
}

// completeSessions completes the arguments of /sessions.
func (in *call) completeSessions(ctx context.Context, before, word string) (out []Completion) {
	who := in.Who.Name
	if typed, after := cutWord(before); strings.HasPrefix(typed, "@") {
		name, err := in.person(typed)
		if err != nil || !in.Who.Role.Staff() && name != who {
			return nil
		}
		who, before = name, after
	}
	switch sub, rest := cutWord(before); {
	case sub == "":
		out = completeWords(word, []string{"list", "end"})
		if in.Who.Role.Staff() {
			out = append(out, in.completePerson(ctx, word, "@", " ")...)
		}
		return out
	case sub != "end" || rest != "":
		return nil
	}
	list, err := in.sessionsOf(ctx, who)
	if err != nil {
		return nil
	}
	for _, s := range list {
		if strings.HasPrefix(s.id, word) {
			out = append(out, Completion{Insert: s.id + " ", Label: s.id, Hint: s.face + " " + s.client.String()})
		}
	}
	return append(out, completeWords(word, []string{"all"})...)
}
