package rooms_test

import (
	"testing"

	"parley/rooms"
	"parley/text"
)

// What an event is sent as is made once for all who read it, and is gone when the event is erased: from who asks later,
// and from memory. Who may not see all of it gets another one.
func TestWhatIsMadeOfAnEventEndsWithIt(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	ana, bo := actor(t, "ana"), actor(t, "bo")
	room := create(t, m, "#ops", rooms.Public, "ana", "bo")
	made := 0
	encode := func(e *rooms.Event, room string) []byte {
		made++
		return []byte(room + " " + e.Text.String())
	}
	read := func(who rooms.Actor, seq uint64) *rooms.Event {
		t.Helper()
		list, err := m.Events(t.Context(), who, room.ID, seq-1, 1)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		return list[0]
	}
	said := say(t, m, room.ID, "ana", "the password is hunter2")
	for _, who := range []rooms.Actor{ana, bo, ana} {
		if got := string(read(who, said.Seq).Coded("#ops", encode)); got != "#ops the password is hunter2" {
			t.Errorf("%s", got)
		}
	}
	if made != 1 {
		t.Errorf("it was made %d times", made)
	}
	if got := string(read(ana, said.Seq).Coded("#renamed", encode)); got != "#renamed the password is hunter2" {
		t.Errorf("after a rename it is %s", got)
	}
	do := func(e rooms.Entry) *rooms.Event {
		t.Helper()
		e.Room = room.ID
		done, _, err := m.Do(t.Context(), ana, e)
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	do(rooms.Entry{Type: rooms.Delete, Ref: said.Seq})
	if got := string(read(bo, said.Seq).Coded("#renamed", encode)); got != "#renamed " {
		t.Errorf("after the deletion it is %s", got)
	}
	secret := say(t, m, room.ID, "ana", "early words")
	do(rooms.Entry{Type: rooms.Set, Detail: rooms.PropHistory, Text: text.NewBody("joined")})
	join(t, m, room.ID, "kei")
	edit := do(rooms.Entry{Type: rooms.Edit, Ref: secret.Seq, Text: text.NewBody("early words, edited")})
	for _, who := range []string{"bo", "kei", "bo"} {
		want := map[string]string{"bo": "#ops early words, edited", "kei": "#ops "}[who]
		if got := string(read(actor(t, who), edit.Seq).Coded("#ops", encode)); got != want {
			t.Errorf("%s reads %q of the edit", who, got)
		}
	}
}
