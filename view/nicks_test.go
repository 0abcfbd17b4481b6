package view

import (
	"strings"
	"testing"

	"parley/rooms"
)

// TestGuestsAreMarked: in the list of people and in the title; a conversation with one is not offered.
func TestGuestsAreMarked(t *testing.T) {
	f := world()
	f.people.People = append(f.people.People[:3:3], rooms.Present{Member: rooms.Member{Name: mustName("guest-3"), Role: rooms.RoleGuest}, Online: true})
	in(t, f, 140, 30, func(r *rig) {
		r.sees("+ guest-3 guest")
		if s := r.sees("people, 1 guest"); strings.Contains(s, "ana guest") {
			t.Errorf("who has a key is called a guest:\n%s", s)
		}
		r.types("\x07")
		if s := r.sees("@kei"); strings.Contains(s, "@guest-3") {
			t.Errorf("a conversation with a guest is offered:\n%s", s)
		}
	})
}
