package keys

import (
	"errors"
	"testing"

	"golang.org/x/crypto/ssh"

	"parley/text"
)

// The name of a hook is nobody's, by whatever way somebody comes, and the other way round.
func TestHookNamesAreNobodys(t *testing.T) {
	t.Parallel()
	w, ca := withCA(t, OpenToAll)
	alice := newKey(t)
	w.put("alice.pub", line(alice))
	w.start()
	n, err := w.ClaimHook(t.Context(), "Ops-Hook", "7")
	if err != nil || n.String() != "ops-hook" {
		t.Fatalf("the hook is called %s (%v)", n, err)
	}
	if again, err := w.ClaimHook(t.Context(), "ops-hook", "7"); err != nil || again != n {
		t.Errorf("the same owner has it again as %s (%v)", again, err)
	}
	taken := func(what string, err error) {
		t.Helper()
		var e *NameError
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err = w.ClaimHook(t.Context(), "ops-hook", "8")
	taken("another room's hook", err)
	for _, s := range []string{"alice", "al1ce", "root", "guest-7", "two words", ""} {
		_, err = w.ClaimHook(t.Context(), s, "7")
		taken("a hook called "+s, err)
	}
	check := func() {
		t.Helper()
		for _, s := range []string{"ops-hook", "0ps-hook"} {
			_, err = w.Claim(t.Context(), s, newKey(t), "", away)
			taken("a key that asks for "+s, err)
			_, err = w.Available(t.Context(), s)
			taken(s, err)
			who, err := text.ReadName(s)
			if err != nil {
				t.Fatal(err)
			}
			_, err = w.Enrol(t.Context(), text.OperatorName(), who, "", line(newKey(t)))
			taken("the operator's "+s, err)
			signer := newSigner(t)
			c := certificate(t, ca, signer.PublicKey(), func(c *ssh.Certificate) { c.ValidPrincipals = []string{s} })
			if id, err := w.Identify(s, c, away); err == nil {
				t.Errorf("a certificate for %s lets in %+v", s, id)
			}
			if _, known := w.Lookup(who); known {
				t.Errorf("%s is an identity", s)
			}
			if _, err := w.SetRole(t.Context(), Owner, who, Owner); err == nil {
				t.Errorf("%s was made an owner", s)
			}
		}
		for _, known := range w.Names() {
			if known == n {
				t.Error("the hook is in the list of people")
			}
		}
		if !w.IsHook(n) || w.IsHook(name(t, "alice")) {
			t.Error("ops-hook is a hook and alice is none")
		}
	}
	check()
	key := newKey(t)
	w.put("ops-hook.pub", line(key))
	w.until("the file is refused", func() bool { return len(w.Problems()) == 1 })
	if who := w.who(key); who != "" {
		t.Errorf("a file lets %s in", who)
	}
	w.remove("ops-hook.pub")
	w.until("the file is gone", func() bool { return len(w.Problems()) == 0 })
	w.start()
	check()
}
