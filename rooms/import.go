package rooms

import (
	"context"
	"errors"
)

// maxImport is the most entries of one call of Import.
const maxImport = 500

// Import appends up to 500 entries of a log that was kept elsewhere to one
// room, in order, with their own authors and times, and returns one result for each: what was
// refused has an Err of its own: messages are edited and deleted by their authors alone. Only staff may, who
// may do to a room whatever else a log holds. An entry's nonce makes a second import of the same
// log change nothing.
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
	if err := m.begin(); err != nil {
		return nil, err
	}
	defer m.work.Done()
	for i := range list {
		list[i].Room, list[i].Import, list[i].Guest, list[i].Staff, list[i].Call = r.id, true, false, false, nil
	}
	outs, err := m.committer.commitAll(ctx, r, list)
	if err != nil {
		return nil, err
	}
	results := make([]Result, len(outs))
	for i, out := range outs {
		results[i] = Result{Again: out.again, Err: out.err}
		if out.event != nil {
			results[i].Event = *out.event
		}
		if errors.Is(out.err, ErrUnavailable) || errors.Is(out.err, ErrClosed) {
			return results[:i], out.err
		}
	}
	return results, nil
}

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
