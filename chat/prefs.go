package chat

import (
	"context"

	"parley/rooms"
)

// star puts a room at the top of its reader's list, or back where it was.
func star(ctx context.Context, in *call) (Reply, error) {
	if in.words != "" {
		return Reply{}, in.wrong("name one room")
	}
	on := false
	room, err := in.prefer(ctx, func(p *rooms.Prefs) { p.Star = !p.Star; on = p.Star })
	switch {
	case err != nil:
		return Reply{}, err
	case on:
		return in.answer("%s has a star: it stands first in your list", in.label(room))
	}
	return in.answer("%s has no star any more", in.label(room))
}

// notify says of which messages of a room its reader is told.
func notify(ctx context.Context, in *call) (Reply, error) {
	switch in.words {
	case "":
		return in.showNotify(ctx)
	case "all":
		return in.setNotify(ctx, rooms.NotifyAll)
	case "mentions", "-":
		return in.setNotify(ctx, rooms.NotifyMentions)
	case "none", "off":
		return in.setNotify(ctx, rooms.NotifyNone)
	}
	return Reply{}, in.wrong("you can be told of all messages, of mentions, or of none")
}

func mute(ctx context.Context, in *call) (Reply, error) {
	if in.words != "" {
		return Reply{}, in.wrong("name one room")
	}
	return in.setNotify(ctx, rooms.NotifyNone)
}

func unmute(ctx context.Context, in *call) (Reply, error) {
	if in.words != "" {
		return Reply{}, in.wrong("name one room")
	}
	return in.setNotify(ctx, rooms.NotifyMentions)
}

func (in *call) setNotify(ctx context.Context, n rooms.Notify) (Reply, error) {
	room, err := in.prefer(ctx, func(p *rooms.Prefs) { p.Notify = n })
	if err != nil {
		return Reply{}, err
	}
	return in.sayNotify(room, n)
}

func (in *call) sayNotify(room rooms.Room, n rooms.Notify) (Reply, error) {
	switch n {
	case rooms.NotifyAll:
		return in.answer("you are told of all messages in %s", in.label(room))
	case rooms.NotifyNone:
		return in.answer("you are told of nothing in %s: /unmute ends that", in.label(room))
	}
	return in.answer("you are told of what mentions you in %s", in.label(room))
}

func (in *call) showNotify(ctx context.Context) (Reply, error) {
	room, err := in.inRoom(ctx)
	if err != nil {
		return Reply{}, err
	}
	inbox, err := in.inbox(ctx)
	if err != nil {
		return Reply{}, err
	}
	for _, m := range inbox {
		if m.Room.ID == room.ID && m.Role > rooms.RoleNone {
			return in.sayNotify(room, m.Prefs.Notify)
		}
	}
	return Reply{}, rooms.ErrNotMember
}

// prefer changes how the caller wants a room to be treated.
func (in *call) prefer(ctx context.Context, change func(*rooms.Prefs)) (rooms.Room, error) {
	room, err := in.inRoom(ctx)
	if err != nil {
		return room, err
	}
	if err := in.chat.Rooms.SetPrefs(ctx, in.Actor, room.ID, change); err != nil || in.Session != nil {
		return room, err
	}
	return room, in.chat.Rooms.Flush(ctx) // the next command reads what is stored
}
