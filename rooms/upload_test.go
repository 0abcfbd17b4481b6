package rooms_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// noise is n bytes that repeat nowhere.
func noise(n int) []byte {
	b := make([]byte, n)
	rnd := rand.NewChaCha8([32]byte{1})
	_, _ = rnd.Read(b)
	return b
}

func title(tb testing.TB, s string) text.Line {
	tb.Helper()
	l, err := text.FileName(s)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

// upload begins a file and writes some of it.
func upload(tb testing.TB, m *rooms.Manager, who string, room rooms.ID, name string, data []byte) *rooms.Upload {
	tb.Helper()
	u, err := m.Upload(tb.Context(), actor(tb, who), room, title(tb, name))
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := u.Write(data); err != nil {
		tb.Fatal(err)
	}
	return u
}

func put(tb testing.TB, m *rooms.Manager, who string, room rooms.ID, name string, data []byte) *rooms.Event {
	tb.Helper()
	e, err := upload(tb, m, who, room, name, data).Commit(tb.Context(), rooms.Post{})
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// wantFile wants that bytes, under their sum, from an event's file.
func wantFile(tb testing.TB, m *rooms.Manager, who string, e *rooms.Event, want []byte) {
	tb.Helper()
	sum := sha256.Sum256(want)
	if e.File == nil || e.File.Size != int64(len(want)) || e.File.SHA256 != hex.EncodeToString(sum[:]) {
		tb.Fatalf("the file is %+v, want %d bytes of sum %x", e.File, len(want), sum)
	}
	f, err := m.Open(tb.Context(), actor(tb, who), e.Room, e.Seq)
	if err != nil {
		tb.Fatal(err)
	}
	got, err := io.ReadAll(io.NewSectionReader(f, 0, f.Size()))
	if err != nil || !bytes.Equal(got, want) {
		tb.Fatalf("%d bytes came back (%v), not the %d that were put there", len(got), err, len(want))
	}
}

func TestAFileIsAMessage(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	ops := create(t, m, "ops", rooms.Private, "ana", "bo")
	bo := attach(t, m, "bo")
	data := noise(700_001)
	u := upload(t, m, "ana", ops.ID, "report.pdf", data[:300_000])
	if list, _, err := m.Files(t.Context(), actor(t, "ana"), ops.ID, text.Line{}, 10); err != nil || len(list) != 0 {
		t.Errorf("an upload is listed before it is over: %v (%v)", list, err)
	}
	drain(bo)
	if _, err := u.Write(data[300_000:]); err != nil || !quiet(bo) {
		t.Errorf("bo learns of an upload (%v)", err)
	}
	e, err := u.Commit(t.Context(), rooms.Post{Nonce: "k"})
	if err != nil || e.Text.String() != "report.pdf" || e.Type != rooms.Message || e.File.Name.String() != "report.pdf" {
		t.Fatalf("%+v %v", e, err)
	}
	wait(t, bo, "the message", func() bool { in := bo.Inbox(nil); return in[0].Unread() == 1 })
	wantFile(t, m, "bo", e, data)
	if _, err := u.Write([]byte("x")); err == nil {
		t.Error("what was sent was added to")
	}
	again := upload(t, m, "ana", ops.ID, "report.pdf", data)
	if e2, err := again.Commit(t.Context(), rooms.Post{Nonce: "k", Text: text.NewBody("a caption")}); err != nil || e2.Seq != e.Seq {
		t.Errorf("the same nonce: %+v %v", e2, err)
	}
	if used, _, err := m.FileUsage(t.Context(), actor(t, "ana"), ops.ID); err != nil || used.Person != int64(len(data)) {
		t.Errorf("a file that was sent twice counts %+v (%v)", used, err)
	}
	for who, want := range map[string]error{"eve": rooms.ErrNoRoom} {
		if _, err := m.Open(t.Context(), actor(t, who), ops.ID, e.Seq); !errors.Is(err, want) {
			t.Errorf("%s reads it: %v", who, err)
		}
		if _, err := m.Upload(t.Context(), actor(t, who), ops.ID, title(t, "x")); !errors.Is(err, want) {
			t.Errorf("%s uploads: %v", who, err)
		}
		if _, _, err := m.Files(t.Context(), actor(t, who), ops.ID, text.Line{}, 1); !errors.Is(err, want) {
			t.Errorf("%s lists: %v", who, err)
		}
	}
	if _, err := m.Upload(t.Context(), actor(t, "bo"), ops.ID, title(t, "report.pdf")); !errors.As(err, new(*rooms.FileTakenError)) {
		t.Errorf("bo takes ana's name: %v", err)
	}
	f, err := m.Open(t.Context(), actor(t, "bo"), ops.ID, e.Seq)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.Do(t.Context(), actor(t, "ana"), rooms.Entry{Room: ops.ID, Type: rooms.Delete, Ref: e.Seq}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.ReadAt(make([]byte, 10), 0); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("what was deleted is read: %v", err)
	}
	if _, err := m.Open(t.Context(), actor(t, "bo"), ops.ID, e.Seq); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("what was deleted is opened: %v", err)
	}
}

func TestACutUploadGoesOn(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	ops := create(t, m, "ops", rooms.Public, "ana", "bo")
	data := noise(3 << 20)
	name := title(t, "a.bin")
	left := func(who string) (int64, error) {
		p, err := m.Partial(t.Context(), actor(t, who), ops.ID, name)
		return p.Size, err
	}
	resume := func(at int64) *rooms.Upload {
		t.Helper()
		u, err := m.Resume(t.Context(), actor(t, "ana"), ops.ID, name, at)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	ctx, cut := context.WithCancel(t.Context())
	u, err := m.Upload(ctx, actor(t, "ana"), ops.ID, name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := u.Write(data[:1_000_000]); err != nil {
		t.Fatal(err)
	}
	cut()
	if err := u.Keep(); err != nil {
		t.Fatal(err)
	}
	if n, err := left("ana"); err != nil || n != 1_000_000 {
		t.Fatalf("%d bytes are left (%v)", n, err)
	}
	if _, err := left("bo"); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("bo finds ana's upload: %v", err)
	}
	// The connection is lost and the server does not know yet: another one takes the file over.
	lost := resume(1_000_000)
	if _, err := lost.Write(data[1_000_000:2_000_000]); err != nil {
		t.Fatal(err)
	}
	n, err := left("ana")
	if err != nil || n <= 1_000_000 {
		t.Fatal(n, err)
	}
	u = resume(n - 7)
	if _, err := lost.Write([]byte("late")); err == nil {
		t.Error("two connections write one file")
	}
	if err := errors.Join(lost.Keep(), lost.Close()); err != nil {
		t.Error(err)
	}
	if _, err := u.Write(data[n-7:]); err != nil {
		t.Fatal(err)
	}
	e, err := u.Commit(t.Context(), rooms.Post{})
	if err != nil {
		t.Fatal(err)
	}
	wantFile(t, m, "bo", e, data)
	if _, err := m.Resume(t.Context(), actor(t, "ana"), ops.ID, name, 0); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("what was sent goes on: %v", err)
	}
	// Beginning anew and closing leave nothing.
	if err := upload(t, m, "ana", ops.ID, "a.bin", data).Keep(); err != nil {
		t.Fatal(err)
	}
	if err := upload(t, m, "ana", ops.ID, "a.bin", data[:300_000]).Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := left("ana"); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("%d bytes are left (%v)", n, err)
	}
}

func TestUploadsAreBounded(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{Limits: rooms.Limits{FileBytes: 500_000, Files: rooms.Quota{Person: 900_000, Room: 1_000_000}}})
	ops := create(t, m, "ops", rooms.Public, "ana", "bo", "kei")
	u := upload(t, m, "ana", ops.ID, "a", make([]byte, 499_999))
	var size *rooms.FileSizeError
	if _, err := u.Write([]byte("xx")); !errors.As(err, &size) || size.Most != 500_000 {
		t.Errorf("a byte too much: %v", err)
	}
	if _, err := u.Commit(t.Context(), rooms.Post{}); err != nil {
		t.Fatal(err)
	}
	var quota *rooms.QuotaError
	u = upload(t, m, "ana", ops.ID, "b", make([]byte, 400_001))
	if _, err := u.Write([]byte("x")); !errors.As(err, &quota) || quota.Room {
		t.Errorf("a byte too much for ana: %v", err)
	}
	other := upload(t, m, "bo", ops.ID, "c", make([]byte, 100_000))
	if _, err := u.Commit(t.Context(), rooms.Post{}); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Commit(t.Context(), rooms.Post{}); err != nil {
		t.Fatal(err)
	}
	if u, err := m.Upload(t.Context(), actor(t, "kei"), ops.ID, title(t, "d")); err != nil {
		t.Error(err)
	} else if _, err := u.Write([]byte("x")); !errors.As(err, &quota) || !quota.Room {
		t.Errorf("a byte too much for the room: %v", err)
	}
	m.SetLimits(rooms.Limits{})
	for i := range rooms.MaxUploads {
		if _, err := m.Upload(t.Context(), actor(t, "bo"), ops.ID, title(t, string(rune('e'+i)))); err != nil {
			t.Fatal(i, err)
		}
	}
	if _, err := m.Upload(t.Context(), actor(t, "bo"), ops.ID, title(t, "z")); err == nil {
		t.Error("there is no end of uploads at once")
	}
	if _, err := m.Upload(t.Context(), actor(t, "kei"), ops.ID, title(t, "z")); err != nil {
		t.Errorf("bo's uploads keep kei from uploading: %v", err)
	}
}

func TestUnfinishedUploadsAreSwept(t *testing.T) {
	now := &clock{}
	store := openStore(t)
	m := open(t, store, rooms.Options{Clock: now.now})
	ops := create(t, m, "ops", rooms.Public, "ana")
	if err := upload(t, m, "ana", ops.ID, "a", noise(300_000)).Keep(); err != nil {
		t.Fatal(err)
	}
	next, err := m.Sweep(t.Context())
	if want := now.now().Add(time.Hour); err != nil || next.Before(want) || next.After(want.Add(time.Second)) {
		t.Errorf("it is looked at again at %v (%v), want %v", next, err, want)
	}
	now.move(time.Hour + time.Minute)
	if next, err = m.Sweep(t.Context()); err != nil || !next.IsZero() {
		t.Errorf("%v %v", next, err)
	}
	if used, _, err := m.FileUsage(t.Context(), actor(t, "ana"), ops.ID); err != nil || used != (rooms.Usage{}) {
		t.Errorf("after an hour there are %+v (%v)", used, err)
	}
	e := put(t, m, "ana", ops.ID, "b", noise(300_000))
	if _, _, err := m.Do(t.Context(), actor(t, "ana"), rooms.Entry{Room: ops.ID, Type: rooms.Delete, Ref: e.Seq}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "what was deleted is removed by itself", func() bool {
		more, _, err := store.SweepFiles(t.Context(), time.Time{}, 0)
		return err == nil && !more
	})
}

func TestUploadsWaitForRoomsThatTakeNothing(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	ops := create(t, m, "ops", rooms.Public, "ana", "bo")
	u := upload(t, m, "bo", ops.ID, "late", []byte("x"))
	if _, _, err := m.Do(t.Context(), actor(t, "ana"), rooms.Entry{Room: ops.ID, Type: rooms.Set, Detail: rooms.PropLocked, Text: text.NewBody("on")}); err != nil {
		t.Fatal(err)
	}
	if _, err := u.Commit(t.Context(), rooms.Post{}); !errors.Is(err, rooms.ErrLocked) {
		t.Errorf("into a locked room: %v", err)
	}
	if _, err := m.Upload(t.Context(), actor(t, "bo"), ops.ID, title(t, "x")); !errors.Is(err, rooms.ErrLocked) {
		t.Errorf("beginning in a locked room: %v", err)
	}
	if _, err := m.Upload(t.Context(), actor(t, "ana"), ops.ID, title(t, "x")); err != nil {
		t.Errorf("its owner: %v", err)
	}
	if _, err := m.Upload(t.Context(), actor(t, "eve"), ops.ID, title(t, "x")); !errors.Is(err, rooms.ErrNotMember) {
		t.Errorf("who is not in it: %v", err)
	}
}

func TestAFileThatWaitsForItsNameSurvivesItsProcess(t *testing.T) {
	now := &clock{}
	store := openStore(t)
	m := open(t, store, rooms.Options{Clock: now.now})
	ops := create(t, m, "ops", rooms.Public, "ana", "bo")
	held := upload(t, m, "ana", ops.ID, "a.part", noise(300_001))
	gone := upload(t, m, "bo", ops.ID, "b.part", []byte("b"))
	if err := errors.Join(held.Hold(), gone.Hold()); err != nil {
		t.Fatal(err)
	}
	if _, err := held.Write([]byte("x")); err == nil {
		t.Error("what waits for its name was added to")
	}
	for i := range rooms.MaxUploads {
		upload(t, m, "ana", ops.ID, string(rune('a'+i)), []byte("x")) // what waits is not under way
	}
	now.move(time.Minute)
	if next, err := m.Sweep(t.Context()); err != nil || !next.Equal(now.now().Add(4*time.Minute)) {
		t.Errorf("it is looked at again at %v (%v), and it is %v", next, err, now.now())
	}
	if _, err := m.FileNamed(t.Context(), actor(t, "bo"), ops.ID, title(t, "a.part")); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("it is posted while somebody may hold it: %v", err)
	}
	if err := m.Leave(t.Context(), actor(t, "bo"), ops.ID); err != nil {
		t.Fatal(err)
	}
	now.move(10 * time.Hour) // the process ended, and there is another one
	if _, err := m.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	e, err := m.FileNamed(t.Context(), actor(t, "ana"), ops.ID, title(t, "a.part"))
	if err != nil {
		t.Fatal(err)
	}
	wantFile(t, m, "ana", e, noise(300_001))
	if list, err := store.WholeFiles(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%v wait still (%v)", list, err)
	}
	if err := held.Settle(t.Context(), 0); err != nil {
		t.Errorf("who held it is told %v", err)
	}
	if p, err := store.Partial(t.Context(), name(t, "bo"), ops.ID, title(t, "b.part")); err != nil || p.Whole || p.Size != 1 {
		t.Errorf("of who has left there is %+v (%v)", p, err)
	}
}

func TestAFileThatWaitsIsNotPostedWhileSomethingIsAdded(t *testing.T) {
	now := &clock{}
	m := open(t, openStore(t), rooms.Options{Clock: now.now})
	ops := create(t, m, "ops", rooms.Public, "ana")
	if err := upload(t, m, "ana", ops.ID, "log.part", []byte("one")).Hold(); err != nil {
		t.Fatal(err)
	}
	u, err := m.Resume(t.Context(), actor(t, "ana"), ops.ID, title(t, "log.part"), 3)
	if err != nil {
		t.Fatal(err)
	}
	now.move(time.Hour)
	if _, err := m.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := u.Write([]byte(" two")); err != nil {
		t.Fatal(err)
	}
	e, err := u.Commit(t.Context(), rooms.Post{})
	if err != nil {
		t.Fatal(err)
	}
	wantFile(t, m, "ana", e, []byte("one two"))
}

// lossy cannot read one file.
type lossy struct {
	rooms.Store
	lost uint64
}

func (s *lossy) ReadFile(ctx context.Context, id uint64, at int64, limit int) ([]byte, error) {
	if id == s.lost {
		return nil, errors.New("a piece is missing")
	}
	return s.Store.ReadFile(ctx, id, at, limit)
}

func TestADamagedFileThatWaitsHoldsNoOtherBack(t *testing.T) {
	now := &clock{}
	store := &lossy{Store: openStore(t)}
	m := open(t, store, rooms.Options{Clock: now.now})
	ops := create(t, m, "ops", rooms.Public, "ana")
	damaged := upload(t, m, "ana", ops.ID, "a.part", []byte("a"))
	if err := damaged.Hold(); err != nil {
		t.Fatal(err)
	}
	store.lost = damaged.File().ID
	now.move(time.Second)
	if err := upload(t, m, "ana", ops.ID, "b.part", []byte("b")).Hold(); err != nil {
		t.Fatal(err)
	}
	cut := upload(t, m, "ana", ops.ID, "c", noise(rooms.MaxPiece))
	if err := cut.Keep(); err != nil {
		t.Fatal(err)
	}
	now.move(10 * time.Hour)
	if _, err := m.Sweep(t.Context()); err == nil {
		t.Error("nothing is said of the damaged file")
	}
	if _, err := m.FileNamed(t.Context(), actor(t, "ana"), ops.ID, title(t, "b.part")); err != nil {
		t.Errorf("the other one was not posted: %v", err)
	}
	if _, err := store.Partial(t.Context(), name(t, "ana"), ops.ID, title(t, "c")); !errors.Is(err, rooms.ErrNoFile) {
		t.Errorf("what was cut off was not swept: %v", err)
	}
}

func TestAFileThatWaitsIsNotPostedForWhoIsGone(t *testing.T) {
	now := &clock{}
	store := openStore(t)
	gone := false
	m := open(t, store, rooms.Options{Clock: now.now, Author: func(_ context.Context, j rooms.Job) (rooms.Actor, bool) {
		return rooms.Actor{Name: j.By}, !gone || j.By != name(t, "ana") || j.Proof != "hers"
	}})
	ops := create(t, m, "ops", rooms.Public, "ana", "bo")
	hold := func(who rooms.Actor, file string) *rooms.Upload {
		t.Helper()
		u, err := m.Upload(t.Context(), who, ops.ID, title(t, file))
		if err == nil {
			err = u.Hold()
		}
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	ana := rooms.Actor{Name: name(t, "ana"), Proof: "hers"}
	hold(ana, "a.part")
	hold(rooms.Actor{Name: name(t, "bo"), Bot: true}, "b.part")
	live := hold(ana, "c.part")
	gone = true
	if err := live.Settle(t.Context(), 0); err == nil {
		t.Error("nothing is said of what is not posted")
	}
	now.move(30 * time.Minute)
	if _, err := m.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"a.part", "c.part"} {
		if e, err := m.FileNamed(t.Context(), actor(t, "bo"), ops.ID, title(t, file)); !errors.Is(err, rooms.ErrNoFile) {
			t.Errorf("%s was posted: %+v (%v)", file, e, err)
		}
		if p, err := store.Partial(t.Context(), ana.Name, ops.ID, title(t, file)); err != nil || p.Whole {
			t.Errorf("of %s there is %+v (%v)", file, p, err)
		}
	}
	if e, err := m.FileNamed(t.Context(), actor(t, "bo"), ops.ID, title(t, "b.part")); err != nil || !e.Bot {
		t.Errorf("of a program there is %+v (%v)", e, err)
	}
}
