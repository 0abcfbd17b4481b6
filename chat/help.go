package chat

import (
	"context"
	"strings"

	"parley/text"
)

func help(_ context.Context, in *call) (Reply, error) {
	if in.words != "" {
		return in.chat.helpOn(in, strings.TrimPrefix(in.words, "/"))
	}
	var lines []text.Line
	group := ""
	for _, cmd := range in.chat.table {
		if cmd.allowed(in.Request) != nil {
			continue
		}
		if cmd.Group != group {
			group = cmd.Group
			lines = append(lines, in.say("%s", in.word(group)))
		}
		lines = append(lines, in.say("%s %s", text.Pad(cmd.usage(), 34), in.word(cmd.Short)))
	}
	lines = append(lines,
		in.say("//text sends a line that begins with a slash. /help COMMAND tells more; /shortcuts lists the keys."),
		in.say("Enter and then ~. ends a stuck ssh; ~ after Enter belongs to ssh, so type it twice."))
	return Reply{Lines: lines, Do: Help}, nil
}

func (c *Chat) helpOn(in *call, name string) (Reply, error) {
	cmd, ok := c.byName[name]
	if !ok {
		return Reply{}, c.unknown(&in.Request, name)
	}
	lines := []text.Line{in.say("%s", cmd.usage()), in.say("%s", in.word(cmd.Short))}
	if cmd.Long != "" {
		lines = append(lines, in.say("%s", in.word(cmd.Long)))
	}
	if len(cmd.Aliases) > 0 {
		lines = append(lines, in.say("also: /%s", strings.Join(cmd.Aliases, ", /")))
	}
	lines = append(lines, in.say("over ssh: ssh HOST %s", strings.TrimPrefix(cmd.usage(), "/")))
	return Reply{Lines: lines, Do: Help}, nil
}

func shortcuts(_ context.Context, in *call) (Reply, error) {
	return Reply{Lines: in.chat.Shortcuts(in.Lang), Do: Help}, nil
}
