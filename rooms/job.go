package rooms

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/text"
)

// Job is what somebody wants to happen at a time: a reminder of a person, or a
// message in a room. It is kept until it has happened.
type Job struct {
	ID   uint64    // given by the store, never twice
	By   text.Name // who asked for it
	For  text.Name // whom it reminds; zero for a message
	Room ID        // where it is posted; 0 for a reminder
	Text text.Body
	Made time.Time // UTC, millisecond precision, as At
	At   time.Time
	// Waits says that its time has come and the person was not here: they are told when they come. The job
	// of a message that could not be posted waits for its author; Text says why then.
	Waits bool
	// Proof is how By had come when they asked for it, as package keys keeps it: "" for by a key.
	Proof string
}

const (
	// MaxJobs is how many jobs of one person may be kept at once.
	MaxJobs = 100
	// MaxReminder is the longest text of a reminder, in columns: it is one line.
	MaxReminder = 200
)

// ErrNoJob is the answer for a job that is not there, or is somebody else's.
var ErrNoJob = errors.New("you have no reminder or scheduled message of that number: /remind and /schedule list them")

var (
	errJobs     = fmt.Errorf("you have %d reminders and scheduled messages already: cancel one first", MaxJobs)
	errGone     = errors.New("your keys had been removed by then")
	errReminder = fmt.Errorf("a reminder is one line of at most %d columns", MaxReminder)
)

// Schedule keeps a job of who: For or Room, Text, At and Proof count. The caller has
// checked that For exists. The job is durable when Schedule returns. Errors: those of Post, or a sentence.
func (m *Manager) Schedule(ctx context.Context, who Actor, j Job) (Job, error) {
	switch {
	case who.Name.IsZero() || who.Guest:
		return Job{}, ErrForbidden
	case j.Text.IsZero():
		return Job{}, errEmpty
	case !j.At.After(m.now()):
		return Job{}, errPast
	case j.Room == 0 && text.NewLine(j.Text.String(), MaxReminder).String() != j.Text.String():
		return Job{}, errReminder
	}
	if j.Room != 0 {
		r, err := m.enterToWrite(ctx, who, j.Room)
		if err != nil {
			return Job{}, err
		}
		defer m.release(r)
		if err := m.mayTalk(ctx, r, who, j.At); err != nil { // who is silent until before then may
			return Job{}, err
		}
		if err := m.limits.size(j.Text); err != nil {
			return Job{}, err
		}
	}
	if err := m.limits.post(who, "reminders"); err != nil {
		return Job{}, err
	}
	mine, err := m.Jobs(ctx, who)
	if err != nil {
		return Job{}, err
	}
	n := 0
	for _, one := range mine {
		if one.By == who.Name {
			n++
		}
	}
	if n >= MaxJobs {
		return Job{}, errJobs
	}
	j.By, j.Made, j.At, j.Waits = who.Name, m.now(), j.At.UTC().Truncate(time.Millisecond), false
	j.ID, err = m.store.AddJob(ctx, j)
	if err := m.askerFailed(ctx, err); err != nil {
		return Job{}, err
	}
	m.agenda.at(j.At)
	return j, nil
}

// Jobs lists the jobs that who has asked for, and the reminders that are for them, by time.
func (m *Manager) Jobs(ctx context.Context, who Actor) ([]Job, error) {
	list, err := m.store.Jobs(ctx, who.Name)
	return list, m.askerFailed(ctx, err)
}

// Cancel takes a job back that who has asked for or that is for them; ErrNoJob if there is none.
func (m *Manager) Cancel(ctx context.Context, who Actor, id uint64) error {
	list, err := m.Jobs(ctx, who)
	if err != nil {
		return err
	}
	for _, j := range list {
		if j.ID != id {
			continue
		}
		m.agenda.forget(j)
		found, err := m.store.DropJob(ctx, id)
		if err := m.askerFailed(ctx, err); err != nil {
			return err
		}
		if found {
			return nil
		}
	}
	return ErrNoJob
}
