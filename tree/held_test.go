package tree_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pkg/sftp"

	"parley/rooms"
)

// A file that waits gets a second temporary name, and its first one is used again: programs that keep generations of a file do that.
func TestANewFileUnderAnOldTemporaryNameKeepsTheOther(t *testing.T) {
	w := newWorld(t)
	ana, _ := w.client(t, "ana")
	put(t, ana, "/lab/a.tmp", []byte("first"))
	if err := ana.PosixRename("/lab/a.tmp", "/lab/b.tmp"); err != nil {
		t.Fatal(err)
	}
	other, _ := w.client(t, "ana")
	if got := contents(t, other, "/lab/b.tmp"); got != "first" {
		t.Errorf("another connection reads %q under its second name", got)
	}
	put(t, ana, "/lab/a.tmp", []byte("second"))
	if got := contents(t, ana, "/lab/b.tmp"); got != "first" {
		t.Errorf("under its second name it reads %q", got)
	}
	for _, n := range []string{"a", "b"} {
		if err := ana.PosixRename("/lab/"+n+".tmp", "/lab/"+n+".txt"); err != nil {
			t.Errorf("%s: %v", n, err)
		}
	}
	if a, b := contents(t, ana, "/lab/a.txt"), contents(t, ana, "/lab/b.txt"); a != "second" || b != "first" {
		t.Errorf("there are %q and %q", a, b)
	}
}

// An editor that keeps the old version of each file that it writes takes no place from the files that wait for their names.
func TestFilesMovedAsideTakeNoPlaceFromThoseThatWait(t *testing.T) {
	w := newWorld(t)
	ana, _ := w.client(t, "ana")
	var want []string
	for i := range 20 {
		name := fmt.Sprintf("%d.txt", i)
		put(t, ana, "/lab/"+name, []byte("old"))
		want = append(want, name)
	}
	for i := range 20 {
		name := fmt.Sprintf("%d.txt", i)
		if err := ana.PosixRename("/lab/"+name, "/lab/"+name+"~"); err != nil {
			t.Fatal(err)
		}
		put(t, ana, "/lab/"+name, []byte("new"))
		want = append(want, name)
	}
	put(t, ana, "/lab/late.tmp", []byte("x"))
	wantBrought(t, w, want...)
	if got := contents(t, ana, "/lab/19.txt~"); got != "old" {
		t.Errorf("the newest that was moved aside reads %q", got)
	}
}

func TestAFileFromAnotherRoomReplacesWhatWaitsThere(t *testing.T) {
	w := newWorld(t)
	ana, _ := w.client(t, "ana")
	put(t, ana, "/lab/a.tmp", []byte("old one"))
	put(t, ana, "/vault/a.tmp", []byte("new"))
	if err := ana.PosixRename("/vault/a.tmp", "/lab/a.tmp"); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, ana, "/lab/a.tmp"); got != "new" {
		t.Errorf("it reads %q", got)
	}
	if err := ana.PosixRename("/lab/a.tmp", "/lab/a.txt"); err != nil {
		t.Error(err)
	}
	if got := contents(t, ana, "/lab/a.txt"); got != "new" {
		t.Errorf("it reads %q", got)
	}
	if got := names(t, ana); !slices.Equal(got, []string{"a.txt"}) {
		t.Errorf("there are %q", got)
	}
}

// What waits is posted at the end: more than that many would go on being posted for long after their sessions have ended.
func TestWhatWaitsOverAllSessionsIsBounded(t *testing.T) {
	w := newWorld(t)
	for session := range 5 {
		ana, _ := w.client(t, "ana")
		for i := range 16 {
			put(t, ana, fmt.Sprintf("/lab/%d-%d.tmp", session, i), nil)
		}
	}
	if got := w.brought(t); len(got) != 16 || got[0] != "4-0.tmp" {
		t.Errorf("the room was brought %q, want what is more than 64", got)
	}
	bo, _ := w.client(t, "bo")
	put(t, bo, "/lab/bo.tmp", []byte("of somebody else"))
	if got := w.brought(t); len(got) != 16 {
		t.Errorf("the room was brought %q: what others hold back does not matter", got)
	}
}

// A file that waits is lost to nobody by a move over it that is refused in the end: here the moved one is more than its room holds.
func TestARefusedMoveLeavesWhatWaitsThere(t *testing.T) {
	w := newWorld(t)
	ana, said := w.client(t, "ana")
	other, _ := w.client(t, "ana")
	big := bytes.Repeat([]byte("b"), 1000)
	put(t, ana, "/vault/big.txt", big)
	put(t, ana, "/vault/big.tmp", big)
	put(t, ana, "/lab/a.tmp", []byte("waits"))
	w.m.SetLimits(rooms.Limits{Files: rooms.Quota{Room: 900}})
	for _, from := range []string{"big.txt", "big.tmp"} {
		if err := ana.PosixRename("/vault/"+from, "/lab/a.tmp"); err == nil {
			t.Errorf("%s was moved", from)
		}
		for who, c := range map[string]*sftp.Client{"its session": ana, "another session": other} {
			if got := contents(t, c, "/lab/a.tmp"); got != "waits" {
				t.Errorf("after %s %s reads %.20q", from, who, got)
			}
			if got := contents(t, c, "/vault/"+from); got != string(big) {
				t.Errorf("%s reads %.20q where %s was", who, got, from)
			}
		}
	}
	w.m.SetLimits(rooms.Limits{})
	if err := ana.PosixRename("/lab/a.tmp", "/lab/a.txt"); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, other, "/lab/a.txt"); got != "waits" {
		t.Errorf("it reads %q", got)
	}
	if s := said(); !strings.Contains(s, "the files of a room take at most") { // which ends the session
		t.Errorf("it said %q", s)
	}
}

// What another session holds back goes with the move over it: it would be posted later, over the newer file.
func TestAMoveReplacesWhatWaitsInAnotherSession(t *testing.T) {
	w := newWorld(t)
	ana, _ := w.client(t, "ana")
	other, _ := w.client(t, "ana")
	put(t, other, "/lab/a.tmp", []byte("old"))
	put(t, ana, "/vault/a.txt", []byte("new"))
	if err := ana.PosixRename("/vault/a.txt", "/lab/a.tmp"); err != nil {
		t.Fatal(err)
	}
	if err := other.PosixRename("/lab/a.tmp", "/lab/b.txt"); err == nil {
		t.Error("what was replaced is there still")
	}
	if got := contents(t, ana, "/lab/a.tmp"); got != "new" {
		t.Errorf("it reads %q", got)
	}
	wantBrought(t, w, "a.tmp")
}

// A file that got the name of another one while it was written, and is posted because no more can wait, is not followed by the one it replaced.
func TestAnOpenFileReplacesWhatWaits(t *testing.T) {
	w := newWorld(t)
	ana, said := w.client(t, "ana")
	for i := range 16 {
		put(t, ana, fmt.Sprintf("/lab/%d.tmp", i), []byte("old"))
	}
	f, err := ana.Create("/lab/new.tmp")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("new")); err != nil {
		t.Fatal(err)
	}
	if err := ana.PosixRename("/lab/new.tmp", "/lab/0.tmp"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	wantBrought(t, w, "0.tmp")
	if s := said(); s != "" { // which ends the session
		t.Errorf("it said %q", s)
	}
	bo, _ := w.client(t, "bo")
	if got := contents(t, bo, "/lab/0.tmp"); got != "new" {
		t.Errorf("bo reads %q", got)
	}
}
