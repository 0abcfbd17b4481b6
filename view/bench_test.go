package view

import (
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
	"parley/view/screen"
)

// counter counts what would go to the terminal.
type counter int

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

// still is a view whose loop the caller turns by hand, entered and painted.
func still(t testing.TB, ses source, talk speaker, o Options, out io.Writer) *View {
	v := &View{ses: ses, talk: talk}
	v.init(o)
	v.ctx, v.out = t.Context(), out
	v.start()
	for !v.st.opened {
		(<-v.results)()
	}
	v.turn()
	return v
}

// turn is one round of the loop, without waiting for the frame's time.
func (v *View) turn() {
	v.painted = time.Time{}
	v.dirty = v.dirty || v.woken
	v.pull()
	if v.dirty {
		v.paint()
	}
}

func benchOptions(f *fake, sh *Shared, cols, rows int, side bool) Options {
	return Options{
		Identity: keys.Identity{Name: f.me}, Size: screen.Size{Cols: cols, Rows: rows}, Term: "xterm-256color",
		Env: map[string]string{"TZ": "UTC"}, Shared: sh, Server: "parley.example", Clock: func() time.Time { return noon },
	}
}

// crowd is a room of n people, each with a view, on a real server.
func crowd(b *testing.B, n, cols, rows int, side bool) (*server, rooms.ID, []*View, *counter) {
	s := newServer(b)
	people := make([]string, n)
	for i := range people {
		people[i] = fmt.Sprintf("user%03d", i)
	}
	room := s.room("ops", people...)
	s.room("general", people[:2]...)
	for i := range 60 {
		s.post(room, people[i%n], fmt.Sprintf("message number %d of the ones before, of some length", i))
	}
	out := new(counter)
	var views []*View
	for i := range n {
		v := s.view(people[i], cols, rows)
		if !side {
			v.st.flipSide = true
		}
		views = append(views, still(b, v.ses, v.talk, v.o, out))
		if !side {
			views[i].st.flipSide = true
			views[i].dirty = true
			views[i].turn()
		}
	}
	for _, v := range views {
		v.woken = true
		v.turn()
	}
	return s, room, views, out
}

// BenchmarkPaintMessage is what one delivered message costs one session of a
// room of 200 in the view: from the wake to the bytes for the terminal.
func BenchmarkPaintMessage(b *testing.B) {
	for _, c := range []struct {
		name       string
		cols, rows int
		side       bool
	}{{"80x24", 80, 24, false}, {"80x24side", 80, 24, true}, {"200x50", 200, 50, true}} {
		b.Run(c.name, func(b *testing.B) {
			s, room, views, out := crowd(b, 200, c.cols, c.rows, c.side)
			*out = 0
			b.ReportAllocs()
			b.ResetTimer()
			painted := 0
			for painted < b.N {
				b.StopTimer()
				s.post(room, "user000", fmt.Sprintf("a message of forty characters, no %07d", painted))
				b.StartTimer()
				for _, v := range views {
					v.woken = true
					v.turn()
					if painted++; painted == b.N {
						break
					}
				}
			}
			b.ReportMetric(float64(*out)/float64(b.N), "bytes/op")
		})
	}
}

// BenchmarkIdleMemory is what a view holds while nothing happens: 1,000 of
// them in a room of 200, each with its goroutines, beside an empty session.
func BenchmarkIdleMemory(b *testing.B) {
	for _, c := range []struct{ cols, rows int }{{80, 24}, {200, 50}} {
		b.Run(fmt.Sprintf("%dx%d", c.cols, c.rows), func(b *testing.B) {
			const n = 1000
			s, _, views, _ := crowd(b, 200, c.cols, c.rows, true)
			_ = views
			sessions := make([]*View, n)
			for i := range sessions {
				sessions[i] = s.view(fmt.Sprintf("user%03d", i%200), c.cols, c.rows)
				sessions[i].o.Env = nil
			}
			ins := make([]*io.PipeReader, n)
			outs := make([]*io.PipeWriter, n)
			for i := range ins {
				ins[i], outs[i] = io.Pipe()
			}
			before := heap()
			for i, v := range sessions {
				go func() { _, _ = v.Run(b.Context(), ins[i], io.Discard, nil) }()
			}
			time.Sleep(0)
			for _, v := range sessions {
				_ = v
			}
			waitIdle(sessions)
			after := heap()
			b.ReportMetric(float64(after-before)/n, "bytes/session")
			for i := range outs {
				_ = outs[i].Close()
			}
			for range b.N {
			}
		})
	}
}

func waitIdle([]*View) {
	for range 40 {
		runtime.GC()
		time.Sleep(50 * time.Millisecond)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println("heap", m.HeapAlloc, "stack", m.StackInuse)
	return m.HeapAlloc + m.StackInuse
}

var _ = chat.Nothing
