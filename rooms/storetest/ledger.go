package storetest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"

	"parley/keys"
	"parley/text"
)

func claim(tb testing.TB, who, fingerprint string) keys.NameClaim {
	tb.Helper()
	return keys.NameClaim{Name: name(tb, who), Role: keys.Member, Fingerprint: fingerprint, Time: at(1)}
}

func invite(tb testing.TB, n int) keys.InviteRecord {
	tb.Helper()
	return keys.InviteRecord{Hash: sha256.Sum256(fmt.Append(nil, n)), By: name(tb, "alice"), Made: at(1), Expires: at(100)}
}

func knock(tb testing.TB, n int) keys.Knock {
	tb.Helper()
	return keys.Knock{
		Name: name(tb, fmt.Sprintf("stranger%d", n)), Fingerprint: fmt.Sprintf("SHA256:%d", n),
		Key: fmt.Sprintf("ssh-ed25519 AAAA%d", n), From: netip.MustParseAddr("192.0.2.7"), Time: at(n),
	}
}

// wantTaken wants a *keys.NameError that names who has it.
func wantTaken(t *testing.T, err error, by string) {
	t.Helper()
	var taken *keys.NameError
	if !errors.As(err, &taken) || taken.Name != by || taken.Reason == "" {
		t.Errorf("the claim got %v, want a *keys.NameError that names %s", err, by)
	}
}

func claims(t *testing.T, h Harness) {
	s := h.Open(t)
	ctx := t.Context()
	first := claim(t, "alice", "SHA256:a")
	if err := s.ClaimName(ctx, first); err != nil {
		t.Fatal(err)
	}
	again := first
	again.Role, again.Time = keys.Owner, at(9)
	if err := s.ClaimName(ctx, again); err != nil {
		t.Errorf("the same key claims its name again: %v", err)
	}
	wantTaken(t, s.ClaimName(ctx, claim(t, "alice", "SHA256:b")), "alice")
	forced := claim(t, "alice", "SHA256:b")
	forced.Force = true
	if err := s.ClaimName(ctx, forced); err != nil {
		t.Errorf("an operator's file: %v", err)
	}
	if err := s.SetRole(ctx, name(t, "alice"), keys.Owner); err != nil {
		t.Fatal(err)
	}
	if err := s.SetRole(ctx, name(t, "nobody"), keys.Owner); err == nil {
		t.Error("somebody unknown was given a role")
	}
	if err := s.ClaimName(ctx, claim(t, "zed", "SHA256:z")); err != nil {
		t.Fatal(err)
	}
	if err := s.ClaimName(ctx, claim(t, "bob", "SHA256:z")); err != nil {
		t.Errorf("a key claims a second name: %v", err)
	}
	s = h.Reopen(t, s)
	first.Role = keys.Owner
	want := []keys.NameClaim{first, claim(t, "bob", "SHA256:z"), claim(t, "zed", "SHA256:z")}
	if got, err := s.Claims(ctx); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("the claims are %+v (%v), want %+v", got, err, want)
	}
	// Many keys want one name at once: one gets it.
	var won atomic.Int32
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if err := s.ClaimName(ctx, claim(t, "carol", fmt.Sprint("SHA256:", i))); err == nil {
				won.Add(1)
			} else {
				wantTaken(t, err, "carol")
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d keys got one name", won.Load())
	}
}

func confusables(t *testing.T, h Harness) {
	s := h.Open(t)
	ctx := t.Context()
	alice, lookalike := name(t, "alice"), name(t, "al1ce")
	if alice.Skeleton() != lookalike.Skeleton() {
		t.Fatalf("the skeletons of %s and %s differ: the test needs two names that look alike", alice, lookalike)
	}
	if err := s.ClaimName(ctx, claim(t, "alice", "SHA256:a")); err != nil {
		t.Fatal(err)
	}
	wantTaken(t, s.ClaimName(ctx, claim(t, "al1ce", "SHA256:b")), "alice")
	wantTaken(t, s.ClaimName(ctx, claim(t, "al1ce", "SHA256:a")), "alice")
	got, ok, err := s.NameOf(ctx, lookalike.Skeleton())
	if err != nil || !ok || got.Name != alice || got.Fingerprint != "SHA256:a" || !got.Time.Equal(at(1)) {
		t.Errorf("the skeleton belongs to %+v (%v, %v), want alice", got, ok, err)
	}
	if got, ok, err := s.NameOf(ctx, name(t, "bob").Skeleton()); err != nil || ok {
		t.Errorf("a skeleton that nobody has belongs to %+v (%v)", got, err)
	}
	forced := claim(t, "al1ce", "SHA256:b")
	forced.Force = true
	wantTaken(t, s.ClaimName(ctx, forced), "alice")
	if list, err := s.Claims(ctx); err != nil || len(list) != 1 {
		t.Errorf("the claims are %+v (%v), want one", list, err)
	}
}

func invites(t *testing.T, h Harness) {
	s := h.Open(t)
	ctx := t.Context()
	for i := range 3 {
		if err := s.PutInvite(ctx, invite(t, i)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.TakeInvite(ctx, invite(t, 99).Hash, "SHA256:x", at(2)); !errors.Is(err, keys.ErrCode) {
		t.Errorf("a code that was never made: %v, want ErrCode", err)
	}
	if _, err := s.TakeInvite(ctx, invite(t, 0).Hash, "SHA256:x", at(100)); !errors.Is(err, keys.ErrCode) {
		t.Errorf("a code at its expiry: %v, want ErrCode", err)
	}
	var mu sync.Mutex
	var takers []string
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			who := fmt.Sprint("SHA256:", i)
			got, err := s.TakeInvite(ctx, invite(t, 1).Hash, who, at(99))
			if err == nil {
				mu.Lock()
				takers = append(takers, who)
				mu.Unlock()
				if want := invite(t, 1); got.By != want.By || got.UsedBy != who || !got.Made.Equal(want.Made) || !got.Expires.Equal(want.Expires) || got.Hash != want.Hash {
					t.Errorf("the invite is %+v", got)
				}
			} else if !errors.Is(err, keys.ErrCode) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(takers) != 1 {
		t.Errorf("one code was used by %v", takers)
	}
	s = h.Reopen(t, s)
	if _, err := s.TakeInvite(ctx, invite(t, 1).Hash, "SHA256:late", at(2)); !errors.Is(err, keys.ErrCode) {
		t.Errorf("a used code after a restart: %v, want ErrCode", err)
	}
	if _, err := s.TakeInvite(ctx, invite(t, 2).Hash, "", at(2)); err == nil {
		t.Error("a code was used by nobody")
	}
	if _, err := s.TakeInvite(ctx, invite(t, 2).Hash, "SHA256:y", at(2)); err != nil {
		t.Errorf("an unused code: %v", err)
	}
}

func knocks(t *testing.T, h Harness) {
	s := h.Open(t)
	ctx := t.Context()
	const most = 500
	for i := most - 1; i >= 0; i-- {
		if err := s.PutKnock(ctx, knock(t, i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.PutKnock(ctx, knock(t, most)); err == nil {
		t.Errorf("knock %d was taken", most+1)
	}
	renamed := knock(t, 3)
	renamed.Name, renamed.Time = name(t, "renamed"), at(9999)
	if err := s.PutKnock(ctx, renamed); err != nil {
		t.Errorf("somebody who waits knocks again: %v", err)
	}
	s = h.Reopen(t, s)
	list, err := s.Knocks(ctx)
	if err != nil || len(list) != most {
		t.Fatalf("%d wait (%v), want %d", len(list), err, most)
	}
	renamed.Time = at(3)
	for i, k := range list {
		want := knock(t, i)
		if i == 3 {
			want = renamed
		}
		if !reflect.DeepEqual(k, want) {
			t.Fatalf("knock %d is %+v, want %+v", i, k, want)
		}
	}
	for range 2 {
		if err := s.DeleteKnock(ctx, knock(t, 3).Fingerprint); err != nil {
			t.Fatal(err)
		}
	}
	nowhere := knock(t, most)
	nowhere.From, nowhere.Name = netip.Addr{}, text.Name{}
	if err := s.PutKnock(ctx, nowhere); err != nil {
		t.Errorf("there is room for one again: %v", err)
	}
	if list, err = s.Knocks(ctx); err != nil || !reflect.DeepEqual(list[most-1], nowhere) {
		t.Errorf("the last knock is %+v (%v), want %+v", list[len(list)-1], err, nowhere)
	}
}
