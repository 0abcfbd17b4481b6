package rooms_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

func TestAPrivateRoomDoesNotExistForOthers(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	r := create(t, m, "secret", rooms.Private, "ana", "bo")
	say(t, m, r.ID, "ana", "hidden")
	ctx := t.Context()
	for _, online := range []bool{false, true} {
		kei := actor(t, "kei")
		s := attach(t, m, "kei")
		if !online {
			s.Close()
			if err := m.Flush(ctx); err != nil {
				t.Fatal(err)
			}
		}
		_, find := m.Find(ctx, kei, r.Name)
		_, room := m.Room(ctx, kei, r.ID)
		_, members := m.Members(ctx, kei, r.ID)
		_, events := m.Events(ctx, kei, r.ID, 0, 10)
		_, before := m.EventsBefore(ctx, kei, r.ID, 10, 10)
		_, post := m.Post(ctx, kei, message(r.ID, "x"))
		_, join := m.Join(ctx, kei, r.ID)
		for what, err := range map[string]error{
			"find": find, "room": room, "members": members, "events": events, "events before": before, "post": post, "join": join,
			"leave":  m.Leave(ctx, kei, r.ID),
			"invite": m.Invite(ctx, kei, r.ID, name(t, "kei")),
			"topic":  m.SetTopic(ctx, kei, r.ID, text.NewLine("x", 10)),
			"mark":   m.MarkRead(ctx, kei, r.ID, 1),
		} {
			if err != rooms.ErrNoRoom {
				t.Errorf("%s by a stranger (online %v): %v", what, online, err)
			}
		}
		if online {
			if err := s.Focus(ctx, r.ID, true); err != rooms.ErrNoRoom {
				t.Errorf("focus by a stranger: %v", err)
			}
			if _, err := s.Events(ctx, r.ID, 0, 10); err != rooms.ErrNoRoom {
				t.Errorf("events by a stranger's session: %v", err)
			}
		}
		list, err := m.Rooms(ctx, kei)
		if err != nil || len(list) != 0 {
			t.Errorf("a stranger lists %v, err %v", list, err)
		}
	}
}

func TestAnInvitationShowsTheRoomButNotItsPast(t *testing.T) {
	s := openStore(t)
	m := open(t, s, rooms.Options{})
	r := create(t, m, "secret", rooms.Private, "ana")
	say(t, m, r.ID, "ana", "before")
	ctx := t.Context()
	kei := attach(t, m, "kei")
	drain(kei)
	if err := m.Invite(ctx, actor(t, "ana"), r.ID, name(t, "kei")); err != nil {
		t.Fatal(err)
	}
	if quiet(kei) || kei.Changes() != rooms.InboxChanged|rooms.NoticePending {
		t.Error("the invited was not told")
	}
	if got := kei.Notices(); len(got) != 1 || got[0].String() != "ana invites you to #secret: /accept #secret or /decline #secret" {
		t.Errorf("notices: %v", got)
	}
	if got := kei.Inbox(nil); len(got) != 1 || got[0].Role != rooms.RoleNone || got[0].Unread() != 0 {
		t.Errorf("the inbox of the invited: %+v", got)
	}
	if _, err := m.Find(ctx, kei.Who(), r.Name); err != nil {
		t.Errorf("the invited finds the room: %v", err)
	}
	if err := kei.Focus(ctx, r.ID, false); err != rooms.ErrNotMember {
		t.Errorf("the invited reads before joining: %v", err)
	}
	if err := m.Invite(ctx, actor(t, "ana"), r.ID, name(t, "kei")); err != nil {
		t.Errorf("a second invitation: %v", err)
	}
	if got := kei.Notices(); len(got) != 1 {
		t.Errorf("a second invitation told: %v", got)
	}
	if _, err := m.Join(ctx, kei.Who(), r.ID); err != nil {
		t.Fatal(err)
	}
	if err := m.Invite(ctx, actor(t, "ana"), r.ID, name(t, "kei")); err != rooms.ErrMember {
		t.Errorf("inviting a member: %v", err)
	}
	focus(t, kei, r.ID, true)
	ana := attach(t, m, "ana")
	agree(t, s, m, r.ID, ana, kei)

	// Who leaves stops showing the room, at once.
	drain(kei)
	if err := m.Leave(ctx, kei.Who(), r.ID); err != nil {
		t.Fatal(err)
	}
	if quiet(kei) || kei.Changes() != rooms.InboxChanged|rooms.RoomChanged {
		t.Error("who left was not told")
	}
	if kei.Head().ID != 0 || len(kei.Inbox(nil)) != 0 {
		t.Errorf("who left still shows %v and has %v", kei.Head(), kei.Inbox(nil))
	}
	if _, err := kei.Events(ctx, r.ID, 0, 10); err != rooms.ErrNoRoom {
		t.Errorf("who left reads: %v", err)
	}
	say(t, m, r.ID, "ana", "gone")
	if !quiet(kei) {
		t.Error("who left was woken by the room")
	}
}

func TestPublicRoomsAreReadByAllAndWrittenByMembers(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana")
	say(t, m, r.ID, "ana", "hello")
	ctx := t.Context()
	kei := attach(t, m, "kei")
	focus(t, kei, r.ID, true)
	if list, err := kei.Events(ctx, r.ID, 0, 10); err != nil || len(list) != 2 {
		t.Errorf("reading a public room: %d events, err %v", len(list), err)
	}
	drain(kei)
	say(t, m, r.ID, "ana", "more")
	if quiet(kei) || kei.Changes() != rooms.RoomChanged {
		t.Error("who looks at a public room was not woken by a post")
	}
	if _, err := m.Post(ctx, kei.Who(), message(r.ID, "x")); err != rooms.ErrNotMember {
		t.Errorf("a post of somebody who is not in the room: %v", err)
	}
	if err := m.SetTopic(ctx, kei.Who(), r.ID, text.NewLine("x", 9)); err != rooms.ErrNotMember {
		t.Errorf("a topic of somebody who is not in the room: %v", err)
	}
	if p := kei.Presence(); p.Total != 1 || p.Online != 0 {
		t.Errorf("somebody who looks on is counted: %+v", p)
	}
}

func TestWhoJoinsAPublicRoomTakesPart(t *testing.T) {
	s := openStore(t)
	m := open(t, s, rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana")
	ctx := t.Context()
	kei := attach(t, m, "kei")
	focus(t, kei, r.ID, true)
	if _, err := m.Join(ctx, kei.Who(), r.ID); err != nil {
		t.Fatal(err)
	}
	drain(kei)
	say(t, m, r.ID, "ana", "again")
	if quiet(kei) || kei.Changes() != rooms.RoomChanged || !quiet(kei) {
		t.Error("a member who joined while looking on is woken once, for the room")
	}
	if err := m.SetTopic(ctx, kei.Who(), r.ID, text.NewLine("Deploy freeze", 40)); err != nil {
		t.Errorf("a topic of a member: %v", err)
	}
	if got := kei.Head().Topic.String(); got != "Deploy freeze" {
		t.Errorf("topic %q", got)
	}
	seq := kei.Head().Seq
	if err := m.SetTopic(ctx, kei.Who(), r.ID, text.NewLine("Deploy freeze", 40)); err != nil || kei.Head().Seq != seq {
		t.Errorf("the same topic again made an event, err %v", err)
	}
	if err := m.Leave(ctx, kei.Who(), r.ID); err != nil {
		t.Fatal(err)
	}
	drain(kei)
	say(t, m, r.ID, "ana", "still public")
	if quiet(kei) || kei.Changes() != rooms.RoomChanged {
		t.Error("who left a public room still looks on")
	}
	ana := attach(t, m, "ana")
	agree(t, s, m, r.ID, ana, kei)
	if err := m.Invite(ctx, ana.Who(), r.ID, name(t, "kei")); err != nil {
		t.Fatal(err)
	}
	if got := kei.Notices(); len(got) != 1 || !strings.HasPrefix(got[0].String(), "ana invites you") {
		t.Errorf("an invitation to a public room told: %v", got)
	}
	if mb, ok := kei.Membership(r.ID); !ok || mb.Role != rooms.RoleNone {
		t.Error("an invitation to a public room is not in the inbox")
	}
	if _, _, err := m.Do(ctx, kei.Who(), rooms.Entry{Room: r.ID, Type: rooms.Decline}); err != nil {
		t.Fatal(err)
	}
	if got := ana.Notices(); len(got) != 1 || got[0].String() != "kei declines your invitation to #ops" {
		t.Errorf("who invited is told %v", got)
	}
	if err := ana.Focus(ctx, r.ID, false); err != nil {
		t.Fatal(err)
	}
	if err := m.Invite(ctx, ana.Who(), r.ID, kei.Who().Name); err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.Do(ctx, kei.Who(), rooms.Entry{Room: r.ID, Type: rooms.Decline}); err != nil {
		t.Fatal(err)
	}
	if got := ana.Notices(); len(got) != 0 {
		t.Errorf("who invited reads it in the room and is told %v, too", got)
	}
	if _, ok := kei.Membership(r.ID); ok {
		t.Error("what is declined stays in the inbox")
	}
}

func TestGuestsSeeOnlyRoomsThatTakeThem(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	ctx := t.Context()
	closed := create(t, m, "ops", rooms.Public, "ana")
	lobby, err := m.Create(ctx, actor(t, "ana"), rooms.Room{Name: roomName(t, "lobby"), Kind: rooms.Public, Guests: true})
	if err != nil {
		t.Fatal(err)
	}
	ana := attach(t, m, "ana")
	focus(t, ana, lobby.ID, true)
	g := attachAs(t, m, rooms.Actor{Name: text.GuestName(7), Guest: true})
	list, err := m.Rooms(ctx, g.Who())
	if err != nil || len(list) != 1 || list[0].ID != lobby.ID {
		t.Errorf("a guest lists %v, err %v", list, err)
	}
	if err := g.Focus(ctx, closed.ID, true); err != rooms.ErrNoRoom {
		t.Errorf("a guest enters a room without guests: %v", err)
	}
	if _, err := m.Post(ctx, g.Who(), message(closed.ID, "x")); err != rooms.ErrNoRoom {
		t.Errorf("a guest posts in a room without guests: %v", err)
	}
	focus(t, g, lobby.ID, true)
	wait(t, ana, "the guest's presence", func() bool {
		p := ana.Presence()
		return p.Online == 2 && p.Total == 2 && p.People[1].Name == text.GuestName(7) && p.People[1].Role == rooms.RoleGuest
	})
	if _, err := m.Post(ctx, g.Who(), message(lobby.ID, "hi")); err != nil {
		t.Errorf("a guest posts: %v", err)
	}
	for what, err := range map[string]error{
		"leave": m.Leave(ctx, g.Who(), lobby.ID),
		"topic": m.SetTopic(ctx, g.Who(), lobby.ID, text.NewLine("x", 9)),
		"mark":  m.MarkRead(ctx, g.Who(), lobby.ID, 1),
	} {
		if err != rooms.ErrForbidden {
			t.Errorf("%s by a guest: %v", what, err)
		}
	}
	if _, err := m.Join(ctx, g.Who(), lobby.ID); err != rooms.ErrForbidden {
		t.Errorf("join by a guest: %v", err)
	}
	if _, err := m.Create(ctx, g.Who(), rooms.Room{Name: roomName(t, "mine"), Kind: rooms.Public}); err != rooms.ErrForbidden {
		t.Errorf("create by a guest: %v", err)
	}
	g.Close()
	wait(t, ana, "the guest is gone", func() bool { return ana.Presence().Total == 1 })
}

func TestNamesOfRooms(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	ctx := t.Context()
	create(t, m, "ops", rooms.Public, "ana")
	if _, err := m.Create(ctx, actor(t, "bo"), rooms.Room{Name: roomName(t, "0ps"), Kind: rooms.Public}); err != rooms.ErrNameTaken {
		t.Errorf("a name that looks like a taken one: %v", err)
	}
	if _, err := m.Create(ctx, actor(t, "bo"), rooms.Room{Name: roomName(t, "talk"), Kind: rooms.Direct}); err == nil {
		t.Error("a direct room was created by name")
	}
	if _, err := m.Find(ctx, actor(t, "bo"), roomName(t, "none")); !errors.Is(err, rooms.ErrNoRoom) {
		t.Errorf("a room that is not there: %v", err)
	}
}

// Guests never join: in a room whose newcomers read only what is said from then on, they read nothing.
func TestGuestsReadNoMoreThanNewcomers(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	lobby, err := m.Create(t.Context(), actor(t, "ana"), rooms.Room{Name: roomName(t, "lobby"), Kind: rooms.Public, Guests: true})
	if err != nil {
		t.Fatal(err)
	}
	say(t, m, lobby.ID, "ana", "needle")
	if _, _, err := m.Do(t.Context(), actor(t, "ana"), rooms.Entry{Room: lobby.ID, Type: rooms.Set, Detail: rooms.PropHistory, Text: text.NewBody("joined")}); err != nil {
		t.Fatal(err)
	}
	guest := rooms.Actor{Name: text.GuestName(7), Guest: true}
	if list, err := m.EventsBefore(t.Context(), guest, lobby.ID, 100, 10); err != rooms.ErrNoRoom {
		t.Errorf("a guest reads %d events (%v)", len(list), err)
	}
	if found, err := m.Search(t.Context(), guest, rooms.Query{Words: []string{"needle"}}, rooms.Position{}, 10); err != nil || len(found.Events) != 0 {
		t.Errorf("a guest finds %d (%v)", len(found.Events), err)
	}
	if list, err := m.Rooms(t.Context(), guest); err != nil || len(list) != 0 {
		t.Errorf("a guest lists %d rooms (%v)", len(list), err)
	}
}

// An edit of what was said before somebody came must not tell them what it says.
func TestEditsTellNewcomersNothingOfWhatWasSaidBefore(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	room, err := m.Create(t.Context(), actor(t, "ana"), rooms.Room{Name: roomName(t, "lobby"), Kind: rooms.Public})
	if err != nil {
		t.Fatal(err)
	}
	do := func(who string, e rooms.Entry) *rooms.Event {
		t.Helper()
		e.Room = room.ID
		made, _, err := m.Do(t.Context(), actor(t, who), e)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	do("ana", rooms.Entry{Type: rooms.Set, Detail: rooms.PropHistory, Text: text.NewBody("joined")})
	old := say(t, m, room.ID, "ana", "the needle")
	join(t, m, room.ID, "bo")
	s := attach(t, m, "bo")
	focus(t, s, room.ID, true)
	own := say(t, m, room.ID, "ana", "in the open")
	do("ana", rooms.Entry{Type: rooms.Edit, Ref: old.Seq, Text: text.NewBody("the needle again")})
	seen := do("ana", rooms.Entry{Type: rooms.Edit, Ref: own.Seq, Text: text.NewBody("still in the open")})
	check := func(face string, list []*rooms.Event, err error) {
		t.Helper()
		edits := 0
		for _, e := range list {
			switch {
			case strings.Contains(e.Text.String(), "needle"):
				t.Errorf("%s tells bo: %s", face, e.Text)
			case e.Type == rooms.Edit && e.Seq == seen.Seq && e.Text.IsZero():
				t.Errorf("%s hides an edit of what bo has seen", face)
			case e.Type == rooms.Edit:
				edits++
			}
		}
		if err != nil || edits != 2 {
			t.Errorf("%s has %d edits (%v)", face, edits, err)
		}
	}
	list, err := m.Events(t.Context(), actor(t, "bo"), room.ID, 0, 100)
	check("Events", list, err)
	list, err = m.EventsBefore(t.Context(), actor(t, "bo"), room.ID, 100, 100)
	check("EventsBefore", list, err)
	list, err = s.EventsBefore(t.Context(), room.ID, 100, 100)
	check("the session", list, err)
	list, err = s.Cursor(room.ID, 0).Next(t.Context(), 100)
	check("a cursor", list, err)
	list, ok := s.Recent(nil, room.ID, 0)
	check("Recent", list, nil)
	if check("News", s.News(nil, room.ID, 0), nil); !ok {
		t.Error("memory does not reach back to where bo came")
	}
	if e, _, err := m.Event(t.Context(), actor(t, "bo"), room.ID, seen.Seq-1); err != nil || !e.Text.IsZero() {
		t.Errorf("the edit by itself is %q (%v)", e.Text, err)
	}
	if found, err := m.Search(t.Context(), actor(t, "bo"), rooms.Query{Words: []string{"needle"}}, rooms.Position{}, 10); err != nil || len(found.Events) != 0 {
		t.Errorf("bo finds %d (%v)", len(found.Events), err)
	}
	list, err = m.Events(t.Context(), actor(t, "ana"), room.ID, old.Seq, 100)
	if err != nil || !slices.ContainsFunc(list, func(e *rooms.Event) bool { return e.Text.String() == "the needle again" }) {
		t.Errorf("ana, who was there, does not read it (%v)", err)
	}
}

// Whoever shows a room when it is closed to them must not go on reading it.
func TestNobodyGoesOnReadingARoomThatWasClosedToThem(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	set := func(id rooms.ID, property, value string) {
		t.Helper()
		if _, _, err := m.Do(t.Context(), actor(t, "ana"), rooms.Entry{Room: id, Type: rooms.Set, Detail: property, Text: text.NewBody(value)}); err != nil {
			t.Fatal(err)
		}
	}
	reads := func(s *rooms.Session, id rooms.ID) bool {
		_, ok := s.Recent(nil, id, 0)
		_, err := m.Events(t.Context(), s.Who(), id, 0, 10)
		return ok || err == nil
	}
	lobby, err := m.Create(t.Context(), actor(t, "ana"), rooms.Room{Name: roomName(t, "lobby"), Kind: rooms.Public, Guests: true})
	if err != nil {
		t.Fatal(err)
	}
	say(t, m, lobby.ID, "ana", "one")
	guest := attachAs(t, m, rooms.Actor{Name: text.GuestName(7), Guest: true})
	focus(t, guest, lobby.ID, true)
	set(lobby.ID, rooms.PropGuests, "off")
	if reads(guest, lobby.ID) {
		t.Error("a guest goes on reading after guests were shut out")
	}
	ana, bo := attach(t, m, "ana"), attach(t, m, "bo")
	focus(t, ana, lobby.ID, true)
	focus(t, bo, lobby.ID, true)
	set(lobby.ID, rooms.PropHistory, "joined")
	if reads(bo, lobby.ID) {
		t.Error("somebody who never joined goes on reading what only members read")
	}
	if !reads(ana, lobby.ID) {
		t.Error("a member is turned away")
	}
	if _, err := m.Join(t.Context(), actor(t, "bo"), lobby.ID); err != nil {
		t.Fatal(err)
	}
	focus(t, bo, lobby.ID, true)
	if _, _, err := m.Do(t.Context(), actor(t, "ana"), rooms.Entry{Room: lobby.ID, Type: rooms.Kick, Target: name(t, "bo")}); err != nil {
		t.Fatal(err)
	}
	if reads(bo, lobby.ID) {
		t.Error("somebody who was put out reads the room from its beginning")
	}
}

// Who is put out cannot read in the room by whom and why, so they are told.
func TestWhoIsPutOutIsToldWhy(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana")
	bo := attach(t, m, "bo")
	for _, c := range []struct {
		kind  rooms.Type
		until time.Time
		why   string
		want  string
	}{
		{rooms.Kick, time.Time{}, "", "ana has put you out of #ops"},
		{rooms.Kick, time.Time{}, "too loud", "ana has put you out of #ops: too loud"},
		{rooms.Ban, time.Date(2099, 1, 2, 3, 4, 0, 0, time.UTC), "spam", "ana has banned you from #ops until 2099-01-02 03:04 UTC: spam"},
		{rooms.Ban, time.Time{}, "", "ana has banned you from #ops"},
	} {
		if _, err := m.Join(t.Context(), bo.Who(), r.ID); err != nil {
			t.Fatal(err)
		}
		drain(bo)
		do(t, m, "ana", rooms.Entry{Room: r.ID, Type: c.kind, Target: name(t, "bo"), Until: c.until, Text: text.NewBody(c.why)})
		if got := bo.Notices(); len(got) != 1 || got[0].String() != c.want {
			t.Errorf("%v told %v, want %q", c.kind, got, c.want)
		}
		if c.kind == rooms.Ban {
			do(t, m, "ana", rooms.Entry{Room: r.ID, Type: rooms.Unban, Target: name(t, "bo")})
		}
	}
}

func TestWhoIsInvitedLearnsTheNewNameOfTheRoom(t *testing.T) {
	s := openStore(t)
	m := open(t, s, rooms.Options{})
	r := create(t, m, "ops", rooms.Private, "ana")
	bo := attach(t, m, "bo")
	if err := m.Invite(t.Context(), actor(t, "ana"), r.ID, name(t, "bo")); err != nil {
		t.Fatal(err)
	}
	drain(bo)
	if _, _, err := m.Do(t.Context(), actor(t, "ana"), rooms.Entry{Room: r.ID, Type: rooms.Rename, Text: text.NewBody("#operations")}); err != nil {
		t.Fatal(err)
	}
	if rows := bo.Inbox(nil); len(rows) != 1 || rows[0].Room.Name.String() != "#operations" {
		t.Errorf("the invitation is %+v, want one to #operations", rows)
	}
	if quiet(bo) || bo.Changes()&rooms.InboxChanged == 0 {
		t.Error("nobody told who is invited")
	}
}
