package chat

import (
	"context"

	"parley/keys"
)

// bot lets a member say that they are a program, and take that back.
func bot(ctx context.Context, in *call) (Reply, error) {
	role := keys.Bot
	switch {
	case in.words == "":
		return in.answer("you are %s, %s of this server", in.Who.Name, in.roleName(in.Who.Role))
	case in.words == "off":
		role = keys.Member
	case in.words != "on":
		return Reply{}, in.wrong("write on or off")
	}
	if in.Who.Role.Staff() {
		return Reply{}, in.wrong("you run this server, and a bot cannot: let somebody else give the role up for you first")
	}
	before, err := in.chat.Keys.SetRole(ctx, keys.Admin, in.Who.Name, role) // by right of its own
	if err != nil {
		return Reply{}, in.ruled(err)
	}
	if before == role {
		return in.answer("%s is %s of this server already", in.Who.Name, in.roleName(role))
	}
	r, err := in.answer("%s is %s of this server from now on", in.Who.Name, in.roleName(role))
	return in.recorded(ctx, r, err, "role", in.Who.Name.String(), string(role))
}
