package chat

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// Invite codes live this long, in hours, unless the owner says otherwise; a
// month is the most, so that a forgotten code does not stay a way in.
const (
	inviteHours    = 72
	inviteHoursMax = 720
)

func approve(ctx context.Context, in *call) (Reply, error) {
	if in.words == "" {
		return in.listKnocks(ctx)
	}
	name, err := text.ParseName(strings.TrimPrefix(in.words, "@"))
	if err != nil {
		return Reply{}, in.refuse(ErrUsage, err)
	}
	id, err := in.chat.Keys.Approve(ctx, in.Who.Name, name)
	if err != nil {
		return Reply{}, in.unanswered(err)
	}
	r, err := in.answer("%s is in, with key %s", id.Name, id.Fingerprint)
	return in.recorded(ctx, r, err, "approve", id.Name.String(), id.Fingerprint)
}

func (in *call) listKnocks(ctx context.Context) (Reply, error) {
	knocks, err := in.chat.Keys.Knocks(ctx)
	if err != nil {
		return Reply{}, err
	}
	if len(knocks) == 0 {
		return in.answer("nobody is waiting")
	}
	var r Reply
	for _, k := range knocks {
		r.Lines = append(r.Lines, in.say("%s  %s  from %s  %s  /approve %s or /deny %s",
			k.Name, k.Fingerprint, k.From, in.minute(k.Time), k.Name, k.Name))
	}
	return r, nil
}

func deny(ctx context.Context, in *call) (Reply, error) {
	name, err := text.ParseName(strings.TrimPrefix(in.words, "@"))
	if err != nil {
		return Reply{}, in.wrong("name who has knocked")
	}
	if err := in.chat.Keys.Deny(ctx, in.Who.Name, name); err != nil {
		return Reply{}, in.unanswered(err)
	}
	r, err := in.answer("%s was turned away", name)
	return in.recorded(ctx, r, err, "deny", name.String(), "")
}

// unanswered tells that nobody of the name waits from what is wrong with the server.
func (in *call) unanswered(err error) error {
	if errors.Is(err, keys.ErrNoKnock) {
		return in.refuse(rooms.ErrNoPerson, err)
	}
	return err
}

func invites(ctx context.Context, in *call) (Reply, error) {
	hours := inviteHours
	if in.words != "" {
		var err error
		if hours, err = strconv.Atoi(in.words); err != nil || hours < 1 || hours > inviteHoursMax {
			return Reply{}, in.wrong("HOURS is a number from 1 to %d", inviteHoursMax)
		}
	}
	code, err := in.chat.Keys.NewInvite(ctx, in.Who.Name, time.Duration(hours)*time.Hour)
	if err != nil {
		return Reply{}, err
	}
	return in.recorded(ctx, Reply{Lines: []text.Line{
		in.say("%s", code),
		in.say("lets one new person in within %s: they enter it at their first login", in.count(hours, "%d hour", "%d hours")),
	}}, nil, "invite", "", strconv.Itoa(hours)+"h")
}
