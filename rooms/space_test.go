package rooms_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"parley/rooms"
)

const mib = 1 << 20

func TestFilesLeaveAReserve(t *testing.T) {
	for _, c := range []struct {
		what string
		left rooms.Space
		want int64
	}{
		{"not known", rooms.Space{}, 0},
		{"a small volume", rooms.Space{Size: 16 * mib, Free: 12 * mib}, 4 * mib},
		{"a very small one", rooms.Space{Size: 8 * mib, Free: 5 * mib}, mib},
		{"a sixteenth", rooms.Space{Size: 512 * mib, Free: 100 * mib}, 68 * mib},
		{"a large one", rooms.Space{Size: 1 << 40, Free: 100 * mib}, 36 * mib},
		{"at the reserve", rooms.Space{Size: 1 << 40, Free: 64 * mib}, 0},
		{"holes count", rooms.Space{Size: 1 << 40, Free: 40 * mib, Holes: 30 * mib}, 6 * mib},
		{"not without room for the log", rooms.Space{Size: 1 << 40, Free: 32*mib - 1, Holes: 1 << 30}, 0},
		{"nothing", rooms.Space{Size: 1 << 40}, 0},
	} {
		if c.left.Size > 0 && c.left.Left() != c.want {
			t.Errorf("%s: %d bytes are left, want %d", c.what, c.left.Left(), c.want)
		}
		var full *rooms.SpaceError
		if err := c.left.Fits(max(c.want-1, 0)); (err == nil) != (c.left.Size == 0 || c.want > 0) {
			t.Errorf("%s: what fits: %v", c.what, err)
		}
		if err := c.left.Fits(c.want); c.left.Size > 0 && (!errors.As(err, &full) || full.Reserve != c.left.Reserve() || !errors.Is(err, rooms.ErrRefused)) {
			t.Errorf("%s: what does not fit: %v", c.what, err)
		}
	}
}

// crammed is on a volume of 1 GiB of which a test says what is free.
type crammed struct {
	rooms.Store
	free atomic.Int64
}

func (s *crammed) Space(context.Context) (rooms.Space, error) {
	return rooms.Space{Size: 1 << 30, Free: s.free.Load()}, nil
}

func TestUploadsLeaveRoomForMessages(t *testing.T) {
	const reserve = 64 * mib
	store := &crammed{Store: openStore(t)}
	m := open(t, store, rooms.Options{})
	ops := create(t, m, "ops", rooms.Public, "ana")
	ana := actor(t, "ana")
	refused := func(what string, err error) {
		t.Helper()
		var full *rooms.SpaceError
		if !errors.As(err, &full) || full.Reserve != reserve {
			t.Errorf("%s: %v", what, err)
		}
	}
	store.free.Store(reserve + mib)
	if err := m.FileFits(t.Context(), ana, ops.ID, title(t, "a"), mib-1); err != nil {
		t.Errorf("a file that fits: %v", err)
	}
	refused("a file whose size is known", m.FileFits(t.Context(), ana, ops.ID, title(t, "a"), mib))
	cut := upload(t, m, "ana", ops.ID, "a", noise(rooms.MaxPiece))
	small := upload(t, m, "ana", ops.ID, "b", []byte("b"))
	store.free.Store(reserve)
	_, err := cut.Write(noise(rooms.MaxPiece))
	refused("one that grows", err)
	if err := cut.Close(); err != nil {
		t.Error(err)
	}
	_, err = small.Commit(t.Context(), rooms.Post{})
	refused("one that is short", err)
	_, err = m.Upload(t.Context(), ana, ops.ID, title(t, "c"))
	refused("a new one", err)
	if _, err := m.Post(t.Context(), ana, message(ops.ID, "words take little room")); err != nil {
		t.Errorf("a message: %v", err)
	}
	if used, _, err := m.FileUsage(t.Context(), ana, ops.ID); err != nil || used != (rooms.Usage{}) {
		t.Errorf("there are %+v bytes of files (%v)", used, err)
	}
	store.free.Store(reserve + mib)
	if _, err := small.Commit(t.Context(), rooms.Post{}); err != nil {
		t.Errorf("once there is room: %v", err)
	}
}
