package keys

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// Who was let in by a key stands while the key is theirs.
func TestKeyStands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	laptop, phone := newKey(t), newKey(t)
	w.put("alice@laptop.pub", line(laptop))
	w.put("alice@phone.pub", line(phone))
	w.start()
	alice := name(t, "alice")
	id, err := w.Identify("alice", laptop, away)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := w.Proof(id)
	if err != nil || proof != "" {
		t.Fatalf("a key has the proof %q (%v)", proof, err)
	}
	if got, err := w.Stands(alice, id.Fingerprint, proof, away); err != nil || got != id {
		t.Errorf("stands as %+v (%v), want %+v", got, err, id)
	}
	if _, err := w.Stands(name(t, "bob"), id.Fingerprint, "", away); !errors.Is(err, ErrRevoked) {
		t.Errorf("under another name: %v", err)
	}
	if _, err := w.SetRole(t.Context(), Operator, alice, Admin); err != nil {
		t.Fatal(err)
	}
	if got, err := w.Stands(alice, id.Fingerprint, "", away); err != nil || got.Role != Admin {
		t.Errorf("the role is %q (%v), and by now it is another one", got.Role, err)
	}
	w.remove("alice@laptop.pub")
	w.until("the key stands no more", func() bool {
		_, err := w.Stands(alice, id.Fingerprint, "", away)
		return errors.Is(err, ErrRevoked)
	})
	if _, err := w.Stands(alice, fp(phone), "", away); err != nil {
		t.Errorf("the other key: %v", err)
	}
}

// Who was let in by a certificate stands, also after a restart, for as long as the certificate would let them in; and who
// holds them is told when it ends.
func TestCertificateStands(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		end  func(w *world, cert *ssh.Certificate)
	}{
		{"serial denied", func(w *world, c *ssh.Certificate) { w.put("../denied", "serial: 7\n") }},
		{"key id denied", func(w *world, c *ssh.Certificate) { w.put("../denied", "id: alice's laptop") }},
		{"certificate denied", func(w *world, c *ssh.Certificate) { w.put("../denied", line(c)) }},
		{"key denied", func(w *world, c *ssh.Certificate) { w.put("../denied", line(c.Key)) }},
		{"no CA left", func(w *world, c *ssh.Certificate) { w.put("../ca.pub", "") }},
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
			id, err := w.Identify("alice", cert, away)
			if err != nil {
				t.Fatal(err)
			}
			proof, err := w.Proof(id)
			if err != nil || proof == "" {
				t.Fatalf("the proof is %q (%v)", proof, err)
			}
			w.start() // again, and what was seen is forgotten
			if got, err := w.Stands(id.Name, id.Fingerprint, proof, away); err != nil || got != id {
				t.Fatalf("stands as %+v (%v), want %+v", got, err, id)
			}
			c.end(w, cert)
			w.until("the key is told to be revoked", func() bool { return w.revoked(id.Fingerprint) })
			if got, err := w.Stands(id.Name, id.Fingerprint, proof, away); !errors.Is(err, ErrRevoked) {
				t.Errorf("stands as %+v afterwards (%v)", got, err)
			}
			if _, err := w.Proof(id); !errors.Is(err, ErrRevoked) {
				t.Errorf("a proof is given afterwards: %v", err)
			}
		})
	}
}

// A certificate that is for some addresses only lets nobody stand elsewhere.
func TestCertificateStandsWhereItMayBeUsed(t *testing.T) {
	t.Parallel()
	w, ca := withCA(t, ByInvite)
	w.start()
	id, err := w.Identify("alice", certificate(t, ca, newKey(t), from("203.0.113.0/24")), away)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := w.Proof(id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Stands(id.Name, id.Fingerprint, proof, away); err != nil {
		t.Errorf("where it may be used: %v", err)
	}
	for _, addr := range []netip.Addr{netip.MustParseAddr("198.51.100.1"), {}} {
		if got, err := w.Stands(id.Name, id.Fingerprint, proof, addr); err == nil {
			t.Errorf("at %v it stands as %+v", addr, got)
		}
	}
}

// Who has no key file any more is out, also where a CA is trusted; who came by a certificate is out when that, or its CA, is
// not believed any more, and not because it has ended.
func TestRemoved(t *testing.T) {
	t.Parallel()
	w, ca := withCA(t, ByInvite)
	w.put("bob.pub", line(newKey(t)))
	w.put("bob@phone.pub", line(newKey(t)))
	w.start()
	bob, alice := name(t, "bob"), name(t, "alice")
	removed := func(proof string) bool { return w.Removed(t.Context(), alice, proof) }
	id, err := w.Identify("alice", certificate(t, ca, newKey(t), nil), away)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := w.Proof(id)
	if err != nil {
		t.Fatal(err)
	}
	w.remove("bob@phone.pub")
	w.until("one key is left", func() bool { return len(w.Keys(bob)) == 1 })
	if w.Removed(t.Context(), bob, "") || removed(proof) || w.Removed(t.Context(), name(t, "zoe"), "") {
		t.Error("somebody is out who never was")
	}
	w.remove("bob.pub")
	w.until("bob is out", func() bool { return w.Removed(t.Context(), bob, "") })
	w.now.move(time.Hour)
	wake(w.poke) // the timer runs by the real clock
	w.until("the certificate has ended", func() bool {
		_, err := w.Stands(alice, id.Fingerprint, proof, away)
		return errors.Is(err, ErrRevoked)
	})
	if removed(proof) {
		t.Error("a certificate that has ended puts its bearer out")
	}
	w.put("../denied", "serial: 7\n")
	w.until("alice is out", func() bool { return removed(proof) })
	w.put("../denied", "serial: 8\n")
	w.until("alice is back", func() bool { return !removed(proof) })
	w.put("../denied", id.Fingerprint+"\n")
	w.until("alice's key is out", func() bool { return removed(proof) })
}
