package tree

import (
	"context"
	"errors"
	"strings"
	"time"

	"parley/rooms"
	"parley/text"
)

// maxPath is the longest path that is looked at, in bytes: two names.
const maxPath = 2 * 1024

// place is what a path means. The zero place is the root.
type place struct {
	room  rooms.Room // ID 0 for the root
	label string     // of the room, for its reader: "#general", "@bo"
	name  text.Line  // of a file, zero for none
	day   time.Time  // of a day's log, zero for none
}

// folder reports whether the place is the root or a room.
func (p *place) folder() bool { return p.name.IsZero() && p.day.IsZero() }

// zone is the one of the days.
func (t *tree) zone() *time.Location { return t.Settings.Clock(t.Zone) }

// find reads a path. Whether there is such a file is not asked; whether there is such a room, and the person may see it, is.
func (t *tree) find(ctx context.Context, path string) (p place, err error) {
	if len(path) > maxPath {
		return p, errNone
	}
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	if len(parts) > 2 {
		return p, errNone
	}
	if len(parts) == 0 {
		return p, nil
	}
	if p.room, err = t.room(ctx, parts[0]); err != nil {
		return place{}, err
	}
	p.label = p.room.Label(t.Actor.Name)
	if len(parts) == 1 {
		return p, nil
	}
	if day, ok := text.ParseDay(parts[1], t.zone()); ok {
		p.day = day
		return p, nil
	}
	if p.name, err = text.FileName(parts[1]); err != nil {
		return p, &nameError{err}
	}
	return p, nil
}

// nameError says why something is no file's name: for who reads there is no such file, who writes is told.
type nameError struct{ error }

func (e *nameError) Unwrap() []error { return []error{errNone, e.error} }

// room finds a room by the first part of a path: among those that the person is in, or a public one.
func (t *tree) room(ctx context.Context, part string) (rooms.Room, error) {
	room, err := t.Rooms.Labelled(ctx, t.Actor, part)
	if errors.Is(err, rooms.ErrNoRoom) {
		return room, errNone
	}
	return room, err
}

// folderName is a room's in the root.
func folderName(r *rooms.Room, who text.Name) string { return strings.TrimPrefix(r.Label(who), "#") }

// newest is the message of the file that a place's name opens in this session.
func (t *tree) newest(ctx context.Context, p *place) (*rooms.Event, error) {
	if h := t.shelf.at(p.key()); h != nil && h.aside != nil {
		return h.aside, nil
	}
	e, err := t.Rooms.FileNamed(ctx, t.Actor, p.room.ID, p.name)
	if err == nil && t.shelf.hides(e) {
		return nil, rooms.ErrNoFile
	}
	return e, err
}

// isNone reports whether an error says that a file is not there.
func isNone(err error) bool { return errors.Is(err, rooms.ErrNoFile) || errors.Is(err, errNone) }
