package chat

import (
	"strings"

	"parley/text"
)

// IsCorrection reports whether a line typed as a message corrects the person's last one instead: s/old/new/.
// A face runs "edit" with it.
func IsCorrection(line string) bool {
	_, ok, _ := text.Substitute(text.Body{}, line)
	return ok
}

// Literal is the message that a line with two slashes before it sends: "//text"
// sends "/text", and "//s/old/new/" what would be a correction by itself.
func Literal(line string) string {
	if rest, ok := strings.CutPrefix(line, "//"); ok && IsCorrection(rest) {
		return rest
	}
	return strings.TrimPrefix(line, "/")
}
