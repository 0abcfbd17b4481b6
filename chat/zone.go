package chat

import (
	_ "embed" // zones.txt
	"errors"
	"strings"
	"time"
)

// zoneNames are the zones of the tz database that are named after a place, one a
// line, for completion and for names that were almost right. Others may be given all the same.
//
//go:embed zones.txt
var zoneNames string

var errZone = errors.New("that is not the name of a time zone: give one like Europe/Berlin or Asia/Tokyo")

// LoadZone finds a zone of the tz database by its name: "Europe/Berlin". LoadLocation
// reads files, so nothing that could be a path, and no POSIX rule, gets to it.
func LoadZone(name string) (*time.Location, error) {
	if name == "" || len(name) > 64 || name == "Local" || strings.Contains(name, "..") || strings.HasPrefix(name, "/") {
		return nil, errZone
	}
	for _, c := range []byte(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '-', c == '+', c == '/':
		default:
			return nil, errZone
		}
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, errZone
	}
	return loc, nil
}

// zoneLike finds the names of zones that hold some letters, whatever their
// case: those of places that begin with them, "tok" of Asia/Tokyo, and only where there are none the others.
func zoneLike(letters string) (out []string) {
	letters = strings.ToLower(strings.ReplaceAll(letters, " ", "_"))
	var others []string
	for name := range strings.Lines(zoneNames) {
		name = strings.TrimSpace(name)
		low := strings.ToLower(name)
		place := low[strings.LastIndexByte(low, '/')+1:]
		switch {
		case low == letters || place == letters:
			return []string{name}
		case strings.HasPrefix(low, letters), strings.HasPrefix(place, letters):
			out = append(out, name)
		case strings.Contains(low, letters):
			others = append(others, name)
		}
	}
	if len(out) == 0 {
		return others
	}
	return out
}
