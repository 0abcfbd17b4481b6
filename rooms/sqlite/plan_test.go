package sqlite

import (
	"strings"
	"testing"

	"parley/rooms"
	"parley/text"
)

// TestLookingUpOneMessageReadsNoLog asks the database how it carries out what it was asked about single
// messages: its planner would rather read the whole log of a room than use a partial index, unless it is told.
func TestLookingUpOneMessageReadsNoLog(t *testing.T) {
	s := newRoom(t, busyTimeout)
	say(t, s, 1, "alice", "word", 3)
	alice := person(t, "alice")
	for _, e := range []rooms.Entry{
		{Type: rooms.React, Detail: "tada"}, {Type: rooms.React, Detail: "tada"}, {Type: rooms.Edit, Text: text.NewBody("other")},
		{Type: rooms.Pin}, {Type: rooms.Unpin}, {Type: rooms.Delete},
	} {
		e.Room, e.Author, e.Ref = 1, alice, 2
		if res, err := s.Append(t.Context(), []rooms.Entry{e}); err != nil || res[0].Err != nil {
			t.Fatal(err, res)
		}
	}
	if _, err := s.Referring(t.Context(), 1, 2, 2); err != nil {
		t.Fatal(err)
	}
	if n, _ := count(t, s, "alice", rooms.Query{Words: []string{"word"}}); n != 2 {
		t.Fatalf("it finds %d messages, want 2", n)
	}
	checked := 0
	check := func(c *conn) error {
		var asked []string
		for q := range c.stmts {
			if strings.HasPrefix(q, "EXPLAIN") {
				continue // the index takes a connection now and then, so that one comes twice
			}
			if strings.Contains(q, "ref = ?") || strings.Contains(q, "ref >= ?") || strings.Contains(q, "ref BETWEEN ?") {
				asked = append(asked, q)
			}
		}
		for _, q := range asked {
			args := make([]any, strings.Count(q, "?"))
			for i := range args {
				args[i] = int64(0)
			}
			checked++
			if err := c.query(t.Context(), "EXPLAIN QUERY PLAN "+q, func(r row) error {
				if how := r.text(3); strings.Contains(how, "events") && !strings.Contains(how, "events_ref") {
					t.Errorf("%s\nis done by %s", q, how)
				}
				return nil
			}, args...); err != nil {
				return err
			}
		}
		return nil
	}
	if err := s.update(t.Context(), check); err != nil {
		t.Fatal(err)
	}
	for range readers {
		if err := s.view(t.Context(), check); err != nil {
			t.Fatal(err)
		}
	}
	if checked < 5 {
		t.Errorf("%d statements were looked at", checked)
	}
}
