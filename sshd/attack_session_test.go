package sshd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// causes is a place whose faces do not read and report why their context ended.
func causes(t testing.TB, change func(*Options)) (*place, <-chan error) {
	ended := make(chan error, 64)
	return startPlace(t, func(o *Options) {
		face := func(ctx context.Context, term *Terminal) error {
			fmt.Fprint(term.Out, "ready")
			<-ctx.Done()
			ended <- context.Cause(ctx)
			return nil
		}
		o.Interactive, o.Plain = face, face
		o.Exec = func(ctx context.Context, term *Terminal) int { _ = face(ctx, term); return 0 }
		if change != nil {
			change(o)
		}
	}), ended
}

func TestClosedChannelEndsItsSessionAndNoOther(t *testing.T) {
	p, ends := causes(t, nil)
	c := p.dial("alice", p.member("alice"))
	first, _ := shell(t, c, "xterm", 80, 24)
	second, _ := shell(t, c, "xterm", 80, 24)
	readUntil(t, first, "ready")
	readUntil(t, second, "ready")
	first.Close()
	if err := next(t, ends); !errors.Is(err, errHangup) {
		t.Errorf("the session ended with %v", err)
	}
	eventually(t, "one session is left", func() bool { return p.server.Stats().Sessions == 1 })
	select {
	case err := <-ends:
		t.Errorf("the other session ended too: %v", err)
	default:
	}
	third, _ := shell(t, c, "xterm", 80, 24)
	readUntil(t, third, "ready")
}

func TestLostConnectionEndsItsSessions(t *testing.T) {
	p, ends := causes(t, nil)
	c := p.dial("alice", p.member("alice"))
	for range 3 {
		ch, _ := shell(t, c, "xterm", 80, 24)
		readUntil(t, ch, "ready")
	}
	c.Close()
	for range 3 {
		if err := next(t, ends); !errors.Is(err, errHangup) {
			t.Errorf("a session ended with %v", err)
		}
	}
	eventually(t, "nothing is left", func() bool { s := p.server.Stats(); return s.Sessions == 0 && s.Connections == 0 })
}

func TestEndOfInputEndsATerminal(t *testing.T) {
	ends := make(chan error, 1)
	p := startPlace(t, func(o *Options) {
		o.Interactive = func(ctx context.Context, term *Terminal) error {
			go func() { _, _ = io.Copy(io.Discard, term.In) }()
			<-ctx.Done()
			ends <- context.Cause(ctx)
			return nil
		}
	})
	ch, reqs := shell(t, p.dial("alice", p.member("alice")), "xterm", 80, 24)
	if err := ch.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if err := next(t, ends); !errors.Is(err, errEOF) {
		t.Errorf("the session ended with %v", err)
	}
	if got := exitStatus(t, reqs); got != 0 {
		t.Errorf("exit status %d", got)
	}
}

func TestEndOfInputDoesNotEndACommand(t *testing.T) {
	p := startPlace(t, func(o *Options) {
		o.Exec = func(ctx context.Context, term *Terminal) int {
			n, _ := io.Copy(io.Discard, term.In)
			if ctx.Err() != nil {
				return 99
			}
			return int(n)
		}
	})
	ch, reqs := open(t, p.dial("alice", p.member("alice")))
	ask(t, ch, "exec", execRequest{"tail -f"})
	send(t, ch, "seven b")
	if err := ch.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if got := exitStatus(t, reqs); got != 7 {
		t.Errorf("exit status %d", got)
	}
}

func TestSessionsOfAConnectionHaveABound(t *testing.T) {
	p, _ := causes(t, func(o *Options) { o.Limits.Channels = 3 })
	c := p.dial("alice", p.member("alice"))
	var last gossh.Channel
	for range 3 {
		last, _ = shell(t, c, "xterm", 80, 24)
	}
	_, _, err := c.OpenChannel("session", nil)
	var refused *gossh.OpenChannelError
	if !errors.As(err, &refused) || refused.Reason != gossh.ResourceShortage || !strings.Contains(refused.Message, "3 sessions") {
		t.Errorf("the fourth session: %v", err)
	}
	last.Close()
	eventually(t, "room for one more", func() bool {
		_, _, err := c.OpenChannel("session", nil)
		return err == nil
	})
}

func TestSessionsOfAStrangerHaveALowerBound(t *testing.T) {
	p, _ := causes(t, nil)
	c := p.dial("nora", newSigner(t, "ed25519"))
	for range strangerChannels {
		shell(t, c, "xterm", 80, 24)
	}
	if _, _, err := c.OpenChannel("session", nil); err == nil {
		t.Error("a stranger has more sessions than a stranger may")
	}
}

func TestChannelOnWhichNothingIsStartedIsClosed(t *testing.T) {
	p, _ := causes(t, func(o *Options) { o.Limits.HandshakeTimeout = time.Second })
	ch, _ := open(t, p.dial("alice", p.member("alice")))
	ended(t, ch)
}

func TestIdleSessionEndsThoughTheServerWrites(t *testing.T) {
	p := startPlace(t, func(o *Options) {
		o.Limits.Idle = 300 * time.Millisecond
		o.Interactive = func(ctx context.Context, term *Terminal) error {
			go func() { _, _ = io.Copy(io.Discard, term.In) }()
			tick := time.NewTicker(10 * time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-tick.C:
					fmt.Fprint(term.Out, "tick ")
				case <-ctx.Done():
					return context.Cause(ctx)
				}
			}
		}
	})
	ch, reqs := shell(t, p.dial("alice", p.member("alice")), "xterm", 80, 24)
	go func() { _, _ = io.Copy(io.Discard, ch) }()
	if got := readUntil(t, ch.Stderr(), "\n"); !strings.HasPrefix(got, "Nobody has typed here") {
		t.Errorf("said %q", got)
	}
	if got := exitStatus(t, reqs); got != 0 {
		t.Errorf("exit status %d", got)
	}
}

func TestConcurrentWritesStayWhole(t *testing.T) {
	const writers, lines, size = 8, 20, 5 * maxPacket
	p := startPlace(t, func(o *Options) {
		o.Exec = func(_ context.Context, term *Terminal) int {
			var wg sync.WaitGroup
			for i := range writers {
				wg.Go(func() {
					for range lines {
						fmt.Fprintf(term.Out, "%s\n", strings.Repeat(string(rune('a'+i)), size))
					}
				})
			}
			wg.Wait()
			return 0
		}
	})
	ch, _ := open(t, p.dial("alice", p.member("alice")))
	ask(t, ch, "exec", execRequest{"write"})
	got := strings.Split(strings.TrimSuffix(ended(t, ch), "\n"), "\n")
	if len(got) != writers*lines {
		t.Errorf("%d lines", len(got))
	}
	for _, line := range got {
		if len(line) != size || strings.Trim(line, line[:1]) != "" {
			t.Fatalf("a torn line of %d bytes: %.20q…", len(line), line)
		}
	}
}

func TestPanicEndsItsSessionOnly(t *testing.T) {
	p := startPlace(t, func(o *Options) {
		o.Exec = func(context.Context, *Terminal) int { panic("a defect") }
	})
	c := p.dial("alice", p.member("alice"))
	other, _ := shell(t, c, "xterm", 80, 24)
	ch, reqs := open(t, c)
	ask(t, ch, "exec", execRequest{"boom"})
	if got := readUntil(t, ch.Stderr(), "\n"); !strings.Contains(got, "Something went wrong") {
		t.Errorf("said %q", got)
	}
	if got := exitStatus(t, reqs); got != exitSoftware {
		t.Errorf("exit status %d", got)
	}
	send(t, other, "still here")
	readUntil(t, other, "still here")
	if got := p.server.Stats().Panics; got != 1 {
		t.Errorf("%d panics counted", got)
	}
	log := p.log.String()
	if !strings.Contains(log, "a defect") || !strings.Contains(log, "attack_session_test.go") || !strings.Contains(log, "conn=") {
		t.Errorf("the log lacks the panic, its stack or the connection: %s", log)
	}
}

func TestPanicInTheKeyringRefusesTheKey(t *testing.T) {
	p := startPlace(t, nil)
	p.keys.panicOn = "boom"
	if _, err := gossh.Dial("tcp", p.addr, clientConfig("boom", gossh.PublicKeys(p.member("alice")))); err == nil {
		t.Error("let in by a panic")
	}
	if got := p.server.Stats().Panics; got != 1 {
		t.Errorf("%d panics counted", got)
	}
	p.dial("alice", p.member("alice"))
}

func TestBytesAreNotTranslated(t *testing.T) {
	want := make([]byte, 0, 3*256)
	for i := range 256 {
		want = append(want, byte(i), '\n', '\r')
	}
	p := startPlace(t, func(o *Options) {
		o.Interactive = func(_ context.Context, term *Terminal) error {
			_, err := term.Out.Write(want)
			return err
		}
	})
	ch, _ := shell(t, p.dial("alice", p.member("alice")), "xterm", 80, 24)
	if got := ended(t, ch); !bytes.Equal([]byte(got), want) {
		t.Errorf("%q became %q", want, got)
	}
}

func TestTypingHasARate(t *testing.T) {
	p := startPlace(t, func(o *Options) { o.Limits.InputBytes = 4 << 10 })
	ch, _ := shell(t, p.dial("alice", p.member("alice")), "xterm", 80, 24)
	start := time.Now()
	go func() { _, _ = ch.Write(bytes.Repeat([]byte("x"), 24<<10)); _, _ = ch.Write([]byte("end")) }()
	readUntil(t, ch, "end")
	if took := time.Since(start); took < 1500*time.Millisecond { // 24 KiB less a burst of 16, at 4 a second
		t.Errorf("24 KiB of input were taken in %v", took)
	}
}
