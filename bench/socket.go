package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	gossh "golang.org/x/crypto/ssh"

	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
)

// socket is what windows of browsers cost: the memory of an idle one, and what a delivered message costs the server in a room of
// 200 in which people talk one after the other. The floor is a bare broadcast server on the same WebSocket library.
func socket(ctx context.Context, l *lab, r *report) error {
	for round := range l.scale.rounds {
		for _, server := range rotate([]string{parley, socketFloor}, round) {
			if err := l.socketMemory(ctx, server, r); err != nil {
				return err
			}
			if err := l.socketTalk(ctx, server, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// column is where a server's values are in the table.
func column(server string) string {
	if server == socketFloor {
		return floor
	}
	return server
}

// socketMemory measures what idle windows add to a server, as that of idle sessions is measured.
func (l *lab) socketMemory(ctx context.Context, server string, out *report) (err error) {
	n := warm + l.scale.idle
	r, err := l.browse(ctx, server, n, "GOGC=10")
	if err != nil {
		return err
	}
	defer func() { err = firstOf(err, r.leave()) }()
	var size [2]float64
	for i, part := range [][2]int{{0, warm}, {warm, n}} {
		if err := r.enter(ctx, part[0], part[1]); err != nil {
			return err
		}
		if size[i], err = r.settled(ctx); err != nil {
			return err
		}
	}
	each := (size[1] - size[0]) / float64(l.scale.idle)
	out.add("socket: memory of a window", kilobytes, ratioAtMost(1.3), column(server), each)
	l.logf("  %s: %.1f KB", server, each/1000)
	return nil
}

// socketTalk measures a delivered message.
func (l *lab) socketTalk(ctx context.Context, server string, out *report) (err error) {
	r, err := l.browse(ctx, server, l.scale.room)
	if err != nil {
		return err
	}
	defer func() { err = firstOf(err, r.leave()) }()
	if err := r.enter(ctx, 0, l.scale.room); err != nil {
		return err
	}
	if err := r.said(ctx, 0, 1, 0); err != nil { // what is done once has been done
		return err
	}
	if err := pause(ctx, 2*time.Second); err != nil { // who is here is told by now
		return err
	}
	before, err := r.cpu()
	if err != nil {
		return err
	}
	if err := r.said(ctx, 1, 1+l.scale.calmPosts, calmRate); err != nil {
		return err
	}
	after, err := r.cpu()
	if err != nil {
		return err
	}
	each := (after - before).Seconds() / float64(l.scale.calmPosts*len(r.windows))
	out.add("socket: CPU per delivered message", microseconds, ratioAtMost(1.3), column(server), each)
	l.logf("  %s: %.1f µs", server, each*1e6)
	return r.verify(1 + l.scale.calmPosts)
}

// browsers is a server with people's windows.
type browsers struct {
	*server
	people  []*person
	windows []*window
}

// window is one of them.
type window struct {
	conn   *websocket.Conn
	parley bool

	mu    sync.Mutex
	order []int // numbers of the messages that came
	in    int   // how many times something came
	more  chan struct{}
	err   error
}

// browse starts a server that n people have windows on.
func (l *lab) browse(ctx context.Context, name string, n int, env ...string) (*browsers, error) {
	people, err := l.crowd(n)
	if err != nil {
		return nil, err
	}
	s, err := l.start(ctx, name, n, append(env, forBrowsers)...)
	return &browsers{server: s, people: people}, err
}

// tokenOf is what the cookie of somebody's browser holds.
func tokenOf(p *person) string { return "bench-" + p.name }

// letIn writes browser sessions of people into a database.
func letIn(ctx context.Context, data string, people []*person) (err error) {
	store, err := sqlite.Open(ctx, filepath.Join(data, "parley.db"))
	if err != nil {
		return err
	}
	defer func() { err = firstOf(err, store.Close()) }()
	now := time.Now().UTC().Truncate(time.Millisecond)
	for _, p := range people {
		name, err := text.ReadName(p.name)
		if err != nil {
			return err
		}
		_, err = store.AddWebSession(ctx, rooms.WebSession{
			Hash: sha256.Sum256([]byte(tokenOf(p))), Name: name, Key: gossh.FingerprintSHA256(p.key.PublicKey()),
			Client: text.NewLine("bench", 20), Addr: netip.MustParseAddr("127.0.0.1"), Made: now, Seen: now, Expires: now.Add(24 * time.Hour),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// enter opens the windows of people, some at a time, and returns when each of them is in.
func (b *browsers) enter(ctx context.Context, from, to int) error {
	windows, errs := make([]*window, to-from), make([]error, to-from)
	slots := make(chan struct{}, 16)
	var wg sync.WaitGroup
	for i, p := range b.people[from:to] {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			windows[i], errs[i] = b.open(ctx, p)
		})
	}
	wg.Wait()
	for _, w := range windows {
		if w != nil {
			b.windows = append(b.windows, w)
		}
	}
	return errors.Join(errs...)
}

func (b *browsers) open(ctx context.Context, p *person) (*window, error) {
	w := &window{parley: b.name == parley, more: make(chan struct{}, 1)}
	header := http.Header{"Cookie": {"parley=" + tokenOf(p)}, "X-Name": {p.name}}
	var err error
	if w.conn, _, err = websocket.Dial(ctx, "ws://"+b.web+"/ws", &websocket.DialOptions{HTTPHeader: header}); err != nil {
		return nil, err
	}
	w.conn.SetReadLimit(8 << 20)
	go w.read()
	if !w.parley {
		return w, w.await(ctx, func() bool { return w.in >= 1 })
	}
	if err := w.send(ctx, map[string]any{"id": 0, "command": "attach", "args": "--live"}); err != nil {
		return w, err
	}
	if err := w.send(ctx, map[string]any{"show": "#general"}); err != nil {
		return w, err
	}
	return w, w.await(ctx, func() bool { return w.in >= 2 }) // hello, and who is here
}

func (w *window) send(ctx context.Context, line any) error {
	raw, err := json.Marshal(line)
	if err != nil {
		return err
	}
	return w.conn.Write(ctx, websocket.MessageText, raw)
}

// read notes what comes, until the connection ends.
func (w *window) read() {
	for {
		_, data, err := w.conn.Read(context.Background())
		w.mu.Lock()
		w.err = err
		w.in++
		for line := range strings.SplitSeq(string(data), "\n") {
			if !w.parley || strings.HasPrefix(line, `{"room"`) {
				w.order = append(w.order, messagesIn(line)...)
			}
		}
		w.mu.Unlock()
		select {
		case w.more <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// await waits until something is so of what has come; so is called with mu held.
func (w *window) await(ctx context.Context, so func() bool) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("%w: not there after %v", errDelivery, patience))
	defer cancel()
	for {
		w.mu.Lock()
		ok, err := so(), w.err
		w.mu.Unlock()
		switch {
		case ok:
			return nil
		case err != nil:
			return err
		}
		select {
		case <-w.more:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// said has people say messages from … to-1 in the given rhythm, and returns when all have them.
func (b *browsers) said(ctx context.Context, from, to int, every time.Duration) error {
	for n := from; n < to; n++ {
		if err := pause(ctx, every); err != nil {
			return err
		}
		w := b.windows[n*7%len(b.windows)]
		var err error
		if w.parley {
			err = w.send(ctx, map[string]any{"command": "post", "args": "#general", "body": message(n)})
		} else {
			err = w.conn.Write(ctx, websocket.MessageText, []byte(message(n)))
		}
		if err != nil {
			return err
		}
	}
	for _, w := range b.windows {
		if err := w.await(ctx, func() bool { return len(w.order) >= to }); err != nil {
			return errors.Join(err, b.alive())
		}
	}
	return nil
}

// verify holds that everybody got n messages, each once, and all in the same order.
func (b *browsers) verify(n int) error {
	for i, w := range b.windows {
		w.mu.Lock()
		order := slices.Clone(w.order)
		w.mu.Unlock()
		all := slices.Sorted(slices.Values(order))
		for k := range n {
			if len(all) != n || all[k] != k {
				return fmt.Errorf("%w: window %d has %d messages of %d, or one twice", errDelivery, i, len(all), n)
			}
		}
		b.windows[0].mu.Lock()
		same := slices.Equal(order, b.windows[0].order)
		b.windows[0].mu.Unlock()
		if !same {
			return fmt.Errorf("%w: window %d has another order", errDelivery, i)
		}
	}
	return nil
}

// leave ends everything; the error is one of the server's end.
func (b *browsers) leave() error {
	for _, w := range b.windows {
		_ = w.conn.CloseNow() // the server is stopped next
	}
	return b.stop()
}
