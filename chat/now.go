package chat

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"parley/rooms"
)

// Now is what is told beside Reply.Events and Reply.States of rows of a room as they are now: messages, and what a view shows
// between them.
type Now struct {
	Room rooms.Room
	// AsOf is the seq of the room's newest event when it was asked for. Nothing newer is listed, and everything up to it is
	// folded in; a State may know more, see its AsOf.
	AsOf uint64
	// Parents are the messages that the events are about, as they are now, for those of them that the reader may see.
	Parents map[*rooms.Event]Parent
	// Before and After are where the log goes on: nothing that is a row stands between them and the list. 0 says that there is no more.
	Before, After uint64
}

// Parent is a message that another one answers, or that was pinned.
type Parent struct {
	Event *rooms.Event
	State *rooms.State
}

const (
	// maxNow and usualNow are how many rows are listed at once.
	maxNow   = 200
	usualNow = 50
)

func nowOptions() []option {
	return []option{{name: "--before"}, {name: "--after"}, {name: "--around"}, {name: "--thread"}, {name: "-n"}}
}

// asNow lists rows of a room as they are now.
func (in *call) asNow(ctx context.Context, room rooms.Room) (Reply, error) {
	at, n, err := in.nowArgs()
	if err != nil {
		return Reply{}, err
	}
	now := &Now{Room: room, AsOf: room.Seq}
	rows := &rowReader{call: in, Now: now}
	switch {
	case at["--thread"] > 0:
		err = rows.thread(ctx, at["--thread"], at["--before"], n)
	case at["--around"] > 0:
		seq := min(at["--around"], room.Seq)
		if err = rows.before(ctx, seq+1, n-n/2); err == nil {
			err = rows.after(ctx, seq, n/2)
		}
	case at["--after"] > 0:
		now.Before = at["--after"] + 1
		err = rows.after(ctx, at["--after"], n)
	default:
		before := room.Seq + 1
		if at["--before"] > 0 && at["--before"] < before {
			before = at["--before"]
			now.After = before - 1
		}
		err = rows.before(ctx, before, n)
	}
	if err != nil {
		return Reply{}, err
	}
	r, err := in.chat.withStates(ctx, in.Actor, room.ID, rows.list)
	if err != nil {
		return Reply{}, err
	}
	r.Now = now
	return r, in.parents(ctx, &r)
}

// nowArgs reads the options of --now: seqs by their names, and how many rows are wanted.
func (in *call) nowArgs() (at map[string]uint64, n int, err error) {
	if in.words != "" {
		return nil, 0, in.wrong("there is no %s", printable(in.words))
	}
	at, n = map[string]uint64{}, usualNow
	places := 0
	for _, o := range nowOptions() {
		typed, ok := in.value(o.name)
		if !ok {
			continue
		}
		seq, err := strconv.ParseUint(typed, 10, 63)
		switch {
		case err != nil || seq == 0:
			return nil, 0, in.wrong("%s takes a number, not %s", o.name, printable(typed))
		case o.name == "-n" && seq > maxNow:
			return nil, 0, in.wrong("COUNT is a number from 1 to %d", maxNow)
		case o.name == "-n":
			n = int(seq)
			continue
		case o.name != "--thread":
			places++
		}
		at[o.name] = seq
	}
	if places > 1 || at["--thread"] > 0 && at["--before"] == 0 && places > 0 {
		return nil, 0, in.wrong("one of --before, --after and --around says where; of a thread it is --before")
	}
	return at, n, nil
}

// rowReader gathers rows of one room, ascending.
type rowReader struct {
	*call
	*Now
	list []*rooms.Event
}

// before reads the up to n newest rows before a seq.
func (r *rowReader) before(ctx context.Context, before uint64, n int) error {
	var kept []*rooms.Event // the newest first
	for looked := 0; n > 0 && before > 1; {
		part := max(n, backPart)
		page, err := r.chat.Rooms.EventsBefore(ctx, r.Actor, r.Room.ID, before, part)
		if err != nil {
			return err
		}
		for i := len(page) - 1; i >= 0 && n > 0; i-- {
			if before = page[i].Seq; Shown(page[i]) {
				kept = append(kept, page[i])
				n--
			}
		}
		if len(page) < part && n > 0 { // no more of it is for this reader
			before = 0
			break
		}
		if looked += len(page); looked >= maxLooked {
			break
		}
	}
	if before > 1 {
		r.Before = before
	}
	slices.Reverse(kept)
	r.list = append(r.list, kept...)
	return nil
}

// after reads the up to n rows behind a seq.
func (r *rowReader) after(ctx context.Context, after uint64, n int) error {
	for looked := 0; n > 0 && after < r.AsOf && looked < maxLooked; {
		page, err := r.chat.Rooms.Events(ctx, r.Actor, r.Room.ID, after, max(n, backPart))
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return nil
		}
		for _, e := range page {
			if n == 0 || e.Seq > r.AsOf {
				break
			}
			if after = e.Seq; Shown(e) {
				r.list = append(r.list, e)
				n--
			}
		}
		if looked += len(page); page[len(page)-1].Seq > r.AsOf {
			break
		}
	}
	if after < r.AsOf {
		r.After = after
	}
	return nil
}

// thread reads the up to n newest messages of a thread before a seq, 0 for the end; the first message comes first.
func (r *rowReader) thread(ctx context.Context, root, before uint64, n int) error {
	first, err := r.messageAt(ctx, r.Room, root)
	if err != nil {
		return err
	}
	if first.event.Thread != 0 {
		return r.wrong("that message is in the thread %d", first.event.Thread)
	}
	if before == 0 || before > r.AsOf+1 {
		before = r.AsOf + 1
	} else {
		r.After = before - 1
	}
	events, err := r.chat.Rooms.Thread(ctx, r.Actor, r.Room.ID, root, before, n)
	if err != nil {
		return err
	}
	if len(events) < n {
		events = append([]*rooms.Event{first.event}, events...)
	} else {
		r.Before = events[0].Seq
	}
	r.list = events
	return nil
}

// parents finds the messages that others are about.
func (in *call) parents(ctx context.Context, r *Reply) error {
	known := map[uint64]Parent{}
	for _, e := range r.Events {
		known[e.Seq] = Parent{e, r.States[e]}
	}
	r.Now.Parents = map[*rooms.Event]Parent{}
	for _, e := range r.Events {
		if e.Ref == 0 || e.Ref == e.Thread || !e.Type.Talk() && !e.Type.Changes() {
			continue
		}
		p, ok := known[e.Ref]
		if !ok {
			var err error
			p.Event, p.State, err = in.chat.Rooms.Event(ctx, in.Actor, e.Room, e.Ref)
			if err != nil && !errors.Is(err, rooms.ErrNoEvent) { // who came later does not see it
				return err
			}
			known[e.Ref] = p
		}
		if p.Event != nil && p.Event.Type.Talk() {
			r.Now.Parents[e] = p
		}
	}
	return nil
}

// Erased reports whether what a message said is gone, by expiry and not by a deletion, which its state tells.
func Erased(e *rooms.Event, s *rooms.State) bool {
	return e.Type.Talk() && e.Text.IsZero() && (s == nil || s.Deleted.IsZero())
}
