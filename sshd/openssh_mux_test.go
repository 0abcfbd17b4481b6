package sshd

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// running is an ssh that was started and is talked to.
type running struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out io.Reader
}

// start starts ssh; it is killed when the test ends.
func (c *client) start(user string, args ...string) *running {
	c.p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := c.command(ctx, user, args...)
	in, err := cmd.StdinPipe()
	if err != nil {
		c.p.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		c.p.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		c.p.t.Fatal(err)
	}
	c.p.t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
	})
	return &running{cmd: cmd, in: in, out: out}
}

func TestControlMasterSharesAConnection(t *testing.T) {
	p := startPlace(t, nil)
	c := p.openssh()
	p.keys.add("alice", c.key("ed25519"))
	socket := filepath.Join(c.home, "mux")
	c.start("alice", "-M", "-S", socket, "-N", "--")
	eventually(t, "the master listens", func() bool { _, err := os.Stat(socket); return err == nil })

	first := c.start("alice", "-S", socket, "-tt", "--")
	readUntil(t, first.out, "view alice")
	second := c.start("alice", "-S", socket, "-T", "--")
	readUntil(t, second.out, "plain alice\n")
	if got := p.server.Stats(); got.Connections != 1 || got.Sessions != 2 || got.HandshakesOK != 1 {
		t.Errorf("stats: %+v", got)
	}
	out, _, status := c.run("", "alice", "-S", socket, "--", "who")
	if out != "exec alice: who\n" || status != 1 {
		t.Errorf("out %q status %d", out, status)
	}
	first.in.Close()
	eventually(t, "one session ended", func() bool { return p.server.Stats().Sessions == 1 })
	if _, err := io.WriteString(second.in, "still here\n"); err != nil {
		t.Fatal(err)
	}
	readUntil(t, second.out, "still here\n")
}

func TestSuspendedClientAmongOthers(t *testing.T) {
	talking := make(chan struct{})
	p := startPlace(t, func(o *Options) {
		o.Limits.WriteStall = time.Second
		o.Interactive = func(_ context.Context, term *Terminal) error {
			for {
				if _, err := term.Out.Write([]byte(strings.Repeat("x", 1000))); err != nil {
					return nil
				}
				select {
				case <-talking:
				default:
					close(talking)
				}
			}
		}
	})
	c := p.openssh()
	p.keys.add("alice", c.key("ed25519"))
	stuck := c.start("alice", "-tt", "--")
	next(t, talking)
	if err := stuck.cmd.Process.Signal(syscall.SIGSTOP); err != nil { // what ~^Z does
		t.Fatal(err)
	}
	stallIsFound(t, p)
}

func TestAgentIsAskedForTheRightKey(t *testing.T) {
	p := startPlace(t, nil)
	c := p.openssh()
	c.key("ed25519")
	known := c.key("ed25519")
	p.keys.add("alice", known)
	socket := filepath.Join(c.home, "agent")
	agent := exec.Command("ssh-agent", "-D", "-a", socket)
	if err := agent.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = agent.Process.Kill(); _ = agent.Wait() }()
	eventually(t, "the agent listens", func() bool { _, err := os.Stat(socket); return err == nil })
	add := exec.Command("ssh-add", c.keys...)
	add.Env = []string{"SSH_AUTH_SOCK=" + socket, "HOME=" + c.home}
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	c.keys = nil
	out, errs, status := c.run("", "alice", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=no", "-o", "IdentityAgent="+socket, "-A", "-T", "--")
	if out != "plain alice\n" || status != 0 {
		t.Errorf("out %q err %q status %d", out, errs, status)
	}
}

func TestClientsOwnKeepaliveIsAnswered(t *testing.T) {
	p := startPlace(t, nil)
	c := p.openssh()
	p.keys.add("alice", c.key("ed25519"))
	s := c.start("alice", "-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=1", "-T", "--")
	readUntil(t, s.out, "plain alice\n")
	stay := time.NewTimer(2500 * time.Millisecond)
	<-stay.C
	if _, err := io.WriteString(s.in, "still here\n"); err != nil {
		t.Fatal(err)
	}
	readUntil(t, s.out, "still here\n")
}
