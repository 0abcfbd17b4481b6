package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
	"parley/wire"
	"parley/wire/client"
)

// following is how much somebody follows while the server ends three times.
type following struct {
	seed    int // events that are there before
	live    int // messages that are posted meanwhile
	writers int
	ends    []ending
}

// ending is the end of a server when so many events have come: by SIGKILL, or as it should.
type ending struct {
	at   int
	kill bool
}

func followingNow() following {
	f := following{seed: 42_000, live: 8_000, writers: 4, ends: []ending{{9_000, true}, {25_000, false}, {45_000, true}}}
	if testing.Short() {
		f = following{seed: 4_200, live: 800, writers: 4, ends: []ending{{900, true}, {2_500, false}, {4_500, true}}}
	}
	return f
}

// TestASocketFollowsAcrossRestarts reads 50,000 events over WebSockets while the server ends three times, twice by SIGKILL, and
// ends with the log, byte for byte: nothing is missing, nothing came twice. Those who post meanwhile post once.
func TestASocketFollowsAcrossRestarts(t *testing.T) {
	s := newSite(t, "log: {level: warn}\nrooms: {default: [\"#load\"]}\n", "reader", "writer")
	began, much := time.Now(), followingNow()
	s.seed("#load", much.seed)
	s.begin()
	var work, writers sync.WaitGroup
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	defer writers.Wait()
	defer work.Wait()

	got := &followed{want: much, halt: map[int]chan struct{}{}, all: make(chan struct{})}
	for _, r := range much.ends {
		got.halt[r.at] = make(chan struct{})
	}
	reader := client.New(client.Options{Dial: s.webSocket("reader"), Live: true, After: map[string]uint64{"#load": 0}})
	stop, end := context.WithCancel(ctx)
	defer end()
	work.Go(func() {
		if err := reader.Run(stop, got.take); !errors.Is(err, context.Canceled) {
			t.Errorf("the reader ended: %v", err)
		}
	})
	dial := s.webSocket("writer")
	var posted atomic.Int64
	for i := range much.writers {
		c := client.New(client.Options{Dial: dial, Rooms: []string{"#load"}})
		work.Go(func() { _ = c.Run(stop, func(client.Line) error { return nil }) })
		writers.Go(func() {
			for n := range much.live / much.writers {
				if _, err := c.Post(stop, "#load", fmt.Sprintf("writer %d says %d", i, n), ""); err != nil {
					t.Errorf("writer %d, message %d: %v", i, n, err)
					return
				}
				posted.Add(1)
			}
		})
	}
	for _, r := range much.ends {
		select {
		case <-got.halt[r.at]:
		case <-ctx.Done():
			t.Fatalf("after %v there are %d events of %d, and %d messages are posted", time.Since(began), got.count.Load(), r.at, posted.Load())
		}
		if r.kill {
			s.server.kill()
		} else {
			s.server.stop()
		}
		s.begin()
	}
	select {
	case <-got.all:
	case <-ctx.Done():
		t.Fatalf("after %v there are %d events", time.Since(began), got.count.Load())
	}
	writers.Wait() // an event may come before the answer to the one who posted it
	end()
	work.Wait()
	s.server.stop()
	got.compare(t, s, "#load")
	if c := reader.Cursors(); c["#load"] != uint64(len(got.lines)) {
		t.Errorf("the cursors are %v", c)
	}
	t.Logf("%d events, %d connections, %v", len(got.lines), got.hellos, time.Since(began).Round(time.Millisecond))
}

// followed is what a reader has got. Its goroutine owns all but the channels and the count.
type followed struct {
	want   following
	lines  [][]byte
	hellos int
	count  atomic.Int64
	halt   map[int]chan struct{} // closed when so many have come
	all    chan struct{}         // closed when the last message of the writers has come
	said   int
}

func (f *followed) take(l client.Line) error {
	if l.Type == "hello" {
		f.hellos++
	}
	if l.Event == nil || l.Event.Room != "#load" {
		return nil
	}
	f.lines = append(f.lines, bytes.Clone(l.Raw))
	f.count.Add(1)
	if c := f.halt[len(f.lines)]; c != nil {
		close(c)
	}
	if l.Event.Author == "writer" && l.Event.Type == "message" {
		if f.said++; f.said == f.want.live {
			close(f.all)
		}
	}
	return nil
}

// compare holds what came to the log of the store.
func (f *followed) compare(t *testing.T, s *site, room string) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(s.dir, "data", "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	name, err := text.ParseRoomName(room)
	if err != nil {
		t.Fatal(err)
	}
	r, err := store.RoomByName(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	at, said := 0, map[string]bool{}
	for {
		events, err := store.Events(t.Context(), r.ID, uint64(at), 1000)
		if err != nil {
			t.Fatal(err)
		}
		if len(events) == 0 {
			break
		}
		for i := range events {
			want, err := wire.AppendLine(nil, wire.FromEvent(&events[i], room))
			if err != nil {
				t.Fatal(err)
			}
			if at >= len(f.lines) || !bytes.Equal(f.lines[at], bytes.TrimSuffix(want, []byte("\n"))) {
				t.Fatalf("event %d of the log is\n%sand what came is\n%s", at+1, want, f.lines[min(at, len(f.lines)-1)])
			}
			if events[i].Type.Talk() && said[events[i].Text.String()] {
				t.Errorf("said twice: %s", events[i].Text)
			}
			said[events[i].Text.String()] = true
			at++
		}
	}
	if at != len(f.lines) || at < f.want.seed+f.want.live {
		t.Errorf("the log has %d events, and %d came", at, len(f.lines))
	}
}

// seed fills a room before the server's first start.
func (s *site) seed(room string, count int) {
	s.t.Helper()
	data := filepath.Join(s.dir, "data")
	err := os.MkdirAll(data, 0o700)
	if err == nil {
		err = seedRoom(s.t.Context(), filepath.Join(data, "parley.db"), room, count)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func seedRoom(ctx context.Context, file, room string, count int) error {
	store, err := sqlite.Open(ctx, file)
	if err != nil {
		return err
	}
	defer store.Close()
	name, err := text.ParseRoomName(room)
	if err != nil {
		return err
	}
	who, err := text.ReadName("zoe")
	if err != nil {
		return err
	}
	at := time.Now().UTC().Truncate(time.Minute).Add(-time.Duration(count) * time.Second)
	made, err := store.Append(ctx, []rooms.Entry{{Type: rooms.Create, Author: who, Time: at, New: rooms.Room{Name: name, Kind: rooms.Public}}})
	if err == nil {
		err = made[0].Err
	}
	for i := 1; i < count && err == nil; {
		var batch []rooms.Entry
		for ; i < count && len(batch) < 1000; i++ {
			batch = append(batch, rooms.Entry{
				Room: made[0].Room.ID, Type: rooms.Message, Author: who, Time: at.Add(time.Duration(i) * time.Second), Text: text.NewBody(fmt.Sprintf("message <%d> 日本", i)),
			})
		}
		_, err = store.Append(ctx, batch)
	}
	return err
}

// webSocket lets a program in as somebody, by a code as a page has it, and returns its way in.
func (s *site) webSocket(who string) client.Dial {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, Timeout: 2 * patience}
	defer browser.CloseIdleConnections()
	ask := func(method string) (status int, body []byte) {
		req, err := http.NewRequestWithContext(s.t.Context(), method, s.url("/login"), nil)
		if err != nil {
			s.t.Fatal(err)
		}
		res, err := browser.Do(req)
		if err != nil {
			s.t.Fatal(err)
		}
		defer res.Body.Close()
		if body, err = io.ReadAll(res.Body); err != nil {
			s.t.Fatal(err)
		}
		return res.StatusCode, body
	}
	var begun struct{ Code string }
	status, body := ask(http.MethodPost)
	if err := json.Unmarshal(body, &begun); err != nil || begun.Code == "" {
		s.t.Fatalf("a login begins with %d %s", status, body)
	}
	s.ssh(who, "login", begun.Code, "--yes")
	if status, body = ask(http.MethodGet); status != http.StatusOK {
		s.t.Fatalf("the login ends with %d %s", status, body)
	}
	u, err := url.Parse(s.url("/"))
	if err != nil {
		s.t.Fatal(err)
	}
	header := http.Header{}
	for _, c := range jar.Cookies(u) {
		header.Add("Cookie", c.Name+"="+c.Value)
	}
	return client.WebSocket(strings.Replace(s.url("/ws"), "http", "ws", 1), header)
}
