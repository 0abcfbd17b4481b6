package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"parley/config"
	"runtime"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"go.uber.org/goleak"
)

// TestNobodyLeavesAGoroutine connects in every way that there is, two hundred
// times, and goes away again: politely, in the middle of something, and without a word.
func TestNobodyLeavesAGoroutine(t *testing.T) {
	before := goleak.IgnoreCurrent()
	h := newHome(t, "log: {level: error}\n")
	g := &guests{t: t, login: h.admit("alice")}
	cfg, err := config.Load(h.config())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	s, err := newServer(ctx, h.config(), cfg, h.log)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range s.listeners {
		switch addr := l.l.Addr().String(); l.what {
		case "ssh.listen":
			g.ssh = addr
		case "tcp.echo":
			g.echo = addr
		}
	}
	served := make(chan error, 1)
	go func() { served <- s.serve(ctx) }()

	g.all(2) // what stays after the first of each kind belongs to the server
	settled := quiet(t, s)
	g.all(200)
	eventually(t, fmt.Sprintf("there are %d goroutines again", settled), func() (bool, string) {
		n := runtime.NumGoroutine()
		return n <= settled, fmt.Sprintf("%d:\n%s", n, stacks())
	})
	for range 5 { // and some who stay till the end
		g.view(false)
		g.plain(false)
	}
	stop()
	select {
	case err := <-served:
		if err != nil {
			t.Errorf("the server ended with %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Fatalf("the server did not end in five seconds\n%s", stacks())
	}
	g.closeAll()
	goleak.VerifyNone(t, before)
}

// quiet waits until nobody is connected, and returns the number of goroutines then.
func quiet(t *testing.T, s *server) int {
	t.Helper()
	n, same := 0, 0
	eventually(t, "the server is quiet", func() (bool, string) {
		now := runtime.NumGoroutine()
		if same++; now != n {
			n, same = now, 0
		}
		stats := s.ssh.Stats()
		return stats.Connections == 0 && same >= 20, fmt.Sprintf("%+v, %d goroutines", stats, n)
	})
	return n
}

func stacks() string {
	buf := make([]byte, 256<<10)
	return string(buf[:runtime.Stack(buf, true)])
}

// guests connect to a server in the test's own process.
type guests struct {
	t         *testing.T
	login     *gossh.ClientConfig
	ssh, echo string
	stayed    []io.Closer
}

// all makes n connections, of all kinds by turns.
func (g *guests) all(n int) {
	g.t.Helper()
	kinds := []func(){
		func() { g.view(true) }, func() { g.plain(true) }, g.exec, g.line,
		g.resets, g.halfHandshake, g.silent, g.abandoned, g.severalSessions, g.wrongKey,
	}
	for i := range n {
		kinds[i%len(kinds)]()
	}
}

func (g *guests) dial() *gossh.Client {
	g.t.Helper()
	c, err := gossh.Dial("tcp", g.ssh, g.login)
	if err != nil {
		g.t.Fatal(err)
	}
	return c
}

// session starts a shell on c, in a terminal or not, and waits until it has shown something.
func (g *guests) session(c *gossh.Client, terminal bool) (*gossh.Session, io.WriteCloser) {
	g.t.Helper()
	s, err := c.NewSession()
	if err != nil {
		g.t.Fatal(err)
	}
	if terminal {
		if err := s.RequestPty("xterm-256color", 24, 80, nil); err != nil {
			g.t.Fatal(err)
		}
	}
	in, err := s.StdinPipe()
	if err != nil {
		g.t.Fatal(err)
	}
	out, err := s.StdoutPipe()
	if err != nil {
		g.t.Fatal(err)
	}
	if err := s.Shell(); err != nil {
		g.t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 16)); err != nil {
		g.t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return s, in
}

// view opens the chat view and quits, or stays.
func (g *guests) view(leave bool) {
	g.t.Helper()
	c := g.dial()
	s, in := g.session(c, true)
	if !leave {
		g.stayed = append(g.stayed, c)
		return
	}
	if _, err := io.WriteString(in, "hello\r\x04"); err != nil {
		g.t.Fatal(err)
	}
	if err := s.Wait(); err != nil {
		g.t.Errorf("the view ended with %v", err)
	}
	c.Close()
}

// plain talks in plain lines and ends its input, or stays.
func (g *guests) plain(leave bool) {
	g.t.Helper()
	c := g.dial()
	s, in := g.session(c, false)
	if !leave {
		g.stayed = append(g.stayed, c)
		return
	}
	if _, err := io.WriteString(in, "hello\n"); err != nil {
		g.t.Fatal(err)
	}
	if err := in.Close(); err != nil {
		g.t.Fatal(err)
	}
	if err := s.Wait(); err != nil {
		g.t.Errorf("plain lines ended with %v", err)
	}
	c.Close()
}

func (g *guests) exec() {
	g.t.Helper()
	c := g.dial()
	defer c.Close()
	if out, err := command(c, "post #general hello"); err != nil || !strings.HasPrefix(string(out), "#general:") {
		g.t.Errorf("post answered %q, %v", out, err)
	}
}

// line is a client of the echo.
func (g *guests) line() {
	g.t.Helper()
	c := g.tcp(g.echo)
	defer c.Close()
	if _, err := io.WriteString(c, "hello\n"); err != nil {
		g.t.Fatal(err)
	}
	if _, err := io.ReadFull(c, make([]byte, 6)); err != nil {
		g.t.Fatal(err)
	}
}

// resets is a view whose link drops without a word.
func (g *guests) resets() {
	g.t.Helper()
	nc := g.tcp(g.ssh)
	conn, chans, reqs, err := gossh.NewClientConn(nc, g.ssh, g.login)
	if err != nil {
		g.t.Fatal(err)
	}
	g.session(gossh.NewClient(conn, chans, reqs), true)
	if err := nc.SetLinger(0); err != nil {
		g.t.Fatal(err)
	}
	nc.Close()
}

// halfHandshake says its version, and goes away in the key exchange.
func (g *guests) halfHandshake() {
	g.t.Helper()
	c := g.tcp(g.ssh)
	defer c.Close()
	if _, err := io.WriteString(c, "SSH-2.0-half\r\n"); err != nil {
		g.t.Fatal(err)
	}
	if _, err := io.ReadFull(c, make([]byte, 64)); err != nil {
		g.t.Fatal(err)
	}
}

// silent connects and says nothing.
func (g *guests) silent() {
	g.t.Helper()
	g.tcp(g.ssh).Close()
}

// abandoned logs in, opens channels and starts nothing on them.
func (g *guests) abandoned() {
	g.t.Helper()
	c := g.dial()
	defer c.Close()
	for range 3 {
		if _, err := c.NewSession(); err != nil {
			g.t.Fatal(err)
		}
	}
}

// severalSessions opens three on one connection and closes the channels before the connection.
func (g *guests) severalSessions() {
	g.t.Helper()
	c := g.dial()
	defer c.Close()
	for i := range 3 {
		s, _ := g.session(c, i%2 == 0)
		s.Close()
	}
}

// wrongKey is somebody who proves nothing.
func (g *guests) wrongKey() {
	g.t.Helper()
	login := *g.login
	login.Auth = []gossh.AuthMethod{gossh.Password("guess")}
	if c, err := gossh.Dial("tcp", g.ssh, &login); err == nil {
		c.Close()
		g.t.Error("a password let somebody in")
	}
}

func (g *guests) tcp(addr string) *net.TCPConn {
	g.t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		g.t.Fatal(err)
	}
	return c.(*net.TCPConn)
}

func (g *guests) closeAll() {
	for _, c := range g.stayed {
		c.Close()
	}
}
