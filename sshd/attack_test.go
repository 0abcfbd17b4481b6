package sshd

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// patience is how long a test waits for what must happen; a failure, not a measure.
const patience = 20 * time.Second

// place is a server under test with what it was seen to do.
type place struct {
	t      testing.TB
	server *Server
	keys   *fakeKeys
	addr   string
	log    *logBuffer
	host   gossh.PublicKey
}

// logBuffer is a log that a test may read while it is written.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// testLimits are generous, so that a test meets only the limit that it is about.
func testLimits() Limits {
	return Limits{
		HandshakeTimeout: 15 * time.Second,
		Channels:         10,
		WriteStall:       time.Minute,
		Keepalive:        time.Minute,
		KeepaliveCount:   3,
	}
}

// startPlace serves on a free port until the test ends. The faces echo; change replaces them.
func startPlace(t testing.TB, change func(*Options)) *place {
	t.Helper()
	p := &place{t: t, keys: newFakeKeys(), log: &logBuffer{}}
	signer := newSigner(t, "ed25519")
	o := Options{
		Keys:     p.keys,
		HostKeys: []gossh.Signer{signer},
		Limits:   testLimits(),
		Log:      slog.New(slog.NewTextHandler(p.log, nil)),
		Interactive: func(ctx context.Context, term *Terminal) error {
			fmt.Fprintf(term.Out, "view %s %dx%d %s\r\n", term.Identity.Name, term.Size.Cols, term.Size.Rows, term.Term)
			return echo(ctx, term)
		},
		Plain: func(ctx context.Context, term *Terminal) error {
			fmt.Fprintf(term.Out, "plain %s\n", term.Identity.Name)
			return echo(ctx, term)
		},
		Exec: func(_ context.Context, term *Terminal) int {
			fmt.Fprintf(term.Out, "exec %s: %s\n", term.Identity.Name, term.Command)
			return len(strings.Fields(term.Command))
		},
	}
	if change != nil {
		change(&o)
	}
	if k, ok := o.Keys.(*fakeKeys); ok {
		p.keys = k
	}
	p.host = o.HostKeys[0].PublicKey()
	var err error
	if p.server, err = New(o); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.addr = ln.Addr().String()
	served := make(chan error, 1)
	go func() { served <- p.server.Serve(ln) }()
	t.Cleanup(func() {
		if err := p.server.Shutdown(context.Background()); err != nil {
			t.Errorf("shutdown: %v\n%s", err, p.log)
		}
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return p
}

// echo gives back what is typed until the session ends, and returns why it did.
func echo(ctx context.Context, term *Terminal) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(term.Out, term.In)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
	return context.Cause(ctx)
}

func newSigner(t testing.TB, kind string) gossh.Signer {
	t.Helper()
	signer, err := gossh.NewSignerFromKey(newPrivateKey(t, kind))
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

func newPrivateKey(t testing.TB, kind string) crypto.Signer {
	t.Helper()
	var key crypto.Signer
	var err error
	switch kind {
	case "ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case "ecdsa":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "rsa":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case "rsa1024":
		key, err = rsa.GenerateKey(rand.Reader, 1024)
	default:
		t.Fatalf("no such kind of key: %s", kind)
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// member makes a key that belongs to name.
func (p *place) member(name string) gossh.Signer {
	signer := newSigner(p.t, "ed25519")
	p.keys.add(name, signer.PublicKey())
	return signer
}

func clientConfig(user string, auth ...gossh.AuthMethod) *gossh.ClientConfig {
	return &gossh.ClientConfig{
		User: user, Auth: auth, Timeout: patience,
		HostKeyCallback: gossh.InsecureIgnoreHostKey(), // a server of this test, on loopback
	}
}

// dial connects with a key; the connection is closed when the test ends.
func (p *place) dial(user string, key gossh.Signer) *gossh.Client {
	p.t.Helper()
	c, err := gossh.Dial("tcp", p.addr, clientConfig(user, gossh.PublicKeys(key)))
	if err != nil {
		p.t.Fatalf("dial: %v\n%s", err, p.log)
	}
	p.t.Cleanup(func() { c.Close() })
	return c
}

// open opens a channel without requesting anything on it; requests of the server are kept for the test.
func open(t testing.TB, c *gossh.Client) (gossh.Channel, <-chan *gossh.Request) {
	t.Helper()
	ch, reqs, err := c.OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	return ch, reqs
}

type ptyRequest struct {
	Term                      string
	Cols, Rows, Width, Height uint32
	Modes                     string
}

type windowChange struct{ Cols, Rows, Width, Height uint32 }

type envRequest struct{ Name, Value string }

type execRequest struct{ Command string }

// ask sends a request that wants a reply and returns the answer.
func ask(t testing.TB, ch gossh.Channel, name string, payload any) bool {
	t.Helper()
	var raw []byte
	if payload != nil {
		raw = gossh.Marshal(payload)
	}
	ok, err := ch.SendRequest(name, true, raw)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return ok
}

// shell opens a terminal and starts a shell in it.
func shell(t testing.TB, c *gossh.Client, term string, cols, rows uint32) (gossh.Channel, <-chan *gossh.Request) {
	t.Helper()
	ch, reqs := open(t, c)
	if !ask(t, ch, "pty-req", ptyRequest{Term: term, Cols: cols, Rows: rows}) {
		t.Fatal("pty-req was refused")
	}
	if !ask(t, ch, "shell", nil) {
		t.Fatal("shell was refused")
	}
	return ch, reqs
}

// readUntil reads until what was read contains want.
func readUntil(t testing.TB, r io.Reader, want string) string {
	t.Helper()
	got := make(chan string, 1)
	fail := make(chan string, 1)
	go func() {
		var b strings.Builder
		buf := make([]byte, 4096)
		for {
			n, err := r.Read(buf)
			b.Write(buf[:n])
			if strings.Contains(b.String(), want) {
				got <- b.String()
				return
			}
			if err != nil {
				fail <- fmt.Sprintf("%q, then %v", b.String(), err)
				return
			}
		}
	}()
	select {
	case s := <-got:
		return s
	case s := <-fail:
		t.Fatalf("waiting for %q: read %s", want, s)
	case <-time.After(patience):
		t.Fatalf("waiting for %q: nothing came", want)
	}
	return ""
}

// eventually waits for a condition.
func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if cond() {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("did not happen: %s", what)
		}
	}
}

// ended waits for a channel to be closed and returns all that was still read.
func ended(t testing.TB, ch gossh.Channel) string {
	t.Helper()
	type result struct {
		b   []byte
		err error
	}
	done := make(chan result, 1)
	go func() {
		b, err := io.ReadAll(ch)
		done <- result{b, err}
	}()
	select {
	case r := <-done:
		if r.err != nil && !errors.Is(r.err, io.EOF) {
			t.Fatal(r.err)
		}
		return string(r.b)
	case <-time.After(patience):
		t.Fatal("the session did not end")
		return ""
	}
}

// exitStatus waits for the server's exit-status.
func exitStatus(t testing.TB, reqs <-chan *gossh.Request) int {
	t.Helper()
	after := time.After(patience)
	for {
		select {
		case req, ok := <-reqs:
			if !ok {
				t.Fatal("the channel closed without an exit status")
			}
			if req.Type == "exit-status" {
				var s struct{ Status uint32 }
				if err := gossh.Unmarshal(req.Payload, &s); err != nil {
					t.Fatal(err)
				}
				return int(s.Status)
			}
		case <-after:
			t.Fatal("no exit status came")
		}
	}
}
