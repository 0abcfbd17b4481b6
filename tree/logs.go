package tree

import (
	"sync"
	"time"

	"parley/lang"
	"parley/rooms"
)

// logsBytes bounds the logs of days that are kept.
const logsBytes = 32 << 20

// Logs keeps the logs of days that were made lately, for all sessions of a server: sizes in a listing are exact, so a listing makes
// them all.
type Logs struct {
	mu    sync.Mutex // a leaf
	all   map[logKey]*dayLog
	lists map[daysKey]daysOf
	size  int
}

// NewLogs keeps nothing yet.
func NewLogs() *Logs {
	return &Logs{all: map[logKey]*dayLog{}, lists: map[daysKey]daysOf{}}
}

// logKey is all that a log depends on but the events.
type logKey struct {
	room  rooms.ID
	day   int64
	zone  string
	lang  lang.Tag
	small bool // clock of twelve hours
	label string
	from  uint64 // the first seq that its reader sees
}

// dayLog is the log of a day as of a seq. Its data is never changed.
type dayLog struct {
	stretch
	gone, asOf uint64
	time       time.Time // of the last event
	data       []byte
	used       time.Time
}

type daysKey struct {
	room rooms.ID
	zone string
	from uint64
}

// daysOf are the days of a room whose newest event is head.
type daysOf struct {
	head uint64
	list []stretch
}

func (l *Logs) days(key daysKey, head uint64) ([]stretch, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d, ok := l.lists[key]
	return d.list, ok && d.head == head
}

func (l *Logs) keepDays(key daysKey, head uint64, list []stretch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.lists) >= 1000 {
		clear(l.lists)
	}
	l.lists[key] = daysOf{head, list}
}

// log returns the log of a stretch as of head if there is one that is still right: untouched says whether nothing has happened to
// it since a seq.
func (l *Logs) log(key logKey, st stretch, gone, head uint64, untouched func(asOf uint64) bool) (dayLog, bool) {
	l.mu.Lock()
	found := l.all[key]
	if found == nil || !found.day.Equal(st.day) || found.lo != st.lo || found.hi != st.hi || found.gone != gone {
		l.mu.Unlock()
		return dayLog{}, false
	}
	found.used = time.Now()
	log := *found
	l.mu.Unlock()
	if !untouched(log.asOf) {
		return dayLog{}, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	found.asOf = max(found.asOf, head)
	return log, true
}

// keep keeps a log, and forgets those that were used longest ago if there are too many.
func (l *Logs) keep(key logKey, log dayLog) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if old := l.all[key]; old != nil {
		l.size -= old.cost()
	}
	log.used = time.Now()
	l.all[key] = &log
	l.size += log.cost()
	for l.size > logsBytes && len(l.all) > 1 {
		var oldest logKey
		first := true
		for k, one := range l.all {
			if first || one.used.Before(l.all[oldest].used) {
				oldest, first = k, false
			}
		}
		l.size -= l.all[oldest].cost()
		delete(l.all, oldest)
	}
}

func (d *dayLog) cost() int { return len(d.data) + 256 }
