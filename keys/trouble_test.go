package keys

import (
	"errors"
	"os"
	"strings"
	"testing"
)

// A store that hangs in the middle of a claim delays claims, and neither files nor what they revoke.
func TestStuckLedgerDelaysNoRevocation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, OpenToAll)
	a, b := newKey(t), newKey(t)
	w.put("alice.pub", line(a))
	w.start()
	stuck, release := make(chan struct{}), make(chan struct{})
	w.ledger.mu.Lock()
	w.ledger.fail = func(op string) error {
		if op == "ClaimName" {
			close(stuck)
			<-release
			w.ledger.fail = nil // its mutex is held
		}
		return nil
	}
	w.ledger.mu.Unlock()
	done := make(chan error, 1)
	go func() {
		_, err := w.Claim(t.Context(), "bob", b, "", away)
		done <- err
	}()
	<-stuck
	w.remove("alice.pub")
	w.until("the key is told to be revoked", func() bool { return w.revoked(fp(a)) })
	close(release)
	if err := <-done; err != nil || w.who(b) != "bob" {
		t.Errorf("the claim: %v, the key is %q's", err, w.who(b))
	}
}

// A subscriber that hangs delays other news, and no reading.
func TestStuckSubscriber(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	a, b := newKey(t), newKey(t)
	w.put("alice.pub", line(a))
	w.start()
	stuck, release := make(chan struct{}), make(chan struct{})
	cancel := w.Revoked(func(string) {
		close(stuck)
		<-release
	})
	w.remove("alice.pub")
	<-stuck
	w.put("bob.pub", line(b))
	w.until("the next file is read", func() bool { return w.who(b) == "bob" })
	cancel()
	close(release)
	w.remove("bob.pub") // would close stuck twice
	w.until("the others are told", func() bool { return w.revoked(fp(b)) })
}

// When the system lost events, everything is read.
func TestLostEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite).start()
	w.check(w.watch.fs.Remove(w.dir))
	a := newKey(t)
	w.put("alice.pub", line(a))
	if w.who(a) != "" {
		t.Fatal("the event was not lost")
	}
	wake(w.watch.trouble)
	w.until("the file is read", func() bool { return w.who(a) == "alice" })
	w.remove("alice.pub")
	w.until("the folder is watched again", func() bool { return w.revoked(fp(a)) })
}

// A reload re-arms what no event tells about: here the folder's parent, swapped as a whole.
func TestReloadFindsASwappedParent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	w.dir += "/in/keys"
	w.opts.Dir = w.dir
	a, b, c := newKey(t), newKey(t), newKey(t)
	w.check(os.MkdirAll(w.dir, 0o755))
	w.put("alice.pub", line(a))
	w.start()
	parent := strings.TrimSuffix(w.dir, "/keys")
	w.check(os.Rename(parent, parent+".old"))
	w.check(os.MkdirAll(w.dir, 0o755))
	w.put("bob.pub", line(b))
	w.check(w.Reload(w.opts))
	if w.who(b) != "bob" || w.who(a) != "" {
		t.Errorf("the keys are %q's and %q's", w.who(b), w.who(a))
	}
	w.until("the new folder is watched", func() bool {
		w.watch.mu.Lock()
		defer w.watch.mu.Unlock()
		return len(w.watch.lost) == 0
	})
	w.put("carol.pub", line(c))
	w.until("its files are noticed", func() bool { return w.who(c) == "carol" })
}

// Read leaves everything as it is, also what a running server is about to finish.
func TestReadWritesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	a := newKey(t)
	w.put("alice.pub", line(a))
	w.put(unfinished("bob.pub"), line(newKey(t)))
	k, err := Read(t.Context(), w.opts)
	if err != nil {
		t.Fatal(err)
	}
	if n := k.Names(); len(n) != 1 || n[0].String() != "alice" {
		t.Errorf("names %v", n)
	}
	w.check(k.Close())
	if _, err := os.Stat(w.dir + "/" + unfinished("bob.pub")); err != nil {
		t.Errorf("a server's unfinished claim is gone: %v", err)
	}
	if all, err := w.ledger.Claims(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("the ledger has %v, %v", all, err)
	}
}

// A name may have more bytes than the name of a file: then it is refused in a sentence, before anything is taken.
func TestNameTooLongForAFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, OpenToAll).start()
	const grapheme = "กั้" // nine bytes in one column
	if _, err := w.Claim(t.Context(), strings.Repeat(grapheme, 26), newKey(t), "", away); err != nil {
		t.Errorf("234 bytes: %v", err)
	}
	var e *NameError
	if _, err := w.Claim(t.Context(), strings.Repeat(grapheme, 32), newKey(t), "", away); !errors.As(err, &e) || !strings.Contains(err.Error(), "too long") {
		t.Errorf("288 bytes: %v", err)
	}
	if _, err := w.Add(t.Context(), w.Names()[0], "laptop-of-last-summer", line(newKey(t))); err == nil || !strings.Contains(err.Error(), "shorter device") {
		t.Errorf("234 bytes and a device: %v", err)
	}
}
