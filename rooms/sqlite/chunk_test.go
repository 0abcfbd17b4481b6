package sqlite

import (
	"errors"
	"os"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// safety is what PRAGMA synchronous says inside a transaction: 2 is FULL, by which a commit is on disk, 1 is NORMAL.
func safety(t *testing.T, to *int64) func(*conn) error {
	return func(c *conn) error {
		found, err := c.first("PRAGMA synchronous", func(r row) { *to = r.int(0) })
		if err == nil && !found {
			err = errors.New("it says nothing")
		}
		return err
	}
}

// Posts wait for no disk but their own: what a file brings is brought there between them. But they do wait for that.
func TestOnlyPiecesOfFilesAreCommittedWithoutTheDisk(t *testing.T) {
	s := newRoom(t, busyTimeout)
	failed := errors.New("failed")
	for range 2 { // the driver may keep what a statement has done once
		var pieces, posts, after int64
		if err := s.add(t.Context(), 0, safety(t, &pieces)); err != nil {
			t.Fatal(err)
		}
		if err := s.update(t.Context(), safety(t, &posts)); err != nil {
			t.Fatal(err)
		}
		if err := s.add(t.Context(), 0, func(*conn) error { return failed }); !errors.Is(err, failed) {
			t.Fatal(err)
		}
		if err := s.update(t.Context(), safety(t, &after)); err != nil {
			t.Fatal(err)
		}
		if pieces != 1 || posts != 2 || after != 2 {
			t.Errorf("synchronous is %d for a piece, %d for a post, and %d after a piece that failed", pieces, posts, after)
		}
	}
}

// While files come in the log is copied beside the posts, before SQLite does it while one waits: at 16 MiB.
func TestTheLogStaysShortWhileFilesComeIn(t *testing.T) {
	s := newRoom(t, busyTimeout)
	p := rooms.Partial{Room: 1, Owner: person(t, "alice"), Name: text.NewLine("big.bin", 20)}
	data := make([]byte, rooms.MaxPiece)
	for range 24 << 20 / len(data) {
		var err error
		p.Touched = time.Now()
		if p, _, err = s.WriteFile(t.Context(), p, data, rooms.Quota{}); err != nil {
			t.Fatal(err)
		}
		say(t, s, 1, "alice", "beside it", 1)
	}
	info, err := os.Stat(s.path + logSuffix)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 10<<20 {
		t.Errorf("the log has %d bytes", info.Size())
	}
}
