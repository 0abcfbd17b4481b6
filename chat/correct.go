package chat

import (
	"context"
	"strings"

	"parley/text"
)

// IsCorrection reports whether a line typed as a message corrects the person's last one instead: s/old/new/.
// A face runs "correct" with it.
func IsCorrection(line string) bool {
	_, ok, _ := text.Substitute(text.Body{}, line)
	return ok
}

// correct mends the caller's last message of a room.
func correct(ctx context.Context, in *call) (Reply, error) {
	if !IsCorrection(in.words) {
		return Reply{}, in.wrong("write s/old/new/, with the third slash")
	}
	room, err := in.inRoom(ctx)
	if err != nil {
		return Reply{}, err
	}
	m, err := in.newest(ctx, room, 1, in.mine)
	if err != nil {
		return Reply{}, err
	}
	return in.rewrite(ctx, m, in.words)
}

// Literal is the message that a line with two slashes before it sends: "//text"
// sends "/text", and "//s/old/new/" what would be a correction by itself.
func Literal(line string) string {
	if rest, ok := strings.CutPrefix(line, "//"); ok && IsCorrection(rest) {
		return rest
	}
	return strings.TrimPrefix(line, "/")
}
