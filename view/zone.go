package view

import (
	"sync"
	"time"

	"parley/chat"
	"parley/lang"
)

// zone is a time zone with a number that tells it apart in cache keys.
type zone struct {
	id     uint16
	loc    *time.Location
	twelve bool // times of day are by the clock of twelve hours
}

// clock is a time of day in the zone.
func (z zone) clock(at time.Time, t lang.Tag) string {
	if at = at.In(z.loc); z.twelve {
		return t.Clock12(at)
	}
	return at.Format("15:04")
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
func (z *zones) zone(name string, twelve bool) zone {
	found := z.find(name)
	if twelve {
		found.id, found.twelve = found.id+maxZones, true
	}
	return found
}

func (z *zones) find(name string) zone {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.byName == nil {
		z.byName = map[string]zone{"": {loc: time.Local}}
	}
	if found, ok := z.byName[name]; ok {
		return found
	}
	loc, err := chat.LoadZone(name)
	if err != nil || len(z.byName) == maxZones {
		return z.byName[""]
	}
	found := zone{id: uint16(len(z.byName)), loc: loc}
	z.byName[name] = found
	return found
}

// Zone is the zone that a client's TZ names, for a face that shows times but
// no view; the server's own where TZ names none.
func (s *Shared) Zone(tz string) *time.Location { return s.zones.find(tz).loc }
