package keys

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// The table of who may claim what: each row is one claim on a server with the given rules.
func TestClaim(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		rules    Registration
		people   bool // alice is here and owns the server
		file     bool // alice is here, and nobody owns the server
		code     string
		loopback bool
		role     Role // "" is refused
		err      error
	}{
		{name: "fresh, invite, loopback", rules: ByInvite, loopback: true, role: Owner},
		{name: "fresh, closed, loopback", rules: ByOperator, loopback: true, role: Owner},
		{name: "fresh, open, loopback", rules: OpenToAll, loopback: true, role: Owner},
		{name: "fresh, invite, away", rules: ByInvite, err: ErrStranger},
		{name: "fresh, closed, away", rules: ByOperator, err: ErrClosed},
		{name: "fresh, open, away", rules: OpenToAll, role: Member},
		{name: "fresh, away, owner's code", rules: ByInvite, code: "owner", role: Owner},
		{name: "fresh, closed, away, owner's code", rules: ByOperator, code: "owner", role: Owner},
		{name: "fresh, loopback, wrong code", rules: ByInvite, code: "wrong", loopback: true, err: ErrCode},
		{name: "files but no owner, loopback", rules: ByInvite, file: true, loopback: true, err: ErrStranger},
		{name: "files but no owner, owner's code", rules: ByInvite, file: true, code: "owner", role: Owner},
		{name: "owned, open", rules: OpenToAll, people: true, role: Member},
		{name: "owned, open, loopback", rules: OpenToAll, people: true, loopback: true, role: Member},
		{name: "owned, open, wrong code", rules: OpenToAll, people: true, code: "wrong", err: ErrCode},
		{name: "owned, invite", rules: ByInvite, people: true, err: ErrStranger},
		{name: "owned, invite, loopback", rules: ByInvite, people: true, loopback: true, err: ErrStranger},
		{name: "owned, invite, code", rules: ByInvite, people: true, code: "invite", role: Member},
		{name: "owned, invite, wrong code", rules: ByInvite, people: true, code: "wrong", err: ErrCode},
		{name: "owned, invite, something else", rules: ByInvite, people: true, code: "please!", err: ErrCode},
		{name: "owned, invite, far too long", rules: ByInvite, people: true, code: strings.Repeat("A", 5000), err: ErrCode},
		{name: "owned, owner's code", rules: ByInvite, people: true, code: "owner", err: ErrOwned},
		{name: "owned, closed", rules: ByOperator, people: true, err: ErrClosed},
		{name: "owned, closed, code", rules: ByOperator, people: true, code: "wrong", err: ErrClosed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.rules)
			alice := newKey(t)
			if c.people || c.file {
				w.put("alice.pub", line(alice))
			}
			w.start()
			code := c.code
			switch code {
			case "owner":
				code = w.code
			case "wrong":
				code = NewCode(inviteLen)
			case "invite":
				var err error
				if code, err = w.NewInvite(t.Context(), name(t, "alice"), time.Hour); err != nil {
					t.Fatal(err)
				}
			}
			if c.people {
				if id, err := w.Identify("alice", alice, local); err != nil || id.Role != Owner {
					t.Fatalf("alice is %+v, %v", id, err)
				}
			}
			from := away
			if c.loopback {
				from = local
			}
			key := newKey(t)
			id, err := w.Claim(t.Context(), "Bob", key, code, from)
			if c.role == "" {
				if !errors.Is(err, c.err) || w.who(key) != "" {
					t.Errorf("claim says %+v, %v, want %v", id, err, c.err)
				}
				if _, err := w.Available(t.Context(), "bob"); err != nil && !errors.Is(err, ErrClosed) {
					t.Errorf("a refused claim took the name: %v", err)
				}
				return
			}
			if err != nil || id.Role != c.role || id.Name.String() != "bob" || id.Fingerprint != fp(key) {
				t.Fatalf("claim says %+v, %v, want %s", id, err, c.role)
			}
			if got := w.who(key); got != "bob" {
				t.Errorf("the key is %q's right after", got)
			}
			w.start()
			if id, err := w.Identify("bob", key, away); err != nil || id.Role != c.role {
				t.Errorf("after a restart it is %+v, %v", id, err)
			}
			info, err := os.Stat(filepath.Join(w.dir, "bob.pub"))
			if err != nil || info.Mode().Perm() != 0o644 {
				t.Errorf("the file is %v, %v", info, err)
			}
			if left, _ := filepath.Glob(filepath.Join(w.dir, ".*")); len(left) > 0 {
				t.Errorf("left over: %q", left)
			}
		})
	}
}

// Names that cannot be had are refused in a sentence that says why and because of whom.
func TestNamesThatCannotBeHad(t *testing.T) {
	t.Parallel()
	w := newWorld(t, OpenToAll)
	w.put("alice.pub", line(newKey(t)))
	w.put("broken.pub", "later\n")
	w.start()
	for _, c := range []struct{ name, why string }{
		{"alice", "the name alice is taken"},
		{"Alice", `"Alice" is the same name as alice here, and that is taken`},
		{"al1ce", "al1ce could be mistaken for alice"},
		{"br0ken", "mistaken for broken"},
		{"broken", "is taken"}, // a bad file of an operator is still an operator's file
		{"guest-1", "guest"},
		{"", ""},
		{".alice", ""},
		{"../alice", ""},
		{"a/b", ""},
		{"a\x1b[31m", ""},
	} {
		var e *NameError
		key := newKey(t)
		if _, err := w.Claim(t.Context(), c.name, key, "", away); !errors.As(err, &e) || !strings.Contains(err.Error(), c.why) {
			t.Errorf("claim of %q: %v, want %q", c.name, err, c.why)
		}
		if _, err := w.Knock(t.Context(), c.name, key, away); !errors.As(err, &e) {
			t.Errorf("knock as %q: %v", c.name, err)
		}
		if _, err := w.Available(t.Context(), c.name); !errors.As(err, &e) {
			t.Errorf("available %q: %v", c.name, err)
		}
		if w.Acceptable(c.name, key, false) || !w.Acceptable(c.name, key, true) {
			t.Errorf("a stranger's offer as %q is not passed over at first and taken at last", c.name)
		}
	}
	if _, err := w.Available(t.Context(), "bob"); err != nil && !errors.Is(err, ErrClosed) {
		t.Errorf("bob: %v", err)
	}
	if !w.Acceptable("bob", newKey(t), false) {
		t.Error("a stranger's offer under a free name is passed over")
	}
}

// A letter of another script that looks like one of ours does not make another alice.
func TestCyrillicAlice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, OpenToAll)
	w.put("alice.pub", line(newKey(t)))
	w.put("аlice.pub", line(newKey(t)))
	w.start()
	var e *NameError
	if _, err := w.Claim(t.Context(), "аlice", newKey(t), "", away); !errors.As(err, &e) {
		t.Errorf("claim: %v", err)
	}
	if !w.complains("аlice.pub") {
		t.Errorf("problems %q", w.Problems())
	}
}

func TestWeakKeysAreNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, OpenToAll).start()
	for _, key := range []ssh.PublicKey{rsaKey(t, 1024), dsaKey(t)} {
		if w.Acceptable("bob", key, true) {
			t.Errorf("%s may go on", key.Type())
		}
		if _, err := w.Identify("bob", key, away); err == nil || errors.Is(err, ErrStranger) {
			t.Errorf("identify says %v", err)
		}
		if _, err := w.Claim(t.Context(), "bob", key, "", away); err == nil {
			t.Errorf("%s claims", key.Type())
		}
	}
	cert := certificate(t, newSigner(t), newKey(t), nil)
	if _, err := w.Claim(t.Context(), "alice", cert, "", away); err == nil {
		t.Error("a stranger's certificate claims")
	}
}

func TestAcceptableOnAClosedServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByOperator)
	alice := newKey(t)
	w.put("alice.pub", line(alice))
	w.start()
	stranger := newKey(t)
	if !w.Acceptable("bob", stranger, false) {
		t.Error("without an owner, whoever has the code cannot come in")
	}
	if _, err := w.Identify("alice", alice, local); err != nil {
		t.Fatal(err)
	}
	if w.Acceptable("bob", stranger, false) || !w.Acceptable("bob", stranger, true) {
		t.Error("a stranger's key is not passed over at first and taken at last")
	}
	if !w.Acceptable("whoever", alice, false) {
		t.Error("a known key is passed over")
	}
}

// Only a key at the same machine, or the code, makes the first owner; then never again.
func TestFirstOwner(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	a, b := newKey(t), newKey(t)
	w.put("alice.pub", line(a))
	w.put("bob.pub", line(b))
	w.start()
	if w.Fresh() || w.OwnerCode() == "" {
		t.Errorf("fresh %v, code %q", w.Fresh(), w.OwnerCode())
	}
	if id, err := w.Identify("alice", a, away); err != nil || id.Role != Member {
		t.Errorf("from elsewhere alice is %+v, %v", id, err)
	}
	if _, err := w.Identify("x", newKey(t), local); !errors.Is(err, ErrStranger) {
		t.Errorf("a stranger gets %v", err)
	}
	if id, err := w.Identify("bob", b, local); err != nil || id.Role != Owner {
		t.Errorf("bob, first from this machine, is %+v, %v", id, err)
	}
	if id, err := w.Identify("alice", a, local); err != nil || id.Role != Member {
		t.Errorf("alice, second, is %+v, %v", id, err)
	}
	if got, ok := w.Lookup(name(t, "bob")); !ok || got.Role != Owner || w.OwnerCode() != "" {
		t.Errorf("bob is %+v, code %q", got, w.OwnerCode())
	}
	w.start()
	if id, err := w.Identify("alice", a, local); err != nil || id.Role != Member {
		t.Errorf("alice, after a restart, is %+v, %v", id, err)
	}
}

func TestFirstOwnerWhenTheLedgerFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	a := newKey(t)
	w.put("alice.pub", line(a))
	w.start()
	w.ledger.failOn("SetRole")
	if id, err := w.Identify("alice", a, local); err != nil || id.Role != Member {
		t.Errorf("alice is %+v, %v", id, err)
	}
	w.ledger.failOn("")
	if id, err := w.Identify("alice", a, local); err != nil || id.Role != Owner {
		t.Errorf("alice is %+v, %v", id, err)
	}
}

// However many arrive at once on a fresh server, one becomes its owner: by claim, by code, and by known key.
func TestFirstOwnerRace(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"claim", "code", "known", "mixed"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, OpenToAll)
			const n = 24
			var keys [n]ssh.PublicKey
			for i := range keys {
				keys[i] = newKey(t)
				if how == "known" || how == "mixed" && i%2 == 0 {
					w.put(nth(i)+".pub", line(keys[i]))
				}
			}
			w.start()
			var busy sync.WaitGroup
			for i, key := range keys {
				busy.Go(func() {
					who := nth(i)
					if _, err := w.Identify(who, key, local); err == nil {
						return
					}
					c := ""
					if how != "claim" {
						c = w.code
					}
					_, err := w.Claim(t.Context(), who, key, c, local)
					if err != nil && !errors.Is(err, ErrOwned) {
						t.Error(err)
					}
				})
			}
			busy.Wait()
			if got := w.ledger.owners(); got != 1 {
				t.Errorf("%d owners", got)
			}
		})
	}
}

// Of two keys that want one name, or names that look alike, at the same instant one gets it.
func TestNameRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, OpenToAll).start()
	var busy sync.WaitGroup
	var mu sync.Mutex
	won := map[string]int{}
	for i := range 40 {
		n := []string{"alice", "Alice", "al1ce"}[i%3]
		key := newKey(t)
		busy.Go(func() {
			id, err := w.Claim(t.Context(), n, key, "", away)
			var e *NameError
			switch {
			case err == nil:
				mu.Lock()
				won[id.Name.String()]++
				mu.Unlock()
			case !errors.As(err, &e):
				t.Error(err)
			}
		})
	}
	busy.Wait()
	if len(won) != 1 || len(w.Names()) != 1 {
		t.Errorf("%v won, names %v", won, w.Names())
	}
}

// The same claim again is the same identity; under another name it is refused.
func TestClaimAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, OpenToAll).start()
	key := newKey(t)
	for range 2 {
		if id, err := w.Claim(t.Context(), "alice", key, "", away); err != nil || id.Name.String() != "alice" {
			t.Fatalf("%+v, %v", id, err)
		}
	}
	if _, err := w.Claim(t.Context(), "bob", key, "", away); err == nil || !strings.Contains(err.Error(), "alice's already") {
		t.Errorf("the second name: %v", err)
	}
}

// A key that an operator took away does not come back by itself, not even to the name that it had.
func TestRemovedKeyDoesNotComeBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, OpenToAll).start()
	key := newKey(t)
	if _, err := w.Claim(t.Context(), "alice", key, "", local); err != nil {
		t.Fatal(err)
	}
	w.remove("alice.pub")
	w.until("the key is revoked", func() bool { return w.revoked(fp(key)) })
	var e *NameError
	if id, err := w.Claim(t.Context(), "alice", key, "", local); !errors.As(err, &e) {
		t.Errorf("it is %+v, %v", id, err)
	}
}

// Whatever fails on the way, the same key gets through when it tries again, with what it had to give only once, and nobody else
// gets what it began to take.
func TestClaimFailsOnTheWay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		break_, fix func(w *world)
		restart     bool // the server is started again before the second try
		done        bool // the restart has finished the claim
		codeAgain   bool // nothing was used up yet
	}{
		{name: "name not recorded", break_: fail("ClaimName"), fix: fail("")},
		{name: "answer of the ledger lost", break_: func(w *world) { w.ledger.loseAnswers("ClaimName") }, fix: func(w *world) { w.ledger.loseAnswers("") }},
		{name: "answer of the ledger lost, restart", break_: func(w *world) { w.ledger.loseAnswers("ClaimName") },
			fix: func(w *world) { w.ledger.loseAnswers("") }, restart: true, done: true},
		{name: "name not looked up", break_: fail("NameOf"), fix: fail(""), codeAgain: true},
		{name: "invite not used up", break_: fail("TakeInvite"), fix: fail(""), codeAgain: true},
		{name: "file not written", break_: func(w *world) { w.check(os.Rename(w.dir, w.dir+".gone")) },
			fix: func(w *world) { w.check(os.Rename(w.dir+".gone", w.dir)) }},
		{name: "file not put in place", break_: blockFile, fix: unblockFile},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, ByInvite)
			alice := newKey(t)
			w.put("alice.pub", line(alice))
			w.start()
			code, err := w.NewInvite(t.Context(), name(t, "alice"), time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			key := newKey(t)
			c.break_(w)
			if id, err := w.Claim(t.Context(), "bob", key, code, away); err == nil {
				t.Fatalf("it worked: %+v", id)
			}
			c.fix(w)
			if c.restart {
				w.start()
			}
			if c.done {
				if w.who(key) != "bob" {
					t.Errorf("the key is %q's after the restart", w.who(key))
				}
				return
			}
			if _, err := w.Claim(t.Context(), "bob", newKey(t), code, away); err == nil && !c.codeAgain {
				t.Error("another key got it")
			}
			if c.codeAgain {
				return // the other key was as good: nothing was taken yet
			}
			again := ""
			id, err := w.Claim(t.Context(), "bob", key, again, away)
			if err != nil || id.Name.String() != "bob" {
				t.Errorf("the second try: %+v, %v", id, err)
			}
		})
	}
}

func fail(op string) func(*world) { return func(w *world) { w.ledger.failOn(op) } }

// blockFile lets a claim fail between the ledger and the folder, as a full disk does: its prepared file is gone when it is to be named.
func blockFile(w *world) {
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	w.ledger.after = func(op string) error {
		if op == "ClaimName" {
			return os.Remove(filepath.Join(w.dir, unfinished("bob.pub")))
		}
		return nil
	}
}

func unblockFile(w *world) { w.ledger.loseAnswers("") }

// An interrupted claim that the ledger did not decide leaves nothing behind.
func TestUndecidedClaimIsDropped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, OpenToAll)
	key := newKey(t)
	w.put(unfinished("bob.pub"), line(key))
	w.start()
	if w.who(key) != "" {
		t.Error("it was let in")
	}
	if left, _ := filepath.Glob(filepath.Join(w.dir, ".*")); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
	if _, err := w.Claim(t.Context(), "bob", newKey(t), "", away); err != nil {
		t.Errorf("the name is not free: %v", err)
	}
}

// The first owner's claim breaks off, somebody else becomes the owner: then the first try gives no right any more.
func TestBrokenOffOwner(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite).start()
	a, b := newKey(t), newKey(t)
	w.ledger.failOn("ClaimName")
	if _, err := w.Claim(t.Context(), "alice", a, "", local); !errors.Is(err, ErrStore) {
		t.Fatalf("claim says %v", err)
	}
	w.ledger.failOn("")
	if id, err := w.Claim(t.Context(), "bob", b, "", local); err != nil || id.Role != Owner {
		t.Fatalf("bob is %+v, %v", id, err)
	}
	if id, err := w.Claim(t.Context(), "alice", a, "", local); !errors.Is(err, ErrStranger) {
		t.Errorf("alice is %+v, %v", id, err)
	}
	if n := w.ledger.owners(); n != 1 {
		t.Errorf("%d owners", n)
	}
}

// A server whose owners have no key left shows a code again, and keeps what they had.
func TestLastOwnersKeyRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite).start()
	a := newKey(t)
	if _, err := w.Claim(t.Context(), "alice", a, "", local); err != nil {
		t.Fatal(err)
	}
	if w.OwnerCode() != "" {
		t.Fatal("there is a code although there is an owner")
	}
	w.remove("alice.pub")
	w.until("there is a code again", func() bool { return w.OwnerCode() != "" })
	b := newKey(t)
	if id, err := w.Claim(t.Context(), "bob", b, "", local); !errors.Is(err, ErrStranger) {
		t.Errorf("the next key over loopback is %+v, %v", id, err)
	}
	w.put("carol.pub", line(newKey(t)))
	if id, err := w.Claim(t.Context(), "bob", b, w.OwnerCode(), away); err != nil || id.Role != Owner {
		t.Errorf("with the code it is %+v, %v", id, err)
	}
	if w.OwnerCode() != "" {
		t.Error("there is a code although there is an owner")
	}
	w.put("alice.pub", line(a))
	w.until("alice is back", func() bool { return w.who(a) == "alice" })
	if id, _ := w.Lookup(name(t, "alice")); id.Role != Owner {
		t.Errorf("alice is %+v", id)
	}
}

func TestInviteIsUsedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	w.put("alice.pub", line(newKey(t)))
	w.start()
	code, err := w.NewInvite(t.Context(), name(t, "alice"), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	var busy sync.WaitGroup
	var mu sync.Mutex
	in := 0
	for i := range 50 {
		key := newKey(t)
		busy.Go(func() {
			_, err := w.Claim(t.Context(), nth(i), key, code, away)
			if err == nil {
				mu.Lock()
				in++
				mu.Unlock()
			} else if !errors.Is(err, ErrCode) {
				t.Error(err)
			}
		})
	}
	busy.Wait()
	if in != 1 || len(w.Names()) != 2 {
		t.Errorf("%d came in, names %v", in, w.Names())
	}
	data, err := os.ReadFile(filepath.Join(w.dir, w.Names()[1].String()+".pub"))
	if err != nil || !strings.Contains(string(data), "# let in by alice ") {
		t.Errorf("the file says %q, %v", data, err)
	}
}

func TestInvites(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	w.put("alice.pub", line(newKey(t)))
	w.start()
	alice := name(t, "alice")
	for _, d := range []time.Duration{0, -time.Hour, time.Second, 1000 * 24 * time.Hour} {
		if _, err := w.NewInvite(t.Context(), alice, d); err == nil {
			t.Errorf("an invite for %v", d)
		}
	}
	code, err := w.NewInvite(t.Context(), alice, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(code, "ILOU") || len(code) != 24 {
		t.Errorf("the code is %q", code)
	}
	w.now.move(2 * time.Hour)
	if _, err := w.Claim(t.Context(), "bob", newKey(t), code, away); !errors.Is(err, ErrCode) {
		t.Errorf("an expired invite: %v", err)
	}
	if code, err = w.NewInvite(t.Context(), alice, time.Hour); err != nil {
		t.Fatal(err)
	}
	sloppy := " " + strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(code, "-", " "), "0", "o"), "1", "l"))
	if _, err := w.Claim(t.Context(), "alice", newKey(t), code, away); err == nil {
		t.Error("a taken name was given")
	}
	if _, err := w.Claim(t.Context(), "bob", newKey(t), sloppy, away); err != nil {
		t.Errorf("a code that a taken name did not use up, typed as %q: %v", sloppy, err)
	}
	w.opts.Registration = ByOperator
	if err := w.Reload(w.opts); err != nil {
		t.Fatal(err)
	}
	if _, err := w.NewInvite(t.Context(), alice, time.Hour); !errors.Is(err, ErrClosed) {
		t.Errorf("a closed server invites: %v", err)
	}
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	for h := range w.ledger.invites {
		if strings.Contains(string(h[:]), strings.ReplaceAll(code, "-", "")) {
			t.Error("the ledger has the code itself")
		}
	}
}

func TestClaimEndsWithItsContext(t *testing.T) {
	t.Parallel()
	w := newWorld(t, OpenToAll).start()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w.ledger.mu.Lock()
	w.ledger.fail = func(string) error { return ctx.Err() }
	w.ledger.mu.Unlock()
	if _, err := w.Claim(ctx, "bob", newKey(t), "", away); !errors.Is(err, ErrStore) {
		t.Errorf("claim says %v", err)
	}
}

// Another machine gave the name away a moment ago: that is found before a code is used up.
func TestNameTakenOnAnotherMachine(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	code, err := w.NewInvite(t.Context(), name(t, "alice"), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	w.check(w.ledger.ClaimName(t.Context(), NameClaim{Name: name(t, "carol"), Role: Member, Fingerprint: fp(newKey(t)), Time: time.Now()}))
	key := newKey(t)
	var e *NameError
	if _, err := w.Claim(t.Context(), "car0l", key, code, away); !errors.As(err, &e) || !strings.Contains(err.Error(), "carol") {
		t.Errorf("claim says %v", err)
	}
	w.put("car0l.pub", line(newKey(t)))
	w.until("a file of that name is refused", func() bool { return w.complains("car0l.pub", "looks like carol") })
	if _, err := w.Claim(t.Context(), "dave", newKey(t), code, away); err != nil {
		t.Errorf("the code is used up: %v", err)
	}
}
