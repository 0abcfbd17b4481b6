package view

import (
	"fmt"
	"strings"
	"testing"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// sociable is a server with a room of each kind, as the person has them.
func sociable() *fake {
	f := newFake("lea", "general", "ops", "noise", "old", "board", "x", "y", "secret")
	direct := func(i int, people string) {
		r := &f.rooms[i].Room
		r.Kind, r.Name, r.Direct, r.People = rooms.Direct, text.RoomName{}, people, strings.Count(people, ",")+1
	}
	direct(5, "kei,lea")
	direct(6, "ana,bo,lea")
	f.rooms[1].Prefs.Star = true
	f.rooms[2].Prefs.Notify = rooms.NotifyNone
	f.rooms[3].Room.Archived = true
	f.rooms[4].Room.Kind = rooms.Private
	f.rooms[7].Role = rooms.RoleNone
	f.add(3, rooms.Message, "ana", "nobody needs to know this")
	f.add(5, rooms.Message, "ana", "the budget, @lea")
	f.add(6, rooms.Message, "kei", "lunch?")
	f.add(7, rooms.Message, "bo", "shall we meet?")
	f.add(7, rooms.Message, "ana", "at five")
	f.rooms[0].Threads = 2
	f.person.LastRoom = 7
	return f
}

func TestGoldenDirects(t *testing.T) {
	for _, size := range wide {
		t.Run(fmt.Sprint(size.cols), func(t *testing.T) {
			golden(t, fmt.Sprintf("directs-%d", size.cols), watch(t, sociable(), size.cols, 16).sees("at five"))
		})
	}
}

func TestTheHottestRoomsAreThoseThatCall(t *testing.T) {
	in(t, sociable(), 80, 24, func(r *rig) {
		for _, want := range []string{"Write to #board", "Write to @kei", "Write to @ana,@bo", "nothing is unread"} {
			r.types("\x1ba")
			r.settle()
			r.want(want)
		}
	})
}

func TestAnArchivedRoomIsListedWhileItIsShown(t *testing.T) {
	f := sociable()
	f.answers["switch #old"] = chat.Reply{Do: chat.Switch, Room: 4}
	in(t, f, 100, 30, func(r *rig) {
		r.lacks("#old")
		r.types("/switch #old\r")
		r.settle()
		r.want("*#old", "#old · archived")
		r.types("\x1b/")
		r.settle()
		r.lacks("#old")
	})
}

func TestARefusalEndsWhenTheRoomIsOpenedAgain(t *testing.T) {
	for _, property := range []string{rooms.PropArchived, rooms.PropLocked} {
		f := newFake("lea", "ops")
		in(t, f, 80, 24, func(r *rig) {
			f.put(rooms.Event{Room: 1, Type: rooms.Set, Author: mustName("ana"), Detail: property, Text: text.NewBody("on")})
			r.settle()
			f.mu.Lock()
			f.postErr = map[string]error{rooms.PropArchived: rooms.ErrArchived, rooms.PropLocked: rooms.ErrLocked}[property]
			f.mu.Unlock()
			r.types("hello\r")
			r.settle()
			r.want("that room is " + property)
			f.put(rooms.Event{Room: 1, Type: rooms.Set, Author: mustName("ana"), Detail: property, Text: text.NewBody("off")})
			r.settle()
			r.lacks("that room is " + property)
			r.want("[lea] hello")
		})
	}
}

func TestTheSwitcherBeginsAConversation(t *testing.T) {
	f := sociable()
	f.obeys = true
	f.complete = func(line string, cursor int) (int, []chat.Completion) {
		return len("/msg "), []chat.Completion{{Insert: "@mia ", Label: "@mia"}, {Insert: "@kei ", Label: "@kei"}}
	}
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x07")
		r.settle()
		if n := strings.Count(r.term.String(), "@kei"); n != 3 { // in the switcher once, in the list and in the status line
			t.Errorf("@kei is there %d times", n)
		}
		r.types("mia\r")
		r.settle()
		f.mu.Lock()
		defer f.mu.Unlock()
		if len(f.lines) == 0 || f.lines[len(f.lines)-1] != "msg @mia" {
			t.Errorf("the commands were %q", f.lines)
		}
	})
}

func TestTheTitleFollowsTheRoom(t *testing.T) {
	f := newFake("lea", "ops")
	first := f.add(1, rooms.Message, "ana", "read the runbook")
	in(t, f, 100, 30, func(r *rig) {
		r.lacks("pin:")
		f.put(rooms.Event{Room: 1, Type: rooms.Pin, Author: mustName("ana"), Ref: first.Seq})
		f.put(rooms.Event{Room: 1, Type: rooms.Set, Author: mustName("ana"), Detail: rooms.PropLocked, Text: text.NewBody("on")})
		f.put(rooms.Event{Room: 1, Type: rooms.Set, Author: mustName("ana"), Detail: rooms.PropSlow, Text: text.NewBody("30s")})
		r.settle()
		r.want("#ops · locked · slow 30s · pin: read the runbook")
		f.put(rooms.Event{Room: 1, Type: rooms.Edit, Author: mustName("ana"), Ref: first.Seq, Text: text.NewBody("burn the runbook")})
		r.settle()
		r.want("pin: burn the runbook")
		f.put(rooms.Event{Room: 1, Type: rooms.Delete, Author: mustName("ana"), Ref: first.Seq})
		f.add(1, rooms.Topic, "ana", "a topic")
		r.settle()
		r.want("#ops · locked · slow 30s · a topic  ")
	})
}
