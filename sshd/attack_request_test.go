package sshd

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// watched is a place whose terminal face hands each Terminal to the test and then waits for its end.
func watched(t testing.TB, change func(*Options)) (*place, <-chan *Terminal) {
	terms := make(chan *Terminal, 16)
	return startPlace(t, func(o *Options) {
		face := func(ctx context.Context, term *Terminal) error {
			terms <- term
			return echo(ctx, term)
		}
		o.Interactive, o.Plain = face, face
		if change != nil {
			change(o)
		}
	}), terms
}

func next[T any](t testing.TB, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

func size(cols, rows int) Size { return Size{Cols: cols, Rows: rows} }

func TestHugeTerminalIsClamped(t *testing.T) {
	p, terms := watched(t, nil)
	c := p.dial("alice", p.member("alice"))
	for _, test := range []struct {
		cols, rows uint32
		want       Size
	}{
		{65535, 65535, size(400, 150)},
		{1<<32 - 1, 1<<32 - 1, size(400, 150)},
		{0, 0, size(80, 24)},
		{132, 0, size(132, 24)},
		{1, 1, size(1, 1)},
	} {
		ch, _ := shell(t, c, "xterm", test.cols, test.rows)
		term := next(t, terms)
		if term.Size != test.want {
			t.Errorf("%dx%d became %v, want %v", test.cols, test.rows, term.Size, test.want)
		}
		if _, err := ch.SendRequest("window-change", false, gossh.Marshal(windowChange{Cols: 1 << 31, Rows: 1 << 31})); err != nil {
			t.Fatal(err)
		}
		if got := next(t, term.Resize); got != (size(400, 150)) {
			t.Errorf("a change to 2^31 became %v", got)
		}
		ch.Close()
	}
}

func TestTermIsAName(t *testing.T) {
	p, terms := watched(t, nil)
	c := p.dial("alice", p.member("alice"))
	for _, test := range []struct{ term, want string }{
		{"xterm-256color", "xterm-256color"},
		{"x/../../dev/zero", "dumb"},
		{"", "dumb"},
		{"xterm\x1b[2J", "dumb"},
		{strings.Repeat("x", 64), strings.Repeat("x", 64)},
		{strings.Repeat("x", 65), "dumb"},
	} {
		shell(t, c, test.term, 80, 24)
		term := next(t, terms)
		if term.Term != test.want {
			t.Errorf("TERM=%q became %q, want %q", test.term, term.Term, test.want)
		}
		if want := map[bool]string{true: "plain", false: "ssh"}[test.want == "dumb"]; term.Info.Face != want || !term.Pty {
			t.Errorf("TERM=%q is shown as %q, pty %v", test.term, term.Info.Face, term.Pty)
		}
	}
}

func TestEnvironmentIsAnAllowList(t *testing.T) {
	p, terms := watched(t, nil)
	ch, _ := open(t, p.dial("alice", p.member("alice")))
	for _, v := range []envRequest{
		{"LANG", "de_DE.UTF-8"}, {"LC_ALL", "C"}, {"TZ", "Europe/Berlin"}, {"COLORTERM", "truecolor"},
		{"NO_COLOR", ""}, {"TERM_PROGRAM", "iTerm.app"},
	} {
		if !ask(t, ch, "env", v) {
			t.Errorf("%v was refused", v)
		}
	}
	for _, v := range []envRequest{
		{"TTY_FORCE", "1"}, {"TMUX", "/tmp/x"}, {"TERMINFO", "/tmp"}, {"LD_PRELOAD", "/tmp/x.so"}, {"TERM", "x"}, {"PATH", "/tmp"},
		{"LC_", "C"}, {"LC_x/y", "C"}, {"LC_" + strings.Repeat("A", 64), "C"}, {"lang", "C"}, {"", ""},
		{"TZ", strings.Repeat("x", 257)}, {"TZ", "a\x00b"}, {"TZ", "\x1b]0;x\x07"}, {"LANG", "ü"},
	} {
		if ask(t, ch, "env", v) {
			t.Errorf("%q was taken", v)
		}
	}
	ask(t, ch, "shell", nil)
	want := map[string]string{"LANG": "de_DE.UTF-8", "LC_ALL": "C", "TZ": "Europe/Berlin", "COLORTERM": "truecolor", "NO_COLOR": "", "TERM_PROGRAM": "iTerm.app"}
	if got := next(t, terms).Env; !maps.Equal(got, want) {
		t.Errorf("env: %v, want %v", got, want)
	}
}

func TestEnvironmentHasABound(t *testing.T) {
	p, terms := watched(t, nil)
	ch, _ := open(t, p.dial("alice", p.member("alice")))
	for i := range maxEnv + 10 {
		name := fmt.Sprintf("LC_%c%c", 'A'+i/26, 'A'+i%26)
		if got := ask(t, ch, "env", envRequest{name, "C"}); got != (i < maxEnv) {
			t.Errorf("variable %d: taken %v", i, got)
		}
	}
	ask(t, ch, "shell", nil)
	if got := next(t, terms).Env; len(got) != maxEnv {
		t.Errorf("%d variables", len(got))
	}
}

func TestRequestsBeforeTheStartHaveABound(t *testing.T) {
	p, _ := watched(t, nil)
	ch, _ := open(t, p.dial("alice", p.member("alice")))
	for range 10 * maxRequests {
		if _, err := ch.SendRequest("env", false, gossh.Marshal(envRequest{"LANG", "C"})); err != nil {
			break
		}
	}
	ended(t, ch)
	if got := p.log.String(); !strings.Contains(got, "too many requests") {
		t.Errorf("the channel was closed for another reason: %s", got)
	}
}

func TestHugePayloadsAreRefused(t *testing.T) {
	p, _ := watched(t, nil)
	ch, _ := open(t, p.dial("alice", p.member("alice")))
	huge := strings.Repeat("x", 100<<10)
	if ask(t, ch, "pty-req", ptyRequest{Term: "xterm", Cols: 80, Rows: 24, Modes: huge}) {
		t.Error("a pty with 100 KB of modes was granted")
	}
	if ask(t, ch, "env", envRequest{"LANG", huge}) {
		t.Error("a variable of 100 KB was taken")
	}
	if ask(t, ch, "x", execRequest{huge}) {
		t.Error("an unknown request was granted")
	}
	if !ask(t, ch, "pty-req", ptyRequest{Term: "xterm", Cols: 80, Rows: 24}) {
		t.Error("a proper pty was refused after that")
	}
}

func TestMalformedRequestsAreRefused(t *testing.T) {
	p, terms := watched(t, nil)
	ch, _ := open(t, p.dial("alice", p.member("alice")))
	for _, raw := range []string{"", "\x00", "\xff\xff\xff\xff", "\x00\x00\x00\x0axterm", "\x00\x00\x00\x0axterm\x00\x00\x00\x50"} {
		for _, name := range []string{"pty-req", "env", "window-change", "exec", "subsystem"} {
			if ok, err := ch.SendRequest(name, true, []byte(raw)); err != nil || ok {
				t.Errorf("%s %q: granted %v, %v", name, raw, ok, err)
			}
		}
	}
	ask(t, ch, "shell", nil)
	next(t, terms)
}

func TestWindowChangeFloodReachesTheFaceAsAFewSizes(t *testing.T) {
	p, terms := watched(t, nil)
	ch, _ := shell(t, p.dial("alice", p.member("alice")), "xterm", 80, 24)
	term := next(t, terms)
	stop := time.After(500 * time.Millisecond)
	sent := 0
	go func() {
		for i := uint32(0); ; i++ {
			if _, err := ch.SendRequest("window-change", false, gossh.Marshal(windowChange{Cols: 100 + i%50, Rows: 50})); err != nil {
				return
			}
			sent++
		}
	}()
	sizes := 0
	for over := false; !over; {
		select {
		case <-term.Resize:
			sizes++
		case <-stop:
			over = true
		}
	}
	if sizes == 0 || sizes > 500/20+2 {
		t.Errorf("%d sizes in half a second", sizes)
	}
	ch.Close()
}

func TestLastOfManySizesArrives(t *testing.T) {
	p, terms := watched(t, nil)
	ch, _ := shell(t, p.dial("alice", p.member("alice")), "xterm", 80, 24)
	term := next(t, terms)
	for i := range uint32(100) {
		if _, err := ch.SendRequest("window-change", false, gossh.Marshal(windowChange{Cols: 101 + i, Rows: 50})); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "the last size", func() bool {
		select {
		case s := <-term.Resize:
			return s == size(200, 50)
		default:
			return false
		}
	})
}

func TestFloodOfRequestsIsSlowedDown(t *testing.T) {
	p, terms := watched(t, nil)
	ch, _ := shell(t, p.dial("alice", p.member("alice")), "xterm", 80, 24)
	next(t, terms)
	var sent atomic.Int64
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			if _, err := ch.SendRequest("signal", false, []byte(strings.Repeat("x", 60))); err != nil {
				return
			}
			sent.Add(1)
		}
	})
	// The burst and what the kernel buffers pass at once; then it is 512 KB a second.
	eventually(t, "the flood stops growing", func() bool {
		before := sent.Load()
		tick := time.NewTimer(250 * time.Millisecond)
		<-tick.C
		return before > 1000 && sent.Load()-before < 250*20
	})
	p.server.open()[0].kill("the test is over")
	wg.Wait()
}

func TestSignalsAndBreaksDoNotBlockTheConnection(t *testing.T) {
	p, terms := watched(t, nil)
	c := p.dial("alice", p.member("alice"))
	ch, _ := shell(t, c, "xterm", 80, 24)
	next(t, terms)
	for range 1000 { // more than the library buffers
		if _, err := ch.SendRequest("signal", false, gossh.Marshal(struct{ Signal string }{"INT"})); err != nil {
			t.Fatal(err)
		}
		if _, err := ch.SendRequest("break", false, gossh.Marshal(struct{ Length uint32 }{500})); err != nil {
			t.Fatal(err)
		}
	}
	if ask(t, ch, "break", struct{ Length uint32 }{500}) {
		t.Error("a break was said to have happened")
	}
	send(t, ch, "still here")
	readUntil(t, ch, "still here")
}

func TestForwardingIsRefused(t *testing.T) {
	p, _ := watched(t, nil)
	c := p.dial("alice", p.member("alice"))
	ch, _ := open(t, c)
	for _, name := range []string{"auth-agent-req@openssh.com", "x11-req", "unknown@example.com"} {
		if ask(t, ch, name, nil) {
			t.Errorf("%s was granted", name)
		}
	}
	for _, name := range []string{"direct-tcpip", "direct-streamlocal@openssh.com", "forwarded-tcpip", "x11", "auth-agent@openssh.com", "unknown"} {
		if _, _, err := c.OpenChannel(name, nil); err == nil {
			t.Errorf("a channel of type %s was opened", name)
		}
	}
	for _, name := range []string{"tcpip-forward", "streamlocal-forward@openssh.com", "unknown@example.com"} {
		if ok, _, err := c.SendRequest(name, true, nil); err != nil || ok {
			t.Errorf("%s: granted %v, %v", name, ok, err)
		}
	}
}

func TestSubsystemsAreRefused(t *testing.T) {
	p, terms := watched(t, nil)
	ch, _ := open(t, p.dial("alice", p.member("alice")))
	if ask(t, ch, "subsystem", struct{ Name string }{"sftp"}) {
		t.Error("sftp was granted by a server that has no files")
	}
	ask(t, ch, "shell", nil)
	next(t, terms)
}

func TestLongCommandIsRefusedWithASentence(t *testing.T) {
	p, _ := watched(t, nil)
	c := p.dial("alice", p.member("alice"))
	ch, reqs := open(t, c)
	if !ask(t, ch, "exec", execRequest{"post " + strings.Repeat("x", 200<<10)}) {
		t.Fatal("refused without a sentence")
	}
	if got := readUntil(t, ch.Stderr(), "\n"); !strings.Contains(got, "too long: at most 65536 bytes") {
		t.Errorf("said %q", got)
	}
	if got := exitStatus(t, reqs); got != exitUsage {
		t.Errorf("exit status %d", got)
	}
	// A packet of 400 KB is more than SSH allows: the connection ends, the server does not.
	ch, _ = open(t, c)
	if _, err := ch.SendRequest("exec", true, gossh.Marshal(execRequest{strings.Repeat("x", 400<<10)})); err == nil {
		t.Error("a packet of 400 KB was answered")
	}
	shell(t, p.dial("bob", p.member("bob")), "xterm", 80, 24)
}

func TestShellTwiceIsRefused(t *testing.T) {
	p, terms := watched(t, nil)
	ch, _ := shell(t, p.dial("alice", p.member("alice")), "xterm", 80, 24)
	next(t, terms)
	for _, name := range []string{"shell", "exec", "subsystem", "pty-req", "env"} {
		if ask(t, ch, name, execRequest{"x"}) {
			t.Errorf("%s was granted in a running session", name)
		}
	}
}
