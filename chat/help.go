package chat

import (
	"context"
	"strings"

	"parley/text"
)

func help(_ context.Context, in *call) (Reply, error) {
	manual := in.chat.Manual(in.Request)
	switch strings.ToLower(in.words) {
	case "":
		return Reply{Do: Manual, Lines: append(in.overview(manual),
			in.say("/help COMMAND tells more, /help WORD finds, /help all lists them with what they do; /shortcuts has the keys."),
			in.say("//text sends a line that begins with a slash. A stuck ssh ends by Enter and then ~."))}, nil
	case "all":
		return Reply{Do: Help, Lines: in.listed(manual)}, nil
	}
	return in.helpOn(in.words)
}

// overview is a line for each group with the names of its commands: all of it fits a screen of 80×24.
func (in *call) overview(entries []Entry) []text.Line {
	var lines []text.Line
	for len(entries) > 0 {
		group := entries[0].Group
		var names []string
		for len(entries) > 0 && entries[0].Group == group {
			names, entries = append(names, entries[0].Name), entries[1:]
		}
		lines = append(lines, text.NewLine(group+": "+strings.Join(names, " "), pageCols))
	}
	return lines
}

// listed are entries under the headings of their groups.
func (in *call) listed(entries []Entry) []text.Line {
	var lines []text.Line
	group := ""
	for i := range entries {
		if e := &entries[i]; e.Group != group {
			group = e.Group
			lines = append(lines, in.say("%s", group))
		}
		lines = append(lines, entries[i].Line())
	}
	return lines
}

// helpOn explains a command, or finds those that have something to do with a word.
func (in *call) helpOn(words string) (Reply, error) {
	if words == "signed" {
		return in.helpSigned()
	}
	cmd, ok := in.chat.byName[strings.ToLower(strings.TrimPrefix(words, "/"))]
	if !ok {
		return in.helpFor(words)
	}
	e := cmd.entry(&in.Request)
	if in.Session == nil {
		return Reply{Lines: in.page(cmd, &e), Do: Help, Page: true}, nil
	}
	lines := []text.Line{in.say("%s", e.Usage), in.say("%s", e.Short)}
	if e.Long != "" {
		lines = append(lines, in.say("%s", e.Long))
	}
	if len(e.Aliases) > 0 {
		lines = append(lines, in.say("also: /%s", strings.Join(e.Aliases, ", /")))
	}
	lines = append(lines, in.say("over ssh: ssh HOST %s", strings.TrimPrefix(e.Usage, "/")))
	return Reply{Lines: lines, Do: Help}, nil
}

func (in *call) helpFor(words string) (Reply, error) {
	found := Search(in.chat.Manual(in.Request), words)
	if len(found) == 0 {
		return Reply{}, in.chat.unknown(&in.Request, strings.TrimPrefix(words, "/"))
	}
	return Reply{Lines: in.listed(found), Do: Help}, nil
}

func shortcuts(_ context.Context, in *call) (Reply, error) {
	return Reply{Lines: in.chat.Shortcuts(in.Lang), Do: Help}, nil
}
