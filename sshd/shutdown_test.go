package sshd

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	gossh "golang.org/x/crypto/ssh"
)

func TestShutdownSaysGoodbye(t *testing.T) {
	p := startPlace(t, nil)
	ch, reqs := shell(t, p.dial("alice", p.member("alice")), "xterm", 80, 24)
	readUntil(t, ch, "view alice")
	idle := p.dial("bob", p.member("bob")) // without a session
	start := time.Now()
	go func() { _ = idle.Wait() }()
	done := make(chan error, 1)
	go func() { done <- p.server.Shutdown(context.Background()) }()
	if got := readUntil(t, ch.Stderr(), "\n"); !strings.HasPrefix(got, "The server is going down") || !strings.HasSuffix(got, "\r\n") {
		t.Errorf("said %q", got)
	}
	if got := exitStatus(t, reqs); got != ErrShutdown.Status {
		t.Errorf("exit status %d", got)
	}
	if err := next(t, done); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("polite clients took %v", took)
	}
	if _, err := net.Dial("tcp", p.addr); err == nil {
		t.Error("the port is still open")
	}
}

func TestShutdownDoesNotWaitForStuckClients(t *testing.T) {
	p := startPlace(t, func(o *Options) {
		o.Interactive = func(_ context.Context, term *Terminal) error {
			for {
				if _, err := term.Out.Write(make([]byte, 8<<10)); err != nil {
					return nil
				}
			}
		}
	})
	c, f := p.dialFrozen("alice", p.member("alice"))
	startFrozen(t, c, f, 3)
	half, err := net.Dial("tcp", p.addr) // never says anything
	if err != nil {
		t.Fatal(err)
	}
	defer half.Close()
	eventually(t, "all are in", func() bool { return p.server.Stats().Sessions == 3 })
	start := time.Now()
	if err := p.server.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	if got := p.server.Stats(); got.Connections != 0 || got.Sessions != 0 {
		t.Errorf("left: %+v", got)
	}
}

func TestShutdownHeedsItsContext(t *testing.T) {
	stay := make(chan struct{})
	p := startPlace(t, func(o *Options) {
		o.Interactive = func(_ context.Context, term *Terminal) error {
			_, _ = io.Copy(io.Discard, term.In)
			return nil
		}
	})
	defer close(stay)
	ch, _ := shell(t, p.dial("alice", p.member("alice")), "xterm", 80, 24)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	start := time.Now()
	if err := p.server.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
	ended(t, ch)
}

func TestNothingIsLeftAfter200Connections(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Run("connect", func(t *testing.T) {
		p := startPlace(t, nil)
		alice := p.member("alice")
		for i := range 200 {
			nc, err := net.Dial("tcp", p.addr)
			if err != nil {
				t.Fatal(err)
			}
			switch i % 5 {
			case 0: // gone at once
				nc.Close()
				continue
			case 1: // gone in the middle of the handshake
				_, _ = io.WriteString(nc, "SSH-2.0-x\r\n")
				nc.Close()
				continue
			}
			c, chans, reqs, err := gossh.NewClientConn(nc, p.addr, clientConfig("alice", gossh.PublicKeys(alice)))
			if err != nil {
				t.Fatal(err)
			}
			client := gossh.NewClient(c, chans, reqs)
			switch i % 5 {
			case 2: // gone without a word
				shell(t, client, "xterm", 80, 24)
			case 3: // ends its input, waits for the end
				ch, _ := shell(t, client, "xterm", 80, 24)
				readUntil(t, ch, "view")
				_ = ch.CloseWrite()
				ended(t, ch)
			case 4: // a stranger who leaves in the middle of a question
				stranger, err := gossh.Dial("tcp", p.addr, clientConfig("nora", gossh.PublicKeys(newSigner(t, "ed25519"))))
				if err != nil {
					t.Fatal(err)
				}
				ch, _ := shell(t, stranger, "xterm", 80, 24)
				readUntil(t, ch, "Code or knock")
				stranger.Close()
			}
			client.Close()
		}
		eventually(t, "all are gone", func() bool { s := p.server.Stats(); return s.Connections == 0 && s.Sessions == 0 })
		if n := p.server.strangers(); n != 0 {
			t.Errorf("%d are still counted as strangers", n)
		}
	})
	goleak.VerifyNone(t, before)
}
