package tree

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"testing"
	"time"

	"github.com/pkg/sftp"

	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
)

// A write that overtook the closing of its file began an upload that nobody ended, until no other could begin.
func TestAWriteBehindAClosingBeginsNothing(t *testing.T) {
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	m := rooms.New(store, rooms.LocalBus{}, rooms.Options{})
	defer func() {
		if err := errors.Join(m.Close(context.Background()), store.Close()); err != nil {
			t.Error(err)
		}
	}()
	name, err := text.ReadName("ana")
	if err != nil {
		t.Fatal(err)
	}
	lab, err := text.ParseRoomName("lab")
	if err != nil {
		t.Fatal(err)
	}
	ana := rooms.Actor{Name: name}
	if _, err := m.Create(t.Context(), ana, rooms.Room{Name: lab, Kind: rooms.Public}); err != nil {
		t.Fatal(err)
	}
	files := &tree{
		Options: Options{Rooms: m, Actor: ana, Zone: time.UTC}, ctx: t.Context(), errout: io.Discard,
		told: map[string]int64{}, sinks: map[string]*sink{}, owners: map[text.Name]uint32{},
	}
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
