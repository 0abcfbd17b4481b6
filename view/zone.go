package view

import (
	"strings"
	"sync"
	"time"
)

// zone is a time zone with a number that tells it apart in cache keys.
type zone struct {
	id  uint16
	loc *time.Location
}

// maxZones is more than the names of the tz database, about 600; a file system
// that ignores case would let more of them load.
const maxZones = 1024

// zones keeps each zone that somebody uses once. It is safe for concurrent use.
type zones struct {
	mu     sync.Mutex
	byName map[string]zone
}

// zone finds the zone that a client's TZ names. What is not the plain name of a
// zone in the tz database (paths, POSIX rules, nothing) means the server's zone.
func (z *zones) zone(name string) zone {
	if !zoneName(name) {
		name = ""
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.byName == nil {
		z.byName = map[string]zone{"": {loc: time.Local}}
	}
	if found, ok := z.byName[name]; ok {
		return found
	}
	loc, err := time.LoadLocation(name)
	if err != nil || len(z.byName) == maxZones {
		return z.byName[""]
	}
	found := zone{id: uint16(len(z.byName)), loc: loc}
	z.byName[name] = found
	return found
}

// zoneName reports whether s has the form of a zone's name: "Europe/Berlin".
// LoadLocation reads files, so nothing that could be a path gets to it.
func zoneName(s string) bool {
	if s == "" || len(s) > 64 || s == "Local" || strings.Contains(s, "..") || strings.HasPrefix(s, "/") {
		return false
	}
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '-', c == '+', c == '/':
		default:
			return false
		}
	}
	return true
}

// Zone is the zone that a client's TZ names, for a face that shows times but
// no view; the server's own where TZ names none.
func (s *Shared) Zone(tz string) *time.Location { return s.zones.zone(tz).loc }
