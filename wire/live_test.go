package wire_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"parley/chat"
	"parley/text"
	"parley/wire"
)

// liveHeading is where the documentation begins to show the conversation of somebody who looks at it.
const liveHeading = "\n### For people\n"

// screen is a live conversation in a test: lines go in when they are given, and are looked at as they come.
type screen struct {
	t   testing.TB
	in  chan string
	end func() // of the whole conversation

	mu    sync.Mutex
	lines []string
	more  chan struct{} // capacity 1
	at    int           // of the line that see looks at next
}

// look holds a live conversation.
func (p *place) look(who, args string) *screen {
	p.t.Helper()
	c := wire.Conversation{Chat: p.chat, Who: p.as(who), Follow: p.run(who, "attach --live "+args).Follow}
	s := &screen{t: p.t, in: make(chan string), more: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = c.Run(ctx, func() ([]byte, error) {
			select {
			case l, ok := <-s.in:
				if !ok {
					return nil, io.EOF
				}
				return []byte(l), nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}, s.write)
	}()
	s.end = sync.OnceFunc(func() { cancel(); <-done })
	p.t.Cleanup(s.end)
	return s
}

func (s *screen) write(b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")...)
	select {
	case s.more <- struct{}{}:
	default:
	}
	return nil
}

func (s *screen) say(format string, args ...any) { s.in <- fmt.Sprintf(format, args...) }

// invite makes a private room and invites somebody.
func (p *place) invite(from, to, whom string) {
	p.t.Helper()
	p.run(from, "create -p "+to)
	ana := p.as(from).Actor
	room, err := p.rooms.Find(p.t.Context(), ana, must(text.ParseRoomName(to)))
	if err == nil {
		err = p.rooms.Invite(p.t.Context(), ana, room.ID, p.as(whom).Actor.Name)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// count waits for so many lines in all.
func (s *screen) count(n int) []string {
	s.t.Helper()
	for deadline := time.After(20 * time.Second); ; {
		s.mu.Lock()
		lines := slices.Clone(s.lines)
		s.mu.Unlock()
		if len(lines) >= n {
			return lines
		}
		select {
		case <-s.more:
		case <-deadline:
			s.t.Fatalf("%d lines of %d have come:\n%s", len(lines), n, strings.Join(lines, "\n"))
		}
	}
}

// see returns the next line that has all the words.
func (s *screen) see(words ...string) string {
	s.t.Helper()
	for from := s.at; ; s.at++ {
		lines := s.count(from)
		if s.at >= len(lines) {
			if lines = s.countOr(s.at + 1); s.at >= len(lines) {
				s.t.Fatalf("no line has %q among\n%s", words, strings.Join(lines[min(from, len(lines)):], "\n"))
			}
		}
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(lines[s.at], w) }) {
			s.at++
			return lines[s.at-1]
		}
	}
}

// countOr is count that gives up.
func (s *screen) countOr(n int) []string {
	for deadline := time.After(20 * time.Second); ; {
		s.mu.Lock()
		lines := slices.Clone(s.lines)
		s.mu.Unlock()
		if len(lines) >= n {
			return lines
		}
		select {
		case <-s.more:
		case <-deadline:
			return lines
		}
	}
}

// settled says something that is answered, and returns what came before the answer and was not seen yet.
func (s *screen) settled() []string {
	s.t.Helper()
	from := s.at
	s.say(`{"id":"settled","command":"version"}`)
	s.see(`"id":"settled"`)
	return s.lines[from : s.at-1]
}

// TestTheDocumentedLiveConversation holds the conversation that docs/protocol.md shows, and gets the lines that it shows:
// each line in is said when all that stands before it has come.
func TestTheDocumentedLiveConversation(t *testing.T) {
	page, err := os.ReadFile("../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	_, page2, ok := strings.Cut(string(page), liveHeading)
	if !ok {
		t.Fatal("docs/protocol.md has no conversation for people")
	}
	p := newPlace(t)
	p.run("ana", "create #ops")
	p.run("kei", "join #ops")
	p.run("ana", "post #ops deploy is geen")
	p.run("ana", "edit #ops:3 deploy is green")
	p.run("ana", "react #ops:3 :tada:")
	p.invite("ana", "#secret", "kei")
	p.run("kei", "join #secret")
	p.invite("ana", "#plans", "kei")
	s := p.look("kei", "")
	var step, got []string
	seen := 0
	check := func() {
		lines := s.count(seen + len(step))
		got, seen = lines[seen:], len(lines)
		if a, b := slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(step)); !slices.Equal(a, b) {
			t.Fatalf("the program says\n%s\nand the documentation has\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
		}
		step = nil
	}
	for line := range strings.Lines(page2) {
		line = strings.TrimSuffix(line, "\n")
		if said, ok := strings.CutPrefix(line, "> "); ok {
			check()
			s.say("%s", said)
		} else if said, ok := strings.CutPrefix(line, "< "); ok {
			step = append(step, said)
		}
	}
	check()
	if seen < 10 {
		t.Errorf("docs/protocol.md shows %d lines out", seen)
	}
}

// Who comes back with cursors of rooms that they are not in any more is told so, and the rest goes on: a room is found by its number after a rename.
func TestComingBackWithoutSomeRooms(t *testing.T) {
	p := newPlace(t)
	p.run("ana", "create #ops")
	p.invite("ana", "#secret", "kei")
	p.run("kei", "join #ops")
	p.run("kei", "join #secret")
	r := p.as("kei")
	r.Line, r.Yes = "leave #secret", true
	if _, err := p.chat.Run(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	p.run("ana", "rename #ops #operations")
	p.run("ana", "post #operations while you were away")
	s := p.look("kei", "--after 1:2 --after #secret:3 --after 2:3 --after #nowhere:12")
	hello := s.see(`"hello"`)
	if strings.Contains(hello, "secret") || !strings.Contains(hello, `"room":"#operations"`) || !strings.Contains(hello, `"after":2`) {
		t.Errorf("hello: %s", hello)
	}
	s.see(`{"type":"ended","room":"#secret"}`)
	s.see(`{"type":"ended","id":2}`)
	s.see(`{"type":"ended","room":"#nowhere"}`)
	s.see(`"type":"rename"`, `"room":"#operations"`, `"seq":3`)
	s.see(`"while you were away"`)
	if _, err := p.chat.Run(t.Context(), p.line("kei", "attach --after #nowhere:12")); err == nil {
		t.Error("without --live a room that is gone is no error")
	}
	if _, err := p.chat.Run(t.Context(), p.line("kei", "attach --live --after #operations:99")); err == nil {
		t.Error("an event that there is not yet is no error")
	}
}

func (p *place) line(who, line string) chat.Request {
	r := p.as(who)
	r.Line = line
	return r
}

// Counts of rooms that are not shown come with their messages; those of the shown one only where its messages do not say them.
func TestCountsAreToldOnce(t *testing.T) {
	p := newPlace(t)
	p.run("ana", "create #ops")
	p.run("ana", "create #dev")
	p.run("kei", "join #ops")
	p.run("kei", "join #dev")
	s := p.look("kei", "")
	s.see(`"hello"`)
	s.say(`{"show":"#ops"}`)
	s.see(`"presence"`)
	p.run("ana", "post #dev one")
	s.see(`"text":"one"`)
	s.see(`"type":"room","room":"#dev"`, `"unread":1,"mentions":0`)
	p.run("ana", "post #ops two")
	s.see(`"text":"two"`)
	for _, l := range s.settled() {
		t.Errorf("told once more: %s", l)
	}
	p.run("ana", "post #ops @kei three")
	s.see(`three`)
	s.see(`"type":"room","room":"#ops"`, `"unread":2,"mentions":1`)
	s.say(`{"id":1,"seen":"#ops:4"}`)
	s.see(`"id":1,"ok":true`)
	s.see(`"type":"room","room":"#ops"`, `"read":4,"unread":0,"mentions":0`)
	s.say(`{"id":2,"command":"read","args":"all"}`)
	s.see(`"type":"room","room":"#dev"`, `"unread":0`)
	p.run("ana", "topic #ops new words")
	s.see(`"type":"room","room":"#ops"`, `"topic":"new words"`)
	p.run("ana", "create #later")
	p.run("kei", "join #later")
	s.see(`"type":"room","room":"#later"`, `"role":"member"`)
	s.see(`"room":"#later"`, `"type":"join"`)
	p.run("ana", "kick #ops @kei")
	s.see(`"type":"ended","room":"#ops","id":1`)
	s.say(`{"id":3,"command":"topic"}`)
	s.see(`"id":3,"ok":false`, "you are in no room here")
}

// What a live conversation says that cannot be done is answered, whether it has an id or not, and in the person's language.
func TestWhatCannotBeDone(t *testing.T) {
	p := newPlace(t)
	p.run("ana", "create #ops")
	p.run("ana", "set lang ja")
	p.run("ana", "create -p #secret")
	s := p.look("ana", "")
	s.see(`"hello"`, `"lang":"ja"`)
	for _, try := range []struct{ say, see string }{
		{`{"show":"#nowhere"}`, "ルーム"},
		{`{"show":"#ops","typing":true}`, "name one command"},
		{`{"draft":"x"}`, "no room is shown"},
		{`{"place":3}`, "no room is shown"},
		{`{"seen":"#ops"}`, "by its room and its number"},
		{`{"seen":"#ops:x"}`, "by its room and its number"},
		{`{"seen":"#nowhere:1"}`, "ルーム"},
		{`{"at":3}`, "name one command"},
		{`{"id":4,"command":"plain"}`, "端末"},
	} {
		s.say("%s", try.say)
		s.see(`"ok":false`, try.see)
	}
	s.say(`{"id":5,"command":"leave","args":"#secret"}`)
	s.see(`"id":5,"ok":false,"ask":"`)
	s.say(`{"id":6,"complete":"𝕏é @a","at":1000}`)
	s.see(`"id":6,"ok":true,"from":4,"choices":[]`)
	s.say(`{"id":7,"complete":"/he","at":3}`)
	s.see(`"insert":"/help "`)
	s.say(`{"id":8,"press":"x"}`)
	s.see(`"id":8,"ok":false`)
}

// Who is here, who comes and goes, and who types is told of the shown room.
func TestPresenceAndTyping(t *testing.T) {
	p := newPlace(t)
	p.run("ana", "create #ops")
	p.run("kei", "join #ops")
	kei := p.look("kei", "")
	kei.see(`"hello"`)
	kei.say(`{"show":"#ops"}`)
	kei.see(`"presence"`, `"all":true`, `{"name":"ana","presence":"offline","role":"owner"}`)
	ana := p.look("ana", "")
	ana.see(`"hello"`)
	kei.see(`"presence","room":"#ops","people":[{"name":"ana","presence":"here","role":"owner"}]`)
	ana.say(`{"show":"#ops"}`)
	ana.see(`"presence"`)
	ana.say(`{"typing":true}`)
	kei.see(`{"type":"typing","room":"#ops","people":["ana"]}`)
	ana.say(`{"typing":false}`)
	kei.see(`{"type":"typing","room":"#ops","people":[]}`)
	ana.say(`{"id":1,"command":"set","args":"typing off"}`)
	ana.see(`"id":1,"ok":true`)
	ana.say(`{"typing":true}`)
	ana.say(`{"id":2,"command":"post","args":"#ops hello"}`)
	kei.see(`"text":"hello"`)
	for _, l := range kei.settled() {
		if strings.Contains(l, "typing") {
			t.Errorf("who does not want it to be seen types: %s", l)
		}
	}
	ana.end()
	kei.see(`"presence"`, `{"name":"ana","presence":"offline","role":"owner"}`)
	p.run("zoe", "join #ops")
	kei.see(`"presence"`, `"name":"zoe"`)
	p.run("zoe", "leave #ops")
	kei.see(`"presence"`, `{"name":"zoe","presence":"gone"}`)
}

// FuzzLiveLines: whatever is said in a live conversation, what comes is lines of JSON, and no line is answered twice.
func FuzzLiveLines(f *testing.F) {
	for _, s := range []string{
		`{"show":"#ops"}`, `{"show":""}`, `{"seen":"#ops:1"}`, `{"seen":"#ops:99999999999999999999"}`, `{"seen":"1:1","thread":1}`, `{"typing":true}`, `{"draft":"\u0000\u202e"}`,
		`{"place":18446744073709551615}`, `{"complete":"/topic #o","at":-4}`, `{"id":1,"complete":"𝕏@","at":1}`, `{"id":1,"command":"history","args":"--now --around 1"}`, `{"id":1,"command":"tail"}`,
		"{\"show\":\"#ops\"}\n{\"draft\":\"x\"}\n{\"id\":2,\"command\":\"leave\"}", `{"id":1,"command":"press","args":"Alt-a"}`, `{"show":null,"typing":null}`,
	} {
		f.Add(s)
	}
	p := newPlace(f)
	p.run("ana", "create #ops")
	f.Fuzz(func(t *testing.T, in string) {
		p.t = t
		if _, err := p.chat.Run(context.Background(), p.line("ana", "join #ops")); err != nil {
			p.run("ana", "create #ops") // it has another name by now
		}
		lines := 0
		for line := range strings.SplitSeq(in, "\n") {
			if strings.TrimSpace(line) != "" {
				lines++
			}
		}
		answers := 0
		for _, l := range p.talk("ana", "--live", strings.NewReader(in)) {
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
