package tree_test

import (
	"context"
	"testing"

	"parley/rooms"
)

// small is on a volume of 1 GiB, of which 100 MiB are free.
type small struct{ rooms.Store }

func (small) Space(context.Context) (rooms.Space, error) {
	return rooms.Space{Size: 1 << 30, Free: 100 << 20}, nil
}

// What df shows as free is what files can take: the quota, or the disk without the 64 MiB that are kept for messages.
func TestDfShowsWhatFits(t *testing.T) {
	const mib = 1 << 20
	w := newWorldOn(t, func(s rooms.Store) rooms.Store { return small{s} })
	ana, _ := w.client(t, "ana")
	put(t, ana, "/lab/a.bin", make([]byte, mib))
	for _, c := range []struct {
		quota       rooms.Quota
		total, free uint64
	}{
		{rooms.Quota{}, 37 * mib, 36 * mib},
		{rooms.Quota{Person: 500 * mib}, 37 * mib, 36 * mib},
		{rooms.Quota{Person: 11 * mib}, 11 * mib, 10 * mib},
		{rooms.Quota{Person: 500 * mib, Room: 6 * mib}, 6 * mib, 5 * mib},
	} {
		w.m.SetLimits(rooms.Limits{Files: c.quota})
		st, err := ana.StatVFS("/lab")
		if err != nil {
			t.Fatal(err)
		}
		if st.TotalSpace() != c.total || st.FreeSpace() != c.free {
			t.Errorf("with %+v there are %d bytes free of %d, want %d of %d", c.quota, st.FreeSpace(), st.TotalSpace(), c.free, c.total)
		}
	}
}
