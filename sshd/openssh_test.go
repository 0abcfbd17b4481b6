package sshd

import (
	"bytes"
	"context"
	"encoding/pem"

	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// client runs the stock OpenSSH client against a place, with a home of its own.
type client struct {
	p    *place
	home string
	keys []string // files of private keys, offered in this order
}

func (p *place) openssh() *client {
	return &client{p: p, home: p.t.TempDir()}
}

// key makes a key of a kind for the client, known to nobody.
func (c *client) key(kind string) gossh.PublicKey {
	c.p.t.Helper()
	private := newPrivateKey(c.p.t, kind)
	block, err := gossh.MarshalPrivateKey(private, kind)
	if err != nil {
		c.p.t.Fatal(err)
	}
	file := filepath.Join(c.home, kind+"-"+string(rune('a'+len(c.keys))))
	if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
		c.p.t.Fatal(err)
	}
	c.keys = append(c.keys, file)
	public, err := gossh.NewPublicKey(private.Public())
	if err != nil {
		c.p.t.Fatal(err)
	}
	return public
}

// command is ssh with the place's port and the client's keys, and nothing of whoever runs the test.
func (c *client) command(ctx context.Context, user string, args ...string) *exec.Cmd {
	host, port, err := net.SplitHostPort(c.p.addr)
	if err != nil {
		c.p.t.Fatal(err)
	}
	all := append([]string(nil), args[:flags(args)]...) // first, since ssh takes the first value of an option
	all = append(all,
		"-F", "none", "-p", port, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile="+filepath.Join(c.home, "known_hosts"),
		"-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "LogLevel=ERROR", "-o", "ConnectTimeout=10",
	)
	if len(c.keys) == 0 {
		all = append(all, "-o", "IdentityFile=none")
	}
	for _, k := range c.keys {
		all = append(all, "-i", k)
	}
	all = append(all, user+"@"+host)
	cmd := exec.CommandContext(ctx, "ssh", append(all, args[flags(args):]...)...)
	cmd.Env = []string{"HOME=" + c.home, "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "LANG=C.UTF-8"}
	return cmd
}

// flags counts the arguments before "--", which parts ssh's own from the command.
func flags(args []string) int {
	for i, a := range args {
		if a == "--" {
			return i
		}
	}
	return len(args)
}

// run runs ssh to its end.
func (c *client) run(stdin, user string, args ...string) (stdout, stderr string, status int) {
	c.p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := c.command(ctx, user, args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	err := cmd.Run()
	if ctx.Err() != nil {
		c.p.t.Fatalf("ssh %v did not end; out %q err %q\n%s", args, out.String(), errs.String(), c.p.log)
	}
	if err != nil && cmd.ProcessState == nil {
		c.p.t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func TestOpenSSHClientsWithEachKindOfKey(t *testing.T) {
	p := startPlace(t, nil)
	for _, kind := range []string{"ed25519", "ecdsa", "rsa"} {
		c := p.openssh()
		p.keys.add("user-"+kind, c.key(kind))
		out, errs, status := c.run("typed\n", "user-"+kind, "-tt", "--")
		if want := "view user-" + kind + " 80x24 xterm-256color\r\n"; !strings.HasPrefix(out, want) || status != 0 {
			t.Errorf("%s: %q (%q), status %d, want %q", kind, out, errs, status, want)
		}
		out, errs, status = c.run("", "user-"+kind, "--", "who", "'#room'", "don't")
		if want := "exec user-" + kind + ": who '#room' don't\n"; out != want || status != 3 {
			t.Errorf("%s: %q (%q), status %d, want %q", kind, out, errs, status, want)
		}
		out, _, status = c.run("one\ntwo\n", "user-"+kind, "-T", "--")
		if want := "plain user-" + kind + "\none\ntwo\n"; out != want || status != 0 {
			t.Errorf("%s: %q, status %d, want %q", kind, out, status, want)
		}
	}
}
