package rooms

import (
	"time"

	"parley/text"
)

// WriteRule says whether somebody may add to rooms at all, and whether only
// slowly. It is asked with every event and reads memory only.
type WriteRule func(who text.Name, guest bool) (slowly bool, err error)

// What who is held to a slower rate may add.
const (
	slowEvery = 10 * time.Second
	slowBurst = 3
)

// mayWrite asks the server's rule, before the room is asked. Who may not write may still come, leave and decline.
func (m *Manager) mayWrite(e *Entry) error {
	if m.opts.Writes == nil || e.Type == Join || e.Type == Leave || e.Type == Decline || e.Type == Expire {
		return nil
	}
	slowly, err := m.opts.Writes(e.Author, e.Guest)
	if err != nil {
		return &heldError{err}
	}
	if slowly {
		return m.limits.trickle(e.Author)
	}
	return nil
}

// heldError is a refusal of the server's own rule.
type heldError struct{ cause error }

func (e *heldError) Error() string   { return e.cause.Error() }
func (e *heldError) Unwrap() []error { return []error{ErrForbidden, e.cause} }
