package keys

import (
	"errors"
	"testing"
	"time"

	"parley/text"
)

// TestDefcon is what each level forbids, and to whom.
func TestDefcon(t *testing.T) {
	t.Parallel()
	w := owned(t, OpenToAll)
	old, fresh, admin := newKey(t), newKey(t), newKey(t)
	w.put("old.pub", line(old))
	w.put("helper.pub", line(admin))
	w.start()
	if _, err := w.SetRole(t.Context(), Owner, name(t, "helper"), Admin); err != nil {
		t.Fatal(err)
	}
	w.now.move(newFor)
	w.put("fresh.pub", line(fresh))
	w.start()
	guest := text.GuestName(1)
	type answer struct {
		slowly bool
		err    error
	}
	free, slow := answer{}, answer{slowly: true}
	silent, staff := answer{err: ErrNewSilent}, answer{err: ErrStaffPosts}
	for _, c := range []struct {
		level                                 Defcon
		old, fresh, guest                     answer
		claim, code, knock, enterFresh, visit error
	}{
		{5, free, free, free, nil, ErrCode, nil, nil, nil},
		{4, free, slow, slow, nil, ErrCode, nil, nil, nil},
		{3, free, slow, slow, ErrNoNewcomers, ErrNoNewcomers, ErrNoNewcomers, nil, ErrNoNewcomers},
		{2, free, silent, silent, ErrNoNewcomers, ErrNoNewcomers, ErrNoNewcomers, nil, ErrNoNewcomers},
		{1, staff, staff, staff, ErrNoNewcomers, ErrNoNewcomers, ErrNoNewcomers, ErrStaffOnly, ErrStaffOnly},
	} {
		if err := w.SetDefcon(t.Context(), c.level); err != nil {
			t.Fatal(err)
		}
		w.start() // the level outlives a restart
		for _, who := range []struct {
			name  text.Name
			guest bool
			want  answer
		}{
			{name(t, "old"), false, c.old}, {name(t, "fresh"), false, c.fresh}, {guest, true, c.guest},
			{name(t, "alice"), false, free}, {name(t, "helper"), false, free}, {text.OperatorName(), false, free},
		} {
			if slowly, err := w.MayWrite(who.name, who.guest); slowly != who.want.slowly || err != who.want.err {
				t.Errorf("level %d: %s may write: slowly %v, %v; want %+v", c.level, who.name, slowly, err, who.want)
			}
		}
		if _, err := w.Claim(t.Context(), nth(int(c.level)), newKey(t), "", away); !errors.Is(err, c.claim) {
			t.Errorf("level %d: a claim: %v", c.level, err)
		}
		if _, err := w.Claim(t.Context(), nth(10+int(c.level)), newKey(t), "WRONG-CODE", away); !errors.Is(err, c.code) {
			t.Errorf("level %d: a claim with a code: %v", c.level, err)
		}
		if _, err := w.Knock(t.Context(), nth(20+int(c.level)), newKey(t), away); !errors.Is(err, c.knock) {
			t.Errorf("level %d: a knock: %v", c.level, err)
		}
		if _, err := w.Identify("x", fresh, away); !errors.Is(err, c.enterFresh) {
			t.Errorf("level %d: a member's login: %v", c.level, err)
		}
		if err := w.MayVisit(); err != c.visit {
			t.Errorf("level %d: a guest: %v", c.level, err)
		}
		if id, err := w.Identify("x", admin, away); err != nil || id.Role != Admin {
			t.Errorf("level %d: an admin's login: %+v, %v", c.level, id, err)
		}
	}
	w.now.move(newFor - time.Second)
	if err := w.SetDefcon(t.Context(), NewAreSilent); err != nil {
		t.Fatal(err)
	}
	if _, err := w.MayWrite(name(t, "fresh"), false); err != ErrNewSilent {
		t.Errorf("a second short of a day: %v", err)
	}
	w.now.move(time.Second)
	if _, err := w.MayWrite(name(t, "fresh"), false); err != nil {
		t.Errorf("after a day: %v", err)
	}
}

func TestStaffApprovesAtEachLevel(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	key := newKey(t)
	if _, err := w.Knock(t.Context(), "bob", key, away); err != nil {
		t.Fatal(err)
	}
	if err := w.SetDefcon(t.Context(), StaffOnly); err != nil {
		t.Fatal(err)
	}
	if id, err := w.Approve(t.Context(), name(t, "alice"), name(t, "bob")); err != nil || id.Name.String() != "bob" {
		t.Errorf("approved %+v, %v", id, err)
	}
}

// Whatever the level, a server without an owner can be given one.
func TestFirstOwnerComesInAtLevelOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite).start()
	if err := w.SetDefcon(t.Context(), StaffOnly); err != nil {
		t.Fatal(err)
	}
	code := w.OwnerCode()
	if id, err := w.Claim(t.Context(), "alice", newKey(t), code, away); err != nil || id.Role != Owner {
		t.Errorf("the owner's code gives %+v, %v", id, err)
	}
	w = newWorld(t, ByInvite).start()
	if err := w.SetDefcon(t.Context(), StaffOnly); err != nil {
		t.Fatal(err)
	}
	if id, err := w.Claim(t.Context(), "alice", newKey(t), "", local); err != nil || id.Role != Owner {
		t.Errorf("the first key over loopback is %+v, %v", id, err)
	}
}

func TestDefconThatCannotBeKeptIsNotInForce(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	w.ledger.failOn("SetFact")
	if err := w.SetDefcon(t.Context(), 1); !errors.Is(err, ErrStore) || w.Defcon() != Calm {
		t.Errorf("the level is %d, %v", w.Defcon(), err)
	}
	for _, bad := range []string{"", "0", "6", "-1", "five", "\x1b[2J"} {
		if d, err := ParseDefcon(bad); err == nil {
			t.Errorf("%q is the level %d", bad, d)
		}
	}
}
