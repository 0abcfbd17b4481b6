package plain

import (
	"bytes"
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/rooms"
)

// calendar is a clock that a test sets.
type calendar struct{ unix atomic.Int64 }

func (c *calendar) set(at string) {
	t, err := time.Parse("2006-01-02 15:04", at)
	if err != nil {
		panic(err)
	}
	c.unix.Store(t.Unix())
}

func (c *calendar) now() time.Time { return time.Unix(c.unix.Load(), 0).UTC() }

func TestLinesSayWhichDayItIs(t *testing.T) {
	var at calendar
	at.set("2026-11-22 23:58")
	p := newPlaceAt(t, rooms.Limits{}, at.now)
	alice := p.enter(t.Context(), "alice", false)
	alice.send("the first day\n")
	alice.see("alice: the first day\n")
	if got := alice.out.String(); strings.Contains(got, "2026") {
		t.Errorf("on the same day lines say the day: %q", got)
	}
	at.set("2026-11-23 00:01")
	alice.send("the second day\n")
	alice.see("-- Mon 23 Nov 2026\n#general 00:01 alice: the second day\n")
	alice.send("still the second day\n")
	alice.see("alice: still the second day\n")
	if got := strings.Count(alice.out.String(), "-- Mon 23 Nov"); got != 1 {
		t.Errorf("the second day is said %d times", got)
	}
	alice.send("/history 9\n/me waves\n")
	alice.see("-- Sun 22 Nov 2026\n")
	alice.see("* alice waves\n")
	if got := alice.out.String(); strings.Count(got, "-- Mon 23 Nov") != 2 {
		t.Errorf("after older lines the day is not said again: %q", got)
	}

	bob := p.enter(t.Context(), "bob", false)
	bob.see("alice: the second day\n")
	if got := bob.out.String(); !strings.Contains(got, "-- Sun 22 Nov 2026\n") || strings.Index(got, "-- Sun 22") > strings.Index(got, "the first day") {
		t.Errorf("who enters is not told of which day the messages are: %q", got)
	}
}

func TestHistoryOverSSHSaysWhichDayItIs(t *testing.T) {
	var at calendar
	at.set("2026-11-22 12:00")
	p := newPlaceAt(t, rooms.Limits{}, at.now)
	alice := p.enter(t.Context(), "alice", false)
	alice.send("long ago\n")
	alice.see("alice: long ago\n")
	run := func(command string) string {
		var out, errout bytes.Buffer
		id := p.identity("alice")
		if status := Exec(context.Background(), ExecOptions{Chat: p.chat, Identity: id, Actor: rooms.Actor{Name: id.Name}}, command, strings.NewReader(""), &out, &errout); status != 0 {
			t.Fatalf("%s ended with %d: %s", command, status, errout.String())
		}
		return out.String()
	}
	if got := run("history '#general' 5"); strings.Contains(got, "2026") {
		t.Errorf("a history of today alone says the day: %q", got)
	}
	at.set("2026-11-24 12:00")
	if got := run("history '#general' 5"); strings.Count(got, "-- Sun 22 Nov 2026\n") != 1 {
		t.Errorf("a history of another day does not say it: %q", got)
	}
	if got := run("history --json '#general' 5"); strings.Contains(got, "Nov") {
		t.Errorf("the day is among JSON lines: %q", got)
	}
}
