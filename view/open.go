package view

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parley/rooms"
	"parley/text"
	"parley/view/input"
)

// open shows another room of the person: at once with its name and draft, and
// with its events as soon as they are read.
func (v *View) open(id rooms.ID) {
	m, ok := v.ses.Membership(id)
	if !ok {
		v.wanted = id // joined a moment ago: the inbox will say so
		v.changes |= rooms.InboxChanged
		return
	}
	v.wanted = 0
	v.show(m)
}

// show leaves the present room and shows another one.
func (v *View) show(m rooms.Membership) {
	st := &v.st
	if st.room.ID == m.Room.ID {
		return
	}
	v.leaveTrail()
	v.closeThread()
	v.leaveCompose()
	v.keepPlace()
	if v.aim.room != m.Room.ID {
		v.aim = aim{}
	}
	st.follows, st.unreadThreads = nil, 0
	st.sel, st.compose, v.kept = nil, nil, false
	typed := ""
	if st.room.ID != 0 {
		v.last = st.room.ID
	} else {
		typed = v.ed.Text() // it belonged to no room so far
	}
	st.room, st.titled, st.pinned, st.quiet, st.role = m.Room, false, pinned{}, m.Quiet, m.Role
	v.bells.prefs, v.typer.told, st.typists = m.Prefs, time.Time{}, ""
	st.opened, st.people, st.guests, st.choices, st.sideOff = false, nil, 0, nil, 0
	v.emptyWindow()
	st.anchor, v.pin, v.held = anchor{follow: true}, pin{}, nil
	st.rule = newMark{}
	if n := m.Unread(); n > 0 {
		st.rule = newMark{on: true, after: m.Read, count: n}
	}
	v.marked = m.Read
	v.place = m.Place
	v.ed.SetText(m.Place.Draft + typed)
	v.ed.SetHistory(v.historyOf(m.Room.ID))
	v.resumeDraft()
	if v.outbox.slow != 0 {
		v.countDown(time.Now())
	}
	v.dirty = true
	v.paid = time.Now().Add(2 * frameTime) // the next paint gives the events a moment to arrive
	st.version++

	v.ses.SetLastRoom(m.Room.ID)
	v.opening++
	v.failed, v.owed = false, 0
	v.enter(m)
}

// enter moves the session's focus and reads the first page.
func (v *View) enter(m rooms.Membership) {
	gen, log, need, people := v.opening, v.log(), v.pageRows(), v.wantsPeople()
	at := m.Place.Anchor
	if v.aim.room == m.Room.ID {
		at = v.aim.inRoom()
	}
	v.loading = true
	v.hold(holdTime)
	if v.giveUp != nil {
		v.giveUp() // of the room before
	}
	turn := v.focus.newest.Add(1)
	v.giveUp = v.later(pageTime, func(ctx context.Context) func() {
		err := v.focusOn(ctx, turn, m.Room.ID, people)
		var got chunk
		if err == nil {
			got, err = log.around(ctx, at, need)
		}
		return func() {
			v.release()
			if gen != v.opening {
				return
			}
			v.loading, v.giveUp = false, nil
			switch {
			case err == nil:
				v.entered(got)
			case errors.Is(err, rooms.ErrNoRoom), errors.Is(err, rooms.ErrNotMember), errors.Is(err, rooms.ErrForbidden):
				v.nowhere()
				v.say(v.explain(err), true)
			default:
				v.say(v.words("%s cannot be read right now, the server keeps trying: %s", v.st.roomLabel(), v.explain(err)), true)
				v.due.retry = time.Now().Add(retryTime)
			}
		}
	})
}

// retry reads the first page again, after the store failed.
func (v *View) retry() {
	if v.st.inThread() {
		v.load(pageNewest)
		return
	}
	if m, ok := v.ses.Membership(v.st.room.ID); ok && !v.st.opened && !v.loading {
		v.enter(m)
	}
}

// entered shows the first page of a room.
func (v *View) entered(got chunk) {
	st := &v.st
	notes := v.takeNotes()
	st.opened = true
	if head := v.ses.Head(); head.ID == st.room.ID {
		st.room = head
	}
	v.fit()
	v.emptyWindow()
	v.thin = got.thin
	st.win.prepend(got, st.setting())
	v.refold()
	st.anchor = anchor{follow: true}
	if !v.hitAim() && v.place.Anchor != 0 {
		v.anchorAt(v.place.Anchor, v.place.Offset)
	}
	v.putNotes(notes)
	v.trim()
	v.nameComposed()
	v.readPresence()
	v.changes |= changedHere
	v.dirty = true
	v.paid = time.Time{}
	v.entersThread()
}

// nowhere shows that there is no room.
func (v *View) nowhere() {
	v.closeThread()
	v.leaveCompose()
	v.keepPlace()
	st := &v.st
	if c := st.compose; c != nil && c.edit {
		v.ed.SetText(c.draft)
	}
	st.sel, st.compose = nil, nil
	st.room, st.opened, st.people, st.guests = rooms.Room{}, false, nil, 0
	v.emptyWindow()
	st.rule, st.anchor = newMark{}, anchor{follow: true}
	v.opening++
	v.dirty = true
}

// refocus tells the session whether the list of people is on the screen.
func (v *View) refocus() {
	if v.st.room.ID == 0 || !v.st.opened || v.crowded() {
		return
	}
	id, people, gen := v.st.room.ID, v.wantsPeople(), v.opening
	turn := v.focus.newest.Add(1)
	v.later(pageTime, func(ctx context.Context) func() {
		err := v.focusOn(ctx, turn, id, people)
		return func() {
			if err == nil && gen == v.opening {
				v.readPresence()
			}
		}
	})
}

// focus keeps the changes of focus in order, which goroutines of their own ask for.
type focus struct {
	mu     sync.Mutex   // held while the session moves its focus
	newest atomic.Int64 // the turn that was asked for last
}

// focusOn moves the session's focus, unless another change was asked for meanwhile.
func (v *View) focusOn(ctx context.Context, turn int64, id rooms.ID, people bool) error {
	v.focus.mu.Lock()
	defer v.focus.mu.Unlock()
	if v.focus.newest.Load() != turn {
		return context.Canceled
	}
	return v.ses.Focus(ctx, id, people)
}

// wantsPeople reports whether presence is shown: in the list of people, and of the other one in the title of a conversation of two.
func (v *View) wantsPeople() bool {
	return v.st.isPair() || geometryOf(v.st.size, v.st.columns()).nicks.width > 0
}

// maxHistories bounds the rooms whose input is remembered, with up to 64 KiB each.
const maxHistories = 16

// sent is what was sent from a room.
type sent struct {
	room    rooms.ID
	history input.History
}

func (v *View) historyOf(id rooms.ID) *input.History {
	at := slices.IndexFunc(v.history, func(s *sent) bool { return s.room == id })
	if at < 0 {
		if len(v.history) == maxHistories {
			v.history = slices.Delete(v.history, 0, 1) // a person goes back and forth between a few rooms
		}
		at = len(v.history)
		v.history = append(v.history, &sent{room: id})
	}
	return &v.history[at].history
}

// keepPlace stores draft and scroll position of the shown room if they changed.
func (v *View) keepPlace() {
	v.due.draft = time.Time{}
	st := &v.st
	if st.room.ID == 0 {
		return
	}
	p := v.place
	p.Draft = v.draft()
	v.inRoom(func() {
		if !st.opened {
			return
		}
		if p.Anchor, p.Offset = v.pin.seq, v.pin.below; v.pin.seq == 0 {
			p.Anchor, p.Offset = v.anchored()
		}
		if st.standsStill() {
			p.Anchor, p.Offset = 0, 0
		}
	})
	if p == v.place {
		return
	}
	typed := p.Draft != v.place.Draft
	v.place = p
	if m, ok := v.ses.Membership(st.room.ID); ok && !typed {
		p.Draft = m.Place.Draft // it may have been typed elsewhere, and not be taken in here
	}
	v.ses.SetPlace(st.room.ID, p)
}

// takeDraft takes in what the person has typed into the room elsewhere, unless something is typed here since the
// draft was kept last. Beside a thread, and behind a message that is edited, it is what the input goes back to.
func (v *View) takeDraft(draft string) {
	was := v.place.Draft
	_, _, searching := v.ed.Search()
	switch b, c := v.st.beside, v.st.compose; {
	case draft == was:
		return
	case b != nil && b.draft == was:
		b.draft = draft
	case b == nil && c != nil && c.edit && c.draft == was:
		c.draft = draft
	case b == nil && c == nil && !searching && v.due.draft.IsZero() && v.ed.Text() == was:
		v.ed.SetText(draft)
		v.dirty = true
	default:
		return
	}
	v.place.Draft = draft
}

// draftSoon keeps the place a second after the last change.
func (v *View) draftSoon() { v.due.draft = time.Now().Add(draftTime) }

// draft is what the input holds, as far as a place takes it.
func (v *View) draft() string {
	if b := v.st.beside; b != nil {
		return v.draftBeside(b)
	}
	if _, _, searching := v.ed.Search(); searching {
		return v.place.Draft // the text of a search is an old entry, not a draft
	}
	t := v.ed.Text()
	if c := v.st.compose; c != nil {
		t = c.kept(t)
	}
	if len(t) <= text.MaxBody {
		return t
	}
	return v.place.Draft
}
