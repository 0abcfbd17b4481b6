package chat

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"parley/keys"
	"parley/lang"
	"parley/rooms"
	"parley/text"
)

// defcon shows how far the doors are closed, or closes or opens them.
func defcon(ctx context.Context, in *call) (Reply, error) {
	word, why := cutWord(in.words)
	if word == "" {
		now := in.chat.Keys.Defcon()
		var r Reply
		for d := keys.Calm; d >= keys.StaffOnly; d-- {
			mark := "  "
			if d == now {
				mark = "> "
			}
			r.Lines = append(r.Lines, in.say("%s", mark+levelWords(in.Lang, d)))
		}
		return r, nil
	}
	level, err := keys.ParseDefcon(word)
	if err != nil {
		return Reply{}, in.refuse(ErrUsage, err)
	}
	if err := in.chat.Keys.SetDefcon(ctx, level); err != nil {
		return Reply{}, err
	}
	told := rooms.NewNotice("%s has set the defcon level to %s", in.Who.Name, rooms.Notice{Format: levelWords(lang.En, level)})
	if why != "" {
		told = rooms.NewNotice("%s (%s)", told, why)
	}
	in.chat.TellStaff(told, in.Session)
	r, err := in.answer("the level is %s", levelWords(in.Lang, level))
	return in.recorded(ctx, r, err, "defcon", strconv.Itoa(int(level)), why)
}

// levelWords says what a level forbids.
func levelWords(t lang.Tag, d keys.Defcon) string {
	switch d {
	case keys.SlowNew:
		return t.Text("4: whoever has been here for less than a day posts at a slower rate")
	case keys.NoNewcomers:
		return t.Text("3: nobody new is let in, and who is new posts at a slower rate")
	case keys.NewAreSilent:
		return t.Text("2: nobody new is let in, and who is new can only read")
	case keys.StaffOnly:
		return t.Text("1: only staff posts or starts a session")
	}
	return t.Text("5: everything as usual")
}

// announce tells everybody who is here, and whoever comes later in the rooms that everybody joins.
func announce(ctx context.Context, in *call) (Reply, error) {
	if in.words == "" {
		return Reply{}, in.wrong("say what to announce")
	}
	body, err := text.ParseBody(in.words)
	if err != nil {
		return Reply{}, in.refuse(ErrUsage, err)
	}
	r := Reply{}
	if in.chat.Host != nil {
		for _, name := range in.chat.Host.Defaults() {
			e, err := in.announceIn(ctx, name, body)
			if err != nil {
				r.Lines = append(r.Lines, in.say("it is not in %s: %s", name, Explain(in.Lang, in.zone(), err)))
				continue
			}
			r.Events = append(r.Events, e)
		}
	}
	in.chat.Rooms.NotifyAll(rooms.NewNotice("announcement by %s: %s", in.Who.Name, in.words), nil)
	return in.recorded(ctx, r, nil, "announce", "", in.words)
}

// announceIn posts in a room, which who is not in it enters for that.
func (in *call) announceIn(ctx context.Context, name text.RoomName, body text.Body) (*rooms.Event, error) {
	room, err := in.chat.Rooms.Find(ctx, in.Actor, name)
	if err != nil {
		return nil, err
	}
	post := rooms.Post{Room: room.ID, Type: rooms.Message, Text: body}
	e, err := in.chat.Rooms.Post(ctx, in.Actor, post)
	if !errors.Is(err, rooms.ErrNotMember) {
		return e, err
	}
	if _, err := in.chat.Rooms.Join(ctx, in.Actor, room.ID); err != nil {
		return nil, err
	}
	e, err = in.chat.Rooms.Post(ctx, in.Actor, post)
	return e, errors.Join(err, in.chat.Rooms.Leave(ctx, in.Actor, room.ID))
}

// stats tells how the server is doing.
func stats(ctx context.Context, in *call) (Reply, error) {
	s := in.chat.Rooms.Stats()
	disk, err := in.chat.Rooms.Space(ctx)
	if err != nil {
		disk = rooms.Space{} // how the rest is doing matters most when the store does not answer
	}
	r := Reply{Facts: []Facts{in.statsFacts(disk)}}
	if h := in.chat.Host; h != nil {
		r.Lines = append(r.Lines,
			in.say("running since %s, for %s", in.minute(h.Started()), time.Since(h.Started()).Round(time.Second)),
			in.say("%s", in.count(h.Connections(), "%d ssh connection", "%d ssh connections")))
	}
	commit := 0.0
	if s.Commits > 0 {
		commit = s.CommitSeconds * 1000 / float64(s.Commits)
	}
	r.Lines = append(r.Lines,
		in.say("%s in %s", in.count(s.Sessions, "%d session", "%d sessions"), in.count(s.RoomsLoaded, "%d open room", "%d open rooms")),
		in.say("%d posts since the start in %d commits of %.1f ms, %d failed", s.Posts, s.Commits, commit, s.CommitErrors),
		in.say("%s, %s", in.count(len(in.chat.Keys.Names()), "%d person is known", "%d people are known"),
			in.count(len(in.chat.Rooms.Bans()), "%d ban of the server", "%d bans of the server")),
		in.say("the level is %s", levelWords(in.Lang, in.chat.Keys.Defcon())))
	if disk.Size > 0 {
		r.Lines = append(r.Lines, in.say("%s are free on the disk, and the last %s are kept for messages", text.Bytes(disk.Free), text.Bytes(disk.Reserve())))
	}
	if s.Panics > 0 {
		r.Lines = append(r.Lines, in.say("%s in the server's code: please report the stacks that its log has", in.count(int(s.Panics), "%d fault", "%d faults")))
	}
	return r, nil
}

// reload reads config and keys again.
func reload(ctx context.Context, in *call) (Reply, error) {
	if in.chat.Host == nil {
		return Reply{}, in.fail(rooms.ErrUnavailable, "no server runs: it reads its config when it starts")
	}
	if err := in.chat.Host.Reload(); err != nil {
		return Reply{}, in.fail(ErrUsage, "nothing was changed: %s", strings.TrimSuffix(err.Error(), "."))
	}
	r, err := in.answer("config and keys are read again; the log says what waits for a restart")
	return in.recorded(ctx, r, err, "reload", "", "")
}
