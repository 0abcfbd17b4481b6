package view

import "testing"

// How to vote names the poll by its whole reference, in a conversation by what each of its readers calls it.
func TestPollSaysItsReference(t *testing.T) {
	s := newServer(t)
	s.room("general", "ana", "bo")
	ana, bo := s.enter("ana", 100, 24), s.enter("bo", 100, 24)
	ana.sees("Write to #general")
	bo.sees("Write to #general")
	ana.types("/poll lunch? pizza | sushi\r")
	ana.sees("0 votes, /vote #general:")
	bo.sees("0 votes, /vote #general:")
	ana.types("/msg @bo\r")
	ana.sees("Write to @bo")
	ana.types("/poll when? now | later\r")
	ana.sees("0 votes, /vote @bo:")
	bo.types("/switch @ana\r")
	bo.sees("0 votes, /vote @ana:")
	bo.types("/vote @ana:2 1\r")
	bo.sees("1 vote, /vote @ana:")
	ana.sees("1 vote, /vote @bo:")
}
