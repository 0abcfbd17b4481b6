package chat

import (
	"context"
	"errors"

	"parley/rooms"
)

func save(ctx context.Context, in *call) (Reply, error) {
	m, err := in.aboutOne(ctx)
	if err != nil {
		return Reply{}, err
	}
	if err := in.chat.Rooms.SaveMessage(ctx, in.Actor, m.room.ID, m.event.Seq); err != nil {
		return Reply{}, err
	}
	return in.answer("%s is saved: /saved lists what you keep", in.refOf(m.room, m.event.Seq))
}

func unsave(ctx context.Context, in *call) (Reply, error) {
	ref, rest := cutRef(in.words)
	if ref == "" || rest != "" {
		return Reply{}, in.wrong("name one message")
	}
	room, seq, err := in.ref(ctx, ref)
	if err != nil {
		return Reply{}, err
	}
	err = in.chat.Rooms.Unsave(ctx, in.Actor, room.ID, seq)
	if errors.Is(err, rooms.ErrNotSaved) {
		return in.answer("you have not saved %s", in.refOf(room, seq))
	}
	if err != nil {
		return Reply{}, err
	}
	return in.answer("%s is not saved any more", in.refOf(room, seq))
}

// saved lists what the caller keeps, the newest first.
func saved(ctx context.Context, in *call) (Reply, error) {
	list, err := in.chat.Rooms.Saved(ctx, in.Actor)
	if err != nil {
		return Reply{}, err
	}
	r := Reply{Do: List, Facts: []Facts{}}
	for _, one := range list {
		room, err := in.chat.Rooms.Room(ctx, in.Actor, one.Room)
		if err != nil {
			continue // not seen any more
		}
		m, err := in.messageAt(ctx, room, one.Seq)
		if err != nil {
			continue
		}
		r.Lines = append(r.Lines, in.say("%s  %s: %s", in.refOf(room, one.Seq), m.event.Author, in.glance(m, lineCols)))
		r.Facts = append(r.Facts, messageFacts("saved", m))
		in.leads(&r, m)
	}
	if len(r.Lines) == 0 {
		return in.noneOf("you have saved nothing: /save REF keeps a message to find it again")
	}
	return r, nil
}
