package rooms

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"parley/text"
)

const (
	// duePart is how many jobs are read at once.
	duePart = 500
	// agendaRetry is how long after a failure of the store jobs are tried again.
	agendaRetry = 10 * time.Second
	// agendaRest is the longest time that the timer is set to: a computer that slept, or whose clock was set, is noticed.
	agendaRest = time.Hour
	// toldAtOnce is how many reminders somebody reads at once who comes back, and toldEvery when the next follow: a
	// session holds few lines that wait to be shown.
	toldAtOnce = maxNotices / 2
	toldEvery  = 2 * time.Second
)

// agenda does what is due. Its timer runs only while there is a job; what it does is
// read from the store each time, so that a restart forgets nothing.
//
// A message is posted with a nonce made of its job, and the job is dropped after the commit: whatever
// happens between the two, it is posted once. A reminder is dropped after its person was told.
type agenda struct {
	m *Manager

	doing sync.Mutex // held while jobs are done, across the store's calls: taken before, and never under, the manager's other locks

	mu      sync.Mutex // a leaf
	timer   *time.Timer
	due     time.Time // when the timer fires
	stopped bool
	firing  bool
	again   bool                // came while firing
	loaded  bool                // waiting is what the store has
	waiting map[text.Name][]Job // reminders of people who are not here
	done    map[uint64]struct{} // told, and not dropped yet because the store failed
}

// at makes sure that the agenda is looked at, at a time or before.
func (a *agenda) at(when time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stopped {
		return
	}
	if a.firing {
		a.again = true
		return
	}
	when = a.soonest(when)
	if a.timer != nil {
		if !a.due.After(when) {
			return
		}
		a.timer.Stop()
	}
	a.due = when
	a.timer = time.AfterFunc(max(0, when.Sub(a.m.now())), func() { a.m.spawn("agenda", a.run) })
}

func (a *agenda) soonest(when time.Time) time.Time {
	if rest := a.m.now().Add(agendaRest); when.After(rest) {
		return rest
	}
	return when
}

func (a *agenda) stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stopped = true
	if a.timer != nil {
		a.timer.Stop()
	}
}

// run is the timer's work.
func (a *agenda) run(ctx context.Context) {
	a.mu.Lock()
	a.timer, a.firing, a.again = nil, true, false
	a.mu.Unlock()
	next, err := a.m.Fire(ctx)
	if err != nil {
		next = a.m.now().Add(agendaRetry)
	}
	a.mu.Lock()
	again := a.again
	a.firing = false
	a.mu.Unlock()
	switch {
	case again:
		a.at(a.m.now())
	case !next.IsZero():
		a.at(next)
	}
}

// Fire does what is due, and returns when the next job is, zero if there is
// none. It runs by itself when a job's time comes, and at the start for what was due meanwhile.
func (m *Manager) Fire(ctx context.Context) (next time.Time, err error) {
	m.agenda.doing.Lock()
	defer m.agenda.doing.Unlock()
	if err := m.loadWaiting(ctx); err != nil {
		return time.Time{}, err
	}
	for {
		due, after, err := m.store.DueJobs(ctx, m.now(), duePart)
		if err := m.askerFailed(ctx, err); err != nil {
			return time.Time{}, err
		}
		held := time.Duration(0)
		done := 0
		for _, j := range due {
			wait, err := m.fire(ctx, j)
			switch {
			case err != nil:
				return time.Time{}, err
			case wait > 0 && (held == 0 || wait < held):
				held = wait
			case wait == 0:
				done++
			}
		}
		if held > 0 {
			if soon := m.now().Add(held); after.IsZero() || soon.Before(after) {
				after = soon
			}
		}
		if len(due) < duePart || done == 0 {
			return after, nil
		}
	}
}

// fire does one job. With wait it has to be tried again after that time.
func (m *Manager) fire(ctx context.Context, j Job) (wait time.Duration, err error) {
	who, gone := Actor{Name: j.By}, false
	if j.By != j.For {
		var here bool
		who, here = m.authorOf(ctx, j)
		gone = !here
	}
	switch {
	case j.Room == 0 && gone:
		return 0, m.dropJob(ctx, j)
	case j.Room == 0:
		return 0, m.remind(ctx, j)
	}
	err = errGone
	if !gone {
		_, err = m.Post(ctx, who, Post{Room: j.Room, Type: Message, Text: j.Text, Nonce: "job-" + strconv.FormatUint(j.ID, 10)})
	}
	var rate *RateError
	switch {
	case err == nil:
		return 0, m.dropJob(ctx, j)
	case errors.As(err, &rate):
		return max(rate.After, time.Second), nil
	case errors.Is(err, ErrUnavailable), errors.Is(err, ErrClosed), ctx.Err() != nil:
		return 0, err
	}
	refused, err := json.Marshal(m.refusedJob(ctx, j, err))
	if err != nil {
		return 0, err
	}
	j.Text = text.NewBody(string(refused))
	return 0, m.remind(ctx, j)
}

// authorOf is who asked for a job, as Options.Author says.
func (m *Manager) authorOf(ctx context.Context, j Job) (who Actor, here bool) {
	if m.opts.Author == nil {
		return Actor{Name: j.By}, true
	}
	return m.opts.Author(ctx, j)
}

// refusedJob tells the author of a message why it was not posted.
func (m *Manager) refusedJob(ctx context.Context, j Job, why error) Notice {
	words := text.NewLine(j.Text.String(), MaxReminder)
	room, err := m.Room(ctx, Actor{Name: j.By}, j.Room)
	if err != nil {
		return NewNotice("your message for a room was not posted: %s | %s", reasonOf(why), words)
	}
	return NewNotice("your message for %s was not posted: %s | %s", room.Label(j.By), reasonOf(why), words)
}

// reasonOf is an error as a sentence within a notice, with the times that it names.
func reasonOf(err error) Notice {
	var quiet *QuietError
	var ban *BanError
	var barred *BarredError
	var says Notice
	var why text.Body
	switch {
	case errors.As(err, &quiet) && !quiet.Until.Equal(Forever):
		says = NewNotice("a moderator of this room has silenced you until %s: you can read", quiet.Until)
	case errors.As(err, &ban) && !ban.Until.IsZero():
		says, why = NewNotice("you are banned from that room until %s", ban.Until), ban.Reason
	case errors.As(err, &barred) && !barred.Until.IsZero():
		says, why = NewNotice("you are banned from this server until %s", barred.Until), barred.Reason
	default:
		return NewNotice(err.Error())
	}
	if why.IsZero() {
		return says
	}
	return NewNotice("%s: %s", says, why)
}

// whom is who is told of a job.
func (j Job) whom() text.Name {
	if j.Room != 0 {
		return j.By
	}
	return j.For
}

// Notice is the sentence that tells of a job that is due.
func (j Job) Notice() Notice {
	words := j.Text.String()
	switch {
	case j.Room != 0:
		var refused Notice
		if json.Unmarshal([]byte(words), &refused) != nil {
			return NewNotice("%s", words)
		}
		return refused
	case j.Waits && j.By == j.For:
		return NewNotice("reminder of %s: %s", j.At, words)
	case j.Waits:
		return NewNotice("%s reminded you at %s: %s", j.By, j.At, words)
	case j.By == j.For:
		return NewNotice("reminder: %s", words)
	}
	return NewNotice("%s reminds you: %s", j.By, words)
}

// remind tells somebody of a job, now or when they come.
func (m *Manager) remind(ctx context.Context, j Job) error {
	a := &m.agenda
	if told, _ := m.tell(j.whom(), j.Notice(), a.isDone(j.ID)); told {
		a.setDone(j.ID)
		return m.dropJob(ctx, j)
	}
	j.Waits = true
	if err := m.askerFailed(ctx, m.store.HoldJob(ctx, j)); err != nil {
		return err
	}
	a.mu.Lock()
	a.waiting[j.whom()] = append(a.waiting[j.whom()], j)
	a.mu.Unlock()
	if len(m.Online(j.whom())) > 0 {
		a.came(j.whom()) // meanwhile
	}
	return nil
}

func (m *Manager) dropJob(ctx context.Context, j Job) error {
	_, err := m.store.DropJob(ctx, j.ID)
	if err := m.askerFailed(ctx, err); err != nil {
		return err
	}
	a := &m.agenda
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.done, j.ID)
	return nil
}

// loadWaiting reads once who is to be told when they come, and tells those who came before it was read.
func (m *Manager) loadWaiting(ctx context.Context) error {
	a := &m.agenda
	a.mu.Lock()
	loaded := a.loaded
	a.mu.Unlock()
	if loaded {
		return nil
	}
	list, err := m.store.WaitingJobs(ctx)
	if err := m.askerFailed(ctx, err); err != nil {
		return err
	}
	var names []text.Name
	a.mu.Lock()
	a.loaded, a.waiting, a.done = true, map[text.Name][]Job{}, map[uint64]struct{}{}
	for _, j := range list {
		if len(a.waiting[j.whom()]) == 0 {
			names = append(names, j.whom())
		}
		a.waiting[j.whom()] = append(a.waiting[j.whom()], j)
	}
	a.mu.Unlock()
	for _, n := range names {
		if len(m.Online(n)) > 0 {
			a.came(n)
		}
	}
	return nil
}

// came delivers what has waited for somebody who has come.
func (a *agenda) came(who text.Name) {
	a.mu.Lock()
	waits := len(a.waiting[who]) > 0
	a.mu.Unlock()
	if !waits {
		return
	}
	a.m.spawn("reminders", func(ctx context.Context) {
		for a.m.deliver(ctx, who) {
			select {
			case <-time.After(toldEvery):
			case <-ctx.Done():
				return
			}
		}
	})
}

// deliver tells somebody who is here of some reminders that have waited for
// them, and reports whether there are more. They stay if the store fails.
func (m *Manager) deliver(ctx context.Context, who text.Name) (more bool) {
	a := &m.agenda
	for range toldAtOnce {
		j, found := a.take(who)
		if !found {
			return false
		}
		if told, here := m.tell(who, j.Notice(), a.isDone(j.ID)); !told {
			a.putBack(j)
			return here
		}
		a.setDone(j.ID)
		if m.dropJob(ctx, j) != nil {
			a.putBack(j) // to be dropped, not told again
			return true
		}
	}
	return true
}

// take is the first reminder that waits for somebody.
func (a *agenda) take(who text.Name) (j Job, found bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := a.waiting[who]
	if len(list) == 0 {
		return Job{}, false
	}
	if a.waiting[who] = list[1:]; len(list) == 1 {
		delete(a.waiting, who)
	}
	return list[0], true
}

func (a *agenda) putBack(j Job) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting[j.whom()] = append([]Job{j}, a.waiting[j.whom()]...)
}

// forget takes a job that was cancelled out of what waits.
func (a *agenda) forget(j Job) {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := slices.DeleteFunc(slices.Clone(a.waiting[j.whom()]), func(one Job) bool { return one.ID == j.ID })
	if len(list) == 0 {
		delete(a.waiting, j.whom())
	} else {
		a.waiting[j.whom()] = list
	}
}

func (a *agenda) isDone(id uint64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, done := a.done[id]
	return done
}

func (a *agenda) setDone(id uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.done[id] = struct{}{}
}

// tell shows a line to the sessions of somebody in which it is read, unless it was told already. It reports
// whether it was, and whether there is such a session: one may have no room for another line.
func (m *Manager) tell(who text.Name, n Notice, already bool) (told, here bool) {
	if already {
		return true, true
	}
	ib := m.person(who)
	if ib == nil {
		return false, false
	}
	ib.mu.Lock()
	defer ib.mu.Unlock()
	for _, s := range ib.sessions {
		if !s.reads() {
			continue
		}
		here = true
		if len(s.notices) < maxNotices {
			s.notice(n)
			told = true
		}
	}
	return told, here
}

// reads reports whether somebody reads what the session shows: a command over ssh only has an answer.
func (s *Session) reads() bool { return s.info.Face != "exec" }
