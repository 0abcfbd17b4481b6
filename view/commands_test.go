package view

import (
	"io"
	"strings"
	"testing"
)

// These play the commands of the table through the view, on a real server.

func TestCreateJoinTopicInviteLeave(t *testing.T) {
	s := newServer(t)
	s.room("general", "ana", "bo")
	ana, bo := s.enter("ana", 100, 30), s.enter("bo", 80, 24)
	ana.sees("Write to #general")
	bo.sees("Write to #general")

	ana.types("/create -p #plans what we are up to\r")
	ana.sees("Write to #plans")
	ana.sees("private · what we are up to")
	bo.types("/list\r")
	bo.sees("#general")
	bo.sees("people")
	bo.lacks("#plans")
	bo.types("/join #plans\r")
	bo.sees("there is no room #plans")
	ana.types("/invite @bo\r")
	bo.sees("#plans(invited)")
	bo.types("/join #plans\r")
	bo.sees("Write to #plans")
	ana.sees("bo joined")
	bo.types("/topic\r")
	bo.sees("what we are up to")
	ana.types("/topic something else\r")
	bo.sees("private · something else")
	ana.sees("ana set the topic: something else")
	ana.lacks("#plans is about") // what the room's log says is not said twice
	ana.types("/topic #general far away\r")
	ana.sees("#general is about: far away")
	bo.types("/me waves\r")
	ana.sees("* bo")
	ana.sees("waves")
	bo.types("/who\r")
	bo.until("an answer", func(s string) bool { return strings.Contains(s, "==") && strings.Contains(s, "ana") })
	bo.types("/leave\r")
	bo.sees("? y yes")
	bo.types("y")
	bo.sees("Write to #general")
	bo.lacks("*#plans")
	ana.sees("bo left")
}

func TestCompletionOfTheTable(t *testing.T) {
	s := newServer(t)
	s.room("general", "ana", "bo", "bob")
	ana := s.enter("ana", 80, 24)
	ana.sees("Write to #general")
	ana.types("/top\t")
	ana.sees("[ana] /topic")
	ana.types("\x15hi @b\t")
	ana.sees("[ana] hi @bo")
	ana.sees(" @bob")
	ana.types("\t")
	ana.sees("[ana] hi @bob")
	ana.types("\x1b")
	ana.until("what was typed", func(s string) bool { return strings.HasSuffix(s, "[ana] hi @b") })
	ana.types("\x15#ge\t")
	ana.sees("[ana] #general")
}

func TestSwitchReadHelpShortcutsQuit(t *testing.T) {
	s := newServer(t)
	general := s.room("general", "ana", "bo")
	s.room("ops", "ana", "bo")
	bo := s.enter("bo", 80, 24)
	bo.sees("Write to #general")
	bo.types("/switch 2\r")
	bo.sees("Write to #ops")
	s.post(general, "ana", "hello")
	bo.sees("#general(1)")
	bo.types("/read all\r")
	bo.gone("#general(1)")
	bo.types("/help\r")
	bo.sees("help: ")
	bo.types("topic")
	bo.sees("/topic [#room] [WORDS…]")
	bo.lacks("/quit")
	bo.types("\x1b")
	bo.sees("/create #room")
	bo.types("\x1b")
	bo.gone("help: ")
	bo.types("/shortcuts\r")
	bo.sees("Keys: Rooms")
	bo.types("\x1b")
	bo.gone("Keys: Rooms")
	bo.types("/whoami\r")
	bo.sees("==")
	bo.types("/quit\r")
	if got := bo.end(); got != SaidQuit {
		t.Errorf("outcome %v", got)
	}
	bo.lacks("#ops")
}

func TestPlainMode(t *testing.T) {
	s := newServer(t)
	s.room("general", "ana")
	ana := s.enter("ana", 80, 24)
	ana.sees("Write to #general")
	ana.types("/plain\rat once")
	if got := ana.end(); got != WantsPlain {
		t.Fatalf("outcome %v", got)
	}
	go ana.types(" and later")
	buf := make([]byte, len("at once and later"))
	n, err := io.ReadFull(ana.view.Rest(), buf)
	if got := string(buf[:n]); err != nil || got != "at once and later" {
		t.Errorf("what comes after the view is %q, %v", got, err)
	}
}

func TestSwitcherJoinsARoom(t *testing.T) {
	s := newServer(t)
	s.room("general", "ana", "bo")
	s.room("lounge", "ana")
	bo := s.enter("bo", 80, 24)
	bo.sees("Write to #general")
	bo.types("\x07loun")
	bo.sees("join")
	bo.types("\r")
	bo.sees("Write to #lounge")
}
