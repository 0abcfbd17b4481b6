package chat

import (
	"context"
	"net/url"
	"strings"

	"parley/rooms"
	"parley/text"
)

// addHookOut makes a hook out and shows the secret of its signatures, this once.
func (in *call) addHookOut(ctx context.Context, words string) (Reply, error) {
	room, err := in.hookRoom(ctx, true)
	if err != nil {
		return Reply{}, err
	}
	out, name, err := in.hookTarget(words)
	if err != nil {
		return Reply{}, err
	}
	out.Secret = rooms.NewSecret()
	h, err := in.makeHook(ctx, room, name, rooms.Hook{Out: &out})
	if err != nil {
		return Reply{}, err
	}
	r := Reply{Lines: []text.Line{
		in.say("%s posts what happens in %s to %s, %s. The secret of its signatures, which is shown only now:", h.Name, room.Name, shownURL(out.URL), in.hookFor(h)),
		in.say("%s", out.Secret),
	}}
	return in.hookRecorded(ctx, r, "out", h)
}

// hookTarget reads an address and what it is for, and perhaps a name.
func (in *call) hookTarget(words string) (out rooms.Outgoing, name string, err error) {
	for words != "" {
		var word string
		word, words = cutWord(words)
		switch {
		case word == "--mentions" || word == "--all":
			if out.For != "" {
				return out, "", in.wrong("one of --mentions, --word and --all will do")
			}
			out.For = rooms.For(word[2:])
		case word == "--word":
			if out.For != "" {
				return out, "", in.wrong("one of --mentions, --word and --all will do")
			}
			out.For = rooms.ForWord
			if word, words = cutWord(words); word == "" || strings.HasPrefix(word, "--") {
				return out, "", in.wrong("something is missing behind %s", "--word")
			}
			out.Word = text.NewLine(word, rooms.MaxDetail).String()
		case out.URL == "":
			out.URL = word
		case name == "":
			name = word
		default:
			return out, "", in.wrong("name one address")
		}
	}
	if out.URL == "" {
		return out, "", in.wrong("give the address that it posts to")
	}
	if in.chat.Courier != nil {
		if err := in.chat.Courier.Check(out.URL); err != nil {
			return out, "", in.refuse(ErrUsage, err)
		}
	}
	return out, name, nil
}

// hookFor says which events a hook out is for.
func (in *call) hookFor(h rooms.Hook) string {
	switch h.Out.For {
	case rooms.ForMentions:
		return in.sentence("only what mentions @%s", h.Name)
	case rooms.ForWord:
		return in.sentence("only what holds the word %s", h.Out.Word)
	case rooms.ForAll:
		return in.word("what programs do as well")
	}
	return in.word("all that people do")
}

// hookState says where a hook out leads, and whether it is well.
func (in *call) hookState(ctx context.Context, h rooms.Hook) string {
	s := in.sentence(", to %s: %s", shownURL(h.Out.URL), in.hookFor(h))
	if room, err := in.chat.Rooms.Room(ctx, in.Actor, h.Room); err == nil && room.Seq > h.Out.Cursor && h.Out.Failures > 0 {
		s += in.sentence("; %s since %s, next try %s", in.Lang.Sentence(h.Out.Trouble), in.moment(h.Out.Since), in.moment(h.Out.Next))
	}
	if h.Out.Skipped > 0 {
		s += in.sentence("; %d given up", h.Out.Skipped)
	}
	if h.Out.Off {
		s += in.word("; OFF, the target said that it is gone: /webhook test switches it on again")
	}
	return s
}

// pingHook posts an event that only says so to the target of a hook out.
func (in *call) pingHook(ctx context.Context, h rooms.Hook) (Reply, error) {
	if in.chat.Courier == nil {
		return Reply{}, in.fail(rooms.ErrRefused, "no server runs that could post to it")
	}
	if err := in.chat.Courier.Ping(ctx, h, in.Actor.Name); err != nil {
		return Reply{}, in.fail(rooms.ErrRefused, "%s did not take the test: %s", shownURL(h.Out.URL), Explain(in.Lang, in.zone(), err))
	}
	return in.answer("%s has taken the test", shownURL(h.Out.URL))
}

// TellOfHook tells the maker of a hook out that an event was given up, or with seq 0 that the hook was switched off.
func (c *Chat) TellOfHook(h rooms.Hook, seq uint64) {
	if seq == 0 {
		c.Rooms.Notify(h.By, rooms.NewNotice("your hook %s was switched off: %s says that it is gone", h.Name, shownURL(h.Out.URL)), nil)
		return
	}
	c.Rooms.Notify(h.By, rooms.NewNotice("your hook %s gave up event %d, which %s did not take for a day", h.Name, seq, shownURL(h.Out.URL)), nil)
}

// shownURL is the address of a hook out as it is listed and logged: without what may be secret in it.
func shownURL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return "?"
	}
	u.User, u.Fragment = nil, ""
	query := u.RawQuery != ""
	u.RawQuery = ""
	if query {
		return u.String() + "?…"
	}
	return u.String()
}
