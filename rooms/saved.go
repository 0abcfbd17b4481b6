package rooms

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/text"
)

// Saved is a message that somebody keeps to find it again.
type Saved struct {
	Name text.Name
	Room ID
	Seq  uint64
	Time time.Time // when it was saved: UTC, millisecond precision
}

// MaxSaved is how many messages one person may save.
const MaxSaved = 1000

var errSaved = fmt.Errorf("you have saved %d messages already: /unsave some first", MaxSaved)

// ErrNotSaved is the answer to who wants to unsave what they have not saved.
var ErrNotSaved = errors.New("you have not saved that message")

// SaveMessage keeps a message that who can read. Errors: those of Event, or a sentence.
func (m *Manager) SaveMessage(ctx context.Context, who Actor, room ID, seq uint64) error {
	if who.Guest {
		return ErrForbidden
	}
	if _, _, err := m.Event(ctx, who, room, seq); err != nil {
		return err
	}
	if err := m.limits.post(who, "changes"); err != nil {
		return err
	}
	list, err := m.Saved(ctx, who)
	if err != nil {
		return err
	}
	if len(list) >= MaxSaved {
		return errSaved
	}
	return m.askerFailed(ctx, m.store.SaveMessage(ctx, Saved{who.Name, room, seq, m.now()}))
}

// Unsave forgets a message that who saved; ErrNotSaved if they had not.
func (m *Manager) Unsave(ctx context.Context, who Actor, room ID, seq uint64) error {
	found, err := m.store.DropSaved(ctx, who.Name, room, seq)
	if err := m.askerFailed(ctx, err); err != nil {
		return err
	}
	if !found {
		return ErrNotSaved
	}
	return nil
}

// Saved lists what who saved, the newest first.
func (m *Manager) Saved(ctx context.Context, who Actor) ([]Saved, error) {
	list, err := m.store.Saved(ctx, who.Name)
	return list, m.askerFailed(ctx, err)
}
