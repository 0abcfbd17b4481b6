package rooms_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"parley/rooms"
)

// BenchmarkPostParallel is 1,000 people who each post as fast as they are answered, into one room.
func BenchmarkPostParallel(b *testing.B) {
	for _, readers := range []int{0, 200} {
		b.Run(fmt.Sprintf("readers=%d", readers), func(b *testing.B) {
			m := open(b, openStore(b), rooms.Options{})
			r := create(b, m, "load", rooms.Public, "owner")
			const writers = 1000
			people := make([]rooms.Actor, writers)
			for i := range people {
				people[i] = actor(b, fmt.Sprintf("w%d", i))
				join(b, m, r.ID, people[i].Name.String())
				attachAs(b, m, people[i])
			}
			ctx, cancel := context.WithCancel(b.Context())
			defer cancel()
			var reading sync.WaitGroup
			defer reading.Wait()
			defer cancel()
			for i := range readers {
				s := attachAs(b, m, people[i])
				focus(b, s, r.ID, false)
				reading.Go(func() { read(ctx, s, r.ID) })
			}
			p := message(r.ID, "forty characters of talk, more or less..")
			var next atomic.Int64
			var writing sync.WaitGroup
			b.ResetTimer()
			for _, who := range people {
				writing.Go(func() {
					for next.Add(1) <= int64(b.N) {
						if _, err := m.Post(ctx, who, p); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			writing.Wait()
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "posts/s")
			b.ReportMetric(float64(b.N)/float64(m.Stats().Commits), "posts/commit")
		})
	}
}

// read follows a room as the view does: wake, changes, events, mark.
func read(ctx context.Context, s *rooms.Session, room rooms.ID) {
	c := s.Cursor(room, s.Head().Seq)
	for {
		for {
			list, err := c.Next(ctx, 100)
			if err != nil {
				return
			}
			if len(list) == 0 {
				break
			}
		}
		s.Mark(room, c.Seq())
		select {
		case <-s.Wake():
			s.Changes()
		case <-ctx.Done():
			return
		}
	}
}

// BenchmarkWake is one post in a room of that many sessions that all follow it: until the last has read it.
func BenchmarkWake(b *testing.B) {
	for _, n := range []int{200, 1000, 10000} {
		b.Run(fmt.Sprintf("sessions=%d", n), func(b *testing.B) {
			m := open(b, openStore(b), rooms.Options{})
			r := create(b, m, "load", rooms.Public, "owner")
			ctx, cancel := context.WithCancel(b.Context())
			var reading sync.WaitGroup
			defer reading.Wait()
			defer cancel()
			var got atomic.Int64
			batchJoin(b, m, r.ID, n)
			for i := range n {
				s := attach(b, m, fmt.Sprintf("p%d", i))
				focus(b, s, r.ID, false)
				c := s.Cursor(r.ID, s.Head().Seq)
				reading.Go(func() {
					for {
						select {
						case <-s.Wake():
							s.Changes()
						case <-ctx.Done():
							return
						}
						list, _ := c.Next(ctx, 100)
						got.Add(int64(len(list)))
					}
				})
			}
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				got.Store(0)
				say(b, m, r.ID, "owner", "hello")
				for got.Load() < int64(n) {
					runtime.Gosched()
				}
			}
			b.StopTimer()
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/delivery")
		})
	}
}

// batchJoin makes p0 … pn-1 members.
func batchJoin(tb testing.TB, m *rooms.Manager, room rooms.ID, n int) {
	tb.Helper()
	var wg sync.WaitGroup
	for w := range 64 {
		wg.Go(func() {
			for i := w; i < n; i += 64 {
				if _, err := m.Join(context.Background(), actor(tb, fmt.Sprintf("p%d", i)), room); err != nil {
					tb.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// BenchmarkAttach is a login and a logout of somebody whose inbox must be read from the store; the rooms are in memory.
func BenchmarkAttach(b *testing.B) {
	for _, n := range []int{5, 50} {
		b.Run(fmt.Sprintf("rooms=%d", n), func(b *testing.B) { benchmarkAttach(b, n) })
	}
}

func benchmarkAttach(b *testing.B, n int) {
	m := open(b, openStore(b), rooms.Options{})
	for i := range n {
		r := create(b, m, fmt.Sprintf("room%d", i), rooms.Public, "owner")
		batchJoin(b, m, r.ID, 200)
	}
	attach(b, m, "owner")
	b.ReportAllocs()
	b.ResetTimer()
	start := cpu(b)
	for i := range b.N {
		if i%200 == 0 { // while something of a person is to be saved, their inbox stays
			b.StopTimer()
			if err := m.Flush(b.Context()); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
		s, err := m.Attach(b.Context(), actor(b, fmt.Sprintf("p%d", i%200)), rooms.SessionInfo{})
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
	b.ReportMetric(float64((cpu(b)-start).Microseconds())/float64(b.N), "cpu-µs/login")
}

// BenchmarkLoginStorm is 5,000 people who come into a room that 200 follow:
// CPU of all of it, also of the 200 who read each snapshot.
func BenchmarkLoginStorm(b *testing.B) {
	const logins, followers = 5000, 200
	m := open(b, openStore(b), rooms.Options{})
	r := create(b, m, "load", rooms.Public, "owner")
	batchJoin(b, m, r.ID, logins)
	ctx, cancel := context.WithCancel(b.Context())
	var watching sync.WaitGroup
	defer watching.Wait()
	defer cancel()
	for i := range followers {
		s := attach(b, m, fmt.Sprintf("p%d", i))
		focus(b, s, r.ID, true)
		watching.Go(func() {
			for {
				select {
				case <-s.Wake():
					s.Changes()
					s.Presence()
				case <-ctx.Done():
					return
				}
			}
		})
	}
	b.ResetTimer()
	var used time.Duration
	for range b.N {
		start := cpu(b)
		var all []*rooms.Session
		for i := range logins {
			s, err := m.Attach(ctx, actor(b, fmt.Sprintf("p%d", i)), rooms.SessionInfo{})
			if err != nil {
				b.Fatal(err)
			}
			focus(b, s, r.ID, true)
			all = append(all, s)
		}
		used += cpu(b) - start
		b.StopTimer()
		for _, s := range all {
			s.Close()
		}
		if err := m.Flush(ctx); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(used.Milliseconds())/float64(b.N), "cpu-ms/storm")
}

// cpu is what the process has used so far.
func cpu(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestIdleSessionMemory holds an attached session, in a room of 3,000, to 1.5 KB.
func TestIdleSessionMemory(t *testing.T) {
	const n = 3000
	m := open(t, openStore(t), rooms.Options{})
	r := create(t, m, "load", rooms.Public, "owner")
	batchJoin(t, m, r.ID, n)
	sessions := make([]*rooms.Session, 0, n)
	people := make([]rooms.Actor, n)
	for i := range people {
		people[i] = actor(t, fmt.Sprintf("p%d", i))
	}
	before := heap()
	for _, who := range people {
		s, err := m.Attach(t.Context(), who, rooms.SessionInfo{ID: "c123", Face: "ssh", Since: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		focus(t, s, r.ID, true)
		sessions = append(sessions, s)
	}
	each := (heap() - before) / n
	t.Logf("%d bytes for each of %d sessions", each, n)
	if each > 1536 {
		t.Errorf("an idle session takes %d bytes, more than 1,536", each)
	}
	for _, s := range sessions {
		s.Close()
	}
	if got := m.Stats(); got.Sessions != 0 || got.Watchers != 0 {
		t.Errorf("%d sessions and %d watchers are left after all closed", got.Sessions, got.Watchers)
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc)
}
