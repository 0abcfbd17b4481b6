package chat

import (
	"context"
	"errors"
	"strings"

	"parley/rooms"
	"parley/text"
)

// change does something to a message.
func (in *call) change(ctx context.Context, m message, e rooms.Entry) (Reply, error) {
	e.Room, e.Ref, e.Nonce = m.room.ID, m.event.Seq, in.Nonce
	made, again, err := in.chat.Rooms.Do(ctx, in.Actor, e)
	switch {
	case errors.Is(err, rooms.ErrNoEvent) && e.Type == rooms.Unpin:
		return in.answer("%s is not pinned", in.refOf(m.room, m.event.Seq))
	case err != nil:
		return Reply{}, err
	case again:
		return in.answer("that is so already")
	}
	return Reply{Events: []*rooms.Event{made}, Made: true}, nil
}

// mine wants a message that the caller wrote and can change.
func (in *call) mine(m message) bool {
	return m.event.Author == in.Actor.Name && m.event.Type != rooms.Poll
}

// edit changes the text of one's own message, as a whole or by s/old/new/.
func edit(ctx context.Context, in *call) (Reply, error) {
	ref, words := cutRef(in.words)
	if words == "" {
		words = strings.TrimRight(in.Body, "\r\n")
	}
	if words == "" {
		return Reply{}, in.wrong("write the new text, or s/old/new/")
	}
	m, err := in.messageOr(ctx, ref, in.mine)
	if err != nil {
		return Reply{}, err
	}
	return in.rewrite(ctx, m, words)
}

// rewrite gives a message another text, by the words or by a correction.
func (in *call) rewrite(ctx context.Context, m message, words string) (Reply, error) {
	body, err := m.edited(words)
	if err != nil {
		return Reply{}, in.refuse(ErrUsage, err)
	}
	if body.String() == m.text() {
		return in.answer("it says so already")
	}
	return in.change(ctx, m, rooms.Entry{Type: rooms.Edit, Text: body})
}

// edited is the new text of a message: the words, or what a correction makes of the text there is.
func (m message) edited(words string) (text.Body, error) {
	if body, ok, err := text.Substitute(m.state.Body(m.event), words); ok {
		return body, err
	}
	return text.ParseBody(words)
}

// deleteMessage takes back what was said. It asks, because the text is gone for good.
func deleteMessage(ctx context.Context, in *call) (Reply, error) {
	ref, why := cutRef(in.words)
	if ref == "" && why != "" {
		return Reply{}, in.wrong("name the message")
	}
	m, err := in.messageOr(ctx, ref, func(m message) bool { return m.event.Author == in.Actor.Name })
	if err != nil {
		return Reply{}, err
	}
	own := m.event.Author == in.Actor.Name
	may := own || in.Actor.Staff || in.roleIn(ctx, m.room.ID) >= rooms.RoleModerator // who may not is refused, and not asked before
	if may && !in.Yes && !in.flag["-y"] {
		if own {
			return Reply{Ask: in.say("delete your message %s? \"%s\" is gone for good then", in.refOf(m.room, m.event.Seq), in.excerpt(m))}, nil
		}
		return Reply{Ask: in.say("delete the message %s of %s? \"%s\" is gone for good then", in.refOf(m.room, m.event.Seq), m.event.Author, in.excerpt(m))}, nil
	}
	if own {
		why = ""
	}
	return in.change(ctx, m, rooms.Entry{Type: rooms.Delete, Text: text.NewBody(why)})
}

func react(ctx context.Context, in *call) (Reply, error) {
	ref, name := cutRef(in.words)
	emoji, err := in.emoji(name)
	if err != nil {
		return Reply{}, err
	}
	m, err := in.messageOr(ctx, ref, nil)
	if err != nil {
		return Reply{}, err
	}
	return in.change(ctx, m, rooms.Entry{Type: rooms.React, Detail: emoji})
}

// unreact takes back one reaction, or all that the caller has given to a message.
func unreact(ctx context.Context, in *call) (Reply, error) {
	ref, name := cutRef(in.words)
	m, err := in.messageOr(ctx, ref, func(m message) bool {
		return m.state != nil && len(m.state.Of(in.Actor.Name)) > 0
	})
	if err != nil {
		return Reply{}, err
	}
	given := m.state.Of(in.Actor.Name)
	if name != "" {
		emoji, err := in.emoji(name)
		if err != nil {
			return Reply{}, err
		}
		given = []string{emoji}
	}
	if len(given) == 0 {
		return in.answer("you have not reacted to %s", in.refOf(m.room, m.event.Seq))
	}
	var all Reply
	for _, emoji := range given {
		r, err := in.change(ctx, m, rooms.Entry{Type: rooms.Unreact, Detail: emoji})
		if err != nil {
			return Reply{}, err
		}
		in.Nonce = "" // of the first
		all.Events, all.Made = append(all.Events, r.Events...), true
	}
	return all, nil
}

// emoji reads the emoji of a reaction.
func (in *call) emoji(typed string) (string, error) {
	if typed == "" {
		return "", in.wrong("name the emoji, as in :tada:")
	}
	e, err := text.ParseEmoji(typed)
	if err != nil {
		return "", in.refuse(ErrUsage, err)
	}
	return e.String(), nil
}

func pin(ctx context.Context, in *call) (Reply, error) {
	m, err := in.aboutOne(ctx)
	if err != nil {
		return Reply{}, err
	}
	return in.change(ctx, m, rooms.Entry{Type: rooms.Pin})
}

func unpin(ctx context.Context, in *call) (Reply, error) {
	ref, rest := cutRef(in.words)
	if rest != "" {
		return Reply{}, in.wrong("name one message")
	}
	m, err := in.messageOr(ctx, ref, func(m message) bool { return m.event.Seq == m.room.Pinned })
	if err != nil {
		return Reply{}, err
	}
	return in.change(ctx, m, rooms.Entry{Type: rooms.Unpin})
}

// pins lists what is pinned in a room.
func pins(ctx context.Context, in *call) (Reply, error) {
	room, err := in.inRoom(ctx)
	if err != nil {
		return Reply{}, err
	}
	list, err := in.chat.Rooms.Pins(ctx, in.Actor, room.ID)
	if err != nil {
		return Reply{}, err
	}
	r := Reply{Facts: []Facts{}}
	for _, seq := range list {
		m, err := in.messageAt(ctx, room, seq)
		if err != nil {
			continue // before the caller came
		}
		r.Lines = append(r.Lines, in.say("%s  %s: %s", in.refOf(room, seq), m.event.Author, in.glance(m, lineCols)))
		r.Facts = append(r.Facts, messageFacts("pin", m))
		in.leads(&r, m)
	}
	if len(r.Lines) == 0 {
		return in.noneOf("nothing is pinned in %s: /pin REF pins a message", in.label(room))
	}
	r.Do = List
	return r, nil
}
