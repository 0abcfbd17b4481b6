package rooms_test

import (
	"fmt"
	"strings"
	"testing"

	"parley/rooms"
	"parley/text"
)

func TestUnreadAndMentionsFollowThePerson(t *testing.T) {
	s := openStore(t)
	m := open(t, s, rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana", "bo")
	desk, phone := attach(t, m, "bo"), attach(t, m, "bo")
	focus(t, desk, r.ID, false)
	say(t, m, r.ID, "ana", "morning")
	say(t, m, r.ID, "ana", "@bo are you there?")
	say(t, m, r.ID, "bo", "@bo is me, @ana") // own: neither unread nor a mention
	last := say(t, m, r.ID, "ana", "good")
	for _, s := range []*rooms.Session{desk, phone} {
		if n, mentions := unread(t, s, r.ID); n != 3 || mentions != 1 {
			t.Errorf("bo has %d unread and %d mentions, want 3 and 1", n, mentions)
		}
	}
	drain(desk)
	drain(phone)
	desk.Mark(r.ID, last.Seq)
	if quiet(phone) || phone.Changes()&rooms.InboxChanged == 0 {
		t.Error("the other terminal was not told that the room is read")
	}
	if !quiet(desk) {
		t.Error("the terminal that set the mark was woken by it")
	}
	for _, s := range []*rooms.Session{desk, phone} {
		if n, mentions := unread(t, s, r.ID); n != 0 || mentions != 0 {
			t.Errorf("after reading all bo has %d unread and %d mentions", n, mentions)
		}
	}
	// "Unread from here": the mark goes back.
	phone.Mark(r.ID, last.Seq-3)
	if n, mentions := unread(t, desk, r.ID); n != 2 || mentions != 1 {
		t.Errorf("with the mark before the mention bo has %d unread and %d mentions, want 2 and 1", n, mentions)
	}
	agree(t, s, m, r.ID, desk, phone)
}

func TestWhatIsDeletedIsNothingToRead(t *testing.T) {
	for _, tail := range []int{2, 256} {
		s := openStore(t)
		m := open(t, s, rooms.Options{Tail: tail})
		r := create(t, m, "ops", rooms.Public, "ana", "bo", "kei", "zoe")
		bo, kei := attach(t, m, "bo"), attach(t, m, "kei")
		zoe := attach(t, m, "zoe")
		zoe.Close() // her counts stay in memory for a while
		first := say(t, m, r.ID, "ana", "@bo @kei @zoe look")
		kei.Mark(r.ID, first.Seq)
		root := say(t, m, r.ID, "bo", "shall we?")
		reply, err := m.Post(t.Context(), actor(t, "ana"), rooms.Post{Room: r.ID, Type: rooms.Message, Thread: root.Seq, Text: text.NewBody("yes")})
		if err != nil {
			t.Fatal(err)
		}
		say(t, m, r.ID, "ana", "aside")
		for _, seq := range []uint64{first.Seq, reply.Seq} {
			if _, _, err := m.Do(t.Context(), actor(t, "ana"), rooms.Entry{Room: r.ID, Type: rooms.Delete, Ref: seq}); err != nil {
				t.Fatal(err)
			}
		}
		counts := func(s *rooms.Session, unreadWant uint64, threads int) {
			t.Helper()
			wait(t, s, "the counts", func() bool {
				n, mentions := unread(t, s, r.ID)
				ms, _ := s.Membership(r.ID)
				return n == unreadWant && mentions == 0 && ms.Threads == threads
			})
		}
		counts(bo, 1, 0)
		counts(kei, 2, 0)
		zoe = attach(t, m, "zoe")
		counts(zoe, 2, 0)
		states, err := m.States(t.Context(), actor(t, "kei"), r.ID, root.Seq, root.Seq)
		if err != nil || states[root.Seq].Replies != 0 || len(states[root.Seq].Voices) != 0 {
			t.Errorf("the first message of a thread of which nothing is left is %+v (%v)", states[root.Seq], err)
		}
		agree(t, s, m, r.ID, bo, kei, zoe)
	}
}

func TestAMarkBehindTheTailIsCountedByTheStore(t *testing.T) {
	s := openStore(t)
	m := open(t, s, rooms.Options{Tail: 8})
	r := create(t, m, "ops", rooms.Public, "ana", "bo")
	for i := range 60 {
		say(t, m, r.ID, []string{"ana", "bo"}[i%2], fmt.Sprintf("@bo %d", i))
	}
	bo := attach(t, m, "bo")
	bo.Mark(r.ID, 20)
	if ms, _ := bo.Membership(r.ID); ms.Read != 20 {
		t.Errorf("the mark is at %d at once, want 20", ms.Read)
	}
	if err := m.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	// 60 messages follow seq 2; those up to 20 are 18; of the other 42 bo wrote half.
	wait(t, bo, "exact counts", func() bool {
		n, mentions := unread(t, bo, r.ID)
		return n == 21 && mentions == 21
	})
	agree(t, s, m, r.ID, bo)
}

func TestMarksAndPlacesSurviveARestart(t *testing.T) {
	s := openStore(t)
	m := open(t, s, rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana", "bo")
	say(t, m, r.ID, "ana", "one")
	bo := attach(t, m, "bo")
	place := rooms.Place{Draft: "half a thou", Anchor: 2, Offset: 1}
	bo.Mark(r.ID, 3)
	bo.SetPlace(r.ID, place)
	bo.SetLastRoom(r.ID)
	if err := m.Set(t.Context(), bo.Who(), "zone", "Asia/Tokyo"); err != nil {
		t.Fatal(err)
	}
	bo.Close()
	bo.Close()

	// Back before anything was saved: nothing is missing.
	again := attach(t, m, "bo")
	if ms, _ := again.Membership(r.ID); ms.Place != place || ms.Unread() != 0 {
		t.Errorf("right after a drop the row is %+v", ms)
	}
	again.Close()
	if err := m.Close(t.Context()); err != nil {
		t.Fatal(err)
	}

	m = open(t, s, rooms.Options{})
	back := attach(t, m, "bo")
	if ms, _ := back.Membership(r.ID); ms.Place != place || ms.Read != 3 {
		t.Errorf("after a restart the row is %+v", ms)
	}
	p := back.Person()
	if p.Name != name(t, "bo") || p.LastRoom != r.ID || p.Settings["zone"] != "Asia/Tokyo" || p.Seen.IsZero() {
		t.Errorf("after a restart the person is %+v", p)
	}
	p.Settings["zone"] = "changed"
	if back.Person().Settings["zone"] != "Asia/Tokyo" {
		t.Error("Person gave away its own settings, not a copy")
	}
}

func TestMarksAreGatheredAndPostsDoNotWaitForThem(t *testing.T) {
	s := &flawed{Store: openStore(t)}
	m := open(t, s, rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana", "bo")
	bo := attach(t, m, "bo")
	for i := range 200 {
		e := say(t, m, r.ID, "ana", fmt.Sprint(i))
		bo.Mark(r.ID, e.Seq)
		bo.SetPlace(r.ID, rooms.Place{Draft: strings.Repeat("x", i)})
	}
	if err := m.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := s.saves.Load(); n > 20 {
		t.Errorf("200 marks and drafts were %d saves", n)
	}
	agree(t, s.Store, m, r.ID, bo)
}

func TestMarksWaitForAStoreThatFails(t *testing.T) {
	s := &flawed{Store: openStore(t)}
	m := open(t, s, rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana", "bo")
	say(t, m, r.ID, "ana", "one")
	bo := attach(t, m, "bo")
	s.set(func(s *flawed) { s.save = func([]rooms.Update) error { return errDisk } })
	bo.Mark(r.ID, 3)
	bo.SetPlace(r.ID, rooms.Place{Draft: "kept"})
	if err := m.Flush(t.Context()); err == nil {
		t.Error("Flush to a store that fails succeeded")
	}
	say(t, m, r.ID, "ana", "posts go on")
	bo.Close()
	if ms, _ := attach(t, m, "bo").Membership(r.ID); ms.Place.Draft != "kept" || ms.Read != 3 {
		t.Errorf("what could not be stored is forgotten: %+v", ms)
	}
	s.set(func(s *flawed) { s.save = nil })
	if err := m.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	list, err := s.Store.Inbox(t.Context(), name(t, "bo"), nil)
	if err != nil || list[0].Read != 3 || list[0].Place.Draft != "kept" {
		t.Errorf("after the store recovered it has %+v, err %v", list, err)
	}
}

func TestMarkReadNeedsNoSession(t *testing.T) {
	s := openStore(t)
	m := open(t, s, rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana", "bo")
	e := say(t, m, r.ID, "ana", "one")
	if err := m.MarkRead(t.Context(), actor(t, "bo"), r.ID, e.Seq+100); err != nil {
		t.Fatal(err)
	}
	list, err := s.Inbox(t.Context(), name(t, "bo"), nil)
	if err != nil || list[0].Read != e.Seq {
		t.Errorf("the store has mark %d, err %v; want %d, the newest", list[0].Read, err, e.Seq)
	}
	if got, err := m.Inbox(t.Context(), actor(t, "bo")); err != nil || got[0].Unread() != 0 {
		t.Errorf("bo's inbox is %+v, err %v", got, err)
	}
	if err := m.MarkRead(t.Context(), actor(t, "kei"), r.ID, 1); err != rooms.ErrNotMember {
		t.Errorf("a mark of somebody who is not in the room: %v", err)
	}
}

func TestInboxReadsMemoryWithoutAllocating(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	for i := range 5 {
		create(t, m, fmt.Sprintf("room%d", i), rooms.Public, "ana")
	}
	ana := attach(t, m, "ana")
	dst := make([]rooms.Membership, 0, 8)
	if n := testing.AllocsPerRun(100, func() { dst = ana.Inbox(dst[:0]) }); n != 0 {
		t.Errorf("Inbox allocates %v times", n)
	}
	for i, ms := range dst {
		if want := fmt.Sprintf("#room%d", i); ms.Room.Name.String() != want {
			t.Errorf("row %d is %s, want %s", i, ms.Room.Name, want)
		}
	}
}

func TestADraftIsCutAtACharacter(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana")
	ana := attach(t, m, "ana")
	ana.SetPlace(r.ID, rooms.Place{Draft: strings.Repeat("é", text.MaxBody)})
	ms, _ := ana.Membership(r.ID)
	if n := len(ms.Place.Draft); n > text.MaxBody || n < text.MaxBody-1 || strings.Trim(ms.Place.Draft, "é") != "" {
		t.Errorf("the draft has %d bytes", n)
	}
}

func TestNoticesKeepTheLastEight(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	ana := attach(t, m, "ana")
	for i := range 20 {
		m.Notify(name(t, "ana"), rooms.NewNotice("%d", i), nil)
	}
	if quiet(ana) || ana.Changes() != rooms.NoticePending {
		t.Error("a notice did not wake")
	}
	got := ana.Notices()
	if len(got) != 8 || got[0].String() != "12" || got[7].String() != "19" {
		t.Errorf("notices: %v", got)
	}
	if len(ana.Notices()) != 0 {
		t.Error("notices were given twice")
	}
}

// TestADraftWakesThePersonsOtherSessionsOnly: what somebody types is told to where else they are, and only what they type.
func TestADraftWakesThePersonsOtherSessionsOnly(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "ana", "bo")
	desk, phone, bo := attach(t, m, "ana"), attach(t, m, "ana"), attach(t, m, "bo")
	for _, s := range []*rooms.Session{desk, phone, bo} {
		focus(t, s, r.ID, false)
		drain(s)
	}
	desk.SetPlace(r.ID, rooms.Place{Draft: "half a thou"})
	if !quiet(desk) || !quiet(bo) {
		t.Error("the session that set the draft was woken, or somebody else's")
	}
	if quiet(phone) || phone.Changes() != rooms.CountsChanged || phone.Counted() != r.ID {
		t.Error("the person's other session was not told of the room")
	}
	if ms, _ := phone.Membership(r.ID); ms.Place.Draft != "half a thou" {
		t.Errorf("its draft is %q", ms.Place.Draft)
	}
	desk.SetPlace(r.ID, rooms.Place{Draft: "half a thou", Anchor: 2})
	if !quiet(phone) {
		t.Error("scrolling woke the other session")
	}
}
