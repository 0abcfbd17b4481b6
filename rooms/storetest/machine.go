package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"parley/rooms"
	"parley/text"
)

// agrees does random things to a store and to the model and compares all that
// they show. One store serves all the runs, each with people and rooms of its own.
func agrees(t *testing.T, h Harness) {
	s := h.Open(t)
	var run atomic.Int64
	rapid.Check(t, func(rt *rapid.T) {
		m := &machine{tb: t, store: s, model: newModel(), run: run.Add(1)}
		for i := range 4 {
			m.people = append(m.people, name(t, fmt.Sprintf("p%d.%d", i, m.run)))
		}
		rt.Repeat(map[string]func(*rapid.T){
			"append":  m.append,
			"save":    m.save,
			"compare": m.check,
		})
		m.check(rt)
	})
}

type machine struct {
	tb     testing.TB
	store  Store
	model  *model
	run    int64
	people []text.Name
	known  []rooms.ID // rooms of this run, in order
}

func (m *machine) append(t *rapid.T) {
	var batch []rooms.Entry
	for range rapid.IntRange(1, 12).Draw(t, "entries") {
		batch = append(batch, m.entry(t))
	}
	results, err := m.store.Append(m.tb.Context(), batch)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range batch {
		got := results[i]
		want := m.model.append(e, got.Room.ID)
		if !errors.Is(got.Err, want.Err) || got.Again != want.Again || !reflect.DeepEqual(got.Event, want.Event) {
			t.Fatalf("entry %d, %+v, got\n%+v, want\n%+v", i, e, got, want)
		}
		if e.Type != rooms.Create || want.Err != nil {
			continue
		}
		made := m.model.rooms[got.Room.ID]
		if made == nil || got.Room.Name != made.Name || got.Room.Kind != made.Kind || got.Room.Creator != made.Creator {
			t.Fatalf("entry %d made the room %+v", i, got.Room)
		}
		if !want.Again {
			m.known = append(m.known, got.Room.ID)
		}
	}
}

func (m *machine) entry(t *rapid.T) rooms.Entry {
	types := []rooms.Type{rooms.Message, rooms.Message, rooms.Message, rooms.Action, rooms.Join, rooms.Join,
		rooms.Leave, rooms.Invite, rooms.Invite, rooms.Topic, rooms.Create}
	e := rooms.Entry{
		Type:   rapid.SampledFrom(types).Draw(t, "type"),
		Author: m.person(t),
		Nonce:  rapid.SampledFrom([]string{"", "", "", "n1", "n2", "n3"}).Draw(t, "nonce"),
		Time:   at(rapid.IntRange(0, 3000).Draw(t, "time")),
		Room:   m.room(t),
	}
	if e.Type != rooms.Create && rapid.IntRange(0, 9).Draw(t, "guest") == 0 {
		e.Guest, e.Author = true, text.GuestName(uint64(m.run))
	}
	switch e.Type {
	case rooms.Create:
		e.Room = 0
		e.New = rooms.Room{
			Name:   roomName(m.tb, fmt.Sprintf("r%s.%d", rapid.SampledFrom([]string{"i", "l", "a", "b"}).Draw(t, "name"), m.run)),
			Kind:   rapid.SampledFrom([]rooms.Kind{rooms.Public, rooms.Private}).Draw(t, "kind"),
			Guests: rapid.Bool().Draw(t, "guests"),
			Topic:  text.NewLine(rapid.SampledFrom([]string{"", "a topic"}).Draw(t, "topic"), 80),
		}
	case rooms.Invite:
		e.Target = m.person(t)
	case rooms.Message, rooms.Action, rooms.Topic:
		e.Text = text.NewBody("hello @" + m.person(t).String() + " and @" + m.person(t).String())
	}
	return e
}

func (m *machine) person(t *rapid.T) text.Name {
	return rapid.SampledFrom(m.people).Draw(t, "person")
}

func (m *machine) room(t *rapid.T) rooms.ID {
	return rapid.SampledFrom(append([]rooms.ID{1 << 40}, m.known...)).Draw(t, "room")
}

func (m *machine) save(t *rapid.T) {
	var batch []rooms.Update
	for range rapid.IntRange(1, 6).Draw(t, "updates") {
		var u rooms.Update
		switch rapid.IntRange(0, 4).Draw(t, "update") {
		case 0:
			u.Person = &rooms.Person{Name: m.person(t), LastRoom: m.room(t), Seen: at(rapid.IntRange(0, 9).Draw(t, "seen"))}
		case 1:
			u.Place = &rooms.PlaceUpdate{Room: m.room(t), Name: m.person(t), Place: rooms.Place{
				Draft:  rapid.SampledFrom([]string{"", "half a", "日本"}).Draw(t, "draft"),
				Anchor: rapid.Uint64Range(0, 9).Draw(t, "anchor"), Offset: rapid.IntRange(0, 3).Draw(t, "offset"),
			}}
		default:
			u.Mark = &rooms.Mark{Room: m.room(t), Name: m.person(t), Seq: rapid.Uint64Range(0, 40).Draw(t, "seq")}
		}
		batch = append(batch, u)
	}
	if err := m.store.Save(m.tb.Context(), batch); err != nil {
		t.Fatal(err)
	}
	for _, u := range batch {
		m.model.save(u)
	}
}

// check compares everything that the store shows with the model.
func (m *machine) check(t *rapid.T) {
	ctx := m.tb.Context()
	for _, id := range m.known {
		want := m.model.rooms[id]
		room, err := m.store.Room(ctx, id)
		compare(t, "the room", room, err, want.room())
		members, err := m.store.Members(ctx, id)
		compare(t, "the members", members, err, want.membersList())
		log, err := m.store.Events(ctx, id, 0, 10_000)
		compare(t, "the log", log, err, want.log)
		half := uint64(len(want.log)/2) + 1
		log, err = m.store.EventsBefore(ctx, id, half, 10_000)
		if half > 1 {
			compare(t, "the older log", log, err, want.log[:half-1])
		}
		for _, who := range m.people {
			invited, err := m.store.Invited(ctx, id, who)
			_, ok := want.invited[who]
			compare(t, "the invitation", invited, err, ok)
		}
	}
	for _, who := range m.people {
		want := byID(m.model.inbox(who))
		inbox, err := m.store.Inbox(ctx, who, nil)
		compare(t, "the inbox of "+who.String(), byID(inbox), err, want)
		known := func(id rooms.ID) bool { return id%2 == 0 }
		inbox, err = m.store.Inbox(ctx, who, known)
		for i, ms := range want {
			if known(ms.Room.ID) {
				want[i].Room = rooms.Room{ID: ms.Room.ID, Seq: ms.Room.Seq}
			}
		}
		compare(t, "the inbox of "+who.String()+", some rooms of which are known", byID(inbox), err, want)
		person, err := m.store.Person(ctx, who)
		kept, ok := m.model.people[who]
		if !ok {
			kept = rooms.Person{Name: who}
		}
		compare(t, "the person "+who.String(), person, err, kept)
		list, err := m.store.Rooms(ctx, who)
		var mine []rooms.Room
		for _, r := range list {
			if m.model.rooms[r.ID] != nil {
				mine = append(mine, r)
			}
		}
		compare(t, "the rooms of "+who.String(), mine, err, m.model.listed(who))
	}
}

func compare(t *rapid.T, what string, got any, err error, want any) {
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s is\n%+v, want\n%+v", what, got, want)
	}
}
