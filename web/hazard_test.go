package web

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/wire"
)

// What has gone wrong with WebSockets elsewhere. Each test is named after what it stops.

// raw is a connection that has been upgraded, for frames that no library writes.
func (p *chatPlace) raw(who string) net.Conn {
	p.t.Helper()
	u, err := url.Parse(p.http.URL)
	if err != nil {
		p.t.Fatal(err)
	}
	c, err := net.Dial("tcp", u.Host)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	_, err = io.WriteString(c, "GET /ws HTTP/1.1\r\nHost: "+u.Host+"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nCookie: "+sessionCookie+"="+p.token(who)+"\r\n\r\n")
	if err != nil {
		p.t.Fatal(err)
	}
	var head []byte
	for !bytes.HasSuffix(head, []byte("\r\n\r\n")) {
		b := make([]byte, 1)
		if _, err := io.ReadFull(c, b); err != nil {
			p.t.Fatalf("%s (%v)", head, err)
		}
		head = append(head, b...)
	}
	if !strings.HasPrefix(string(head), "HTTP/1.1 101") {
		p.t.Fatalf("%s", head)
	}
	return c
}

// frame is a masked frame, as clients send them; the mask is zero.
func frame(first byte, size uint64, payload string) []byte {
	out := []byte{first}
	switch {
	case size < 126:
		out = append(out, 0x80|byte(size))
	case size < 1<<16:
		out = binary.BigEndian.AppendUint16(append(out, 0x80|126), uint16(size))
	default:
		out = binary.BigEndian.AppendUint64(append(out, 0x80|127), size)
	}
	return append(append(out, 0, 0, 0, 0), payload...)
}

// closeCode reads frames of the server until it closes, and returns the code.
func closeCode(t *testing.T, c net.Conn) int {
	t.Helper()
	for {
		head := make([]byte, 2)
		if _, err := io.ReadFull(c, head); err != nil {
			t.Fatalf("the connection ends without a close frame: %v", err)
		}
		size := uint64(head[1] & 0x7f)
		switch size {
		case 126:
			var b [2]byte
			_, _ = io.ReadFull(c, b[:])
			size = uint64(binary.BigEndian.Uint16(b[:]))
		case 127:
			var b [8]byte
			_, _ = io.ReadFull(c, b[:])
			size = binary.BigEndian.Uint64(b[:])
		}
		payload := make([]byte, size)
		if _, err := io.ReadFull(c, payload); err != nil {
			t.Fatal(err)
		}
		if head[0]&0x0f == 8 {
			return int(binary.BigEndian.Uint16(payload))
		}
	}
}

const (
	textFrame  = 0x81
	textBegins = 0x01
	goesOn     = 0x00
	ends       = 0x80
)

func TestInvalidUTF8IsClosed1007(t *testing.T) {
	p := newChatPlace(t, SocketLimits{})
	for name, frames := range map[string][]byte{
		"in one frame":        frame(textFrame, 4, "ab\xff\xfe"),
		"across fragments":    append(frame(textBegins, 2, "a\xe3"), frame(ends, 1, "\x28")...),
		"a surrogate":         frame(textFrame, 3, "\xed\xa0\x80"),
		"a character cut off": frame(textFrame, 2, "\xe3\x81"),
	} {
		c := p.raw("ana")
		if _, err := c.Write(frames); err != nil {
			t.Fatal(err)
		}
		if code := closeCode(t, c); code != 1007 {
			t.Errorf("%s: closed with %d", name, code)
		}
	}
	c := p.raw("ana")
	whole := `{"id":1,"command":"attach","args":"--live #opsこ"}` // a character that is cut by frames is none that is broken
	at := strings.Index(whole, "こ") + 1
	_, _ = c.Write(append(frame(textBegins, uint64(at), whole[:at]), frame(ends, uint64(len(whole)-at), whole[at:])...))
	head := make([]byte, 2)
	if _, err := io.ReadFull(c, head); err != nil || head[0] != textFrame {
		t.Errorf("a character across fragments: %v %v", head, err)
	}
}

func TestHugeMessagesAreClosed1009(t *testing.T) {
	p := newChatPlace(t, SocketLimits{})
	c := p.raw("ana")
	if _, err := c.Write(frame(textFrame, 1<<62, strings.Repeat("x", 1<<10))); err != nil { // it is refused before it has come
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(c, endless{}) }()
	if code := closeCode(t, c); code != 1009 {
		t.Errorf("a frame of 4 EiB: closed with %d", code)
	}
	c = p.raw("ana")
	go func() { // and in fragments without end
		_, _ = c.Write(frame(textBegins, 1, "x"))
		part := frame(goesOn, 1000, strings.Repeat("x", 1000))
		for {
			if _, err := c.Write(part); err != nil {
				return
			}
		}
	}()
	if code := closeCode(t, c); code != 1009 {
		t.Errorf("fragments without end: closed with %d", code)
	}
	w := p.open("ana", "--live")
	w.see(`"hello"`)
	w.send(`{"id":1,"command":"version","args":"%s"}`, strings.Repeat(" ", wire.MaxLine-100))
	w.see(`"id":1,"ok":true`)
}

// endless is zeros without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestBinaryMessagesAreClosed1003(t *testing.T) {
	p := newChatPlace(t, SocketLimits{})
	w := p.open("ana", "--live")
	w.see(`"hello"`)
	if err := w.conn.Write(w.ctx, websocket.MessageBinary, []byte("{}")); err != nil {
		t.Fatal(err)
	}
	if code := w.closed(); code != websocket.StatusUnsupportedData {
		t.Errorf("closed with %d", code)
	}
}

// Who answers no ping is gone, however its connection looks.
func TestWhoAnswersNoPingIsCutOff(t *testing.T) {
	p := newChatPlace(t, SocketLimits{Keepalive: 20 * time.Millisecond, KeepaliveCount: 50})
	good := p.open("ana", "--live")
	good.see(`"hello"`)
	answered := make(chan error, 1)
	go func() { // whoever reads answers by the library
		for {
			_, data, err := good.conn.Read(good.ctx)
			if err != nil || strings.Contains(string(data), `"id":1,"ok":true`) {
				answered <- err
				return
			}
		}
	}()
	c := p.raw("bo")
	attach := `{"id":0,"command":"attach","args":"--live"}`
	if _, err := c.Write(frame(textFrame, uint64(len(attach)), attach)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, c); err != nil { // until the server ends it
		t.Fatal(err)
	}
	good.send(`{"id":1,"command":"version"}`)
	if err := <-answered; err != nil {
		t.Errorf("who answers is cut off too: %v", err)
	}
}

// Who takes nothing waits for nobody, and nobody for them: others go on, and after the time that is given the connection is cut.
func TestASlowReaderHoldsNobodyUp(t *testing.T) {
	p := newChatPlace(t, SocketLimits{WriteStall: 300 * time.Millisecond})
	stuck := p.raw("ana")
	if tcp, ok := stuck.(*net.TCPConn); ok {
		_ = tcp.SetReadBuffer(4 << 10)
	}
	attach := `{"id":0,"command":"attach","args":"--live"}`
	if _, err := stuck.Write(frame(textFrame, uint64(len(attach)), attach)); err != nil {
		t.Fatal(err)
	}
	good := p.open("ana", "--live")
	good.see(`"hello"`)
	if n := p.Stats().Sockets; n != 2 {
		t.Fatalf("%d windows", n)
	}
	words := strings.Repeat("x", 15<<10)
	deadline := time.Now().Add(30 * time.Second)
	for n := 0; p.Stats().Sockets == 2; n++ {
		good.send(`{"id":%d,"command":"post","args":"#ops %s"}`, n, words)
		good.see(fmt.Sprintf(`"id":%d,"ok":true`, n)) // and what came before it: the event is one line behind at most
		if time.Now().After(deadline) {
			t.Fatalf("who takes nothing is still there after %d messages", n)
		}
	}
	good.send(`{"id":"end","command":"version"}`)
	good.see(`"id":"end","ok":true`)
}

// Another site's page opens no connection with a visitor's cookie, and without a session there is none.
func TestAnotherSitesPageIsRefused(t *testing.T) {
	p := newChatPlace(t, SocketLimits{})
	for _, try := range []struct {
		header, value string
		want          int
	}{
		{"Origin", "https://evil.example", http.StatusForbidden},
		{"Origin", "null", http.StatusForbidden},
		{"Origin", p.http.URL + ".evil.example", http.StatusForbidden},
		{"Sec-Fetch-Site", "cross-site", http.StatusForbidden},
		{"Sec-Fetch-Site", "same-site", http.StatusForbidden},
		{"Origin", p.http.URL, http.StatusSwitchingProtocols},
		{"Sec-Fetch-Site", "same-origin", http.StatusSwitchingProtocols},
		{"Cookie", "", http.StatusUnauthorized},
		{"Cookie", sessionCookie + "=guess", http.StatusUnauthorized},
	} {
		h := http.Header{"Cookie": {sessionCookie + "=" + p.token("ana")}}
		h.Set(try.header, try.value)
		conn, res, err := websocket.Dial(t.Context(), strings.Replace(p.http.URL, "http", "ws", 1)+"/ws", &websocket.DialOptions{HTTPHeader: h})
		if res == nil || res.StatusCode != try.want {
			t.Errorf("%s %q: %v, %v", try.header, try.value, res, err)
		}
		if conn != nil {
			conn.CloseNow()
		}
	}
}

func TestManyConnectionsOfOnePersonAreBounded(t *testing.T) {
	p := newChatPlace(t, SocketLimits{Total: 5, Person: 3})
	var open []*window
	for range 3 {
		w := p.open("ana", "--live")
		w.see(`"hello"`)
		open = append(open, w)
	}
	refused := func(who string) {
		t.Helper()
		if _, res, err := p.dial(who); err == nil || res == nil || res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
			t.Errorf("one more of %s: %v %v", who, res, err)
		}
	}
	refused("ana")
	for range 2 {
		p.open("bo", "--live").see(`"hello"`)
	}
	refused("kei")
	open[0].conn.CloseNow()
	for deadline := time.Now().Add(20 * time.Second); p.Stats().Sockets == 5; <-time.After(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a place that was left is not free again")
		}
	}
	p.open("ana", "--live").see(`"hello"`)
}

// Lines that are fast to write are read as fast as the limit says, and none is lost.
func TestAFloodOfLinesIsSlowedDown(t *testing.T) {
	p := newChatPlace(t, SocketLimits{InputBytes: 64 << 10})
	w := p.open("ana", "--live")
	w.see(`"hello"`)
	began := time.Now()
	const lines = 3000 // 192 KiB as they are charged, of which the first 128 are free
	go func() {
		for range lines {
			if w.conn.Write(w.ctx, websocket.MessageText, []byte(`{"typing":true}`)) != nil {
				return
			}
		}
		_ = w.conn.Write(w.ctx, websocket.MessageText, []byte(`{"id":"end","command":"version"}`))
	}()
	w.see(`"id":"end","ok":true`)
	if took := time.Since(began); took < 500*time.Millisecond {
		t.Errorf("%d lines were read in %v", lines, took)
	}
}

// Pings are answered as fast as the limit lets lines in: they are work, too.
func TestAFloodOfPingsIsSlowedDown(t *testing.T) {
	p := newChatPlace(t, SocketLimits{InputBytes: 16 << 10})
	w := p.open("ana", "--live")
	w.see(`"hello"`)
	go func() {
		for {
			if _, _, err := w.conn.Read(w.ctx); err != nil {
				return
			}
		}
	}()
	began := time.Now()
	const pings = 3000 // 188 KiB as they are charged, of which the first 128 are free
	for range pings {
		if err := w.conn.Ping(w.ctx); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(began); took < 2*time.Second {
		t.Errorf("%d pings were answered in %v", pings, took)
	}
}

// What follows nothing is answered, a few times, and then closed.
func TestFollowingNothingIsClosed1008(t *testing.T) {
	p := newChatPlace(t, SocketLimits{})
	w := p.open("ana", "--after #ops:99999")
	w.see(`"id":0,"ok":false`, "no event")
	w.send(`{"id":1,"command":"version"}`)
	w.see(`"id":1,"ok":false`, "attach")
	w.send(`nonsense`)
	w.see(`"id":null,"ok":false`)
	w.send(`{"id":2,"command":"attach","args":"--live"}`)
	w.see(`"hello"`)
	w = p.open("ana", "--nonsense")
	for range maxAttach - 1 {
		w.see(`"ok":false`)
		w.send(`{"command":"attach","args":"--nonsense"}`)
	}
	if code := w.closed(); code != websocket.StatusPolicyViolation {
		t.Errorf("closed with %d", code)
	}
}

// Who follows nothing in time is told that, not of a fault of the server.
func TestFollowingNothingInTimeIsClosed1008(t *testing.T) {
	p := newChatPlace(t, SocketLimits{})
	w := p.open("ana", "--nonsense")
	w.see(`"ok":false`) // the time runs
	p.sockets.mu.Lock()
	for k := range p.sockets.all {
		if err := k.raw.Load().SetReadDeadline(time.Unix(1, 0)); err != nil {
			t.Error(err)
		}
	}
	p.sockets.mu.Unlock()
	if code := w.closed(); code != websocket.StatusPolicyViolation {
		t.Errorf("closed with %d", code)
	}
}

// A person who is put out of the server, and one whose key goes, has no window any more.
func TestARevokedKeyEndsItsWindows(t *testing.T) {
	p := newChatPlace(t, SocketLimits{})
	w := p.open("bo", "--live")
	w.see(`"hello"`)
	p.write("bo.pub", "")
	if code := w.closed(); code != CloseSession {
		t.Errorf("closed with %d", code)
	}
	if _, res, err := p.dial("ana"); err != nil {
		t.Errorf("another one: %v %v", res, err)
	}
}

// Windows of a server that ends are told to come back, in the time that the server has, also those that take nothing.
func TestAServerThatEndsWaitsForNoWindow(t *testing.T) {
	p := newChatPlace(t, SocketLimits{WriteStall: time.Minute})
	stuck := p.raw("ana")
	attach := `{"id":0,"command":"attach","args":"--live --after #ops:0"}`
	if _, err := stuck.Write(frame(textFrame, uint64(len(attach)), attach)); err != nil {
		t.Fatal(err)
	}
	w := p.open("ana", "--live")
	w.see(`"hello"`)
	began := time.Now()
	if err := p.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("that took %v", took)
	}
	if code := w.closed(); code != websocket.StatusServiceRestart {
		t.Errorf("closed with %d", code)
	}
	if n := p.Stats().Sockets; n != 0 {
		t.Errorf("%d windows are open", n)
	}
}

// What no client of the protocol sends is the other side's fault, and closed as that.
func TestWhatIsNoFrameIsClosed1002(t *testing.T) {
	p := newChatPlace(t, SocketLimits{})
	for name, bytes := range map[string]string{
		"a frame without a mask":   "\x81\x05hello",
		"a kind that there is not": "\x83\x80\x00\x00\x00\x00",
		"reserved bits":            "\xf1\x80\x00\x00\x00\x00",
		"a negative length":        "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",
	} {
		c := p.raw("ana")
		if _, err := io.WriteString(c, bytes); err != nil {
			t.Fatal(err)
		}
		if code := closeCode(t, c); code != 1002 {
			t.Errorf("%s: closed with %d", name, code)
		}
	}
}
