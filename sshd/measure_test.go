package sshd

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"charm.land/ssh"
	"charm.land/wish/v2"
	gossh "golang.org/x/crypto/ssh"
)

// serveEnv makes the test binary a server of its own process, so that the client's cost is not measured with it.
const serveEnv = "PARLEY_MEASURED_SERVER"

func TestMain(m *testing.M) {
	if kind := os.Getenv(serveEnv); kind != "" {
		if err := serveMeasured(kind); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// frame is the first picture of a terminal: what an idle session has been sent.
var frame = strings.Repeat("a line of some forty characters, coloured\r\n", 24)

// serveMeasured serves until its standard input ends. All kinds do the same: they write a frame and read what is typed.
func serveMeasured(kind string) error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(ln.Addr())
	key := newPrivateKey(&testing.B{}, "ed25519")
	signer, err := gossh.NewSignerFromKey(key)
	if err != nil {
		return err
	}
	go func() {
		switch kind {
		case "parley":
			err = serveParley(ln, signer)
		case "wish":
			err = serveWish(ln, signer)
		default:
			err = serveBare(ln, signer)
		}
		fmt.Fprintln(os.Stderr, err)
	}()
	_, _ = io.Copy(io.Discard, os.Stdin)
	return nil
}

func serveParley(ln net.Listener, signer gossh.Signer) error {
	k := newFakeKeys()
	k.everybody = "alice"
	face := func(_ context.Context, t *Terminal) error {
		_, _ = io.WriteString(t.Out, frame)
		_, _ = io.Copy(io.Discard, t.In)
		return nil
	}
	l := testLimits()
	l.InputBytes = 64 << 10
	s, err := New(Options{
		Keys: k, HostKeys: []gossh.Signer{signer}, Limits: l, Interactive: face, Plain: face,
		Log:  slog.New(slog.NewTextHandler(io.Discard, nil)),
		Exec: func(context.Context, *Terminal) int { return 0 },
	})
	if err != nil {
		return err
	}
	return s.Serve(ln)
}

func serveWish(ln net.Listener, signer gossh.Signer) error {
	s, err := wish.NewServer(
		wish.WithPublicKeyAuth(func(ssh.Context, ssh.PublicKey) bool { return true }),
		wish.WithMiddleware(func(ssh.Handler) ssh.Handler {
			return func(s ssh.Session) {
				_, _ = io.WriteString(s, frame)
				_, _ = io.Copy(io.Discard, s)
			}
		}),
		func(s *ssh.Server) error { s.AddHostKey(signer); return nil },
	)
	if err != nil {
		return err
	}
	return s.Serve(ln)
}

// serveBare is the floor: x/crypto and nothing else.
func serveBare(ln net.Listener, signer gossh.Signer) error {
	cfg := &gossh.ServerConfig{PublicKeyCallback: func(gossh.ConnMetadata, gossh.PublicKey) (*gossh.Permissions, error) {
		return &gossh.Permissions{}, nil
	}}
	cfg.AddHostKey(signer)
	for {
		nc, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			_, chans, reqs, err := gossh.NewServerConn(nc, cfg)
			if err != nil {
				return
			}
			go gossh.DiscardRequests(reqs)
			for n := range chans {
				ch, reqs, err := n.Accept()
				if err != nil {
					return
				}
				go func() {
					for req := range reqs {
						_ = req.Reply(true, nil)
						if req.Type == "shell" {
							go func() {
								_, _ = io.WriteString(ch, frame)
								_, _ = io.Copy(io.Discard, ch)
								_ = ch.Close()
							}()
						}
					}
				}()
			}
		}()
	}
}

// process is a server of its own process.
type process struct {
	addr string
	pid  int
}

func startProcess(b *testing.B, kind string) process {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serveEnv+"="+kind)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { in.Close(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return process{addr: strings.TrimSpace(line), pid: cmd.Process.Pid}
}

// resident is the memory of the process in KiB.
func (p process) resident(b *testing.B) float64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.pid))
	if err != nil {
		b.Fatal(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(raw))[1])
	if err != nil {
		b.Fatal(err)
	}
	return float64(pages) * float64(os.Getpagesize()) / 1024
}

// cpu is the time that the process has computed, in milliseconds.
func (p process) cpu(b *testing.B) float64 {
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", p.pid))
	if err != nil {
		b.Fatal(err)
	}
	total := 0.0
	for _, task := range tasks {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/schedstat", p.pid, task.Name()))
		if err != nil {
			continue // the thread has ended
		}
		ns, err := strconv.ParseFloat(strings.Fields(string(raw))[0], 64)
		if err != nil {
			b.Fatal(err)
		}
		total += ns / 1e6
	}
	return total
}

// login connects, starts a terminal and reads its first frame.
func login(b *testing.B, addr string, key gossh.Signer) *gossh.Client {
	cfg := clientConfig("alice", gossh.PublicKeys(key))
	c, err := gossh.Dial("tcp", addr, cfg)
	if err != nil {
		b.Fatal(err)
	}
	ch, _ := shell(b, c, "xterm", 80, 24)
	if _, err := io.ReadFull(ch, make([]byte, len(frame))); err != nil {
		b.Fatal(err)
	}
	return c
}

// BenchmarkIdleSession reports the memory of the server for each of 1,000 idle sessions.
func BenchmarkIdleSession(b *testing.B) {
	for _, kind := range []string{"bare", "wish", "parley"} {
		b.Run(kind, func(b *testing.B) {
			const sessions = 1000
			for range b.N {
				p, key := startProcess(b, kind), newSigner(b, "ed25519")
				login(b, p.addr, key).Close() // what is made once
				before := p.resident(b)
				var all []*gossh.Client
				for range sessions {
					all = append(all, login(b, p.addr, key))
				}
				b.ReportMetric((p.resident(b)-before)/sessions, "KiB/session")
				for _, c := range all {
					c.Close()
				}
			}
		})
	}
}

// BenchmarkLogin reports the server's CPU for each login with a first frame.
func BenchmarkLogin(b *testing.B) {
	for _, kind := range []string{"bare", "wish", "parley"} {
		b.Run(kind, func(b *testing.B) {
			p, key := startProcess(b, kind), newSigner(b, "ed25519")
			login(b, p.addr, key).Close()
			before := p.cpu(b)
			for b.Loop() {
				login(b, p.addr, key).Close()
			}
			b.ReportMetric((p.cpu(b)-before)/float64(b.N), "server-ms/login")
		})
	}
}
