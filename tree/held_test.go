package tree_test

import (
	"fmt"
	"slices"
	"testing"
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
