package view

import (
	"context"

	"parley/rooms"
	"parley/text"
)

// mentionReads bounds how far a search for a mention reads, in pages.
const mentionReads = 40

// findMention goes to the next (1) or previous (-1) message that names the person.
func (v *View) findMention(way int) {
	st := &v.st
	at, _ := st.bottom(v.sh)
	if at < 0 {
		return
	}
	from := at
	if st.anchor.follow && way < 0 {
		from = at + 1
	}
	for i := from + way; i >= 0 && i < len(st.win.items); i += way {
		if it := &st.win.items[i]; it.talks() && v.st.callsMe(it.ev, it.state) {
			v.bottomAt(i)
			return
		}
	}
	v.seekMention(way)
}

// callsMe reports whether a message of somebody else calls the person: by name, with everybody, or by a word of theirs.
func (st *state) callsMe(ev *rooms.Event, s *rooms.State) bool {
	if !ev.Type.Talk() || ev.Author == st.me {
		return false
	}
	body := s.Body(ev)
	return names(text.Mentions(body), st.me) || st.called(body)
}

// called reports whether a text calls everybody, or has a word that calls the person.
func (st *state) called(body text.Body) bool { return text.Calls(body) != 0 || st.wants(body) }

// bottomAt puts an item at the bottom edge.
func (v *View) bottomAt(i int) {
	v.dirty = true
	v.st.anchor = anchor{item: i}
	v.settle()
	v.pinHere()
}

// seekMention reads on beyond the window.
func (v *View) seekMention(way int) {
	st := &v.st
	if !st.opened {
		return
	}
	if st.inThread() {
		v.say("no other mention of you in reach", false)
		return
	}
	if v.loading {
		v.epoch++ // what is on its way is needless then
	}
	v.loading = true
	v.say("looking for a mention of you …", false)
	gen, epoch, log, need, first, last := v.opening, v.epoch, v.log(), v.pageRows(), st.win.first, st.win.last
	v.later(pageTime, func(ctx context.Context) func() {
		seq, err := v.seek(ctx, log.room, way, first, last)
		var p chunk
		if err == nil && seq != 0 {
			p, err = log.around(ctx, seq, need)
		}
		return func() {
			if gen != v.opening || epoch != v.epoch {
				return
			}
			v.loading = false
			v.unsay()
			switch {
			case err != nil:
				v.say(v.words("older messages cannot be read right now: %s", v.explain(err)), true)
			case seq == 0:
				v.say("no other mention of you in reach", false)
			default:
				v.replace(p, func() { v.anchorAt(seq, 0) })
				v.arrived()
				v.changes |= rooms.RoomChanged
			}
		}
	})
}

// seek returns the seq of the nearest mention outside of the window, 0 for none.
func (v *View) seek(ctx context.Context, room rooms.ID, way int, first, last uint64) (uint64, error) {
	for range mentionReads {
		var events []*rooms.Event
		var err error
		if way < 0 {
			events, err = v.ses.EventsBefore(ctx, room, first, pageSize)
		} else {
			events, err = v.ses.Events(ctx, room, last, pageSize)
		}
		if err != nil || len(events) == 0 {
			return 0, err
		}
		first, last = events[0].Seq, events[len(events)-1].Seq
		for i := range events {
			ev := events[i]
			if way < 0 {
				ev = events[len(events)-1-i]
			}
			if !hidden(ev) && v.st.callsMe(ev, nil) {
				return ev.Seq, nil
			}
		}
	}
	return 0, nil
}
