package storetest

import (
	"reflect"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

func saved(t *testing.T, h Harness) {
	s := h.Open(t)
	ctx := t.Context()
	room, other := create(t, s, "alice", "general", rooms.Public), create(t, s, "alice", "ops", rooms.Public)
	alice, bob := name(t, "alice"), name(t, "bob")
	list := []rooms.Saved{
		{Name: alice, Room: room.ID, Seq: 1, Time: at(1)},
		{Name: alice, Room: other.ID, Seq: 1, Time: at(2)},
		{Name: bob, Room: room.ID, Seq: 1, Time: at(3)},
	}
	for _, one := range append(list, rooms.Saved{Name: alice, Room: room.ID, Seq: 1, Time: at(9)}) {
		if err := s.SaveMessage(ctx, one); err != nil {
			t.Fatal(err)
		}
	}
	s = h.Reopen(t, s)
	want := func(who text.Name, want ...rooms.Saved) {
		t.Helper()
		if got, err := s.Saved(ctx, who); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s has saved %+v (%v), want %+v", who, got, err, want)
		}
	}
	want(alice, list[1], list[0])
	want(bob, list[2])
	for _, found := range []bool{true, false} {
		if got, err := s.DropSaved(ctx, alice, room.ID, 1); err != nil || got != found {
			t.Errorf("it was saved: %v (%v), want %v", got, err, found)
		}
	}
	want(alice, list[1])
	want(bob, list[2])
}

func jobs(t *testing.T, h Harness) {
	s := h.Open(t)
	ctx := t.Context()
	room := create(t, s, "alice", "general", rooms.Public)
	alice, bob := name(t, "alice"), name(t, "bob")
	list := []rooms.Job{
		{By: alice, For: bob, Text: text.NewBody("call back"), Made: at(1), At: at(30)},
		{By: alice, Room: room.ID, Text: text.NewBody("good morning\nall"), Made: at(2), At: at(10), Proof: `{"id":"alice"}`},
		{By: bob, For: bob, Text: text.NewBody("tea"), Made: at(3), At: at(20)},
	}
	for i := range list {
		id, err := s.AddJob(ctx, list[i])
		if err != nil {
			t.Fatal(err)
		}
		list[i].ID = id
	}
	s = h.Reopen(t, s)
	check := func(what string, got []rooms.Job, err error, want ...rooms.Job) {
		t.Helper()
		if err != nil || len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("%s are %+v (%v), want %+v", what, got, err, want)
		}
	}
	due := func(now time.Time, limit int, next time.Time, want ...rooms.Job) {
		t.Helper()
		got, after, err := s.DueJobs(ctx, now, limit)
		check("due", got, err, want...)
		if !after.Equal(next) {
			t.Errorf("the next is at %v, want %v", after, next)
		}
	}
	mine := func(who text.Name, want ...rooms.Job) {
		t.Helper()
		got, err := s.Jobs(ctx, who)
		check("the jobs of "+who.String(), got, err, want...)
	}
	mine(alice, list[1], list[0])
	mine(bob, list[2], list[0])
	due(at(9), 9, at(10))
	due(at(20), 9, at(30), list[1], list[2])
	due(at(20), 1, at(30), list[1])
	list[0].Waits, list[0].Text = true, text.NewBody("call back now")
	for _, j := range []rooms.Job{list[0], {ID: 999, Text: text.NewBody("nothing")}} {
		if err := s.HoldJob(ctx, j); err != nil {
			t.Fatal(err)
		}
	}
	due(at(40), 9, time.Time{}, list[1], list[2])
	got, err := s.WaitingJobs(ctx)
	check("waiting", got, err, list[0])
	for _, found := range []bool{true, false} {
		if got, err := s.DropJob(ctx, list[2].ID); err != nil || got != found {
			t.Errorf("it was there: %v (%v), want %v", got, err, found)
		}
	}
	due(at(40), 9, time.Time{}, list[1])
	if id, err := s.AddJob(ctx, list[2]); err != nil || id <= list[2].ID {
		t.Errorf("a new job has the number %d (%v) of an old one", id, err)
	}
}

func declining(t *testing.T, h Harness) {
	s := h.Open(t)
	ctx := t.Context()
	room := create(t, s, "alice", "plans", rooms.Private)
	alice, kei := name(t, "alice"), name(t, "kei")
	batch := []rooms.Entry{
		{Room: room.ID, Type: rooms.Invite, Author: alice, Target: kei, Time: at(1)},
		{Room: room.ID, Type: rooms.Decline, Author: kei, Time: at(2)},
		{Room: room.ID, Type: rooms.Join, Author: kei, Time: at(3)},
		{Room: room.ID, Type: rooms.Decline, Author: kei, Time: at(4)},
	}
	got, err := s.Append(ctx, batch)
	if err != nil {
		t.Fatal(err)
	}
	if got[1].Err != nil || got[1].Event.Target != alice {
		t.Errorf("the invitation of %s was declined: %+v", alice, got[1])
	}
	for _, r := range got[2:] {
		if r.Err != rooms.ErrNotInvited {
			t.Errorf("after it was declined: %v", r.Err)
		}
	}
	if invited, err := s.Invited(ctx, room.ID, kei); err != nil || invited {
		t.Errorf("kei is invited still: %v (%v)", invited, err)
	}
}
