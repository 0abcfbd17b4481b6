package tree_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pkg/sftp"

	"parley/rooms"
	"parley/text"
)

// brought lists the names of the files that the messages of the lab have brought, and as -SEQ the messages that were deleted.
func (w *world) brought(tb testing.TB) (names []string) {
	tb.Helper()
	page, err := w.m.Events(context.Background(), who(tb, "ana"), w.lab.ID, 0, 1000)
	if err != nil {
		tb.Fatal(err)
	}
	for _, e := range page {
		switch {
		case e.Type == rooms.Delete:
			names = append(names, fmt.Sprintf("-%d", e.Ref))
		case e.File != nil:
			names = append(names, e.File.Name.String())
		}
	}
	return names
}

func wantBrought(tb testing.TB, w *world, want ...string) {
	tb.Helper()
	if got := w.brought(tb); !slices.Equal(got, want) {
		tb.Errorf("the room was brought %q, want %q", got, want)
	}
}

func contents(tb testing.TB, c *sftp.Client, path string) string {
	tb.Helper()
	f, err := c.Open(path)
	if err != nil {
		return "error: " + err.Error()
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		return "error: " + err.Error()
	}
	return string(b)
}

func names(tb testing.TB, c *sftp.Client) (list []string) {
	tb.Helper()
	infos, err := c.ReadDir("/lab")
	if err != nil {
		tb.Fatal(err)
	}
	for _, fi := range infos {
		if _, day := text.ParseDay(fi.Name(), time.UTC); !day {
			list = append(list, fi.Name())
		}
	}
	slices.Sort(list)
	return list
}

func TestAFileOfATemporaryNameIsPostedWhenItIsRenamed(t *testing.T) {
	for _, name := range []string{
		".a.txt.Xy12zQ", ".goutputstream-ABCD12", ".giosaveABCD12", "a.txt.part", "a.txt.d2f1.partial", "a.txt.filepart", "x.crdownload", "lu12.tmp", "a.txt4Fg.bck", "a.txt~", "sedAb12Cd",
	} {
		w := newWorld(t)
		ana, _ := w.client(t, "ana")
		put(t, ana, "/lab/"+name, []byte("whole"))
		wantBrought(t, w)
		fi, err := ana.Lstat("/lab/" + name)
		if err != nil || fi.Size() != 5 || contents(t, ana, "/lab/"+name) != "whole" || !slices.Equal(names(t, ana), []string{name}) {
			t.Errorf("%s: while it waits it is %v (%v), and there are %q", name, fi, err, names(t, ana))
		}
		bo, _ := w.client(t, "bo")
		if _, err := bo.Stat("/lab/" + name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: bo sees it: %v", name, err)
		}
		if err := ana.PosixRename("/lab/"+name, "/lab/a.txt"); err != nil {
			t.Fatal(name, err)
		}
		wantBrought(t, w, "a.txt")
		if now, err := ana.Lstat("/lab/a.txt"); err != nil || now.ModTime() != fi.ModTime() {
			t.Errorf("%s: it was written at %v and is of %v (%v)", name, fi.ModTime(), now, err)
		}
		if got := contents(t, bo, "/lab/a.txt"); got != "whole" || !slices.Equal(names(t, ana), []string{"a.txt"}) {
			t.Errorf("%s: bo reads %q, and there are %q", name, got, names(t, ana))
		}
	}
}

func TestOtherNamesAreNotHeldBack(t *testing.T) {
	w := newWorld(t)
	ana, _ := w.client(t, "ana")
	for _, name := range []string{"a.txt", "archive.backup", "part", "tmp.txt", "sedan", "49130"} {
		put(t, ana, "/lab/"+name, []byte("x"))
	}
	wantBrought(t, w, "a.txt", "archive.backup", "part", "tmp.txt", "sedan", "49130")
	put(t, ana, "/lab/a.txt.AbCdEf", []byte("saved by Kate"))
	if err := ana.PosixRename("/lab/a.txt.AbCdEf", "/lab/a.txt"); err != nil {
		t.Fatal(err)
	}
	wantBrought(t, w, "a.txt", "archive.backup", "part", "tmp.txt", "sedan", "49130", "a.txt")
	if f, err := ana.Create("/lab/.hidden"); err == nil {
		t.Errorf("%v was taken", f)
	}
}

func TestWhatGetsNoNameIsPostedAtTheEnd(t *testing.T) {
	w := newWorld(t)
	ana, said := w.client(t, "ana")
	put(t, ana, "/lab/a.tmp", []byte("a"))
	put(t, ana, "/lab/b.tmp", []byte("b"))
	put(t, ana, "/lab/c.tmp", nil)
	if err := ana.Remove("/lab/b.tmp"); err != nil {
		t.Fatal(err)
	}
	if _, err := ana.Lstat("/lab/b.tmp"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was removed is there: %v", err)
	}
	put(t, ana, "/lab/a.tmp", []byte("anew"))
	f, err := ana.OpenFile("/lab/a.tmp", os.O_WRONLY)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte(" and more"), 4); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	wantBrought(t, w)
	if s := said(); s != "" {
		t.Errorf("it said %q", s)
	}
	got := w.brought(t)
	slices.Sort(got)
	if !slices.Equal(got, []string{"a.tmp", "c.tmp"}) {
		t.Errorf("the room was brought %q", got)
	}
	bo, _ := w.client(t, "bo")
	if got := contents(t, bo, "/lab/a.tmp"); got != "anew and more" {
		t.Errorf("bo reads %q", got)
	}
}

func TestTheSeventeenthIsPostedAtOnce(t *testing.T) {
	w := newWorld(t)
	ana, _ := w.client(t, "ana")
	for i := range 17 {
		put(t, ana, fmt.Sprintf("/lab/%d.tmp", i), []byte{byte(i)})
	}
	wantBrought(t, w, "16.tmp")
	for i := range 17 {
		if err := ana.PosixRename(fmt.Sprintf("/lab/%d.tmp", i), fmt.Sprintf("/lab/%d.txt", i)); err != nil {
			t.Fatal(i, err)
		}
	}
	if got := w.brought(t); len(got) != 18 || got[16] != "16.txt" || !strings.HasPrefix(got[17], "-") {
		t.Errorf("the room was brought %q", got)
	}
	if got := names(t, ana); len(got) != 17 || slices.Contains(got, "16.tmp") {
		t.Errorf("there are %q", got)
	}
}

func TestAnotherConnectionRenames(t *testing.T) {
	w := newWorld(t)
	first, said := w.client(t, "ana")
	second, _ := w.client(t, "ana")
	put(t, first, "/lab/a.partial", []byte("a"))
	if fi, err := second.Lstat("/lab/a.partial"); err != nil || fi.Size() != 1 || contents(t, second, "/lab/a.partial") != "a" {
		t.Errorf("the other connection sees %v (%v)", fi, err)
	}
	bo, _ := w.client(t, "bo")
	if err := bo.PosixRename("/lab/a.partial", "/lab/bo.txt"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("bo renames it: %v", err)
	}
	if err := second.PosixRename("/lab/a.partial", "/lab/a.txt"); err != nil {
		t.Fatal(err)
	}
	if s := said(); s != "" {
		t.Errorf("the first connection said %q", s)
	}
	wantBrought(t, w, "a.txt")
}

func TestAFileMovedAsideStaysInItsRoom(t *testing.T) {
	w := newWorld(t)
	ana, _ := w.client(t, "ana")
	bo, _ := w.client(t, "bo")
	put(t, ana, "/lab/a.txt", []byte("old"))
	rename := func(from, to string) {
		t.Helper()
		if err := ana.PosixRename("/lab/"+from, "/lab/"+to); err != nil {
			t.Fatal(err)
		}
	}
	rename("a.txt", "a.txt~")
	if got := names(t, ana); !slices.Equal(got, []string{"a.txt~"}) || contents(t, ana, "/lab/a.txt~") != "old" || contents(t, bo, "/lab/a.txt") != "old" {
		t.Errorf("there are %q", got)
	}
	if _, err := ana.Lstat("/lab/a.txt"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("at its old name: %v", err)
	}
	rename("a.txt~", "a.txt") // an editor that could not write
	rename("a.txt", "a.txt~")
	put(t, ana, "/lab/a.txt", []byte("new"))
	if err := ana.Remove("/lab/a.txt~"); err != nil {
		t.Fatal(err)
	}
	wantBrought(t, w, "a.txt", "a.txt")
	if got := names(t, ana); !slices.Equal(got, []string{"a.txt"}) || contents(t, bo, "/lab/a.txt") != "new" {
		t.Errorf("there are %q", got)
	}
	rename("a.txt", "a.bck") // and away: that is deleting
	if err := ana.Remove("/lab/a.bck"); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, bo, "/lab/a.txt"); !strings.Contains(got, "not exist") {
		t.Errorf("bo reads %q", got)
	}
}

func TestAFileOfTheRoomIsRenamed(t *testing.T) {
	w := newWorld(t)
	ana, _ := w.client(t, "ana")
	bo, boSaid := w.client(t, "bo")
	put(t, ana, "/lab/a.txt", []byte("a"))
	put(t, bo, "/lab/b.txt", []byte("b"))
	if err := ana.Rename("/lab/a.txt", "/lab/c.txt"); err != nil {
		t.Fatal(err)
	}
	if got := names(t, bo); !slices.Equal(got, []string{"b.txt", "c.txt"}) || contents(t, bo, "/lab/c.txt") != "a" {
		t.Errorf("there are %q", got)
	}
	if err := ana.PosixRename("/lab/c.txt", "/vault/d.txt"); err != nil {
		t.Fatal(err)
	}
	put(t, ana, "/lab/e.tmp", []byte("e"))
	if err := ana.PosixRename("/lab/e.tmp", "/vault/e.txt"); err != nil {
		t.Fatal(err)
	}
	if contents(t, ana, "/vault/d.txt") != "a" || contents(t, ana, "/vault/e.txt") != "e" || !slices.Equal(names(t, ana), []string{"b.txt"}) {
		t.Errorf("in the other room there is %q, and there are %q", contents(t, ana, "/vault/d.txt"), names(t, ana))
	}
	put(t, ana, "/lab/f.txt", []byte("f"))
	for what, err := range map[string]error{
		"somebody else's": bo.PosixRename("/lab/f.txt", "/lab/mine.txt"), "aside": bo.PosixRename("/lab/f.txt", "/lab/f.txt~"), "over somebody else's": bo.PosixRename("/lab/b.txt", "/lab/f.txt"),
		"nothing": bo.PosixRename("/lab/none", "/lab/some"), "into a room that is not bo's": bo.PosixRename("/lab/b.txt", "/vault/b.txt"), "a log": bo.PosixRename("/lab/2026-11-22.txt", "/lab/log.txt"),
		"over a log": bo.PosixRename("/lab/b.txt", "/lab/2026-11-22.txt"), "without replacing": ana.Rename("/vault/d.txt", "/vault/e.txt"),
	} {
		if err == nil {
			t.Errorf("%s was renamed", what)
		}
	}
	if contents(t, ana, "/lab/f.txt") != "f" || contents(t, ana, "/lab/b.txt") != "b" || contents(t, ana, "/vault/d.txt") != "a" {
		t.Error("what was refused has changed something")
	}
	if err := bo.PosixRename("/lab/b.txt", "/lab/b.txt"); err != nil {
		t.Errorf("to its own name: %v", err)
	}
	if s := boSaid(); !strings.Contains(s, "f.txt was put there by ana: only they can rename it") || !strings.Contains(s, "f.txt was put there by ana: choose another name") {
		t.Errorf("it said %q", s)
	}
}

func TestAFileIsRenamedWhileItIsWritten(t *testing.T) {
	w := newWorld(t)
	ana, _ := w.client(t, "ana")
	put(t, ana, "/lab/a.txt", []byte("old"))
	f, err := ana.Create("/lab/.goutputstream-AB12CD")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("ne")); err != nil {
		t.Fatal(err)
	}
	if err := ana.PosixRename("/lab/.goutputstream-AB12CD", "/lab/a.txt"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("w")); err != nil {
		t.Fatal(err)
	}
	early, err := ana.Open("/lab/a.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer early.Close()
	if fi, err := f.Stat(); err != nil || fi.Size() != 3 {
		t.Errorf("its handle's is %v (%v)", fi, err)
	}
	if _, err := ana.Lstat("/lab/.goutputstream-AB12CD"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("at its old name: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	wantBrought(t, w, "a.txt", "a.txt")
	if got := contents(t, ana, "/lab/a.txt"); got != "new" {
		t.Errorf("there is %q", got)
	}
	if got, err := io.ReadAll(early); err != nil || string(got) != "new" {
		t.Errorf("opened before it was closed it has %q (%v)", got, err)
	}
}

func TestWhatCannotBePostedAtTheEndIsSaid(t *testing.T) {
	w := newWorld(t)
	conn, said, done := w.serve(t, "bo")
	bo, err := sftp.NewClientPipe(conn, conn)
	if err != nil {
		t.Fatal(err)
	}
	put(t, bo, "/lab/a.tmp", []byte("a"))
	if _, _, err := w.m.Do(t.Context(), who(t, "ana"), rooms.Entry{Room: w.lab.ID, Type: rooms.Set, Detail: rooms.PropLocked, Text: text.NewBody("on")}); err != nil {
		t.Fatal(err)
	}
	bo.Close()
	conn.Close()
	if err := <-done; err == nil || !strings.Contains(said.String(), "that room is locked") {
		t.Errorf("it ended with %v and said %q", err, said)
	}
	if _, _, err := w.m.Do(t.Context(), who(t, "ana"), rooms.Entry{Room: w.lab.ID, Type: rooms.Set, Detail: rooms.PropLocked, Text: text.NewBody("off")}); err != nil {
		t.Fatal(err)
	}
	again, _ := w.client(t, "bo")
	if fi, err := again.Stat("/lab/a.tmp"); err != nil || fi.Size() != 1 {
		t.Errorf("what is left is %v (%v)", fi, err)
	}
	wantBrought(t, w)
}

func TestWhatIsWrittenCanBeRead(t *testing.T) {
	w := newWorld(t)
	ana, _ := w.client(t, "ana")
	put(t, ana, "/lab/a.bin", []byte("old"))
	data := strings.Repeat("0123456789abcde\n", 20_000) // more than a piece
	f, err := ana.Create("/lab/a.bin")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, ana, "/lab/a.bin"); got != data {
		t.Errorf("%d bytes can be read while it is written, want %d", len(got), len(data))
	}
	bo, _ := w.client(t, "bo")
	if got := contents(t, bo, "/lab/a.bin"); got != "old" {
		t.Errorf("bo reads %.40q", got)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, bo, "/lab/a.bin"); got != data {
		t.Errorf("bo reads %d bytes", len(got))
	}
}
