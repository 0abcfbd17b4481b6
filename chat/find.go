package chat

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"parley/rooms"
	"parley/text"
)

// findCommands are about reading and finding.
func findCommands() []*Command {
	return []*Command{
		{Name: "search", Aliases: []string{"grep"}, Group: "Find", Args: "WORDS…", Short: "look for messages",
			Long: `It finds what has all the words, wherever in a word they stand, in every room that you may read; "in quotes" it looks for a phrase, and -word for what lacks it. from:@ana says who wrote it, in:#ops where, on:2026-11-22, before:2026-11-01 and after:yesterday when (those two leave the day itself out), has:link and is:pinned what it has. -from:@ana turns it round. The newest comes first; before:#ops:1042 goes on from there.`,
			who:  anybody, args: []argKind{argQuery}, run: search},
		{Name: "mentions", Group: "Find", Args: "[WORDS…]", Short: "the messages that mention you, or have a word of yours",
			Long: "In all your rooms, the newest first; your words are those of /set highlight. Words behind it narrow it down as those of /search do.",
			who:  people, args: []argKind{argQuery}, run: mentions},
		{Name: "links", Group: "Find", Args: "[#room] [WORDS…]", Short: "the messages with links in a room",
			Long: "Over ssh without a room: in every room. Words narrow it down as those of /search do.",
			who:  anybody, room: roomOrNow, pairs: true, args: []argKind{argRoom, argQuery}, run: links},
		{Name: "jump", Group: "Find", Args: "REF | [#room] DATE", Short: "go to a message, or to a day",
			Long: "/jump #ops:1042 shows that message among its neighbours, /jump yesterday the first one of that day.",
			who:  anybody, room: roomOrNow, pairs: true, args: []argKind{argRef}, run: jump},
		{Name: "history", Group: "Find", Args: "[#room] [COUNT] [before SEQ] | --now [#room] [--before|--after|--around SEQ] [--thread SEQ] [-n COUNT]", Short: "the newest messages of a room",
			Long: "COUNT counts messages: at most 1000, and 20 if left out. They are shown as they are now; --json over ssh shows the log with each change by itself. --now gives programs messages as they are now, with their reactions, votes and what they answer: at most 200 rows at once, 50 if nothing is said.",
			who:  anybody, room: roomOrNow, pairs: true, flags: []string{"--now"}, options: nowOptions(), args: []argKind{argRoom}, run: history},
		{Name: "unread", Aliases: []string{"hotlist"}, Group: "Find", Short: "your rooms with something new",
			who: people, run: unread},
		{Name: "read", Group: "Find", Args: "[#room|all]", Short: "mark a room, or all, as read",
			who: people, room: roomOrNow, pairs: true, args: []argKind{argRoom}, run: read},
	}
}

const (
	// pageOfFound is how many messages a face lists at once.
	pageOfFound = 50
	// searchFor is how long a search goes on that finds less than a page.
	searchFor = 5 * time.Second
)

func search(ctx context.Context, in *call) (Reply, error) {
	if in.words == "" {
		return Reply{}, in.wrong("what are you looking for?")
	}
	q, upto, err := in.query(ctx, in.words)
	if err != nil {
		return Reply{}, err
	}
	return in.find(ctx, q, upto)
}

func mentions(ctx context.Context, in *call) (Reply, error) {
	q, upto, err := in.query(ctx, in.words)
	if err != nil {
		return Reply{}, err
	}
	own, err := in.own(ctx)
	if err != nil {
		return Reply{}, err
	}
	return in.find(ctx, own.mine(q), upto)
}

// mine makes a query one for what mentions the person.
func (s Settings) mine(q rooms.Query) rooms.Query {
	q.Mine, q.Calls = true, s.Highlights()
	return q
}

func links(ctx context.Context, in *call) (Reply, error) {
	q, upto, err := in.query(ctx, in.words)
	if err != nil {
		return Reply{}, err
	}
	return in.findWith(ctx, rooms.WithLink, q, upto)
}

// findWith lists what there is of a kind in the room that is named or shown, if the query names none.
func (in *call) findWith(ctx context.Context, kind rooms.Trait, q rooms.Query, upto rooms.Position) (Reply, error) {
	if len(q.In) == 0 && (in.named != "" || in.Room != 0) {
		room, err := in.inRoom(ctx)
		if err == nil {
			err = in.mayRead(ctx, room)
		}
		if err != nil {
			return Reply{}, err
		}
		q.In = []rooms.ID{room.ID}
	}
	q.Has = append(q.Has, kind)
	return in.find(ctx, q, upto)
}

// find lists a page of what there is, without what people say whom the caller ignores, unless
// it is about somebody. A search that stops early goes on for a while if it has found nothing yet.
func (in *call) find(ctx context.Context, q rooms.Query, upto rooms.Position) (Reply, error) {
	if !in.After.IsZero() {
		upto = in.After
	}
	if !in.Actor.Guest && len(q.From) == 0 {
		person, err := in.chat.Rooms.Person(ctx, in.Actor)
		if err != nil {
			return Reply{}, err
		}
		q.NotFrom = append(q.NotFrom, Settings(person.Settings).Ignored()...)
	}
	until := in.chat.now().Add(searchFor)
	r := Reply{Do: Results, Words: append(slices.Clip(q.Words), q.Calls...)}
	for n := 0; ; n++ {
		found, err := in.chat.Rooms.Search(ctx, in.Actor, q, upto, pageOfFound-len(r.Events))
		var rate *rooms.RateError
		if n > 0 && errors.As(err, &rate) {
			r.Lines = in.foundLines(r, true)
			return r, in.become(ctx, &r)
		}
		if err != nil {
			return Reply{}, err
		}
		r.Events = append(r.Events, found.Events...)
		if err := in.labels(ctx, &r, found.Events); err != nil {
			return Reply{}, err
		}
		r.Next, upto = found.Next, found.Next
		if !found.Part || len(r.Events) > 0 && in.Session != nil || in.chat.now().After(until) {
			if err := in.become(ctx, &r); err != nil {
				return Reply{}, err
			}
			r.Lines = in.foundLines(r, found.Part)
			if r.Next.IsZero() && len(r.Events) == 0 {
				r.Facts = []Facts{} // programs read nothing of nothing
			}
			return r, nil
		}
	}
}

// become notes what has become of what was found, a message at a time: they may be anywhere in their rooms. Programs read the log.
func (in *call) become(ctx context.Context, r *Reply) error {
	if in.Log {
		return nil
	}
	r.States = map[*rooms.Event]*rooms.State{}
	for _, e := range r.Events {
		states, err := in.chat.Rooms.States(ctx, in.Actor, e.Room, e.Seq, e.Seq)
		if err != nil && !errors.Is(err, rooms.ErrNoRoom) && !errors.Is(err, rooms.ErrNotMember) {
			return err
		}
		if s := states[e.Seq]; s != nil {
			r.States[e] = s
		}
	}
	return nil
}

// foundLines says what the list of events does not.
func (in *call) foundLines(r Reply, part bool) []text.Line {
	switch {
	case r.Next.IsZero() && len(r.Events) > 0:
		return nil
	case r.Next.IsZero() && !in.After.IsZero():
		return nil
	case r.Next.IsZero():
		return []text.Line{in.say("nothing was found")}
	case part:
		return []text.Line{in.say("searched back to %s so far", r.Next.Time.In(in.zone()).Format("2006-01-02 15:04"))}
	}
	return []text.Line{in.say("there is more, further back")}
}

// around is how many messages before and after the one that was jumped to are printed.
const around = 8

// jump goes to a message, or to the first one of a day.
func jump(ctx context.Context, in *call) (Reply, error) {
	if in.words == "" {
		return Reply{}, in.wrong("where to?")
	}
	var room rooms.Room
	var seq uint64
	var err error
	if ref, rest := cutRef(in.words); in.named == "" && ref != "" && rest == "" {
		room, seq, err = in.ref(ctx, ref)
		if err == nil && seq > room.Seq {
			err = in.noSuchMessage(room, strings.TrimPrefix(ref[strings.LastIndexByte(ref, ':')+1:], "^"))
		}
	} else if room, err = in.inRoom(ctx); err == nil {
		seq, err = in.firstOf(ctx, room, in.words)
	}
	if err != nil {
		return Reply{}, err
	}
	r, err := in.neighbours(ctx, room, seq)
	if err != nil {
		return Reply{}, err
	}
	r.Do, r.Room, r.Seq, r.Labels = Jump, room.ID, seq, map[rooms.ID]string{room.ID: in.label(room)}
	for _, e := range r.Events {
		if e.Seq == seq && e.Type.Talk() {
			r.Thread = e.Thread
		}
	}
	return r, nil
}

// neighbours is what stands around a seq of a room.
func (in *call) neighbours(ctx context.Context, room rooms.Room, seq uint64) (Reply, error) {
	if in.Log {
		events, err := in.chat.Rooms.Events(ctx, in.Actor, room.ID, seq-min(seq, around+1), 2*around+1)
		return Reply{Events: events}, err
	}
	r, err := in.chat.Newest(ctx, in.Actor, room.ID, seq+1, around+1)
	if err != nil {
		return Reply{}, err
	}
	later, err := in.chat.next(ctx, in.Actor, room.ID, seq, around)
	if err != nil {
		return Reply{}, err
	}
	return in.chat.withStates(ctx, in.Actor, room.ID, append(r.Events, later...))
}

// labels notes what the rooms of events are called.
func (in *call) labels(ctx context.Context, r *Reply, events []*rooms.Event) error {
	if r.Labels == nil {
		r.Labels = map[rooms.ID]string{}
	}
	for _, e := range events {
		if r.Labels[e.Room] != "" {
			continue
		}
		room, err := in.chat.Rooms.Room(ctx, in.Actor, e.Room)
		if err != nil {
			return err
		}
		r.Labels[e.Room] = in.label(room)
	}
	return nil
}

// firstOf is the seq of the first event of a day, or of the first one after it.
func (in *call) firstOf(ctx context.Context, room rooms.Room, typed string) (uint64, error) {
	from, _, err := in.day(typed)
	if err != nil {
		return 0, err
	}
	seq, err := in.firstSince(ctx, room, from)
	if err == nil && seq > room.Seq {
		return 0, in.fail(rooms.ErrNoEvent, "nothing happened in %s that day or later", in.label(room))
	}
	return seq, err
}

// firstSince is the seq of the first event of a room that is not older than from; that behind its newest one if there is
// none. Seqs are in order of time.
func (in *call) firstSince(ctx context.Context, room rooms.Room, from time.Time) (uint64, error) {
	lo, hi := uint64(1), room.Seq+1
	for lo < hi {
		mid := lo + (hi-lo)/2
		events, err := in.chat.Rooms.Events(ctx, in.Actor, room.ID, mid-1, 1)
		switch {
		case err != nil:
			return 0, err
		case len(events) > 0 && events[0].Time.Before(from):
			lo = events[0].Seq + 1 // later than mid, if the caller may not see so far back
		default:
			hi = mid
		}
	}
	return lo, nil
}
