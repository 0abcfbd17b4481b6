package keys

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

func TestAddAndRemoveKeys(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	alice := name(t, "alice")
	phone, desk := newKey(t), newKey(t)
	k, err := w.Add(t.Context(), alice, "phone", line(phone))
	if err != nil || k.File != "alice@phone.pub" || k.Device.String() != "phone" || k.Fingerprint != fp(phone) || k.Type != ssh.KeyAlgoED25519 {
		t.Fatalf("added %+v, %v", k, err)
	}
	if id, err := w.Identify("x", phone, away); err != nil || id.Name != alice || id.Role != Owner {
		t.Errorf("the phone is %+v, %v", id, err)
	}
	comment := strings.TrimSuffix(line(desk), "\n") + " alice@desk\n"
	if k, err = w.Add(t.Context(), alice, "", comment); err != nil || k.File != "alice@alice-desk.pub" {
		t.Errorf("added %+v, %v", k, err)
	}
	if _, err := w.Add(t.Context(), alice, "", line(newKey(t))); err != nil {
		t.Errorf("without any name: %v", err)
	}
	if n := len(w.Keys(alice)); n != 4 {
		t.Errorf("%d keys", n)
	}
	if err := w.Remove(t.Context(), alice, fp(phone)[:len("SHA256:")+12]); err != nil {
		t.Fatal(err)
	}
	if w.who(phone) != "" {
		t.Error("the phone is let in right after")
	}
	w.until("the phone is told to be revoked", func() bool { return w.revoked(fp(phone)) })
	if w.who(desk) != "alice" {
		t.Error("the desk went too")
	}
}

func TestKeysThatCannotBeAdded(t *testing.T) {
	t.Parallel()
	w, _ := withCA(t, ByInvite)
	bob, denied, twice := newKey(t), newKey(t), newKey(t)
	alice := newKey(t)
	w.put("alice.pub", line(alice))
	w.put("bob.pub", line(bob))
	w.put("carol.pub", line(twice)+line(newKey(t)))
	w.put("dave.pub", line(twice)+line(newKey(t)))
	w.put("../denied", fp(denied))
	w.start()
	for _, c := range []struct{ who, device, key, why string }{
		{"alice", "", line(bob), "somebody else's"},
		{"alice", "", line(alice), "one of alice's"},
		{"alice", "", line(twice), "is not let in"},
		{"alice", "", line(denied), "was revoked"},
		{"alice", "", line(rsaKey(t, 1024)), "2048 bits"},
		{"alice", "", line(dsaKey(t)), "DSA"},
		{"alice", "", "restrict " + line(newKey(t)), "not honoured"},
		{"alice", "", line(newKey(t)) + line(newKey(t)), "one public key"},
		{"alice", "", "", "one public key"},
		{"alice", "", "hello", "not a public key"},
		{"alice", "../up", line(newKey(t)), "a device's name"},
		{"alice", "a b", line(newKey(t)), "a device's name"},
		{"alice", "..", line(newKey(t)), "a device's name"},
		{"alice", strings.Repeat("x", 41), line(newKey(t)), "a device's name"},
		{"erin", "", line(newKey(t)), ErrNoPerson.Error()},
	} {
		if k, err := w.Add(t.Context(), name(t, c.who), c.device, c.key); err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s at %q for %s: %+v, %v; want %q", c.key, c.device, c.who, k, err, c.why)
		}
	}
	if _, err := w.Add(t.Context(), name(t, "alice"), "phone", line(newKey(t))); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Add(t.Context(), name(t, "alice"), "phone", line(newKey(t))); err == nil || !strings.Contains(err.Error(), "phone already") {
		t.Errorf("the second phone: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(w.dir, ".*")); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
}

func TestTooManyKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	var all strings.Builder
	for range maxKeys {
		all.WriteString(line(newKey(t)))
	}
	w.put("alice.pub", all.String())
	w.start()
	if _, err := w.Add(t.Context(), name(t, "alice"), "phone", line(newKey(t))); err == nil || !strings.Contains(err.Error(), "remove one first") {
		t.Errorf("got %v", err)
	}
}

func TestKeysThatCannotBeRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	a, b := newKey(t), newKey(t)
	w.put("alice.pub", line(a)+line(b))
	w.put("bob.pub", line(newKey(t)))
	w.start()
	for _, c := range []struct{ who, asked, why string }{
		{"alice", "", "at least 6"},
		{"alice", "SHA256:", "at least 6"},
		{"alice", fp(a)[len("SHA256:"):][:5], "at least 6"},
		{"alice", w.Keys(name(t, "bob"))[0].Fingerprint, "none of these keys"},
		{"alice", "SHA256:??????", "none of these keys"},
		{"erin", fp(a), ErrNoPerson.Error()},
		{"bob", w.Keys(name(t, "bob"))[0].Fingerprint, "your last key"},
	} {
		if err := w.Remove(t.Context(), name(t, c.who), c.asked); err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%q of %s: %v; want %q", c.asked, c.who, err, c.why)
		}
	}
	if err := w.Remove(t.Context(), name(t, "alice"), fp(a)[len("SHA256:"):]); err != nil {
		t.Errorf("without SHA256: in front: %v", err)
	}
	if err := w.Remove(t.Context(), name(t, "alice"), fp(b)); err == nil {
		t.Error("the last key was removed")
	}
}

// What an operator wrote around a key stays, in whatever form it was written.
func TestRemoveKeepsTheRestOfTheFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	a, b := newKey(t), newKey(t)
	w.put("alice.pub", byteOrderMark+line(a)+"# the old laptop\r\n"+strings.TrimSuffix(line(b), "\n")+" old\r\n")
	w.put("alice@again.pub", "# a copy\n"+line(a))
	w.start()
	if err := w.Remove(t.Context(), name(t, "alice"), fp(a)); err != nil {
		t.Fatal(err)
	}
	if w.who(a) != "" || w.who(b) != "alice" {
		t.Errorf("the keys are %q's and %q's", w.who(a), w.who(b))
	}
	data, err := os.ReadFile(filepath.Join(w.dir, "alice.pub"))
	if want := "# the old laptop\r\n" + strings.TrimSuffix(line(b), "\n") + " old\r\n"; err != nil || string(data) != want {
		t.Errorf("the file is %q, %v", data, err)
	}
	if _, err := os.Stat(filepath.Join(w.dir, "alice@again.pub")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the copy is still there: %v", err)
	}
	w.start()
	if w.who(a) != "" || w.who(b) != "alice" {
		t.Errorf("after a restart the keys are %q's and %q's", w.who(a), w.who(b))
	}
}

// Somebody whom only a certificate brought in may add a key to the name.
func TestAddAfterACertificate(t *testing.T) {
	t.Parallel()
	w, ca := withCA(t, ByInvite)
	w.start()
	if _, err := w.Identify("alice", certificate(t, ca, newKey(t), nil), away); err != nil {
		t.Fatal(err)
	}
	key := newKey(t)
	if _, err := w.Add(t.Context(), name(t, "alice"), "laptop", line(key)); err != nil || w.who(key) != "alice" {
		t.Errorf("the key is %q's, %v", w.who(key), err)
	}
}
