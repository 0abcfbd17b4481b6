package tcpd

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// TestNoDescriptors goes on after accept has failed for want of descriptors,
// with longer and longer pauses.
func TestNoDescriptors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		ln, done := run(ctx, EchoOptions{}, make(journal, 100))
		begin := time.Now()
		for range 12 {
			ln.errs <- &net.OpError{Op: "accept", Err: syscall.EMFILE}
		}
		conn := ln.dial()
		// 5 ms, doubled seven times, then a second each.
		if waited := time.Since(begin); waited < 4*time.Second || waited > 10*time.Second {
			t.Errorf("waited %s", waited)
		}
		go io.WriteString(conn, "x\n")
		if _, err := io.ReadFull(conn, make([]byte, 2)); err != nil {
			t.Error(err)
		}
		// A pause ends when the server does.
		ln.errs <- syscall.ENFILE
		conn.Close()
		begin = time.Now()
		cancel()
		if err := <-done; err != nil || time.Since(begin) != 0 {
			t.Errorf("stopped after %s: %v", time.Since(begin), err)
		}
	})
}

// TestBrokenListener ends Serve, and the connections it has, with the reason.
func TestBrokenListener(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ln, done := run(t.Context(), EchoOptions{}, make(journal, 100))
		conn := ln.dial()
		broken := errors.New("broken")
		ln.errs <- broken
		err := <-done
		if !errors.Is(err, broken) || !strings.Contains(err.Error(), "no connection can be accepted") {
			t.Errorf("got %v", err)
		}
		if _, err := conn.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("the connection: %v", err)
		}
	})
}

// from is a connection from an address.
type from struct {
	net.Conn
	addr string
}

func (f from) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(f.addr))
}

// TestPrefixLimit counts /24 and /64, frees the place of who leaves, and does
// not count the exempt.
func TestPrefixLimit(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	log := make(journal, 100)
	ln := newPipeListener()
	limits := Limits{ConnectionsPerPrefix: 2, Exempt: netip.MustParsePrefix("127.0.0.0/8").Contains}
	echo := NewEcho(log.logger(), EchoOptions{Limits: limits})
	done := make(chan error, 1)
	go func() { done <- echo.Serve(ctx, ln) }()

	// enter returns a connection, or the sentence that refuses it.
	enter := func(addr string) (net.Conn, string) {
		client, conn := net.Pipe()
		ln.conns <- from{conn, addr}
		go io.WriteString(client, "?\n")
		answer := make([]byte, 2)
		if _, err := io.ReadFull(client, answer); err != nil {
			t.Fatal(err)
		}
		if string(answer) == "?\n" {
			return client, ""
		}
		rest, _ := io.ReadAll(client)
		client.Close()
		return nil, string(answer) + string(rest)
	}
	var first net.Conn
	for _, c := range []struct {
		addr string
		in   bool
	}{
		{"192.0.2.1:1", true},
		{"192.0.2.255:1", true},
		{"192.0.2.7:1", false},
		{"[::ffff:192.0.2.8]:1", false},
		{"192.0.3.1:1", true},
		{"[2001:db8::1]:1", true},
		{"[2001:db8::ffff:0:0:1]:1", true},
		{"[2001:db8::2]:1", false},
		{"[2001:db8:0:1::1]:1", true},
		{"127.0.0.1:1", true},
		{"127.0.0.1:2", true},
		{"[::ffff:127.0.0.1]:3", true},
	} {
		conn, sentence := enter(c.addr)
		if (conn != nil) != c.in {
			t.Errorf("%s: %v, %q", c.addr, conn != nil, sentence)
		}
		if conn != nil {
			defer conn.Close()
		} else if sentence != "Too many connections from your network; close one, or try again later.\n" {
			t.Errorf("%s: %q", c.addr, sentence)
		}
		if first == nil {
			first = conn
		}
	}

	first.Close()
	for log.wait(t, "Close connection")["peer"] != "192.0.2.1:1" {
	}
	conn, sentence := enter("192.0.2.9:1")
	if conn == nil {
		t.Fatalf("the free place: %s", sentence)
	}
	defer conn.Close()

	echo.SetLimits(Limits{})
	conn, sentence = enter("192.0.2.10:1")
	if conn == nil {
		t.Fatalf("without limits: %s", sentence)
	}
	defer conn.Close()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := len(echo.tcp.prefixes); n != 0 {
		t.Errorf("%d prefixes are still counted", n)
	}
}
