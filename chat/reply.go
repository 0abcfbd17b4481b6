package chat

import (
	"context"
	"maps"
	"math"
	"strings"

	"parley/rooms"
	"parley/text"
)

// reply answers one message, in its thread if it is in one.
func reply(ctx context.Context, in *call) (Reply, error) {
	ref, words := cutRef(in.words)
	if words == "" {
		if words = strings.TrimRight(in.Body, "\r\n"); words == "" {
			return Reply{}, in.wrong("write what to answer")
		}
	}
	m, err := in.messageOr(ctx, ref, func(m message) bool {
		return m.event.Author != in.Actor.Name && (m.event.Thread == 0 || in.Thread != 0)
	})
	if err != nil {
		return Reply{}, err
	}
	p := rooms.Post{Room: m.room.ID, Type: rooms.Message, Ref: m.event.Seq, Thread: m.event.Thread}
	if in.Thread != 0 && m.event.Seq == in.Thread && m.room.ID == in.Room {
		p.Thread = in.Thread // the first message, answered where its thread is open
	}
	return in.send(ctx, p, words)
}

// maxThread is how many messages of a thread are listed, the newest.
const maxThread = 200

// thread writes into a thread, or shows it.
func thread(ctx context.Context, in *call) (Reply, error) {
	if in.words == "-" {
		return Reply{Do: Thread, Room: in.Room}, nil
	}
	ref, words := cutRef(in.words)
	if ref == "" && words != "" {
		return Reply{}, in.wrong("name the message that the thread is about")
	}
	m, err := in.messageOr(ctx, ref, nil)
	if err != nil {
		return Reply{}, err
	}
	if words == "" {
		words = strings.TrimRight(in.Body, "\r\n")
	}
	if words != "" {
		return in.send(ctx, rooms.Post{Room: m.room.ID, Type: rooms.Message, Thread: m.root()}, words)
	}
	return in.listThread(ctx, m)
}

func (in *call) listThread(ctx context.Context, m message) (Reply, error) {
	first := m
	if m.root() != m.event.Seq {
		var err error
		if first, err = in.messageAt(ctx, m.room, m.root()); err != nil {
			return Reply{}, err
		}
	}
	events, err := in.chat.Rooms.Thread(ctx, in.Actor, m.room.ID, m.root(), math.MaxUint64, maxThread)
	if err != nil {
		return Reply{}, err
	}
	events = append([]*rooms.Event{first.event}, events...)
	r, err := in.chat.withStates(ctx, in.Actor, m.room.ID, events)
	if err != nil {
		return Reply{}, err
	}
	if in.Log {
		r = r.asNow()
	}
	if in.Session != nil && !in.Actor.Guest {
		// Whoever does not follow the thread has no mark in it.
		_ = in.chat.Rooms.ReadThread(ctx, in.Actor, rooms.ThreadMark{Room: m.room.ID, Root: m.root(), Seq: events[len(events)-1].Seq})
	}
	r.Do, r.Room, r.Seq = Thread, m.room.ID, m.root()
	return r, nil
}

// asNow has the texts as they are now in the events themselves, for programs: of a page of the
// log, edits stand in it, of a choice of its messages they do not.
func (r Reply) asNow() Reply {
	for i, e := range r.Events {
		if s := r.States[e]; s != nil && s.Edits > 0 {
			now := *e
			now.Text = s.Body(e)
			r.Events[i] = &now
		}
	}
	r.States = nil
	return r
}

// statesOf reads what became of some events of a room, ascending, however far apart they are.
func (c *Chat) statesOf(ctx context.Context, who rooms.Actor, room rooms.ID, events []*rooms.Event) (map[uint64]*rooms.State, error) {
	all := map[uint64]*rooms.State{}
	var to uint64 // states are known up to here
	for _, e := range events {
		if e.Seq <= to {
			continue
		}
		to = e.Seq + statesAhead
		states, err := c.Rooms.States(ctx, who, room, e.Seq, to)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, states)
	}
	return all, nil
}

// statesAhead is how many seqs after a message its neighbours are likely to be in.
const statesAhead = 1000

// threads lists the threads that the caller follows.
func threads(ctx context.Context, in *call) (Reply, error) {
	if err := in.chat.Rooms.Flush(ctx); err != nil { // what was read or followed a moment ago counts
		return Reply{}, err
	}
	follows, err := in.chat.Rooms.Follows(ctx, in.Actor)
	if err != nil {
		return Reply{}, err
	}
	r := Reply{Facts: []Facts{}}
	for _, f := range follows {
		room, err := in.chat.Rooms.Room(ctx, in.Actor, f.Room)
		if err != nil {
			continue // a room that was left
		}
		m, err := in.messageAt(ctx, room, f.Root)
		if err != nil {
			continue
		}
		line := in.say("%s  %s: %s", in.refOf(room, f.Root), m.event.Author, in.glance(m, lineCols))
		if f.Unread > 0 {
			line = in.say("%s  %d new  %s: %s", in.refOf(room, f.Root), f.Unread, m.event.Author, in.glance(m, lineCols))
		}
		r.Lines, r.Places = append(r.Lines, line), append(r.Places, Place{Room: f.Room, Thread: f.Root})
		r.Facts = append(r.Facts, messageFacts("thread", m, Fact{"read", f.Read}, Fact{"unread", f.Unread}))
	}
	if len(r.Lines) == 0 {
		return in.noneOf("you follow no thread yet: /thread REF WORDS writes into one, /follow REF only follows it")
	}
	r.Do = List
	return r, nil
}

// excerptCols is the width of a message that is only named.
const excerptCols = 60

// excerpt is the beginning of a message, for a line that names it.
func (in *call) excerpt(m message) text.Line {
	if m.gone() {
		return in.say("(deleted)")
	}
	return text.NewLine(m.text(), excerptCols)
}

// glance is a message in a list as the view quotes it, with the mark of one that was edited.
func (in *call) glance(m message, cols int) text.Line {
	words := text.NewLine(text.Glance(m.state.Body(m.event)), cols)
	switch {
	case m.gone():
		return in.say("(deleted)")
	case m.state == nil || m.state.Edits == 0:
		return words
	}
	return in.say("%s %s", words, in.word("(edited)"))
}

func follow(ctx context.Context, in *call) (Reply, error) { return in.setFollow(ctx, true) }

func unfollow(ctx context.Context, in *call) (Reply, error) { return in.setFollow(ctx, false) }

func (in *call) setFollow(ctx context.Context, on bool) (Reply, error) {
	m, err := in.aboutOne(ctx)
	if err != nil {
		return Reply{}, err
	}
	mark := rooms.ThreadMark{Room: m.room.ID, Root: m.root(), Seq: m.room.Seq, Follow: on, Drop: !on}
	if err := in.chat.Rooms.ReadThread(ctx, in.Actor, mark); err != nil {
		return Reply{}, err
	}
	if on {
		return in.answer("you follow the thread %s: /threads lists what is new in it", in.refOf(m.room, m.root()))
	}
	return in.answer("you do not follow the thread %s any more", in.refOf(m.room, m.root()))
}

// aboutOne is the one message that the words name; without words the newest of the room.
func (in *call) aboutOne(ctx context.Context) (message, error) {
	ref, rest := cutRef(in.words)
	if rest != "" {
		return message{}, in.wrong("name one message")
	}
	return in.messageOr(ctx, ref, nil)
}

// quote says something below a message of somebody.
func quote(ctx context.Context, in *call) (Reply, error) {
	ref, words := cutRef(in.words)
	m, err := in.messageOr(ctx, ref, nil)
	if err != nil {
		return Reply{}, err
	}
	if m.gone() {
		return Reply{}, in.fail(rooms.ErrNoEvent, "that message was deleted")
	}
	p := rooms.Post{Room: m.room.ID, Type: rooms.Message, Thread: m.event.Thread}
	return in.send(ctx, p, in.quoted(m)+"\n"+words)
}

// quoted is a message as a quotation in another one.
func (in *call) quoted(m message) string {
	return "> " + m.event.Author.String() + ": " + strings.ReplaceAll(m.text(), "\n", "\n> ")
}

// forward says in one room what was said in another.
func forward(ctx context.Context, in *call) (Reply, error) {
	ref, rest := cutRef(in.words)
	to, words := cutWord(rest)
	if ref == "" || to == "" || to[0] != '#' && to[0] != '@' {
		return Reply{}, in.wrong("name the message and the room that it goes to")
	}
	m, err := in.message(ctx, ref)
	if err != nil {
		return Reply{}, err
	}
	if m.gone() {
		return Reply{}, in.fail(rooms.ErrNoEvent, "that message was deleted")
	}
	in.named = to
	room, err := in.inRoomToTalk(ctx)
	if err != nil {
		return Reply{}, err
	}
	from := in.sentence("forwarded from %s", in.refOf(m.room, m.event.Seq))
	if m.room.Kind == rooms.Direct { // whom it was said to is not for others
		from = in.word("forwarded from a conversation")
	}
	return in.send(ctx, rooms.Post{Room: room.ID, Type: rooms.Message}, strings.TrimLeft(words+"\n"+from+"\n"+in.quoted(m), "\n"))
}
