package wire

import (
	"context"
	"unicode/utf16"

	"parley/chat"
)

// complete offers what the word before the cursor may become.
func (t *talk) complete(ctx context.Context, cmd *Command, r chat.Request) Answer {
	line := *cmd.Complete
	at := len(line)
	if cmd.At != nil {
		at = offset(line, *cmd.At)
	}
	from, list := t.chat.Complete(ctx, r, line, at)
	units := unitsOf(line[:from])
	choices := make([]Choice, len(list))
	for i, one := range list {
		choices[i] = Choice{one.Insert, one.Label, one.Hint}
	}
	return Answer{Type: "answer", ID: cmd.ID, OK: true, From: &units, Choices: &choices}
}

// offset is how many bytes of s are in its first UTF-16 code units.
func offset(s string, units int) int {
	for i, r := range s {
		if units <= 0 {
			return i
		}
		units -= utf16.RuneLen(r)
	}
	return len(s)
}

// unitsOf is how many UTF-16 code units a text has.
func unitsOf(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
