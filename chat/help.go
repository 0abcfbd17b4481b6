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
			lines = append(lines, say("%s", group))
		}
		lines = append(lines, say("%-34s %s", cmd.usage(), cmd.Short))
	}
	lines = append(lines,
		say("//text sends a line that begins with a slash. /help COMMAND tells more; /shortcuts lists the keys."),
		say("Enter and then ~. ends a stuck ssh; ~ after Enter belongs to ssh, so type it twice."))
	return Reply{Lines: lines, Do: Help}, nil
}

func (c *Chat) helpOn(in *call, name string) (Reply, error) {
	cmd, ok := c.byName[name]
	if !ok {
		return Reply{}, c.unknown(name)
	}
	lines := []text.Line{say("%s", cmd.usage()), say("%s", cmd.Short)}
	if cmd.Long != "" {
		lines = append(lines, say("%s", cmd.Long))
	}
	if len(cmd.Aliases) > 0 {
		lines = append(lines, say("also: /%s", strings.Join(cmd.Aliases, ", /")))
	}
	lines = append(lines, say("over ssh: ssh HOST %s", strings.TrimSpace(cmd.Name+" "+cmd.Args)))
	return Reply{Lines: lines, Do: Help}, nil
}

func shortcuts(_ context.Context, in *call) (Reply, error) {
	return Reply{Lines: in.chat.Shortcuts, Do: Help}, nil
}
