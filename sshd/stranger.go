package sshd

import (
	"errors"

	"parley/keys"
)

// strangerChannels is how many sessions a connection may have whose key belongs to nobody.
const strangerChannels = 2

// enter says who the session belongs to; for a stranger that is talked over first. Without an
// identity, status is the exit status and everything is said.
func (x *session) enter() (id keys.Identity, status int) {
	id, err := x.conn.identify()
	switch {
	case err == nil:
		return id, 0
	case errors.Is(err, keys.ErrStranger):
	default:
	}
	x.say(err.Error())
	return keys.Identity{}, exitNoPerm
}
