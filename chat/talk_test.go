package chat_test

import (
	"errors"
	"strings"
	"testing"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// inside runs a line of somebody in a room, and returns what it answered.
func (p *place) inside(room, who, line string) (chat.Reply, error) {
	p.t.Helper()
	name, err := text.ParseRoomName(room)
	if err != nil {
		p.t.Fatal(err)
	}
	r := p.as(who, line)
	info, err := p.chat.Rooms.Find(p.t.Context(), r.Actor, name)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Room = info.ID
	return p.run(r)
}

// mustInside is inside for what must be done; only its words count.
func (p *place) mustInside(room, who, line string) string {
	p.t.Helper()
	r, err := p.inside(room, who, line)
	if err != nil {
		p.t.Fatalf("%s: /%s: %v", who, line, err)
	}
	return joined(r)
}

func TestTalkAboutMessages(t *testing.T) {
	p := newPlace(t, "ana", "bo", "kei")
	p.must("ana", "create #ops")
	p.must("bo", "join #ops")                                    // 2
	p.mustInside("#ops", "ana", "post deploy is green")          // 3
	p.mustInside("#ops", "bo", "r great, closing the ticket")    // 4, about 3
	p.mustInside("#ops", "ana", "thread 3 which ticket?")        // 5, in the thread of 3
	p.mustInside("#ops", "bo", "reply #ops:5 the old one")       // 6, there too
	p.mustInside("#ops", "bo", "edit 4 great, closing #1234")    // 7
	p.mustInside("#ops", "ana", "react ^ :tada:")                // 8, to 4: threads are beside the room
	p.mustInside("#ops", "ana", "pin #ops:4")                    // 9
	p.mustInside("#ops", "bo", "quote ^2 so it is")              // 10, of 3
	p.mustInside("#ops", "ana", "delete -y 5")                   // 11
	p.mustInside("#ops", "ana", "me waves")                      // 12
	p.mustInside("#ops", "ana", "edit waves at bo")              // 13: of 12, her last one
	p.mustInside("#ops", "ana", "unreact 4")                     // 14
	p.mustInside("#ops", "ana", "unpin")                         // 15
	p.mustInside("#ops", "ana", "code go fmt.Println(`hi`)")     // 16
	p.mustInside("#ops", "bo", "shrug no idea")                  // 17
	p.must("kei", "join #ops")                                   // 18
	p.mustInside("#ops", "kei", "forward #ops:17 @bo look here") // into their conversation

	var got []string
	for _, e := range p.log("kei", "#ops") {
		got = append(got, event(e))
	}
	want := []string{
		"1 create ana", "2 join bo", "3 message ana: deploy is green", "4 message bo: great, closing the ticket re 3",
		"5 message ana:  in 3", "6 message bo: the old one re 5 in 3", "7 edit bo: great, closing #1234 re 4", "8 react ana re 4 (tada)",
		"9 pin ana re 4", "10 message bo: > ana: deploy is green/so it is", "11 delete ana re 5 in 3", "12 action ana: waves",
		"13 edit ana: waves at bo re 12", "14 unreact ana re 4 (tada)", "15 unpin ana re 4", "16 message ana: ```go/fmt.Println(`hi`)/```",
		`17 message bo: no idea ¯\_(ツ)_/¯`, "18 join kei",
	}
	if a, b := strings.Join(got, "\n"), strings.Join(want, "\n"); a != b {
		t.Errorf("the log is\n%s\nwant\n%s", a, b)
	}
	if got := p.must("bo", "history @kei"); got != "kei: \nkei: look here\nforwarded from #ops:17\n> bo: no idea ¯\\_(ツ)_/¯" {
		t.Errorf("what was forwarded is %q", got)
	}
	r, err := p.inside("#ops", "bo", "thread 3")
	if err != nil || r.Do != chat.Thread || r.Seq != 3 || joined(r) != "ana: deploy is green\nana: \nbo: the old one" {
		t.Errorf("the thread is %+v, %v", joined(r), err)
	}
	if got := p.must("ana", "threads"); got != "#ops:3  1 new  ana: deploy is green" {
		t.Errorf("ana's threads are %q", got)
	}
}

// Where a thread is open, what is said and what names no message is about it.
func TestInAThread(t *testing.T) {
	p := newPlace(t, "ana", "bo")
	p.must("ana", "create #ops")
	p.must("bo", "join #ops")
	p.mustInside("#ops", "ana", "post a question")    // 3
	p.mustInside("#ops", "bo", "thread 3 which one")  // 4
	p.mustInside("#ops", "bo", "post something else") // 5
	for _, line := range []string{"me thinks", "react tada", "reply that one", "reply ^4 or this", "edit s/this/the other/"} {
		r := p.as("ana", line)
		list, err := p.chat.Rooms.Rooms(t.Context(), r.Actor)
		if err != nil {
			t.Fatal(err)
		}
		r.Room, r.Thread = list[0].ID, 3
		if _, err := p.run(r); err != nil {
			t.Fatalf("/%s: %v", line, err)
		}
	}
	var got []string
	for _, e := range p.log("ana", "#ops")[5:] {
		got = append(got, event(e))
	}
	want := []string{
		"6 action ana: thinks in 3", "7 react ana re 6 (tada)", "8 message ana: that one re 4 in 3",
		"9 message ana: or this re 3 in 3", "10 edit ana: or the other re 9",
	}
	if a, b := strings.Join(got, "\n"), strings.Join(want, "\n"); a != b {
		t.Errorf("the log is\n%s\nwant\n%s", a, b)
	}
}

// log is all of a room.
func (p *place) log(who, room string) []*rooms.Event {
	p.t.Helper()
	asked := p.as(who, "history "+room+" 1000")
	asked.Log = true
	r, err := p.run(asked)
	if err != nil {
		p.t.Fatal(err)
	}
	return r.Events
}

// event is an event in one line.
func event(e *rooms.Event) string {
	s := chat.Ref("", e.Seq)[1:] + " " + string(e.Type) + " " + e.Author.String()
	if !e.Text.IsZero() || e.Type.Talk() {
		s += ": " + strings.ReplaceAll(e.Text.String(), "\n", "/")
	}
	if e.Ref != 0 {
		s += " re " + chat.Ref("", e.Ref)[1:]
	}
	if e.Thread != 0 {
		s += " in " + chat.Ref("", e.Thread)[1:]
	}
	if e.Detail != "" {
		s += " (" + e.Detail + ")"
	}
	return s
}

func TestRefusedTalk(t *testing.T) {
	p := newPlace(t, "ana", "bo", "kei")
	p.must("ana", "create #ops")
	p.must("bo", "join #ops")
	p.mustInside("#ops", "ana", "post hello")
	for _, step := range []struct{ who, line, want string }{
		{"ana", "reply 99 hi", "there is no message #ops:99: /history shows the newest ones with their numbers"},
		{"ana", "pin 1", "#ops:1 is no message, but what somebody did"},
		{"ana", "pin hello", "name one message: /pin [REF]"},
		{"ana", "pin ^0", "^ is the newest message, ^2 the one before it: /pin [REF]"},
		{"ana", "pin ^7", "#ops has no such message, as far back as was looked: name it, as in #ops:3"},
		{"ana", "reply #opps:3 hi", "there is no room #opps that you can enter; did you mean #ops?"},
		{"bo", "edit 3 no", "that message is not yours"},
		{"bo", "correct #ops no", "write s/old/new/, with the third slash: /correct [#room|@person] s/OLD/NEW/"},
		{"bo", "s/a/b/", "s/a/b/ corrects a message, and nothing was changed: in a room write it without a slash before it, on the command line as in correct '#general' s/a/b/"},
		{"bo", "edit no", "#ops has no such message, as far back as was looked: name it, as in #ops:3"},
		{"bo", "delete -y 3", "that message is not yours"},
		{"bo", "delete 3", "that message is not yours"},
		{"bo", "unreact 3 tada", "you have not given that reaction"},
		{"bo", "react 3", "name the emoji, as in :tada:: /react [REF] :emoji:"},
		{"bo", "msg", "name whom to write to: /msg @person[,@person…] [WORDS…]"},
		{"bo", "msg @bo hi", "a conversation needs somebody else: name them, as in @ana or @ana,@bo"},
		{"bo", "msg @nobody hi", "nobody here is called nobody"},
		{"bo", "history @ana", "you have no conversation with @ana yet: /msg @ana begins it"},
		{"bo", "switch @ana,@kei", "you have no conversation with @ana,@kei yet: /msg @ana,@kei begins it"},
		{"bo", "forward 3", "name the message and the room that it goes to: /forward REF #room|@person [WORDS…]"},
	} {
		if _, err := p.inside("#ops", step.who, step.line); err == nil || err.Error() != step.want {
			t.Errorf("%s: /%s is answered by %q, want %q", step.who, step.line, err, step.want)
		}
	}
	if _, err := p.run(p.as("ana", "reply 3 hi")); !errors.Is(err, rooms.ErrNoRoom) || !strings.Contains(err.Error(), "#general:12") {
		t.Errorf("a number without a room is answered by %v", err)
	}
	r, err := p.inside("#ops", "ana", "delete")
	if err != nil || r.Ask.String() != `delete your message #ops:3? "hello" is gone for good then` {
		t.Errorf("/delete asks %q, %v", r.Ask, err)
	}
}

func TestDirectRooms(t *testing.T) {
	p := newPlace(t, "ana", "bo", "kei", "dee")
	p.must("ana", "msg bo hi there")
	p.must("bo", "msg @ana hi yourself")
	p.must("bo", "post @ana,@kei to both of you")
	p.must("kei", "msg @ana, @bo I see")
	if got := p.must("ana", "history @bo"); got != "ana: \nana: hi there\nbo: hi yourself" {
		t.Errorf("ana and bo have said %q", got)
	}
	if got := p.must("ana", "history @kei,@bo"); got != "bo: \nbo: to both of you\nkei: I see" {
		t.Errorf("the three have said %q", got)
	}
	if got := p.must("ana", "unread"); got != "@bo  1 new\n@bo,@kei  2 new" {
		t.Errorf("ana's unread are %q", got)
	}
	if got := p.must("ana", "msg @bo"); got != "your next terminal opens in @bo" {
		t.Errorf("opening answers %q", got)
	}
	p.must("bo", "edit @ana:3 hello yourself")
	if got := p.must("ana", "pins @bo"); got != "nothing is pinned in @bo: /pin REF pins a message" {
		t.Errorf("pins are %q", got)
	}
	if err := p.keys.Remove(t.Context(), name("bo"), ""); err == nil {
		t.Fatal("a key without a fingerprint was removed")
	}
	p.write("bo.pub", "")
	if got := p.must("ana", "history @bo 1"); got != "bo: hello yourself" {
		t.Errorf("what somebody said who has no key any more is %q", got)
	}
	if _, err := p.run(p.as("dee", "history @ana,@bo")); !errors.Is(err, rooms.ErrNoRoom) {
		t.Errorf("somebody else reads the conversation: %v", err)
	}
}

func name(s string) text.Name {
	n, err := text.ParseName(s)
	if err != nil {
		panic(err)
	}
	return n
}
