package sqlite

import (
	"path/filepath"
	"testing"

	"parley/rooms/storetest"
)

func TestStore(t *testing.T) { storetest.Run(t, harness()) }

func BenchmarkAppend(b *testing.B)     { storetest.BenchAppend(b, harness()) }
func BenchmarkInbox(b *testing.B)      { storetest.BenchInbox(b, harness()) }
func BenchmarkEventsPage(b *testing.B) { storetest.BenchEventsPage(b, harness()) }

func harness() storetest.Harness {
	reopen := func(tb testing.TB, path string) storetest.Store {
		tb.Helper()
		s, err := Open(tb.Context(), path)
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() {
			if err := s.Close(); err != nil {
				tb.Error(err)
			}
		})
		return s
	}
	return storetest.Harness{
		Open: func(tb testing.TB) storetest.Store {
			return reopen(tb, filepath.Join(tb.TempDir(), "parley.db"))
		},
		Reopen: func(tb testing.TB, s storetest.Store) storetest.Store {
			if err := s.Close(); err != nil {
				tb.Fatal(err)
			}
			return reopen(tb, s.(*Store).path)
		},
		Restore: reopen,
		Settle: func(tb testing.TB, s storetest.Store) {
			if err := s.(*Store).catchUp(tb.Context(), nil, 0); err != nil {
				tb.Error(err)
			}
		},
	}
}
