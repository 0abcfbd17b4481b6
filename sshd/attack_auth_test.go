package sshd

import (
	"context"
	"crypto/rand"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

func TestNobodyGetsInWithoutAKey(t *testing.T) {
	p := startPlace(t, nil)
	p.member("alice")
	for name, auth := range map[string][]gossh.AuthMethod{
		"none":                 nil,
		"password":             {gossh.Password("")},
		"keyboard-interactive": {gossh.KeyboardInteractive(func(_, _ string, q []string, _ []bool) ([]string, error) { return make([]string, len(q)), nil })},
	} {
		if _, err := gossh.Dial("tcp", p.addr, clientConfig("alice", auth...)); err == nil {
			t.Errorf("let in by %s", name)
		}
	}
	eventually(t, "the failures are counted", func() bool { return p.server.Stats().HandshakesFailed == 3 })
}

func TestKeyThatIsOnlyOfferedIsNobody(t *testing.T) {
	p := startPlace(t, nil)
	mallory := p.openssh()
	alices := newSigner(t, "ed25519").PublicKey()
	p.keys.add("alice", alices)
	stolen := mallory.home + "/stolen" // the public half only: ssh offers it, and cannot sign
	if err := os.WriteFile(stolen+".pub", gossh.MarshalAuthorizedKey(alices), 0o600); err != nil {
		t.Fatal(err)
	}
	mallory.keys = append(mallory.keys, stolen+".pub")
	p.keys.add("mallory", mallory.key("ed25519"))
	out, errs, status := mallory.run("", "alice", "-T", "--")
	if out != "plain mallory\n" || status != 0 {
		t.Errorf("out %q err %q status %d", out, errs, status)
	}
	if n := len(p.keys.offers); n < 2 {
		t.Errorf("alice's key was not offered: %d offers", n)
	}
}

func TestUserNameOfAnEarlierAttemptDoesNotCount(t *testing.T) {
	p := startPlace(t, nil)
	s := p.server
	alice, mallory := newSigner(t, "ed25519").PublicKey(), newSigner(t, "ed25519").PublicKey()
	p.keys.add("alice", alice)
	p.keys.add("mallory", mallory)
	server, client := net.Pipe()
	defer client.Close()
	c := newTestConn(s, server)
	if _, err := c.keyOffered(meta{user: "alice"}, alice); err != nil {
		t.Fatal(err)
	}
	perms, err := c.keyOffered(meta{user: "mallory"}, mallory)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.keyVerified(meta{user: "mallory"}, mallory, perms, ""); err != nil {
		t.Fatal(err)
	}
	id, err := c.identify()
	if err != nil || id.Name.String() != "mallory" || c.user().String() != "mallory" {
		t.Errorf("identity %q, user %q, %v", id.Name, c.user(), err)
	}
}

// meta is a login's metadata.
type meta struct {
	gossh.ConnMetadata
	user string
}

func (m meta) User() string          { return m.user }
func (m meta) ClientVersion() []byte { return []byte("SSH-2.0-test") }

func TestOldAlgorithmsAreRefused(t *testing.T) {
	p := startPlace(t, nil)
	key := p.member("alice")
	try := func(change func(*gossh.ClientConfig)) error {
		cfg := clientConfig("alice", gossh.PublicKeys(key))
		change(cfg)
		c, err := gossh.Dial("tcp", p.addr, cfg)
		if err == nil {
			c.Close()
		}
		return err
	}
	kex := func(a string) func(*gossh.ClientConfig) {
		return func(c *gossh.ClientConfig) { c.KeyExchanges = []string{a} }
	}
	cipher := func(a string) func(*gossh.ClientConfig) {
		return func(c *gossh.ClientConfig) { c.Ciphers = []string{a} }
	}
	mac := func(a string) func(*gossh.ClientConfig) {
		return func(c *gossh.ClientConfig) { c.Ciphers, c.MACs = []string{gossh.CipherAES256CTR}, []string{a} }
	}
	for name, change := range map[string]func(*gossh.ClientConfig){
		"mlkem768x25519":    kex(gossh.KeyExchangeMLKEM768X25519),
		"curve25519":        kex(gossh.KeyExchangeCurve25519),
		"curve25519@libssh": kex("curve25519-sha256@libssh.org"),
		"aes256-gcm":        cipher(gossh.CipherAES256GCM),
		"aes128-gcm":        cipher(gossh.CipherAES128GCM),
		"chacha20":          cipher(gossh.CipherChaCha20Poly1305),
		"aes256-ctr":        cipher(gossh.CipherAES256CTR),
		"aes128-ctr":        cipher(gossh.CipherAES128CTR),
		"sha2-256-etm":      mac(gossh.HMACSHA256ETM),
		"sha2-512-etm":      mac(gossh.HMACSHA512ETM),
	} {
		if err := try(change); err != nil {
			t.Errorf("%s is refused: %v", name, err)
		}
	}
	for name, change := range map[string]func(*gossh.ClientConfig){
		"dh14-sha1":   kex(gossh.InsecureKeyExchangeDH14SHA1),
		"dh14-sha256": kex(gossh.KeyExchangeDH14SHA256),
		"dh16-sha512": kex(gossh.KeyExchangeDH16SHA512),
		"dh-gex":      kex(gossh.KeyExchangeDHGEXSHA256),
		"nistp256":    kex(gossh.KeyExchangeECDHP256),
		"aes128-cbc":  cipher(gossh.InsecureCipherAES128CBC),
		"3des-cbc":    cipher(gossh.InsecureCipherTripleDESCBC),
		"arcfour":     cipher(gossh.InsecureCipherRC4),
		"sha1":        mac(gossh.HMACSHA1),
		"sha2-256":    mac(gossh.HMACSHA256), // encrypt-and-MAC
	} {
		if try(change) == nil {
			t.Errorf("%s is negotiated", name)
		}
	}
}

func TestWeakUserKeysAreRefused(t *testing.T) {
	p := startPlace(t, nil)
	try := func(key gossh.Signer) error {
		p.keys.add("alice", bare(key.PublicKey()))
		c, err := gossh.Dial("tcp", p.addr, clientConfig("alice", gossh.PublicKeys(key)))
		if err == nil {
			c.Close()
		}
		return err
	}
	long, short := newSigner(t, "rsa"), newSigner(t, "rsa1024")
	with := func(s gossh.Signer, algorithm string) gossh.Signer {
		out, err := gossh.NewSignerWithAlgorithms(s.(gossh.AlgorithmSigner), []string{algorithm})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if err := try(with(long, gossh.KeyAlgoRSASHA256)); err != nil {
		t.Errorf("RSA with SHA-256: %v", err)
	}
	if try(with(long, gossh.KeyAlgoRSA)) == nil {
		t.Error("RSA with SHA-1 was taken")
	}
	if try(short) == nil {
		t.Error("RSA of 1024 bits was taken")
	}
	if try(certify(t, short, nil)) == nil {
		t.Error("RSA of 1024 bits was taken inside a certificate")
	}
	for _, a := range userKeyAlgorithms() {
		for _, old := range gossh.InsecureAlgorithms().PublicKeyAuths {
			if a == old {
				t.Errorf("%s is offered", a)
			}
		}
	}
}

// certify makes a certificate of key, signed by a new authority.
func certify(t testing.TB, key gossh.Signer, options map[string]string) gossh.Signer {
	t.Helper()
	cert := &gossh.Certificate{
		Key: key.PublicKey(), CertType: gossh.UserCert, KeyId: "test", ValidPrincipals: []string{"alice"},
		ValidBefore: gossh.CertTimeInfinity, Permissions: gossh.Permissions{CriticalOptions: options},
	}
	if err := cert.SignCert(rand.Reader, newSigner(t, "ed25519")); err != nil {
		t.Fatal(err)
	}
	signer, err := gossh.NewCertSigner(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

func TestCertificateIsBoundToItsAddresses(t *testing.T) {
	p := startPlace(t, nil)
	key := p.member("alice")
	for addr, want := range map[string]bool{"127.0.0.0/8": true, "192.0.2.0/24": false, "": false} {
		c, err := gossh.Dial("tcp", p.addr, clientConfig("alice", gossh.PublicKeys(certify(t, key, map[string]string{"source-address": addr}))))
		if (err == nil) != want {
			t.Errorf("a certificate for %q from loopback: %v", addr, err)
		}
		if err == nil {
			c.Close()
		}
	}
}

func TestFingerprintOfACertificateIsThatOfItsKey(t *testing.T) {
	p := startPlace(t, nil)
	key := p.member("alice")
	p.dial("alice", certify(t, key, nil))
	eventually(t, "the login", func() bool {
		conns := p.server.Connections()
		return len(conns) == 1 && conns[0].Fingerprint == gossh.FingerprintSHA256(key.PublicKey())
	})
}

func TestExpiredCertificateEndsTheSession(t *testing.T) {
	p := startPlace(t, nil)
	key := p.member("alice")
	p.keys.expires[gossh.FingerprintSHA256(key.PublicKey())] = time.Now().Add(500 * time.Millisecond)
	ch, reqs := shell(t, p.dial("alice", certify(t, key, nil)), "xterm", 80, 24)
	readUntil(t, ch.Stderr(), "certificate has expired")
	if got := exitStatus(t, reqs); got != exitNoPerm {
		t.Errorf("exit status %d", got)
	}
	eventually(t, "the connection is closed", func() bool { return p.server.Stats().Connections == 0 })
}

func TestRevokedKeyIsOutWithinTwoSeconds(t *testing.T) {
	stay := make(chan struct{})
	defer close(stay)
	p := startPlace(t, func(o *Options) {
		o.Exec = func(context.Context, *Terminal) int { <-stay; return 0 } // takes no notice
	})
	alice, bob := p.member("alice"), p.member("bob")
	polite, reqs := shell(t, p.dial("alice", alice), "xterm", 80, 24)
	stubborn, _ := open(t, p.dial("alice", alice))
	ask(t, stubborn, "exec", execRequest{"stay"})
	without := p.dial("alice", alice) // a connection without a session
	other, _ := shell(t, p.dial("bob", bob), "xterm", 80, 24)
	start := time.Now()
	p.keys.revoke(alice.PublicKey())
	readUntil(t, polite.Stderr(), "This key was revoked")
	if got := exitStatus(t, reqs); got != exitNoPerm {
		t.Errorf("exit status %d", got)
	}
	ended(t, stubborn)
	_ = without.Wait()
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("that took %v", took)
	}
	send(t, other, "still here")
	readUntil(t, other, "still here")
	if _, err := gossh.Dial("tcp", p.addr, clientConfig("alice", gossh.PublicKeys(alice))); err == nil {
		t.Error("the revoked key gets in again")
	}
}

func TestAgentWithManyKeysIsNotCutOff(t *testing.T) {
	p := startPlace(t, nil)
	p.member("alice")
	var keys []gossh.Signer
	for range maxAuthTries - 1 {
		keys = append(keys, newSigner(t, "ed25519"))
	}
	last := newSigner(t, "ed25519")
	p.keys.add("alice", last.PublicKey())
	c, err := gossh.Dial("tcp", p.addr, clientConfig("alice", gossh.PublicKeys(append(keys, last)...)))
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
}

func TestHandshakeHasATime(t *testing.T) {
	p := startPlace(t, func(o *Options) { o.Limits.HandshakeTimeout = 300 * time.Millisecond })
	for _, hello := range []string{"", "SSH-2.0-x\r\n", strings.Repeat("x\r\n", 10)} {
		nc, err := net.Dial("tcp", p.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		if _, err := io.WriteString(nc, hello); err != nil {
			t.Fatal(err)
		}
		if err := nc.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(nc)
		if err != nil && !strings.Contains(err.Error(), "reset") {
			t.Errorf("after %q: %v", hello, err)
		}
		if !strings.HasPrefix(string(got), "SSH-2.0-Parley\r\n") {
			t.Errorf("the server said %q", got)
		}
	}
	eventually(t, "nothing is left", func() bool { return p.server.Stats().Connections == 0 })
}
