package rooms

import (
	"context"
	"errors"
	"strings"
	"time"

	"parley/text"
)

const (
	// maxImport is the most entries of one call of Import.
	maxImport = 500
	// importBack is how far the times of imported messages may go back: clocks do when summer time ends, by an hour
	// at most, and logs that were written by them are whole logs. Expiry is late by as much.
	importBack = time.Hour
)

// CreateForImport makes a room that Import fills, from Name, Kind and Topic of r. Its first event has the time of what is
// the first in it, or of now if that is earlier. Only staff may.
func (m *Manager) CreateForImport(ctx context.Context, who Actor, r Room, first time.Time) (Room, error) {
	switch {
	case !who.Staff:
		return Room{}, ErrForbidden
	case r.Kind != Public && r.Kind != Private:
		return Room{}, errKind
	case r.Name.IsZero():
		return Room{}, errName
	}
	if err := m.begin(); err != nil {
		return Room{}, err
	}
	defer m.work.Done()
	e := Entry{
		Type: Create, Author: who.Name, Nonce: importPrefix + "room", Time: m.now(),
		New: Room{Name: r.Name, Kind: r.Kind, Topic: text.NewLine(r.Topic.String(), MaxTopic)},
	}
	if err := m.mayWrite(&e); err != nil {
		return Room{}, err
	}
	if first.Before(e.Time) {
		e.Time = first.UTC()
	}
	out := m.committer.commit(ctx, nil, e)
	return out.room, out.err
}

// Import appends up to 500 entries of a log that was kept elsewhere to one room that CreateForImport
// made, in order, with their own authors and times, and returns one result for each: what was
// refused has an Err of its own. Messages are edited and deleted by their authors alone; what is later than now is
// ErrFuture, and a message more than an hour older than the newest one that is there ErrOlder. Only staff may, who
// may do to such a room whatever else a log holds. An entry's nonce makes a second import of the same
// log change nothing; a message without words stands for one that was erased. Errors: ErrForbidden, ErrNotImported for
// any other room, ErrNoRoom, ErrUnavailable, ErrClosed, or the context's.
func (m *Manager) Import(ctx context.Context, who Actor, room ID, list []Entry) ([]Result, error) {
	switch {
	case !who.Staff:
		return nil, ErrForbidden
	case len(list) > maxImport:
		return nil, errors.New("at most 500 events are imported at once")
	}
	r, _, err := m.enter(ctx, who, room)
	if err != nil {
		return nil, err
	}
	defer m.release(r)
	if first, err := m.readEvents(ctx, r.id, 0, 1); err != nil {
		return nil, err
	} else if len(first) == 0 || !first[0].Imported() {
		return nil, ErrNotImported
	}
	if err := m.begin(); err != nil {
		return nil, err
	}
	defer m.work.Done()
	results := make([]Result, len(list))
	var sent []Entry
	var at []int // where their results go
	now := m.now()
	for i, e := range list {
		if e.Time.After(now) {
			results[i].Err = ErrFuture
			continue
		}
		e.Room, e.Import, e.Guest, e.Staff, e.Call, e.File, e.Hook = r.id, true, false, false, nil, nil, 0
		if !strings.HasPrefix(e.Nonce, importPrefix) {
			e.Nonce = importPrefix + e.Nonce
		}
		sent, at = append(sent, e), append(at, i)
	}
	outs, err := m.committer.commitAll(ctx, r, sent)
	if err != nil {
		return nil, err
	}
	for i, out := range outs {
		res := &results[at[i]]
		res.Again, res.Err = out.again, out.err
		if out.event != nil {
			res.Event = *out.event
		}
		if errors.Is(out.err, ErrUnavailable) || errors.Is(out.err, ErrClosed) {
			return results[:at[i]], out.err
		}
	}
	return results, nil
}

// TooOld reports whether an imported message of that time comes too late for a room whose newest message is of the
// other: Room.Gone is a seq, so what expires first has to come first.
func TooOld(at, newest time.Time) bool { return at.Before(newest.Add(-importBack)) }

// commitAll queues entries in order and waits for what became of all of them.
func (c *committer) commitAll(ctx context.Context, r *room, list []Entry) ([]outcome, error) {
	waiting := make([]*request, 0, len(list))
	for i := range list {
		req := &request{ctx: ctx, room: r, entry: list[i], done: make(chan outcome, 1)}
		r.refs.Add(1)
		select {
		case c.queue <- req:
			waiting = append(waiting, req)
		case <-ctx.Done():
			c.letGo(req)
			return nil, ctx.Err()
		case <-c.ended:
			c.letGo(req)
			return nil, ErrClosed
		}
	}
	outs := make([]outcome, len(waiting))
	for i, req := range waiting {
		select {
		case outs[i] = <-req.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-c.ended:
			return nil, ErrClosed
		}
	}
	return outs, nil
}
