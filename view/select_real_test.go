package view

import (
	"testing"
	"time"

	"parley/rooms"
)

// await waits until the newest event of a room has a type.
func (s *server) await(room rooms.ID, what rooms.Type) *rooms.Event {
	s.t.Helper()
	ses, err := s.rooms.Attach(s.t.Context(), actor("ana"), roomsSession("witness"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer ses.Close()
	if err := ses.Focus(s.t.Context(), room, false); err != nil {
		s.t.Fatal(err)
	}
	late := time.After(10 * time.Second)
	for {
		events, err := ses.EventsBefore(s.t.Context(), room, newest, 1)
		if err != nil || len(events) != 1 {
			s.t.Fatal(events, err)
		}
		if events[0].Type == what {
			return events[0]
		}
		select {
		case <-ses.Wake():
			ses.Changes()
		case <-late:
			s.t.Fatalf("the newest event is %+v and never a %s", events[0], what)
		}
	}
}

// These play select mode on a real server: its commands are those of the table.

func TestSelectModeOnAServer(t *testing.T) {
	s := newServer(t)
	room := s.room("general", "ana", "bo")
	s.post(room, "bo", "first")
	s.post(room, "bo", "second")
	ana, bo := s.enter("ana", 100, 30), s.enter("bo", 80, 24)
	ana.sees("second")
	bo.sees("second")

	ana.types("\x13krwelcome\r")
	bo.sees("welcome")
	if e := s.await(room, rooms.Message); e.Ref != 3 || e.Text.String() != "welcome" {
		t.Errorf("the reply is %+v", e)
	}
	ana.sees("┌ bo: first") // her own view has it too
	ana.types("\x1b[A, bo\r")
	if e := s.await(room, rooms.Edit); e.Ref != 5 || e.Text.String() != "welcome, bo" {
		t.Errorf("the edit is %+v", e)
	}
	bo.types("\x13+tad\r")
	if e := s.await(room, rooms.React); e.Ref != 5 || e.Detail != "tada" {
		t.Errorf("the reaction is %+v", e)
	}
	bo.types("kdy")
	if e := s.await(room, rooms.Delete); e.Ref != 4 {
		t.Errorf("the deletion is %+v", e)
	}
}

// What is marked unread in one terminal is unread in the others.
func TestUnreadFromHereOnAServer(t *testing.T) {
	s := newServer(t)
	general := s.room("general", "ana", "bo")
	s.room("other", "ana")
	for _, words := range []string{"one", "two", "three"} {
		s.post(general, "bo", words)
	}
	first, second := s.enter("ana", 100, 30), s.enter("ana", 100, 30)
	first.sees("three")
	second.sees("three")
	second.types("\x0e")
	second.sees("*#other")
	first.types("\x13ku")
	second.sees("#general(2)")
	first.types("\x1b")
	first.gone("r reply")
	first.types("\x1b")
	second.gone("#general(2)")
}
