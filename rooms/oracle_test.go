package rooms_test

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"pgregory.net/rapid"

	"parley/rooms"
	"parley/text"
)

// snapshot is what a reader knew of a room at some moment.
type snapshot struct {
	room   rooms.ID
	seq    uint64 // up to which it had followed the log
	states map[uint64]*rooms.State
	head   rooms.Room
}

var steps = []string{"reply", "thread", "poll", "edit", "edit", "delete", "react", "react", "unreact", "pin", "unpin", "vote", "close",
	"set", "rename", "role", "role", "kick", "ban", "unban", "quiet", "unquiet", "expire", "decline", "prefs", "readthread", "snapshot", "call"}

// act does one of the things that change what was said, or a room.
func (p *play) act(rt *rapid.T, do string, who rooms.Actor, id rooms.ID) error {
	ctx := p.t.Context()
	who.Staff = rapid.IntRange(0, 5).Draw(rt, "staff") == 0 || do == "expire"
	ref := rapid.Uint64Range(1, 30).Draw(rt, "ref")
	whom := name(p.t, rapid.SampledFrom([]string{"ana", "bo", "kei", "zoe"}).Draw(rt, "whom"))
	e := rooms.Entry{Room: id, Type: rooms.Type(do)}
	switch do {
	case "reply", "thread", "poll", "call":
		post := message(id, rapid.SampledFrom([]string{"an answer", "look @bo @kei", "@here", "@room now"}).Draw(rt, "said"))
		switch do {
		case "reply":
			post.Ref = ref
		case "thread":
			post.Thread = ref
		case "poll":
			post.Type, post.Text = rooms.Poll, text.NewBody("tea?\nyes\nno")
		}
		_, err := p.m.Post(ctx, who, post)
		return err
	case "prefs":
		return p.m.SetPrefs(ctx, who, id, func(q *rooms.Prefs) { q.Star = !q.Star })
	case "readthread":
		return p.m.ReadThread(ctx, who, rooms.ThreadMark{Room: id, Root: ref, Seq: ref + 5, Follow: ref%2 == 0, Drop: ref%5 == 0})
	case "snapshot":
		return p.remember(who, id)
	case "edit":
		e.Ref, e.Text = ref, text.NewBody(fmt.Sprintf("better than %d", ref))
	case "delete", "pin", "unpin", "close":
		e.Ref = ref
	case "react", "unreact":
		e.Ref, e.Detail = ref, rapid.SampledFrom([]string{"🎉", "👍"}).Draw(rt, "emoji")
	case "vote":
		e.Ref, e.Detail = ref, rapid.SampledFrom([]string{"1", "2", ""}).Draw(rt, "option")
	case "set":
		pairs := [][2]string{{"lock", "on"}, {"lock", "off"}, {"slow", "1s"}, {"slow", "0s"}, {"history", "joined"}, {"history", "all"}, {"archive", "on"}, {"archive", "off"}, {"archive", "off"}}
		pair := rapid.SampledFrom(pairs).Draw(rt, "property")
		e.Detail, e.Text = pair[0], text.NewBody(pair[1])
	case "rename":
		e.Text = text.NewBody(rapid.SampledFrom([]string{"roomx", "ypsilon", "aaa"}).Draw(rt, "name"))
	case "role":
		e.Target, e.Detail = whom, rapid.SampledFrom([]string{"owner", "moderator", "member"}).Draw(rt, "role")
	case "kick", "ban", "unban", "quiet", "unquiet":
		e.Target = whom
		if rapid.Bool().Draw(rt, "ends") && (do == "ban" || do == "quiet") {
			e.Until = time.Now().Add(time.Duration(ref) * time.Millisecond)
		}
	case "expire":
		e.Ref = ref / 2
	}
	_, _, err := p.m.Do(ctx, who, e)
	return err
}

// remember takes what somebody sees of a room now.
func (p *play) remember(who rooms.Actor, id rooms.ID) error {
	head, err := p.m.Room(p.t.Context(), who, id)
	if err != nil {
		return err
	}
	states, err := p.m.States(p.t.Context(), who, id, 1, head.Seq)
	if err != nil {
		return err
	}
	p.seen = append(p.seen, snapshot{id, head.Seq, states, head})
	return nil
}

// replay holds what was remembered, and all the events since, against what the
// store says now: of each room, and of each message in it.
func (p *play) replay(rt *rapid.T) {
	for _, old := range append(p.seen, p.nothing()...) {
		log, err := p.store.Store.Events(p.t.Context(), old.room, 0, 100_000)
		if err != nil {
			rt.Fatal(err)
		}
		head := old.head
		states := map[uint64]*rooms.State{}
		for seq, s := range old.states {
			states[seq] = s
		}
		for i := range log[old.seq:] {
			e := &log[old.seq:][i]
			head.Apply(e)
			for _, at := range e.About() {
				if at != 0 {
					states[at] = states[at].With(e)
				}
			}
		}
		want, err := p.store.Store.Room(p.t.Context(), old.room)
		if err != nil {
			rt.Fatal(err)
		}
		head.People = want.People // counted by who keeps the members
		if head != want {
			rt.Errorf("the room as of %d and what followed make\n%+v, the store has\n%+v", old.seq, head, want)
		}
		fresh := p.fresh(rt, old.room)
		for seq := uint64(1); seq <= want.Seq; seq++ {
			if seq > want.Gone && !reflect.DeepEqual(states[seq], fresh[seq]) {
				rt.Errorf("message %d as of %d and what followed is\n%+v, a fresh read says\n%+v", seq, old.seq, states[seq], fresh[seq])
			}
		}
		p.pins(rt, old.room, states, want)
	}
}

// nothing is what somebody knows who has read nothing yet.
func (p *play) nothing() []snapshot {
	var list []snapshot
	for _, id := range p.rooms {
		first, err := p.store.Store.Room(p.t.Context(), id)
		if err != nil {
			p.t.Fatal(err)
		}
		list = append(list, snapshot{room: id, head: rooms.Room{ID: id, Name: p.names[id], Kind: first.Kind, Creator: first.Creator, Created: first.Created, Direct: first.Direct}})
	}
	return list
}

// fresh is what the manager says of all messages of a room, held against the store's own account of it.
func (p *play) fresh(rt *rapid.T, id rooms.ID) map[uint64]*rooms.State {
	ctx := p.t.Context()
	list, err := p.store.Store.Referring(ctx, id, 1, 1<<40)
	if err != nil {
		rt.Fatal(err)
	}
	fresh := map[uint64]*rooms.State{}
	for i := range list {
		for _, at := range list[i].About() {
			if at != 0 {
				fresh[at] = fresh[at].With(&list[i])
			}
		}
	}
	room, err := p.store.Store.Room(ctx, id)
	if err != nil {
		rt.Fatal(err)
	}
	members, err := p.store.Store.Members(ctx, id)
	if err != nil || len(members) == 0 {
		return fresh
	}
	reader := members[0]
	got, err := p.m.States(ctx, rooms.Actor{Name: reader.Name}, id, 1, room.Seq)
	if err != nil {
		rt.Fatal(err)
	}
	for seq := uint64(1); seq <= room.Seq; seq++ {
		seen := room.History == rooms.HistoryAll || seq >= reader.Joined
		if seen && seq > room.Gone && !reflect.DeepEqual(got[seq], fresh[seq]) {
			rt.Errorf("%s is told of message %d\n%+v, the store has\n%+v", reader.Name, seq, got[seq], fresh[seq])
		}
	}
	return fresh
}

// pins holds what is pinned against the states of the messages.
func (p *play) pins(rt *rapid.T, id rooms.ID, states map[uint64]*rooms.State, room rooms.Room) {
	list, err := p.store.Store.Pins(p.t.Context(), id)
	if err != nil {
		rt.Fatal(err)
	}
	if len(list) > 0 && list[0] != room.Pinned || len(list) == 0 && room.Pinned != 0 {
		rt.Errorf("the newest pin is %d, and what is pinned is %v", room.Pinned, list)
	}
	for seq, s := range states {
		if pinned := s != nil && !s.Pinned.IsZero(); seq > room.Gone && pinned != slices.Contains(list, seq) {
			rt.Errorf("message %d is pinned: %v, and what is pinned is %v", seq, pinned, strconv.Quote(fmt.Sprint(list)))
		}
	}
}
