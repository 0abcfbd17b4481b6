package rooms_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/rooms"
	"parley/text"
)

func TestAPersonIsPresentOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := open(t, openStore(t), rooms.Options{})
		r := create(t, m, "ops", rooms.Public, "zoe", "ana", "bo", "kei")
		zoe := attach(t, m, "zoe")
		focus(t, zoe, r.ID, true)
		time.Sleep(2 * time.Second) // all have been told who joined
		first := zoe.Presence()
		desk, phone := attach(t, m, "bo"), attach(t, m, "bo")
		if got := len(m.Online(name(t, "bo"))); got != 2 {
			t.Errorf("bo has %d sessions, want 2", got)
		}
		drain(zoe)
		time.Sleep(2 * time.Second)
		if quiet(zoe) || zoe.Changes() != rooms.PresenceChanged {
			t.Error("a follower was not told that bo came")
		}
		p := zoe.Presence()
		if p.Version <= first.Version {
			t.Errorf("the version went from %d to %d", first.Version, p.Version)
		}
		if got := people(p); got != "zoe+ bo+ ana- kei-" || p.Online != 2 || p.Total != 4 {
			t.Errorf("present: %s, %d of %d", got, p.Online, p.Total)
		}
		if got := people(first); got != "zoe+ ana- bo- kei-" {
			t.Errorf("the snapshot that was taken earlier changed: %s", got)
		}
		desk.Close()
		time.Sleep(2 * time.Second)
		if !quiet(zoe) {
			t.Error("a follower was woken because one of two terminals closed")
		}
		phone.Close()
		time.Sleep(2 * time.Second)
		if quiet(zoe) {
			t.Error("a follower was not told that bo left")
		}
		if got := people(zoe.Presence()); got != "zoe+ ana- bo- kei-" {
			t.Errorf("present after bo left: %s", got)
		}
		if a, b := zoe.Presence(), zoe.Presence(); a != b {
			t.Error("two askers got two snapshots though nothing changed")
		}
	})
}

// TestManyWhoJoinAreToldTogether: who looks on is woken once a second for all who come
// and go, and at once for what somebody says.
func TestManyWhoJoinAreToldTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := open(t, openStore(t), rooms.Options{})
		r := create(t, m, "ops", rooms.Public, "zoe")
		zoe := attach(t, m, "zoe")
		focus(t, zoe, r.ID, false)
		time.Sleep(2 * time.Second)
		drain(zoe)
		wakes := 0
		for i := range 100 {
			join(t, m, r.ID, fmt.Sprintf("p%d", i))
			if !quiet(zoe) {
				wakes++
				zoe.Changes()
			}
		}
		if wakes > 0 {
			t.Errorf("a hundred who joined in one moment woke somebody %d times", wakes)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if quiet(zoe) || zoe.Changes()&rooms.RoomChanged == 0 {
			t.Error("nobody was told that people joined")
		}
		if got := zoe.Head().People; got != 101 {
			t.Errorf("%d people", got)
		}
		join(t, m, r.ID, "late")
		say(t, m, r.ID, "late", "hello")
		if quiet(zoe) || zoe.Changes()&rooms.RoomChanged == 0 {
			t.Error("what somebody said waits for those who join")
		}
	})
}

// people is a snapshot in one line.
func people(p *rooms.Presence) string {
	out := ""
	for i, who := range p.People {
		if i > 0 {
			out += " "
		}
		out += who.Name.String() + map[bool]string{true: "+", false: "-"}[who.Online]
	}
	return out
}

func TestALoginStormIsAFewSnapshots(t *testing.T) {
	const logins, followers = 5000, 200
	synctest.Test(t, func(t *testing.T) {
		m := open(t, openStore(t), rooms.Options{})
		r := create(t, m, "ops", rooms.Public, "owner")
		batchJoin(t, m, r.ID, logins)
		seen := make(chan uint64, 100*followers)
		var all []*rooms.Session
		var watching sync.WaitGroup
		stop := make(chan bool)
		for i := range followers {
			s := attach(t, m, fmt.Sprintf("p%d", i))
			focus(t, s, r.ID, true)
			all = append(all, s)
			watching.Go(func() {
				for {
					select {
					case <-s.Wake():
						if s.Changes()&rooms.PresenceChanged != 0 {
							seen <- s.Presence().Version
						}
					case <-stop:
						return
					}
				}
			})
		}
		time.Sleep(time.Minute)
		for len(seen) > 0 {
			<-seen
		}
		for i := range logins {
			s := attach(t, m, fmt.Sprintf("p%d", i))
			all = append(all, s)
		}
		time.Sleep(time.Minute)
		close(stop)
		watching.Wait()
		close(seen)
		versions := map[uint64]int{}
		for v := range seen {
			versions[v]++
		}
		// The bubble's clock stands still while everybody logs in: it is all within one second.
		if len(versions) != 1 {
			t.Errorf("%d logins within a second were %d snapshots, want 1", logins, len(versions))
		}
		p := all[0].Presence()
		if p.Online != logins || p.Total != logins+1 || len(p.People) != 500 {
			t.Errorf("%d of %d are present, %d listed; want %d, %d, 500", p.Online, p.Total, len(p.People), logins, logins+1)
		}
	})
}

func TestTheListIsByRoleAndThenByName(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	r := create(t, m, "ops", rooms.Public, "zoe", "kei", "ana")
	for _, n := range []string{"kei", "ana", "zoe"} {
		attach(t, m, n)
	}
	bo := attach(t, m, "bo")
	focus(t, bo, r.ID, true)
	if got := people(bo.Presence()); got != "zoe+ ana+ kei+" {
		t.Errorf("present: %s", got)
	}
	list, err := m.Members(t.Context(), bo.Who(), r.ID)
	if err != nil || len(list) != 3 || list[0].Name != name(t, "ana") || list[2].Role != rooms.RoleOwner {
		t.Errorf("members by name: %v, err %v", list, err)
	}
}

func TestWhoInheritsARoomIsOwnerAtOnce(t *testing.T) {
	for _, listed := range []bool{true, false} {
		t.Run(fmt.Sprintf("listed=%v", listed), func(t *testing.T) {
			s := openStore(t)
			m := open(t, s, rooms.Options{})
			r := create(t, m, "ops", rooms.Public, "ana", "zoe", "bo")
			zoe, bo := attach(t, m, "zoe"), attach(t, m, "bo")
			focus(t, zoe, r.ID, listed)
			if err := m.Leave(t.Context(), actor(t, "ana"), r.ID); err != nil {
				t.Fatal(err)
			}
			wait(t, zoe, "zoe, who has been there longest, owns the room", func() bool {
				ms, _ := zoe.Membership(r.ID)
				return ms.Role == rooms.RoleOwner
			})
			agree(t, s, m, r.ID, zoe, bo)
			for _, n := range []string{"zoe", "bo"} {
				if err := m.Leave(t.Context(), actor(t, n), r.ID); err != nil {
					t.Fatal(err)
				}
			}
			join(t, m, r.ID, "kei")
			kei := attach(t, m, "kei")
			if ms, _ := kei.Membership(r.ID); ms.Role != rooms.RoleOwner {
				t.Errorf("who comes into an empty room has role %d", ms.Role)
			}
			agree(t, s, m, r.ID, kei)
		})
	}
}

func TestSessionsAreListedOldestFirst(t *testing.T) {
	m := open(t, openStore(t), rooms.Options{})
	for i := range 3 {
		s, err := m.Attach(t.Context(), actor(t, "ana"), rooms.SessionInfo{ID: fmt.Sprint(i), Face: "ssh", Device: text.NewLine("laptop", 20)})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
	}
	got := m.Online(name(t, "ana"))
	if len(got) != 3 || got[0].ID != "0" || got[2].ID != "2" || got[1].Device.String() != "laptop" {
		t.Errorf("sessions: %+v", got)
	}
	if got := m.Online(name(t, "bo")); len(got) != 0 {
		t.Errorf("sessions of somebody who is not there: %+v", got)
	}
}

// TestAGuestWhoIsGoneAtOnceIsNotCountedForEver: somebody opens the room while a guest is there who comes and goes within Options.Presence.
func TestAGuestWhoIsGoneAtOnceIsNotCountedForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := open(t, openStore(t), rooms.Options{})
		lobby, err := m.Create(t.Context(), actor(t, "ana"), rooms.Room{Name: roomName(t, "lobby"), Kind: rooms.Public, Guests: true})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		guest := attachAs(t, m, rooms.Actor{Name: text.GuestName(1), Guest: true})
		focus(t, guest, lobby.ID, false)
		ana := attach(t, m, "ana")
		focus(t, ana, lobby.ID, false)
		drain(ana)
		if ana.Guests() != 1 {
			t.Fatalf("there are %d guests", ana.Guests())
		}
		guest.Close()
		time.Sleep(2 * time.Second)
		if quiet(ana) || ana.Changes()&rooms.PresenceChanged == 0 {
			t.Errorf("there are %d guests, and who saw one was not told", ana.Guests())
		}
	})
}

// TestGuestsAreSeenWhileTheyAreHere: by who lists people and by who only shows the room, without being members.
func TestGuestsAreSeenWhileTheyAreHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := open(t, openStore(t), rooms.Options{})
		create(t, m, "ops", rooms.Public, "ana")
		lobby, err := m.Create(t.Context(), actor(t, "ana"), rooms.Room{Name: roomName(t, "lobby"), Kind: rooms.Public, Guests: true})
		if err != nil {
			t.Fatal(err)
		}
		ana := attach(t, m, "ana")
		focus(t, ana, lobby.ID, false) // her screen has no list of people
		time.Sleep(2 * time.Second)
		drain(ana)
		listed := func() string {
			list, err := m.Members(t.Context(), ana.Who(), lobby.ID)
			if err != nil {
				t.Fatal(err)
			}
			return people(&rooms.Presence{People: list})
		}
		guest, second := attachAs(t, m, rooms.Actor{Name: text.GuestName(1), Guest: true}), attachAs(t, m, rooms.Actor{Name: text.GuestName(2), Guest: true})
		focus(t, guest, lobby.ID, false)
		focus(t, second, lobby.ID, false)
		time.Sleep(2 * time.Second)
		if quiet(ana) || ana.Changes() != rooms.PresenceChanged || ana.Guests() != 2 {
			t.Errorf("who shows the room knows of %d guests", ana.Guests())
		}
		if got := listed(); got != "ana+ guest-1+ guest-2+" {
			t.Errorf("members and guests: %s", got)
		}
		if got := ana.Head().People; got != 1 {
			t.Errorf("%d members, though guests are none", got)
		}
		attach(t, m, "bo")
		join(t, m, lobby.ID, "bo")
		time.Sleep(2 * time.Second)
		if ana.Changes()&rooms.PresenceChanged != 0 {
			t.Error("who lists nobody was told that a member came")
		}
		drain(ana)
		second.Close()
		guest.Close()
		time.Sleep(2 * time.Second)
		if quiet(ana) || ana.Changes() != rooms.PresenceChanged || ana.Guests() != 0 {
			t.Errorf("who shows the room knows of %d guests, and they are gone", ana.Guests())
		}
		if got := listed(); got != "ana+ bo+" {
			t.Errorf("members after the guests have gone: %s", got)
		}
	})
}
