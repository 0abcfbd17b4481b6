package view

import (
	"context"

	"parley/rooms"
	"parley/text"
	"parley/view/input"
)

// editMine edits the person's newest message, or the next older (-1) or newer (1) one of an edit that has changed
// nothing yet. Beyond the newest there is the input as it was.
func (v *View) editMine(way int) {
	st := &v.st
	if !st.opened || st.room.ID == 0 {
		return
	}
	from := len(st.win.items) - 1
	if st.compose != nil {
		if from = st.win.find(st.compose.seq); from < 0 {
			v.seekMine(way, st.compose.seq)
			return
		}
		from += way
	}
	for i := from; i >= 0 && i < len(st.win.items); i += way {
		if it := &st.win.items[i]; it.talks() && editable(st, it) {
			v.startEdit(it.ev.Seq, it.body())
			return
		}
	}
	switch {
	case way < 0 && !st.win.start:
		v.seekMine(way, st.win.first)
	case way > 0 && st.win.last < st.room.Seq:
		v.seekMine(way, st.win.last)
	case way > 0:
		v.endCompose()
	case st.compose == nil:
		v.say("you have written nothing here that could be edited", false)
	}
}

// seekMine looks for a message of the person before or after seq, outside of the window.
func (v *View) seekMine(way int, seq uint64) {
	if v.crowded() || v.st.inThread() {
		return
	}
	gen, room, was, me := v.opening, v.st.room.ID, v.st.compose, v.st.me
	v.hold(holdTime)
	v.later(pageTime, func(ctx context.Context) func() {
		found, err := v.findMine(ctx, room, me, way, seq)
		return func() {
			v.release()
			switch {
			case gen != v.opening || was != v.st.compose || was == nil && !v.ed.Empty() || was != nil && !v.unchanged():
			case err != nil:
				v.say(v.words("older messages cannot be read right now: %s", v.explain(err)), true)
			case found != nil:
				v.startEdit(found.ev.Seq, found.body())
			case way > 0:
				v.endCompose()
			case was == nil:
				v.say("you have written nothing here, as far back as can be looked", false)
			}
		}
	})
}

// findMine reads on until there is a message that the person can edit; nil if none is in reach.
func (v *View) findMine(ctx context.Context, room rooms.ID, me text.Name, way int, seq uint64) (*item, error) {
	for range mentionReads {
		var events []*rooms.Event
		var err error
		if way < 0 {
			events, err = v.ses.EventsBefore(ctx, room, seq, pageSize)
		} else {
			events, err = v.ses.Events(ctx, room, seq, pageSize)
		}
		if err != nil || len(events) == 0 {
			return nil, err
		}
		for i := range events {
			ev := events[i]
			if way < 0 {
				ev = events[len(events)-1-i]
			}
			if !isMine(ev, nil, me) {
				continue
			}
			states, err := v.ses.States(ctx, room, ev.Seq, ev.Seq)
			if err != nil {
				return nil, err
			}
			if it := (item{ev: ev, state: states[ev.Seq]}); isMine(ev, it.state, me) && !it.body().IsZero() {
				return &it, nil
			}
		}
		if seq = events[0].Seq; way > 0 {
			seq = events[len(events)-1].Seq
		}
	}
	return nil, nil
}

// older is Up where the editor has no use for it: in an empty input it edits the person's last message, and in an
// edit that has changed nothing the one before.
func (v *View) older() {
	if v.st.compose == nil && v.ed.Empty() || v.unchanged() {
		v.editMine(-1)
	}
}

// newer is Down where the editor has no use for it.
func (v *View) newer() {
	if v.unchanged() {
		v.editMine(1)
	}
}

// recall shows what was sent here before.
func (v *View) recall() {
	switch v.ed.Older() {
	case input.Handled:
		v.changed()
	case input.Unhandled:
		v.say("nothing was sent from here yet", false)
	}
}
