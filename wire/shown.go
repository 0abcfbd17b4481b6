package wire

import (
	"context"
	"strings"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// act does what a line says that is no command. It is answered if it has an id, or if it could not be done.
func (t *talk) act(ctx context.Context, cmd *Command) error {
	if cmd.Complete != nil {
		t.s.Active()
		r := t.who
		r.Room, r.Thread = t.live.shown, cmd.Thread
		t.run(func() (Answer, bool) { return t.complete(ctx, cmd, r), false })
		return nil
	}
	var out []byte
	var err error
	switch {
	case cmd.Show != nil:
		out, err = t.show(ctx, *cmd.Show)
	case cmd.Seen != nil:
		out, err = t.seen(ctx, *cmd.Seen, cmd.Thread)
	case cmd.Typing != nil:
		if *cmd.Typing {
			t.s.Active()
		}
		if chat.Settings(t.s.Person().Settings).Typing() {
			t.s.Typing(*cmd.Typing)
		}
	default:
		err = t.keep(cmd)
	}
	if err == nil && len(cmd.ID) == 0 {
		if len(out) == 0 {
			return nil
		}
		return t.write(out)
	}
	a := Answer{Type: "answer", ID: cmd.ID, OK: true}
	if err != nil {
		a = t.refused(cmd, err)
	}
	line, err := AppendLine(nil, a)
	if err != nil {
		return err
	}
	return t.write(append(line, out...))
}

// show puts a room on the screen.
func (t *talk) show(ctx context.Context, called string) (out []byte, err error) {
	l := t.live
	if called == "" {
		out = t.tellCounts(nil)
		l.show(0, "")
		return out, t.feed.Focus(ctx, 0, false)
	}
	t.s.Active()
	id, err := t.mine(ctx, called)
	if err != nil {
		return nil, err
	}
	if id == l.shown {
		return nil, nil
	}
	if err := t.feed.Focus(ctx, id, true); err != nil {
		return nil, err
	}
	t.s.SetLastRoom(id)
	head := t.s.Head()
	out = t.tellCounts(nil)
	l.show(id, head.Label(text.Name{}))
	out = t.tellPresence(t.tellRoom(out, id))
	return t.tellTyping(out), nil
}

// tellCounts appends the room that is shown no longer if its counts were left to its events.
func (t *talk) tellCounts(out []byte) []byte {
	if l := t.live; l.said > 0 {
		l.said = 0
		return t.tellRoom(out, l.shown)
	}
	return out
}

// mine finds a room that the person is in.
func (t *talk) mine(ctx context.Context, called string) (rooms.ID, error) {
	l := t.live
	if l.shown != 0 && called == l.label {
		return l.shown, nil
	}
	room, err := t.chat.Find(ctx, t.who, called)
	if err != nil {
		return 0, err
	}
	if m, ok := t.s.Membership(room.ID); !ok || m.Role == rooms.RoleNone {
		return 0, rooms.ErrNotMember
	}
	return room.ID, nil
}

// seen moves a read mark.
func (t *talk) seen(ctx context.Context, ref string, thread uint64) ([]byte, error) {
	called, seq, ok := cutRef(ref)
	if !ok {
		return nil, &chat.Error{Kind: chat.ErrUsage, Sentence: `name what was read by its room and its number, as in {"seen":"#ops:1042"}`}
	}
	id, err := t.mine(ctx, called)
	if err != nil {
		return nil, err
	}
	if thread != 0 {
		return nil, t.chat.Rooms.ReadThread(ctx, t.who.Actor, rooms.ThreadMark{Room: id, Root: thread, Seq: seq})
	}
	t.s.Mark(id, seq)
	return t.tellRoom(nil, id), nil
}

// keep keeps what is in the input of the shown room and how far it is scrolled.
func (t *talk) keep(cmd *Command) error {
	m, ok := t.s.Membership(t.live.shown)
	if !ok {
		return &chat.Error{Kind: chat.ErrUsage, Sentence: `no room is shown: say which one before, as in {"show":"#ops"}`}
	}
	if p := m.Place; cmd.Draft != nil {
		p.Draft = text.NewBody(*cmd.Draft).String()
		t.s.Active()
		t.s.SetPlace(m.Room.ID, p)
		t.live.wrote(m.Room.ID, p.Draft)
	} else {
		p.Anchor, p.Offset = *cmd.Place, 0
		t.s.SetPlace(m.Room.ID, p)
	}
	return nil
}

// cutRef splits "#ops:1042".
func cutRef(ref string) (called string, seq uint64, ok bool) {
	at := strings.LastIndexByte(ref, ':')
	if at < 1 {
		return "", 0, false
	}
	for _, c := range []byte(ref[at+1:]) {
		if c < '0' || c > '9' || seq > 1<<58 {
			return "", 0, false
		}
		seq = seq*10 + uint64(c-'0')
	}
	return ref[:at], seq, len(ref) > at+1
}
