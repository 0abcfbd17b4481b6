package rooms_test

import (
	"errors"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// clock is a time that a test moves.
type clock struct{ ns atomic.Int64 }

func (c *clock) now() time.Time       { return time.Unix(1_800_000_000, c.ns.Load()) }
func (c *clock) move(d time.Duration) { c.ns.Add(int64(d)) }

func ban(tb testing.TB, m *rooms.Manager, s rooms.Sanction) {
	tb.Helper()
	if _, err := m.Ban(tb.Context(), actor(tb, "alice"), s); err != nil {
		tb.Fatal(err)
	}
}

func TestServerBans(t *testing.T) {
	store, now := openStore(t), &clock{}
	m := open(t, store, rooms.Options{Clock: now.now})
	if _, err := m.Ban(t.Context(), actor(t, "alice"), rooms.Sanction{Name: name(t, "mallory")}); err == nil {
		t.Error("a ban before the others were read: it would stand alone")
	}
	if err := m.LoadBans(t.Context()); err != nil {
		t.Fatal(err)
	}
	told := 0
	m.OnBan(func() { told++ })
	mallory, key := name(t, "mallory"), "SHA256:AAAA"
	far, near6 := netip.MustParseAddr("203.0.113.9"), netip.MustParseAddr("2001:db8::7")
	nobody := func(what string) {
		t.Helper()
		for _, s := range []*rooms.Sanction{m.Banned(mallory, "", far), m.Banned(text.Name{}, key, far), m.Banned(text.Name{}, "", near6)} {
			if s != nil {
				t.Errorf("%s: %s is banned", what, s.Whom())
			}
		}
	}
	nobody("at first")
	ban(t, m, rooms.Sanction{Name: mallory, Reason: text.NewBody("too loud")})
	ban(t, m, rooms.Sanction{Key: key, Until: now.now().Add(time.Hour)})
	ban(t, m, rooms.Sanction{Prefix: "203.0.113.0/24", Reason: text.NewBody("flood")})
	ban(t, m, rooms.Sanction{Prefix: "2001:db8::/32"})
	ban(t, m, rooms.Sanction{Prefix: "::/1"})
	if told != 5 {
		t.Errorf("who listens was told %d times of 5 bans", told)
	}
	for _, m := range []*rooms.Manager{m, func() *rooms.Manager {
		again := open(t, store, rooms.Options{Clock: now.now})
		if err := again.LoadBans(t.Context()); err != nil {
			t.Fatal(err)
		}
		return again
	}()} {
		for _, c := range []struct {
			name text.Name
			key  string
			addr netip.Addr
			want string
		}{
			{mallory, "SHA256:B", netip.MustParseAddr("198.51.100.1"), "@mallory"},
			{mallory, "", netip.MustParseAddr("127.0.0.1"), "@mallory"},
			{name(t, "bob"), key, netip.Addr{}, key},
			{text.Name{}, "", far, "203.0.113.0/24"},
			{text.Name{}, "", netip.MustParseAddr("::ffff:203.0.113.9"), "203.0.113.0/24"},
			{text.Name{}, "", near6, "2001:db8::/32"},
			{text.Name{}, "", netip.MustParseAddr("fe80::1%eth0"), ""},
			{text.Name{}, "", netip.MustParseAddr("203.0.114.9"), ""},
			{name(t, "bob"), "SHA256:AAAB", netip.MustParseAddr("127.0.0.1"), ""},
			{text.Name{}, "", netip.MustParseAddr("::1"), ""},
		} {
			s := m.Banned(c.name, c.key, c.addr)
			if got := s != nil; got != (c.want != "") || got && s.Whom() != c.want {
				t.Errorf("%v %q %v: banned by %v, want %q", c.name, c.key, c.addr, s, c.want)
			}
		}
	}
	if got := (&rooms.BarredError{Sanction: *m.Banned(mallory, "", far)}).Error(); got != "you are banned from this server: too loud" {
		t.Errorf("mallory is told %q", got)
	}
	if got := (&rooms.BarredError{Sanction: *m.Banned(text.Name{}, key, far)}).Error(); got != "you are banned from this server until 2027-01-15 09:00 UTC" {
		t.Errorf("the key is told %q", got)
	}
	now.move(time.Hour)
	if m.Banned(name(t, "bob"), key, netip.Addr{}) != nil {
		t.Error("a ban that is over counts")
	}
	if got := len(m.Bans()); got != 4 {
		t.Errorf("%d bans are listed, want 4", got)
	}
	if err := m.Unban(t.Context(), actor(t, "alice"), rooms.Sanction{Key: key}, ""); !errors.Is(err, rooms.ErrNoBan) {
		t.Errorf("a ban that is over was lifted: %v", err)
	}
	ban(t, m, rooms.Sanction{Name: mallory, Until: now.now().Add(time.Minute)}) // in place of the first
	for _, s := range []rooms.Sanction{{Name: mallory}, {Prefix: "203.0.113.0/24"}, {Prefix: "2001:db8::/32"}, {Prefix: "::/1"}} {
		if err := m.Unban(t.Context(), actor(t, "alice"), s, "sorry"); err != nil {
			t.Errorf("%s: %v", s.Whom(), err)
		}
	}
	nobody("after all were lifted")
	if list, err := store.Sanctions(t.Context(), 0); err != nil || len(list) != 0 {
		t.Errorf("the store still has %+v (%v)", list, err)
	}
	log, err := m.Audit(t.Context(), rooms.AuditQuery{Target: "mallory"})
	if err != nil || len(log) != 3 || log[0].Action != "unban" || log[0].Why != "sorry" || log[2].Action != "ban" || log[2].Why != "too loud" {
		t.Errorf("the audit log says %+v (%v)", log, err)
	}
	for _, bad := range []rooms.Sanction{{}, {Name: mallory, Until: now.now()}} {
		if _, err := m.Ban(t.Context(), actor(t, "alice"), bad); err == nil {
			t.Errorf("%+v is a ban", bad)
		}
	}
}

// What the server's own rule says comes before what the room allows.
func TestWhoMayWrite(t *testing.T) {
	now := &clock{}
	said := errors.New("only staff can post for now")
	slow := atomic.Bool{}
	m := open(t, openStore(t), rooms.Options{Clock: now.now, Writes: func(who text.Name, guest bool) (bool, error) {
		switch {
		case guest, who == name(t, "carol"):
			return false, said
		case who == name(t, "bob"):
			return slow.Load(), nil
		}
		return false, nil
	}})
	room := create(t, m, "#ops", rooms.Public, "alice", "bob", "carol")
	ctx := t.Context()
	_, err := m.Post(ctx, actor(t, "carol"), message(room.ID, "hello"))
	if !errors.Is(err, said) || !errors.Is(err, rooms.ErrForbidden) || err.Error() != said.Error() {
		t.Errorf("carol posts: %v", err)
	}
	if err := m.SetTopic(ctx, actor(t, "carol"), room.ID, text.NewLine("mine", 80)); !errors.Is(err, said) {
		t.Errorf("carol sets the topic: %v", err)
	}
	if _, err := m.Create(ctx, actor(t, "carol"), rooms.Room{Name: roomName(t, "#mine"), Kind: rooms.Public}); !errors.Is(err, said) {
		t.Errorf("carol makes a room: %v", err)
	}
	if err := m.Leave(ctx, actor(t, "carol"), room.ID); err != nil {
		t.Errorf("carol leaves: %v", err)
	}
	for range 20 {
		say(t, m, room.ID, "bob", "as fast as I can")
	}
	slow.Store(true)
	for range 3 {
		say(t, m, room.ID, "bob", "a few at once")
	}
	var rate *rooms.RateError
	if _, err := m.Post(ctx, actor(t, "bob"), message(room.ID, "one more")); !errors.As(err, &rate) || rate.After != 10*time.Second {
		t.Fatalf("bob's fourth: %v", err)
	}
	now.move(rate.After)
	say(t, m, room.ID, "bob", "one more")
	say(t, m, room.ID, "alice", "I am not new")
}

// A role that is taken away counts for who is here at once: a room in slow mode holds them back like anybody.
func TestStaffThatIsNoneAnyMore(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	room := create(t, m, "#ops", rooms.Public, "alice", "bob")
	if _, _, err := m.Do(t.Context(), actor(t, "alice"), rooms.Entry{Room: room.ID, Type: rooms.Set, Detail: rooms.PropSlow, Text: text.NewBody("1h0m0s")}); err != nil {
		t.Fatal(err)
	}
	s, err := m.Attach(t.Context(), rooms.Actor{Name: name(t, "bob"), Staff: true}, rooms.SessionInfo{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for range 2 {
		if _, err := m.Post(t.Context(), s.Who(), message(room.ID, "staff is not held")); err != nil {
			t.Fatal(err)
		}
	}
	m.SetStaff(name(t, "bob"), false)
	var rate *rooms.RateError
	if _, err := m.Post(t.Context(), s.Who(), message(room.ID, "and now")); !errors.As(err, &rate) {
		t.Errorf("who is no staff any more: %v", err)
	}
}
