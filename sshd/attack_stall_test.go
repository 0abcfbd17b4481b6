package sshd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// frozen is a client's connection that can stop reading, as a client does that was suspended with ~^Z.
type frozen struct {
	net.Conn
	stop atomic.Bool
}

func (f *frozen) Read(p []byte) (int, error) {
	n, err := f.Conn.Read(p)
	if f.stop.Load() {
		select {} // for ever; the test's server closes its side
	}
	return n, err
}

// dialFrozen connects through a connection that the test can freeze.
func (p *place) dialFrozen(user string, key gossh.Signer) (*gossh.Client, *frozen) {
	p.t.Helper()
	nc, err := net.Dial("tcp", p.addr)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := nc.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		p.t.Fatal(err)
	}
	f := &frozen{Conn: nc}
	c, chans, reqs, err := gossh.NewClientConn(f, p.addr, clientConfig(user, gossh.PublicKeys(key)))
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { nc.Close() })
	return gossh.NewClient(c, chans, reqs), f
}

// talker is a place whose terminal face writes for ever, and stalls are found quickly.
func talker(t *testing.T) *place {
	return startPlace(t, func(o *Options) {
		o.Limits.WriteStall = 400 * time.Millisecond
		o.Interactive = func(_ context.Context, term *Terminal) error {
			line := bytes.Repeat([]byte("x"), 8<<10)
			for {
				if _, err := term.Out.Write(line); err != nil {
					return nil
				}
			}
		}
	})
}

// stallIsFound checks that exactly the stuck connection goes, while others get their bytes.
func stallIsFound(t *testing.T, p *place) {
	t.Helper()
	other, _ := open(t, p.dial("bob", p.member("bob")))
	ask(t, other, "shell", nil)
	readUntil(t, other, "plain bob")
	for i := range 20 {
		send(t, other, string(rune('a'+i)))
		start := time.Now()
		readUntil(t, other, string(rune('a'+i)))
		if took := time.Since(start); took > time.Second {
			t.Errorf("somebody else waited %v", took)
		}
	}
	eventually(t, "the stuck connection is closed", func() bool {
		s := p.server.Stats()
		return s.Connections == 1 && s.Sessions == 1
	})
	if got := p.server.Stats(); got.StallKills != 1 {
		t.Errorf("stats: %+v", got)
	}
}

func TestClientThatGivesNoWindowIsClosed(t *testing.T) {
	p := talker(t)
	shell(t, p.dial("alice", p.member("alice")), "xterm", 80, 24) // its output is never read
	stallIsFound(t, p)
}

// startFrozen starts n terminals whose windows are together more than the kernel
// buffers, of a client that reads nothing from then on.
func startFrozen(t *testing.T, c *gossh.Client, f *frozen, n int) {
	t.Helper()
	var chans []gossh.Channel
	for range n {
		ch, _ := open(t, c)
		ask(t, ch, "pty-req", ptyRequest{Term: "xterm", Cols: 80, Rows: 24})
		chans = append(chans, ch)
	}
	f.stop.Store(true)
	for _, ch := range chans {
		if _, err := ch.SendRequest("shell", false, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func TestClientThatReadsNothingIsClosed(t *testing.T) {
	p := talker(t)
	c, f := p.dialFrozen("alice", p.member("alice"))
	startFrozen(t, c, f, 6)
	stallIsFound(t, p)
}

func TestBlockedWriteOnTheSocketEnds(t *testing.T) {
	s := bareServer(Limits{WriteStall: 200 * time.Millisecond})
	server, client := net.Pipe() // a write waits for its reader
	defer client.Close()
	c := newTestConn(s, server)
	c.opened()
	if _, err := c.Write([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the write returned %v", err)
	}
	if _, err := server.Read(make([]byte, 1)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the connection is still open: %v", err)
	}
	if got := s.Stats().StallKills; got != 1 {
		t.Errorf("%d stalls counted", got)
	}
}

func TestSlowReaderStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := bareServer(Limits{WriteStall: time.Minute})
		server, client := net.Pipe()
		defer client.Close()
		o := &output{conn: newTestConn(s, server), out: slowWriter{}}
		if n, err := o.write(o.out, make([]byte, 10*maxPacket)); n != 10*maxPacket || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
		if got := s.Stats().StallKills; got != 0 {
			t.Errorf("a client that takes one packet in 50 seconds was closed, with a limit of 60")
		}
	})
}

// slowWriter takes any packet, after 50 seconds.
type slowWriter struct{}

func (slowWriter) Write(p []byte) (int, error) {
	<-time.After(50 * time.Second)
	return len(p), nil
}

func TestSilentClientIsClosed(t *testing.T) {
	p, ends := causes(t, func(o *Options) { o.Limits.Keepalive = 50 * time.Millisecond })
	c, f := p.dialFrozen("alice", p.member("alice"))
	ch, _ := shell(t, c, "xterm", 80, 24)
	readUntil(t, ch, "ready")
	f.stop.Store(true)
	if err := next(t, ends); !errors.Is(err, errHangup) {
		t.Errorf("the session ended with %v", err)
	}
	eventually(t, "the connection is closed", func() bool { return p.server.Stats().Connections == 0 })
	if got := p.server.Stats().KeepaliveKills; got != 1 {
		t.Errorf("%d kills counted", got)
	}
}

func TestQuietClientThatAnswersStays(t *testing.T) {
	p, _ := causes(t, func(o *Options) { o.Limits.Keepalive = 20 * time.Millisecond })
	nc, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	conn, chans, reqs, err := gossh.NewClientConn(nc, p.addr, clientConfig("alice", gossh.PublicKeys(p.member("alice"))))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for range 20 { // questions, each refused, which is an answer
		req := next(t, reqs)
		if req.Type != "keepalive@openssh.com" || !req.WantReply {
			t.Fatalf("asked %+v", req)
		}
		if err := req.Reply(false, nil); err != nil {
			t.Fatal(err)
		}
	}
	client := gossh.NewClient(conn, chans, reqs)
	ch, _ := shell(t, client, "xterm", 80, 24)
	readUntil(t, ch, "ready")
}

// TestWriteThatBlocksAfterOthersIsFound: the watchdog that an earlier write armed gives a later one
// its whole time, and no more.
func TestWriteThatBlocksAfterOthersIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := bareServer(Limits{WriteStall: time.Minute})
		server, client := net.Pipe()
		defer client.Close()
		o := &output{conn: newTestConn(s, server), out: io.Discard}
		if _, err := o.write(o.out, []byte("x")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Second)
		release := make(chan struct{})
		go func() { _, _ = o.write(blockedWriter(release), []byte("x")) }()
		time.Sleep(59 * time.Second)
		synctest.Wait()
		if got := s.Stats().StallKills; got != 0 {
			t.Errorf("closed after 59 seconds of 60")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := s.Stats().StallKills; got != 1 {
			t.Errorf("%d stalls counted after 61 seconds of 60", got)
		}
		close(release)
	})
}

// blockedWriter takes nothing until it is closed.
type blockedWriter chan struct{}

func (w blockedWriter) Write(p []byte) (int, error) {
	<-w
	return len(p), nil
}
