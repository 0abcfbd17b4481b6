package view

import (
	"math/rand/v2"
	"time"
)

// Times of the view.
const (
	frameTime  = time.Second / 30       // on average at most one paint in this time
	echoTime   = 15 * time.Millisecond  // after Enter a paint waits this long for the message, to show it with the empty input and not a frame later
	escTime    = 50 * time.Millisecond  // a lone ESC is the key after this
	draftTime  = time.Second            // a draft is kept this long after typing stops
	saidTime   = 12 * time.Second       // a sentence stays this long
	holdTime   = 250 * time.Millisecond // typing waits this long for a room to open
	answerTime = 2 * time.Second        // and this long for a command's answer
	postTime   = 15 * time.Second       // a post may take this long
	retryTime  = 2 * time.Second        // a room that could not be read is tried again after this
	slowTime   = time.Second            // a post that takes longer is spoken of
	pageTime   = 10 * time.Second       // a page of events may take this long
	jitterTime = 900 * time.Millisecond // minutes change for all sessions at once; they paint spread over this
)

// deadlines are the moments at which something is to be done; zero for never.
type deadlines struct {
	paint, echo, esc, minute, said, draft, hold, count, retry, slow time.Time
}

// next is the earliest of the deadlines, zero if there is none.
func (d *deadlines) next() time.Time {
	var first time.Time
	for _, t := range [...]time.Time{d.paint, d.echo, d.esc, d.minute, d.said, d.draft, d.hold, d.count, d.retry, d.slow} {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// alarm rings the session at the next deadline.
type alarm struct {
	timer *time.Timer
	set   time.Time // what the timer is set to; zero for nothing
}

// to sets the alarm to another moment, zero for never.
func (a *alarm) to(next, now time.Time) {
	if next.Equal(a.set) {
		return
	}
	a.set = next
	if next.IsZero() {
		a.timer.Stop()
	} else {
		a.timer.Reset(next.Sub(now))
	}
}

// rang reports whether the moment has come, and forgets it then.
func (a *alarm) rang(now time.Time) bool { return due(&a.set, now) }

// due reports whether *t has come, and clears it then.
func due(t *time.Time, now time.Time) bool {
	if t.IsZero() || now.Before(*t) {
		return false
	}
	*t = time.Time{}
	return true
}

// expire does whatever is due.
func (v *View) expire(now time.Time) {
	d := &v.due
	due(&d.echo, now)
	if due(&d.esc, now) {
		v.queue = append(v.queue, v.dec.Flush()...)
	}
	if due(&d.minute, now) {
		v.st.now = v.clock()
		v.dirty = true
	}
	if due(&d.said, now) {
		v.unsay()
	}
	if due(&d.draft, now) {
		v.keepPlace()
	}
	if due(&d.hold, now) {
		v.waits = 0
	}
	if due(&d.count, now) {
		v.countDown(now)
	}
	if due(&d.slow, now) && v.outbox.busy {
		v.say(sending, false)
		d.said = time.Time{}
	}
	if due(&d.retry, now) {
		v.retry()
	}
}

// watchMinute sets the deadline of the next minute if the clock is on the screen, or how long nothing rings.
func (v *View) watchMinute(now time.Time) {
	if !v.st.showsClock() && !v.st.dnd() && !v.st.quiets() {
		v.due.minute = time.Time{}
		return
	}
	if v.due.minute.IsZero() {
		wall := v.clock()
		left := wall.Truncate(time.Minute).Add(time.Minute).Sub(wall)
		v.due.minute = now.Add(left + rand.N(jitterTime))
	}
}
