package storetest

import (
	"errors"
	"fmt"
	"testing"

	"parley/rooms"
	"parley/text"
)

// roster is a room's members as "name:role:joined".
func roster(tb testing.TB, s rooms.Store, room rooms.ID) []string {
	tb.Helper()
	members, err := s.Members(tb.Context(), room)
	if err != nil {
		tb.Fatal(err)
	}
	list := []string{}
	for _, m := range members {
		list = append(list, fmt.Sprintf("%s:%d:%d", m.Name, m.Role, m.Joined))
	}
	r, err := s.Room(tb.Context(), room)
	if err == nil && r.People != len(members) {
		tb.Errorf("the room counts %d people and lists %d", r.People, len(members))
	}
	return list
}

func wantRoster(tb testing.TB, s rooms.Store, room rooms.ID, want ...string) {
	tb.Helper()
	if got := roster(tb, s, room); fmt.Sprint(got) != fmt.Sprint(want) {
		tb.Errorf("the members are %v, want %v", got, want)
	}
}

func joining(t *testing.T, h Harness) {
	s := h.Open(t)
	room := create(t, s, "alice", "general", rooms.Public)
	fill(t, s, room.ID, []text.Name{name(t, "alice")}, 3)
	join := rooms.Entry{Room: room.ID, Type: rooms.Join, Author: name(t, "bob"), Time: at(9)}
	first, second := must(t, s, join), must(t, s, join)
	if first.Again || first.Event.Seq != 5 {
		t.Errorf("joining: %+v, want seq 5", first)
	}
	if !second.Again || second.Event.Seq != 5 || second.Event.Type != rooms.Join {
		t.Errorf("joining twice: %+v, want the first join again", second)
	}
	join.Author = name(t, "alice")
	if r := must(t, s, join); !r.Again || r.Event.Seq != 1 {
		t.Errorf("the creator's join: %+v, want the creation again", r)
	}
	wantRoster(t, s, room.ID, "alice:4:1", "bob:2:5")
	inbox, err := s.Inbox(t.Context(), name(t, "bob"), nil)
	if err != nil || len(inbox) != 1 || inbox[0].Read != 5 || inbox[0].Unread() != 0 || inbox[0].Role != rooms.RoleMember || inbox[0].Joined != 5 {
		t.Errorf("the new member's inbox is %+v (%v), want read up to the join at 5", inbox, err)
	}
	wantRoster(t, s, 4711)
}

// leaving: the room passes to the highest role, and among equals to whoever
// has been in it longest; the next one who comes into an empty room owns it.
func leaving(t *testing.T, h Harness) {
	s := h.Open(t)
	room := create(t, s, "alice", "secret", rooms.Private)
	for _, who := range []string{"dave", "bob", "carol"} {
		must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Invite, Author: name(t, "alice"), Target: name(t, who)})
		must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Join, Author: name(t, who)})
	}
	leave := func(who string) rooms.Entry {
		return rooms.Entry{Room: room.ID, Type: rooms.Leave, Author: name(t, who)}
	}
	must(t, s, leave("alice"))
	wantRoster(t, s, room.ID, "bob:2:5", "carol:2:7", "dave:4:3")
	if r := append1(t, s, leave("alice")); !errors.Is(r.Err, rooms.ErrNotMember) {
		t.Errorf("leaving twice: %+v, want ErrNotMember", r)
	}
	if r := append1(t, s, rooms.Entry{Room: room.ID, Type: rooms.Join, Author: name(t, "alice")}); !errors.Is(r.Err, rooms.ErrNotInvited) {
		t.Errorf("coming back into a private room: %+v, want ErrNotInvited", r)
	}
	if inbox, err := s.Inbox(t.Context(), name(t, "alice"), nil); err != nil || len(inbox) != 0 {
		t.Errorf("the inbox after leaving is %+v (%v), want none", inbox, err)
	}
	// In one batch: who posts, leaves and comes back starts afresh.
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Invite, Author: name(t, "dave"), Target: name(t, "alice")})
	say := func(who string) rooms.Entry {
		return rooms.Entry{Room: room.ID, Type: rooms.Message, Author: name(t, who), Text: text.NewBody("hello @alice")}
	}
	appendAll(t, s, []rooms.Entry{
		{Room: room.ID, Type: rooms.Join, Author: name(t, "alice")}, say("alice"), say("bob"), leave("alice"),
		{Room: room.ID, Type: rooms.Invite, Author: name(t, "bob"), Target: name(t, "alice")},
		{Room: room.ID, Type: rooms.Join, Author: name(t, "alice")}, say("bob"),
	})
	inbox, err := s.Inbox(t.Context(), name(t, "alice"), nil)
	if err != nil || len(inbox) != 1 || inbox[0].Unread() != 1 || inbox[0].Own != 0 || inbox[0].Mentions != 1 {
		t.Errorf("after coming back the inbox is %+v (%v), want one unread that is a mention", inbox, err)
	}
	appendAll(t, s, []rooms.Entry{leave("dave"), leave("bob"), leave("carol"), leave("alice")})
	wantRoster(t, s, room.ID)
	if list, err := s.Rooms(t.Context(), name(t, "alice")); err != nil || len(list) != 0 {
		t.Errorf("a private room without members is listed: %+v (%v)", list, err)
	}
	public := create(t, s, "alice", "general", rooms.Public)
	must(t, s, rooms.Entry{Room: public.ID, Type: rooms.Leave, Author: name(t, "alice")})
	must(t, s, rooms.Entry{Room: public.ID, Type: rooms.Join, Author: name(t, "bob")})
	wantRoster(t, s, public.ID, "bob:4:3")
}

func inviting(t *testing.T, h Harness) {
	s := h.Open(t)
	room := create(t, s, "alice", "secret", rooms.Private)
	invite := rooms.Entry{Room: room.ID, Type: rooms.Invite, Author: name(t, "alice"), Target: name(t, "bob"), Time: at(1)}
	first, second := must(t, s, invite), must(t, s, invite)
	if first.Again || first.Event.Target != name(t, "bob") || !second.Again || second.Event.Seq != first.Event.Seq {
		t.Errorf("inviting twice: %+v and %+v, want the first again", first, second)
	}
	invited := func(want bool) {
		t.Helper()
		if got, err := s.Invited(t.Context(), room.ID, name(t, "bob")); err != nil || got != want {
			t.Errorf("bob is invited: %v (%v), want %v", got, err, want)
		}
	}
	invited(true)
	fill(t, s, room.ID, []text.Name{name(t, "alice")}, 2)
	s = h.Reopen(t, s)
	inbox, err := s.Inbox(t.Context(), name(t, "bob"), nil)
	if err != nil || len(inbox) != 1 || inbox[0].Role != rooms.RoleNone || inbox[0].Room.ID != room.ID || inbox[0].Unread() != 0 {
		t.Errorf("the inbox of somebody invited is %+v (%v), want one invitation with nothing unread", inbox, err)
	}
	if list, err := s.Rooms(t.Context(), name(t, "bob")); err != nil || len(list) != 1 {
		t.Errorf("somebody invited sees %+v (%v), want the room", list, err)
	}
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Join, Author: name(t, "bob")})
	invited(false)
	if r := append1(t, s, invite); !errors.Is(r.Err, rooms.ErrMember) {
		t.Errorf("inviting a member: %+v, want ErrMember", r)
	}
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Leave, Author: name(t, "bob")})
	if r := append1(t, s, rooms.Entry{Room: room.ID, Type: rooms.Join, Author: name(t, "bob")}); !errors.Is(r.Err, rooms.ErrNotInvited) {
		t.Errorf("using an invitation twice: %+v, want ErrNotInvited", r)
	}
}

func guests(t *testing.T, h Harness) {
	s := h.Open(t)
	guest := text.GuestName(7)
	open := must(t, s, rooms.Entry{Type: rooms.Create, Author: name(t, "alice"),
		New: rooms.Room{Name: roomName(t, "lobby"), Kind: rooms.Public, Guests: true}}).Room
	if !open.Guests {
		t.Error("the room was created for guests and takes none")
	}
	if r := must(t, s, rooms.Entry{Room: open.ID, Type: rooms.Message, Author: guest, Guest: true, Text: text.NewBody("hi @alice")}); r.Event.Seq != 2 {
		t.Errorf("a guest's post: %+v, want seq 2", r)
	}
	for _, typ := range []rooms.Type{rooms.Join, rooms.Leave, rooms.Topic, rooms.Invite} {
		r := append1(t, s, rooms.Entry{Room: open.ID, Type: typ, Author: guest, Guest: true, Target: name(t, "bob"), Text: text.NewBody("x")})
		if !errors.Is(r.Err, rooms.ErrForbidden) {
			t.Errorf("%s by a guest: %+v, want ErrForbidden", typ, r)
		}
	}
	r := append1(t, s, rooms.Entry{Type: rooms.Create, Author: guest, Guest: true, New: rooms.Room{Name: roomName(t, "mine"), Kind: rooms.Public}})
	if !errors.Is(r.Err, rooms.ErrForbidden) {
		t.Errorf("a guest's room: %+v, want ErrForbidden", r)
	}
	wantRoster(t, s, open.ID, "alice:4:1")
	inbox, err := s.Inbox(t.Context(), name(t, "alice"), nil)
	if err != nil || inbox[0].Unread() != 1 || inbox[0].Mentions != 1 {
		t.Errorf("the inbox is %+v (%v), want the guest's post unread and a mention", inbox, err)
	}
	if inbox, err := s.Inbox(t.Context(), guest, nil); err != nil || len(inbox) != 0 {
		t.Errorf("a guest's inbox is %+v (%v), want none", inbox, err)
	}
}

func listings(t *testing.T, h Harness) {
	s := h.Open(t)
	made := must(t, s, rooms.Entry{Type: rooms.Create, Author: name(t, "alice"), Time: at(5),
		New: rooms.Room{Name: roomName(t, "zoo"), Kind: rooms.Public, Topic: text.NewLine("animals", 80)}}).Room
	if made.ID <= 0 || made.Seq != 1 || made.People != 1 || made.Creator != name(t, "alice") || !made.Created.Equal(at(5)) || made.Topic.String() != "animals" {
		t.Errorf("the new room is %+v", made)
	}
	hidden := create(t, s, "bob", "hidden", rooms.Private)
	create(t, s, "bob", "école", rooms.Public)
	create(t, s, "bob", "attic", rooms.Public)
	must(t, s, rooms.Entry{Room: made.ID, Type: rooms.Topic, Author: name(t, "alice"), Text: text.NewBody("more animals")})
	s = h.Reopen(t, s)
	for viewer, want := range map[text.Name]string{
		{}:               "[#attic #zoo #école]",
		name(t, "alice"): "[#attic #zoo #école]",
		name(t, "bob"):   "[#attic #hidden #zoo #école]",
	} {
		list, err := s.Rooms(t.Context(), viewer)
		got := []string{}
		for _, r := range list {
			got = append(got, r.Name.String())
		}
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%q sees %v (%v), want %s", viewer, got, err, want)
		}
	}
	found, err := s.RoomByName(t.Context(), roomName(t, "zoo"))
	if err != nil || found.ID != made.ID || found.Topic.String() != "more animals" || found.Seq != 2 {
		t.Errorf("the room by its name is %+v (%v)", found, err)
	}
	if byID, err := s.Room(t.Context(), hidden.ID); err != nil || byID != hidden {
		t.Errorf("the room by its ID is %+v (%v), want %+v", byID, err, hidden)
	}
	if _, err := s.RoomByName(t.Context(), roomName(t, "z0o")); !errors.Is(err, rooms.ErrNoRoom) {
		t.Errorf("a name that looks like a room's finds it: %v", err)
	}
	if _, err := s.Room(t.Context(), 4711); !errors.Is(err, rooms.ErrNoRoom) {
		t.Errorf("room 4711: %v, want ErrNoRoom", err)
	}
}

func heads(t *testing.T, h Harness) {
	s := h.Open(t)
	one, two := create(t, s, "alice", "one", rooms.Public), create(t, s, "alice", "two", rooms.Public)
	fill(t, s, two.ID, []text.Name{name(t, "alice")}, 6)
	got, err := s.Heads(t.Context(), []rooms.ID{two.ID, 4711, one.ID, two.ID})
	if err != nil || fmt.Sprint(got) != fmt.Sprint(map[rooms.ID]uint64{one.ID: 1, two.ID: 7}) {
		t.Errorf("the heads are %v (%v)", got, err)
	}
	if got, err := s.Heads(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("the heads of no rooms are %v (%v)", got, err)
	}
}
