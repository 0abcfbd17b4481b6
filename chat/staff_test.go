package chat_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/lang"
	"parley/rooms"
	"parley/text"
)

// The roles on the server, by letter:
//
//	g  a guest   b  a bot   m  a member   a  an admin   o  an owner   p  who works at the machine
const serverRoles = "gbmaop"

// staffMatrix says who may run what. @m1 is a member, @a1 and @o1 are an admin and an owner beside those who ask; KEY stands
// for the fingerprint of the one who follows it.
var staffMatrix = []struct{ line, may string }{
	{"version", "gbmaop"},
	{"whoami", "gbmaop"},
	{"whois @m1", "gbmaop"},
	{"status @m1", "bmaop"},
	{"list", "gbmaop"},
	{"create #NEW", "bmaop"},
	{"create -p #NEW", "bmaop"},
	{"msg @m1 hi", "bmaop"},
	{"remind me in 1h hi", "bmaop"},
	{"remind @m1 in 1h hi", "bmaop"},
	{"threads", "bmaop"},
	{"saved", "bmaop"},
	{"mentions", "bmaop"},
	{"unread", "bmaop"},
	{"search hello", "gbmaop"},
	{"export me", "bmaop"},
	{"import jsonl #NEW", "aop"},
	{"away", "bmaop"},
	{"back", "bmaop"},
	{"dnd", "bmaop"},
	{"ignore @m1", "bmaop"},
	{"unignore @m1", "bmaop"},
	{"nick somebody-else", "gbmaop"},
	{"set theme dark", "gbmaop"},
	{"plain", "gbmaop"},
	{"view", "gbmaop"},
	{"press F1", "gbmaop"},
	{"clear", "gbmaop"},
	{"help", "gbmaop"},
	{"shortcuts", "gbmaop"},
	{"quit", "gbmaop"},
	{"keys", "bmao"},
	{"login K7QX-2M9P", "mao"}, // by somebody with a key
	{"web", "mao"},
	{"sessions", "bmao"},
	{"sessions @m1", "aop"},
	{"sessions @m1 end all", "aop"},
	{"sessions @a1 end all", "op"},
	{"sessions @o1 end all", "op"},
	{"signers", "bmaop"},
	{"bot", "bmaop"},
	{"bot on", "bm"}, // who runs the server cannot be a program
	{"approve", "aop"},
	{"deny @somebody", "aop"},
	{"invites", "aop"},
	{"user", "aop"},
	{"user list m", "aop"},
	{"user @m1", "aop"},
	{"user role @m1 member", "aop"},
	{"user role @m1 admin", "op"},
	{"user role @m1 owner", "op"},
	{"user role @a1 member", "op"},
	{"user role @o1 member", "op"},
	{"ban --server @m1 spam", "aop"},
	{"ban @m1 --server spam", "aop"},
	{"ban --server @a1 spam", "op"},
	{"ban --server @o1 spam", ""},
	{"ban --server KEY@m1", "aop"},
	{"ban --server KEY@a1", "op"},
	{"ban --server KEY@o1", ""},
	{"ban --server SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "aop"},
	{"ban --server 203.0.113.0/24 1h", "aop"},
	{"ban --server 127.0.0.1", ""},
	{"ban --server 0.0.0.0/0", ""},
	{"ban --server ::/0", ""},
	{"ban --server ::ffff:127.0.0.0/104", ""},
	{"unban --server @m1", "aop"},
	{"bans --server", "aop"},
	{"audit", "aop"},
	{"audit #open", "aop"},
	{"defcon", "aop"},
	{"defcon 5", "aop"},
	{"announce hello", "aop"},
	{"stats", "aop"},
	{"reload", "aop"},
	{"report", "aop"},
	{"report done NUMBER", "aop"},
	{"keys list @m1", "aop"},
	{"keys remove @m1 KEY@m1", "aop"},
	{"keys remove @a1 KEY@a1", "op"},
	{"keys remove @o1 KEY@o1", "op"},
	{"keys add @m1 LINE", "p"},
	{"keys add newcomer LINE", "bmaop"}, // for all but the operator a device of their own,
}

// forbidden reports whether a command was refused because of who asked: also as one that, from others, needs more words or a room.
func forbidden(err error) bool {
	return errors.Is(err, rooms.ErrForbidden) || errors.Is(err, chat.ErrUsage) || errors.Is(err, rooms.ErrNoRoom)
}

func TestServerRoles(t *testing.T) {
	for _, row := range staffMatrix {
		t.Run(row.line, func(t *testing.T) {
			t.Parallel()
			p := newStaffPlace(t)
			got := ""
			for _, role := range []byte(serverRoles) {
				if p.mayStaff(role, row.line) {
					got += string(role)
				}
			}
			if got != row.may {
				t.Errorf("/%s may be run by %s, want %s", row.line, letters(got), letters(row.may))
			}
		})
	}
}

// newStaffPlace has, for each role, somebody who asks, and a member, an admin and an owner whom it is about.
func newStaffPlace(t *testing.T) *place {
	t.Helper()
	people := []string{"owner1"}
	for _, role := range serverRoles {
		for _, who := range []string{"asks-", "mem-", "adm-", "own-"} {
			people = append(people, who+string(role))
		}
	}
	p := newPlace(t, people...)
	p.give("asks-b", keys.Bot)
	p.give("asks-a", keys.Admin)
	p.give("asks-o", keys.Owner)
	for _, role := range serverRoles {
		p.give("adm-"+string(role), keys.Admin)
		p.give("own-"+string(role), keys.Owner)
	}
	p.must("owner1", "create #open")
	e := p.must("owner1", "post #open buy pills")
	for _, role := range serverRoles {
		p.must("mem-"+string(role), "report #open:2 "+e)
	}
	return p
}

// mayStaff lets somebody of a role try.
func (p *place) mayStaff(role byte, line string) bool {
	p.t.Helper()
	for short, long := range map[string]string{"@m1": "mem-", "@a1": "adm-", "@o1": "own-"} {
		name := long + string(role)
		line = strings.ReplaceAll(line, "KEY"+short, p.keys.Keys(mustRead(p.t, name))[0].Fingerprint)
		line = strings.ReplaceAll(line, short, "@"+name)
	}
	line = strings.ReplaceAll(line, "NUMBER", string('1'+byte(strings.IndexByte(serverRoles, role))))
	line = strings.ReplaceAll(line, "NEW", "new-"+string(role))
	if rest, ok := strings.CutSuffix(line, "LINE"); ok {
		line = rest + strings.TrimSpace(p.newKey())
	}
	r := p.as("asks-"+string(role), line)
	r.Actor.Addr = netip.MustParseAddr("198.51.100.7")
	if known := p.keys.Keys(r.Who.Name); len(known) > 0 {
		r.Who.Fingerprint = known[0].Fingerprint
	}
	r.Yes, r.In = true, strings.NewReader(imported)
	switch role {
	case 'g':
		r.Who = keys.Identity{Name: text.GuestName(7)}
		r.Actor = rooms.Actor{Name: text.GuestName(7), Guest: true}
	case 'p':
		r.Who = keys.OperatorIdentity()
		r.Actor = rooms.Actor{Name: r.Who.Name, Staff: true}
	}
	_, err := p.run(r)
	return !forbidden(err)
}

func mustRead(t testing.TB, name string) text.Name {
	t.Helper()
	n, err := text.ReadName(name)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// What a session was given at its login does not matter: the role counts that somebody has by now.
func TestRoleCountsAtOnce(t *testing.T) {
	p := newPlace(t, "owner1", "bob")
	r := p.as("bob", "stats")
	r.Who.Role = keys.Owner // as of a session from before
	if _, err := p.run(r); !errors.Is(err, rooms.ErrForbidden) {
		t.Errorf("a member who was an owner: %v", err)
	}
	p.must("owner1", "user role @bob admin")
	if _, err := p.run(p.as("bob", "stats")); err != nil {
		t.Errorf("an admin: %v", err)
	}
	guest := p.as("bob", "stats")
	guest.Actor.Guest = true
	if _, err := p.run(guest); !errors.Is(err, rooms.ErrForbidden) {
		t.Errorf("a guest of the same name: %v", err)
	}
}

func TestStaffActsAreInTheAuditLog(t *testing.T) {
	p := newPlace(t, "owner1", "bob", "carol")
	for _, step := range []struct{ line, action, target, why string }{
		{"invites 5", "invite", "", "5h"},
		{"user role @bob admin", "role", "bob", "admin"},
		{"ban --server @carol too loud", "ban", "carol", "too loud"},
		{"unban --server @carol she is sorry", "unban", "carol", "she is sorry"},
		{"defcon 4 a wave of spam", "defcon", "4", "a wave of spam"},
		{"announce tea is ready", "announce", "", "tea is ready"},
		{"keys remove @carol KEY lost", "key removed", "carol", "KEY lost"},
	} {
		key := p.keys.Keys(mustRead(t, "carol"))[0].Fingerprint
		r := p.as("owner1", strings.ReplaceAll(step.line, "KEY", key))
		r.Yes = true
		if _, err := p.run(r); err != nil {
			t.Fatalf("/%s: %v", step.line, err)
		}
		log, err := p.chat.Rooms.Audit(t.Context(), rooms.AuditQuery{Limit: 1})
		why := strings.ReplaceAll(step.why, "KEY", key)
		if err != nil || len(log) != 1 || log[0].Who.String() != "owner1" || log[0].Action != step.action || log[0].Target != step.target || log[0].Why != why {
			t.Errorf("/%s is in the log as %+v (%v)", step.line, log, err)
		}
	}
}

func TestAuditArguments(t *testing.T) {
	p := newPlace(t, "owner1", "bob")
	p.must("owner1", "create -p #secret")
	p.must("owner1", "invite #secret @bob")
	p.must("bob", "join #secret")
	p.must("owner1", "role #secret @bob moderator")
	p.must("owner1", "defcon 5")
	if out := p.must("bob", "audit #secret"); !strings.Contains(out, "owner1: role bob #secret (moderator)") || strings.Contains(out, "defcon") {
		t.Errorf("a moderator sees %q", out)
	}
	for line, want := range map[string]string{
		"audit by @owner1 about @bob": "role bob #secret",
		"audit since 1h 1":            "older ones: add before",
		"audit before 1":              "nothing of that",
	} {
		if out := p.must("owner1", line); !strings.Contains(out, want) {
			t.Errorf("/%s: %q, want %q", line, out, want)
		}
	}
	for _, line := range []string{"audit 0", "audit 1001", "audit since", "audit since yesterdayish", "audit before x", "audit by \x1b[2J", "audit nonsense"} {
		if _, err := p.run(p.as("owner1", line)); !errors.Is(err, chat.ErrUsage) {
			t.Errorf("/%q: %v", line, err)
		}
	}
}

// The audit log is read on the reader's own clock, and in the words that the room saw.
func TestTheAuditLogIsInTheReadersZone(t *testing.T) {
	p := newPlace(t, "owner1", "bob")
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	p.must("owner1", "create #ops")
	p.must("bob", "join #ops")
	read := func(line string) string {
		r := p.as("owner1", line)
		r.Zone = tokyo
		reply, err := p.run(r)
		if err != nil {
			t.Fatal(err)
		}
		return joined(reply)
	}
	read("slow #ops 30s")
	if out := read("quiet #ops @bob 10m too loud"); !strings.Contains(out, " JST") {
		t.Errorf("the answer is %q", out)
	}
	out := read("audit #ops")
	for _, want := range []string{"#ops: owner1 set slow mode: one message a person in 30s", "owner1: quiet bob #ops (until " + time.Now().In(tokyo).Format("2006-01-")} {
		if !strings.Contains(out, want) {
			t.Errorf("the log has no %q:\n%s", want, out)
		}
	}
	if strings.Count(out, " JST") != 3 || strings.Contains(out, "Z ") || strings.Contains(out, "UTC") {
		t.Errorf("times are not those of the reader:\n%s", out)
	}
}

func TestStaffIsToldWhyTheDoorsAreClosed(t *testing.T) {
	p := newPlace(t, "owner1", "bob")
	p.must("owner1", "user role @bob admin")
	bob, err := p.chat.Rooms.Attach(t.Context(), rooms.Actor{Name: mustRead(t, "bob")}, rooms.SessionInfo{})
	if err != nil {
		t.Fatal(err)
	}
	defer bob.Close()
	const level = "owner1 has set the defcon level to 4: whoever has been here for less than a day posts at a slower rate"
	for _, step := range []struct{ line, want string }{
		{"defcon 4", level}, {"defcon 4 a wave of spam", level + " (a wave of spam)"},
	} {
		p.must("owner1", step.line)
		if notices := bob.Notices(); len(notices) != 1 || notices[0].String() != step.want {
			t.Errorf("/%s tells bob %v, want %q", step.line, notices, step.want)
		}
	}
}

func TestANewRoleIsToldInTheLanguageOfWhoHasIt(t *testing.T) {
	p := newPlace(t, "owner1", "bob")
	bob, err := p.chat.Rooms.Attach(t.Context(), rooms.Actor{Name: mustRead(t, "bob")}, rooms.SessionInfo{})
	if err != nil {
		t.Fatal(err)
	}
	defer bob.Close()
	for _, step := range []struct{ role, english, japanese string }{
		{"admin", "owner1 has made you an admin of this server", "owner1さんがあなたをこのサーバーの管理者にしました"},
		{"owner", "owner1 has made you an owner of this server", "owner1さんがあなたをこのサーバーのオーナーにしました"},
		{"bot", "owner1 has made you a bot on this server", "owner1さんがあなたをこのサーバーのボットにしました"},
		{"member", "owner1 has made you a member of this server like others", "owner1さんがあなたをこのサーバーの通常のメンバーにしました"},
	} {
		p.must("owner1", "user role @bob "+step.role)
		notices := bob.Notices()
		if len(notices) != 1 || notices[0].String() != step.english || chat.Noticed(lang.Ja, nil, notices[0]) != step.japanese {
			t.Errorf("bob is told %v, want %q", notices, step.japanese)
		}
	}
}
