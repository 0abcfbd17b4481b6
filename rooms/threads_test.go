package rooms_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"parley/rooms"
)

// TestThreadsInMemoryAreWhatTheStoreSays lets things happen at random in a room and its threads: what is said to be new in them
// without asking the store is what the store says.
func TestThreadsInMemoryAreWhatTheStoreSays(t *testing.T) {
	ctx := t.Context()
	store := openStore(t)
	m := open(t, store, rooms.Options{})
	ops := create(t, m, "ops", rooms.Public, "ana", "bo", "kei")
	dev := create(t, m, "dev", rooms.Public, "ana", "bo", "kei")
	bo := attach(t, m, "bo")
	r := rand.New(rand.NewPCG(1, 2))
	people := []string{"ana", "bo", "kei"}
	roots := map[rooms.ID][]uint64{}
	known, news := 0, 0
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 1000 {
		room := ops.ID
		if r.IntN(4) == 0 {
			room = dev.ID
		}
		mark := rooms.ThreadMark{Room: room}
		if n := len(roots[room]); n > 0 {
			mark.Root = roots[room][r.IntN(n)]
		}
		switch what := r.IntN(12); {
		case mark.Root == 0 || what == 0:
			roots[room] = append(roots[room], say(t, m, room, people[r.IntN(3)], "who?").Seq)
		case what < 4:
			p := message(room, "I")
			p.Thread = mark.Root
			_, err := m.Post(ctx, actor(t, people[r.IntN(3)]), p)
			must(err)
		case what == 4:
			say(t, m, room, people[r.IntN(3)], "aside")
		case what == 5:
			mark.Seq = bo.Head().Seq
			if ms, ok := bo.Membership(room); ok {
				mark.Seq = ms.Room.Seq
			}
			must(m.ReadThread(ctx, bo.Who(), mark))
		case what == 6:
			mark.Follow = true
			must(m.ReadThread(ctx, bo.Who(), mark))
		case what == 7:
			mark.Drop = r.IntN(2) == 0
			must(m.ReadThread(ctx, bo.Who(), mark))
		case what == 8:
			must(m.Leave(ctx, bo.Who(), room))
			_, err := m.Join(ctx, bo.Who(), room)
			must(err)
		case what == 10:
			bo.Close()
			bo = attach(t, m, "bo")
		}
		if r.IntN(3) > 0 {
			must(m.Flush(ctx))
		}
		for _, id := range []rooms.ID{room, ops.ID} {
			list, ok := bo.ThreadsInMemory(id)
			if !ok {
				continue
			}
			all, err := store.Follows(ctx, bo.Who().Name)
			must(err)
			want := slices.DeleteFunc(all, func(f rooms.Follow) bool { return f.Room != id || f.Unread == 0 })
			if !slices.Equal(list, want) {
				t.Fatalf("in memory is new %+v, the store says %+v", list, want)
			}
			known, news = known+1, news+len(list)
		}
		if r.IntN(3) > 0 {
			_, err := bo.Threads(ctx, room)
			must(err)
		}
	}
	if known < 50 || news < 50 {
		t.Errorf("the store was not needed %d times, for %d threads: that is too seldom to show anything", known, news)
	}
}
