package sshd

import (
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"parley/text"
)

// bars is what a test forbids: a name, a key, or every address.
type bars struct {
	mu       sync.Mutex
	name     string
	key      string
	everyone bool
}

func (b *bars) barred(name text.Name, fingerprint string, _ netip.Addr) *Ending {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.everyone || b.name != "" && name.String() == b.name || b.key != "" && fingerprint == b.key {
		return &Ending{Reason: "banned", Status: exitNoPerm, Clause: "you are banned: too loud"}
	}
	return nil
}

func (b *bars) set(name, key string, everyone bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.name, b.key, b.everyone = name, key, everyone
}

// exchange logs in and returns what a session is told and its exit status.
func (p *place) exchange(name string, key gossh.Signer) (string, int) {
	p.t.Helper()
	ch, reqs := shell(p.t, p.dial(name, key), "xterm", 80, 24)
	told := make(chan string, 1)
	go func() {
		b, _ := io.ReadAll(ch.Stderr()) // what came before an error is what was told
		told <- string(b)
	}()
	ended(p.t, ch)
	return <-told, exitStatus(p.t, reqs)
}

func TestBarredAreToldWhyAndNotLetIn(t *testing.T) {
	var b bars
	p := startPlace(t, func(o *Options) { o.Barred = b.barred })
	bob, stranger := p.member("bob"), newSigner(t, "ed25519")
	for _, c := range []struct {
		what, login string
		name, key   string
		signer      gossh.Signer
	}{
		{"a name", "bob", "bob", "", bob},
		{"a key", "bob", "", gossh.FingerprintSHA256(bob.PublicKey()), bob},
		{"a stranger's key", "carol", "", gossh.FingerprintSHA256(stranger.PublicKey()), stranger},
	} {
		b.set(c.name, c.key, false)
		if said, status := p.exchange(c.login, c.signer); !strings.Contains(said, "You are banned: too loud.") || status != exitNoPerm {
			t.Errorf("%s: told %q, status %d", c.what, said, status)
		}
	}
	b.set("", "", false)
	ch, _ := shell(t, p.dial("bob", bob), "xterm", 80, 24)
	readUntil(t, ch, "view bob")
}

func TestExpelEndsLiveSessions(t *testing.T) {
	var b bars
	p := startPlace(t, func(o *Options) { o.Barred = b.barred })
	bob, alice := p.member("bob"), p.member("alice")
	other, _ := shell(t, p.dial("alice", alice), "xterm", 80, 24)
	readUntil(t, other, "view alice")
	for _, c := range []struct {
		what      string
		name, key string
	}{
		{"a name", "bob", ""},
		{"a key", "", gossh.FingerprintSHA256(bob.PublicKey())},
	} {
		b.set("", "", false)
		ch, reqs := shell(t, p.dial("bob", bob), "xterm", 80, 24)
		readUntil(t, ch, "view bob")
		began := time.Now()
		b.set(c.name, c.key, false)
		p.server.Expel()
		ended(t, ch)
		if status := exitStatus(t, reqs); status != exitNoPerm {
			t.Errorf("%s: status %d", c.what, status)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%s: the session lived for %v", c.what, took)
		}
	}
	if _, err := other.Write([]byte("still here\r")); err != nil {
		t.Fatal(err)
	}
	readUntil(t, other, "still here")
}

func TestBarredAddressIsTurnedAwayAtTheGate(t *testing.T) {
	var b bars
	p := startPlace(t, func(o *Options) { o.Barred = b.barred })
	b.set("", "", true)
	nc, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if err := nc.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if n, err := nc.Read(make([]byte, 100)); err == nil {
		t.Errorf("%d bytes came, before any login", n)
	}
	eventually(t, "it is counted", func() bool { return p.server.Stats().Refused[Banned] == 1 })
}
