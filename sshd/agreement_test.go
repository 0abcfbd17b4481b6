package sshd

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	reference "github.com/gliderlabs/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// intended are the differences between this server and github.com/gliderlabs/ssh that are
// meant. The agreement test fails on any other one, and on one of these that is no more.
var intended = []struct{ step, ours, theirs, why string }{
	{"huge pty: size", "400x150", "65535x65535", "what keeps a picture of its screen would allocate it"},
	{"huge pty: changed to", "400x150", "4294967295x4294967295", "the same by window-change"},
	{"pty 0x0: size", "80x24", "0x0", "zero means unknown (RFC 4254 6.2); faces get a size that they can use"},
	{"evil TERM: term", "dumb", "x/../../dev/zero", "terminal libraries make a path of it"},
	{"env: TTY_FORCE", "false", "true", "only names that make no library open a file or run a program"},
	{"env: too long", "false", "true", "values have a bound"},
	{"env: seen", "LANG=de_DE.UTF-8", "LANG=de_DE.UTF-8 TTY_FORCE=1 TZ=" + strings.Repeat("x", 300), "the two above"},
	{"forwarding: auth-agent-req@openssh.com", "false", "true", "nothing here uses an agent; yes would be a lie"},
	{"pty bytes: output", `"a\nb\r\n\xff"`, `"a\r\nb\r\n\xff"`, "the view sends a terminal's bytes and wants them to arrive"},
	{"not UTF-8: output", "\"say \uFFFD\"", `"say \xff\xfe"`, "a command is text; what is not UTF-8 is shown as such"},
	{"signals: INT with reply", "false", "no answer", "RFC 4254 6.9 wants none asked for; an answer keeps the following ones in step"},
	{"ends: context when the channel is closed", "ended", "goes on", "the reference's context is the connection's"},
}

// terminal is what the agreement test's program needs, of either server.
type terminal struct {
	ctx     context.Context
	pty     bool
	term    string
	size    string
	resized <-chan string
	env     []string
	command string
	exec    bool
	in      io.Reader
	out     io.Writer
	err     io.Writer
}

// program is what both servers run: the same, so that a client sees the servers' differences only.
func program(t terminal, ended func(string)) int {
	if !t.exec {
		fmt.Fprintf(t.out, "pty=%v|%s|%s|", t.pty, t.term, t.size)
		lines := make(chan string)
		go func() {
			defer close(lines)
			for s := bufio.NewScanner(t.in); s.Scan(); {
				lines <- s.Text()
			}
		}()
		for {
			select {
			case size := <-t.resized:
				fmt.Fprintf(t.out, "resized %s|", size)
			case line, ok := <-lines:
				if !ok {
					return 0
				}
				fmt.Fprintf(t.out, "line %s|", line)
			}
		}
	}
	args := strings.Fields(t.command)
	switch args[0] {
	case "env":
		fmt.Fprint(t.out, strings.Join(t.env, " "))
	case "cat":
		_, _ = io.Copy(t.out, t.in)
	case "both":
		fmt.Fprint(t.out, "to stdout")
		fmt.Fprint(t.err, "to stderr")
	case "exit":
		return int(args[1][0] - '0')
	case "bytes":
		_, _ = io.WriteString(t.out, "a\nb\r\n\xff")
	case "say":
		fmt.Fprintf(t.out, "%q", t.command)
	case "wait":
		fmt.Fprint(t.out, "waiting")
		_, _ = io.Copy(io.Discard, t.in) // ends with the channel
		select {
		case <-t.ctx.Done():
			ended("ended")
		case <-time.After(time.Second):
			ended("goes on")
		}
	default:
		return 127
	}
	return 0
}

func ourServer(t *testing.T, ended func(string)) (addr string, key gossh.Signer) {
	run := func(ctx context.Context, term *Terminal, exec bool) int {
		resized := make(chan string)
		go func() {
			for {
				select {
				case s := <-term.Resize:
					select {
					case resized <- fmt.Sprintf("%dx%d", s.Cols, s.Rows):
					case <-ctx.Done():
						return
					}
				case <-ctx.Done():
					return
				}
			}
		}()
		var env []string
		for k, v := range term.Env {
			env = append(env, k+"="+v)
		}
		slices.Sort(env)
		return program(terminal{
			ctx: ctx, pty: term.Pty, term: term.Term, size: fmt.Sprintf("%dx%d", term.Size.Cols, term.Size.Rows), resized: resized,
			env: env, command: term.Command, exec: exec, in: term.In, out: term.Out, err: term.Err,
		}, ended)
	}
	p := startPlace(t, func(o *Options) {
		face := func(ctx context.Context, term *Terminal) error { run(ctx, term, false); return nil }
		o.Interactive, o.Plain = face, face
		o.Exec = func(ctx context.Context, term *Terminal) int { return run(ctx, term, true) }
	})
	return p.addr, p.member("alice")
}

func referenceServer(t *testing.T, ended func(string)) (addr string, key gossh.Signer) {
	srv := &reference.Server{
		HostSigners:      []reference.Signer{newSigner(t, "ed25519")},
		PublicKeyHandler: func(reference.Context, reference.PublicKey) bool { return true },
		Handler: func(s reference.Session) {
			pty, winch, isPty := s.Pty()
			resized := make(chan string)
			go func() {
				first := true
				for w := range winch {
					if !first { // the size of the pty-req comes first
						select {
						case resized <- fmt.Sprintf("%dx%d", w.Width, w.Height):
						case <-s.Context().Done():
						}
					}
					first = false
				}
			}()
			env := s.Environ()
			slices.Sort(env)
			term, size := pty.Term, fmt.Sprintf("%dx%d", pty.Window.Width, pty.Window.Height)
			if !isPty {
				term, size = "dumb", "80x24" // what this server gives a session without a pty
			}
			_ = s.Exit(program(terminal{
				ctx: s.Context(), pty: isPty, term: term, size: size, resized: resized,
				env: env, command: s.RawCommand(), exec: s.RawCommand() != "", in: s, out: s, err: s.Stderr(),
			}, ended))
		},
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = srv.Serve(ln) }()
	t.Cleanup(func() { srv.Close() })
	return ln.Addr().String(), newSigner(t, "ed25519")
}

// script is what a client does and sees: each note is one step of the transcript.
type script struct {
	t     *testing.T
	c     *gossh.Client
	ended <-chan string
	steps []string
	seen  map[string]string
}

func (s *script) note(step string, value any) {
	s.steps = append(s.steps, step)
	s.seen[step] = fmt.Sprint(value)
}

// ask notes the answer to a request, "no answer" if none comes.
func (s *script) ask(step string, ch gossh.Channel, name string, payload any) {
	var raw []byte
	if payload != nil {
		raw = gossh.Marshal(payload)
	}
	answer := make(chan string, 1)
	go func() {
		ok, err := ch.SendRequest(name, true, raw)
		if err != nil {
			answer <- err.Error()
			return
		}
		answer <- fmt.Sprint(ok)
	}()
	select {
	case a := <-answer:
		s.note(step, a)
	case <-time.After(time.Second):
		s.note(step, "no answer")
	}
}

func (s *script) open() (gossh.Channel, <-chan *gossh.Request) { return open(s.t, s.c) }

// exec runs a command and notes what comes back on both streams, and the exit status.
func (s *script) exec(step, command, stdin string) {
	ch, reqs := s.open()
	s.ask(step+": granted", ch, "exec", execRequest{command})
	go func() {
		_, _ = io.WriteString(ch, stdin)
		_ = ch.CloseWrite()
	}()
	errs := make(chan string, 1)
	go func() {
		b, _ := io.ReadAll(ch.Stderr())
		errs <- string(b)
	}()
	out := ended(s.t, ch)
	if len(out) > 1000 {
		out = fmt.Sprintf("%d bytes %x", len(out), sha256.Sum256([]byte(out)))
	}
	s.note(step+": output", out)
	s.note(step+": errors", <-errs)
	s.note(step+": status", exitStatus(s.t, reqs))
	_, more := <-reqs
	s.note(step+": channel open after the status", more)
}

func TestAgreementWithTheReference(t *testing.T) {
	ours := transcript(t, ourServer)
	theirs := transcript(t, referenceServer)
	if !slices.Equal(ours.steps, theirs.steps) {
		t.Fatalf("the transcripts have different steps:\n%q\n%q", ours.steps, theirs.steps)
	}
	listed := map[string]bool{}
	for _, d := range intended {
		listed[d.step] = true
		if got := ours.seen[d.step]; got != d.ours {
			t.Errorf("%s: ours is %q, listed as %q", d.step, got, d.ours)
		}
		if got := theirs.seen[d.step]; got != d.theirs {
			t.Errorf("%s: the reference's is %q, listed as %q", d.step, got, d.theirs)
		}
		if d.ours == d.theirs || d.why == "" {
			t.Errorf("%s: listed without a difference or a reason", d.step)
		}
	}
	for _, step := range ours.steps {
		if !listed[step] && ours.seen[step] != theirs.seen[step] {
			t.Errorf("%s: ours is %q, the reference's is %q, and that is not listed", step, ours.seen[step], theirs.seen[step])
		}
	}
}

// transcript runs the script against a server.
func transcript(t *testing.T, start func(*testing.T, func(string)) (string, gossh.Signer)) *script {
	ends := make(chan string, 8)
	addr, key := start(t, func(s string) { ends <- s })
	c, err := gossh.Dial("tcp", addr, clientConfig("alice", gossh.PublicKeys(key)))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s := &script{t: t, c: c, ended: ends, seen: map[string]string{}}
	s.shell()
	s.hostileShells()
	s.requests()
	s.commands()
	s.channels()
	s.closing()
	return s
}

// shell is an ordinary terminal: granted, resized, typed into, ended by end of input.
func (s *script) shell() {
	ch, reqs := s.open()
	s.ask("shell: window-change before the pty", ch, "window-change", windowChange{Cols: 90, Rows: 30})
	s.ask("shell: pty", ch, "pty-req", ptyRequest{Term: "xterm-256color", Cols: 100, Rows: 30})
	s.ask("shell: second pty", ch, "pty-req", ptyRequest{Term: "vt100", Cols: 10, Rows: 3})
	s.ask("shell: env", ch, "env", envRequest{"LANG", "C"})
	s.ask("shell: granted", ch, "shell", nil)
	s.ask("shell: second shell", ch, "shell", nil)
	s.ask("shell: exec in a shell", ch, "exec", execRequest{"env"})
	s.ask("shell: env in a shell", ch, "env", envRequest{"LANG", "C"})
	s.note("shell: greeting", readUntil(s.t, ch, "30|"))
	s.ask("shell: window-change", ch, "window-change", windowChange{Cols: 120, Rows: 40})
	s.note("shell: resized", readUntil(s.t, ch, "|"))
	s.ask("shell: broken window-change", ch, "window-change", struct{ Cols uint32 }{7})
	send(s.t, ch, "hello\nwörld\n")
	s.note("shell: typed", readUntil(s.t, ch, "wörld|"))
	_ = ch.CloseWrite()
	s.note("shell: rest", ended(s.t, ch))
	s.note("shell: status", exitStatus(s.t, reqs))
	_, more := <-reqs
	s.note("shell: open after the status", more)

	ch, reqs = s.open()
	s.ask("no pty: granted", ch, "shell", nil)
	send(s.t, ch, "one\ntwo")
	_ = ch.CloseWrite()
	s.note("no pty: output", ended(s.t, ch))
	s.note("no pty: status", exitStatus(s.t, reqs))
}

// hostileShells ask for what no terminal is.
func (s *script) hostileShells() {
	for _, h := range []struct {
		step string
		req  ptyRequest
	}{
		{"huge pty", ptyRequest{Term: "xterm", Cols: 65535, Rows: 65535}},
		{"pty 0x0", ptyRequest{Term: "xterm"}},
		{"evil TERM", ptyRequest{Term: "x/../../dev/zero", Cols: 80, Rows: 24}},
	} {
		ch, _ := s.open()
		s.ask(h.step+": granted", ch, "pty-req", h.req)
		s.ask(h.step+": shell", ch, "shell", nil)
		parts := strings.Split(readUntil(s.t, ch, "|"), "|")
		for len(parts) < 4 { // the greeting may come in pieces
			parts = strings.Split(strings.Join(parts, "|")+readUntil(s.t, ch, "|"), "|")
		}
		s.note(h.step+": term", parts[1])
		s.note(h.step+": size", parts[2])
		s.ask(h.step+": window-change", ch, "window-change", windowChange{Cols: 1<<32 - 1, Rows: 1<<32 - 1})
		if h.step == "huge pty" {
			s.note("huge pty: changed to", strings.Trim(readUntil(s.t, ch, "|"), "resized |"))
		}
		ch.Close()
	}
	ch, reqs := s.open()
	s.ask("broken pty", ch, "pty-req", struct{ Term string }{"xterm"})
	s.ask("pty bytes: pty", ch, "pty-req", ptyRequest{Term: "xterm", Cols: 80, Rows: 24})
	s.ask("pty bytes: granted", ch, "exec", execRequest{"bytes"})
	s.note("pty bytes: output", fmt.Sprintf("%q", ended(s.t, ch)))
	s.note("pty bytes: status", exitStatus(s.t, reqs))
}

// requests are known and unknown ones, with and without a reply.
func (s *script) requests() {
	ch, _ := s.open()
	s.ask("env: LANG", ch, "env", envRequest{"LANG", "de_DE.UTF-8"})
	s.ask("env: TTY_FORCE", ch, "env", envRequest{"TTY_FORCE", "1"})
	s.ask("env: too long", ch, "env", envRequest{"TZ", strings.Repeat("x", 300)})
	s.ask("env: granted", ch, "exec", execRequest{"env"})
	s.note("env: seen", ended(s.t, ch))

	ch, _ = s.open()
	for _, name := range []string{"auth-agent-req@openssh.com", "x11-req"} {
		s.ask("forwarding: "+name, ch, name, nil)
	}
	s.ask("unknown request", ch, "unknown@example.com", execRequest{"x"})
	if _, err := ch.SendRequest("unknown@example.com", false, nil); err != nil {
		s.t.Fatal(err)
	}
	s.ask("unknown subsystem", ch, "subsystem", struct{ Name string }{"nonsense"})
	s.ask("break before the start", ch, "break", struct{ Length uint32 }{500})
	s.ask("shell after all that", ch, "shell", nil)
	s.ask("unknown request in a shell", ch, "unknown@example.com", nil)
	s.ask("break in a shell", ch, "break", struct{ Length uint32 }{500})
	ch.Close()

	for _, name := range []string{"tcpip-forward", "cancel-tcpip-forward", "keepalive@openssh.com", "unknown@example.com"} {
		ok, payload, err := s.c.SendRequest(name, true, nil)
		s.note("global "+name, fmt.Sprintf("%v %q %v", ok, payload, err))
	}
	if _, _, err := s.c.SendRequest("no-more-sessions@openssh.com", false, nil); err != nil {
		s.t.Fatal(err)
	}
}

func (s *script) commands() {
	s.exec("exit 0", "exit 0", "")
	s.exec("exit 7", "exit 7", "")
	s.exec("unknown command", "nonsense", "")
	s.exec("both streams", "both", "")
	s.exec("standard input", "cat", "abc")
	s.exec("a megabyte", "cat", strings.Repeat("0123456789abcdef", 1<<16))
	s.exec("words", `say "two words" '#room' a\ b`, "")
	s.exec("apostrophe", "say don't", "")
	s.exec("not ASCII", "say größer 日本", "")
	s.exec("not UTF-8", "say \xff\xfe", "")
}

// channels of other types, and several sessions at once.
func (s *script) channels() {
	for _, name := range []string{"unknown", "x11", "direct-tcpip", "forwarded-tcpip"} {
		_, _, err := s.c.OpenChannel(name, nil)
		var refused *gossh.OpenChannelError
		if !errors.As(err, &refused) {
			s.t.Fatalf("channel %s: %v", name, err)
		}
		s.note("channel "+name, refused.Reason)
	}
	var all []gossh.Channel
	for i := range 4 {
		ch, _ := s.open()
		s.ask(fmt.Sprintf("session %d of four", i), ch, "shell", nil)
		all = append(all, ch)
	}
	for i, ch := range slices.Backward(all) {
		send(s.t, ch, "only here\n")
		s.note(fmt.Sprintf("typed into session %d", i), strings.Count(readUntil(s.t, ch, "here|"), "only here"))
		ch.Close()
	}
}

// closing is who closes what, and signals.
func (s *script) closing() {
	ch, _ := s.open()
	s.ask("signals: granted", ch, "exec", execRequest{"wait"})
	readUntil(s.t, ch, "waiting")
	for range 3 {
		if _, err := ch.SendRequest("signal", false, gossh.Marshal(struct{ Signal string }{"INT"})); err != nil {
			s.t.Fatal(err)
		}
	}
	s.ask("signals: unknown request after them", ch, "unknown@example.com", nil)
	ch.Close()
	s.note("ends: context when the channel is closed", next(s.t, s.ended))
	_, err := ch.Read(make([]byte, 1))
	s.note("ends: read after close", err)

	ch, _ = s.open()
	s.ask("signals: second session", ch, "exec", execRequest{"wait"})
	readUntil(s.t, ch, "waiting")
	s.ask("signals: INT with reply", ch, "signal", struct{ Signal string }{"INT"})
}
