package sqlite

import (
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// What was deleted makes room for files, though the database does not become smaller by it.
func TestSpaceHasWhatWasDeleted(t *testing.T) {
	s := newRoom(t, busyTimeout)
	space := func() rooms.Space {
		t.Helper()
		left, err := s.Space(t.Context())
		if err != nil || left.Size <= 0 || left.Free < 0 || left.Free > left.Size || left.Holes < 0 {
			t.Fatalf("there is %+v (%v)", left, err)
		}
		return left
	}
	p := rooms.Partial{Room: 1, Owner: person(t, "alice"), Name: text.NewLine("big.bin", 20), Touched: time.Now()}
	data := make([]byte, rooms.MaxPiece)
	const pieces = 8
	var err error
	for range pieces {
		if p, _, err = s.WriteFile(t.Context(), p, data, rooms.Quota{}); err != nil {
			t.Fatal(err)
		}
	}
	before := space()
	if err := s.DropFile(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	for more := true; more; {
		if more, _, err = s.SweepFiles(t.Context(), time.Time{}, 16); err != nil {
			t.Fatal(err)
		}
	}
	if got := space().Holes - before.Holes; got < pieces*rooms.MaxPiece {
		t.Errorf("%d bytes were deleted, and %d may be written again", pieces*rooms.MaxPiece, got)
	}
}
