package chat

import (
	"strings"

	"parley/keys"
	"parley/lang"
	"parley/text"
)

// Welcome is what somebody reads at the start of a session: one line for who
// knows the place, more for a newcomer, and the message of the day.
func (c *Chat) Welcome(t lang.Tag, id keys.Identity, first bool, motd string) []text.Line {
	var lines []text.Line
	for _, l := range strings.Split(motd, "\n") {
		if strings.TrimSpace(l) != "" {
			lines = append(lines, line(t, "%s", l))
		}
	}
	switch {
	case first && id.Role == keys.Owner:
		return append(lines,
			line(t, "welcome to %s, %s: you are its owner. Three commands to try:", c.Server, id.Name),
			line(t, "/create #ops  makes a room, -p a private one"),
			line(t, "/invites  makes a code for somebody new"),
			line(t, "/approve  lets in who has knocked"))
	case first:
		return append(lines,
			line(t, "welcome to %s, %s. Type and press Enter to talk; /list shows the rooms, /help the commands", c.Server, id.Name))
	}
	return append(lines, line(t, "welcome back, %s. /help tells what you can do", id.Name))
}
