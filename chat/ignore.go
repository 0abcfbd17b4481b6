package chat

import (
	"context"
	"slices"
	"strings"

	"parley/rooms"
	"parley/text"
)

// ignoreSetting keeps whom somebody does not want to read, as names with commas between.
const ignoreSetting = "ignore"

// maxIgnored bounds whom one person ignores: what a setting holds.
const maxIgnored = 30

// Ignored lists whom the person does not want to read.
func (s Settings) Ignored() (names []text.Name) {
	for _, w := range listed(s[ignoreSetting]) {
		if n, err := text.ReadName(w); err == nil {
			names = append(names, n)
		}
	}
	return names
}

// Ignores reports whether an event is talk of somebody whom a reader does not want to read.
func Ignores(ignored []text.Name, e *rooms.Event) bool {
	return len(ignored) > 0 && e.Type.Talk() && slices.Contains(ignored, e.Author)
}

func ignore(ctx context.Context, in *call) (Reply, error) {
	return in.changeIgnored(ctx, func(names []text.Name, who text.Name) ([]text.Name, error) {
		switch {
		case who == in.Actor.Name:
			return nil, in.wrong("you cannot ignore yourself")
		case slices.Contains(names, who):
			return names, nil
		case len(names) == maxIgnored:
			return nil, in.wrong("at most %d people can be ignored", maxIgnored)
		}
		return append(names, who), nil
	}, func(who text.Name) text.Line {
		return in.say("what %s says is not shown to you any more: /unignore @%s ends that", who, who)
	})
}

func unignore(ctx context.Context, in *call) (Reply, error) {
	return in.changeIgnored(ctx, func(names []text.Name, who text.Name) ([]text.Name, error) {
		return slices.DeleteFunc(names, func(n text.Name) bool { return n == who }), nil
	}, func(who text.Name) text.Line { return in.say("what %s says is shown to you again", who) })
}

// changeIgnored lists whom the caller ignores, or changes that for one person and says so.
func (in *call) changeIgnored(ctx context.Context, change func([]text.Name, text.Name) ([]text.Name, error), done func(text.Name) text.Line) (Reply, error) {
	person, err := in.chat.Rooms.Person(ctx, in.Actor)
	if err != nil {
		return Reply{}, err
	}
	names := Settings(person.Settings).Ignored()
	if in.words == "" {
		if len(names) == 0 {
			return in.answer("you ignore nobody")
		}
		return in.answer("you ignore %s", joinNames(names, ", "))
	}
	who, err := in.person(in.words)
	if err != nil {
		return Reply{}, err
	}
	if names, err = change(names, who); err != nil {
		return Reply{}, err
	}
	if err := in.chat.Rooms.Set(ctx, in.Actor, ignoreSetting, joinNames(names, ",")); err != nil {
		return Reply{}, err
	}
	return Reply{Lines: []text.Line{done(who)}}, nil
}

func joinNames(names []text.Name, sep string) string {
	var list []string
	for _, n := range names {
		list = append(list, n.String())
	}
	return strings.Join(list, sep)
}
