package chat

import (
	"context"
	"slices"

	"parley/rooms"
)

// Folds reports whether an event is seen in the message that it is about, and is no line of its own. As Shown
// does, but with threads: a list has no place beside the room.
func Folds(e *rooms.Event) bool { return e.Thread == 0 && !Shown(e) }

// maxLooked bounds the events that are read to find some messages, in a room of reactions or of people who come and go.
const maxLooked = 10 * maxHistory

// Newest reads the up to n newest messages of a room with seq < before, ascending, with what stands between and behind
// them, as a list for people: Reply.Events and Reply.States.
func (c *Chat) Newest(ctx context.Context, who rooms.Actor, room rooms.ID, before uint64, n int) (Reply, error) {
	var kept []*rooms.Event // the newest first
	for looked := 0; n > 0 && looked < maxLooked && before > 1; {
		page, err := c.Rooms.EventsBefore(ctx, who, room, before, max(n, backPart))
		if err != nil {
			return Reply{}, err
		}
		if len(page) == 0 {
			break
		}
		looked, before = looked+len(page), page[0].Seq
		for i := len(page) - 1; i >= 0 && n > 0; i-- {
			if Folds(page[i]) {
				continue
			}
			kept = append(kept, page[i])
			if page[i].Type.Talk() {
				n--
			}
		}
	}
	slices.Reverse(kept)
	return c.withStates(ctx, who, room, kept)
}

// next reads the up to n messages of a room that follow seq, with what stands between them.
func (c *Chat) next(ctx context.Context, who rooms.Actor, room rooms.ID, after uint64, n int) ([]*rooms.Event, error) {
	var kept []*rooms.Event
	for looked := 0; n > 0 && looked < maxLooked; {
		page, err := c.Rooms.Events(ctx, who, room, after, backPart)
		if err != nil || len(page) == 0 {
			return kept, err
		}
		looked, after = looked+len(page), page[len(page)-1].Seq
		for _, e := range page {
			if n == 0 || Folds(e) {
				continue
			}
			kept = append(kept, e)
			if e.Type.Talk() {
				n--
			}
		}
	}
	return kept, nil
}

// withStates is a list of events of one room, ascending, with what has become of each.
func (c *Chat) withStates(ctx context.Context, who rooms.Actor, room rooms.ID, events []*rooms.Event) (Reply, error) {
	r := Reply{Events: events, States: map[*rooms.Event]*rooms.State{}}
	states, err := c.statesOf(ctx, who, room, events)
	if err != nil {
		return Reply{}, err
	}
	for _, e := range events {
		if s := states[e.Seq]; s != nil {
			r.States[e] = s
		}
	}
	return r, nil
}
