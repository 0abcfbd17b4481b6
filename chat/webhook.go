package chat

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// Courier delivers to hooks out.
type Courier interface {
	// Check refuses a URL that cannot be the target of a hook, with a sentence.
	Check(url string) error
	// Ping posts one event that says so to a hook out, now, and says why its target did not take it.
	Ping(ctx context.Context, h rooms.Hook, by text.Name) error
}

// hookCommands are the subcommands of /webhook.
var hookCommands = []string{"add", "out", "list", "remove", "rotate", "test"}

// webhook ties a room to programs elsewhere.
func webhook(ctx context.Context, in *call) (Reply, error) {
	sub, rest := cutWord(in.words)
	if word, after := cutWord(rest); strings.HasPrefix(word, "#") {
		in.named, rest = word, after
	}
	switch sub {
	case "add":
		return in.addHook(ctx, rest)
	case "out":
		return in.addHookOut(ctx, rest)
	case "", "list":
		return in.listHooks(ctx)
	case "remove":
		return in.removeHook(ctx, rest)
	case "rotate":
		return in.rotateHook(ctx, rest)
	case "test":
		return in.testHook(ctx, rest)
	}
	return Reply{}, in.wrong("there is no /webhook %s", printable(sub))
}

// hookRoom is the room that hooks are asked for.
func (in *call) hookRoom(ctx context.Context, out bool) (rooms.Room, error) {
	room, err := in.inRoom(ctx)
	if err != nil {
		return room, err
	}
	switch err := in.chat.Rooms.MayHook(ctx, in.Actor, room.ID, out); {
	case errors.Is(err, rooms.ErrForbidden) && out:
		return room, in.fail(rooms.ErrForbidden, "who makes %s post elsewhere is its owner, or the staff of this server", room.Name)
	case errors.Is(err, rooms.ErrForbidden):
		return room, in.fail(rooms.ErrForbidden, "hooks of %s are for its moderators and for the staff of this server", room.Name)
	case err != nil:
		return room, err
	}
	return room, nil
}

// addHook makes a hook in and shows its address, this once.
func (in *call) addHook(ctx context.Context, name string) (Reply, error) {
	room, err := in.hookRoom(ctx, false)
	if err != nil {
		return Reply{}, err
	}
	if in.chat.URL == "" {
		return Reply{}, in.fail(rooms.ErrRefused, "this server does not listen for hooks: web.listen is off in its config")
	}
	secret := rooms.NewSecret()
	h, err := in.makeHook(ctx, room, name, rooms.Hook{Hash: rooms.HashSecret(secret)})
	if err != nil {
		return Reply{}, err
	}
	r := Reply{Lines: []text.Line{
		in.say("%s posts to %s what is sent to this address. It is shown only now, and who has it can post:", h.Name, room.Name),
		in.say("%s", in.chat.hookURL(h, secret)),
	}}
	return in.hookRecorded(ctx, r, "add", h)
}

// hookURL is the address of a hook in.
func (c *Chat) hookURL(h rooms.Hook, secret string) string {
	return fmt.Sprintf("%s/hook/%d/%s", c.URL, h.ID, secret)
}

// makeHook claims a name for a hook and keeps it. Without a name one is made of the room's.
func (in *call) makeHook(ctx context.Context, room rooms.Room, name string, h rooms.Hook) (rooms.Hook, error) {
	h.Room = room.ID
	given := name != ""
	for i := range 2*rooms.MaxHooks + 1 {
		if !given {
			name = hookName(room, i)
		}
		claimed, err := in.chat.Keys.ClaimHook(ctx, strings.TrimPrefix(name, "@"), strconv.FormatInt(int64(room.ID), 10))
		if taken := (*keys.NameError)(nil); errors.As(err, &taken) {
			if given {
				return h, in.refuse(ErrUsage, err)
			}
			continue
		}
		if err != nil {
			return h, err
		}
		h.Name = claimed
		made, err := in.chat.Rooms.AddHook(ctx, in.Actor, h)
		switch {
		case errors.Is(err, rooms.ErrHookName) && !given:
			continue
		case errors.Is(err, rooms.ErrHookName), errors.Is(err, rooms.ErrHooks):
			return h, in.refuse(rooms.ErrForbidden, err)
		}
		return made, err
	}
	return h, in.wrong("give the hook a name")
}

// hookName is the ith name that is tried for a hook of a room: ops-hook, ops-hook-2, and, for a room whose name makes none, hook-7, hook-7-2.
func hookName(room rooms.Room, i int) string {
	base := room.Name.Slug() + "-hook"
	if _, err := text.ParseName(base); err != nil {
		base = "hook-" + strconv.FormatInt(int64(room.ID), 10)
	}
	if i == 0 {
		return base
	}
	return base + "-" + strconv.Itoa(i+1)
}

// hookRecorded puts what was done to a hook into the audit log.
func (in *call) hookRecorded(ctx context.Context, r Reply, what string, h rooms.Hook) (Reply, error) {
	if err := in.record(ctx, "webhook", h.Room, h.Name.String(), what); err != nil {
		r.Lines = append(r.Lines, in.say("that was done, but the audit log does not say so: %s", Explain(in.Lang, in.zone(), err)))
	}
	return r, nil
}

// hooksHere lists the hooks of the room that was named or is shown; without one, of every room where the caller may have some.
func (in *call) hooksHere(ctx context.Context) ([]rooms.Hook, error) {
	if in.named != "" || in.Room != 0 {
		room, err := in.hookRoom(ctx, false)
		if err != nil {
			return nil, err
		}
		return in.chat.Rooms.Hooks(ctx, in.Actor, room.ID)
	}
	return in.chat.Rooms.HooksOf(ctx, in.Actor)
}

func (in *call) listHooks(ctx context.Context) (Reply, error) {
	list, err := in.hooksHere(ctx)
	if err != nil {
		return Reply{}, err
	}
	r := Reply{Facts: []Facts{}}
	if len(list) == 0 {
		r.Lines = append(r.Lines, in.say("there are no hooks: /webhook add makes one"))
	}
	for _, h := range list {
		r.Facts = append(r.Facts, in.hookFacts(ctx, h))
		line := in.sentence("%s  %s  by %s, %s, %s", h.Name, in.whereIs(ctx, h.Room), h.By, in.moment(h.Made), in.hookUse(h))
		if h.Out != nil {
			line += in.hookState(ctx, h)
		}
		r.Lines = append(r.Lines, in.say("%s", line))
	}
	return r, nil
}

// hookUse says when a hook was used last.
func (in *call) hookUse(h rooms.Hook) string {
	if h.Used.IsZero() {
		return in.word("never used")
	}
	return in.sentence("used %s", in.moment(h.Used))
}

// hook finds a hook by its name among those that the caller may have, wherever the caller is.
func (in *call) hook(ctx context.Context, words string) (rooms.Hook, error) {
	typed, rest := cutWord(words)
	if typed == "" || rest != "" {
		return rooms.Hook{}, in.wrong("name one hook")
	}
	list, err := in.chat.Rooms.HooksOf(ctx, in.Actor)
	if err != nil {
		return rooms.Hook{}, err
	}
	name, err := text.ReadName(strings.TrimPrefix(typed, "@"))
	for _, h := range list {
		if err == nil && h.Name == name {
			return h, nil
		}
	}
	return rooms.Hook{}, in.refuse(rooms.ErrNoPerson, rooms.ErrNoHook)
}

func (in *call) removeHook(ctx context.Context, words string) (Reply, error) {
	h, err := in.hook(ctx, words)
	if err != nil {
		return Reply{}, err
	}
	if err := in.chat.Rooms.RemoveHook(ctx, in.Actor, h); err != nil {
		return Reply{}, err
	}
	r := Reply{Lines: []text.Line{in.say("%s is removed: its address is good for nothing any more", h.Name)}}
	if h.Out != nil {
		r.Lines = []text.Line{in.say("%s is removed: nothing more is posted to its address", h.Name)}
	}
	return in.hookRecorded(ctx, r, "remove", h)
}

func (in *call) rotateHook(ctx context.Context, words string) (Reply, error) {
	h, err := in.hook(ctx, words)
	if err != nil {
		return Reply{}, err
	}
	secret, err := in.chat.Rooms.RotateHook(ctx, in.Actor, h)
	if err != nil {
		return Reply{}, err
	}
	if h.Out != nil {
		r := Reply{Lines: []text.Line{in.say("%s signs with another secret, which is shown only now:", h.Name), in.say("%s", secret)}}
		return in.hookRecorded(ctx, r, "rotate", h)
	}
	r := Reply{Lines: []text.Line{
		in.say("%s has another address, which is shown only now. The one before is good for nothing any more:", h.Name),
		in.say("%s", in.chat.hookURL(h, secret)),
	}}
	return in.hookRecorded(ctx, r, "rotate", h)
}

// testHook has a hook say something in its room.
func (in *call) testHook(ctx context.Context, words string) (Reply, error) {
	h, err := in.hook(ctx, words)
	if err != nil {
		return Reply{}, err
	}
	if h.Out != nil {
		return in.pingHook(ctx, h)
	}
	who := h.Actor()
	who.Addr = in.Actor.Addr
	_, err = in.chat.Rooms.Post(ctx, who, rooms.Post{Room: h.Room, Type: rooms.Message, Text: text.NewBody(in.sentence("%s asked this hook for a test: it works", in.Actor.Name))})
	if err != nil {
		return Reply{}, err
	}
	return in.answer("%s has posted to %s", h.Name, in.whereIs(ctx, h.Room))
}

// completeHook completes the arguments of /webhook: a subcommand, then a room or a hook.
func (in *call) completeHook(ctx context.Context, before, word string) (out []Completion) {
	sub, rest := cutWord(before)
	switch {
	case sub == "":
		return completeWords(word, hookCommands)
	case sub == "out" && strings.HasPrefix(word, "-"):
		return completeWords(word, []string{"--mentions", "--word", "--all"})
	case rest != "" || sub == "add" || sub == "out" || sub == "list" || strings.HasPrefix(word, "#"):
		return in.completeRoom(ctx, word)
	}
	list, err := in.chat.Rooms.HooksOf(ctx, in.Actor)
	if err != nil {
		return nil
	}
	for _, h := range list {
		if strings.HasPrefix(h.Name.String(), strings.TrimPrefix(word, "@")) {
			out = append(out, Completion{Insert: h.Name.String() + " ", Label: h.Name.String(), Hint: in.whereIs(ctx, h.Room)})
		}
	}
	return out
}
