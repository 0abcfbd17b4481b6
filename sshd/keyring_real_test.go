package sshd

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"parley/keys"
	"parley/rooms/sqlite"
)

// withKeyring is a place with the real keyring on a real store.
func withKeyring(t *testing.T, change func(*keys.Options)) (*place, *keys.Keyring, string) {
	t.Helper()
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	o := keys.Options{Dir: filepath.Join(dir, "keys"), Registration: keys.ByInvite, Ledger: store}
	if err := os.Mkdir(o.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&o)
	}
	ring, err := keys.Open(context.WithoutCancel(t.Context()), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ring.Close(); store.Close() })
	return startPlace(t, func(s *Options) { s.Keys = ring }), ring, o.Dir
}

// greeting connects and returns the first line that the plain face shows, or why it could not connect.
func greeting(t *testing.T, p *place, user string, key gossh.Signer) string {
	c, err := gossh.Dial("tcp", p.addr, clientConfig(user, gossh.PublicKeys(key)))
	if err != nil {
		return "refused"
	}
	defer c.Close()
	ch, _ := open(t, c)
	ask(t, ch, "shell", nil)
	buf := make([]byte, 200)
	n, _ := ch.Read(buf)
	return strings.TrimSpace(string(buf[:n]))
}

func TestFolderOfKeysAdmitsAndRevokesLive(t *testing.T) {
	p, _, dir := withKeyring(t, nil)
	owner, alice := newSigner(t, "ed25519"), newSigner(t, "ed25519")
	if got := greeting(t, p, "root1", owner); got != "plain root1" {
		t.Fatalf("the first key over loopback: %q", got)
	}
	file := filepath.Join(dir, "alice.pub")
	if err := os.WriteFile(file, gossh.MarshalAuthorizedKey(alice.PublicKey()), 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, "alice is admitted", func() bool { return greeting(t, p, "whoever", alice) == "plain alice" })
	ch, reqs := shell(t, p.dial("alice", alice), "xterm", 80, 24)
	readUntil(t, ch, "view alice")
	start := time.Now()
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	readUntil(t, ch.Stderr(), "This key was revoked")
	if got := exitStatus(t, reqs); got != exitNoPerm {
		t.Errorf("exit status %d", got)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("the session of a removed key ended after %v", took)
	}
}

func TestSecondKeyNeverGetsTheFirstKeysName(t *testing.T) {
	p, ring, _ := withKeyring(t, nil)
	alice, mallory := newSigner(t, "ed25519"), newSigner(t, "ed25519")
	greeting(t, p, "alice", alice) // the owner
	for _, name := range []string{"alice", "Alice", "al1ce", "аlice"} {
		if got := greeting(t, p, name, mallory); strings.HasPrefix(got, "plain") {
			t.Errorf("as %q: %q", name, got)
		}
	}
	code, err := ring.NewInvite(t.Context(), ring.Names()[0], time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	ch, reqs := open(t, p.dial("mallory", mallory))
	ask(t, ch, "exec", execRequest{"register аlice " + code})
	if got := exitStatus(t, reqs); got != exitNoPerm {
		t.Errorf("registering a name that looks like a taken one: status %d", got)
	}
	ch, reqs = open(t, p.dial("mallory", mallory))
	ask(t, ch, "exec", execRequest{"register mallory " + code})
	if got := exitStatus(t, reqs); got != 0 {
		t.Errorf("the code was used up by a refusal: status %d", got)
	}
}

func TestCertificatesOfTheTrustedAuthorityOnly(t *testing.T) {
	ca, foreign := newSigner(t, "ed25519"), newSigner(t, "ed25519")
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	p, _, _ := withKeyring(t, func(o *keys.Options) {
		o.TrustedCA = write("ca", string(gossh.MarshalAuthorizedKey(ca.PublicKey())))
		o.Revoked = write("revoked", "serial: 13\n")
	})
	greeting(t, p, "boss", newSigner(t, "ed25519")) // an owner, so that nobody else becomes it

	hour := time.Hour
	sign := func(by gossh.Signer, serial uint64, kind uint32, from, to time.Duration, principals ...string) gossh.Signer {
		key := newSigner(t, "ed25519")
		now := time.Now()
		cert := &gossh.Certificate{
			Key: key.PublicKey(), CertType: kind, KeyId: fmt.Sprint("key ", serial), Serial: serial, ValidPrincipals: principals,
			ValidAfter: uint64(now.Add(from).Unix()), ValidBefore: uint64(now.Add(to).Unix()),
		}
		if err := cert.SignCert(rand.Reader, by); err != nil {
			t.Fatal(err)
		}
		signer, err := gossh.NewCertSigner(cert, key)
		if err != nil {
			t.Fatal(err)
		}
		return signer
	}
	for _, test := range []struct {
		what string
		key  gossh.Signer
		in   bool
	}{
		{"a valid one", sign(ca, 1, gossh.UserCert, -hour, hour, "carol"), true},
		{"one of another authority", sign(foreign, 2, gossh.UserCert, -hour, hour, "carol"), false},
		{"one of another authority, expired for years", sign(foreign, 3, gossh.UserCert, -9000*hour, -8000*hour, "carol"), false},
		{"an expired one", sign(ca, 4, gossh.UserCert, -2*hour, -hour, "carol"), false},
		{"one that is not valid yet", sign(ca, 5, gossh.UserCert, hour, 2*hour, "carol"), false},
		{"one for somebody else", sign(ca, 6, gossh.UserCert, -hour, hour, "dave"), false},
		{"one for nobody", sign(ca, 7, gossh.UserCert, -hour, hour), false},
		{"a host's", sign(ca, 8, gossh.HostCert, -hour, hour, "carol"), false},
		{"one on the deny list", sign(ca, 13, gossh.UserCert, -hour, hour, "carol"), false},
	} {
		want := "refused"
		if test.in {
			want = "plain carol"
		}
		if got := greeting(t, p, "carol", test.key); got != want {
			t.Errorf("%s: %q, want %q", test.what, got, want)
		}
	}
	ch, _ := shell(t, p.dial("erin", sign(ca, 20, gossh.UserCert, -hour, 2*time.Second, "erin")), "xterm", 80, 24)
	readUntil(t, ch, "view erin")
	readUntil(t, ch.Stderr(), "expired")
}

// OpenSSH offers a key before the certificate for it. Where a CA is trusted, the key alone makes nobody a stranger whose
// certificate lets them in, and a stranger without one still comes in.
func TestOpenSSHOffersTheKeyBeforeItsCertificate(t *testing.T) {
	ca := newSigner(t, "ed25519")
	file := filepath.Join(t.TempDir(), "ca")
	if err := os.WriteFile(file, gossh.MarshalAuthorizedKey(ca.PublicKey()), 0o600); err != nil {
		t.Fatal(err)
	}
	p, _, dir := withKeyring(t, func(o *keys.Options) { o.TrustedCA = file })
	carol, dave, erin := p.openssh(), p.openssh(), p.openssh()
	cert := &gossh.Certificate{
		Key: carol.key("ed25519"), CertType: gossh.UserCert, KeyId: "carol", ValidPrincipals: []string{"carol"},
		ValidBefore: gossh.CertTimeInfinity,
	}
	if err := cert.SignCert(rand.Reader, ca); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(carol.keys[0]+"-cert.pub", gossh.MarshalAuthorizedKey(cert), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, errs, status := carol.run("", "carol", "-T", "--"); !strings.HasPrefix(out, "plain carol") || status != 0 {
		t.Errorf("with a certificate: %q, %q, status %d", out, errs, status)
	}
	dave.key("ed25519")
	dave.key("ecdsa")
	if out, errs, status := dave.run("", "dave", "--", "who"); status != exitNoPerm || !strings.Contains(errs, "register") {
		t.Errorf("without one: %q, %q, status %d", out, errs, status)
	}
	erin.key("ed25519")
	known := erin.key("ecdsa")
	if err := os.WriteFile(filepath.Join(dir, "erin.pub"), gossh.MarshalAuthorizedKey(known), 0o600); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(patience); ; {
		out, errs, status := erin.run("", "erinne", "-T", "--")
		if strings.HasPrefix(out, "plain erin") {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("with an unknown key before the known one: %q, %q, status %d", out, errs, status)
		}
	}
}
