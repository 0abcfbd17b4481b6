package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"parley/rooms"
	"parley/text"
)

// newRoom makes a database with one room, of ID 1, that alice is in.
func newRoom(t *testing.T, busy time.Duration) *Store {
	t.Helper()
	s, err := open(t.Context(), filepath.Join(t.TempDir(), "parley.db"), busy)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	name, err := text.ParseRoomName("general")
	if err != nil {
		t.Fatal(err)
	}
	results, err := s.Append(t.Context(), []rooms.Entry{{Type: rooms.Create, Author: person(t, "alice"), New: rooms.Room{Name: name, Kind: rooms.Public}}})
	if err != nil || results[0].Err != nil || results[0].Room.ID != 1 {
		t.Fatalf("%+v %v", results, err)
	}
	return s
}

func person(t testing.TB, s string) text.Name {
	t.Helper()
	n, err := text.ReadName(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func post(t *testing.T, s *Store, words string) (rooms.Event, error) {
	t.Helper()
	results, err := s.Append(t.Context(), []rooms.Entry{{Room: 1, Type: rooms.Message, Author: person(t, "alice"), Text: text.NewBody(words)}})
	if err != nil {
		return rooms.Event{}, err
	}
	return results[0].Event, results[0].Err
}

// wantLog wants the bodies given after the creation, with dense seqs, and an intact database.
func wantLog(t *testing.T, s *Store, want ...string) {
	t.Helper()
	page, err := s.Events(t.Context(), 1, 1, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	if len(page) != len(want) {
		t.Fatalf("the room has %d posts, want %d", len(page), len(want))
	}
	for i, e := range page {
		if e.Seq != uint64(i)+2 || e.Text.String() != want[i] {
			t.Fatalf("post %d is %d %q, want %d %q", i, e.Seq, e.Text, i+2, want[i])
		}
	}
	if room, err := s.Room(t.Context(), 1); err != nil || room.Seq != uint64(len(want))+1 || room.Messages != uint64(len(want)) {
		t.Fatalf("the room's head is %+v (%v), want seq %d", room, err, len(want)+1)
	}
	intact(t, s)
}

// intact asks SQLite whether the file is sound.
func intact(t *testing.T, s *Store) {
	t.Helper()
	err := s.view(t.Context(), func(c *conn) error {
		for _, check := range []string{"PRAGMA integrity_check", "PRAGMA foreign_key_check"} {
			if err := c.query(t.Context(), check, func(r row) error {
				if r.text(0) != "ok" {
					t.Errorf("%s: %v", check, r)
				}
				return nil
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLockedDatabaseFailsPostsAndRecovers(t *testing.T) {
	s := newRoom(t, 100*time.Millisecond)
	if _, err := post(t, s, "before"); err != nil {
		t.Fatal(err)
	}
	other := startChild(t, "lock", s.path)
	other.line(t)
	for range 2 {
		began := time.Now()
		_, err := post(t, s, "while locked")
		var code *sqlite.Error
		if !errors.As(err, &code) || code.Code()&0xff != sqlite3.SQLITE_BUSY {
			t.Fatalf("posting to a locked database: %v, want a wrapped SQLITE_BUSY", err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("the refusal took %v", took)
		}
	}
	if err := s.Ping(t.Context()); err == nil {
		t.Error("a locked store says that it can commit")
	}
	if page, err := s.Events(t.Context(), 1, 1, 10); err != nil || len(page) != 1 {
		t.Errorf("reading a locked database: %d events, %v", len(page), err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := s.Save(ctx, []rooms.Update{{Person: &rooms.Person{Name: person(t, "alice")}}}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a wait for the lock outlived its context: %v", err)
	}
	if rest := other.release(); len(rest) > 0 {
		t.Error(rest)
	}
	if _, err := post(t, s, "after"); err != nil {
		t.Errorf("posting after the lock is gone: %v", err)
	}
	wantLog(t, s, "before", "after")
}

// limitPages makes the database full at so many pages; 0 lifts the limit.
func limitPages(t *testing.T, s *Store, pages int) {
	t.Helper()
	c := <-s.write
	defer func() { s.write <- c }()
	s.drop(c)
	c.dsn, _, _ = strings.Cut(c.dsn, "&_pragma=max_page_count")
	if pages > 0 {
		c.dsn += fmt.Sprintf("&_pragma=max_page_count(%d)", pages)
	}
}

func TestFullDatabaseFailsPostsAndRecovers(t *testing.T) {
	s := newRoom(t, busyTimeout)
	limitPages(t, s, 1) // SQLite takes the present size for less
	var kept []string
	big := strings.Repeat("x", 3000)
	failures := 0
	for i := range 40 {
		words := fmt.Sprintf("post %d %s", i, big)
		_, err := post(t, s, words)
		var code *sqlite.Error
		switch {
		case err == nil:
			kept = append(kept, words)
		case errors.As(err, &code) && code.Code()&0xff == sqlite3.SQLITE_FULL:
			failures++
		default:
			t.Fatalf("posting to a full database: %v, want a wrapped SQLITE_FULL", err)
		}
	}
	if failures == 0 {
		t.Fatal("the database never was full")
	}
	wantLog(t, s, kept...)
	limitPages(t, s, 0)
	for i := range 3 {
		words := fmt.Sprintf("space again %d %s", i, big)
		if _, err := post(t, s, words); err != nil {
			t.Fatalf("posting with space again: %v", err)
		}
		kept = append(kept, words)
	}
	wantLog(t, s, kept...)
}

// The system itself refuses to write: RLIMIT_FSIZE, in a process of its own.
func TestRefusedWritesFailPostsAndRecover(t *testing.T) {
	s := newRoom(t, busyTimeout)
	path := s.path
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	other := startChild(t, "fill", path)
	var kept []string
	refused := 0
	for _, line := range other.release() {
		var n int
		switch {
		case strings.HasPrefix(line, "refused"):
			refused++
		default:
			if _, err := fmt.Sscanf(line, "acknowledged %d", &n); err != nil {
				t.Fatal(line)
			}
			kept = append(kept, fmt.Sprintf("post %d %s", n, strings.Repeat("x", 3000)))
		}
	}
	if refused == 0 || len(kept) < 21 {
		t.Fatalf("%d posts were refused and %d kept, want some of each before and after the limit", refused, len(kept))
	}
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	wantLog(t, s, kept...)
}

// A failure in the middle of a batch takes the whole batch with it, and nothing else.
func TestFailedBatchLeavesNothing(t *testing.T) {
	s := newRoom(t, busyTimeout)
	limitPages(t, s, 1)
	batch := make([]rooms.Entry, 200)
	for i := range batch {
		batch[i] = rooms.Entry{Room: 1, Type: rooms.Message, Author: person(t, "alice"), Text: text.NewBody(strings.Repeat("x", 1000)), Nonce: fmt.Sprint(i)}
	}
	if _, err := s.Append(t.Context(), batch); err == nil {
		t.Fatal("a batch went into a full database")
	}
	limitPages(t, s, 0)
	wantLog(t, s)
	results, err := s.Append(t.Context(), batch)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		if r.Err != nil || r.Again || r.Event.Seq != uint64(i)+2 {
			t.Fatalf("post %d tried again: %+v", i, r)
		}
	}
	if in, err := s.Inbox(t.Context(), person(t, "alice"), nil); err != nil || in[0].Own != 200 {
		t.Errorf("the inbox is %+v (%v), want 200 of one's own", in, err)
	}
}

func TestBackupBesideARunningServer(t *testing.T) {
	s := newRoom(t, busyTimeout)
	path, copied := s.path, filepath.Join(t.TempDir(), "copy.db")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	server := startChild(t, "append", path)
	var acknowledged int
	for range 200 {
		server.line(t)
		acknowledged++
	}
	if err := Backup(t.Context(), path, copied); err != nil {
		t.Fatal(err)
	}
	for range 200 {
		server.line(t)
	}
	server.kill(t)
	c, err := Open(t.Context(), copied)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	page, err := c.Events(t.Context(), 1, 1, 1_000_000)
	if err != nil || len(page) < acknowledged || page[len(page)-1].Seq != uint64(len(page))+1 {
		t.Errorf("the copy has %d posts (%v), want the %d that were acknowledged before it, dense", len(page), err, acknowledged)
	}
	intact(t, c)
	none := filepath.Join(t.TempDir(), "none.db")
	if err := Backup(t.Context(), none, none+".copy"); err == nil || !strings.Contains(err.Error(), "there is no database") {
		t.Errorf("a backup of nothing: %v", err)
	}
	if _, err := os.Stat(none + ".copy"); err == nil {
		t.Error("a backup of nothing left a file")
	}
}

// An error that SQLite knows nothing of leaves a transaction open unless it is ended.
func TestBrokenRowFailsItsBatchOnly(t *testing.T) {
	s := newRoom(t, busyTimeout)
	forge(t, s, "UPDATE events SET author = 'al' || char(27) || 'ice' WHERE seq = 1")
	joinTwice := []rooms.Entry{
		{Room: 1, Type: rooms.Message, Author: person(t, "alice"), Text: text.NewBody("in the same batch")},
		{Room: 1, Type: rooms.Join, Author: person(t, "alice")},
	}
	if _, err := s.Append(t.Context(), joinTwice); err == nil || strings.Contains(err.Error(), "\x1b") {
		t.Fatalf("a broken row was answered by %v", err)
	}
	if _, err := post(t, s, "after"); err != nil {
		t.Errorf("posting after that: %v", err)
	}
	forge(t, s, "UPDATE events SET author = 'alice' WHERE seq = 1")
	wantLog(t, s, "after")
}

// forge changes the database behind the store's back.
func forge(t *testing.T, s *Store, statement string) {
	t.Helper()
	if err := s.update(t.Context(), func(c *conn) error { return c.script(t.Context(), statement) }); err != nil {
		t.Fatal(err)
	}
}

// What is posted between the count and its writing counts too.
func TestMarkCountsWhatCameMeanwhile(t *testing.T) {
	s := newRoom(t, busyTimeout)
	if _, err := post(t, s, "one"); err != nil {
		t.Fatal(err)
	}
	mark := rooms.Mark{Room: 1, Name: person(t, "alice")}
	for _, c := range []struct{ more, seq, own uint64 }{
		{0, 2, 2},                   // at the newest message
		{0, 1, 5},                   // behind it
		{nearby, 1, 5 + nearby + 2}, // far behind it
	} {
		for range c.more {
			if _, err := post(t, s, "more"); err != nil {
				t.Fatal(err)
			}
		}
		mark.Seq = c.seq
		marks, err := s.measure(t.Context(), []rooms.Update{{Mark: &mark}})
		if err != nil {
			t.Fatal(err)
		}
		for _, words := range []string{"two", "three"} {
			if _, err := post(t, s, words); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.update(t.Context(), func(c *conn) error { return c.marks(marks) }); err != nil {
			t.Fatal(err)
		}
		if in, err := s.Inbox(t.Context(), mark.Name, nil); err != nil || in[0].Own != c.own || in[0].Unread() != 0 {
			t.Errorf("with the mark at %d the inbox is %+v (%v), want %d of one's own", c.seq, in, err, c.own)
		}
	}
}

// What expires between the count and its writing is not counted.
func TestMarkCountsNothingThatExpiredMeanwhile(t *testing.T) {
	s := newRoom(t, busyTimeout)
	for range 2*nearby + 2 { // seqs 2 to 35
		if _, err := post(t, s, "mine"); err != nil {
			t.Fatal(err)
		}
	}
	alice := person(t, "alice")
	mark := rooms.Mark{Room: 1, Name: alice, Seq: 2}
	marks, err := s.measure(t.Context(), []rooms.Update{{Mark: &mark}})
	if err != nil {
		t.Fatal(err)
	}
	results, err := s.Append(t.Context(), []rooms.Entry{{Room: 1, Type: rooms.Expire, Author: alice, Staff: true, Ref: nearby}})
	if err != nil || results[0].Err != nil {
		t.Fatalf("%+v (%v)", results, err)
	}
	if err := s.update(t.Context(), func(c *conn) error { return c.marks(marks) }); err != nil {
		t.Fatal(err)
	}
	if in, err := s.Inbox(t.Context(), alice, nil); err != nil || in[0].Read != 2 || in[0].Own != nearby+3 || in[0].Unread() != 0 {
		t.Errorf("the inbox is %+v (%v), want %d of one's own", in, err, nearby+3)
	}
}

func TestAcknowledgedPostsOutliveKill(t *testing.T) {
	s := newRoom(t, busyTimeout)
	path := s.path
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	acknowledged := make(map[uint64]string)
	for round := range 10 {
		c := startChild(t, "append", path)
		lines := []string{c.line(t)}
		for range 37 * (round + 1) {
			lines = append(lines, c.line(t))
		}
		lines = append(lines, c.kill(t)...)
		// The last line may be torn where the process was killed.
		for _, line := range lines[:len(lines)-1] {
			head, body, _ := strings.Cut(line, " ")
			seq, err := strconv.ParseUint(head, 10, 64)
			if err != nil {
				t.Fatal(line)
			}
			acknowledged[seq] = body
		}
	}
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	page, err := s.Events(t.Context(), 1, 0, 10_000_000)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for i, e := range page {
		if e.Seq != uint64(i)+1 {
			t.Fatalf("event %d has seq %d", i+1, e.Seq)
		}
		body := e.Text.String()
		if body != "" && seen[body] {
			t.Errorf("%q is there twice", body)
		}
		seen[body] = true
		if want, ok := acknowledged[e.Seq]; ok && body != want {
			t.Errorf("event %d is %q, acknowledged was %q", e.Seq, body, want)
		}
		delete(acknowledged, e.Seq)
	}
	if len(acknowledged) > 0 {
		t.Errorf("%d acknowledged posts are gone", len(acknowledged))
	}
	if len(page) < 500 {
		t.Errorf("only %d events were written: the test proves little", len(page))
	}
	intact(t, s)
}

// SQLite goes on writing to a file that was deleted, and says that it succeeded.
func TestDeletedDatabaseAcknowledgesNothing(t *testing.T) {
	for _, file := range []string{"", "-wal"} {
		t.Run("parley.db"+file, func(t *testing.T) {
			s := newRoom(t, time.Second)
			if _, err := post(t, s, "before"); err != nil {
				t.Fatal(err)
			}
			away := filepath.Join(t.TempDir(), "away")
			if err := os.Rename(s.path+file, away); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if _, err := post(t, s, "into nothing"); !errors.Is(err, errMoved) {
					t.Fatalf("posting to a deleted file: %v, want %v", err, errMoved)
				}
			}
			if err := s.Ping(t.Context()); err == nil {
				t.Error("a deleted store says that it can commit")
			}
			// Of an empty database SQLite deletes the log as soon as anybody opens it, as who makes the index may just then.
			if err := os.WriteFile(s.path+file, []byte("another file"), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := post(t, s, "into another file"); !errors.Is(err, errMoved) {
				t.Errorf("posting beside another file: %v, want %v", err, errMoved)
			}
			if err := os.Rename(away, s.path+file); err != nil {
				t.Fatal(err)
			}
			if _, err := post(t, s, "after"); err != nil {
				t.Errorf("posting after the file came back: %v", err)
			}
			wantLog(t, s, "before", "after")
		})
	}
}

// After some failures the writer's connection is made anew, and the log with it when nobody reads.
func TestNewLogIsNotTakenForADeletedOne(t *testing.T) {
	s := newRoom(t, time.Second)
	err := s.update(t.Context(), func(*conn) error { return errors.New("failed") })
	if err == nil {
		t.Fatal("the failure was not reported")
	}
	if _, err := post(t, s, "after"); err != nil {
		t.Fatal(err)
	}
	wantLog(t, s, "after")
}
