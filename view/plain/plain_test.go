package plain

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
	"parley/wire"
)

// place is a server without faces.
type place struct {
	t    *testing.T
	chat *chat.Chat
}

func newPlace(t *testing.T, limits rooms.Limits) *place {
	t.Helper()
	return newPlaceAt(t, limits, time.Now)
}

// newPlaceAt is a server with a clock of its own.
func newPlaceAt(t *testing.T, limits rooms.Limits, clock func() time.Time) *place {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"alice", "bob"} {
		pub, _, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		k, err := ssh.NewPublicKey(pub)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".pub"), ssh.MarshalAuthorizedKey(k), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	ring, err := keys.Open(t.Context(), keys.Options{Dir: dir, Registration: keys.ByInvite, Ledger: store})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ring.Close() })
	m := rooms.New(store, rooms.LocalBus{}, rooms.Options{Limits: limits, Clock: clock})
	t.Cleanup(func() { m.Close(context.Background()) })
	return &place{t, chat.New(chat.Options{Rooms: m, Keys: ring, Server: "Parley", Version: "1"})}
}

func (p *place) identity(name string) keys.Identity {
	n, err := text.ParseName(name)
	if err != nil {
		p.t.Fatal(err)
	}
	return keys.Identity{Name: n, Role: keys.Member}
}

// screenful is output that a test can wait for.
type screenful struct {
	mu  sync.Mutex
	buf bytes.Buffer
	new chan struct{} // one slot
}

func (s *screenful) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.new <- struct{}{}:
	default:
	}
	return s.buf.Write(p)
}

func (s *screenful) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.String()
}

// talk is one running conversation.
type running struct {
	t     *testing.T
	out   *screenful
	in    *io.PipeWriter
	ended chan Outcome
	talk  *Talk
}

func (p *place) enter(ctx context.Context, name string, echo bool) *running {
	p.t.Helper()
	id := p.identity(name)
	s, err := p.chat.Rooms.Attach(ctx, rooms.Actor{Name: id.Name}, rooms.SessionInfo{ID: name, Face: "plain"})
	if err != nil {
		p.t.Fatal(err)
	}
	general, _ := text.ParseRoomName("#general")
	if _, err := p.chat.Arrive(ctx, s, []text.RoomName{general}); err != nil {
		p.t.Fatal(err)
	}
	in, w := io.Pipe()
	r := &running{p.t, &screenful{new: make(chan struct{}, 1)}, w, make(chan Outcome, 1), New(Options{
		Chat: p.chat, Session: s, Identity: id, Zone: time.UTC, Echo: echo,
	})}
	p.t.Cleanup(func() { w.Close() })
	go func() {
		defer s.Close()
		outcome, _ := r.talk.Run(ctx, in, r.out)
		r.ended <- outcome
	}()
	return r
}

func (r *running) send(s string) {
	r.t.Helper()
	if _, err := io.WriteString(r.in, s); err != nil {
		r.t.Fatal(err)
	}
}

func (r *running) see(want string) {
	r.t.Helper()
	deadline := time.After(20 * time.Second)
	for !strings.Contains(r.out.String(), want) {
		select {
		case <-r.out.new:
		case <-deadline:
			r.t.Fatalf("waited for %q, got %q", want, r.out.String())
		}
	}
}

func (r *running) end() Outcome {
	r.t.Helper()
	select {
	case o := <-r.ended:
		return o
	case <-time.After(20 * time.Second):
		r.t.Fatalf("still running; got %q", r.out.String())
	}
	return 0
}

func TestTwoPeopleTalk(t *testing.T) {
	p := newPlace(t, rooms.Limits{})
	a, b := p.enter(t.Context(), "alice", false), p.enter(t.Context(), "bob", false)
	a.send("hello\n//slash\n/me waves\n")
	b.see(" alice: hello\n")
	b.see(" alice: /slash\n")
	b.see(" * alice waves\n")
	b.send("/create -p #den\n")
	b.see("#den is yours")
	b.send("/invite @alice\n")
	a.see("/accept #den")
	a.send("/join #den\nin the den\n")
	b.see("#den ")
	b.see(" alice: in the den\n")
	b.send("/leave\n")
	b.see("(y/n)")
	b.send("n\n")
	b.see("nothing was done")
	b.send("/leave\ny\n")
	b.see("you have left #den")
	b.see("in #general")
	a.send("/quit\n")
	if o := a.end(); o != SaidQuit {
		t.Errorf("/quit ended with %v", o)
	}
	b.in.Close()
	if o := b.end(); o != InputEnded {
		t.Errorf("end of input ended with %v", o)
	}
}

// A pipe that is faster than the limits loses nothing and keeps its order.
func TestLimitsHoldLinesAndLoseNone(t *testing.T) {
	p := newPlace(t, rooms.Limits{PostRate: 50, PostBurst: 2})
	a := p.enter(t.Context(), "alice", false)
	var want []string
	for i := range 10 {
		want = append(want, strings.Repeat("x", i+1))
	}
	a.send(strings.Join(want, "\n"))
	a.in.Close()
	a.end()
	var got []string
	for _, l := range strings.Split(a.out.String(), "\n") {
		if _, said, ok := strings.Cut(l, " alice: "); ok {
			got = append(got, said)
		}
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("sent %q, the room has %q", want, got)
	}
	if !strings.Contains(a.out.String(), "your lines are held") {
		t.Error("nothing says that lines are held")
	}
}

// A room in slow mode may ask for hours: whoever writes in plain lines is told so, and can do other things meanwhile.
func TestSlowModeDoesNotStopPlainLines(t *testing.T) {
	p := newPlace(t, rooms.Limits{})
	a := p.enter(t.Context(), "alice", false)
	b := p.enter(t.Context(), "bob", false)
	b.see("in #general")
	a.send("/create #slow\n/slow 1h\n")
	a.see("set slow mode")
	b.send("/join #slow\none\ntwo\n/switch #general\nhere\n")
	b.see("this room is in slow mode: you can write in it again in 1h0m0s | not sent: two")
	b.see("#general ")
	b.see(" bob: here\n")
}

// An invitation is told once, also to whom it has waited for.
func TestInvitationsAreToldOnce(t *testing.T) {
	p := newPlace(t, rooms.Limits{})
	a, b := p.enter(t.Context(), "alice", false), p.enter(t.Context(), "bob", false)
	b.see("in #general")
	a.send("/create -p #den\n/invite @bob\n")
	b.see("alice invites you to #den: /accept #den or /decline #den\n")
	b.send("/version\n/quit\n")
	b.end()
	if got := b.out.String(); strings.Count(got, "/accept #den") != 1 {
		t.Errorf("it was told more than once: %q", got)
	}
	again := p.enter(t.Context(), "bob", false)
	again.see("you are invited to #den: /accept #den or /decline #den\n")
	again.send("/quit\n")
	again.end()
	for _, room := range []string{"#a", "#b", "#c", "#e", "#f", "#g"} {
		a.send("/create -p " + room + "\n/invite @bob\n")
		a.see("bob is invited to " + room)
	}
	many := p.enter(t.Context(), "bob", false)
	many.see("you are invited to #a, #b, #c, #den, #e, +2 more: /accept or /decline each by its name\n")
	many.send("/quit\n")
	many.end()
	if got := many.out.String(); strings.Count(got, "invited") != 1 {
		t.Errorf("what waits is told in more lines than one: %q", got)
	}
}

// A guest is asked before a message that calls more than ten people, also where they came after the guest did.
func TestAGuestIsAskedBeforeEverybodyIsCalled(t *testing.T) {
	p := newPlace(t, rooms.Limits{})
	b := p.enter(t.Context(), "bob", false)
	b.send("/create -g #lobby\nfirst\n")
	b.see("bob: first")
	lobby, _ := text.ParseRoomName("#lobby")
	room, err := p.chat.Rooms.Find(t.Context(), rooms.Actor{Name: p.identity("bob").Name}, lobby)
	if err != nil {
		t.Fatal(err)
	}
	who := rooms.Actor{Name: text.GuestName(1), Guest: true}
	s, err := p.chat.Rooms.Attach(t.Context(), who, rooms.SessionInfo{ID: "guest", Face: "tcp"})
	if err != nil {
		t.Fatal(err)
	}
	in, w := io.Pipe()
	g := &running{t, &screenful{new: make(chan struct{}, 1)}, w, make(chan Outcome, 1), New(Options{Chat: p.chat, Session: s, Identity: keys.Identity{Name: who.Name}, Zone: time.UTC})}
	go func() {
		defer s.Close()
		outcome, _ := g.talk.Run(t.Context(), in, g.out)
		g.ended <- outcome
	}()
	g.send("/join #lobby\n")
	g.see("bob: first")
	for i := range 10 {
		name, err := text.ReadName("p" + string(rune('a'+i)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.chat.Rooms.Join(t.Context(), rooms.Actor{Name: name}, room.ID); err != nil {
			t.Fatal(err)
		}
	}
	g.see("pj joined")
	g.send("@room buy\n")
	g.see("call all 11 people of #lobby? (y/n)")
	g.send("n\n/quit\n")
	g.end()
}

// Who enters a room by a command is told once that they are in it.
func TestEnteringARoomIsToldOnce(t *testing.T) {
	p := newPlace(t, rooms.Limits{})
	a, b := p.enter(t.Context(), "alice", false), p.enter(t.Context(), "bob", false)
	a.send("/create #ops all about ops\n/switch #general\n/quit\n")
	a.end()
	b.send("/join #ops\n/switch #general\n/switch #ops\n/quit\n")
	b.end()
	for out, want := range map[string]string{
		a.out.String(): "-- #ops is yours; anybody here may join\n-- #ops HH:MM alice made this room\n-- in #general\n",
		b.out.String(): "-- you are in #ops: all about ops\n-- #ops HH:MM alice made this room\n-- #ops HH:MM bob joined\n-- in #general\n",
	} {
		out = regexp.MustCompile(`\d\d:\d\d`).ReplaceAllString(out, "HH:MM")
		if !strings.Contains(out, want) {
			t.Errorf("entering reads %q, want %q", out, want)
		}
	}
	if got := b.out.String(); !strings.Contains(got, "-- in #ops: all about ops\n") {
		t.Errorf("/switch says nothing of where it leads: %q", got)
	}
}

// No line of a message can be taken for one of the server or of somebody else.
func TestContinuationsStandBehindAGutter(t *testing.T) {
	e := &rooms.Event{Type: rooms.Message, Text: text.NewBody("one\n-- root left\n#general 10:00 root: hi")}
	e.Author, _ = text.ParseName("mallory")
	got := string((&manner{zone: time.UTC, clock: "15:04", eol: "\n"}).appendEvent(nil, "#general", e, nil, nil))
	rows := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	if len(rows) != 3 {
		t.Fatalf("%q", got)
	}
	for _, row := range rows[1:] {
		if !strings.HasPrefix(row, continuation) {
			t.Errorf("%q looks like a line of its own", row)
		}
	}
}

// A message filled up with spaces, or with words, makes no row of its own on a terminal that is narrower than it.
func TestNoMessageWrapsIntoAForgedLine(t *testing.T) {
	forged := "-- mallory is the owner now"
	for _, cols := range []int{30, 80, 132} {
		for _, fill := range []string{" ", "\u00a0", "\u3000", "x", "ab ", "日本"} {
			for _, kind := range []rooms.Type{rooms.Message, rooms.Action, rooms.Topic} {
				for n := range cols {
					e := &rooms.Event{Type: kind, Text: text.NewBody("hi" + strings.Repeat(fill, n) + forged)}
					e.Author, _ = text.ParseName("mallory")
					got := string((&manner{zone: time.UTC, clock: "15:04", cols: cols, eol: "\n"}).appendEvent(nil, "#general", e, nil, nil))
					for i, row := range strings.Split(strings.TrimSuffix(got, "\n"), "\n") {
						if text.Width(row) >= cols {
							t.Fatalf("%d columns: a terminal divides %q", cols, row)
						}
						if i > 0 && !strings.HasPrefix(row, continuation) {
							t.Fatalf("%d columns: %q looks like a line of its own", cols, row)
						}
					}
				}
			}
		}
	}
}

func TestOverlongLineIsRefusedAndTheNextOneGoesOn(t *testing.T) {
	p := newPlace(t, rooms.Limits{})
	a := p.enter(t.Context(), "alice", false)
	a.send(strings.Repeat("y", 1<<20) + "\nshort\n")
	a.see("too long")
	a.see(" alice: short\n")
	if strings.Contains(a.out.String(), "alice: y") {
		t.Error("a part of the long line was sent")
	}
}

// On a terminal without escape sequences the line is echoed and can be
// corrected, and what others say does not tear it.
func TestEcho(t *testing.T) {
	p := newPlace(t, rooms.Limits{})
	a, b := p.enter(t.Context(), "alice", true), p.enter(t.Context(), "bob", false)
	a.see("in #general")
	a.send("helxx")
	a.see("helxx")
	a.send("\x7f\x7flo é日")
	a.see("\b \b\b \blo é日")
	b.send("meanwhile\n")
	a.see("bob: meanwhile\r\nhello é日")
	a.send("\r")
	b.see("alice: hello é日\n")
	if strings.Contains(a.out.String(), "\x1b") {
		t.Errorf("an escape sequence on a dumb terminal: %q", a.out.String())
	}
	a.send("gone\x15\x04")
	if o := a.end(); o != SaidQuit {
		t.Errorf("Ctrl-D ended with %v", o)
	}
}

func TestViewTakesOverTheKeys(t *testing.T) {
	p := newPlace(t, rooms.Limits{})
	a := p.enter(t.Context(), "alice", true)
	a.see("in #general")
	a.send("/view\r")
	if o := a.end(); o != WantsView {
		t.Fatalf("/view ended with %v", o)
	}
	go a.send("typed later")
	got := make([]byte, len("typed later"))
	if _, err := io.ReadFull(a.talk.Rest(), got); err != nil || string(got) != "typed later" {
		t.Errorf("the view gets %q, %v", got, err)
	}
}

// What a terminal had half typed when the link broke is a draft for the view.
func TestHalfTypedLineBecomesADraft(t *testing.T) {
	p := newPlace(t, rooms.Limits{})
	ctx, drop := context.WithCancel(t.Context())
	a := p.enter(ctx, "alice", true)
	a.see("in #general")
	a.send("half a thou")
	a.see("half a thou")
	drop()
	if o := a.end(); o != Stopped {
		t.Errorf("a dropped link ended with %v", o)
	}
	inbox, err := p.chat.Rooms.Inbox(t.Context(), rooms.Actor{Name: p.identity("alice").Name})
	if err != nil || len(inbox) != 1 || inbox[0].Place.Draft != "half a thou" {
		t.Errorf("%v, %v", inbox, err)
	}
}

func TestExec(t *testing.T) {
	p := newPlace(t, rooms.Limits{})
	for _, c := range []struct {
		name, command, stdin string
		status               int
		out, err             string
	}{
		{"alice", "create #ops what we do", "", 0, "#ops is yours", ""},
		{"alice", "post #ops deploy --json is green", "", 0, "#ops:2\n", ""},
		{"alice", "post #ops", "from\na pipe\n", 0, "#ops:3\n", ""},
		{"alice", "post --nonce k1 #ops once", "", 0, "#ops:4\n", ""},
		{"alice", "post --nonce k1 #ops once", "", 0, "#ops:4\n", ""},
		{"alice", "--json post #ops x", "", 0, `"seq":5`, ""},
		{"alice", "history #ops 1 --json", "", 0, `"text":"x"`, ""},
		{"alice", "history #ops 4", "", 0, "alice: from\n   | a pipe\n", ""},
		{"alice", "/who #ops", "", 0, "#ops: 1 person", ""},
		{"alice", "list --json", "", 0, `{"type":"room","room":"#ops","kind":"public"`, ""},
		{"bob", "post #ops hi", "", 77, "", "parley: you are not in"},
		{"bob", "post #nope hi", "", 68, "", "parley: there is no room #nope"},
		{"bob", "whois @nobody1", "", 67, "", "nobody here is called"},
		{"alice", "switch #ops", "", 0, "your next terminal opens in #ops", ""},
		{"bob", "plain", "", 64, "", "what a terminal shows"},
		{"bob", "quit", "", 0, "", ""},
		{"bob", "whois @nobody", "", 67, "", "nobody here is called nobody"},
		{"bob", "jion", "", 64, "", "did you mean /join"},
		{"alice", "create -p #den", "", 0, "", ""},
		{"alice", "leave #den", "", 64, "", "add --yes"},
		{"alice", "leave --yes #den", "", 0, "you have left", ""},
		{"alice", "post #ops", strings.Repeat("z", text.MaxBody+1), 0, "#ops:6\n", ""}, // a file
		{"alice", "post #ops", "", 65, "", "standard input was empty"},
	} {
		id := p.identity(c.name)
		var out, errout bytes.Buffer
		got := Exec(t.Context(), ExecOptions{Chat: p.chat, Identity: id, Actor: rooms.Actor{Name: id.Name}}, c.command, strings.NewReader(c.stdin), &out, &errout)
		if got != c.status || !strings.Contains(out.String(), c.out) || !strings.Contains(errout.String(), c.err) {
			t.Errorf("%s %q: status %d, out %q, err %q", c.name, c.command, got, out.String(), errout.String())
		}
	}
}

// Events in JSON have the fields that docs/protocol.md promises, one object a line.
func TestExecJSON(t *testing.T) {
	p := newPlace(t, rooms.Limits{})
	id := p.identity("alice")
	run := func(command string) string {
		var out bytes.Buffer
		if s := Exec(t.Context(), ExecOptions{Chat: p.chat, Identity: id, Actor: rooms.Actor{Name: id.Name}}, command, strings.NewReader(""), &out, io.Discard); s != 0 {
			t.Fatalf("%s: status %d", command, s)
		}
		return out.String()
	}
	run("create #ops")
	var e wire.Event
	if err := json.Unmarshal([]byte(run("post --json --nonce n1 #ops <b>hi</b> & \"you\"")), &e); err != nil {
		// --nonce is an argument of post and comes first
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339, e.Time)
	if err != nil || time.Since(at) > time.Minute || !strings.HasSuffix(e.Time, "Z") {
		t.Errorf("time %q: %v", e.Time, err)
	}
	e.Time = ""
	want := wire.Event{Room: "#ops", Seq: 2, Type: "message", Author: "alice", Text: `<b>hi</b> & "you"`, Nonce: "n1"}
	if e != want {
		t.Errorf("got %+v, want %+v", e, want)
	}
}

func FuzzTyped(f *testing.F) {
	f.Add("hello\r", 3)
	f.Add("a\x7f\x7f\x15é日\x1b[A\x1bOP\x04", 1)
	f.Add("\xff\xfe\x80\xe3\x81\r\n", 2)
	f.Fuzz(func(t *testing.T, s string, split int) {
		whole, parts := &editor{}, &editor{}
		split = max(0, min(split, len(s)))
		a := join(whole.feed(s))
		b := join(parts.feed(s[:split]))
		if !strings.HasSuffix(b, "[quit]") {
			b += join(parts.feed(s[split:]))
		}
		if a != b {
			t.Errorf("in one piece %q, in two %q", a, b)
		}
		if strings.ContainsAny(strings.NewReplacer("\r\n", "", "\b \b", "").Replace(a), "\x1b\x07\u009b\u009d") {
			t.Errorf("echoes control characters: %q", a)
		}
		if len(whole.line) > maxLine {
			t.Errorf("holds %d bytes", len(whole.line))
		}
	})
}

func join(actions []action) string {
	var b strings.Builder
	for _, a := range actions {
		b.WriteString(a.echo)
		if a.submit {
			b.WriteString("[" + text.NewLine(a.line, 100).String() + "]")
		}
		if a.quit {
			b.WriteString("[quit]")
			break
		}
	}
	return b.String()
}

// TestEscTakesNothingWithIt: keys that send sequences type nothing, and who presses Esc goes on as if nothing was.
func TestEscTakesNothingWithIt(t *testing.T) {
	for typed, want := range map[string]string{
		"\x1b/nick zoe\r": "/nick zoe", "a\x1b\r": "a", "\x1b\x1b/me\r": "/me", "ab\x1b\x7f\r": "a",
		"a\x1b[A\x1b[1;5Db\x1bOPc\x1bbd\r": "abcd",
	} {
		var e editor
		got, sent := "", 0
		for _, a := range e.feed(typed) {
			if a.submit {
				got, sent = a.line, sent+1
			}
		}
		if got != want || sent != 1 {
			t.Errorf("%q sends %q %d times, want %q", typed, got, sent, want)
		}
	}
}
