package sshd

import (
	"strings"
	"testing"
)

func TestSomebodyWithoutAKeyIsToldHowToMakeOne(t *testing.T) {
	p := startPlace(t, nil)
	_, errs, status := p.openssh().run("", "nora", "-o", "LogLevel=INFO", "--")
	if strings.Count(errs, "ssh-keygen -t ed25519") != 1 || status != 255 {
		t.Errorf("status %d, said:\n%s", status, errs)
	}
}

func TestKnownPeopleSeeNoBanner(t *testing.T) {
	p := startPlace(t, nil)
	c := p.openssh()
	p.keys.add("alice", c.key("ed25519"))
	_, errs, _ := c.run("", "alice", "-o", "LogLevel=INFO", "-T", "--")
	if !strings.HasPrefix(errs, "Warning: Permanently added") || strings.Count(errs, "\n") != 1 {
		t.Errorf("more than the client's own warning was shown:\n%s", errs)
	}
}

func TestSecondKeyOfAnAgentIsTheKnownOne(t *testing.T) {
	p := startPlace(t, nil)
	c := p.openssh()
	c.key("rsa")
	c.key("ecdsa")
	p.keys.add("alice", c.key("ed25519"))
	out, errs, status := c.run("", "alice", "-o", "BatchMode=yes", "-T", "--")
	if out != "plain alice\n" || status != 0 {
		t.Errorf("out %q err %q status %d", out, errs, status)
	}
}
