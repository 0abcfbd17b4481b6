package chat

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"parley/rooms"
)

// Ref is the short reference of a message: "#ops:1042", or "@bo:12" in the room that its reader calls @bo.
func Ref(room string, seq uint64) string { return room + ":" + strconv.FormatUint(seq, 10) }

// refOf is the reference of a message for the caller.
func (in *call) refOf(room rooms.Room, seq uint64) string { return Ref(in.label(room), seq) }

// maxBack bounds how far back of a room's end messages are counted, in events.
const maxBack = 1000

// backPart is how many of them are read at once.
const backPart = 100

// message is one message that a command is about, as it is now.
type message struct {
	room  rooms.Room
	event *rooms.Event
	state *rooms.State
}

// cutRef splits the reference that a command line begins with off its words; ref is "" if there is none.
func cutRef(words string) (ref, rest string) {
	if word, after, _ := cutArg(words); isRef(word) {
		return word, after
	}
	return "", words
}

// isRef reports whether a word is a reference: 1042, ^, ^2, and with a room before it, #ops:1042 or @bo:^.
func isRef(word string) bool {
	if i := strings.LastIndexByte(word, ':'); i > 1 && (word[0] == '#' || word[0] == '@') {
		word = word[i+1:]
	}
	return word != "" && len(word) < 20 && strings.Trim(strings.TrimPrefix(word, "^"), "0123456789") == ""
}

// ref finds what a reference means: a room that the caller may see, and a seq in it, which may be of nothing.
func (in *call) ref(ctx context.Context, word string) (rooms.Room, uint64, error) {
	if word == "" || !isRef(word) {
		return rooms.Room{}, 0, in.wrong("%s is no reference: a message's is like #ops:1042, its number in this room, or ^ for the newest", printable(word))
	}
	var room rooms.Room
	var err error
	if i := strings.LastIndexByte(word, ':'); i > 0 {
		room, err = in.findRoom(ctx, word[:i])
		word = word[i+1:]
	} else {
		room, err = in.current(ctx)
	}
	if err != nil {
		return rooms.Room{}, 0, err
	}
	back, ok := strings.CutPrefix(word, "^")
	if !ok {
		seq, err := strconv.ParseUint(word, 10, 63)
		if err != nil || seq == 0 {
			return rooms.Room{}, 0, in.noSuchMessage(room, word)
		}
		return room, seq, nil
	}
	n := 1
	if back != "" {
		if n, err = strconv.Atoi(back); err != nil || n < 1 {
			return rooms.Room{}, 0, in.wrong("^ is the newest message, ^2 the one before it")
		}
	}
	m, err := in.newest(ctx, room, n, nil)
	if err != nil {
		return rooms.Room{}, 0, err
	}
	return room, m.event.Seq, nil
}

// current is the room that is shown.
func (in *call) current(ctx context.Context) (rooms.Room, error) {
	if in.Room == 0 {
		return rooms.Room{}, in.fail(rooms.ErrNoRoom, "you are in no room here: write the reference with its room, as in #general:12")
	}
	return in.chat.Rooms.Room(ctx, in.Actor, in.Room)
}

func (in *call) noSuchMessage(room rooms.Room, number string) error {
	return in.fail(rooms.ErrNoEvent, "there is no message %s: /history shows the newest ones with their numbers", in.label(room)+":"+printable(number))
}

// message finds a message by its reference. Only talk is a message.
func (in *call) message(ctx context.Context, ref string) (message, error) {
	room, seq, err := in.ref(ctx, ref)
	if err != nil {
		return message{}, err
	}
	return in.messageAt(ctx, room, seq)
}

func (in *call) messageAt(ctx context.Context, room rooms.Room, seq uint64) (message, error) {
	e, state, err := in.chat.Rooms.Event(ctx, in.Actor, room.ID, seq)
	switch {
	case errors.Is(err, rooms.ErrNoEvent):
		return message{}, in.noSuchMessage(room, strconv.FormatUint(seq, 10))
	case err != nil:
		return message{}, err
	case !e.Type.Talk():
		return message{}, in.fail(rooms.ErrNoEvent, "%s is no message, but what somebody did", in.refOf(room, seq))
	}
	return message{room, e, state}, nil
}

// messageOr is message, and without a reference the newest one of the current room that is wanted.
func (in *call) messageOr(ctx context.Context, ref string, want func(message) bool) (message, error) {
	if ref != "" {
		return in.message(ctx, ref)
	}
	room, err := in.current(ctx)
	if err != nil {
		return message{}, err
	}
	return in.newest(ctx, room, 1, want)
}

// newest finds the n-th newest message that is wanted: of the thread that the caller is in, or else of the room; nil
// wants any, of a room those that are not in threads. What was deleted does not count.
func (in *call) newest(ctx context.Context, room rooms.Room, n int, want func(message) bool) (message, error) {
	page := in.pageOfRoom
	if in.Thread != 0 && room.ID == in.Room {
		page = in.pageOfThread
	} else if want == nil {
		want = func(m message) bool { return m.event.Thread == 0 }
	}
	for before, left := room.Seq+1, maxBack; left > 0 && before > 1; left -= backPart {
		events, err := page(ctx, room, before)
		if err != nil {
			return message{}, err
		}
		if len(events) == 0 {
			break
		}
		before = events[0].Seq
		states, err := in.chat.statesOf(ctx, in.Actor, room.ID, events)
		if err != nil {
			return message{}, err
		}
		for i := len(events) - 1; i >= 0; i-- {
			m := message{room, events[i], states[events[i].Seq]}
			if !m.event.Type.Talk() || m.gone() || want != nil && !want(m) {
				continue
			}
			if n--; n == 0 {
				return m, nil
			}
		}
	}
	return message{}, in.fail(rooms.ErrNoEvent, "%s has no such message, as far back as was looked: name it, as in %s", in.label(room), in.refOf(room, max(room.Seq, 1)))
}

func (in *call) pageOfRoom(ctx context.Context, room rooms.Room, before uint64) ([]*rooms.Event, error) {
	return in.chat.Rooms.EventsBefore(ctx, in.Actor, room.ID, before, backPart)
}

// pageOfThread ends with the thread's first message.
func (in *call) pageOfThread(ctx context.Context, room rooms.Room, before uint64) ([]*rooms.Event, error) {
	events, err := in.chat.Rooms.Thread(ctx, in.Actor, room.ID, in.Thread, before, backPart)
	if err != nil || len(events) == backPart || before <= in.Thread {
		return events, err
	}
	root, _, err := in.chat.Rooms.Event(ctx, in.Actor, room.ID, in.Thread)
	return append([]*rooms.Event{root}, events...), err
}

// gone reports whether a message was deleted or has expired.
func (m message) gone() bool {
	return m.state != nil && !m.state.Deleted.IsZero() || m.event.Seq <= m.room.Gone
}

// leads notes that the newest line of a list is about a message.
func (in *call) leads(r *Reply, m message) {
	r.Places = append(r.Places, Place{Room: m.room.ID, Seq: m.event.Seq, Thread: m.event.Thread})
	if r.Labels == nil {
		r.Labels = map[rooms.ID]string{}
	}
	r.Labels[m.room.ID] = in.label(m.room)
}

// words is the message's text as it is now.
func (m message) text() string { return m.state.Body(m.event).String() }

// root is the first message of the thread that the message is in, or would begin.
func (m message) root() uint64 {
	if m.event.Thread != 0 {
		return m.event.Thread
	}
	return m.event.Seq
}
