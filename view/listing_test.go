package view

import (
	"testing"
)

// From the list of threads Enter opens one, of whichever room; pins and saved messages are gone to, and come back from;
// a room with something new is shown.
func TestListsLeadToWhatTheyList(t *testing.T) {
	s := newServer(t)
	s.room("general", "ana", "bo")
	s.room("ops", "ana", "bo")
	bo := s.enter("bo", 80, 24)
	bo.sees("Write to #general")
	bo.types("/switch #ops\r")
	bo.sees("Write to #ops")
	bo.types("deploy is green\r")
	bo.sees("deploy is green")
	bo.types("/thread ^ which one\r/pin\r/save ^\r")
	bo.sees("is saved")

	ana := s.enter("ana", 80, 24)
	ana.sees("Write to #general")
	ana.types("/unread\r")
	ana.sees("> #ops  1 new")
	ana.types("\r")
	ana.sees("Write to #ops")
	ana.sees("1 reply")
	ana.types("/follow ^\r/switch #general\r")
	ana.sees("Write to #general")
	ana.types("\x1bt")
	ana.sees("> #ops:")
	ana.sees("Enter goes there")
	ana.types("\r")
	ana.sees("thread · bo: deploy is green")
	ana.sees("which one")
	ana.types("this one\r")
	bo.sees("2 replies")
	ana.types("/thread -\r/pins\r")
	ana.sees("> #ops:")
	ana.types("\r")
	ana.sees("Ctrl-S stays, Esc goes back")
	ana.types("\x1b")
	ana.sees("> #ops:")
	ana.types("\x03")
	ana.sees("Write to #ops")

	bo.types("/saved\r")
	bo.sees("> #ops:")
	bo.types("typed on")
	bo.sees("[bo] typed on")
	bo.lacks("> #ops:")
}
