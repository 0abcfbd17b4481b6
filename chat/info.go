package chat

import (
	"context"
	"strings"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// info tells all that is known of one message.
func info(ctx context.Context, in *call) (Reply, error) {
	m, err := in.aboutOne(ctx)
	if err != nil {
		return Reply{}, err
	}
	changes, err := in.chat.Rooms.Changes(ctx, in.Actor, m.room.ID, m.event.Seq)
	if err != nil {
		return Reply{}, err
	}
	r := Reply{Lines: []text.Line{
		in.say("%s  %s wrote it at %s", in.refOf(m.room, m.event.Seq), m.event.Author, in.moment(m.event.Time)),
	}}
	add := func(l text.Line) { r.Lines = append(r.Lines, l) }
	if m.event.Thread != 0 {
		add(in.say("in the thread %s", in.refOf(m.room, m.event.Thread)))
	}
	if m.event.Ref != 0 {
		add(in.say("it answers %s", in.refOf(m.room, m.event.Ref)))
	}
	if m.gone() {
		add(in.deletion(m))
	} else if m.event.Type == rooms.Poll {
		r.Lines = append(r.Lines, in.votes(m)...)
	} else {
		add(in.say("it said: %s", m.event.Text))
	}
	if f := m.event.File; f != nil {
		add(in.say("it brings a file: %s, %s, SHA-256 %s", f.Name, text.Bytes(f.Size), f.SHA256))
	}
	if m.event.Imported() {
		add(in.say("imported: author and time are as a file said, not as this server has seen"))
	}
	if key := keys.SignatureKey(m.event.Signature); key != "" {
		add(in.say("signed with the key %s: /help signed tells how to verify it", key))
	}
	for _, e := range changes {
		if e.Type == rooms.Edit && !m.gone() {
			add(in.say("edited at %s: %s", in.moment(e.Time), e.Text))
		}
	}
	in.addState(&r, m)
	return r, nil
}

func (in *call) deletion(m message) text.Line {
	switch s := m.state; {
	case s == nil || s.Deleted.IsZero():
		return in.say("it has expired: this room does not keep messages for ever")
	case s.Why.IsZero():
		return in.say("%s deleted it", s.Deleted)
	default:
		return in.say("%s deleted it: %s", s.Deleted, s.Why)
	}
}

// addState adds what later events made of a message.
func (in *call) addState(r *Reply, m message) {
	s := m.state
	if s == nil {
		return
	}
	for _, one := range s.Reactions {
		var by []string
		for _, n := range one.By {
			by = append(by, n.String())
		}
		r.Lines = append(r.Lines, in.say("%s :%s:  %s", Glyph(one.Emoji), one.Emoji, strings.Join(by, ", ")))
	}
	if !s.Pinned.IsZero() {
		r.Lines = append(r.Lines, in.say("pinned by %s", s.Pinned))
	}
	if s.Replies > 0 {
		r.Lines = append(r.Lines, in.say("%s in its thread, the last at %s: /thread %s", in.count(s.Replies, "%d message", "%d messages"), in.moment(s.Last), in.refOf(m.room, m.event.Seq)))
	}
}
