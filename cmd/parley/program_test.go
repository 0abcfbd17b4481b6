package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// home is the folder of a server under test, which outlives the processes that
// serve it: config, keys and data.
type home struct {
	t   *testing.T
	dir string
	log *logFile
}

// logFile gathers what all processes of a home print.
type logFile struct {
	mu   sync.Mutex
	b    bytes.Buffer
	seen chan struct{} // one slot: something was printed
}

func (l *logFile) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.seen <- struct{}{}:
	default:
	}
	return l.b.Write(p)
}

// tail is the end of the log, for failures.
func (l *logFile) tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := strings.SplitAfter(l.b.String(), "\n")
	return "[log]\n" + strings.Join(lines[max(0, len(lines)-40):], "")
}

// newHome makes a folder with a config whose listeners take any free port. more
// is added to it.
func newHome(t *testing.T, more string) *home {
	t.Helper()
	h := &home{t: t, dir: t.TempDir(), log: &logFile{seen: make(chan struct{}, 1)}}
	conf := "ssh: {listen: \"127.0.0.1:0\"}\ntcp: {echo: \"127.0.0.1:0\"}\nmetrics: {listen: \"127.0.0.1:0\"}\nweb: {listen: \"127.0.0.1:0\"}\n" + more
	if err := os.WriteFile(h.config(), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(h.dir, "keys"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(h.log.tail())
		}
	})
	return h
}

func (h *home) config() string { return filepath.Join(h.dir, "config.yaml") }

// admit makes a key and drops it into the folder of those who may enter.
func (h *home) admit(name string) *gossh.ClientConfig {
	h.t.Helper()
	pub, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		h.t.Fatal(err)
	}
	signer, err := gossh.NewSignerFromKey(key)
	if err != nil {
		h.t.Fatal(err)
	}
	line, err := gossh.NewPublicKey(pub)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(h.dir, "keys", name+".pub"), gossh.MarshalAuthorizedKey(line), 0o644); err != nil {
		h.t.Fatal(err)
	}
	return &gossh.ClientConfig{
		User: name, Auth: []gossh.AuthMethod{gossh.PublicKeys(signer)},
		HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: patience,
	}
}

// running is one process of the real program.
type running struct {
	h      *home
	cmd    *exec.Cmd
	addrs  map[string]string // of its listeners: "ssh.listen" → "127.0.0.1:40123"
	exited chan struct{}     // closed when it has been waited for
}

// launch starts the program and does not wait until it listens.
func (h *home) launch() (*running, *bufio.Scanner) {
	h.t.Helper()
	p := &running{h: h, cmd: exec.Command("parley", "--config", h.config()), addrs: map[string]string{}, exited: make(chan struct{})}
	p.cmd.Dir = h.dir
	p.cmd.Env = []string{"HOME=" + h.dir, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir()}
	p.cmd.Stderr = h.log
	r, w, err := os.Pipe()
	if err != nil {
		h.t.Fatal(err)
	}
	p.cmd.Stdout = w
	if err := p.cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	_ = w.Close()
	go func() {
		_ = p.cmd.Wait() // the status is read from ProcessState
		close(p.exited)
	}()
	h.t.Cleanup(func() {
		p.kill()
		_ = r.Close()
	})
	return p, bufio.NewScanner(r)
}

// start starts the program and waits until it has said where it listens.
func (h *home) start() *running {
	h.t.Helper()
	p, said := h.launch()
	for said.Scan() {
		what, where, _ := strings.Cut(strings.TrimSpace(said.Text()), " ")
		if strings.Contains(what, ".") {
			p.addrs[what] = strings.TrimSpace(where)
		}
		if what == "enter" {
			return p
		}
	}
	<-p.exited
	h.t.Fatalf("the server ended at its start: %v", p.cmd.ProcessState)
	return nil
}

// kill is kill -9; the program has ended when it returns.
func (p *running) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.exited
}

// stop is SIGTERM, after which the program has to end in time and with status 0.
func (p *running) stop() {
	p.h.t.Helper()
	began := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.h.t.Fatal(err)
	}
	select {
	case <-p.exited:
	case <-time.After(5 * time.Second):
		p.kill()
		p.h.t.Fatal("the server still ran five seconds after SIGTERM")
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		p.h.t.Fatalf("the server ended with status %d after SIGTERM", code)
	}
	p.h.t.Logf("the server ended %v after SIGTERM", time.Since(began).Round(time.Millisecond))
}

// errRefused says that the server answered, and what it answered was no.
var errRefused = errors.New("the server refused")

// command runs one command on a connection of its own channel and returns
// what it printed. An error that is not errRefused is that of the connection.
func command(c *gossh.Client, line string) ([]byte, error) {
	s, err := c.NewSession()
	if err != nil {
		return nil, err
	}
	defer s.Close()
	var out, errs bytes.Buffer
	s.Stdout, s.Stderr = &out, &errs
	err = s.Run(line)
	var exit *gossh.ExitError
	if errors.As(err, &exit) {
		return nil, fmt.Errorf("%w %q with status %d: %s", errRefused, line, exit.ExitStatus(), errs.Bytes())
	}
	return out.Bytes(), err
}

// eventually waits for a condition; what it last saw is in the failure.
func eventually(t *testing.T, what string, ok func() (bool, string)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		done, saw := ok()
		if done {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited %v until %s; saw %s", patience, what, saw)
		}
	}
}
