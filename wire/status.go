package wire

import (
	"errors"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
)

// Exit statuses, as sysexits.h has them: what ssh ends with, and what an answer's error carries.
const (
	OK       = 0
	Usage    = 64
	Data     = 65 // EX_DATAERR: standard input is not what it should be
	NoUser   = 67
	NoRoom   = 68 // EX_NOHOST: the thing addressed does not exist
	Down     = 69
	Software = 70
	TempFail = 75
	NoPerm   = 77
)

// Status is the exit status of a command that ended with err.
func Status(err error) int {
	var rate *rooms.RateError
	var name *keys.NameError
	var size *rooms.SizeError
	var quiet *rooms.QuietError
	var exit chat.Exit
	switch {
	case err == nil:
		return OK
	case errors.As(err, &exit):
		return int(exit)
	case errors.As(err, &rate):
		return TempFail
	case errors.Is(err, chat.ErrUsage), errors.Is(err, chat.ErrUnknown), errors.As(err, &name), errors.As(err, &size):
		return Usage
	case errors.Is(err, chat.ErrData):
		return Data
	case errors.Is(err, rooms.ErrNoRoom), errors.Is(err, rooms.ErrNoEvent), errors.Is(err, rooms.ErrNoFile), errors.Is(err, rooms.ErrNoJob):
		return NoRoom
	case errors.Is(err, rooms.ErrNoPerson), errors.Is(err, rooms.ErrNoHook):
		return NoUser
	case errors.Is(err, rooms.ErrUnavailable), errors.Is(err, rooms.ErrClosed):
		return Down
	case errors.Is(err, rooms.ErrNotMember), errors.Is(err, rooms.ErrNotInvited), errors.Is(err, rooms.ErrForbidden),
		errors.Is(err, rooms.ErrRefused), errors.Is(err, rooms.ErrLocked), errors.Is(err, rooms.ErrArchived), errors.Is(err, rooms.ErrBanned), errors.As(err, &quiet):
		return NoPerm
	}
	return Software
}
