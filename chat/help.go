package chat

import (
	"context"
	"strings"

	"parley/text"
)

func help(_ context.Context, in *call) (Reply, error) {
	if in.words != "" {
		return in.helpOn(in.words)
	}
	return Reply{Do: Manual, Lines: append(in.listed(in.chat.Manual(in.Request)),
		in.say("//text sends a line that begins with a slash. /help COMMAND tells more, /help WORD finds; /shortcuts lists the keys."),
		in.say("Enter and then ~. ends a stuck ssh; ~ after Enter belongs to ssh, so type it twice."))}, nil
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
		return Reply{Lines: in.page(cmd, &e), Do: Help}, nil
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
