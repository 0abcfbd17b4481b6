package rooms

import "testing"

// asleep is a room that n sessions show, and the manager that wakes them.
func asleep(n int) (*Manager, *room) {
	m, r := &Manager{}, newRoom(Room{ID: 1})
	for range n {
		s := &Session{m: m, wake: make(chan struct{}, 1)}
		s.focus.Store(r)
		r.crowd.watchers = append(r.crowd.watchers, s)
		r.crowd.viewers++
	}
	return m, r
}

func TestWakingAThousandAllocatesNothing(t *testing.T) {
	m, r := asleep(1000)
	if n := testing.AllocsPerRun(10, func() {
		m.wake(r, CountsChanged)
		for _, s := range r.crowd.watchers {
			<-s.wake
			s.Changes()
		}
	}); n != 0 {
		t.Errorf("waking a thousand sessions allocates %v times", n)
	}
}

// BenchmarkWakePass is the pass over 10,000 sessions alone: of which none, or
// all, have looked since the last one.
func BenchmarkWakePass(b *testing.B) {
	for _, looked := range []bool{false, true} {
		name := map[bool]string{false: "none looked", true: "all looked"}[looked]
		b.Run(name, func(b *testing.B) {
			m, r := asleep(10000)
			for range b.N {
				m.wake(r, CountsChanged)
				if looked {
					b.StopTimer()
					for _, s := range r.crowd.watchers {
						<-s.wake
						s.Changes()
					}
					b.StartTimer()
				}
			}
		})
	}
}
