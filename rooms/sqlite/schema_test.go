package sqlite

import (
	_ "embed"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"parley/rooms"
	"parley/text"
)

// firstSchema is a database as the first version wrote it, schema and rows. It never changes.
//
//go:embed testdata/schema-1.sql
var firstSchema string

// tables is the schema of a database: the columns of its tables, and all else
// as SQLite has it. Of a column that was added later SQLite keeps a default as well, which nothing uses.
func tables(t *testing.T, s *Store) string {
	t.Helper()
	var list strings.Builder
	show := func(r row) error {
		fmt.Fprintln(&list, r)
		return nil
	}
	if err := s.view(t.Context(), func(c *conn) error {
		err := c.query(t.Context(), "SELECT type, name, sql FROM sqlite_schema WHERE type <> 'table' ORDER BY type, name", show)
		if err != nil {
			return err
		}
		if err := c.query(t.Context(), `SELECT t.name, f."table", f."from", f."to", f.on_delete
			FROM pragma_table_list t, pragma_foreign_key_list(t.name) f WHERE t.schema = 'main' ORDER BY t.name, f."table", f.seq, f."from"`, show); err != nil {
			return err
		}
		return c.query(t.Context(), `SELECT t.name, t.wr, t.strict, i.name, i.type, i."notnull", i.pk
			FROM pragma_table_list t, pragma_table_xinfo(t.name) i WHERE t.schema = 'main' ORDER BY t.name, i.cid`, show)
	}); err != nil {
		t.Fatal(err)
	}
	return list.String()
}

func TestFirstSchemaIsUpgraded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	run(t, path, firstSchema)
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got, want := tables(t, s), tables(t, newRoom(t, busyTimeout)); got != want {
		t.Errorf("the upgraded schema is\n%s\nthat of a new database\n%s", got, want)
	}
	intact(t, s)
	page, err := s.Events(t.Context(), 1, 0, 10)
	if err != nil || len(page) != 3 || page[2].Text.String() != "hello @alice" || page[2].Nonce != "n1" {
		t.Errorf("the log is %+v (%v)", page, err)
	}
	in, err := s.Inbox(t.Context(), person(t, "alice"), nil)
	if err != nil || len(in) != 1 || in[0].Unread() != 1 || in[0].Mentions != 1 || in[0].Place.Draft != "half a" || in[0].Role != rooms.RoleOwner {
		t.Errorf("the inbox is %+v (%v)", in, err)
	}
	if invited, err := s.Invited(t.Context(), 1, person(t, "carol")); err != nil || !invited {
		t.Errorf("carol is invited: %v (%v)", invited, err)
	}
	if p, err := s.Person(t.Context(), person(t, "alice")); err != nil || p.Settings["theme"] != "dark" || p.Seen.IsZero() {
		t.Errorf("the person is %+v (%v)", p, err)
	}
	if list, err := s.Claims(t.Context()); err != nil || len(list) != 1 || list[0].Fingerprint != "SHA256:a" {
		t.Errorf("the claims are %+v (%v)", list, err)
	}
	if list, err := s.Knocks(t.Context()); err != nil || len(list) != 1 || list[0].Name != person(t, "dave") {
		t.Errorf("the knocks are %+v (%v)", list, err)
	}
	results, err := s.Append(t.Context(), []rooms.Entry{{Room: 1, Type: rooms.Message, Author: person(t, "bob"), Text: text.NewBody("again"), Nonce: "n1"}})
	if err != nil || !results[0].Again || results[0].Event.Seq != 3 {
		t.Errorf("a nonce of before the upgrade: %+v (%v)", results, err)
	}
}

func TestMigrationsRunOnceAndInOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	run(t, path, "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1); PRAGMA user_version = 1")
	steps := []string{"ALTER TABLE t ADD COLUMN b INTEGER; UPDATE t SET b = a + 1", "ALTER TABLE t ADD COLUMN c INTEGER; UPDATE t SET c = b * 10"}
	c := &conn{dsn: dsn(path, busyTimeout)}
	defer c.close()
	see := func(query, want string) {
		t.Helper()
		if err := c.open(t.Context()); err != nil {
			t.Fatal(err)
		}
		var got string
		if _, err := c.first(query, func(r row) { got = strings.Trim(fmt.Sprint(r), "[]") }); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", query, got, err, want)
		}
	}
	see("SELECT * FROM t", "1")
	broken := append(steps[:1:1], "ALTER TABLE missing ADD COLUMN c")
	if err := migrate(t.Context(), c, path, "", broken); err == nil || !strings.Contains(err.Error(), "from schema 1 to 3") {
		t.Errorf("a broken step: %v", err)
	}
	see("SELECT * FROM t", "1")
	see("PRAGMA user_version", "1")
	for range 2 {
		if err := migrate(t.Context(), c, path, "", steps); err != nil {
			t.Fatal(err)
		}
		see("SELECT * FROM t", "1 2 20")
		see("PRAGMA user_version", "3")
	}
}

func TestFormerNamesAreTakenFromTheLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	run(t, path, firstSchema)
	run(t, path, schema2+`; PRAGMA user_version = 2;
		INSERT INTO events (room, seq, time, type, author, text, target, nonce, messages, ref, thread, detail, until) VALUES
		(1, 4, 1, 'rename', 'alice', '#first', '', '', 2, 0, 0, '', 0), (1, 5, 2, 'rename', 'alice', '#second', '', '', 2, 0, 0, '', 0)`)
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	name, err := text.ParseRoomName("#first")
	if err != nil {
		t.Fatal(err)
	}
	if room, err := s.RoomByName(t.Context(), name); err != nil || room.ID != 1 {
		t.Errorf("the name of before finds %+v, %v", room, err)
	}
}

func TestEarlierDeletionsSayWhatTheyWereOf(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	run(t, path, firstSchema)
	run(t, path, schema2+schema3+schema4+`; PRAGMA user_version = 4;
		UPDATE rooms SET seq = 5, messages = 2 WHERE id = 1;
		INSERT INTO events (room, seq, time, type, author, text, target, nonce, messages, ref, thread, detail, until) VALUES
		(1, 4, 1, 'message', 'bob', '', '', '', 2, 0, 3, '', 0), (1, 5, 2, 'delete', 'alice', 'why', '', '', 2, 4, 0, '', 0);
		INSERT INTO follows (name, room, root, read, unread) VALUES ('alice', 1, 3, 3, 1)`)
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	log, err := s.Events(t.Context(), 1, 4, 1)
	if err != nil || len(log) != 1 || log[0].Target != person(t, "bob") || log[0].Thread != 3 {
		t.Errorf("the deletion is %+v (%v), want one of a message of bob in the thread 3", log, err)
	}
	if follows, err := s.Follows(t.Context(), person(t, "alice")); err != nil || len(follows) != 1 || follows[0].Unread != 0 {
		t.Errorf("alice follows %+v (%v), want nothing unread", follows, err)
	}
}

func TestWhatHasExpiredEarlierIsNotUnread(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	run(t, path, firstSchema)
	run(t, path, schema2+schema3+schema4+schema5+schema6+`; PRAGMA user_version = 6;
		UPDATE rooms SET seq = 6, messages = 3, gone = 4 WHERE id = 1;
		INSERT INTO events (room, seq, time, type, author, text, target, nonce, messages, ref, thread, detail, until, bot, file, signature) VALUES
		(1, 4, 1, 'message', 'alice', '', '', '', 2, 0, 0, '', 0, 0, '', ''),
		(1, 5, 2, 'expire', 'alice', '', '', '', 2, 4, 0, '', 0, 0, '', ''),
		(1, 6, 3, 'message', 'alice', 'new', '', '', 3, 0, 0, '', 0, 0, '', '');
		UPDATE members SET own = 2 WHERE name = 'alice'`)
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for who, unread := range map[string]uint64{"alice": 0, "bob": 1} {
		in, err := s.Inbox(t.Context(), person(t, who), nil)
		if err != nil || len(in) != 1 || in[0].Unread() != unread || in[0].Own != 1-unread || in[0].Room.GoneMessages != 2 {
			t.Errorf("the inbox of %s is %+v (%v), want %d unread", who, in, err, unread)
		}
	}
	if log, err := s.Events(t.Context(), 1, 4, 1); err != nil || len(log) != 1 || log[0].Detail != "2" {
		t.Errorf("the expiry is %+v (%v), want one that says that there were 2 messages", log, err)
	}
}
