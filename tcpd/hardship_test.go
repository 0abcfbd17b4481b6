package tcpd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestManyClients has 1,000 clients talk at once, each its own text.
func TestManyClients(t *testing.T) {
	s := start(t, EchoOptions{})
	const clients, lines = 1000, 20
	conns := make([]*net.TCPConn, clients)
	for i := range conns {
		conns[i] = s.dial(t)
	}
	var wait sync.WaitGroup
	for i, conn := range conns {
		wait.Go(func() {
			answers := bufio.NewReader(conn)
			for n := range lines {
				line := fmt.Sprintf("client %d line %d\r\n", i, n)
				if _, err := io.WriteString(conn, line); err != nil {
					t.Error(err)
					return
				}
				if got, err := answers.ReadString('\n'); err != nil || got != line {
					t.Errorf("got %q, %v, want %q", got, err, line)
					return
				}
			}
		})
	}
	wait.Wait()
}

// TestAllIsAnsweredBeforeTheEnd ends input while megabytes are still to come back.
func TestAllIsAnsweredBeforeTheEnd(t *testing.T) {
	s := start(t, EchoOptions{})
	text := strings.Repeat("All of this comes back. ", 100) + "\n"
	text = strings.Repeat(text, 4000) + "even this"
	if got := s.exchange(t, text); got != text {
		t.Errorf("%d of %d bytes", len(got), len(text))
	}
}

// TestLongLineHasItsSentence sends on after the bound: the sentence must not be
// lost to the reset that unread input causes.
func TestLongLineHasItsSentence(t *testing.T) {
	s := start(t, EchoOptions{})
	conn := s.dial(t)
	if _, err := io.WriteString(conn, strings.Repeat(full, 16)); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	if err != nil || string(got) != longLine {
		t.Errorf("got %q, %v", got, err)
	}
	conn.Close()
	if line := s.log.wait(t, "Close connection"); line["why"] != errLongLine.Error() {
		t.Errorf("log: %v", line)
	}
}

// TestStuckClient never reads. It is cut, and nobody else notices.
func TestStuckClient(t *testing.T) {
	s := start(t, EchoOptions{WriteStall: 200 * time.Millisecond})
	conn := s.dial(t)
	cut := make(chan error, 1)
	go func() {
		for {
			if _, err := io.WriteString(conn, full+"\n"); err != nil {
				cut <- err
				return
			}
		}
	}()
	for {
		select {
		case err := <-cut:
			if errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error("the stuck client was not cut")
			}
			line := s.log.wait(t, "Close connection")
			for line["peer"] != conn.LocalAddr().String() {
				line = s.log.wait(t, "Close connection")
			}
			if line["why"] != "the client has taken nothing for 200ms" {
				t.Errorf("log: %v", line)
			}
			return
		default:
			s.alive(t)
		}
	}
}

// pipeListener hands out connections without a network.
type pipeListener struct {
	conns chan net.Conn // unbuffered
	errs  chan error    // what Accept returns instead; unbuffered
	done  chan struct{}
	once  sync.Once
}

func newPipeListener() *pipeListener {
	return &pipeListener{conns: make(chan net.Conn), errs: make(chan error), done: make(chan struct{})}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case err := <-l.errs:
		return nil, err
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func (l *pipeListener) Addr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:1"))
}

func (l *pipeListener) dial() net.Conn {
	client, conn := net.Pipe()
	l.conns <- conn
	return client
}

// run serves an Echo on pipes until ctx is done; the result says what Serve returned.
func run(ctx context.Context, options EchoOptions, log journal) (*pipeListener, chan error) {
	ln := newPipeListener()
	done := make(chan error, 1)
	go func() { done <- NewEcho(log.logger(), options).Serve(ctx, ln) }()
	return ln, done
}

// TestWriteStall cuts who takes nothing for 30 seconds, not much later, and
// lets live who takes a byte now and then.
func TestWriteStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		ln, done := run(ctx, EchoOptions{}, make(journal, 100))

		stuck := ln.dial()
		begin := time.Now()
		fmt.Fprint(stuck, "one\n")
		// The server does not read this while it waits to answer the first line,
		// so it fails when the server gives up.
		_, err := fmt.Fprint(stuck, "two\n")
		if after := time.Since(begin); err == nil || after < 30*time.Second || after > 45*time.Second {
			t.Errorf("cut after %s: %v", after, err)
		}

		slow := ln.dial()
		text := "taken slowly\n"
		fmt.Fprint(slow, text)
		for i := range text {
			time.Sleep(20 * time.Second)
			var b [1]byte
			if _, err := slow.Read(b[:]); err != nil || b[0] != text[i] {
				t.Fatalf("byte %d: %q, %v", i, b, err)
			}
		}
		slow.Close()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// TestIdle ends who sends nothing for the time, counted from the last byte.
func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		log := make(journal, 100)
		ln, done := run(ctx, EchoOptions{Idle: time.Minute}, log)
		conn := ln.dial()
		begin := time.Now()
		time.Sleep(50 * time.Second)
		fmt.Fprint(conn, "x")
		if _, err := conn.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("got %v", err)
		}
		if after := time.Since(begin); after != 110*time.Second {
			t.Errorf("ended after %s", after)
		}
		if line := log.wait(t, "Close connection"); line["why"] != "the client has sent nothing for 1m0s" {
			t.Errorf("log: %v", line)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// TestReset ends one connection and no other.
func TestReset(t *testing.T) {
	s := start(t, EchoOptions{})
	conn := s.dial(t)
	peer := conn.LocalAddr().String()
	if _, err := io.WriteString(conn, "partial"); err != nil {
		t.Fatal(err)
	}
	abort(conn)
	line := s.log.wait(t, "Close connection")
	if line["peer"] != peer || line["why"] != "reset by the client" {
		t.Errorf("log: %v", line)
	}
	s.alive(t)
}

// TestStop ends at once for those who wait, and within the grace for a client
// that does not read.
func TestStop(t *testing.T) {
	s := start(t, EchoOptions{})
	idle, stuck := s.dial(t), s.dial(t)
	if _, err := io.WriteString(idle, "partial"); err != nil {
		t.Fatal(err)
	}
	blocked := make(chan struct{})
	go func() {
		defer close(blocked)
		for {
			_ = stuck.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
			if _, err := io.WriteString(stuck, full+"\n"); err != nil {
				return
			}
		}
	}()
	<-blocked
	begin := time.Now()
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(begin); took > 3*time.Second {
		t.Errorf("stopping took %s", took)
	}
	if _, err := io.ReadAll(idle); err != nil {
		t.Errorf("the idle client: %v", err)
	}
	if _, err := net.Dial("tcp", s.address); err == nil {
		t.Error("the port is still open")
	}
}

// TestStopWhileAnswering ends a connection as soon as its answer is taken, not
// at the end of the time that it may be idle.
func TestStopWhileAnswering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		log := make(journal, 100)
		ln, done := run(ctx, EchoOptions{Idle: time.Minute}, log)
		conn := ln.dial()
		fmt.Fprint(conn, "x\n")
		begin := time.Now()
		cancel()
		synctest.Wait()
		if all, err := io.ReadAll(conn); string(all) != "x\n" || err != nil {
			t.Errorf("got %q, %v", all, err)
		}
		if err := <-done; err != nil || time.Since(begin) != 0 {
			t.Errorf("stopped after %s: %v", time.Since(begin), err)
		}
		if line := log.wait(t, "Close connection"); line["why"] != "the server stops" {
			t.Errorf("log: %v", line)
		}
	})
}

// TestIdleConnectionsAreSmall holds 1,000 connections that have said something,
// some in the middle of a line, to a fraction of a buffer each.
func TestIdleConnectionsAreSmall(t *testing.T) {
	s := start(t, EchoOptions{})
	const clients, each = 1000, 32 << 10
	before := inUse()
	for i := range clients {
		conn := s.dial(t)
		if _, err := fmt.Fprintf(conn, "line %d\npart", i); err != nil {
			t.Fatal(err)
		}
		answer := make([]byte, len(fmt.Sprintf("line %d\n", i)))
		if _, err := io.ReadFull(conn, answer); err != nil {
			t.Fatal(err)
		}
	}
	if grown := int64(inUse()) - int64(before); grown > clients*each {
		t.Errorf("%d bytes for each connection, client included", grown/clients)
	}
}

// inUse returns the bytes of live objects and stacks.
func inUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

// faultyConn panics when it is read.
type faultyConn struct{ net.Conn }

func (faultyConn) Read([]byte) (int, error) { panic("a fault") }

// TestPanic ends the connection that it happened in, with its stack in the log.
func TestPanic(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	log := make(journal, 100)
	ln := newPipeListener()
	echo := NewEcho(log.logger(), EchoOptions{})
	done := make(chan error, 1)
	go func() { done <- echo.Serve(ctx, ln) }()
	client, conn := net.Pipe()
	ln.conns <- faultyConn{conn}
	if _, err := client.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("got %v", err)
	}
	line := log.wait(t, "A connection's goroutine panicked")
	if stack, _ := line["stack"].(string); !strings.Contains(stack, "faultyConn") {
		t.Errorf("log: %v", line)
	}
	log.wait(t, "Close connection")
	if echo.Panics() != 1 {
		t.Errorf("%d panics", echo.Panics())
	}
	other := ln.dial()
	go fmt.Fprint(other, "x\n")
	if got, err := bufio.NewReader(other).ReadString('\n'); got != "x\n" {
		t.Errorf("another client: %q, %v", got, err)
	}
	other.Close()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestLog has one line each for listening, the peer and the end.
func TestLog(t *testing.T) {
	s := start(t, EchoOptions{})
	if line := s.log.wait(t, "Listening on"); line["address"] != s.address || line["level"] != slog.LevelInfo.String() {
		t.Errorf("%v", line)
	}
	conn := s.dial(t)
	peer := s.log.wait(t, "Peer address")
	if peer["peer"] != conn.LocalAddr().String() || peer["conn"] != "echo-1" {
		t.Errorf("%v", peer)
	}
	conn.Close()
	end := s.log.wait(t, "Close connection")
	if end["peer"] != peer["peer"] || end["conn"] != peer["conn"] || end["why"] != "end of input" {
		t.Errorf("%v", end)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	if len(s.log) != 0 {
		t.Errorf("one more line: %v", <-s.log)
	}
}
