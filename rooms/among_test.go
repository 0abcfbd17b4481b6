package rooms_test

import (
	"testing"

	"parley/rooms"
)

// TestAmongFindsWhatSearchDoes: of pages of any size, and at no rate of searches.
func TestAmongFindsWhatSearchDoes(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{Limits: rooms.Limits{SearchRate: 0.001, SearchBurst: 1}})
	ops := create(t, m, "ops", rooms.Public, "ana", "bo")
	for range 3 {
		for _, s := range []string{"hello", "@bo look", "LUNCH!", "lunches"} {
			if _, err := m.Post(t.Context(), actor(t, "ana"), message(ops.ID, s)); err != nil {
				t.Fatal(err)
			}
		}
	}
	bo := actor(t, "bo")
	events, err := m.Events(t.Context(), bo, ops.ID, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	q := rooms.Query{Mine: true, Calls: []string{"lunch"}}
	for size := 1; size <= len(events); size++ {
		n := 0
		for from := 0; from < len(events); from += size {
			list, err := m.Among(t.Context(), bo, q, events[from:min(from+size, len(events))])
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range list {
				if s := e.Text.String(); s != "@bo look" && s != "LUNCH!" {
					t.Errorf("in pages of %d it finds %q", size, s)
				}
			}
			n += len(list)
		}
		if n != 6 {
			t.Errorf("in pages of %d it finds %d messages, want 6", size, n)
		}
	}
}
