package tcpd

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// journal is a log that tests wait on. Its channel holds more lines than any
// test logs.
type journal chan map[string]any

func (j journal) Write(p []byte) (int, error) {
	var line map[string]any
	if err := json.Unmarshal(p, &line); err != nil {
		return 0, err
	}
	select {
	case j <- line:
	default: // of no interest to a test that logs so much
	}
	return len(p), nil
}

func (j journal) logger() *slog.Logger { return slog.New(slog.NewJSONHandler(j, nil)) }

// wait returns the next line with this message.
func (j journal) wait(t testing.TB, msg string) map[string]any {
	t.Helper()
	late := time.After(patience)
	for {
		select {
		case line := <-j:
			if line["msg"] == msg {
				return line
			}
		case <-late:
			t.Fatalf("no line %q in the log", msg)
		}
	}
}

// server is an Echo on a free port.
type server struct {
	*Echo
	log     journal
	address string
	stop    func() error // ends it and returns what Serve does; once
}

func start(t testing.TB, options EchoOptions) *server {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	log := make(journal, 10_000)
	s := &server{Echo: NewEcho(log.logger(), options), log: log, address: ln.Addr().String()}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, ln) }()
	var result error
	stopped := false
	s.stop = func() error {
		cancel()
		if !stopped {
			stopped = true
			select {
			case result = <-done:
			case <-time.After(patience):
				t.Error("Serve does not return")
			}
		}
		return result
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return s
}

// dial connects a client, which the end of the test closes.
func (s *server) dial(t testing.TB) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.(*net.TCPConn)
}

// exchange sends text, ends its side, and returns all that comes back.
func (s *server) exchange(t testing.TB, text string) string {
	t.Helper()
	conn := s.dial(t)
	go func() {
		_, _ = io.WriteString(conn, text)
		_ = conn.CloseWrite()
	}()
	all, err := io.ReadAll(conn)
	if err != nil {
		t.Errorf("after %d bytes: %v", len(all), err)
	}
	return string(all)
}

// alive makes sure that a new client is served.
func (s *server) alive(t testing.TB) {
	t.Helper()
	conn := s.dial(t)
	defer conn.Close()
	if _, err := io.WriteString(conn, "still there?\n"); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || line != "still there?\n" {
		t.Fatalf("another client got %q, %v", line, err)
	}
}

var full = strings.Repeat("x", MaxLine)

// framings are whole inputs with what must come back.
var framings = []struct{ name, in, out string }{
	{"nothing", "", ""},
	{"line", "hello\n", "hello\n"},
	{"carriage return", "hello\r\n", "hello\r\n"},
	{"empty lines", "\n\r\n\n", "\n\r\n\n"},
	{"partial", "hello", "hello"},
	{"line and partial", "one\ntwo", "one\ntwo"},
	{"lone carriage return", "a\rb\r", "a\rb\r"},
	{"nul", "a\x00b\n\x00", "a\x00b\n\x00"},
	{"characters", "κόσμε 漢字 👩‍👩‍👧\n", "κόσμε 漢字 👩‍👩‍👧\n"},
	{"replacement character", "\ufffd\n", "\ufffd\n"},
	{"invalid", "\xff\n", invalidLine},
	{"invalid with carriage return", "a\xff\r\n", invalidLine},
	{"invalid partial", "a\xff", invalidLine},
	{"cut character", "\xe6\xbc", invalidLine},
	{"character cut by a newline", "\xe6\xbc\n\xa2\n", invalidLine + invalidLine},
	{"surrogate", "\xed\xa0\x80\n", invalidLine},
	{"overlong", "\xc0\xaf\n", invalidLine},
	{"between valid lines", "a\n\xff\nb\r\n\xfe\nc", "a\n" + invalidLine + "b\r\n" + invalidLine + "c"},
	{"many invalid lines", strings.Repeat("\xff\n", 20_000), strings.Repeat(invalidLine, 20_000)},
	{"longest line", full + "\n", full + "\n"},
	{"longest line twice", full + "\n" + full + "\nend", full + "\n" + full + "\nend"},
	{"longest partial", "a\n" + full, "a\n" + full},
	{"longest with carriage return", full[1:] + "\r\n", full[1:] + "\r\n"},
	{"longest invalid", full[1:] + "\xff\nb\n", invalidLine + "b\n"},
	{"longest after invalid", "\xff\n" + full + "\n", invalidLine + full + "\n"},
	{"a byte too long", full + "x\n", longLine},
	{"too long with carriage return", full + "\r\n", longLine},
	{"partial too long", full + "x", longLine},
	{"too long after a line", "a\n" + full + "x\nb\n", "a\n" + longLine},
	{"far too long", strings.Repeat(full, 40) + "\n", longLine},
	{"too long and invalid", "\xff" + full + "\n", longLine},
}

func TestFraming(t *testing.T) {
	s := start(t, EchoOptions{})
	for _, f := range framings {
		if got := s.exchange(t, f.in); got != f.out {
			t.Errorf("%s: %d bytes came back, %.80q, want %d, %.80q", f.name, len(got), got, len(f.out), f.out)
		}
	}
}

// TestInteractive answers each line before the next is sent, and characters
// that arrive a byte at a time.
func TestInteractive(t *testing.T) {
	s := start(t, EchoOptions{})
	conn := s.dial(t)
	answers := bufio.NewReader(conn)
	for _, line := range []string{"a\n", "漢字\r\n", "\n", "\xe6\xbc\n", "x" + full[1:] + "\n", "b\n"} {
		send := []string{line}
		if len(line) < 20 {
			send = bytesOf(line)
		}
		for _, part := range send {
			if _, err := io.WriteString(conn, part); err != nil {
				t.Fatal(err)
			}
		}
		want := line
		if line == "\xe6\xbc\n" {
			want = invalidLine
		}
		got, err := answers.ReadString('\n')
		if err != nil || got != want {
			t.Fatalf("%.40q: got %.40q, %v", line, got, err)
		}
	}
}

// bytesOf cuts s into its bytes.
func bytesOf(s string) []string {
	var out []string
	for i := range len(s) {
		out = append(out, s[i:i+1])
	}
	return out
}
