package sqlite

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/rooms"
)

// Whoever has the database open, with whatever program, adds to the audit log or leaves it alone.
func TestAuditLogIsOnlyAddedTo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Record(t.Context(), rooms.Deed{Time: time.Unix(1, 0), Who: person(t, "alice"), Action: "ban", Target: "mallory"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c := &conn{dsn: dsn(path, busyTimeout)}
	if err := c.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer c.close()
	for _, change := range []string{
		"UPDATE audit SET who = 'bob'",
		"UPDATE audit SET id = 7",
		"UPDATE OR REPLACE audit SET why = 'none' WHERE id = 1",
		"DELETE FROM audit",
		"DELETE FROM audit WHERE id = 1",
		"INSERT OR REPLACE INTO audit (id, time, who, action, room, target, why) VALUES (1, 0, 'bob', '', 0, '', '')",
		"REPLACE INTO audit (id, time, who, action, room, target, why) VALUES (1, 0, 'bob', '', 0, '', '')",
		"INSERT INTO audit (id, time, who, action, room, target, why) VALUES (1, 0, 'bob', '', 0, '', '') ON CONFLICT (id) DO UPDATE SET who = 'bob'",
	} {
		if err := c.script(t.Context(), change); err == nil || !strings.Contains(err.Error(), "only ever added to") {
			t.Errorf("%s: %v", change, err)
		}
	}
	if s, err = Open(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got, err := s.Audit(t.Context(), rooms.AuditQuery{}); err != nil || len(got) != 1 || got[0].Who != person(t, "alice") || got[0].Target != "mallory" {
		t.Errorf("the log is %+v (%v)", got, err)
	}
}
