package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/chat"
	"parley/config"
)

// desk is a running operator's socket over a server without ports.
type desk struct {
	t      *testing.T
	folder string
	log    *bytes.Buffer
}

func newDesk(t *testing.T, folder string) *desk {
	t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Keys.Dir = folder, filepath.Join(t.TempDir(), "keys")
	ctx, stop := context.WithCancel(context.Background())
	s, err := newCore(ctx, "config.yaml", cfg, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	l, err := listenSocket(ctx, folder)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, folder: folder, log: &bytes.Buffer{}}
	o := &operator{chat: s.table(nil), log: slog.New(slog.NewTextHandler(d.log, nil))}
	done := make(chan error, 1)
	go func() { done <- o.serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := s.close(context.Background()); err != nil {
			t.Error(err)
		}
		if strings.Contains(d.log.String(), "panic") {
			t.Error(d.log)
		}
	})
	return d
}

func (d *desk) dial() net.Conn {
	d.t.Helper()
	conn, err := dialSocket(d.t.Context(), d.folder)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		d.t.Fatal(err)
	}
	return conn
}

// ask runs a command through the socket, as parley admin does.
func (d *desk) ask(command, stdin string) (out, errout string, status int) {
	d.t.Helper()
	cfg := config.Default()
	cfg.Data = d.folder
	var o, e bytes.Buffer
	a := admin{cfg: cfg, in: strings.NewReader(stdin), out: &o, errout: &e}
	status, err := a.ask(d.dial(), command)
	if err != nil {
		d.t.Fatalf("%s: %v", command, err)
	}
	return o.String(), e.String(), status
}

func TestOperatorsSocketIsForTheServersUserOnly(t *testing.T) {
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o777); err != nil { // whatever the folder lets others do
		t.Fatal(err)
	}
	d := newDesk(t, folder)
	info, err := os.Lstat(filepath.Join(folder, socketName))
	if err != nil || info.Mode() != os.ModeSocket|0o600 {
		t.Errorf("the socket is %v (%v)", info.Mode(), err)
	}
	if out, _, status := d.ask("whoami", ""); status != 0 || !strings.Contains(out, "you are operator") {
		t.Errorf("whoami: %q, status %d", out, status)
	}
	left, err := filepath.Glob(filepath.Join(folder, ".admin*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left in the folder: %v (%v)", left, err)
	}
}

func TestSocketInADeepFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), strings.Repeat("deep/", 30))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if len(filepath.Join(folder, socketName)) < 108 {
		t.Fatal("the path is too short for this test")
	}
	if out, _, status := newDesk(t, folder).ask("version", ""); status != 0 || !strings.HasPrefix(out, "Parley") {
		t.Errorf("version: %q, status %d", out, status)
	}
}

func TestStaleSocketIsReplacedAndTakenAway(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, socketName)
	old, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	old.(*net.UnixListener).SetUnlinkOnClose(false)
	if err := old.Close(); err != nil { // as kill -9 leaves it
		t.Fatal(err)
	}
	l, err := listenSocket(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := dialSocket(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			l.Close()
			if _, err := os.Lstat(path); !os.IsNotExist(err) {
				t.Errorf("after Close the file is there: %v", err)
			}
		})
	}
	wg.Wait()
}

func TestNoFileOfSomebodyElseIsReplaced(t *testing.T) {
	for what, put := range map[string]func(path string) error{
		"a file":   func(path string) error { return os.WriteFile(path, []byte("precious"), 0o600) },
		"a folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"a link":   func(path string) error { return os.Symlink("/etc/passwd", path) },
	} {
		folder := t.TempDir()
		path := filepath.Join(folder, socketName)
		if err := put(path); err != nil {
			t.Fatal(err)
		}
		if l, err := listenSocket(t.Context(), folder); err == nil {
			l.Close()
			t.Errorf("%s was replaced by a socket", what)
		}
		if _, err := os.Lstat(path); err != nil {
			t.Errorf("%s is gone: %v", what, err)
		}
	}
}

// framed is a frame of the request kind.
func framed(body string) string {
	var b bytes.Buffer
	f := frameWriter{w: &b}
	_ = f.frame(frameRequest, []byte(body)) // a buffer takes everything
	return b.String()
}

// Whatever comes in through the socket, the server answers with a sentence or hangs up, and goes on.
func TestHostileInputOnTheSocket(t *testing.T) {
	d := newDesk(t, t.TempDir())
	for what, in := range map[string]string{
		"no frame":              "user list\n",
		"a frame without end":   "r\xff\xff\xff\xff" + strings.Repeat("x", 1<<20),
		"half a frame":          "r\x00\x00\x01\x00abc",
		"another kind of frame": "i\x00\x00\x00\x01x",
		"no JSON":               framed("user list"),
		"an array":              framed("[1,2,3]"),
		"unknown fields":        framed(`{"command":"whoami","role":"owner"}`),
		"another type":          framed(`{"command":7}`),
		"two requests in one":   framed(`{"command":"whoami"}{"command":"whoami"}`),
		"nothing":               framed(""),
		"a deep nesting":        framed(strings.Repeat("[", 100_000)),
		"not UTF-8":             framed("{\"command\":\"\xff\xfe\"}"),
		"control characters":    framed(`{"command":"` + `\u001b]52;c;x\u0007` + `"}`),
		"an empty command":      framed(`{"command":""}`),
		"a second request":      framed(`{"command":"nonsense"}`) + framed(`{"command":"whoami"}`),
		"input with no end":     framed(`{"command":"keys add bob"}`) + strings.Repeat("i\x00\x00\x00\x01x", 100_000),
		"input of a wrong kind": framed(`{"command":"keys add bob"}`) + "s\x00\x00\x00\x01x",
	} {
		conn := d.dial()
		go func() {
			_, _ = io.WriteString(conn, in)
			_ = conn.(*net.UnixConn).CloseWrite()
		}()
		for {
			kind, data, err := readFrame(conn, nil)
			if err != nil {
				break // it hung up
			}
			if kind == frameOut || kind == frameErr && bytes.ContainsAny(data, "\x1b\x07") || kind == frameStatus && data[0] == 0 {
				t.Errorf("%s is answered by a frame %c: %q", what, kind, data)
			}
		}
	}
	if out, _, status := d.ask("defcon", ""); status != 0 || !strings.Contains(out, "> 5") {
		t.Errorf("after all that: %q, status %d", out, status)
	}
}

// Somebody who connects and says nothing keeps nobody out for longer than a request may take.
func TestSilentClientsOfTheSocket(t *testing.T) {
	d := newDesk(t, t.TempDir())
	for range operators {
		d.dial()
	}
	deadline := time.Now().Add(patience)
	for {
		conn := d.dial()
		if _, err := io.WriteString(conn, framed(`{"command":"version"}`)); err == nil {
			if kind, data, err := readFrame(conn, nil); err == nil && kind == frameOut && bytes.Contains(data, []byte("Parley")) {
				break
			}
		}
		conn.Close()
		if time.Now().After(deadline) {
			t.Fatal("the silent ones are still there")
		}
	}
}

func TestBodyThroughTheSocket(t *testing.T) {
	d := newDesk(t, t.TempDir())
	if _, errout, status := d.ask("keys add bob", "no key at all"); status == 0 || !strings.Contains(errout, "cannot be added") {
		t.Errorf("a bad key: %q, status %d", errout, status)
	}
	if _, errout, status := d.ask("keys add bob", strings.Repeat("x", 1<<20)); status == 0 || !strings.Contains(errout, "longer than 16 KiB") {
		t.Errorf("a long body: %q, status %d", errout, status)
	}
	// What is long comes through, too, both ways.
	log := strings.Repeat("2026-01-02 03:04:05\tana\t"+strings.Repeat("x", 1000)+"\n", 2000)
	if out, errout, status := d.ask("import weechat #imported", log); status != 0 || !strings.Contains(out, "#imported") {
		t.Errorf("an import: %q %q, status %d", out, errout, status)
	}
	if out, errout, status := d.ask("export #imported", ""); status != 0 || strings.Count(out, `"type":"message"`) != 2000 {
		t.Errorf("an export of %d bytes: %q, status %d", len(out), errout, status)
	}
	// What takes no text leaves standard input alone.
	a := admin{cfg: config.Default(), in: untouched{t}, out: io.Discard, errout: io.Discard}
	if _, err := a.ask(d.dial(), "user list"); err != nil {
		t.Error(err)
	}
}

// untouched is an input that nobody may read.
type untouched struct{ t *testing.T }

func (r untouched) Read([]byte) (int, error) {
	r.t.Error("standard input was read")
	return 0, io.EOF
}

var _ chat.Host = (*server)(nil)
