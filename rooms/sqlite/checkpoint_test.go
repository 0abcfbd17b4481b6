package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"parley/rooms"
	"parley/text"
)

// holds reports which files of the database have some bytes in them.
func holds(t *testing.T, path string, what string) (db, log bool) {
	t.Helper()
	for suffix, found := range map[string]*bool{"": &db, logSuffix: &log} {
		data, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		*found = bytes.Contains(data, []byte(what))
	}
	return db, log
}

// commit appends entries, all of which have to be taken, and returns their events.
func commit(t *testing.T, s *Store, entries ...rooms.Entry) (events []rooms.Event) {
	t.Helper()
	results, err := s.Append(t.Context(), entries)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		events = append(events, r.Event)
	}
	return events
}

// What was taken back, has expired or was in a file is in no file of the database a few seconds later, and posts go on.
func TestErasedWordsLeaveTheFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "parley.db")
		s, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		ana := person(t, "ana")
		name, err := text.ParseRoomName("ops")
		if err != nil {
			t.Fatal(err)
		}
		room := commit(t, s, rooms.Entry{Type: rooms.Create, Author: ana, Time: time.Now(), New: rooms.Room{Name: name, Kind: rooms.Public}})[0].Room
		var said []rooms.Event
		for i := range 9 {
			said = append(said, commit(t, s, rooms.Entry{Room: room, Type: rooms.Message, Author: ana, Time: time.Now(),
				Text: text.NewBody(fmt.Sprintf("a plutonium recipe, part %d", i))})...)
		}
		commit(t, s, rooms.Entry{Room: room, Type: rooms.Edit, Author: ana, Time: time.Now(), Ref: said[8].Seq, Text: text.NewBody("plutonium, better")})
		partial, _, err := s.WriteFile(t.Context(), rooms.Partial{Room: room, Owner: ana, Name: text.NewLine("a.txt", 20), Touched: time.Now()},
			bytes.Repeat([]byte("plutonium "), 20000), rooms.Quota{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.catchUp(t.Context(), nil, 0); err != nil {
			t.Fatal(err)
		}
		if db, log := holds(t, path, "plutonium"); !log {
			t.Fatalf("before anything is erased the database has it: %v, its log: %v", db, log)
		}
		for _, ev := range said[5:] {
			commit(t, s, rooms.Entry{Room: room, Type: rooms.Delete, Author: ana, Time: time.Now(), Ref: ev.Seq})
		}
		commit(t, s, rooms.Entry{Room: room, Type: rooms.Expire, Author: ana, Staff: true, Ref: said[4].Seq, Time: time.Now()})
		if err := s.DropFile(t.Context(), partial.ID); err != nil {
			t.Fatal(err)
		}
		for more := true; more; {
			if more, _, err = s.SweepFiles(t.Context(), time.Now(), 100); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if _, log := holds(t, path, "plutonium"); !log {
			t.Error("the log has it no more at once: then this test shows nothing")
		}
		time.Sleep(checkpointAfter)
		synctest.Wait()
		if db, log := holds(t, path, "plutonium"); db || log {
			t.Errorf("%v later the database has it: %v, its log: %v", checkpointAfter, db, log)
		}
		commit(t, s, rooms.Entry{Room: room, Type: rooms.Message, Author: ana, Time: time.Now(), Text: text.NewBody("it goes on")})
	})
}

// A reader, such as a backup, keeps the log from being emptied, and posts from nothing.
func TestALogThatIsReadIsEmptiedLater(t *testing.T) {
	s := newRoom(t, busyTimeout)
	say(t, s, 1, "alice", "plutonium", 1)
	reader := &conn{dsn: dsn(s.path, busyTimeout, "query_only(1)")}
	if err := reader.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer reader.close()
	for _, begin := range []string{"BEGIN", "SELECT count(*) FROM events"} {
		if err := reader.script(t.Context(), begin); err != nil {
			t.Fatal(err)
		}
	}
	say(t, s, 1, "alice", "more", 1)
	began := time.Now()
	if err := s.copyLog(t.Context(), "TRUNCATE"); !errors.Is(err, errLogInUse) {
		t.Errorf("while the log is read, emptying it returns %v", err)
	}
	if took := time.Since(began); took > busyTimeout {
		t.Errorf("it kept posts waiting for %v", took)
	}
	say(t, s, 1, "alice", "goes on", 1)
	if err := reader.script(t.Context(), "COMMIT"); err != nil {
		t.Fatal(err)
	}
	if err := s.copyLog(context.Background(), "TRUNCATE"); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(s.path + logSuffix); err != nil || info.Size() != 0 {
		t.Errorf("the log has %d bytes (%v)", info.Size(), err)
	}
}
