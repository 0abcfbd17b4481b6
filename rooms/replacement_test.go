package rooms_test

import (
	"errors"
	"testing"

	"parley/rooms"
	"parley/text"
)

// A file that waits for its name stays until what replaces it has its message: here the room is locked between the last byte and the post.
func TestWhatWaitsStaysUntilItsReplacementIsPosted(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	ops := create(t, m, "ops", rooms.Public, "ana", "bo")
	ana, bo := actor(t, "ana"), actor(t, "bo")
	u := upload(t, m, "bo", ops.ID, "a.tmp", []byte("waits"))
	if err := u.Hold(); err != nil {
		t.Fatal(err)
	}
	lock := func(how string) {
		t.Helper()
		if _, _, err := m.Do(t.Context(), ana, rooms.Entry{Room: ops.ID, Type: rooms.Set, Detail: rooms.PropLocked, Text: text.NewBody(how)}); err != nil {
			t.Fatal(err)
		}
	}
	waits := func(want int) {
		t.Helper()
		if n, err := m.Held(t.Context(), bo); err != nil || n != want {
			t.Errorf("%d files wait (%v), want %d", n, err, want)
		}
	}
	replace := func() *rooms.Upload {
		t.Helper()
		r, err := m.Replacement(t.Context(), bo, ops.ID, title(t, "a.tmp"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Write([]byte("new")); err != nil {
			t.Fatal(err)
		}
		return r
	}
	refused := replace()
	lock("on")
	if _, err := refused.Commit(t.Context(), rooms.Post{}); !errors.Is(err, rooms.ErrLocked) {
		t.Errorf("in a locked room: %v", err)
	}
	if err := refused.Close(); err != nil {
		t.Error(err)
	}
	lock("off")
	waits(1)
	if p, err := m.Partial(t.Context(), bo, ops.ID, title(t, "a.tmp")); err != nil || !p.Whole || p.Size != 5 {
		t.Errorf("what waits is %+v (%v)", p, err)
	}
	e, err := replace().Commit(t.Context(), rooms.Post{})
	if err != nil {
		t.Fatal(err)
	}
	waits(0)
	wantFile(t, m, "ana", e, []byte("new"))
	if _, err := u.Commit(t.Context(), rooms.Post{}); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("what was replaced is posted: %v", err)
	}
}
