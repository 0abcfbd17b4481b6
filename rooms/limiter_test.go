package rooms

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"parley/text"
)

// limited is a limiter with a clock that stands still until it is moved.
func limited(l Limits) (*limiter, *time.Time) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	lim := &limiter{clock: func() time.Time { return now }}
	lim.set(l)
	return lim, &now
}

func who(t *testing.T, name, addr string) Actor {
	t.Helper()
	n, err := text.ReadName(name)
	if err != nil {
		t.Fatal(err)
	}
	a := Actor{Name: n}
	if addr != "" {
		a.Addr = netip.MustParseAddr(addr)
	}
	return a
}

// after is how long the limiter holds a post back, 0 if it passes.
func after(t *testing.T, err error) time.Duration {
	t.Helper()
	if err == nil {
		return 0
	}
	var r *RateError
	if !errors.As(err, &r) || r.After <= 0 {
		t.Fatalf("a limit answers %v", err)
	}
	return r.After
}

func TestALimitSaysExactlyHowLong(t *testing.T) {
	l, now := limited(Limits{PostRate: 2, PostBurst: 5})
	ana := who(t, "ana", "")
	for i := range 5 {
		if d := after(t, l.post(ana, "messages")); d != 0 {
			t.Fatalf("message %d of a burst of 5 waits %v", i+1, d)
		}
	}
	if d := after(t, l.post(ana, "messages")); d != 500*time.Millisecond {
		t.Errorf("the sixth waits %v, want 0.5 s", d)
	}
	if d := after(t, l.post(who(t, "bo", ""), "messages")); d != 0 {
		t.Errorf("another person waits %v", d)
	}
	*now = now.Add(500*time.Millisecond - 1)
	if d := after(t, l.post(ana, "messages")); d == 0 || d > time.Millisecond {
		t.Errorf("a nanosecond too early it waits %v", d)
	}
	*now = now.Add(1)
	if d := after(t, l.post(ana, "messages")); d != 0 {
		t.Errorf("after the wait that was said it waits %v more", d)
	}
}

// What a bot may send is counted apart from what people may, whoever else the name belongs to.
func TestBotsHaveLimitsOfTheirOwn(t *testing.T) {
	l, now := limited(Limits{PostRate: 1, PostBurst: 2, BotRate: 10, BotBurst: 3})
	ci := who(t, "ci", "")
	ci.Bot = true
	for i := range 3 {
		if d := after(t, l.post(ci, "messages")); d != 0 {
			t.Fatalf("message %d of a burst of 3 waits %v", i+1, d)
		}
	}
	if d := after(t, l.post(ci, "messages")); d != 100*time.Millisecond {
		t.Errorf("the fourth waits %v, want 0.1 s", d)
	}
	*now = now.Add(100 * time.Millisecond)
	if d := after(t, l.post(ci, "messages")); d != 0 {
		t.Errorf("after a tenth of a second it waits %v", d)
	}
	l, _ = limited(Limits{BotRate: 10, BotBurst: 1})
	for range 5 {
		if d := after(t, l.post(who(t, "ana", ""), "messages")); d != 0 {
			t.Errorf("people have no limit here and ana waits %v", d)
		}
	}
}

func TestAPrefixIsSharedAndRefusedPostsCostNothing(t *testing.T) {
	l, now := limited(Limits{PostRate: 1, PostBurst: 10, PrefixRate: 10, PrefixBurst: 20})
	for i := range 20 {
		if d := after(t, l.post(who(t, fmt.Sprintf("p%d", i), fmt.Sprintf("192.0.2.%d", i)), "messages")); d != 0 {
			t.Fatalf("post %d of the prefix waits %v", i, d)
		}
	}
	kei := who(t, "kei", "192.0.2.200")
	if d := after(t, l.post(kei, "messages")); d != 100*time.Millisecond {
		t.Errorf("the prefix is used up and kei waits %v", d)
	}
	if d := after(t, l.post(who(t, "kei", "192.0.3.1"), "messages")); d != 0 {
		t.Errorf("from another prefix kei waits %v", d)
	}
	// One /64 is one customer.
	for i := range 20 {
		l.post(who(t, fmt.Sprintf("v%d", i), fmt.Sprintf("2001:db8::%x", i+1)), "messages")
	}
	if d := after(t, l.post(who(t, "six", "2001:db8::ffff"), "messages")); d == 0 {
		t.Error("addresses of one /64 have a bucket each")
	}
	// The refusals took nothing from kei's own bucket of ten.
	*now = now.Add(time.Hour)
	for i := range 10 {
		if d := after(t, l.post(kei, "messages")); d != 0 {
			t.Errorf("post %d of kei waits %v", i, d)
		}
	}
}

func TestAMuteEndsByItself(t *testing.T) {
	l, now := limited(Limits{PostRate: 1, PostBurst: 1, Mute: 30 * time.Second})
	ana := who(t, "ana", "")
	l.post(ana, "messages")
	for i := range 9 {
		if d := after(t, l.post(ana, "messages")); d != time.Second {
			t.Fatalf("refusal %d says %v, want 1 s", i+1, d)
		}
	}
	if d := after(t, l.post(ana, "messages")); d != 30*time.Second {
		t.Fatalf("the tenth refusal says %v, want the mute of 30 s", d)
	}
	*now = now.Add(29 * time.Second)
	for range 100 { // trying on does not make it longer
		if d := after(t, l.post(ana, "messages")); d != time.Second {
			t.Fatalf("a second before its end the mute says %v", d)
		}
	}
	*now = now.Add(time.Second)
	if d := after(t, l.post(ana, "messages")); d != 0 {
		t.Errorf("after the mute ana waits %v", d)
	}
	// Nine refusals a minute are no reason.
	for range 5 {
		*now = now.Add(time.Minute)
		l.post(ana, "messages")
		for range 9 {
			if d := after(t, l.post(ana, "messages")); d > time.Second {
				t.Fatalf("refusals of an earlier minute were counted: %v", d)
			}
		}
	}
}

func TestBucketsAreForgottenWhenFull(t *testing.T) {
	l, now := limited(Limits{PostRate: 1, PostBurst: 5})
	for i := range 100000 {
		*now = now.Add(100 * time.Millisecond) // ten people are between empty and full at any time
		l.post(who(t, fmt.Sprintf("p%d", i), ""), "messages")
		if n := len(l.posts.all); n > 2*minSweep {
			t.Fatalf("%d buckets are kept after %d people, of whom ten were busy lately", n, i)
		}
	}
}

func TestLimitsSwitchOffAndChange(t *testing.T) {
	l, _ := limited(Limits{JoinRate: 1, JoinBurst: 2, CreateRate: 1, CreateBurst: 1})
	ana := who(t, "ana", "192.0.2.1")
	for range 1000 {
		if err := l.post(ana, "messages"); err != nil {
			t.Fatalf("without a limit: %v", err)
		}
	}
	for i, want := range []bool{true, true, false} {
		if got := l.join(ana) == nil; got != want {
			t.Errorf("join %d passes: %v", i+1, got)
		}
	}
	for i, want := range []bool{true, false} {
		if got := l.create(ana) == nil; got != want {
			t.Errorf("creation %d passes: %v", i+1, got)
		}
	}
	l.set(Limits{PostRate: 1, PostBurst: 1})
	if l.post(ana, "messages") != nil || l.post(ana, "messages") == nil {
		t.Error("new limits are not in force")
	}
	if err := l.join(ana); err != nil {
		t.Errorf("a limit that was taken away: %v", err)
	}
}
