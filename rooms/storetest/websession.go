package storetest

import (
	"crypto/sha256"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// webSession is a browser session that was made at second m and ends an hour later.
func webSession(tb testing.TB, who, token string, m int) rooms.WebSession {
	tb.Helper()
	return rooms.WebSession{
		Hash: sha256.Sum256([]byte(token)), Name: name(tb, who), Key: "SHA256:" + who, Client: text.NewLine("Firefox 145 on Linux", 80),
		Addr: netip.MustParseAddr("2001:db8::7"), Made: at(m), Seen: at(m), Expires: at(m).Add(time.Hour),
	}
}

func webSessions(t *testing.T, h Harness) {
	s := h.Open(t)
	ctx := t.Context()
	add := func(w rooms.WebSession) rooms.WebSession {
		t.Helper()
		id, err := s.AddWebSession(ctx, w)
		if err != nil {
			t.Fatal(err)
		}
		w.ID = id
		return w
	}
	list := func(who text.Name, want ...rooms.WebSession) {
		t.Helper()
		got, err := s.WebSessions(ctx, who)
		if err != nil || len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("the sessions of %q are %+v (%v), want %+v", who.String(), got, err, want)
		}
	}
	alice, bob := name(t, "alice"), name(t, "bob")
	one := add(webSession(t, "alice", "one", 1))
	two := webSession(t, "alice", "two", 2)
	two.Proof, two.Addr = `{"serial":7}`, netip.Addr{}
	two = add(two)
	other := add(webSession(t, "bob", "other", 3))
	list(alice, one, two)
	list(bob, other)
	list(text.Name{}, one, two, other)
	if got, err := s.WebSession(ctx, two.Hash); err != nil || !reflect.DeepEqual(got, two) {
		t.Errorf("found by its hash is %+v (%v)", got, err)
	}
	if _, err := s.WebSession(ctx, sha256.Sum256([]byte("none"))); err != rooms.ErrNoWebSession {
		t.Errorf("a hash of none: %v", err)
	}
	if _, err := s.AddWebSession(ctx, webSession(t, "bob", "one", 4)); err == nil {
		t.Error("two sessions have one token")
	}

	two.Addr, two.Seen, two.Expires = netip.MustParseAddr("192.0.2.7"), at(30), at(5000)
	if err := s.SeeWebSession(ctx, two); err != nil {
		t.Fatal(err)
	}
	list(alice, one, two)
	if err := s.DropWebSession(ctx, other.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.DropWebSession(ctx, other.ID); err != rooms.ErrNoWebSession {
		t.Errorf("a session that was dropped: %v", err)
	}
	if err := s.SeeWebSession(ctx, other); err != nil {
		t.Errorf("seeing one that has ended: %v", err)
	}
	list(bob)

	late := add(webSession(t, "bob", "late", 4000)) // when the first one's time is over
	list(text.Name{}, two, late)
	if late.ID <= other.ID {
		t.Errorf("the ID %d was given out twice", late.ID)
	}
}
