package tree

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pkg/sftp"

	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
)

// newTree is a session of ana's without a client, in whose world there is the room lab.
func newTree(t *testing.T) (*tree, rooms.Room) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	m := rooms.New(store, rooms.LocalBus{}, rooms.Options{})
	t.Cleanup(func() {
		if err := errors.Join(m.Close(context.Background()), store.Close()); err != nil {
			t.Error(err)
		}
	})
	name, err := text.ReadName("ana")
	if err != nil {
		t.Fatal(err)
	}
	lab, err := text.ParseRoomName("lab")
	if err != nil {
		t.Fatal(err)
	}
	ana := rooms.Actor{Name: name}
	r, err := m.Create(t.Context(), ana, rooms.Room{Name: lab, Kind: rooms.Public})
	if err != nil {
		t.Fatal(err)
	}
	return &tree{
		Options: Options{Rooms: m, Actor: ana, Zone: time.UTC}, ctx: t.Context(), errout: io.Discard,
		told: map[string]int64{}, sinks: map[string]*sink{}, moved: map[string]*sink{}, stamps: map[uint64]time.Time{}, owners: map[text.Name]uint32{},
	}, r
}

// A write that overtook the closing of its file began an upload that nobody ended, until no other could begin.
func TestAWriteBehindAClosingBeginsNothing(t *testing.T) {
	files, _ := newTree(t)
	for i := range rooms.MaxUploads + 1 {
		r := sftp.NewRequest("Put", "/lab/a.txt")
		r.Flags = 2 // SSH_FXF_WRITE, which makes no empty file
		to, err := files.Filewrite(r)
		if err != nil {
			t.Fatalf("file %d: %v", i, err)
		}
		if err := to.(io.Closer).Close(); err != nil {
			t.Fatalf("file %d: %v", i, err)
		}
		if _, err := to.WriteAt([]byte("b"), 0); !errors.Is(err, sftp.ErrSSHFxFailure) {
			t.Fatalf("write %d: %v", i, err)
		}
	}
}

func TestWhatGetsNoNameInTimeIsPosted(t *testing.T) {
	files, lab := newTree(t)
	for _, name := range []string{"late.tmp", "new.tmp"} {
		r := sftp.NewRequest("Put", "/lab/"+name)
		r.Flags = 2 | 8 // SSH_FXF_WRITE, SSH_FXF_CREAT
		to, err := files.Filewrite(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.WriteAt([]byte("x"), 0); err != nil {
			t.Fatal(err)
		}
		if err := to.(io.Closer).Close(); err != nil {
			t.Fatal(err)
		}
	}
	posted := func() (names []string) {
		t.Helper()
		list, _, err := files.Rooms.Files(t.Context(), files.Actor, lab.ID, text.Line{}, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			names = append(names, e.File.Name.String())
		}
		return names
	}
	files.expire()
	if got := posted(); got != nil {
		t.Errorf("before their time %q are posted", got)
	}
	p, err := files.find(t.Context(), "/lab/late.tmp")
	if err != nil {
		t.Fatal(err)
	}
	files.shelf.at(p.key()).put = time.Now().Add(-holdFor)
	files.expire()
	if got := posted(); len(got) != 1 || got[0] != "late.tmp" {
		t.Errorf("%q are posted", got)
	}
	if err := files.settle(); err != nil {
		t.Error(err)
	}
	if got := posted(); len(got) != 2 {
		t.Errorf("at the end %q are posted", got)
	}
}

func TestTheShelfCallsWhenTimeIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shelf
		var called []time.Duration
		began := time.Now()
		var expire func()
		expire = func() {
			called = append(called, time.Since(began))
			if n := len(s.due(time.Now(), expire)); n != 1 {
				t.Errorf("%d are due", n)
			}
		}
		for i := range 3 {
			s.put(key{room: rooms.ID(i)}, &held{up: &rooms.Upload{}}, expire)
			time.Sleep(time.Minute)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if len(called) != 2 || called[0] != holdFor || called[1] != holdFor+time.Minute {
			t.Errorf("it was called after %v", called)
		}
		if left := s.end(); len(left) != 1 {
			t.Errorf("%d are left", len(left))
		}
		time.Sleep(time.Hour)
		if len(called) != 2 {
			t.Errorf("after the end it was called: %v", called)
		}
	})
}
