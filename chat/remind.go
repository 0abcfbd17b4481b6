package chat

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"parley/rooms"
	"parley/text"
)

// remind reminds somebody at a time: "me", a person, or a room, where it is a message.
func remind(ctx context.Context, in *call) (Reply, error) {
	word, rest := cutWord(in.words)
	switch {
	case word == "":
		return in.listJobs(ctx, false)
	case word == "cancel":
		return in.cancelJob(ctx, rest)
	case word[0] == '#' || strings.Contains(word, ","):
		room, err := in.findRoom(ctx, word)
		if err != nil {
			return Reply{}, err
		}
		return in.keepJob(ctx, rooms.Job{Room: room.ID}, rest)
	case word[0] == '@':
		whom, err := in.person(word)
		if err != nil {
			return Reply{}, err
		}
		return in.keepJob(ctx, rooms.Job{For: whom}, rest)
	case word != "me":
		rest = in.words
	}
	return in.keepJob(ctx, rooms.Job{For: in.Actor.Name}, rest)
}

// schedule posts a message later.
func schedule(ctx context.Context, in *call) (Reply, error) {
	word, rest := cutWord(in.words)
	switch {
	case word == "" && in.named == "":
		return in.listJobs(ctx, true)
	case word == "cancel" && in.named == "":
		return in.cancelJob(ctx, rest)
	}
	room, err := in.inRoomToTalk(ctx)
	if err != nil {
		return Reply{}, err
	}
	return in.keepJob(ctx, rooms.Job{Room: room.ID}, in.words)
}

// keepJob reads when and what, and keeps it.
func (in *call) keepJob(ctx context.Context, j rooms.Job, words string) (Reply, error) {
	at, what, err := text.CutWhen(words, in.chat.Rooms.Now().In(in.zone()), in.zone())
	if err != nil {
		return Reply{}, &Error{ErrUsage, Explain(in.Lang, in.zone(), err) + ": " + in.cmd.usage()}
	}
	if what == "" {
		what = strings.TrimRight(in.Body, "\r\n")
	}
	if what == "" {
		return Reply{}, in.wrong("write what to say then")
	}
	if j.Text, err = text.ParseBody(what); err != nil {
		return Reply{}, in.refuse(ErrUsage, err)
	}
	if j.Room != 0 && !in.Yes {
		room, err := in.chat.Rooms.Room(ctx, in.Actor, j.Room)
		if err != nil {
			return Reply{}, err
		}
		if question := AskBefore(in.Lang, &room, j.Text); !question.IsZero() {
			return Reply{Ask: question}, nil
		}
	}
	if !j.For.IsZero() && j.For != in.Actor.Name {
		person, err := in.chat.Rooms.Person(ctx, rooms.Actor{Name: j.For})
		if err != nil {
			return Reply{}, err
		}
		if slices.Contains(Settings(person.Settings).Ignored(), in.Actor.Name) {
			return Reply{}, in.fail(rooms.ErrForbidden, "%s takes no reminders from you", j.For)
		}
	}
	j.At = at
	if j.Proof, err = in.chat.Keys.Proof(in.Who); err != nil {
		return Reply{}, err
	}
	if j, err = in.chat.Rooms.Schedule(ctx, in.Actor, j); err != nil {
		return Reply{}, err
	}
	return Reply{Lines: []text.Line{in.jobLine(ctx, j)}}, nil
}

// jobLine is a job in a line.
func (in *call) jobLine(ctx context.Context, j rooms.Job) text.Line {
	number, at := strconv.FormatUint(j.ID, 10), in.minute(j.At)
	switch {
	case j.Room != 0:
		label := in.word("a room that you do not see any more")
		if room, err := in.chat.Rooms.Room(ctx, in.Actor, j.Room); err == nil {
			label = in.label(room)
		}
		return in.say("%s  at %s in %s: %s", number, at, label, in.jobText(j))
	case j.For == in.Actor.Name && j.By == j.For:
		return in.say("%s  at %s, for you: %s", number, at, j.Text)
	case j.For == in.Actor.Name:
		return in.say("%s  at %s, for you from %s: %s", number, at, j.By, j.Text)
	}
	return in.say("%s  at %s, for %s: %s", number, at, j.For, j.Text)
}

// jobText is what is to be said, or why it was not where somebody waits to be told so.
func (in *call) jobText(j rooms.Job) string {
	if j.Room != 0 && j.Waits {
		return Noticed(in.Lang, in.zone(), j.Notice())
	}
	return j.Text.String()
}

// listJobs lists the caller's reminders, or their messages that are to be posted.
func (in *call) listJobs(ctx context.Context, messages bool) (Reply, error) {
	list, err := in.chat.Rooms.Jobs(ctx, in.Actor)
	if err != nil {
		return Reply{}, err
	}
	r := Reply{Do: Help, Facts: []Facts{}}
	for _, j := range list {
		if (j.Room != 0) == messages {
			r.Facts = append(r.Facts, in.jobFacts(ctx, j))
			r.Lines = append(r.Lines, in.jobLine(ctx, j))
		}
	}
	switch {
	case len(r.Lines) > 0:
		return r, nil
	case messages:
		return in.noneOf("nothing is scheduled: /schedule #room tomorrow 9:00 WORDS posts later")
	}
	return in.noneOf("you have no reminders: /remind me in 2h WORDS makes one")
}

func (in *call) cancelJob(ctx context.Context, number string) (Reply, error) {
	id, err := strconv.ParseUint(number, 10, 63)
	if err != nil {
		return Reply{}, in.wrong("give the number that the list shows")
	}
	if err := in.chat.Rooms.Cancel(ctx, in.Actor, id); err != nil {
		return Reply{}, err
	}
	return in.answer("%s is cancelled", strconv.FormatUint(id, 10))
}
