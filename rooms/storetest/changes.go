package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// say appends a message and returns its seq.
func say(tb testing.TB, s rooms.Store, room rooms.ID, who text.Name, words string, change func(*rooms.Entry)) uint64 {
	tb.Helper()
	e := rooms.Entry{Room: room, Type: rooms.Message, Author: who, Text: text.NewBody(words), Time: at(1)}
	if change != nil {
		change(&e)
	}
	return must(tb, s, e).Event.Seq
}

// changes holds that what later events do to a message is found by its seq, and that what is deleted is gone.
func changes(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "ops", 3)
	ana, bo, kei := people[0], people[1], people[2]
	first := say(t, s, room.ID, ana, "one", nil)
	second := say(t, s, room.ID, bo, "two", nil)
	do := func(who text.Name, kind rooms.Type, ref uint64, detail, words string) rooms.Result {
		t.Helper()
		return append1(t, s, rooms.Entry{Room: room.ID, Type: kind, Author: who, Ref: ref, Detail: detail, Text: text.NewBody(words), Time: at(2)})
	}
	do(ana, rooms.Edit, first, "", "one, better")
	react := do(bo, rooms.React, first, "🎉", "")
	if again := do(bo, rooms.React, first, "🎉", ""); !again.Again || again.Event != react.Event {
		t.Errorf("reacting twice: %+v", again)
	}
	do(kei, rooms.React, second, "🎉", "")
	list, err := s.Referring(t.Context(), room.ID, first, first)
	if err != nil || len(list) != 2 || list[0].Type != rooms.Edit || list[0].Text.String() != "one, better" || list[1].Detail != "🎉" {
		t.Errorf("what was done to the first message is %+v (%v)", list, err)
	}
	if list, err = s.Referring(t.Context(), room.ID, first, second); err != nil || len(list) != 3 || !slices.IsSortedFunc(list, func(a, b rooms.Event) int { return int(a.Seq) - int(b.Seq) }) {
		t.Errorf("what was done to both is %+v (%v)", list, err)
	}
	for _, refused := range []struct {
		who    text.Name
		kind   rooms.Type
		ref    uint64
		detail string
	}{{bo, rooms.Edit, first, ""}, {kei, rooms.Delete, first, ""}, {ana, rooms.Unreact, first, "🎉"}, {ana, rooms.Edit, 1, ""}, {ana, rooms.Pin, 99, ""}, {ana, rooms.Vote, first, "1"}} {
		if r := do(refused.who, refused.kind, refused.ref, refused.detail, "x"); r.Err == nil {
			t.Errorf("%s by %s of %d was committed: %+v", refused.kind, refused.who, refused.ref, r)
		}
	}
	do(ana, rooms.Delete, first, "", "")
	log, err := s.Events(t.Context(), room.ID, first-1, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range log {
		if e.Seq != second && !e.Text.IsZero() {
			t.Errorf("after the delete event %d is %q", e.Seq, e.Text)
		}
	}
	if r := do(bo, rooms.React, first, "👍", ""); r.Err == nil {
		t.Error("a deleted message took a reaction")
	}
}

// pinning holds that pins come newest first, and that a room knows the newest.
func pinning(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "ops", 2)
	var seqs []uint64
	for range 3 {
		seqs = append(seqs, say(t, s, room.ID, people[0], "a message", nil))
	}
	do := func(kind rooms.Type, ref uint64) rooms.Result {
		return append1(t, s, rooms.Entry{Room: room.ID, Type: kind, Author: people[1], Ref: ref, Time: at(3)})
	}
	do(rooms.Pin, seqs[1])
	do(rooms.Pin, seqs[0])
	if r := do(rooms.Pin, seqs[1]); !r.Again {
		t.Errorf("pinning twice: %+v", r)
	}
	if r := do(rooms.Unpin, seqs[2]); r.Err == nil {
		t.Errorf("unpinning what is not pinned: %+v", r)
	}
	want := func(pins ...uint64) {
		t.Helper()
		got, err := s.Pins(t.Context(), room.ID)
		now, err2 := s.Room(t.Context(), room.ID)
		newest := uint64(0)
		if len(pins) > 0 {
			newest = pins[0]
		}
		if err != nil || err2 != nil || !slices.Equal(got, pins) || now.Pinned != newest {
			t.Errorf("pinned is %v, the newest %d (%v, %v), want %v", got, now.Pinned, err, err2, pins)
		}
	}
	want(seqs[0], seqs[1])
	do(rooms.Unpin, seqs[0])
	want(seqs[1])
	append1(t, s, rooms.Entry{Room: room.ID, Type: rooms.Delete, Author: people[0], Ref: seqs[1], Time: at(4)})
	want()
}

// threads holds that a thread is read by itself, that it is no unread of the
// room, and that its followers have an unread of their own.
func threads(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "ops", 3)
	ana, bo, kei := people[0], people[1], people[2]
	root := say(t, s, room.ID, ana, "shall we?", nil)
	in := func(e *rooms.Entry) { e.Thread = root }
	r1 := say(t, s, room.ID, bo, "yes", in)
	say(t, s, room.ID, kei, "aside", nil)
	r2 := say(t, s, room.ID, bo, "at ten, @"+kei.String(), in)
	got, err := s.Thread(t.Context(), room.ID, root, 1<<40, 10)
	if err != nil || len(got) != 2 || got[0].Seq != r1 || got[1].Seq != r2 {
		t.Errorf("the thread is %+v (%v)", got, err)
	}
	if got, err = s.Thread(t.Context(), room.ID, root, r2, 10); err != nil || len(got) != 1 || got[0].Seq != r1 {
		t.Errorf("the older thread is %+v (%v)", got, err)
	}
	follows := func(who text.Name, want ...rooms.Follow) {
		t.Helper()
		got, err := s.Follows(t.Context(), who)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s follows %+v (%v), want %+v", who, got, err, want)
		}
	}
	follows(ana, rooms.Follow{Room: room.ID, Root: root, Read: root, Unread: 2})
	follows(bo, rooms.Follow{Room: room.ID, Root: root, Read: r2})
	follows(kei, rooms.Follow{Room: room.ID, Root: root, Read: root, Unread: 1})
	list, err := s.Inbox(t.Context(), ana, nil)
	if err != nil || len(list) != 1 || list[0].Threads != 2 || list[0].Unread() != 1 {
		t.Errorf("the inbox is %+v (%v), want 1 unread and 2 in threads", list, err)
	}
	if err := s.Save(t.Context(), []rooms.Update{markAt(room.ID, kei, r1)}); err != nil {
		t.Fatal(err)
	}
	if m := membership(t, s, kei, room.ID); m.Unread() != 0 || m.Mentions != 1 || m.Threads != 1 {
		t.Errorf("who is called in a thread and has read all else has %d unread, %d mentions and %d in threads, want 0, 1 and 1", m.Unread(), m.Mentions, m.Threads)
	}
	save := func(m rooms.ThreadMark) {
		t.Helper()
		m.Room, m.Root = room.ID, root
		if err := s.Save(t.Context(), []rooms.Update{{Thread: &m}}); err != nil {
			t.Fatal(err)
		}
	}
	save(rooms.ThreadMark{Name: ana, Seq: r1})
	follows(ana, rooms.Follow{Room: room.ID, Root: root, Read: r1, Unread: 1})
	save(rooms.ThreadMark{Name: kei, Drop: true})
	follows(kei)
	save(rooms.ThreadMark{Name: kei, Seq: 0, Follow: true})
	follows(kei, rooms.Follow{Room: room.ID, Root: root, Read: 0, Unread: 2})
	deleted := append1(t, s, rooms.Entry{Room: room.ID, Type: rooms.Delete, Author: bo, Ref: r1, Time: at(5)})
	if deleted.Event.Thread != root || deleted.Event.Target != bo {
		t.Errorf("the deletion of a reply is %+v: it has to say in which thread and whose", deleted.Event)
	}
	follows(ana, rooms.Follow{Room: room.ID, Root: root, Read: r1, Unread: 1}) // who has read it has as much to read as before
	follows(kei, rooms.Follow{Room: room.ID, Root: root, Read: 0, Unread: 1})
	save(rooms.ThreadMark{Name: kei, Seq: root})
	follows(kei, rooms.Follow{Room: room.ID, Root: root, Read: root, Unread: 1})
	if got, err := s.Thread(t.Context(), room.ID, root, 1<<40, 10); err != nil || len(got) != 2 {
		t.Errorf("the thread is %+v (%v): a deletion is nothing that was said in it", got, err)
	}
	about, err := s.Referring(t.Context(), room.ID, root, root)
	if err != nil || len(about) != 3 || about[2].Type != rooms.Delete {
		t.Errorf("what the thread has made of its first message is %+v (%v)", about, err)
	}
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Leave, Author: kei, Time: at(5)})
	follows(kei)
	if r := append1(t, s, rooms.Entry{Room: room.ID, Type: rooms.Message, Author: bo, Text: text.NewBody("deeper"), Thread: r1, Time: at(5)}); r.Err == nil {
		t.Error("a thread began within a thread")
	}
}

// directs holds that the same people have one conversation, which they all are in.
func directs(t *testing.T, h Harness) {
	s := h.Open(t)
	make := func(who, with string) rooms.Result {
		return append1(t, s, rooms.Entry{Type: rooms.Create, Author: name(t, who), Time: at(0), New: rooms.Room{Kind: rooms.Direct, Direct: with}})
	}
	first := make("bo", "ana,bo")
	if first.Err != nil || first.Room.People != 2 || first.Room.Direct != "ana,bo" {
		t.Fatalf("a direct room: %+v", first)
	}
	if again := make("ana", "ana,bo"); !again.Again || again.Room.ID != first.Room.ID {
		t.Errorf("the same people again: %+v", again)
	}
	if more := make("ana", "ana,bo,kei"); more.Err != nil || more.Room.ID == first.Room.ID {
		t.Errorf("one more: %+v", more)
	}
	for _, bad := range []string{"", "ana", "bo,ana", "ana,ana", "a,b,c,d,e,f,g,h,i,j", "ana,Bo!"} {
		if r := make("ana", bad); r.Err == nil {
			t.Errorf("a conversation of %q was made", bad)
		}
	}
	for _, who := range []string{"ana", "bo"} {
		list, err := s.Inbox(t.Context(), name(t, who), nil)
		if err != nil || len(list) != 2 || list[0].Role != rooms.RoleMember {
			t.Errorf("%s has %+v (%v)", who, list, err)
		}
	}
	if list, err := s.Rooms(t.Context(), name(t, "zoe")); err != nil || len(list) != 0 {
		t.Errorf("zoe sees %+v (%v)", list, err)
	}
	if r := append1(t, s, rooms.Entry{Room: first.Room.ID, Type: rooms.Leave, Author: name(t, "bo"), Time: at(1)}); r.Err == nil {
		t.Error("bo left ana alone")
	}
}

// roomSanctions holds that who is put out stays out as long as it was said, and who is silenced stays silent.
func roomSanctions(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "ops", 3)
	owner, bo, kei := people[0], people[1], people[2]
	do := func(kind rooms.Type, who text.Name, until time.Time) {
		t.Helper()
		must(t, s, rooms.Entry{Room: room.ID, Type: kind, Author: owner, Target: who, Until: until, Text: text.NewBody("spam"), Time: at(1)})
	}
	join := func(who text.Name, when int) error {
		return append1(t, s, rooms.Entry{Room: room.ID, Type: rooms.Join, Author: who, Time: at(when)}).Err
	}
	post := func(who text.Name, when int) error {
		return append1(t, s, rooms.Entry{Room: room.ID, Type: rooms.Message, Author: who, Text: text.NewBody("hi"), Time: at(when)}).Err
	}
	do(rooms.Ban, bo, at(100))
	var ban *rooms.BanError
	if err := join(bo, 50); !errors.As(err, &ban) || ban.By != owner || ban.Reason.String() != "spam" || !ban.Until.Equal(at(100)) {
		t.Errorf("bo came back: %v", err)
	}
	if err := join(bo, 101); err != nil {
		t.Errorf("bo is kept out after the end: %v", err)
	}
	do(rooms.Quiet, kei, time.Time{})
	var quiet *rooms.QuietError
	if err := post(kei, 5); !errors.As(err, &quiet) {
		t.Errorf("kei wrote: %v", err)
	}
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Leave, Author: kei, Time: at(6)})
	if err := join(kei, 7); err != nil {
		t.Fatal(err)
	}
	if err := post(kei, 8); !errors.As(err, &quiet) {
		t.Errorf("kei wrote after coming back: %v", err)
	}
	list, err := s.Sanctions(t.Context(), room.ID)
	if err != nil || len(list) != 2 || list[0].Name != bo || list[0].Quiet || !list[1].Quiet {
		t.Errorf("the sanctions are %+v (%v)", list, err)
	}
	do(rooms.Unquiet, kei, time.Time{})
	if err := post(kei, 9); err != nil {
		t.Errorf("kei may not write again: %v", err)
	}
	do(rooms.Unban, bo, time.Time{})
	if list, err := s.Sanctions(t.Context(), room.ID); err != nil || len(list) != 0 {
		t.Errorf("the sanctions are %+v (%v), want none", list, err)
	}
}

// preferences holds that how a person wants a room to be treated comes back with the inbox.
func preferences(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "ops", 2)
	want := rooms.Prefs{Notify: rooms.NotifyNone, Star: true}
	nobody := name(t, "nobody")
	for _, who := range []text.Name{people[1], nobody} {
		if err := s.Save(t.Context(), []rooms.Update{{Prefs: &rooms.PrefsUpdate{Room: room.ID, Name: who, Prefs: want}}}); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := s.Inbox(t.Context(), people[1], nil); err != nil || list[0].Prefs != want {
		t.Errorf("the inbox is %+v (%v)", list, err)
	}
	if list, err := s.Inbox(t.Context(), nobody, nil); err != nil || len(list) != 0 {
		t.Errorf("nobody has %+v (%v)", list, err)
	}
}

// properties holds that a room comes back as it was told to be, after the file was opened again too.
func properties(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "ops", 1)
	for _, p := range [][2]string{{rooms.PropSlow, "30s"}, {rooms.PropLocked, "on"}, {rooms.PropHistory, "joined"}, {rooms.PropKeep, "720h"}, {rooms.PropGuests, "on"}, {rooms.PropBots, "off"}, {rooms.PropArchived, "on"}} {
		must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Set, Author: people[0], Detail: p[0], Text: text.NewBody(p[1]), Time: at(1)})
	}
	if r := append1(t, s, rooms.Entry{Room: room.ID, Type: rooms.Rename, Author: people[0], Text: text.NewBody("#dev"), Time: at(2)}); r.Err == nil {
		t.Error("an archived room got a new name")
	}
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Set, Author: people[0], Detail: rooms.PropArchived, Text: text.NewBody("off"), Time: at(2)})
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Rename, Author: people[0], Text: text.NewBody("#dev"), Time: at(2)})
	s = h.Reopen(t, s)
	got, err := s.RoomByName(t.Context(), roomName(t, "dev"))
	if err != nil || got.ID != room.ID || got.Slow != 30*time.Second || !got.Locked || got.Archived || got.History != rooms.HistoryJoined || got.Keep != 720*time.Hour || !got.Guests || !got.NoBots {
		t.Errorf("the room is %+v (%v)", got, err)
	}
	finds := func(slug string, id rooms.ID) {
		t.Helper()
		if got, err := s.RoomByName(t.Context(), roomName(t, slug)); err != nil || got.ID != id {
			t.Errorf("%s finds %+v, %v, want room %d", slug, got, err, id)
		}
	}
	finds("ops", room.ID)
	if _, err := s.RoomByName(t.Context(), roomName(t, "never")); !errors.Is(err, rooms.ErrNoRoom) {
		t.Errorf("a name that no room had finds %v", err)
	}
	other := create(t, s, "zoe", "ops", rooms.Public)
	if r := append1(t, s, rooms.Entry{Room: other.ID, Type: rooms.Rename, Author: name(t, "zoe"), Text: text.NewBody("#dev"), Time: at(3)}); !errors.Is(r.Err, rooms.ErrNameTaken) {
		t.Errorf("two rooms of one name: %+v", r)
	}
	finds("ops", other.ID)
	must(t, s, rooms.Entry{Room: other.ID, Type: rooms.Rename, Author: name(t, "zoe"), Text: text.NewBody("#web"), Time: at(3)})
	finds("ops", other.ID) // who had it last
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Rename, Author: people[0], Text: text.NewBody("#ops"), Time: at(4)})
	s = h.Reopen(t, s)
	finds("ops", room.ID)
	finds("dev", room.ID)
	finds("web", other.ID)
}

// Who puts the only owner out, as staff of the server may, leaves the room to somebody.
func heirs(t *testing.T, h Harness) {
	s := h.Open(t)
	room, people := crowd(t, s, "ops", 3)
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Kick, Author: name(t, "root"), Staff: true, Target: people[0], Time: at(1)})
	list, err := s.Members(t.Context(), room.ID)
	if err != nil || len(list) != 2 {
		t.Fatalf("left are %+v (%v)", list, err)
	}
	for _, m := range list {
		if owner := m.Name == people[1]; owner != (m.Role == rooms.RoleOwner) {
			t.Errorf("%s is %s", m.Name, m.Role)
		}
	}
}
