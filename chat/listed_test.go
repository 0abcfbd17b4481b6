package chat_test

import (
	"slices"
	"strings"
	"testing"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

func TestTheListHasWhatIsStarredFirst(t *testing.T) {
	me, err := text.ReadName("lea")
	if err != nil {
		t.Fatal(err)
	}
	named := func(name string) rooms.Membership {
		rn, err := text.ParseRoomName(name)
		if err != nil {
			t.Fatal(err)
		}
		return rooms.Membership{Role: rooms.RoleMember, Room: rooms.Room{Kind: rooms.Public, Name: rn}}
	}
	direct := func(people string) rooms.Membership {
		return rooms.Membership{Role: rooms.RoleMember, Room: rooms.Room{Kind: rooms.Direct, Direct: people}}
	}
	invited, starred, friend, archived := named("a"), named("z"), direct("lea,zoe"), named("old")
	invited.Role = rooms.RoleNone
	starred.Prefs.Star, friend.Prefs.Star, archived.Room.Archived = true, true, true
	inbox := []rooms.Membership{direct("kei,lea"), direct("ana,lea"), friend, named("b"), named("c"), archived, starred, invited}
	inbox = slices.DeleteFunc(inbox, func(m rooms.Membership) bool { return !chat.Listed(&m) })
	slices.SortStableFunc(inbox, func(a, b rooms.Membership) int { return chat.CompareListed(&a, &b, me) })
	var got []string
	for _, m := range inbox {
		got = append(got, m.Room.Label(me))
	}
	if want := "#z @zoe #b #c @ana @kei #a"; strings.Join(got, " ") != want {
		t.Errorf("the list is %s, not %s", strings.Join(got, " "), want)
	}
}
