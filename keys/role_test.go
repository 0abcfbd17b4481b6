package keys

import (
	"errors"
	"testing"

	"parley/text"
)

func TestRolesAreGivenByWhoGoverns(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	carol := newKey(t)
	for _, n := range []string{"bob", "dave"} {
		w.put(n+".pub", line(newKey(t)))
	}
	w.put("carol.pub", line(carol))
	w.start()
	for _, s := range []struct {
		by      Role
		who     string
		to      Role
		want    error
		changed bool
	}{
		{Member, "bob", Admin, ErrOutranked, false},
		{"", "bob", Member, ErrOutranked, false},
		{Admin, "bob", Admin, ErrOutranked, false},
		{Owner, "alice", Member, ErrLastOwner, false},
		{Operator, "alice", Admin, ErrLastOwner, false},
		{Owner, "bob", Admin, nil, true},
		{Admin, "bob", Member, ErrOutranked, false},
		{Admin, "alice", Member, ErrOutranked, false},
		{Admin, "dave", Member, nil, false},
		{Operator, "carol", Owner, nil, true},
		{Admin, "carol", Member, ErrOutranked, false},
		{Owner, "alice", Member, nil, true},
		{Owner, "carol", Admin, ErrLastOwner, false},
		{Operator, "nobody-here", Owner, ErrNoPerson, false},
	} {
		n, err := text.ReadName(s.who)
		if err != nil {
			t.Fatal(err)
		}
		before, err := w.SetRole(t.Context(), s.by, n, s.to)
		if !errors.Is(err, s.want) || err == nil && (before != s.to) != s.changed {
			t.Errorf("%s makes %s %s: before %q, %v; want %v", s.by, s.who, s.to, before, err, s.want)
		}
	}
	if id, err := w.Identify("x", carol, away); err != nil || id.Role != Owner {
		t.Errorf("carol is %+v, %v", id, err)
	}
	w.start()
	for who, want := range map[string]Role{"alice": Member, "bob": Admin, "carol": Owner, "dave": Member} {
		if id, ok := w.Lookup(name(t, who)); !ok || id.Role != want {
			t.Errorf("after a restart %s is %+v, want %s", who, id, want)
		}
	}
}

// An owner whose keys are gone is no owner to rely on.
func TestOwnerWithoutKeysDoesNotCount(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	w.put("bob.pub", line(newKey(t)))
	w.start()
	if _, err := w.SetRole(t.Context(), Owner, name(t, "bob"), Owner); err != nil {
		t.Fatal(err)
	}
	w.remove("bob.pub")
	w.until("bob has no key", func() bool { return len(w.Keys(name(t, "bob"))) == 0 })
	if _, err := w.SetRole(t.Context(), Owner, name(t, "alice"), Member); !errors.Is(err, ErrLastOwner) {
		t.Errorf("the only owner who can come in was demoted: %v", err)
	}
}

func TestStoreThatFailsChangesNoRole(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	w.put("bob.pub", line(newKey(t)))
	w.start()
	w.ledger.failOn("SetRole")
	if _, err := w.SetRole(t.Context(), Owner, name(t, "bob"), Admin); !errors.Is(err, ErrStore) {
		t.Errorf("the store fails: %v", err)
	}
	if id, _ := w.Lookup(name(t, "bob")); id.Role != Member {
		t.Errorf("bob is %s", id.Role)
	}
}

func TestOperatorIsNobodysName(t *testing.T) {
	t.Parallel()
	id := OperatorIdentity()
	if n, err := text.ReadName("operator"); err != nil || id.Name != n || id.Role != Operator {
		t.Errorf("the operator is %+v, %v", id, err)
	}
	if _, err := text.ParseName("operator"); err == nil {
		t.Error("somebody can be called operator")
	}
	if _, err := ParseRole("operator"); err == nil {
		t.Error("somebody can be made operator")
	}
}

func TestEnrol(t *testing.T) {
	t.Parallel()
	w := owned(t, ByOperator)
	if err := w.SetDefcon(t.Context(), StaffOnly); err != nil {
		t.Fatal(err)
	}
	op := text.OperatorName()
	first, second, back := newKey(t), newKey(t), newKey(t)
	k, err := w.Enrol(t.Context(), op, name(t, "bob"), "", line(first))
	if err != nil || k.File != "bob.pub" || k.Fingerprint != fp(first) {
		t.Fatalf("enrolled %+v, %v", k, err)
	}
	if k, err = w.Enrol(t.Context(), op, name(t, "bob"), "phone", line(second)); err != nil || k.File != "bob@phone.pub" {
		t.Errorf("the second key is %+v, %v", k, err)
	}
	if k, err = w.Enrol(t.Context(), op, name(t, "carol"), "desk", line(newKey(t))); err != nil || k.File != "carol@desk.pub" {
		t.Errorf("carol's key is %+v, %v", k, err)
	}
	// The owner's key is lost: the name comes back with another one, and is the owner still.
	w.remove("alice.pub")
	w.until("alice has no key", func() bool { return len(w.Keys(name(t, "alice"))) == 0 })
	if _, err = w.Enrol(t.Context(), op, name(t, "alice"), "", line(back)); err != nil {
		t.Fatal(err)
	}
	if id, err := w.Identify("x", back, away); err != nil || id.Name.String() != "alice" || id.Role != Owner {
		t.Errorf("alice is %+v, %v", id, err)
	}
	for _, c := range []struct{ who, key string }{
		{"al1ce", line(newKey(t))},
		{"dave", line(first)},
		{"bob", line(first)},
		{"dave", "no key"},
		{"dave", line(newKey(t)) + line(newKey(t))},
	} {
		n, err := text.ReadName(c.who)
		if err != nil {
			t.Fatal(err)
		}
		if k, err := w.Enrol(t.Context(), op, n, "", c.key); err == nil {
			t.Errorf("%s got %+v", c.who, k)
		}
	}
	if k, err := w.Enrol(t.Context(), op, op, "", line(newKey(t))); err == nil {
		t.Errorf("the operator has the key %+v", k)
	}
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	bob, carol := newKey(t), newKey(t)
	w.put("bob.pub", line(bob))
	w.put("carol.pub", line(carol))
	w.start()
	if _, err := w.SetRole(t.Context(), Owner, name(t, "carol"), Admin); err != nil {
		t.Fatal(err)
	}
	alice := w.Keys(name(t, "alice"))[0].Fingerprint
	for _, c := range []struct {
		by       Role
		who, key string
		want     error
	}{
		{Member, "bob", fp(bob), ErrOutranked},
		{Admin, "alice", alice, ErrOutranked},
		{Admin, "carol", fp(carol), ErrOutranked},
		{Operator, "alice", alice, ErrLastOwner},
		{Admin, "bob", fp(bob), nil},
		{Owner, "carol", fp(carol), nil},
		{Owner, "carol", fp(carol), ErrNoPerson},
	} {
		if got, err := w.Revoke(t.Context(), c.by, name(t, c.who), c.key); !errors.Is(err, c.want) || err == nil && got != c.key {
			t.Errorf("%s removes %s's key: %q, %v; want %v", c.by, c.who, got, err, c.want)
		}
	}
	w.until("bob and carol are told", func() bool { return w.revoked(fp(bob)) && w.revoked(fp(carol)) })
	if w.who(bob) != "" {
		t.Error("bob is let in")
	}
}
