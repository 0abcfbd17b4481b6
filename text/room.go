package text

import (
	"errors"
	"strings"
	"unicode"
)

// RoomName is the name of a room. The zero value is no name.
type RoomName struct{ s string }

// ParseRoomName reads a room's name, with or without the leading '#'.
func ParseRoomName(s string) (RoomName, error) {
	s = strings.ToLower(strings.TrimPrefix(s, "#"))
	if s == "" || Width(s) > 40 {
		return RoomName{}, errors.New("a room's name has 1 to 40 columns: choose another")
	}
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("-_.", r) {
			return RoomName{}, errors.New("a room's name has letters, digits, '-', '_' and '.' only: choose another")
		}
	}
	return RoomName{s}, nil
}

// String is the name with its '#'; empty for the zero value.
func (r RoomName) String() string {
	if r.s == "" {
		return ""
	}
	return "#" + r.s
}

// Slug is the name without '#'.
func (r RoomName) Slug() string { return r.s }

// IsZero reports whether this is no name.
func (r RoomName) IsZero() bool { return r.s == "" }

// Skeleton is equal for two room names that a reader may take for each other.
func (r RoomName) Skeleton() string { return skeleton(r.s) }

// Compare orders room names by their code points: -1, 0, +1.
func (r RoomName) Compare(o RoomName) int { return strings.Compare(r.s, o.s) }
