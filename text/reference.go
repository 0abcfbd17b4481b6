package text

import (
	"strconv"
	"strings"
)

// ParseRef reads the short reference of a message, "#ops:1042": its room and its number there. The
// number is 1 to 2⁶³-1 in digits without leading zeros. Rooms without a name have references of their own.
func ParseRef(s string) (room RoomName, seq uint64, ok bool) {
	name, digits, found := strings.Cut(s, ":")
	if !found || !strings.HasPrefix(name, "#") {
		return RoomName{}, 0, false
	}
	room, err := ParseRoomName(name)
	if seq, ok = parseSeq(digits); !ok || err != nil {
		return RoomName{}, 0, false
	}
	return room, seq, true
}

func parseSeq(s string) (uint64, bool) {
	if s == "" || s[0] < '1' || s[0] > '9' {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 63)
	return n, err == nil
}
