package wire_test

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
	"parley/wire"
)

// place is a server without faces, at the time of the documentation.
type place struct {
	t     testing.TB
	chat  *chat.Chat
	rooms *rooms.Manager
}

func newPlace(t testing.TB) *place {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	at := func() time.Time { return time.Date(2026, 11, 22, 14, 3, 0, 0, time.UTC) }
	ring, err := keys.Open(t.Context(), keys.Options{Dir: t.TempDir(), Registration: keys.ByInvite, Ledger: store})
	if err != nil {
		t.Fatal(err)
	}
	m := rooms.New(store, rooms.LocalBus{}, rooms.Options{Clock: at})
	t.Cleanup(func() {
		_ = m.Close(context.Background())
		ring.Close()
		store.Close()
	})
	return &place{t, chat.New(chat.Options{Rooms: m, Keys: ring, Server: "Parley", Version: "0.1.0", Clock: at}), m}
}

func (p *place) as(who string) chat.Request {
	n, err := text.ReadName(who)
	if err != nil {
		p.t.Fatal(err)
	}
	return chat.Request{Who: keys.Identity{Name: n, Role: keys.Member}, Actor: rooms.Actor{Name: n}}
}

func (p *place) run(who, line string) chat.Reply {
	p.t.Helper()
	r := p.as(who)
	r.Line = line
	reply, err := p.chat.Run(context.Background(), r)
	if err != nil {
		p.t.Fatalf("%s: %s: %v", who, line, err)
	}
	return reply
}

// talk holds a conversation of one's input, a line after the other, and returns the lines out.
func (p *place) talk(who, args string, in io.Reader) []string {
	p.t.Helper()
	c := wire.Conversation{Chat: p.chat, Who: p.as(who), Follow: p.run(who, "attach "+args).Follow}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var out strings.Builder
	err := c.Run(ctx, wire.NewLines(in).Next, func(b []byte) error {
		out.Write(b)
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

// TestTheDocumentedConversation holds the conversation that docs/protocol.md shows, and gets the lines that it shows.
func TestTheDocumentedConversation(t *testing.T) {
	page, err := os.ReadFile("../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	var in, want []string
	whole, _, _ := strings.Cut(string(page), liveHeading)
	for line := range strings.Lines(whole) {
		if said, ok := strings.CutPrefix(line, "> "); ok {
			in = append(in, said)
		} else if said, ok := strings.CutPrefix(line, "< "); ok {
			want = append(want, strings.TrimSuffix(said, "\n"))
		}
	}
	if len(in) < 5 || len(want) < 5 {
		t.Fatalf("docs/protocol.md shows %d lines in and %d out", len(in), len(want))
	}
	p := newPlace(t)
	p.run("ana", "create #ops")
	p.run("ana", "create -p #secret")
	p.run("ci", "join #ops")
	p.run("ana", "post #ops deploy is green")
	ana, ci := p.as("ana").Actor, p.as("ci").Actor
	secret, err := p.rooms.Find(t.Context(), ana, must(text.ParseRoomName("#secret")))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.rooms.Invite(t.Context(), ana, secret.ID, ci.Name); err != nil {
		t.Fatal(err)
	}
	p.run("ci", "join #secret")
	// Events come when they come; here each is read before the next command is given.
	got := p.talk("ci", "#ops", strings.NewReader(strings.Join(in, "")))
	events := func(list []string) (events, others []string) {
		for _, l := range list {
			if strings.HasPrefix(l, `{"room"`) {
				events = append(events, l)
			} else {
				others = append(others, l)
			}
		}
		return events, others
	}
	gotEvents, gotOthers := events(got)
	wantEvents, wantOthers := events(want)
	for _, pair := range []struct{ got, want []string }{{gotEvents, wantEvents}, {gotOthers, wantOthers}} {
		if a, b := strings.Join(pair.got, "\n"), strings.Join(pair.want, "\n"); a != b {
			t.Errorf("the program says\n%s\nand the documentation has\n%s", a, b)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestTheDocumentedObjects: what is told of things has the fields of the documentation, in their order.
func TestTheDocumentedObjects(t *testing.T) {
	page, err := os.ReadFile("../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	p := newPlace(t)
	p.run("ana", "create #ops")
	p.run("ci", "join #ops")
	p.run("ci", "post #ops deploy is green")
	p.run("ci", "pin #ops:3")
	p.run("ci", "save #ops:3")
	p.run("ci", "follow #ops:3")
	p.run("ci", "schedule #ops in 2h stand-up")
	for what, line := range map[string]string{
		"room": "list", "person": "members #ops", "identity": "whoami",
		"pin": "pins #ops", "saved": "saved", "thread": "threads", "job": "schedule",
	} {
		shown := regexp.MustCompile(`(?m)^{"type":"` + what + `",.*$`).FindString(string(page))
		if shown == "" {
			t.Errorf("docs/protocol.md shows no %s", what)
			continue
		}
		said := string(must(wire.AppendLine(nil, wire.FromFacts(p.run("ci", line).Facts[0]))))
		for _, field := range fields(t, said) {
			if !strings.Contains(shown, `"`+field+`":`) {
				t.Errorf("docs/protocol.md shows no %s of a %s", field, what)
			}
		}
	}
}

// fields are the names of an object's fields.
func fields(t *testing.T, object string) (names []string) {
	var m map[string]any
	if err := json.Unmarshal([]byte(object), &m); err != nil {
		t.Fatalf("%s: %v", object, err)
	}
	for name := range m {
		names = append(names, name)
	}
	return names
}

func TestLinesOfAConversationAreBounded(t *testing.T) {
	p := newPlace(t)
	p.run("ana", "create #ops")
	long := `{"id":1,"command":"post","args":"#ops","body":"` + strings.Repeat("x", wire.MaxLine) + `"}`
	got := p.talk("ana", "", strings.NewReader(long+"\n\xff\xfe\n{\"id\":2,\"command\":\"version\"}"))
	for i, want := range []string{`"hello"`, `"id":null,"ok":false,"error":{"status":64,"text":"that line is longer than`, `"id":null,"ok":false,"error":{"status":64,"text":"that line is not UTF-8`, `"id":2,"ok":true`} {
		if i >= len(got) || !strings.Contains(got[i], want) {
			t.Errorf("line %d of %q lacks %s", i, got, want)
		}
	}
	if len(got) != 4 {
		t.Errorf("%d lines", len(got))
	}
}

// TestFaultsAreAnsweredByID: a client that waits for the answer to its command gets it, whatever else is wrong with the line.
func TestFaultsAreAnsweredByID(t *testing.T) {
	p := newPlace(t)
	p.run("ana", "create #ops")
	for line, want := range map[string]string{
		`{"id":4,"command":"post","args":"#ops hello","wat":1}`: `"id":4,"ok":false`,
		`{"id":"a"}`:             `"id":"a","ok":false`,
		`{"command":7,"id":5}`:   `"id":5,"ok":false`,
		`{"id":6} {"id":7}`:      `"id":6,"ok":false`,
		`{"id":{},"command":""}`: `"id":null,"ok":false`,
		`{"id":8`:                `"id":null,"ok":false`,
	} {
		if got := p.talk("ana", "", strings.NewReader(line+"\n")); len(got) != 2 || !strings.Contains(got[1], want) {
			t.Errorf("%s: %q lacks %s", line, got, want)
		}
	}
}

// FuzzConversation: whatever comes in, each line gets one answer of valid JSON and UTF-8, or none if it is blank.
func FuzzConversation(f *testing.F) {
	for _, s := range []string{
		`{"id":1,"command":"post","args":"#ops hello"}`, `{"id":"a","command":"history","args":"#ops"}`, "{}", "null", "[1]", `{"id":{},"command":"x"}`,
		`{"id":1,"command":"post","args":"#ops","body":"a\u0000b"}`, "\xff", `{"id":1e400,"command":"who"}`, `{"id":1,"command":"tail","args":"-f"}`, `{"command":"help"}{"command":"help"}`,
		`{"id":1,"command":"ask","args":"#ops x --timeout 1s"}`, `{"id":1,"command":"attach"}`, "  ",
	} {
		f.Add(s)
	}
	p := newPlace(f)
	p.run("ana", "create #ops")
	f.Fuzz(func(t *testing.T, in string) {
		p.t = t
		lines := 0
		for line := range strings.SplitSeq(in, "\n") {
			if strings.Trim(line, " \t\r\v\f\u0085\u00a0") != "" && strings.TrimSpace(line) != "" {
				lines++
			}
		}
		answers := 0
		for _, l := range p.talk("ana", "", strings.NewReader(in)) {
			var m struct{ Type string }
			if !utf8.ValidString(l) || json.Unmarshal([]byte(l), &m) != nil {
				t.Fatalf("%q is answered by %q", in, l)
			}
			if m.Type == "answer" {
				answers++
			}
		}
		if answers > lines {
			t.Fatalf("%q: %d lines have %d answers", in, lines, answers)
		}
	})
}
