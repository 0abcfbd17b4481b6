package keys

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"
)

func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		c := NewCode(ownerLen)
		if len(c) != ownerLen+ownerLen/group-1 || seen[c] {
			t.Fatalf("code %q", c)
		}
		seen[c] = true
	}
	want, err := HashCode("ABCD-0110")
	if err != nil {
		t.Fatal(err)
	}
	for _, same := range []string{"abcd0110", "abcd-olio", "ABCD 0IL0", " abcd-0110\r\n"} {
		if got, err := HashCode(same); err != nil || got != want {
			t.Errorf("%q is another code, %v", same, err)
		}
	}
	for _, other := range []string{"ABCD-0111", "ABCD-01100", ""} {
		if got, err := HashCode(other); err == nil && got == want {
			t.Errorf("%q is the same code", other)
		}
	}
	for _, none := range []string{"ABCU-0110", "ABCD_0110", "ABCÄ"} {
		if _, err := HashCode(none); !errors.Is(err, ErrCode) {
			t.Errorf("%q: %v", none, err)
		}
	}
}

// After ten wrong codes guessers wait, wherever they are; somebody who guessed nothing does not.
func TestGuessing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite).start()
	guess := func(from netip.Addr) error {
		_, err := w.Claim(t.Context(), "mallory", newKey(t), NewCode(ownerLen), from)
		return err
	}
	var wait *WaitError
	for i := range wrongBurst {
		// Each from its own address, two to a network.
		from := netip.MustParseAddr(fmt.Sprintf("198.51.%d.%d", i/2, i))
		if err := guess(from); !errors.Is(err, ErrCode) || errors.As(err, &wait) {
			t.Fatalf("guess %d: %v", i, err)
		}
	}
	guesser := netip.MustParseAddr("198.51.0.200")
	if err := guess(guesser); !errors.As(err, &wait) || !errors.Is(err, ErrCode) || wait.After <= 0 || wait.After > wrongEvery {
		t.Fatalf("the next guess: %v", err)
	}
	if _, err := w.Claim(t.Context(), "mallory", newKey(t), w.OwnerCode(), guesser); !errors.As(err, &wait) {
		t.Errorf("while it waits, the right code is told from a wrong one: %v", err)
	}
	if _, err := w.Claim(t.Context(), "alice", newKey(t), w.OwnerCode(), away); err != nil {
		t.Errorf("the operator, from elsewhere: %v", err)
	}
	w.now.move(wrongEvery)
	if err := guess(guesser); errors.As(err, &wait) || !errors.Is(err, ErrCode) {
		t.Errorf("after the wait: %v", err)
	}
}

func TestGuessersAreForgotten(t *testing.T) {
	a, now := newAttempts(), time.Now()
	for i := range 3 * wrongPlaces {
		a.failed(netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 1}), now.Add(time.Duration(i)*time.Millisecond))
	}
	if len(a.wrong) > wrongPlaces {
		t.Errorf("%d places are remembered", len(a.wrong))
	}
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"203.0.113.1", "203.0.113.255", true},
		{"203.0.113.1", "203.0.114.1", false},
		{"::ffff:203.0.113.1", "203.0.113.2", true},
		{"2001:db8:0:1::1", "2001:db8:0:1:ffff::1", true},
		{"2001:db8:0:1::1", "2001:db8:0:2::1", false},
		{"fe80::1%eth0", "fe80::2%eth1", true},
	} {
		if got := place(netip.MustParseAddr(c.a)) == place(netip.MustParseAddr(c.b)); got != c.same {
			t.Errorf("%s and %s are one place: %v", c.a, c.b, got)
		}
	}
}
