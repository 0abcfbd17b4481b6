package sqlite

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

func name(t testing.TB, s string) text.Name {
	t.Helper()
	n, err := text.ReadName(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestLogOutlivesRestart(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "parley.db")
	s, err := Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	rn, _ := text.ParseRoomName("general")
	now := time.Now()
	res, err := s.Append(ctx, []rooms.Entry{{Type: rooms.Create, Author: name(t, "alice"), New: rooms.Room{Name: rn, Kind: rooms.Public}, Time: now}})
	if err != nil || res[0].Err != nil {
		t.Fatal(err, res[0].Err)
	}
	id := res[0].Room.ID
	res, err = s.Append(ctx, []rooms.Entry{
		{Room: id, Type: rooms.Join, Author: name(t, "bob"), Time: now},
		{Room: id, Type: rooms.Message, Author: name(t, "bob"), Text: text.NewBody("hello @alice"), Nonce: "n", Time: now},
		{Room: id, Type: rooms.Message, Author: name(t, "carol"), Text: text.NewBody("hello"), Time: now},
		{Room: id, Type: rooms.Message, Author: name(t, "bob"), Text: text.NewBody("hello @alice"), Nonce: "n", Time: now},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(res[0].Event.Seq, res[1].Event.Seq, res[2].Err == rooms.ErrNotMember, res[3].Event.Seq, res[3].Again); got != "2 3 true 3 true" {
		t.Fatal(got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(ctx, path); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	in, err := s.Inbox(ctx, name(t, "alice"))
	if err != nil || len(in) != 1 || in[0].Unread() != 1 || in[0].Mentions != 1 {
		t.Fatalf("%+v %v", in, err)
	}
	if err := s.Ping(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(ctx, path+".bak"); err != nil {
		t.Fatal(err)
	}
}
