package text

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxRoomName is the most columns of a RoomName, without its '#'.
const MaxRoomName = 40

// RoomName is what a room is called, "#ops": folded to lower case and plain letters (NFKC), safe to
// paint and as a name of a folder. The zero value is no name.
type RoomName struct{ s string }

// ParseRoomName reads a room's name with or without its '#': letters and digits of any script with
// '-', '_' and '.' between them, in 1 to MaxRoomName columns.
func ParseRoomName(s string) (RoomName, error) {
	s = strings.TrimPrefix(s, "#")
	if isPlainName(s) {
		return RoomName{s}, nil
	}
	if s == "" {
		return RoomName{}, errors.New("the room's name is empty: give one, for example #general")
	}
	if len(s) > MaxRoomName*maxGrapheme {
		return RoomName{}, errRoomTooLong
	}
	if !utf8.ValidString(s) {
		return RoomName{}, errors.New("the room's name is not valid UTF-8: set your terminal to UTF-8 and type it again")
	}
	f := s
	for range 4 {
		f = norm.NFKC.String(strings.ToLower(f))
	}
	if err := checkRoom(f); err != nil {
		return RoomName{}, err
	}
	return RoomName{f}, nil
}

var errRoomTooLong = errors.New("the room's name is too long: choose one of at most 40 letters, or 20 where each takes two columns")

// checkRoom checks the folded name f.
func checkRoom(f string) error {
	seen := false
	for _, r := range f {
		switch {
		case unicode.In(r, unicode.L, unicode.Nd):
			seen = true
		case unicode.Is(unicode.White_Space, r):
			return errors.New("a room's name has no spaces: put '-' between the words, as in #build-farm")
		case r == '-' || r == '_' || r == '.' || unicode.Is(unicode.M, r) || r == zwj || r == zwnj:
		case unicode.In(r, unicode.C) || isDropped(r):
			return fmt.Errorf("the room's name holds a character that cannot be seen (U+%04X): type it again without", r)
		default:
			return fmt.Errorf("a room's name cannot hold %s: use letters and digits, with '-', '_' or '.' between them", quoted(string(r)))
		}
	}
	switch {
	case clean(f) != f || strings.ToLower(f) != f:
		return errors.New("the room's name holds a character that cannot be seen or too many marks on a letter: type it again without")
	case !seen:
		return errors.New("a room's name needs at least one letter or digit: add one")
	case Width(f) > MaxRoomName:
		return errRoomTooLong
	case isSeparator(f[0]) || isSeparator(f[len(f)-1]):
		return errors.New("a room's name starts and ends with a letter or a digit: leave out the sign at its end")
	}
	return nil
}

// String is the name with its '#'; empty for the zero value.
func (r RoomName) String() string {
	if r.s == "" {
		return ""
	}
	return "#" + r.s
}

// Slug is the name without its '#', as it is stored and named in paths.
func (r RoomName) Slug() string { return r.s }

// IsZero reports whether r is no name.
func (r RoomName) IsZero() bool { return r.s == "" }

// Skeleton is equal for two rooms that a reader may take for each other. It is for comparison only.
func (r RoomName) Skeleton() string { return skeleton(r.s) }

// Compare is the order of rooms in lists, by code points: -1, 0 or +1.
func (r RoomName) Compare(o RoomName) int { return strings.Compare(r.s, o.s) }
