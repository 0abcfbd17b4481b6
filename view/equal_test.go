package view

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
	"parley/text"
	"parley/view/plain"
)

// done is one line of the script: what ana enters, and what shows that it is done.
type done struct {
	line  string
	keys  string // what does the same in the view by its keys, where there are such,
	after string // when the screen shows this: keys are about what is seen
	makes int    // how many events it makes
	sees  string // or what ana reads then
	bo    string // instead: what bo says in the room
}

// actions is what ana does, in the view and in plain lines.
var actions = []done{
	{line: "deploi is green", makes: 1}, // 3
	{line: "s/deploi/deploy/", makes: 1},
	{bo: "great, closing the ticket"}, // 5
	{line: "/reply ^ which one?", makes: 1},
	{line: "/r 5 and thanks", makes: 1},
	{line: "/edit 6 which ticket?", makes: 1},
	{line: "/edit and thanks indeed", keys: "\x1b[A indeed\r", after: "and thanks", makes: 1}, // by Up
	{line: "/react :tada:", keys: "\x13+tada\r\x13", makes: 1},                                // in select mode; to her own: 7
	{line: "/react 5 👍", makes: 1},
	{line: "/unreact 7", makes: 1},
	{line: "/pin 3", makes: 1},
	{line: "/pin", keys: "\x13p\x13", after: "pinned “ana: deploy is green”", makes: 1},
	{line: "/unpin ^", keys: "\x13p\x13", after: "pinned “ana: and thanks indeed”", makes: 1},
	{line: "/topic deploys and pages", makes: 1},
	{line: "/thread 5 this is beside the room", makes: 1},
	{line: "/thread 5 and so is this", makes: 1},
	{line: "/thread 5"},
	{line: "into the thread that is open", makes: 1},
	{line: "/thread -"},
	{line: "and into the room", makes: 1},
	{line: "/poll Lunch? pizza | soup", makes: 1},
	{line: "/vote 2", makes: 1},
	{line: "/vote 1", makes: 1},
	{line: "/close", makes: 1},
	{line: "/me waves", makes: 1},
	{line: "//slashed", makes: 1},
	{line: "//s/a/b/", makes: 1},
	{line: "s/nothing/of it/", sees: "does not contain"},
	{line: "/frobnicate", sees: "no command /frobnicate"},
	{line: "/quote 5 so it is", makes: 1},
	{line: "/code go x := 1", makes: 1},
	{line: "/shrug", makes: 1},
	{line: "/unpin", makes: 1},
	{line: "/delete", sees: "gone for good"},
	{line: "y", makes: 1},
	{line: "/delete 6", sees: "gone for good"},
	{line: "n"},
	{line: "/forward 3 @bo look", makes: 2},
	{line: "/msg bo hi there", makes: 1, sees: "@bo"}, // the view says where, plain lines show it
	{line: "/msg @bo", sees: "hi there"},
	{line: "just us", makes: 1},
	{line: "/switch #ops", sees: "so it is"},
	{line: "/quiet @bo 1h", makes: 1},
	{line: "/unquiet @bo", makes: 1},
	{line: "/role @bo moderator", makes: 1},
	{line: "/slow 1m", makes: 1},
	{line: "/lock", makes: 1},
	{line: "/rename #operations", makes: 1},
	{line: "/unlock", makes: 1},
	{line: "/slow off", makes: 1},
	{line: "/newcomers joined", makes: 1},
	{line: "/newcomers all", makes: 1},
	{line: "/bots off", makes: 1},
	{line: "/guests on", makes: 1},
	{line: "/retention 90d", sees: "erased for good"},
	{line: "y", makes: 1},
	{line: "/purge 2", sees: "delete 2 messages"},
	{line: "y", makes: 2},
	{line: "/kick @bo too loud", makes: 1},
	{line: "/ban @bo 1h spam", makes: 1},
	{line: "/unban @bo", makes: 1},
	{line: "/invite @bo", makes: 1},
	{line: "/create -p #plans for the few", makes: 1, sees: "#plans is yours"},
	{line: "/post --code go y := 2", makes: 1},
	{line: "/correct s/y/z/", makes: 1},
	{line: "/accept #den", makes: 1},
	{line: "/decline #cave", sees: "declined"},
	{line: "/join #random", makes: 1, sees: "random"},
	{line: "/leave #random", sees: "you have left"},
	{line: "/switch #operations"},
	{line: "back here", makes: 1},
	{line: "/save 3"},
	{line: "/save 5"},
	{line: "/unsave 5"},
	{line: "/unfollow 5"},
	{line: "/follow 5"},
	{line: "/star"},
	{line: "/notify all"},
	{line: "/mute #plans"},
	{line: "/mute #den"},
	{line: "/unmute #den"},
	{line: "/remind me 2099-01-01 10:00 tea"},
	{line: "/schedule 2099-01-01 10:00 happy new year"},
	{line: "/report 5 is this in order?"},
	{line: "/ignore @bo"},
	{line: "/set time 12h"},
	{line: "/set hints off"},
	{line: "/away to lunch"},
	{line: "/back"},
	{line: "/dnd 1h"},
	{line: "/dnd off"},
	{line: "/read all"},
	{line: "/archive", sees: "archive #operations?"},
	{line: "y", makes: 1},
	{line: "/archive off", makes: 1},
	{line: "the end", makes: 1},
}

// unplayed are the commands that are not among actions: they change nothing, or what they change is no face's.
const unplayed = `
	list members who whoami whois status info threads pins saved search mentions links jump history unread bans audit files get preview
	help shortcuts version signers nick tail attach upload stats
	plain view press clear quit
	ask export import keys login web sessions webhook bot approve deny invites user defcon announce reload unignore`

// kept is what else of a person is compared: what these commands list.
var kept = []string{"saved", "threads", "remind", "schedule", "ignore", "set", "unread", "list", "notify #operations", "notify #plans", "notify #den"}

// seat is a face with ana in front of it.
type seat interface {
	enters(a done)
	shows(words string) bool
	screen() string
}

// TestTheSameInPlainLines: whatever is done in the view and in plain lines, the log is the same.
func TestTheSameInPlainLines(t *testing.T) {
	var logs [2]string
	for i, face := range []string{"view", "plain lines"} {
		t.Run(face, func(t *testing.T) {
			s := newServer(t)
			ops := s.room("#ops", "ana", "bo")
			s.room("#random", "bo")
			s.invites("#den", "bo", "ana")
			s.invites("#cave", "bo", "ana")
			s.comes("bo")
			var ana seat = &viewSeat{s.enter("ana", 100, 30)}
			if i == 1 {
				ana = s.plainSeat("ana")
			}
			eventually(t, ana, "the start", func() bool { return ana.shows("#ops") })
			for _, a := range actions {
				want := s.events("ana") + a.makes
				if a.bo != "" {
					s.post(ops, "bo", a.bo)
					continue
				}
				ana.enters(a)
				eventually(t, ana, a.line, func() bool { return (a.makes == 0 || s.events("ana") >= want) && (a.sees == "" || ana.shows(a.sees)) })
			}
			logs[i] = s.written("ana") + s.written("bo") + s.kept("ana")
		})
	}
	if logs[0] != logs[1] {
		t.Errorf("through the view the logs are\n%s\nand through plain lines\n%s", logs[0], logs[1])
	}
	want := 0
	for _, a := range actions {
		want += a.makes
	}
	if strings.Count(logs[0], "\n") < want {
		t.Errorf("only this was done:\n%s", logs[0])
	}
	for _, typ := range []rooms.Type{rooms.Message, rooms.Action, rooms.Poll, rooms.Edit, rooms.Delete, rooms.React, rooms.Unreact, rooms.Pin, rooms.Unpin,
		rooms.Vote, rooms.Close, rooms.Create, rooms.Join, rooms.Leave, rooms.Invite, rooms.Decline, rooms.Topic, rooms.Rename, rooms.Set, rooms.Grant,
		rooms.Kick, rooms.Ban, rooms.Unban, rooms.Quiet, rooms.Unquiet} {
		if !strings.Contains(logs[0], " "+string(typ)+" ana ") {
			t.Errorf("no %s was made", typ)
		}
	}
}

// Each command of the table is played, or said not to be.
func TestEveryCommandIsPlayed(t *testing.T) {
	played := map[string]bool{}
	for _, name := range strings.Fields(unplayed) {
		played[name] = true
	}
	for _, a := range actions {
		if name, isCommand := strings.CutPrefix(a.line, "/"); isCommand {
			name, _, _ = strings.Cut(name, " ")
			played[name] = true
		}
	}
	for _, cmd := range chat.New(chat.Options{}).Commands() {
		found := played[cmd.Name]
		for _, alias := range cmd.Aliases {
			found = found || played[alias]
		}
		if !found {
			t.Errorf("/%s is not among actions: what it does in the view and in plain lines is not compared", cmd.Name)
		}
	}
}

// invites lets somebody make a private room and invite another to it.
func (s *server) invites(name, by, whom string) {
	s.t.Helper()
	r, err := s.rooms.Create(s.t.Context(), actor(by), rooms.Room{Name: roomName(name), Kind: rooms.Private})
	if err == nil {
		err = s.rooms.Invite(s.t.Context(), actor(by), r.ID, mustName(whom))
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// kept is what the server keeps for somebody beside the logs, as commands list it.
func (s *server) kept(name string) string {
	s.t.Helper()
	person, err := s.rooms.Person(s.t.Context(), actor(name))
	if err != nil {
		s.t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintln(&b, person.Settings) // what is no setting of /set too: of /dnd and /away
	for _, line := range kept {
		reply, err := s.chat.Run(s.t.Context(), chat.Request{Who: keys.Identity{Name: mustName(name), Role: keys.Member}, Actor: actor(name), Line: line, Zone: time.UTC})
		fmt.Fprintf(&b, "/%s: %v\n", line, err)
		for _, l := range reply.Lines {
			fmt.Fprintf(&b, "  %s\n", l)
		}
		for _, e := range reply.Events {
			fmt.Fprintf(&b, "  %d %s\n", e.Seq, e.Text)
		}
	}
	return b.String()
}

// comes lets somebody be here, without a face.
func (s *server) comes(name string) {
	s.t.Helper()
	ses, err := s.rooms.Attach(s.t.Context(), actor(name), roomsSession(name))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(ses.Close)
}

// events is how many there are in somebody's rooms.
func (s *server) events(name string) (n int) {
	s.t.Helper()
	list, err := s.rooms.Inbox(s.t.Context(), actor(name))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, m := range list {
		n += int(m.Room.Seq)
	}
	return n
}

// written is what is in the logs of somebody's rooms, without times and nonces.
func (s *server) written(name string) string {
	s.t.Helper()
	list, err := s.rooms.Inbox(s.t.Context(), actor(name))
	if err != nil {
		s.t.Fatal(err)
	}
	var b strings.Builder
	for _, m := range list {
		events, err := s.rooms.Events(s.t.Context(), actor(name), m.Room.ID, 0, 1000)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, e := range events {
			fmt.Fprintf(&b, "%s %d %s %s %q target %s ref %d thread %d detail %q ends %v\n", m.Room.Label(text.Name{}), e.Seq, e.Type, e.Author, e.Text, e.Target, e.Ref, e.Thread, e.Detail, !e.Until.IsZero())
		}
	}
	return b.String()
}

func eventually(t *testing.T, at seat, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !cond(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("%s: it never came; ana sees\n%s", what, at.screen())
		}
	}
}

type viewSeat struct{ *rig }

func (v *viewSeat) enters(a done) {
	switch {
	case a.keys != "":
		v.sees(a.after)
		v.types(a.keys)
	case a.line == "y" || a.line == "n": // a question takes a key
		v.types(a.line)
	default:
		v.types(a.line + "\r")
	}
}

func (v *viewSeat) shows(words string) bool { return strings.Contains(v.screen(), words) }
func (v *viewSeat) screen() string          { return v.term.String() }

// plainSeat is a conversation in plain lines.
type plainSeat struct {
	t     testing.TB
	hands *io.PipeWriter
	mu    sync.Mutex
	out   bytes.Buffer
	last  int // where what was shown since the last line begins
}

func (s *server) plainSeat(name string) *plainSeat {
	s.t.Helper()
	ses, err := s.rooms.Attach(s.t.Context(), actor(name), rooms.SessionInfo{ID: name, Face: "plain", Since: time.Now()})
	if err != nil {
		s.t.Fatal(err)
	}
	in, hands := io.Pipe()
	p := &plainSeat{t: s.t, hands: hands}
	talk := plain.New(plain.Options{Chat: s.chat, Session: ses, Identity: keys.Identity{Name: mustName(name), Role: keys.Member}, Zone: time.UTC})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = talk.Run(ctx, in, p)
	}()
	s.t.Cleanup(func() {
		hands.Close()
		<-ended
		cancel()
		ses.Close()
	})
	return p
}

func (p *plainSeat) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(b)
}

func (p *plainSeat) enters(a done) {
	p.mu.Lock()
	p.last = p.out.Len()
	p.mu.Unlock()
	if _, err := io.WriteString(p.hands, a.line+"\n"); err != nil {
		p.t.Fatal(err)
	}
}

func (p *plainSeat) shows(words string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Contains(p.out.String()[p.last:], words)
}

func (p *plainSeat) screen() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}
