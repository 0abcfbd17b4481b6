package rooms

import (
	"context"
	"fmt"

	"parley/text"
)

// Space is what a store has left, in bytes.
type Space struct {
	Size  int64 // of the volume that the store is on; 0 if that is not known, and then nothing is held back
	Free  int64 // that may still be written to the volume
	Holes int64 // within the store's own files, of what was deleted: what comes next is written there first
}

// Files take no space below the reserve: a sixteenth of the volume, within these bounds, and half of a very small one. A message needs it, and a deletion needs
// it more: what is deleted is overwritten, and that stands in the log of the store before it is done.
const (
	minReserve = 8 << 20
	maxReserve = 64 << 20
)

// Reserve is what files leave free.
func (s Space) Reserve() int64 { return min(max(s.Size/16, minReserve), maxReserve, s.Size/2) }

// Left is how many bytes of files fit, at least 0; only where Size is known.
func (s Space) Left() int64 {
	if s.Free < s.Reserve()/2 { // holes take what is written in the end, and the log takes it before
		return 0
	}
	return max(s.Free+s.Holes-s.Reserve(), 0)
}

// Fits reports whether more bytes of files fit, as a *SpaceError if they do not.
func (s Space) Fits(more int64) error {
	if s.Size > 0 && more >= s.Left() {
		return &SpaceError{Reserve: s.Reserve()}
	}
	return nil
}

// SpaceError says that a file would take what the server's disk keeps free for messages.
type SpaceError struct{ Reserve int64 }

func (e *SpaceError) Error() string {
	return fmt.Sprintf("the server's disk is nearly full, and its last %s are kept for messages: files fit again when some were deleted, or the operator has made room", text.Bytes(e.Reserve))
}

// Unwrap makes errors.Is find ErrRefused.
func (e *SpaceError) Unwrap() error { return ErrRefused }

// Space is what the store has left. Errors: ErrUnavailable, ErrClosed, or the context's.
func (m *Manager) Space(ctx context.Context) (Space, error) {
	bounded, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	left, err := m.store.Space(bounded)
	return left, m.askerFailed(ctx, err)
}

// spaceFits reports whether the store has room for more bytes of files.
func (m *Manager) spaceFits(ctx context.Context, more int64) error {
	left, err := m.Space(ctx)
	if err != nil {
		return err
	}
	return left.Fits(more)
}
