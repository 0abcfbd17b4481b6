package chat_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"parley/chat"
	"parley/keys"
	"parley/lang"
	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
)

// place is a server without faces: a store, a manager, a keyring and the table.
type place struct {
	t    testing.TB
	dir  string
	keys *keys.Keyring
	chat *chat.Chat
	door *door
	now  func() time.Time
}

// clock lets the server tell another time.
func (p *place) clock(now func() time.Time) { p.now = now }

func newPlace(t testing.TB, people ...string) *place {
	t.Helper()
	p := &place{t: t, dir: t.TempDir()}
	for _, name := range people {
		p.write(name+".pub", p.newKey())
	}
	ctx := context.Background()
	store, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	p.keys, err = keys.Open(ctx, keys.Options{Dir: p.dir, Registration: keys.ByInvite, Ledger: store})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.keys.Close() })
	p.now = time.Now
	m := rooms.New(store, rooms.LocalBus{}, rooms.Options{Clock: func() time.Time { return p.now() }})
	t.Cleanup(func() { m.Close(ctx) })
	if err := m.LoadBans(ctx); err != nil {
		t.Fatal(err)
	}
	if slices.Contains(people, "owner1") {
		p.give("owner1", keys.Owner)
	}
	p.door = &door{}
	p.chat = chat.New(chat.Options{Rooms: m, Door: p.door, URL: "https://chat.example.org", Keys: p.keys, Server: "Parley", Version: "1.2.3", Clock: func() time.Time { return p.now() },
		Shortcuts: func(lang.Tag) []text.Line { return []text.Line{text.NewLine("F1  help", 80)} }})
	return p
}

func (p *place) newKey() string {
	pub, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		p.t.Fatal(err)
	}
	k, err := ssh.NewPublicKey(pub)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(ssh.MarshalAuthorizedKey(k))
}

func (p *place) write(file, data string) {
	if err := os.WriteFile(filepath.Join(p.dir, file), []byte(data), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// give gives somebody a role on the server.
func (p *place) give(name string, role keys.Role) {
	p.t.Helper()
	n, err := text.ParseName(name)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.keys.SetRole(context.Background(), keys.Operator, n, role); err != nil {
		p.t.Fatal(err)
	}
}

// as is the request of somebody.
func (p *place) as(name, line string) chat.Request {
	n, err := text.ParseName(name)
	if err != nil {
		p.t.Fatal(err)
	}
	id, _ := p.keys.Lookup(n)
	id.Name = n
	return chat.Request{Who: id, Actor: rooms.Actor{Name: n, Addr: netip.Addr{}}, Line: line}
}

func (p *place) run(r chat.Request) (chat.Reply, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return p.chat.Run(ctx, r)
}

// must runs a line and returns what it answered, joined.
func (p *place) must(name, line string) string {
	p.t.Helper()
	r, err := p.run(p.as(name, line))
	if err != nil {
		p.t.Fatalf("%s: /%s: %v", name, line, err)
	}
	return joined(r)
}

func joined(r chat.Reply) string {
	var out []string
	for _, l := range r.Lines {
		out = append(out, l.String())
	}
	for _, e := range r.Events {
		out = append(out, e.Author.String()+": "+r.States[e].Body(e).String())
	}
	return strings.Join(out, "\n")
}

func TestCommandsAnswer(t *testing.T) {
	p := newPlace(t, "alice", "bob", "owner1")
	for _, step := range []struct{ who, line, want string }{
		{"alice", "create #ops deploys and such", "#ops is yours; anybody here may join"},
		{"alice", "create -p #secret", "#secret is yours; private: /invite @somebody"},
		{"alice", "create #secret-too --private", "#secret-too is yours; private: /invite @somebody"},
		{"alice", "create -g #lobby", "#lobby is yours; guests may enter"},
		{"bob", "list", "#ops  1 person  deploys and such"},
		{"alice", "list secret", "#secret  1 person  (joined, private)"},
		{"bob", "list secret", `no room that you can enter has "secret"`},
		{"bob", "join ops", "you are in #ops: deploys and such"},
		{"bob", "topic #ops new words", "#ops is about: new words"},
		{"bob", "topic #ops", "#ops: new words"},
		{"bob", "topic #ops -", "#ops has no topic now"},
		{"alice", "invite #secret @bob", "bob is invited to #secret"},
		{"bob", "list secret", "(private, you are invited)"},
		{"bob", "unread", "#secret  you are invited: /accept #secret or /decline #secret"},
		{"bob", "join #secret", "you are in #secret"},
		{"alice", "invite bob #secret", "bob is in #secret already"},
		{"alice", "members #secret", "#secret: 2 people, 0 here now"},
		{"alice", "members #secret", "× @alice  owner"},
		{"alice", "post #ops hello @bob", "alice: hello @bob"},
		{"bob", "unread", "#ops  1 new, 1 mention of you"},
		{"bob", "read #ops", "#ops is read"},
		{"bob", "unread", "nothing new"},
		{"bob", "history #ops 1", "alice: hello @bob"},
		{"bob", "read all", "nothing was unread"},
		{"bob", "whoami", "you are bob, a member of this server"},
		{"bob", "whois @alice", "alice is a member of this server"},
		{"bob", "keys", "ssh-ed25519"},
		{"bob", "leave #ops", "you have left #ops"},
		{"bob", "switch sec", "your next terminal opens in #secret"},
		{"bob", "version", "Parley 1.2.3"},
		{"bob", "shortcuts", "F1  help"},
		{"bob", "help topic", "/topic [#room] [WORDS…]"},
		{"bob", "help /part", "leave a room"},
		{"bob", "help invitation", "/leave [#room]"},
		{"bob", "?", "Rooms: join"},
		{"bob", "? all", "/join #room"},
		{"owner1", "approve", "nobody is waiting"},
		{"owner1", "invites 2", "lets one new person in within 2 hours"},
	} {
		if got := p.must(step.who, step.line); !strings.Contains(got, step.want) {
			t.Errorf("%s: /%s answered %q, want %q", step.who, step.line, got, step.want)
		}
	}
}

func TestCommandsRefuse(t *testing.T) {
	p := newPlace(t, "alice", "bob", "owner1")
	p.must("alice", "create #ops")
	p.must("alice", "create -p #secret")
	for _, step := range []struct {
		who, line string
		kind      error
		want      string
	}{
		{"bob", "jion #ops", chat.ErrUnknown, "did you mean /join"},
		{"bob", "xyzzyplugh", chat.ErrUnknown, "/help lists them"},
		{"bob", "\x1b]52;c;x\a", chat.ErrUnknown, "there is no command"},
		{"bob", "join", chat.ErrUsage, "/join #room"},
		{"bob", "join #opz", rooms.ErrNoRoom, "did you mean #ops"},
		{"bob", "join #secret", rooms.ErrNoRoom, "there is no room #secret that you can enter"},
		{"bob", "topic #ops hello", rooms.ErrNotMember, ""},
		{"bob", "post #ops hello", rooms.ErrNotMember, ""},
		{"bob", "post", rooms.ErrNoRoom, "you are in no room here"},
		{"alice", "post #ops", chat.ErrUsage, ""},
		{"alice", "create #0ps", rooms.ErrNameTaken, ""},
		{"alice", "create -p -g #x", chat.ErrUsage, "cannot take guests"},
		{"alice", "invite #ops @nobody-such", rooms.ErrNoPerson, "nobody here is called"},
		{"owner1", "invite #ops @somebody-new", rooms.ErrNoPerson, "comes in with a code of /invites"},
		{"alice", "invite #ops bbo", rooms.ErrNoPerson, "did you mean @bob"},
		{"alice", "whois nobody", rooms.ErrNoPerson, "nobody here is called"},
		{"alice", "status busy", rooms.ErrNoPerson, "nobody here is called busy. A status of your own is /away WHY"},
		{"owner1", "approve @zed", rooms.ErrNoPerson, "nobody who waits"},
		{"owner1", "deny @zed", rooms.ErrNoPerson, "nobody who waits"},
		{"alice", "history #ops 99999", chat.ErrUsage, "from 1 to 1000"},
		{"alice", "switch 9", rooms.ErrNoRoom, "from 1 to 2"},
		{"bob", "approve @x", rooms.ErrForbidden, "staff of this server"},
		{"bob", "invites", rooms.ErrForbidden, "staff of this server"},
		{"bob", "keys drop", chat.ErrUsage, "there is no /keys drop"},
		{"bob", "post --nonce " + strings.Repeat("x", 65) + " #ops hi", chat.ErrUsage, "at most 64 bytes"},
	} {
		_, err := p.run(p.as(step.who, step.line))
		if !errors.Is(err, step.kind) || !strings.Contains(err.Error(), step.want) {
			t.Errorf("%s: /%s: got %v, want %v with %q", step.who, step.line, err, step.kind, step.want)
			continue
		}
		if strings.ContainsAny(err.Error(), "\x1b\a\n") {
			t.Errorf("/%s: the error has control characters: %q", step.line, err)
		}
	}
}

// What cannot be undone asks first, and does nothing until it is confirmed.
func TestDangerousCommandsAsk(t *testing.T) {
	p := newPlace(t, "alice")
	p.must("alice", "create -p #secret")
	mine := p.keys.Keys(p.as("alice", "").Who.Name)[0].Fingerprint
	for _, line := range []string{"leave #secret", "keys remove " + mine} {
		r, err := p.run(p.as("alice", line))
		if err != nil || r.Ask.IsZero() {
			t.Errorf("/%s: %v, asked %q", line, err, r.Ask)
		}
	}
	if got := p.must("alice", "list secret"); !strings.Contains(got, "joined") {
		t.Errorf("the question alone made alice leave: %q", got)
	}
	r := p.as("alice", "leave #secret")
	r.Yes = true
	if reply, err := p.run(r); err != nil || !strings.Contains(joined(reply), "you have left") {
		t.Errorf("after yes: %v %q", err, joined(reply))
	}
}

func TestGuestsMayDoLittle(t *testing.T) {
	p := newPlace(t, "alice")
	p.must("alice", "create -g #lobby")
	p.must("alice", "create #ops")
	guest := text.GuestName(1)
	ask := func(line string) (chat.Reply, error) {
		return p.run(chat.Request{Who: keys.Identity{Name: guest}, Actor: rooms.Actor{Name: guest, Guest: true}, Line: line})
	}
	for _, line := range []string{"create #x", "leave #lobby", "invite #lobby @alice", "keys", "read all", "approve", "topic #lobby x"} {
		if _, err := ask(line); !errors.Is(err, rooms.ErrForbidden) {
			t.Errorf("a guest's /%s: %v, want ErrForbidden", line, err)
		}
	}
	if _, err := ask("leave"); err == nil || !strings.HasSuffix(err.Error(), "to go, type /quit") {
		t.Errorf("a guest's /leave: %v, want it to name /quit", err)
	}
	if _, err := ask("join #ops"); !errors.Is(err, rooms.ErrNoRoom) {
		t.Errorf("a guest's /join of a room without guests: %v, want ErrNoRoom", err)
	}
	r, err := ask("join #lobby")
	if err != nil || r.Do != chat.Switch {
		t.Errorf("a guest's /join #lobby: %v %v", r.Do, err)
	}
	if r, err := ask("list"); err != nil || strings.Contains(joined(r), "#ops") {
		t.Errorf("a guest sees %q, %v", joined(r), err)
	}
}

func TestComplete(t *testing.T) {
	p := newPlace(t, "alice", "bob", "bonnie")
	p.must("alice", "create #ops the ops room")
	p.must("alice", "create -p #open-secret")
	p.must("bob", "join #ops")
	p.must("bob", "post #ops first")     // 3
	p.must("alice", "react #ops:3 tada") // 4
	p.must("alice", "post #ops second")  // 5
	p.must("alice", "msg @bob hi")       // a conversation that is offered before people
	ops := p.as("bob", "")
	list, err := p.chat.Rooms.Rooms(context.Background(), ops.Actor)
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	for _, c := range []struct {
		line  string
		start int
		want  string // inserts, joined by |
	}{
		{"/jo", 0, "/join "},
		{"/j", 0, "/join |/jump "},
		{"/join o", 6, "#ops "},
		{"/join #o", 6, "#ops "},
		{"/topic #o", 7, "#ops "},
		{"see #op", 4, "#ops "},
		{"al", 0, "alice: "},
		{"hi al", 3, "alice "},
		{"@bo", 0, "@bonnie "},
		{"/whois bo", 7, "@bonnie "},
		{"/help to", 6, "topic "},
		{"/keys a", 6, "add "},
		{"/create -", 8, "-p |-g |--private |--guests "},
		{"well done :tad", 10, ":tada: "},
		{":", 0, ""},
		{"/react :tad", 7, ":tada: "},
		{"/react 4 :tad", 9, ":tada: "},
		{"/react tad", 7, ":tada: "},
		{"/reply ", 7, "5 |3 "},
		{"/pin 5", 5, "5 "},
		{"/pin #o", 5, "#ops:"},
		{"/pin #ops:", 5, "#ops:5 |#ops:3 "},
		{"/msg bo", 5, "@bonnie "},
		{"/msg @alice,@bo", 5, "@alice,@bonnie "},
		{"/history @", 9, "@alice |@bonnie "},
		{"/forward 3 #o", 11, "#ops "},
		{"/notify #ops m", 13, "mentions "},
		{"/notify @a", 8, "@alice "},
		{"/me is with al", 12, "alice "},
		{"//jo", 0, ""},
		{"/approve x", 9, ""},
		{"", 0, ""},
	} {
		r := p.as("bob", "")
		r.Room = list[len(list)-1].ID
		start, out := p.chat.Complete(context.Background(), r, c.line, len(c.line))
		var inserts []string
		for _, o := range out {
			inserts = append(inserts, o.Insert)
		}
		if got := strings.Join(inserts, "|"); got != c.want || (got != "" && start != c.start) {
			t.Errorf("%q completes at %d to %q, want at %d %q", c.line, start, got, c.start, c.want)
		}
	}
}

// Tab may be pressed anywhere in a line, also before its slash.
func TestCompleteAtEveryCursor(t *testing.T) {
	p := newPlace(t, "alice", "bob", "owner1")
	for _, line := range []string{"/join #ops", "/", " /join", "//join", "@bob #ops", "/help\ttopic", "日本 #日本"} {
		for cursor := -1; cursor <= len(line)+1; cursor++ {
			start, out := p.chat.Complete(context.Background(), p.as("bob", ""), line, cursor)
			if start < 0 || start > max(cursor, 0) || cursor <= 0 && len(out) > 0 {
				t.Errorf("%q completes before byte %d from %d on: %v", line, cursor, start, out)
			}
		}
	}
}

// Help is printed from the table: every command is in it, under its group,
// and has a page of its own.
func TestHelpHasEveryCommand(t *testing.T) {
	p := newPlace(t, "owner1")
	all := p.must("owner1", "help all")
	names := map[string]bool{}
	for _, cmd := range p.chat.Commands() {
		if !strings.Contains(all, "/"+cmd.Name) {
			t.Errorf("/help does not list /%s", cmd.Name)
		}
		if page := p.must("owner1", "help "+cmd.Name); !strings.Contains(page, cmd.Short) {
			t.Errorf("/help %s does not say what it does: %q", cmd.Name, page)
		}
		for _, n := range append([]string{cmd.Name}, cmd.Aliases...) {
			if names[n] {
				t.Errorf("two commands are called %s", n)
			}
			names[n] = true
		}
	}
	for _, n := range strings.Fields("join leave create list topic invite members who me switch whoami whois keys read help shortcuts quit") {
		if !names[n] {
			t.Errorf("there is no /%s", n)
		}
	}
}

func TestNewcomersEnterTheDefaultRooms(t *testing.T) {
	p := newPlace(t, "alice", "bob", "owner1")
	general, _ := text.ParseRoomName("#general")
	enter := func(name string) (*rooms.Session, bool) {
		s, err := p.chat.Rooms.Attach(context.Background(), p.as(name, "").Actor, rooms.SessionInfo{ID: name, Face: "ssh"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		first, err := p.chat.Arrive(context.Background(), s, []text.RoomName{general})
		if err != nil {
			t.Fatal(err)
		}
		return s, first
	}
	for _, name := range []string{"alice", "bob"} {
		s, first := enter(name)
		if inbox := s.Inbox(nil); !first || len(inbox) != 1 || inbox[0].Room.Name != general {
			t.Errorf("%s: first %v, rooms %v", name, first, inbox)
		}
	}
	if _, first := enter("bob"); first {
		t.Error("bob's second session counts as the first")
	}
	p.must("bob", "leave #general")
	if s, first := enter("bob"); first || len(s.Inbox(nil)) != 0 {
		t.Error("bob left the default room and was put into it again")
	}
}

func FuzzRun(f *testing.F) {
	p := newPlace(f, "alice")
	for _, seed := range []string{"help", "topic #ops \n x", "join #", "history #ops 3 before 2", "keys add ssh-ed25519 AAAA", "post --nonce", "create -p -g -p # x", "switch \x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		r, err := p.run(p.as("alice", line))
		if err != nil && (err.Error() == "" || strings.ContainsAny(err.Error(), "\x1b\x07\u009b")) {
			t.Errorf("/%q: %q", line, err)
		}
		_ = r
		for _, cursor := range []int{0, len(line) / 2, len(line) + 1} {
			if start, _ := p.chat.Complete(context.Background(), p.as("alice", ""), "/"+line, cursor); start < 0 || start > cursor {
				t.Errorf("%q completes before byte %d from %d on", line, cursor, start)
			}
		}
	})
}

// help is one screen of a terminal of 80 by 24, the prompt and the marks of plain lines counted, also for the owner.
func TestHelpIsOneScreen(t *testing.T) {
	w := newPlace(t, "ana")
	w.give("ana", keys.Owner)
	for _, tag := range []lang.Tag{lang.En, lang.Ja} {
		r := w.as("ana", "help")
		r.Lang = tag
		reply, err := w.run(r)
		if err != nil {
			t.Fatal(err)
		}
		rows, all := 0, ""
		for _, l := range reply.Lines {
			rows += len(text.Wrap("-- "+l.String(), 74))
			all += l.String() + "\n"
		}
		if rows > 22 {
			t.Errorf("help is %d rows in %v:\n%s", rows, tag, all)
		}
		for _, want := range []string{" topic", " webhook", " keys", "/help all"} {
			if !strings.Contains(all, want) {
				t.Errorf("help in %v lacks %q:\n%s", tag, want, all)
			}
		}
	}
	if got := w.must("ana", "help all"); !strings.Contains(got, "/topic [#room] [WORDS…]") {
		t.Errorf("help all does not say what commands take: %q", got)
	}
}
