package chat_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
)

// The roles of the matrix, by letter:
//
//	g  a guest, without a key        s  a stranger to the room       i  invited and not in it
//	q  a member who was silenced     m  a member                     M  a moderator of the room
//	O  an owner of the room          A  an admin of the server who is not in the room
const matrixRoles = "gsiqmMOA"

// matrix says who may do what in which kind of room. REF is a message of another
// member, OWN one of the person's own, ROOM the room. In a direct room there
// are its two members (m), and everybody else is a stranger or an admin.
var matrix = []struct{ line, public, private, direct string }{
	{"post ROOM hello", "gmMO", "mMO", "m"},
	{"me ROOM waves", "gmMO", "mMO", "m"},
	{"reply REF yes", "mMO", "mMO", "m"},
	{"thread REF yes", "mMO", "mMO", "m"},
	{"edit OWN better", "mMO", "mMO", "m"},
	{"edit REF better", "", "", ""},
	{"correct ROOM s/hello/better/", "mMO", "mMO", "m"},
	{"delete OWN", "mMO", "mMO", "m"},
	{"delete REF", "MOA", "MO", ""},
	{"react REF :tada:", "mMO", "mMO", "m"},
	{"pin REF", "mMO", "mMO", "m"},
	{"quote REF so", "mMO", "mMO", "m"},
	{"info REF", "siqmMOA", "qmMO", "m"},
	{"save REF", "siqmMOA", "qmMO", "m"},
	{"follow REF", "qmMO", "qmMO", "m"},
	{"schedule ROOM in 1h hi", "qmMO", "qmMO", "m"},
	{"notify ROOM all", "qmMO", "qmMO", "m"},
	{"poll ROOM a? b | c", "mMO", "mMO", "m"},
	{"star ROOM", "qmMO", "qmMO", "m"},
	{"mute ROOM", "qmMO", "qmMO", "m"},
	{"history ROOM", "gsiqmMOA", "qmMO", "m"},
	{"links ROOM", "gsiqmMOA", "qmMO", "m"},
	{"jump REF", "gsiqmMOA", "qmMO", "m"},
	{"pins ROOM", "gsiqmMOA", "qmMO", "m"},
	{"members ROOM", "gsiqmMOA", "qmMO", "m"},
	{"topic ROOM", "gsiqmMOA", "iqmMO", ""},
	{"topic ROOM new", "mMO", "mMO", ""},
	{"join ROOM", "gsiqmMOA", "iqmMO", "m"},
	{"leave ROOM", "qmMO", "qmMO", ""},
	{"invite ROOM @nobody1", "mMO", "mMO", ""},
	{"read ROOM", "qmMO", "qmMO", "m"},
	{"kick ROOM @other", "MOA", "MO", ""},
	{"kick ROOM @boss", "A", "", ""},
	{"ban ROOM @other 1h spam", "MOA", "MO", ""},
	{"bans ROOM", "qmMOA", "qmMO", ""},
	{"quiet ROOM @other 1h", "MOA", "MO", ""},
	{"unquiet ROOM @other", "MOA", "MO", ""},
	{"role ROOM", "siqmMOA", "qmMO", ""},
	{"role ROOM @other moderator", "OA", "O", ""},
	{"slow ROOM 5s", "MOA", "MO", ""},
	{"lock ROOM", "MOA", "MO", ""},
	{"unlock ROOM", "MOA", "MO", ""},
	{"purge ROOM @other 1", "MOA", "MO", ""},
	{"rename ROOM #NEW", "OA", "O", ""},
	{"archive ROOM", "OA", "O", ""},
	{"newcomers ROOM joined", "OA", "O", ""},
	{"retention ROOM 90d", "OA", "O", ""},
	{"guests ROOM on", "OA", "", ""},
	{"bots ROOM off", "MOA", "MO", ""},
}

// matrixRoom is one room with one person of each role, and where what they said is.
type matrixRoom struct {
	label    string
	ref, own uint64
}

// makeRoom makes a room in which person has a role.
func makeRoom(t *testing.T, store *sqlite.Store, kind rooms.Kind, n int, role byte, person string) matrixRoom {
	t.Helper()
	at := time.Now().Add(-time.Hour)
	name := func(s string) text.Name {
		n, err := text.ReadName(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	slug, err := text.ParseRoomName(fmt.Sprintf("%s-%c%d", kind, role|0x20, n*2+int(role>>5&1)))
	if err != nil {
		t.Fatal(err)
	}
	made := matrixRoom{label: slug.String()}
	create := rooms.Entry{Type: rooms.Create, Author: name("boss"), Time: at, New: rooms.Room{Name: slug, Kind: kind, Guests: kind == rooms.Public}}
	res, err := store.Append(t.Context(), []rooms.Entry{create})
	if err != nil || res[0].Err != nil {
		t.Fatal(err, res[0].Err)
	}
	id := res[0].Room.ID
	var batch []rooms.Entry
	add := func(who string, e rooms.Entry) {
		e.Room, e.Author, e.Time = id, name(who), at
		batch = append(batch, e)
	}
	enter := func(who string) {
		add("boss", rooms.Entry{Type: rooms.Invite, Target: name(who)})
		add(who, rooms.Entry{Type: rooms.Join})
	}
	hi := text.NewBody("hello")
	enter("other")
	if strings.IndexByte("qmMO", role) >= 0 {
		enter(person)
	}
	add("other", rooms.Entry{Type: rooms.Message, Text: hi})
	if strings.IndexByte("qmMO", role) >= 0 {
		add(person, rooms.Entry{Type: rooms.Message, Text: hi})
	}
	switch role {
	case 'i':
		add("boss", rooms.Entry{Type: rooms.Invite, Target: name(person)})
	case 'q':
		add("boss", rooms.Entry{Type: rooms.Quiet, Target: name(person)})
	case 'M':
		add("boss", rooms.Entry{Type: rooms.Grant, Target: name(person), Detail: "moderator"})
	case 'O':
		add("boss", rooms.Entry{Type: rooms.Grant, Target: name(person), Detail: "owner"})
	}
	if res, err = store.Append(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	for i, r := range res {
		if r.Err != nil {
			t.Fatalf("%s of the room's making: %v", batch[i].Type, r.Err)
		}
		if batch[i].Type == rooms.Message {
			if batch[i].Author == name("other") {
				made.ref = r.Event.Seq
			} else {
				made.own = r.Event.Seq
			}
		}
	}
	return made
}

// makeDirect makes a conversation: of the person and another for a member, of two others for everybody else.
func makeDirect(t *testing.T, m *rooms.Manager, role byte) matrixRoom {
	t.Helper()
	other, with, label := rooms.Actor{}, text.Name{}, ""
	var err error
	if other.Name, err = text.ReadName("other"); err == nil {
		if role == 'm' {
			with, err = text.ReadName("person")
			label = "@other"
		} else {
			with, err = text.ReadName("nobody1")
			label = "@nobody1,@other" // what others say to each other cannot even be named
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	room, err := m.DirectRoom(t.Context(), other, []text.Name{with})
	if err != nil {
		t.Fatal(err)
	}
	made := matrixRoom{label: label}
	for who, seq := range map[text.Name]*uint64{other.Name: &made.ref, with: &made.own} {
		e, err := m.Post(t.Context(), rooms.Actor{Name: who}, rooms.Post{Room: room.ID, Type: rooms.Message, Text: text.NewBody("hello")})
		if err != nil {
			t.Fatal(err)
		}
		*seq = e.Seq
	}
	return made
}

// Who may do what where: each command by each role in each kind of room.
func TestPermissions(t *testing.T) {
	p := newPlace(t, "boss", "other", "person", "nobody1", "owner1")
	store, err := sqlite.Open(t.Context(), t.TempDir()+"/matrix.db")
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	m := rooms.New(store, rooms.LocalBus{}, rooms.Options{})
	defer m.Close(context.Background())
	c := chat.New(chat.Options{Rooms: m, Keys: p.keys, Server: "Parley"})
	n := 0
	for _, row := range matrix {
		for _, kind := range []rooms.Kind{rooms.Public, rooms.Private, rooms.Direct} {
			roles, want := matrixRoles, row.public
			switch kind {
			case rooms.Private:
				want = row.private
			case rooms.Direct:
				roles, want = "gsmA", row.direct
				if strings.Contains(row.line, "ROOM") {
					roles = "gm" // naming the people of a conversation means one's own with them
				}
			}
			got := ""
			for _, role := range []byte(roles) {
				n++
				if allowedIn(t, p, c, store, kind, n, role, row.line) {
					got += string(role)
				}
			}
			if got != want {
				t.Errorf("/%s in a %s room may %s, want %s", row.line, kind, letters(got), letters(want))
			}
		}
	}
}

func letters(s string) string {
	if s == "" {
		return "nobody"
	}
	return s
}

// allowedIn makes a room for one case and tries.
func allowedIn(t *testing.T, p *place, c *chat.Chat, store *sqlite.Store, kind rooms.Kind, n int, role byte, line string) bool {
	t.Helper()
	var room matrixRoom
	person := "person"
	switch {
	case kind == rooms.Direct:
		room = makeDirect(t, c.Rooms, role)
	case role == 'A':
		room = makeRoom(t, store, kind, n, role, person)
	default:
		// Somebody new each time: the room is made behind the manager's back, which may still hold the inbox of whom it knows.
		person = fmt.Sprintf("person%d", n)
		room = makeRoom(t, store, kind, n, role, person)
	}
	if room.own == 0 {
		room.own = room.ref
		if strings.Contains(line, "OWN") { // who is not in the room has said nothing in it
			return false
		}
	}
	line = strings.NewReplacer("REF", fmt.Sprintf("%s:%d", room.label, room.ref), "OWN", fmt.Sprintf("%s:%d", room.label, room.own),
		"ROOM", room.label, "NEW", fmt.Sprintf("new-%d", n)).Replace(line)
	r := p.as(person, line)
	r.Yes = true
	switch role {
	case 'g':
		r.Actor = rooms.Actor{Name: text.GuestName(7), Guest: true}
		r.Who = keys.Identity{Name: text.GuestName(7)}
	case 'A':
		p.give("person", keys.Admin)
		defer p.give("person", keys.Member)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, err := c.Run(ctx, r)
	return err == nil
}
