package chat

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/rooms"
	"parley/text"
)

// followCommands are about what happens from now on.
func followCommands() []*Command {
	return []*Command{
		{Name: "tail", Group: "Find", Args: "[-f] [-n COUNT] [--since TIME] [--after SEQ|REF…] [--mentions] [#room…|@person…]", Short: "what happened in rooms, and what happens",
			Long: "Of all your rooms if none is named. It begins with the COUNT newest events of each room, 10 if nothing is said; with the first one since TIME (2h, 14:30, 2026-11-22, or as in RFC 3339); or behind a message: --after 1042 of the one room, --after '#ops:1042' of several, which names the room as well. -f goes on with what happens, until it is interrupted. --mentions leaves out what /mentions would not list. A loop that begins each time behind the last event that it has seen misses nothing and gets nothing twice.",
			who:  people, flags: []string{"-f", "--mentions"}, options: followOptions(), args: []argKind{argRoom, argRoom, argRoom}, run: tail},
		{Name: "attach", Group: "Find", Args: "--json [--live] [-n COUNT] [--since TIME] [--after SEQ|REF…] [#room…|@person…]", Short: "a conversation in JSON lines, for bots",
			Long: "On one channel, a line out for each event and for each answer, and a line in for each command. It begins with what happens from now on if nothing is said; rooms and their beginnings are named as for tail. --live is for programs that people look at: it tells of counts, presence, typing and settings as well, in the person's language. It ends with its input. docs/protocol.md describes the lines.",
			who:  people, flags: []string{"--live"}, options: append(followOptions(), option{name: "--zone"}), args: []argKind{argRoom, argRoom, argRoom}, run: attach},
	}
}

// followOptions say where in the logs following begins.
func followOptions() []option {
	return []option{{name: "-n"}, {name: "--since"}, {name: "--after"}}
}

// Following is what somebody wants to follow, and from where on.
type Following struct {
	in       *call
	from     []start
	mine     map[rooms.ID]*rooms.Membership // what the caller is to the rooms, for Hello
	all      bool                           // and every room that the person enters
	mentions bool                           // nothing but what mentions them
	live     bool                           // for a program that the person looks at
	zone     *time.Location                 // where that program is; nil if it did not say
	gone     []string                       // what was to be followed and cannot be read any more, as it was named; live only
}

// start is a room and the seq behind which it is followed.
type start struct {
	room  rooms.Room
	after uint64
}

// tailCount is how many events of each room come first where nothing is said, as tail(1) has it.
const tailCount = 10

// maxAfter bounds the rooms of which one line says where they begin: each is looked up.
const maxAfter = 4096

// followPage is how many events are read at once.
const followPage = 100

func tail(ctx context.Context, in *call) (Reply, error) {
	if in.Session != nil {
		return in.answer("what happens is on this screen already; to follow it in a pipe: ssh HOST tail -f")
	}
	f, err := in.following(ctx, tailCount)
	if err != nil {
		return Reply{}, err
	}
	f.mentions = in.flag["--mentions"]
	on := in.flag["-f"]
	return Reply{Stream: func(ctx context.Context, out Sink) error { return f.stream(ctx, out, on) }}, nil
}

func attach(ctx context.Context, in *call) (Reply, error) {
	if in.Session != nil {
		return in.answer("bots attach over ssh: ssh HOST attach --json")
	}
	f, err := in.following(ctx, 0)
	if err != nil {
		return Reply{}, err
	}
	if name, ok := in.value("--zone"); ok {
		if f.zone, err = LoadZone(name); err != nil {
			return Reply{}, in.wrong("%s is not the name of a time zone: give one like Europe/Berlin or Asia/Tokyo", printable(name))
		}
	}
	return Reply{Do: Converse, Follow: f}, nil
}

// following reads the arguments of a command that follows rooms. Count is how many events of a room come first where nothing is said.
func (in *call) following(ctx context.Context, count int) (*Following, error) {
	mine, err := in.memberships(ctx)
	if err != nil {
		return nil, err
	}
	f := &Following{in: in, mine: mine, live: in.flag["--live"]}
	list, err := in.roomArgs(ctx)
	if err != nil {
		return nil, err
	}
	after, err := f.afters(ctx, &list)
	if err != nil {
		return nil, err
	}
	if f.all = len(list) == 0; f.all {
		if list, err = f.own(ctx, after); err != nil {
			return nil, err
		}
	}
	n := uint64(count)
	if len(after) > 0 || in.flag["--mentions"] {
		n = 0
	}
	typed, counted := in.value("-n")
	if counted {
		if n, err = strconv.ParseUint(typed, 10, 31); err != nil {
			return nil, in.wrong("-n takes a number: how many events of each room come first")
		}
		if in.flag["--mentions"] {
			return nil, in.wrong("--mentions begins with --since or --after; the newest mentions are listed by mentions")
		}
	}
	since, ok := in.value("--since")
	if !ok {
		return f, f.begin(list, after, func(r rooms.Room) (uint64, error) { return r.Seq - min(r.Seq, n), nil })
	}
	at, err := in.past(since)
	if err != nil {
		return nil, err
	}
	return f, f.begin(list, after, func(r rooms.Room) (uint64, error) {
		seq, err := in.firstSince(ctx, r, at)
		if seq = max(seq, 1) - 1; counted { // the newest of those since then
			seq = max(seq, r.Seq-min(r.Seq, n))
		}
		return seq, err
	})
}

// begin works out where each room begins.
func (f *Following) begin(list []rooms.Room, after map[rooms.ID]uint64, other func(rooms.Room) (uint64, error)) (err error) {
	for _, r := range list {
		seq, given := after[r.ID]
		if !given {
			if seq, err = other(r); err != nil {
				return err
			}
		}
		f.from = append(f.from, start{r, seq})
	}
	return nil
}

// roomArgs reads the rooms that are named, with flags before, between and behind them.
func (in *call) roomArgs(ctx context.Context) (list []rooms.Room, err error) {
	for in.words != "" {
		word, after, _ := cutArg(in.words)
		if strings.HasPrefix(word, "-") {
			return nil, in.wrong("there is no %s", printable(word))
		}
		if word[0] != '#' && word[0] != '@' {
			word = "#" + word
		}
		room, err := in.findRoom(ctx, word)
		if err == nil {
			err = in.mayRead(ctx, room)
		}
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(list, func(r rooms.Room) bool { return r.ID == room.ID }) {
			list = append(list, room)
		}
		if err := in.parse(after); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// afters reads the values of --after: a seq of the one room that was named, or references, which name their rooms too.
func (f *Following) afters(ctx context.Context, list *[]rooms.Room) (map[rooms.ID]uint64, error) {
	in := f.in
	after := map[rooms.ID]uint64{}
	named := *list
	if n := len(in.given["--after"]); n > maxAfter {
		return nil, in.wrong("--after stands there %d times, and at most %d are read: leave out rooms that may begin now", n, maxAfter)
	}
	for _, typed := range in.given["--after"] {
		where, number := "", typed
		if i := strings.LastIndexByte(typed, ':'); i >= 0 {
			where, number = typed[:i], typed[i+1:]
		}
		seq, err := strconv.ParseUint(number, 10, 63)
		if err != nil {
			return nil, in.wrong("--after takes the number of an event, or a reference like #ops:1042, not %s", printable(typed))
		}
		var room rooms.Room
		switch {
		case where != "":
			if room, err = in.roomCalled(ctx, where); err == nil {
				err = in.mayRead(ctx, room)
			}
			if f.live && (isNoRoom(err) || errors.Is(err, rooms.ErrNotMember) || errors.Is(err, rooms.ErrNoPerson)) {
				f.gone = append(f.gone, where) // who comes back with what they had is told, and goes on
				continue
			}
			if err != nil {
				return nil, err
			}
		case len(named) == 1:
			room = named[0]
		default:
			return nil, in.wrong("a number alone is for one room: write --after '#ops:%s'", number)
		}
		if seq > room.Seq {
			return nil, in.fail(rooms.ErrNoEvent, "%s has no event %d yet: its newest is %d", in.label(room), seq, room.Seq)
		}
		after[room.ID] = seq
		if len(named) > 0 && !slices.ContainsFunc(*list, func(r rooms.Room) bool { return r.ID == room.ID }) {
			*list = append(*list, room)
		}
	}
	return after, nil
}

// roomCalled finds a room by its name, or by its number, which it keeps when it is renamed.
func (in *call) roomCalled(ctx context.Context, where string) (rooms.Room, error) {
	if id, err := strconv.ParseInt(where, 10, 64); err == nil {
		return in.chat.Rooms.Room(ctx, in.Actor, rooms.ID(id))
	}
	return in.findRoom(ctx, where)
}

// own are the rooms that the caller is in, and others in which they named a place.
func (f *Following) own(ctx context.Context, after map[rooms.ID]uint64) (list []rooms.Room, err error) {
	for _, m := range f.mine {
		if m.Role > rooms.RoleNone {
			list = append(list, m.Room)
		}
	}
	for id := range after {
		if m := f.mine[id]; m != nil && m.Role > rooms.RoleNone {
			continue
		}
		room, err := f.in.chat.Rooms.Room(ctx, f.in.Actor, id)
		if err != nil {
			return nil, err
		}
		list = append(list, room)
	}
	slices.SortFunc(list, func(a, b rooms.Room) int {
		return strings.Compare(a.Label(text.Name{}), b.Label(text.Name{}))
	})
	return list, nil
}

// past reads a moment that has been: how long ago, a time of day, a day, or as RFC 3339 has it.
func (in *call) past(typed string) (time.Time, error) {
	now := in.chat.now().In(in.zone())
	if d, err := text.ParseSpan(typed); err == nil {
		return now.Add(-d), nil
	}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(form, typed, now.Location()); err == nil {
			return t, nil
		}
	}
	for _, form := range []string{"15:04", "15:04:05"} {
		if t, err := time.ParseInLocation(form, typed, now.Location()); err == nil {
			t = time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), t.Second(), 0, now.Location())
			if t.After(now) {
				t = t.AddDate(0, 0, -1)
			}
			return t, nil
		}
	}
	from, _, err := in.day(typed)
	if err != nil {
		return from, in.wrong("cannot read %s as a time that has been: write it like 2h, 14:30, 2026-11-22 or 2026-11-22T14:30:00Z", printable(typed))
	}
	return from, nil
}

// Open begins to follow. Both are to be closed, the feed first.
func (f *Following) Open(ctx context.Context) (*rooms.Session, *rooms.Feed, error) {
	info := f.in.Info
	info.Addr = f.in.Actor.Addr
	switch {
	case !f.live:
		info.Face = "exec"
	case info.Face == "" || info.Face == "exec":
		info.Face = "live" // somebody reads what it shows
	}
	s, err := f.in.chat.Rooms.Attach(ctx, f.in.Actor, info)
	if err != nil {
		return nil, nil, err
	}
	feed := s.Feed()
	for _, at := range f.from {
		if err := feed.Add(ctx, at.room.ID, at.after); err != nil {
			feed.Close()
			s.Close()
			return nil, nil, err
		}
	}
	if f.all {
		feed.AddMine()
	}
	f.from, f.mine = nil, nil // for as long as it goes on they are not needed
	return s, feed, nil
}

// stream says what happens. It waits in a frame of its own, which is small: there may be thousands.
func (f *Following) stream(ctx context.Context, out Sink, on bool) error {
	s, feed, err := f.Open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	defer feed.Close()
	for {
		if err := f.catchUp(ctx, feed, out); err != nil || !on {
			return err
		}
		if err := feed.Wait(ctx); err != nil {
			return err
		}
	}
}

// catchUp says all that there is to say.
//
//go:noinline
func (f *Following) catchUp(ctx context.Context, feed *rooms.Feed, out Sink) error {
	for {
		events, err := feed.Poll(ctx, followPage)
		if err != nil {
			return err
		}
		if err := f.emit(ctx, feed, events, out); err != nil {
			return err
		}
		for _, room := range feed.Ended() {
			if err := out.Emit(Item{Remark: f.in.say("you are not in %s any more", f.in.label(room))}); err != nil {
				return err
			}
		}
		switch {
		case len(events) > 0:
		case feed.Len() == 0 && !f.all:
			return f.in.fail(rooms.ErrNotMember, "there is no room left to follow")
		default:
			return out.Flush()
		}
	}
}

// emit says events of one room.
func (f *Following) emit(ctx context.Context, feed *rooms.Feed, events []*rooms.Event, out Sink) (err error) {
	if len(events) == 0 {
		return nil
	}
	room, _ := feed.Room(events[0].Room)
	name, label := room.Label(text.Name{}), f.in.label(room)
	if f.mentions {
		if events, err = f.mentioning(ctx, events); err != nil {
			return err
		}
	}
	for _, e := range events {
		if err := out.Emit(Item{Room: name, Label: label, Event: e}); err != nil {
			return err
		}
	}
	return nil
}

// mentioning leaves of a page what /mentions would list.
func (f *Following) mentioning(ctx context.Context, page []*rooms.Event) ([]*rooms.Event, error) {
	own, err := f.in.own(ctx) // which may have changed since
	if err != nil {
		return nil, err
	}
	q := own.mine(rooms.Query{NotFrom: own.Ignored()})
	if len(q.Calls) == 0 && !slices.ContainsFunc(page, callsSomebody) { // what most pages are, so that no log is read for them
		return nil, nil
	}
	return f.in.chat.Rooms.Among(ctx, f.in.Actor, q, page)
}

// callsSomebody reports whether a message may have called somebody: nothing but its own text can have, as it was posted.
func callsSomebody(e *rooms.Event) bool {
	return e.Type.Talk() && strings.Contains(e.Text.String(), "@")
}
