package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFilesAreTheOwnersAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "here")
	path := filepath.Join(dir, "parley?x=1&y#%41.db")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has the mode %v (%v), want 0700", info.Mode(), err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimPrefix(f.Name(), filepath.Base(path)))
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v (%v), want 0600", f.Name(), info.Mode(), err)
		}
	}
	if got := fmt.Sprint(names); got != "[ -shm -wal .lock]" {
		t.Errorf("the folder holds %s", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if files, err = os.ReadDir(dir); err != nil || len(files) != 2 {
		t.Errorf("after Close the folder holds %v (%v), want the database and its lock file", files, err)
	}
}

func TestTextFromAFileIsCleanedAgain(t *testing.T) {
	s := newRoom(t, busyTimeout)
	if _, err := post(t, s, "harmless"); err != nil {
		t.Fatal(err)
	}
	forge(t, s, "UPDATE events SET text = 'a' || char(27, 91, 50, 74, 155, 8238) || 'b' WHERE seq = 2")
	forge(t, s, "UPDATE rooms SET topic = char(27) || ']52;c;AAAA' || char(7, 10) || 'topic'")
	page, err := s.Events(t.Context(), 1, 1, 1)
	if err != nil || strings.ContainsAny(page[0].Text.String(), "\x1b\u009b\u202e") {
		t.Errorf("the body is %q (%v)", page[0].Text, err)
	}
	room, err := s.Room(t.Context(), 1)
	if err != nil || strings.ContainsAny(room.Topic.String(), "\x1b\a\n") {
		t.Errorf("the topic is %q (%v)", room.Topic, err)
	}
	forge(t, s, "UPDATE events SET author = 'al' || char(27) || 'ice' WHERE seq = 2")
	if page, err := s.Events(t.Context(), 1, 1, 1); err == nil || strings.Contains(err.Error(), "\x1b") {
		t.Errorf("a name that is none was read as %+v (%v)", page, err)
	}
	if page, err := s.Events(t.Context(), 1, 0, 1); err != nil || len(page) != 1 {
		t.Errorf("reading the rest: %+v (%v)", page, err)
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	holder := startChild(t, "hold", path)
	holder.line(t)
	_, err := Open(t.Context(), path)
	if err == nil {
		t.Fatal("two processes have one database open")
	}
	if want := fmt.Sprintf("in use by process %d", holder.cmd.Process.Pid); !strings.Contains(err.Error(), want) {
		t.Errorf("the refusal is %q, want it to say %q", err, want)
	}
	holder.kill(t)
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatalf("after kill -9 of the holder: %v", err)
	}
	if _, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "in use by") {
		t.Errorf("opening twice in one process: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), path); err != nil {
		t.Fatalf("after Close of the holder: %v", err)
	}
	s.Close()
}

func TestUnusablePathsAreRefused(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("these are notes, not a database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(dir, "foreign.db")
	run(t, foreign, "CREATE TABLE accounts (id INTEGER)")
	newer := filepath.Join(dir, "newer.db")
	run(t, newer, "PRAGMA user_version = 4711")
	for path, want := range map[string]string{
		text:                        "not a database",
		foreign:                     "database of another program",
		newer:                       "newer version",
		dir:                         "cannot be opened",
		filepath.Join(text, "x.db"): "cannot be made",
	} {
		before, _ := os.ReadFile(path)
		for range 2 {
			if _, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("opening %s: %v, want it to say %q", path, err, want)
			}
		}
		if after, _ := os.ReadFile(path); string(before) != string(after) {
			t.Errorf("opening %s changed it", path)
		}
	}
}

// run makes a database by hand.
func run(t *testing.T, path string, statements ...string) {
	t.Helper()
	if err := create(path); err != nil {
		t.Fatal(err)
	}
	c := &conn{dsn: dsn(path, busyTimeout)}
	if err := c.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer c.close()
	for _, s := range statements {
		if err := c.script(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}
