package view

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"sync"
	"testing"
	"time"

	"parley/keys"
	"parley/rooms"
	"parley/text"
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
	v.paid = time.Time{}
	v.pull()
	if v.dirty || v.grown > 0 {
		v.paint()
	}
}

func benchOptions(f *fake, sh *Shared, cols, rows int) Options {
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
	s.room("random", people...)
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
		margins    bool
	}{{"80x24", 80, 24, false, false}, {"80x24side", 80, 24, true, false}, {"80x24side-margins", 80, 24, true, true}, {"200x50", 200, 50, true, false}, {"200x50-margins", 200, 50, true, true}} {
		b.Run(c.name, func(b *testing.B) {
			s, room, views, out := crowd(b, 200, c.cols, c.rows, c.side)
			for _, v := range views {
				v.margins = c.margins
			}
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

// BenchmarkBurst is what one of 1,000 messages that arrive in a tenth of a second costs one session: they are
// painted as four frames.
func BenchmarkBurst(b *testing.B) {
	const posts, frames = 1000, 4
	f := newFake("lea", "general")
	for range 60 {
		f.add(1, rooms.Message, "ana", "a message before, of some length")
	}
	out := new(counter)
	v := still(b, f, f, benchOptions(f, NewShared(0), 80, 24), out)
	*out = 0
	b.ReportAllocs()
	b.ResetTimer()
	for done := 0; done < b.N; done += posts {
		for range frames {
			b.StopTimer()
			for i := range posts / frames {
				f.add(1, rooms.Message, "ana", fmt.Sprintf("a message of forty characters, no %06d", done*frames+i+len(f.logs[1])))
			}
			b.StartTimer()
			v.woken = true
			v.turn()
		}
	}
	b.ReportMetric(float64(*out)/float64(b.N), "bytes/op")
}

// BenchmarkIdleMemory is what a view holds while nothing happens, with its goroutines: 1,000 of them
// in a room of 200. The session of package rooms is not in it.
func BenchmarkIdleMemory(b *testing.B) {
	for _, c := range []struct{ cols, rows int }{{80, 24}, {200, 50}} {
		b.Run(fmt.Sprintf("%dx%d", c.cols, c.rows), func(b *testing.B) {
			const n = 1000
			s, _, _, _ := crowd(b, 200, c.cols, c.rows, true)
			for range b.N {
				idle(b, s, n, c.cols, c.rows)
			}
		})
	}
}

func idle(b *testing.B, s *server, n, cols, rows int) {
	views := make([]*View, n)
	ends := make([]*io.PipeWriter, n)
	ins := make([]*io.PipeReader, n)
	outs := make([]*awaiting, n)
	for i := range n {
		views[i] = s.view(fmt.Sprintf("user%03d", i%200), cols, rows)
		ins[i], ends[i] = io.Pipe()
		outs[i] = &awaiting{words: []byte("message number 59"), seen: make(chan struct{})}
	}
	heap, stack := memory()
	var wg sync.WaitGroup
	for i, v := range views {
		wg.Go(func() { _, _ = v.Run(b.Context(), ins[i], outs[i], nil) })
	}
	for _, o := range outs {
		<-o.seen
	}
	heapNow, stackNow := memory()
	b.ReportMetric(float64(heapNow-heap)/float64(n), "heap-bytes/view")
	b.ReportMetric(float64(stackNow-stack)/float64(n), "stack-bytes/view")
	for i := range ends {
		_ = ends[i].Close()
	}
	wg.Wait()
}

// awaiting is a terminal that tells when it has been sent some words.
type awaiting struct {
	words []byte
	seen  chan struct{}
	once  sync.Once
}

func (a *awaiting) Write(p []byte) (int, error) {
	if bytes.Contains(p, a.words) {
		a.once.Do(func() { close(a.seen) })
	}
	return len(p), nil
}

// memory is what is in use after the collector has had its way, also with the stacks, which it halves each time.
func memory() (heap, stack uint64) {
	for range 4 {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc, m.StackInuse
}

// BenchmarkEnter is what it costs the view to be there: from New to the first full screen of a room that others show too.
func BenchmarkEnter(b *testing.B) {
	f := longLog(200)
	o := benchOptions(f, NewShared(0), 80, 24)
	b.ReportAllocs()
	for b.Loop() {
		still(b, f, f, o, io.Discard)
	}
}

// BenchmarkTypeset is what it costs to lay out one message, once for all who show it in the same width.
func BenchmarkTypeset(b *testing.B) {
	all := looks()
	for _, c := range []struct{ name, words string }{
		{"plain", "a message of forty characters, no 0000001"},
		{"colon", "note: a message at 14:02 of some characters"},
		{"wrapped", "a message of forty characters, no 0000001 and then some more words so that it does not fit into one row of eighty"},
		{"japanese", "日本語のとても長い文章は折り返しても読めるはずです。そうでしょう？"},
		{"mention", "@bo can you look at #ops and https://ci.example.org/run/12345 please"},
	} {
		b.Run(c.name, func(b *testing.B) {
			ev := &rooms.Event{Room: 1, Seq: 7, Type: rooms.Message, Author: mustName("ana"), Time: noon, Text: text.NewBody(c.words)}
			look := lookFor(all, "dark", screen.ANSI256)
			t := &typesetter{cols: columnsFor(80, false, 6), look: look, zone: zone{loc: time.UTC}, b: screen.NewBuilder(look.depth, 0)}
			b.ReportAllocs()
			for b.Loop() {
				t.message(&said{ev: ev}, 0)
			}
		})
	}
}
