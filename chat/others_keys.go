package chat

import (
	"context"
	"errors"
	"strings"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// ofOthers reports whether a first word behind /keys add and the like says that the keys are somebody else's. The
// operator has none, so every word does.
func (in *call) ofOthers(word string) bool {
	if in.Who.Role == keys.Operator {
		return true
	}
	return len(word) > 1 && word[0] == '@' && word[1:] != in.Who.Name.String()
}

// othersKeys is /keys of staff, about somebody else.
func (in *call) othersKeys(ctx context.Context, sub, typed, rest string) (Reply, error) {
	if !in.Who.Role.Staff() {
		return Reply{}, in.fail(rooms.ErrForbidden, "other people's keys are for the staff of this server")
	}
	if typed == "" || looksLikeKey(typed) {
		return Reply{}, in.wrong("say whose key: @name")
	}
	if sub == "add" {
		return in.enrol(ctx, typed, rest)
	}
	name, err := in.person(typed)
	if err != nil {
		return Reply{}, err
	}
	switch sub {
	case "list":
		return in.listKeys(name)
	case "name", "rename":
		r, err := in.nameKey(ctx, name, rest)
		return in.recorded(ctx, r, err, "key named", name.String(), rest)
	case "remove", "revoke":
		return in.revokeKey(ctx, name, rest)
	}
	return Reply{}, in.wrong("there is no /keys %s", printable(sub))
}

// enrol lets a key in as somebody. It could make anybody of its bearer, so only who works at the machine may.
func (in *call) enrol(ctx context.Context, typed, rest string) (Reply, error) {
	if in.Who.Role != keys.Operator {
		return Reply{}, in.fail(rooms.ErrForbidden, "keys are added to others at the machine itself: parley admin keys add NAME. For somebody new, /invites makes a code")
	}
	name, err := text.ParseName(strings.TrimPrefix(typed, "@"))
	if err != nil {
		return Reply{}, in.refuse(ErrUsage, err)
	}
	device, line := cutDevice(rest)
	if line == "" {
		line = in.Body
	}
	if line == "" {
		return Reply{}, in.wrong("give the key, the one line of a .pub file")
	}
	key, err := in.chat.Keys.Enrol(ctx, in.Who.Name, name, device, line)
	if err != nil {
		return Reply{}, in.refusedKey(err)
	}
	in.chat.Rooms.Notify(name, rooms.NewNotice("a key was added to your name: %s. If that was not you: /keys remove %s", key.Fingerprint, key.Fingerprint), nil)
	r, err := in.answer("%s may enter with %s", name, key.Fingerprint)
	return in.recorded(ctx, r, err, "key added", name.String(), key.Fingerprint)
}

func (in *call) revokeKey(ctx context.Context, name text.Name, rest string) (Reply, error) {
	fingerprint, why := cutWord(rest)
	if fingerprint == "" {
		return Reply{}, in.wrong("name the key by its fingerprint")
	}
	found, err := in.chat.Keys.Find(name, fingerprint)
	if errors.Is(err, keys.ErrNoPerson) {
		return Reply{}, in.ruled(err)
	}
	if err != nil {
		return Reply{}, in.refusedKey(err)
	}
	fingerprint = found
	if !in.Yes {
		return Reply{Ask: in.say("remove %s of %s? What is connected with it ends at once", whole(fingerprint), name)}, nil
	}
	fp, err := in.chat.Keys.Revoke(ctx, in.Who.Role, name, fingerprint)
	if errors.Is(err, keys.ErrOutranked) || errors.Is(err, keys.ErrLastOwner) || errors.Is(err, keys.ErrNoPerson) {
		return Reply{}, in.ruled(err)
	}
	if err != nil {
		return Reply{}, in.refusedKey(err)
	}
	r, err := in.answer("%s of %s is removed", fp, name)
	return in.recorded(ctx, r, err, "key removed", name.String(), strings.TrimSpace(fp+" "+why))
}
