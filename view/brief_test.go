package view

import (
	"strings"
	"testing"

	"parley/rooms"
	"parley/text"
)

// crowded is a server with more that is new than a status line can say.
func crowded() *fake {
	f := newFake("lea", "general", "ops", "builds", "alerts", "random", "dev", "x", "y")
	for i, people := range map[int]string{6: "ana,bo,cy,dan,eve,fay,gus,hal,lea", 7: "ana,bo,cy,dan,eve,fay,gus,ida,lea"} {
		r := &f.rooms[i].Room
		r.Kind, r.Name, r.Direct, r.People = rooms.Direct, text.RoomName{}, people, strings.Count(people, ",")+1
	}
	for room := rooms.ID(2); room <= 8; room++ {
		f.add(room, rooms.Message, "ana", "news")
	}
	f.person.LastRoom = 1
	return f
}

func TestHintsAreThereHoweverMuchIsUnread(t *testing.T) {
	for _, size := range wide {
		in(t, crowded(), size.cols, size.rows, func(r *rig) {
			row := statusRow(t, r)
			if !strings.Contains(row, "Alt-a next unread") {
				t.Errorf("%d columns: the status line has no hint: %s", size.cols, row)
			}
			if !strings.Contains(row, "  +") {
				t.Errorf("%d columns: nor how many more are unread: %s", size.cols, row)
			}
		})
	}
}

func TestConversationsOfManyLookDifferent(t *testing.T) {
	in(t, crowded(), 80, 24, func(r *rig) {
		r.want("@hal +7", "@ida +7")
		r.lacks("@ana,@bo,…")
	})
}

func TestBriefsDiffer(t *testing.T) {
	var inbox []rooms.Membership
	for i, people := range []string{"ana,bo,lea", "ana,cy,lea", "bo,cy,lea", "ana,bo,cy,lea", "ana,bo,cy,dan,lea"} {
		inbox = append(inbox, rooms.Membership{Room: rooms.Room{ID: rooms.ID(i + 1), Kind: rooms.Direct, Direct: people}})
	}
	seen := map[string]bool{}
	for id, words := range briefly(inbox, mustName("lea")) {
		if seen[words] {
			t.Errorf("two conversations are %s, the second one is %d", words, id)
		}
		seen[words] = true
	}
	if len(seen) != len(inbox) {
		t.Errorf("the briefs are %v", seen)
	}
}
