package view

import (
	"context"

	"parley/rooms"
)

// trail is the way back of somebody who went to a message somewhere else.
type trail struct {
	list  overlay          // the list that it was in; nil for /jump
	room  rooms.ID         // where they were
	root  uint64           // and in which thread of it, 0 for none
	asWas map[rooms.ID]pin // where they were in each room that they came through; the zero pin is at the newest
}

// newTrail remembers where the person is.
func (v *View) newTrail(list overlay) *trail {
	root := v.st.win.root
	v.closeThread()
	t := &trail{list: list, room: v.st.room.ID, root: root, asWas: map[rooms.ID]pin{}}
	if t.room != 0 {
		t.asWas[t.room] = v.whereabouts()
	}
	return t
}

// whereabouts is the place in the shown room that keepPlace would keep.
func (v *View) whereabouts() pin {
	if v.st.anchor.follow || v.st.standsStill() {
		return pin{}
	}
	if v.pin.seq != 0 {
		return v.pin
	}
	seq, below := v.anchored()
	return pin{seq, below}
}

// jump shows a message of a room that the person calls name, selected and in the middle of the screen.
func (v *View) jump(t *trail, id rooms.ID, name string, seq, thread uint64) {
	st := &v.st
	v.unsay()
	came := v.trail
	v.closeThread()
	v.trail = came
	a := aim{room: id, seq: seq, thread: thread, trail: t}
	m, ok := v.ses.Membership(id)
	if !ok || m.Role == rooms.RoleNone {
		st.over = nil
		v.askYes(v.words("You are not in %s. Join it, to read on there?", name), func(v *View) {
			v.send(submission{command: true, line: "/join " + name})
			v.aim = a
		})
		return
	}
	st.over = nil
	v.dirty = true
	v.aim = a
	if st.room.ID != id {
		v.show(m)
		if _, ok := t.asWas[id]; !ok {
			t.asWas[id] = pin{m.Place.Anchor, m.Place.Offset}
		}
	} else if st.opened && st.win.find(a.inRoom()) >= 0 {
		v.hitAim()
	} else if st.opened {
		v.seekTo(a.inRoom(), func() { v.hitAim() })
	}
}

// aim is a message that is shown as soon as its part of the log is read.
type aim struct {
	room   rooms.ID
	seq    uint64
	thread uint64 // the thread that it is in, by its first message; 0 for none
	trail  *trail
}

// inRoom is the message of the room itself that is gone to: for what was said in a thread, where it begins.
func (a *aim) inRoom() uint64 {
	if a.thread != 0 {
		return a.thread
	}
	return a.seq
}

// leaveTrail gives the shown room the place back that it had before somebody came through it.
func (v *View) leaveTrail() {
	t := v.trail
	if t == nil {
		return
	}
	v.closeThread()
	if at, ok := t.asWas[v.st.room.ID]; ok {
		v.st.sel = nil
		v.st.anchor, v.pin = anchor{follow: true}, at
	}
	v.trail = nil
}

// seekTo reads the log around a message of the shown room and goes there.
func (v *View) seekTo(seq uint64, arrive func()) {
	if v.loading {
		v.epoch++ // what is on its way is needless then
	}
	v.loading = true
	gen, log, need := v.opening, v.log(), v.pageRows()
	epoch := v.epoch
	v.later(pageTime, func(ctx context.Context) func() {
		p, err := log.around(ctx, seq, need)
		return func() {
			if gen != v.opening || epoch != v.epoch {
				return
			}
			v.loading, v.dirty = false, true
			if err != nil {
				v.say(v.words("older messages cannot be read right now: %s", v.explain(err)), true)
				return
			}
			v.replace(p, arrive)
			v.arrived()
			v.changes |= rooms.RoomChanged
		}
	})
}

// hitAim goes to what was aimed at, if that is in the shown room.
func (v *View) hitAim() bool {
	a := v.aim
	if a.room != v.st.room.ID || a.seq == 0 {
		return false
	}
	v.aim, v.trail = aim{}, a.trail
	v.centre(a.inRoom())
	if a.thread != 0 {
		v.enterThread(a.room, a.thread)
		v.aim = a // the thread is read now
	}
	return true
}

// hitAimInThread goes to what was aimed at in a thread that has just been read, if it is there.
func (v *View) hitAimInThread() {
	st := &v.st
	a := v.aim
	if a.room != st.room.ID || a.thread == 0 || a.thread != st.win.root {
		return
	}
	v.aim = aim{}
	arrive := func() { v.trail = a.trail; v.centre(a.seq) }
	if st.win.find(a.seq) >= 0 || st.win.start {
		arrive()
		return
	}
	v.epoch++
	v.loading = true
	gen, epoch, log := v.opening, v.epoch, v.log()
	v.later(pageTime, func(ctx context.Context) func() {
		p, err := log.before(ctx, newest, maxThread)
		return func() {
			if gen != v.opening || epoch != v.epoch {
				return
			}
			v.loading, v.dirty = false, true
			if err == nil {
				v.replace(p, arrive)
				v.arrived()
			}
		}
	})
}

// centre selects a message and puts it into the middle of the screen.
func (v *View) centre(seq uint64) {
	st := &v.st
	i := st.win.find(seq)
	for n := len(st.win.items) - 1; n >= 0 && i < 0; n-- { // it may be none that is shown: the one before it then
		if ev := st.win.items[n].ev; ev != nil && ev.Seq <= seq {
			i = n
		}
	}
	i = max(i, 0)
	if len(st.win.items) == 0 {
		return
	}
	v.dirty = true
	st.sel = &selection{back: v.trail != nil}
	if m, ok := v.ses.Membership(st.room.ID); ok {
		st.sel.role = m.Role
	}
	if it := &st.win.items[i]; it.talks() {
		st.sel.seq = it.ev.Seq
	}
	st.layout(i, v.sh)
	rows := st.win.items[i].rows()
	if rows >= st.geo.height {
		v.top(i)
	} else {
		st.anchor = anchor{item: i, below: (rows - st.geo.height) / 2}
		v.settle()
		v.pinHere()
	}
	v.reselect()
}

// backOnTrail goes back to the list that led to the selected message, or to where the person was.
func (v *View) backOnTrail() {
	t := v.trail
	if t.list != nil {
		v.st.over = t.list
		v.dirty = true
		return
	}
	v.comeBack(t)
}

// comeBack goes back to where a trail began.
func (v *View) comeBack(t *trail) {
	st := &v.st
	if t.root != 0 {
		defer v.enterThread(t.room, t.root)
	}
	switch {
	case t.room == 0:
		v.leaveTrail()
		v.nowhere()
		return
	case st.room.ID != t.room:
		v.open(t.room)
		return
	}
	v.closeThread()
	st.sel, v.trail = nil, nil
	v.dirty = true
	at := t.asWas[t.room]
	if at.seq == 0 || t.root != 0 {
		v.newest()
		return
	}
	v.seekTo(at.seq, func() { v.anchorAt(at.seq, at.below) })
}
