package keys

import (
	"crypto/rand"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// certificate signs a user certificate for alice that is valid for an hour; change may alter it before it is signed.
func certificate(t testing.TB, ca ssh.Signer, key ssh.PublicKey, change func(*ssh.Certificate)) *ssh.Certificate {
	t.Helper()
	c := &ssh.Certificate{
		Key: key, Serial: 7, CertType: ssh.UserCert, KeyId: "alice's laptop", ValidPrincipals: []string{"alice"},
		ValidAfter:  uint64(time.Now().Add(-time.Minute).Unix()),
		ValidBefore: uint64(time.Now().Add(time.Hour).Unix()),
	}
	if change != nil {
		change(c)
	}
	if err := c.SignCert(rand.Reader, ca); err != nil {
		t.Fatal(err)
	}
	return c
}

// withCA makes a server that trusts one CA and has a deny list.
func withCA(t testing.TB, r Registration) (*world, ssh.Signer) {
	t.Helper()
	ca := newSigner(t)
	w := newWorld(t, r)
	w.put("../ca.pub", line(ca.PublicKey()))
	w.put("../denied", "# nobody yet\n")
	w.opts.TrustedCA = filepath.Join(filepath.Dir(w.dir), "ca.pub")
	w.opts.Revoked = filepath.Join(filepath.Dir(w.dir), "denied")
	return w, ca
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	w, ca := withCA(t, ByInvite)
	stranger, deniedKey := newSigner(t), newKey(t)
	w.put("../denied", strings.Join([]string{
		"serial: 666", "serial: 1000-2000", "id: stolen laptop", fp(deniedKey) + " with a note",
	}, "\n"))
	w.put("al1ce2.pub", line(newKey(t)))
	w.start()
	for _, c := range []struct {
		name   string
		user   string
		from   netip.Addr
		change func(*ssh.Certificate)
		ca     ssh.Signer
		key    ssh.PublicKey
		why    string // "" is let in
		late   bool   // Acceptable cannot know it
	}{
		{name: "good"},
		{name: "login name in other case", user: "ALICE"},
		{name: "one principal of several", user: "bob", change: func(c *ssh.Certificate) { c.ValidPrincipals = []string{"alice", "bob"} }},
		{name: "no end", change: func(c *ssh.Certificate) { c.ValidBefore = ssh.CertTimeInfinity }},
		{name: "extensions do not matter", change: func(c *ssh.Certificate) { c.Extensions = map[string]string{"permit-pty": ""} }},
		{name: "unknown CA", ca: stranger, why: "does not trust"},
		{name: "wrong principal", user: "bob", why: `is for "alice", not for "bob"`},
		{name: "login name is no name", user: "a b", why: `is for "alice"`},
		{name: "no principals", change: func(c *ssh.Certificate) { c.ValidPrincipals = nil }, why: "names nobody"},
		{name: "principal is no name", user: "guest-1", change: func(c *ssh.Certificate) { c.ValidPrincipals = []string{"guest-1"} }, why: "cannot be a name"},
		{name: "expired", change: func(c *ssh.Certificate) { c.ValidBefore = uint64(time.Now().Add(-time.Second).Unix()) }, why: "expired"},
		{name: "expired for years", change: func(c *ssh.Certificate) { c.ValidAfter, c.ValidBefore = 1, 2 }, why: "expired at 1970"},
		{name: "not yet valid", change: func(c *ssh.Certificate) { c.ValidAfter = uint64(time.Now().Add(time.Minute).Unix()) }, why: "not valid before"},
		{name: "dates that overflow", change: func(c *ssh.Certificate) { c.ValidBefore = ssh.CertTimeInfinity - 1 }, why: "no sense"},
		{name: "host certificate", change: func(c *ssh.Certificate) { c.CertType = ssh.HostCert }, why: "host certificate"},
		{name: "revoked serial", change: func(c *ssh.Certificate) { c.Serial = 666 }, why: "revoked"},
		{name: "revoked range of serials", change: func(c *ssh.Certificate) { c.Serial = 1500 }, why: "revoked"},
		{name: "revoked key id", change: func(c *ssh.Certificate) { c.KeyId = "stolen laptop" }, why: "revoked"},
		{name: "revoked key", key: deniedKey, why: "revoked"},
		{name: "force-command", change: func(c *ssh.Certificate) { c.CriticalOptions = map[string]string{"force-command": "true"} }, why: `"force-command"`},
		{name: "unknown critical option", change: func(c *ssh.Certificate) { c.CriticalOptions = map[string]string{"verify-required": ""} }, why: `"verify-required"`},
		{name: "source-address, inside", change: from("203.0.113.0/24,10.0.0.1")},
		{name: "source-address, this one", change: from("203.0.113.7")},
		{name: "source-address, IPv4 in IPv6", from: netip.MustParseAddr("::ffff:203.0.113.7"), change: from("203.0.113.7")},
		{name: "source-address, outside", change: from("10.0.0.0/8"), why: "may not be used from 203.0.113.7", late: true},
		{name: "source-address, no address known", from: netip.Addr{}, change: from("0.0.0.0/0"), why: "may not be used from", late: true},
		{name: "source-address, unreadable", change: from("everywhere"), why: "cannot be read", late: true},
		{name: "weak key", key: rsaKey(t, 1024), why: "2048 bits"},
		{name: "name that looks like another's", user: "alice2", change: func(c *ssh.Certificate) { c.ValidPrincipals = []string{"alice2"} }, why: "mistaken for"},
	} {
		t.Run(c.name, func(t *testing.T) {
			user, signer, key, addr := c.user, c.ca, c.key, c.from
			if user == "" {
				user = "alice"
			}
			if signer == nil {
				signer = ca
			}
			if key == nil {
				key = newKey(t)
			}
			if addr == (netip.Addr{}) && c.name != "source-address, no address known" {
				addr = away
			}
			cert := certificate(t, signer, key, c.change)
			id, err := w.Identify(user, cert, addr)
			offered := w.Acceptable(user, cert, false)
			if c.why != "" {
				if err == nil || !strings.Contains(err.Error(), c.why) {
					t.Errorf("identified as %+v, %v; want %q", id, err, c.why)
				}
				if offered != c.late || w.Acceptable(user, cert, true) != c.late {
					t.Errorf("the offer is answered by %v", offered)
				}
				return
			}
			if err != nil || !offered {
				t.Fatalf("refused: %v, offer %v", err, offered)
			}
			if id.Name.String() != strings.ToLower(user) || id.Fingerprint != fp(key) || !id.Certificate || id.Device.String() != "alice's laptop" {
				t.Errorf("identified as %+v", id)
			}
			if id.Expires.IsZero() != (c.name == "no end") {
				t.Errorf("expires %v", id.Expires)
			}
		})
	}
}

// from restricts a certificate to addresses.
func from(addrs string) func(*ssh.Certificate) {
	return func(c *ssh.Certificate) { c.CriticalOptions = map[string]string{sourceAddress: addrs} }
}

// A certificate whose signature was made for something else proves nothing.
func TestForgedCertificate(t *testing.T) {
	t.Parallel()
	w, ca := withCA(t, ByInvite)
	w.start()
	cert := certificate(t, ca, newKey(t), nil)
	cert.ValidPrincipals = []string{"bob"}
	if w.Acceptable("bob", cert, true) {
		t.Error("a forged certificate may go on")
	}
	if id, err := w.Identify("bob", cert, away); err == nil || !strings.Contains(err.Error(), "signature") {
		t.Errorf("identified as %+v, %v", id, err)
	}
}

func TestCertificateSignedWithSHA1(t *testing.T) {
	t.Parallel()
	w, ca := withCA(t, ByInvite)
	w.start()
	cert := certificate(t, ca, newKey(t), nil)
	cert.Signature.Format = ssh.KeyAlgoRSA
	if _, err := w.Identify("alice", cert, away); err == nil || !strings.Contains(err.Error(), "SHA-1") {
		t.Errorf("got %v", err)
	}
}

// A CA names people: the name of a key file is that identity, with its role, and no other name.
func TestCertificateIsTheIdentityOfItsName(t *testing.T) {
	t.Parallel()
	w, ca := withCA(t, ByInvite)
	plain := newKey(t)
	w.put("alice.pub", line(plain))
	w.start()
	if id, err := w.Identify("alice", plain, local); err != nil || id.Role != Owner {
		t.Fatalf("the first known key over loopback is %+v, %v", id, err)
	}
	id, err := w.Identify("alice", certificate(t, ca, newKey(t), nil), away)
	if err != nil || id.Role != Owner || id.Name != name(t, "alice") {
		t.Errorf("the certificate is %+v, %v", id, err)
	}
	if _, err := w.Available(t.Context(), "alice"); err == nil {
		t.Error("the name is free")
	}
}

// Certificates alone make identities, and their names stay taken after the CA is gone.
func TestCertificateClaimsItsName(t *testing.T) {
	t.Parallel()
	w, ca := withCA(t, OpenToAll)
	w.start()
	if _, err := w.Identify("alice", certificate(t, ca, newKey(t), nil), away); err != nil {
		t.Fatal(err)
	}
	if _, ok := w.Lookup(name(t, "alice")); !ok {
		t.Error("alice is nobody")
	}
	w.opts.TrustedCA = ""
	w.start()
	var taken *NameError
	if _, err := w.Claim(t.Context(), "alice", newKey(t), "", away); !errors.As(err, &taken) {
		t.Errorf("another key claims the name: %v", err)
	}
	if _, ok := w.Lookup(name(t, "alice")); ok {
		t.Error("alice is somebody without a key and a CA")
	}
}

func TestCertificateEnds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		end  func(w *world, cert *ssh.Certificate)
	}{
		{"serial denied", func(w *world, c *ssh.Certificate) { w.put("../denied", "serial: 7\n") }},
		{"key denied", func(w *world, c *ssh.Certificate) { w.put("../denied", line(c.Key)) }},
		{"CA denied", func(w *world, c *ssh.Certificate) { w.put("../denied", fp(c.SignatureKey)) }},
		{"certificate denied", func(w *world, c *ssh.Certificate) { w.put("../denied", line(c)) }},
		{"key id denied", func(w *world, c *ssh.Certificate) { w.put("../denied", "id: alice's laptop") }},
		{"another CA", func(w *world, c *ssh.Certificate) { w.put("../ca.pub", line(newKey(w.t))) }},
		{"no CA left", func(w *world, c *ssh.Certificate) { w.put("../ca.pub", "") }},
		{"file of CAs removed", func(w *world, c *ssh.Certificate) { w.remove("../ca.pub") }},
		{"file of CAs replaced", func(w *world, c *ssh.Certificate) {
			w.put("../new", line(newKey(w.t)))
			if err := os.Rename(filepath.Join(w.dir, "../new"), w.opts.TrustedCA); err != nil {
				w.t.Fatal(err)
			}
		}},
		{"CA no longer configured", func(w *world, c *ssh.Certificate) {
			o := w.opts
			o.TrustedCA = ""
			if err := w.Reload(o); err != nil {
				w.t.Fatal(err)
			}
		}},
		{"time", func(w *world, c *ssh.Certificate) {
			w.now.move(time.Hour)
			wake(w.poke) // the timer runs by the real clock
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, ca := withCA(t, ByInvite)
			w.start()
			cert := certificate(t, ca, newKey(t), nil)
			if _, err := w.Identify("alice", cert, away); err != nil {
				t.Fatal(err)
			}
			c.end(w, cert)
			w.until("the key is told to be revoked", func() bool { return w.revoked(fp(cert.Key)) })
			if id, err := w.Identify("alice", cert, away); err == nil {
				t.Errorf("identified as %+v afterwards", id)
			}
		})
	}
}

// The end of a certificate is a timer, not a tick.
func TestCertificateExpiresByItself(t *testing.T) {
	t.Parallel()
	w, ca := withCA(t, ByInvite)
	w.opts.Clock = nil
	w.start()
	cert := certificate(t, ca, newKey(t), func(c *ssh.Certificate) { c.ValidBefore = uint64(time.Now().Unix()) + 2 })
	if _, err := w.Identify("alice", cert, away); err != nil {
		t.Fatal(err)
	}
	w.until("the key is told to be revoked", func() bool { return w.revoked(fp(cert.Key)) })
}

// A certificate that was renewed for the same key keeps its sessions.
func TestRenewedCertificate(t *testing.T) {
	t.Parallel()
	w, ca := withCA(t, ByInvite)
	w.start()
	key := newKey(t)
	for _, serial := range []uint64{1, 2} {
		cert := certificate(t, ca, key, func(c *ssh.Certificate) { c.Serial = serial })
		if _, err := w.Identify("alice", cert, away); err != nil {
			t.Fatal(err)
		}
	}
	w.put("../denied", "serial: 1\n")
	w.until("the first certificate is refused", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return len(w.trust.denied.serials) == 1
	})
	if w.revoked(fp(key)) {
		t.Error("the key was told to be revoked")
	}
	w.put("../denied", "serial: 1-2\n")
	w.until("the key is told to be revoked", func() bool { return w.revoked(fp(key)) })
}

// A list that cannot be read to its last line stops the start, and later stays as it was.
func TestBadLists(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, content, why string }{
		{"ca.pub", "hello\n", "ca.pub:1: "},
		{"ca.pub", "restrict ssh-ed25519 AAAA\n", "ca.pub:1: "},
		{"ca.pub", line(dsaKey(t)), "DSA"},
		{"denied", "serial: seven\n", "denied:1: a serial line"},
		{"denied", "serial: 9-3\n", "denied:1: a serial line"},
		{"denied", "\n\nSHA256:tooshort\n", "denied:3: a fingerprint"},
		{"denied", "alice\n", `denied:1: "alice" is none of`},
		{"denied", "\xff\xfeS\x00", "UTF-16"},
	} {
		t.Run(c.why, func(t *testing.T) {
			t.Parallel()
			w, ca := withCA(t, ByInvite)
			bad := newKey(t)
			w.put("bad.pub", line(bad))
			w.put("../denied", line(bad))
			w.start()
			w.put("../"+c.file, c.content)
			w.until("the log says what is wrong", func() bool { return strings.Contains(w.log.String(), strings.ReplaceAll(c.why, `"`, `\"`)) })
			if _, err := w.Identify("alice", certificate(t, ca, newKey(t), nil), away); err != nil {
				t.Errorf("the CA is gone: %v", err)
			}
			if _, err := w.Identify("bad", bad, away); !errors.Is(err, ErrRevoked) {
				t.Errorf("the denied key gets %v", err)
			}
			if err := w.Reload(w.opts); err == nil || !strings.Contains(err.Error(), c.why) {
				t.Errorf("reload says %v, want %q", err, c.why)
			}
			w.halt()
			if k, err := Open(t.Context(), w.opts); err == nil {
				k.Close()
				t.Error("it starts")
			} else if !strings.Contains(err.Error(), c.why) {
				t.Errorf("the start says %v, want %q", err, c.why)
			}
		})
	}
}

func TestMissingLists(t *testing.T) {
	t.Parallel()
	for _, setting := range []string{"keys.trusted_ca", "keys.revoked"} {
		w := newWorld(t, ByInvite)
		if setting == "keys.revoked" {
			w.opts.Revoked = filepath.Join(w.dir, "none")
		} else {
			w.opts.TrustedCA = filepath.Join(w.dir, "none")
		}
		if k, err := Open(t.Context(), w.opts); err == nil {
			k.Close()
			t.Errorf("it starts without the file of %s", setting)
		} else if !strings.Contains(err.Error(), setting) {
			t.Errorf("the start says %v", err)
		}
	}
}

// A deny list that vanishes denies what it denied.
func TestDenyListRemoved(t *testing.T) {
	t.Parallel()
	w, _ := withCA(t, OpenToAll)
	bad := newKey(t)
	w.put("bad.pub", line(bad))
	w.put("../denied", line(bad))
	w.start()
	w.remove("../denied")
	w.until("the log says so", func() bool { return strings.Contains(w.log.String(), "does not exist") })
	if _, err := w.Identify("bad", bad, away); !errors.Is(err, ErrRevoked) {
		t.Errorf("the denied key gets %v", err)
	}
}

// A CA in the folder of keys is no identity called after its file.
func TestCAInTheFolder(t *testing.T) {
	t.Parallel()
	w, ca := withCA(t, ByInvite)
	w.put("ca.pub", line(ca.PublicKey()))
	w.opts.TrustedCA = filepath.Join(w.dir, "ca.pub")
	w.start()
	if got := w.who(ca.PublicKey()); got != "" {
		t.Errorf("the CA's key is %s's", got)
	}
	cert := certificate(t, ca, newKey(t), nil)
	if _, err := w.Identify("alice", cert, away); err != nil {
		t.Error(err)
	}
	w.put("ca.pub", line(newKey(t)))
	w.until("the CA is replaced", func() bool { return w.revoked(fp(cert.Key)) })
}

func TestDeniedKeys(t *testing.T) {
	t.Parallel()
	w, _ := withCA(t, OpenToAll)
	byKey, byPrint, newcomer := newKey(t), newKey(t), newKey(t)
	w.put("alice.pub", line(byKey))
	w.put("bob.pub", line(byPrint))
	w.start()
	w.put("../denied", line(byKey)+fp(byPrint)+"\r\n"+fp(newcomer))
	w.until("both are told to be revoked", func() bool { return w.revoked(fp(byKey)) && w.revoked(fp(byPrint)) })
	for _, key := range []ssh.PublicKey{byKey, byPrint, newcomer} {
		if w.Acceptable("alice", key, true) {
			t.Error("a denied key may go on")
		}
		if _, err := w.Identify("alice", key, away); !errors.Is(err, ErrRevoked) {
			t.Errorf("identify says %v", err)
		}
		if _, err := w.Claim(t.Context(), "carol", key, "", away); !errors.Is(err, ErrRevoked) {
			t.Errorf("claim says %v", err)
		}
		if _, err := w.Knock(t.Context(), "carol", key, away); !errors.Is(err, ErrRevoked) {
			t.Errorf("knock says %v", err)
		}
	}
	w.put("../denied", "# all is forgiven\n")
	w.until("they are let in again", func() bool { return w.who(byKey) == "alice" })
}

// A certificate that is denied while it is being looked at is not let in: nobody would end it afterwards.
func TestDeniedWhileItIsLookedAt(t *testing.T) {
	t.Parallel()
	w, ca := withCA(t, ByInvite)
	w.start()
	w.ledger.mu.Lock()
	w.ledger.fail = func(op string) error {
		if op == "ClaimName" {
			w.put("../denied", "serial: 7\n")
			w.check(w.Reload(w.opts))
		}
		return nil
	}
	w.ledger.mu.Unlock()
	if id, err := w.Identify("alice", certificate(t, ca, newKey(t), nil), away); !errors.Is(err, ErrRevoked) {
		t.Errorf("it is %+v, %v", id, err)
	}
}

// A store that fails keeps out a certificate whose name nobody has yet, in a sentence, and no other one.
func TestCertificateWhenTheLedgerFails(t *testing.T) {
	t.Parallel()
	w, ca := withCA(t, ByInvite)
	w.put("alice.pub", line(newKey(t)))
	w.start()
	w.ledger.failOn("ClaimName")
	if _, err := w.Identify("alice", certificate(t, ca, newKey(t), nil), away); err != nil {
		t.Errorf("a known name: %v", err)
	}
	bob := certificate(t, ca, newKey(t), func(c *ssh.Certificate) { c.ValidPrincipals = []string{"bob"} })
	if _, err := w.Identify("bob", bob, away); !errors.Is(err, ErrStore) {
		t.Errorf("a new name: %v", err)
	}
}

func TestCertifies(t *testing.T) {
	t.Parallel()
	w, _ := withCA(t, OpenToAll)
	w.start()
	if !w.Certifies() {
		t.Error("certificates are not expected although a CA is trusted")
	}
	w.put("../ca.pub", "")
	w.until("none is trusted", func() bool { return !w.Certifies() })
}
