package tree

import (
	"context"
	"io/fs"
	"time"

	"parley/rooms"
	"parley/text"
	"parley/view/plain"
)

const (
	// daysListed is how many days of a room are listed, the newest ones in which something happened. Older ones open by name.
	daysListed = 30
	// dayEvents bounds the log of one day: more than anybody reads, less than what fills the memory.
	dayEvents = 100_000
	// dayPart is how many events are read at once.
	dayPart = 500
)

// stretch is the part of a room's log that belongs to a day: seqs lo … hi.
type stretch struct {
	day    time.Time // its midnight
	lo, hi uint64
}

// days lists the newest days in which something happened, the newest first.
func (t *tree) days(ctx context.Context, p *place) (list []stretch, err error) {
	room, from, err := t.Rooms.Readable(ctx, t.Actor, p.room.ID)
	if err != nil {
		return nil, err
	}
	from = max(from, room.Gone+1)
	key := daysKey{room.ID, t.zone().String(), from}
	if list, ok := t.Logs.days(key, room.Seq); ok {
		return list, nil
	}
	for hi := room.Seq; hi >= from && len(list) < daysListed; {
		e, err := t.Rooms.Events(ctx, t.Actor, room.ID, hi-1, 1)
		if err != nil || len(e) == 0 {
			return list, err
		}
		day := midnight(e[0].Time, t.zone())
		lo, err := t.Rooms.FirstAt(ctx, t.Actor, room.ID, day)
		if err != nil {
			return nil, err
		}
		if lo = max(lo, from); lo > hi { // times that went back
			break
		}
		if n := len(list); n == 0 || day.Before(list[n-1].day) {
			list = append(list, stretch{day, lo, hi})
		}
		hi = lo - 1
	}
	t.Logs.keepDays(key, room.Seq, list)
	return list, nil
}

func midnight(at time.Time, zone *time.Location) time.Time {
	at = at.In(zone)
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, zone)
}

// dayEntries lists the logs of the newest days.
func (t *tree) dayEntries(ctx context.Context, p *place) ([]fs.FileInfo, error) {
	list, err := t.days(ctx, p)
	if err != nil {
		return nil, err
	}
	out := make([]fs.FileInfo, 0, len(list))
	for _, st := range list {
		log, err := t.render(ctx, p, st)
		if err != nil {
			return nil, err
		}
		out = append(out, t.logEntry(st, int64(len(log.data)), log.time))
	}
	return out, nil
}

func (t *tree) logEntry(st stretch, size int64, at time.Time) *entry {
	return &entry{name: text.DayName(st.day).String(), size: size, mode: 0o444, time: at}
}

// dayEntry is the log of one day as it is listed.
func (t *tree) dayEntry(ctx context.Context, p *place) (*entry, error) {
	st, err := t.stretch(ctx, p)
	if err != nil {
		return nil, err
	}
	log, err := t.render(ctx, p, st)
	if err != nil {
		return nil, err
	}
	return t.logEntry(st, int64(len(log.data)), log.time), nil
}

// dayLog is the log of one day.
func (t *tree) dayLog(ctx context.Context, p *place) ([]byte, error) {
	st, err := t.stretch(ctx, p)
	if err != nil {
		return nil, err
	}
	log, err := t.render(ctx, p, st)
	return log.data, err
}

// stretch finds a day in a room's log.
func (t *tree) stretch(ctx context.Context, p *place) (stretch, error) {
	list, err := t.days(ctx, p)
	if err != nil {
		return stretch{}, err
	}
	for _, st := range list {
		if st.day.Equal(p.day) {
			return st, nil
		}
	}
	room, from, err := t.Rooms.Readable(ctx, t.Actor, p.room.ID)
	if err != nil {
		return stretch{}, err
	}
	lo, err := t.Rooms.FirstAt(ctx, t.Actor, room.ID, p.day)
	if err != nil {
		return stretch{}, err
	}
	hi, err := t.Rooms.FirstAt(ctx, t.Actor, room.ID, p.day.AddDate(0, 0, 1))
	if err != nil {
		return stretch{}, err
	}
	st := stretch{p.day, max(lo, from, room.Gone+1), hi - 1}
	if st.lo > st.hi {
		return stretch{}, errNone
	}
	return st, nil
}

// render makes the log of a stretch, or takes the one that was made before if nothing has happened to it since.
func (t *tree) render(ctx context.Context, p *place, st stretch) (dayLog, error) {
	room, from, err := t.Rooms.Readable(ctx, t.Actor, p.room.ID)
	if err != nil {
		return dayLog{}, err
	}
	key := logKey{room.ID, st.day.Unix(), t.zone().String(), t.Lang, t.Settings.Clock12(), p.label, from}
	if log, ok := t.Logs.log(key, st, room.Gone, room.Seq, func(asOf uint64) bool { return t.untouched(ctx, room, st, asOf) }); ok {
		return log, nil
	}
	log := dayLog{stretch: st, gone: room.Gone, asOf: room.Seq, time: st.day}
	lines := plain.NewLog(p.label, t.Settings, t.Lang, t.Zone)
	lines.Read = func(seq uint64) (*rooms.Event, *rooms.State, error) { return t.Rooms.Event(ctx, t.Actor, room.ID, seq) }
	for after := st.lo - 1; after < st.hi && after-st.lo+1 < dayEvents; {
		list, err := t.Rooms.Events(ctx, t.Actor, room.ID, after, int(min(dayPart, st.hi-after)))
		if err != nil {
			return dayLog{}, err
		}
		if len(list) == 0 {
			break
		}
		last := list[len(list)-1].Seq
		if lines.States, err = t.Rooms.States(ctx, t.Actor, room.ID, list[0].Seq, last); err != nil {
			return dayLog{}, err
		}
		for _, e := range list {
			log.data = lines.Append(log.data, e)
			log.time = e.Time
		}
		after = last
	}
	t.Logs.keep(key, log)
	return log, nil
}

// untouched reports whether nothing that happened since asOf changes what was said in a stretch.
func (t *tree) untouched(ctx context.Context, room rooms.Room, st stretch, asOf uint64) bool {
	if asOf >= room.Seq {
		return true
	}
	if room.Seq-asOf > 4*dayPart {
		return false
	}
	for asOf < room.Seq {
		list, err := t.Rooms.Events(ctx, t.Actor, room.ID, asOf, dayPart)
		if err != nil || len(list) == 0 {
			return false
		}
		for _, e := range list {
			// What a message answers is quoted as it is now, and may be of another day.
			if e.Type == rooms.Edit || e.Type == rooms.Delete || e.Type == rooms.Rename || e.About()[0] >= st.lo && e.About()[0] <= st.hi {
				return false
			}
		}
		asOf = list[len(list)-1].Seq
	}
	return true
}
