package view

import (
	"fmt"
	"strings"
	"testing"

	"parley/rooms"
)

func TestTwoPeopleTalk(t *testing.T) {
	s := newServer(t)
	ops := s.room("ops", "ana", "bo")
	s.room("general", "ana", "bo")
	s.post(ops, "ana", "deploy is green")

	ana := s.enter("ana", 120, 40)
	bo := s.enter("bo", 80, 24)
	bo.sees("#general")
	bo.types("\x0e") // Ctrl-N: the next room
	bo.sees("deploy is green")
	ana.types("\x1b2") // Alt-2
	ana.sees("Write to #ops")
	ana.types("hello bo\r")
	bo.sees("ana         hello bo")
	ana.sees("ana         hello bo")
	bo.types("@ana héllo\r")
	ana.until("a mention", func(s string) bool {
		return strings.Contains(s, "bo           @ @ana héllo") || strings.Contains(s, "bo            @ @ana") || strings.Contains(s, "@ana héllo")
	})
	t.Log("\n" + ana.term.String())
	t.Log("\n" + bo.term.String())
	_ = fmt.Sprint
	_ = rooms.Message
}
