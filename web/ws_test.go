package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/chat"
	"parley/rooms"
)

// window is a browser's window in a test: its WebSocket, a line at a time.
type window struct {
	t     *testing.T
	conn  *websocket.Conn
	ctx   context.Context
	lines []string
}

// chatPlace is a place whose server browsers reach.
type chatPlace struct {
	*place
	*guestbook
	http *httptest.Server
}

func newChatPlace(t *testing.T, most SocketLimits) *chatPlace {
	t.Helper()
	p := &chatPlace{place: newPlace(t, rooms.Limits{})}
	o := p.Server.Options
	p.guestbook = newGuestbook(p.place)
	o.Door = p.door
	o.Chat = chat.New(chat.Options{Rooms: o.Rooms, Keys: p.ring, Door: p.door, Server: "Parley", Version: "1", Clock: o.Clock})
	o.Sockets = func() SocketLimits { return most }
	p.Server = New(o)
	p.http = httptest.NewServer(p.Server.http.Handler)
	t.Cleanup(p.http.Close)
	t.Cleanup(func() { _ = p.Shutdown(context.Background()) }) // what was hijacked is not the test server's any more
	return p
}

// dial opens a window of somebody.
func (p *chatPlace) dial(who string) (*websocket.Conn, *http.Response, error) {
	ctx, cancel := context.WithTimeout(p.t.Context(), 20*time.Second)
	defer cancel()
	h := http.Header{}
	if who != "" {
		h.Set("Cookie", sessionCookie+"="+p.token(who))
	}
	return websocket.Dial(ctx, strings.Replace(p.http.URL, "http", "ws", 1)+"/ws", &websocket.DialOptions{HTTPHeader: h})
}

// open opens a window of somebody and attaches.
func (p *chatPlace) open(who, args string) *window {
	p.t.Helper()
	conn, _, err := p.dial(who)
	if err != nil {
		p.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	w := &window{t: p.t, conn: conn, ctx: ctx}
	p.t.Cleanup(func() { conn.CloseNow(); cancel() })
	conn.SetReadLimit(1 << 20)
	w.send(`{"id":0,"command":"attach","args":%q}`, args)
	return w
}

func (w *window) send(format string, args ...any) {
	w.t.Helper()
	if err := w.conn.Write(w.ctx, websocket.MessageText, fmt.Appendf(nil, format, args...)); err != nil {
		w.t.Fatal(err)
	}
}

// see returns the next line that has all the words.
func (w *window) see(words ...string) string {
	w.t.Helper()
	var seen []string
	for {
		for len(w.lines) > 0 {
			l := w.lines[0]
			w.lines = w.lines[1:]
			seen = append(seen, l)
			missing := false
			for _, word := range words {
				missing = missing || !strings.Contains(l, word)
			}
			if !missing {
				if !json.Valid([]byte(l)) {
					w.t.Fatalf("not JSON: %s", l)
				}
				return l
			}
		}
		_, data, err := w.conn.Read(w.ctx)
		if err != nil {
			w.t.Fatalf("no line has %q, but %v after\n%s", words, err, strings.Join(seen, "\n"))
		}
		w.lines = strings.Split(string(data), "\n")
	}
}

// closed waits for the end of the connection and returns its code.
func (w *window) closed() websocket.StatusCode {
	w.t.Helper()
	for {
		if _, _, err := w.conn.Read(w.ctx); err != nil {
			if w.ctx.Err() != nil {
				w.t.Fatal("the connection goes on")
			}
			return websocket.CloseStatus(err)
		}
	}
}

func TestAWindowHoldsAConversation(t *testing.T) {
	p := newChatPlace(t, SocketLimits{})
	ana := p.open("ana", "--live")
	ana.see(`"hello"`, `"room":"#ops"`, `"id":1`, `"settings":{`)
	ana.send(`{"show":"#ops"}`)
	ana.see(`"type":"presence"`, `"all":true`, `"name":"ana"`)
	ana.send(`{"id":1,"command":"post","args":"#ops","body":"hello","nonce":"n1"}`)
	ana.see(`"room":"#ops"`, `"text":"hello"`)
	ana.send(`{"id":2,"command":"history","args":"--now"}`)
	ana.see(`"id":2,"ok":true`, `"messages":[`, `"text":"hello"`, `"asof":`)
}

func TestASocketEndsWithTheSession(t *testing.T) {
	p := newChatPlace(t, SocketLimits{})
	ana := p.open("ana", "--live")
	ana.see(`"hello"`)
	p.endAll()
	if code := ana.closed(); code != CloseSession {
		t.Errorf("closed with %d", code)
	}
}

func TestAServerThatEndsSaysSo(t *testing.T) {
	p := newChatPlace(t, SocketLimits{})
	ana := p.open("ana", "--live")
	ana.see(`"hello"`)
	code := make(chan websocket.StatusCode)
	go func() { code <- ana.closed() }()
	began := time.Now()
	if err := p.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	if got := <-code; got != websocket.StatusServiceRestart {
		t.Errorf("closed with %d", got)
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("that took %s", took)
	}
	if _, res, err := p.dial("ana"); err == nil || res == nil || res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a server that ends says %v, %v", res, err)
	}
}
