package chat

import (
	"context"
	"maps"
	"strings"

	"parley/lang"
	"parley/text"
)

// set shows settings, or changes one.
func set(ctx context.Context, in *call) (Reply, error) {
	name, value := cutWord(in.words)
	person, err := in.chat.Rooms.Person(ctx, in.Actor)
	if err != nil {
		return Reply{}, err
	}
	values := Settings(person.Settings)
	if name == "" {
		return in.listSettings(values), nil
	}
	s, err := in.setting(strings.ToLower(name))
	if err != nil {
		return Reply{}, err
	}
	if value = strings.TrimSpace(value); value == "" {
		return Reply{Lines: []text.Line{
			in.say("%s is %s", s.Name, in.inFull(s, values)),
			in.say("%s", in.word(s.Short)),
			in.say("values: %s", strings.ReplaceAll(s.Values, "|", ", ")),
		}}, nil
	}
	if value == "-" {
		value = ""
	} else if value, err = s.check(&in.Request, value); err != nil {
		return Reply{}, err
	}
	if err := in.chat.Rooms.Set(ctx, in.Actor, s.Name, value); err != nil {
		return Reply{}, err
	}
	now := Settings{}
	maps.Copy(now, values)
	if now[s.Name] = value; value == "" {
		delete(now, s.Name)
	}
	if s.Name == "lang" {
		in.Lang = now.Lang(in.Env) // the answer is the first sentence in it
	}
	was, is := in.inFull(s, values), in.inFull(s, now)
	if was == is {
		return in.answer("%s is %s already", s.Name, is)
	}
	return in.answer("%s is %s now, it was %s", s.Name, is, was)
}

// inFull is a setting's value, and what it comes to where the terminal decides.
func (in *call) inFull(s setting, values Settings) string {
	v := in.shown(s, values)
	if values.of(s.Name) != "" {
		return v
	}
	switch s.Name {
	case "lang":
		return v + " (" + lang.Of(in.Env).String() + ")"
	case "zone":
		if loc, err := LoadZone(in.Env["TZ"]); err == nil {
			return v + " (" + loc.String() + ")"
		}
		return v + " (UTC)"
	}
	return v
}

// setting finds an entry of the table by its name, or names near ones.
func (in *call) setting(name string) (setting, error) {
	var names []string
	for _, s := range settings() {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	if near := nearest(name, names); len(near) > 0 {
		return setting{}, in.fail(ErrUsage, "there is no setting %s%s", printable(name), in.meant("", near))
	}
	return setting{}, in.fail(ErrUsage, "there is no setting %s: /set lists them", printable(name))
}

// shown is a setting's value for reading.
func (in *call) shown(s setting, values Settings) string {
	if v := values.of(s.Name); v != "" {
		return v
	}
	switch s.Name {
	case "lang", "zone":
		return in.word("your terminal's")
	}
	return in.word("none")
}

// maxShown bounds the column of values: a list of words may be long.
const maxShown = 16

// listSettings is a table: name, value, what it does.
func (in *call) listSettings(values Settings) Reply {
	lines := []text.Line{in.say("your settings, the same in every terminal:")}
	wide := 0
	for _, s := range settings() {
		wide = max(wide, text.Width(in.shown(s, values)))
	}
	wide = min(wide, maxShown)
	for _, s := range settings() {
		lines = append(lines, in.say("%s  %s  %s", text.Pad(s.Name, 13), text.Pad(in.shown(s, values), wide), in.word(s.Short)))
	}
	return Reply{Do: Help, Lines: append(lines,
		in.say("/set NAME VALUE changes one, /set NAME - puts it back, /set NAME tells which values it takes"))}
}

// completeSetting offers the names of settings, and values after a name.
func (in *call) completeSetting(before, word string) []Completion {
	fields := strings.Fields(before)
	if len(fields) == 0 {
		var out []Completion
		for _, s := range settings() {
			if strings.HasPrefix(s.Name, word) {
				out = append(out, Completion{Insert: s.Name + " ", Label: s.Name, Hint: in.word(s.Short)})
			}
		}
		return out
	}
	s, err := in.setting(fields[0])
	if err != nil || s.offer == nil || len(fields) > 1 {
		return nil
	}
	var out []Completion
	for _, v := range s.offer(word) {
		out = append(out, Completion{Insert: v + " ", Label: v})
	}
	return out
}
