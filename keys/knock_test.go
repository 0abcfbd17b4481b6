package keys

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// owned makes a server that alice owns.
func owned(t testing.TB, r Registration) *world {
	t.Helper()
	w := newWorld(t, r)
	alice := newKey(t)
	w.put("alice.pub", line(alice))
	w.start()
	if id, err := w.Identify("alice", alice, local); err != nil || id.Role != Owner {
		t.Fatalf("alice is %+v, %v", id, err)
	}
	return w
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestKnockAndApprove(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	key := newKey(t)
	answer, err := w.Knock(t.Context(), "Bob", key, away)
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.Knock(t.Context(), "bob", key, away)
	if err != nil || again != answer {
		t.Errorf("the second knock is another one, %v", err)
	}
	all, err := w.Knocks(t.Context())
	if err != nil || len(all) != 1 || all[0].Name.String() != "bob" || all[0].Fingerprint != fp(key) || all[0].From != away {
		t.Fatalf("waiting: %+v, %v", all, err)
	}
	if closed(answer) {
		t.Fatal("it is answered already")
	}
	id, err := w.Approve(t.Context(), name(t, "alice"), name(t, "bob"))
	if err != nil || id.Name.String() != "bob" || id.Role != Member || id.Fingerprint != fp(key) {
		t.Fatalf("approved as %+v, %v", id, err)
	}
	if !closed(answer) || w.who(key) != "bob" {
		t.Errorf("answered %v, the key is %q's", closed(answer), w.who(key))
	}
	if all, err := w.Knocks(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("still waiting: %+v, %v", all, err)
	}
	if _, err := w.Approve(t.Context(), name(t, "alice"), name(t, "bob")); !errors.Is(err, ErrNoKnock) {
		t.Errorf("the second approval: %v", err)
	}
	data, err := os.ReadFile(filepath.Join(w.dir, "bob.pub"))
	if err != nil || !strings.Contains(string(data), "# let in by alice ") {
		t.Errorf("the file says %q, %v", data, err)
	}
	if c, err := w.Knock(t.Context(), "bob", key, away); err != nil || !closed(c) {
		t.Errorf("a knock of somebody who is in: %v", err)
	}
}

func TestDenied(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	key := newKey(t)
	answer, err := w.Knock(t.Context(), "bob", key, away)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Deny(t.Context(), name(t, "alice"), name(t, "bob")); err != nil {
		t.Fatal(err)
	}
	if !closed(answer) {
		t.Error("it is not answered")
	}
	if _, err := w.Identify("bob", key, away); !errors.Is(err, ErrStranger) {
		t.Errorf("identify says %v", err)
	}
	if _, err := w.Knock(t.Context(), "bob", key, away); !errors.Is(err, ErrDenied) {
		t.Errorf("the next knock: %v", err)
	}
	if err := w.Deny(t.Context(), name(t, "alice"), name(t, "bob")); !errors.Is(err, ErrNoKnock) {
		t.Errorf("the second denial: %v", err)
	}
	w.now.move(turnedFor)
	if _, err := w.Knock(t.Context(), "bob", key, away); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

func TestKnockOnAClosedServer(t *testing.T) {
	t.Parallel()
	w := owned(t, ByOperator)
	if _, err := w.Knock(t.Context(), "bob", newKey(t), away); !errors.Is(err, ErrClosed) {
		t.Errorf("knock says %v", err)
	}
}

// Who waits still waits after a restart, and whoever lets them in, by hand or by command, answers.
func TestKnockOutlivesARestart(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	b, c := newKey(t), newKey(t)
	for n, key := range map[string]string{"bob": line(b), "carol": line(c)} {
		k := b
		if key == line(c) {
			k = c
		}
		if _, err := w.Knock(t.Context(), n, k, away); err != nil {
			t.Fatal(err)
		}
	}
	w.start()
	answer, err := w.Knock(t.Context(), "bob", b, away)
	if err != nil {
		t.Fatal(err)
	}
	if all, err := w.Knocks(t.Context()); err != nil || len(all) != 2 {
		t.Errorf("waiting: %+v, %v", all, err)
	}
	w.put("robert.pub", line(b))
	w.until("the file answers", func() bool { return closed(answer) })
	if all, err := w.Knocks(t.Context()); err != nil || len(all) != 1 || all[0].Name.String() != "carol" {
		t.Errorf("waiting: %+v, %v", all, err)
	}
}

func TestKnockLimits(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	var e *NameError
	knock := func(n string, from netip.Addr) error {
		_, err := w.Knock(t.Context(), n, newKey(t), from)
		return err
	}
	if err := knock("bob", away); err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{"bob", "b0b"} {
		if err := knock(n, away); !errors.As(err, &e) || !strings.Contains(err.Error(), "bob") {
			t.Errorf("a second %s: %v", n, err)
		}
	}
	for i := range knocksPerPlace - 1 {
		if err := knock(nth(i), away.Next()); err != nil {
			t.Fatal(err)
		}
	}
	if err := knock("dave", away); err == nil || !strings.Contains(err.Error(), "your network") {
		t.Errorf("too many from one network: %v", err)
	}
	if err := knock("dave", netip.MustParseAddr("198.51.100.1")); err != nil {
		t.Errorf("from another network: %v", err)
	}
	for i := range knocksPerPlace + 1 {
		if err := knock(nth(100+i), local); err != nil {
			t.Errorf("from this machine: %v", err)
		}
	}
	w.now.move(knockAge)
	if all, err := w.Knocks(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("a week later %d wait, %v", len(all), err)
	}
	for i := range maxKnocks {
		from := netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 1})
		if err := knock(nth(200+i), from); err != nil {
			t.Fatal(err)
		}
	}
	if err := knock("erin", away); err == nil || !strings.Contains(err.Error(), "too many people") {
		t.Errorf("past the bound: %v", err)
	}
}

// A second knock under another name is the same one under the new name.
func TestKnockUnderAnotherName(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	key := newKey(t)
	first, err := w.Knock(t.Context(), "bob", key, away)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := w.Knock(t.Context(), "robert", key, away); err != nil || second != first {
		t.Errorf("another knock, %v", err)
	}
	if all, err := w.Knocks(t.Context()); err != nil || len(all) != 1 || all[0].Name.String() != "robert" {
		t.Errorf("waiting: %+v, %v", all, err)
	}
}

// An approval that failed on the way is made by the next one.
func TestApproveFailsOnTheWay(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"ClaimName", "Knocks", "NameOf"} {
		w := owned(t, ByInvite)
		key := newKey(t)
		if _, err := w.Knock(t.Context(), "bob", key, away); err != nil {
			t.Fatal(err)
		}
		w.ledger.failOn(op)
		if id, err := w.Approve(t.Context(), name(t, "alice"), name(t, "bob")); !errors.Is(err, ErrStore) {
			t.Errorf("%s fails: %+v, %v", op, id, err)
		}
		w.ledger.failOn("")
		if _, err := w.Approve(t.Context(), name(t, "alice"), name(t, "bob")); err != nil || w.who(key) != "bob" {
			t.Errorf("%s works again: the key is %q's, %v", op, w.who(key), err)
		}
	}
}

// Somebody took the name while the other waited.
func TestApproveOfATakenName(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	key := newKey(t)
	if _, err := w.Knock(t.Context(), "bob", key, away); err != nil {
		t.Fatal(err)
	}
	other := newKey(t)
	w.put("b0b.pub", line(other))
	w.until("the other is in", func() bool { return w.who(other) == "b0b" })
	var e *NameError
	if _, err := w.Approve(t.Context(), name(t, "alice"), name(t, "bob")); !errors.As(err, &e) {
		t.Errorf("approval: %v", err)
	}
}

func TestForgottenDenials(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	w.changeMu.Lock()
	for i := range maxTurned {
		w.turned[nth(i)] = w.now.now().Add(-time.Minute)
	}
	w.changeMu.Unlock()
	if _, err := w.Knock(t.Context(), "bob", newKey(t), away); err != nil {
		t.Fatal(err)
	}
	if err := w.Deny(t.Context(), name(t, "alice"), name(t, "bob")); err != nil {
		t.Fatal(err)
	}
	if len(w.turned) > maxTurned {
		t.Errorf("%d denials are remembered", len(w.turned))
	}
}
