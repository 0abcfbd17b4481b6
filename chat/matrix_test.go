package chat_test

import (
	"slices"
	"strings"
	"testing"

	"parley/rooms"
)

// The roles of the matrix, by letter:
//
//	g  a guest, without a key        s  a stranger to the room       i  invited and not in it
//	b  banned from it                q  a member who was silenced    m  a member
//	B  a member that is a bot        M  a moderator of the room      O  an owner of the room
//	A  an admin of the server who is not in the room                 W  an owner of the server who is not
const matrixRoles = "gsibqmBMOAW"

// permission says who may run a line in which kind of room. ROOM is the room, and HOOK a hook out of it; REF is a message of another
// member, to which the person has reacted with :eyes:, and POLL another's poll, which is pinned; OWN and MINE are a message and a
// poll of the person's own. A conversation, of two or of three, has its members (m, B), and everybody else is a stranger or
// staff. Rooms that are archived and locked are public ones. @gone is banned from the room.
type permission struct{ line, public, private, direct, group, archived, locked string }

var matrix = []permission{
	{"post ROOM hello", "gmBMO", "mBMO", "mB", "mB", "", "MO"},
	{"me ROOM waves", "gmBMO", "mBMO", "mB", "mB", "", "MO"},
	{"code ROOM go x := 1", "gmBMO", "mBMO", "mB", "mB", "", "MO"},
	{"shrug ROOM well", "gmBMO", "mBMO", "mB", "mB", "", "MO"},
	{"ask ROOM well?", "mBMO", "mBMO", "mB", "mB", "", "MO"},
	{"msg @other hi", "sibqmBMOAW", "sibqmBMOAW", "smABW", "smABW", "sibqmBMOAW", "sibqmBMOAW"},
	{"poll ROOM a? b | c", "mBMO", "mBMO", "mB", "mB", "", "MO"},
	{"reply REF yes", "mBMO", "mBMO", "mB", "mB", "", "MO"},
	{"thread REF yes", "mBMO", "mBMO", "mB", "mB", "", "MO"},
	{"edit OWN better", "mBMO", "mBMO", "mB", "mB", "", "MO"},
	{"edit REF better", "", "", "", "", "", ""},
	{"correct ROOM s/hello/better/", "mBMO", "mBMO", "mB", "mB", "", "MO"},
	{"delete OWN", "mBMO", "mBMO", "mB", "mB", "", "mBMO"},
	{"delete REF", "MOAW", "MO", "", "", "", "MOAW"},
	{"react REF :tada:", "mBMO", "mBMO", "mB", "mB", "", "MO"},
	{"unreact REF :eyes:", "mBMO", "mBMO", "mB", "mB", "", "mBMO"},
	{"quote REF so", "mBMO", "mBMO", "mB", "mB", "", "MO"},
	{"forward REF ROOM", "mBMO", "mBMO", "mB", "mB", "", "MO"},
	{"forward REF @boss", "sibqmBMOAW", "qmBMO", "mB", "mB", "sibqmBMOAW", "sibqmBMOAW"},
	{"vote POLL 1", "mBMO", "mBMO", "mB", "mB", "", "MO"},
	{"close POLL", "MO", "MO", "", "", "", "MO"},
	{"close MINE", "mBMO", "mBMO", "mB", "mB", "", "mBMO"},
	{"pin REF", "mBMO", "mBMO", "mB", "mB", "", "MO"},
	{"unpin POLL", "mBMO", "mBMO", "mB", "mB", "", "MO"},
	{"pins ROOM", "gsibqmBMOAW", "qmBMO", "mB", "mB", "gsibqmBMOAW", "gsibqmBMOAW"},
	{"save REF", "sibqmBMOAW", "qmBMO", "mB", "mB", "sibqmBMOAW", "sibqmBMOAW"},
	{"unsave REF", "sibqmBMOAW", "iqmBMO", "mB", "mB", "sibqmBMOAW", "sibqmBMOAW"},
	{"follow REF", "qmBMO", "qmBMO", "mB", "mB", "qmBMO", "qmBMO"},
	{"unfollow REF", "qmBMO", "qmBMO", "mB", "mB", "qmBMO", "qmBMO"},
	{"info REF", "sibqmBMOAW", "qmBMO", "mB", "mB", "sibqmBMOAW", "sibqmBMOAW"},
	{"remind ROOM in 1h hi", "mBMO", "mBMO", "mB", "mB", "", "MO"},
	{"schedule ROOM in 1h hi", "mBMO", "mBMO", "mB", "mB", "", "MO"},
	{"tail -n 1 ROOM", "sibqmBMOAW", "qmBMO", "mB", "mB", "sibqmBMOAW", "sibqmBMOAW"},
	{"attach -n 1 ROOM", "sibqmBMOAW", "qmBMO", "mB", "mB", "sibqmBMOAW", "sibqmBMOAW"},
	{"search in:ROOM hello", "gsibqmBMOAW", "qmBMO", "mB", "mB", "gsibqmBMOAW", "gsibqmBMOAW"},
	{"links ROOM", "gsibqmBMOAW", "qmBMO", "mB", "mB", "gsibqmBMOAW", "gsibqmBMOAW"},
	{"jump REF", "gsibqmBMOAW", "qmBMO", "mB", "mB", "gsibqmBMOAW", "gsibqmBMOAW"},
	{"history ROOM", "gsibqmBMOAW", "qmBMO", "mB", "mB", "gsibqmBMOAW", "gsibqmBMOAW"},
	{"read ROOM", "qmBMO", "qmBMO", "mB", "mB", "qmBMO", "qmBMO"},
	{"export ROOM", "sibqmBMOAW", "qmBMO", "mB", "mB", "sibqmBMOAW", "sibqmBMOAW"},
	{"import jsonl ROOM", "", "", "", "", "", ""}, // an import makes rooms of its own
	{"join ROOM", "gsiqmBMOAW", "iqmBMO", "mB", "mB", "gqmBMO", "gsiqmBMOAW"},
	{"accept ROOM", "siqmBMOAW", "iqmBMO", "", "", "qmBMO", "siqmBMOAW"},
	{"decline ROOM", "sibqmBMOAW", "i", "", "", "sibqmBMOAW", "sibqmBMOAW"},
	{"leave ROOM", "qmBMO", "qmBMO", "", "mB", "qmBMO", "qmBMO"},
	{"invite ROOM @nobody1", "mBMO", "mBMO", "", "", "", "mBMO"},
	{"members ROOM", "gsibqmBMOAW", "qmBMO", "mB", "mB", "gsibqmBMOAW", "gsibqmBMOAW"},
	{"who ROOM", "gsibqmBMOAW", "qmBMO", "mB", "mB", "gsibqmBMOAW", "gsibqmBMOAW"},
	{"switch ROOM", "giqmBMO", "iqmBMO", "mB", "mB", "giqmBMO", "giqmBMO"},
	{"topic ROOM", "gsibqmBMOAW", "iqmBMO", "", "", "gsibqmBMOAW", "gsibqmBMOAW"},
	{"topic ROOM new", "mBMO", "mBMO", "", "", "", "MO"},
	{"star ROOM", "qmBMO", "qmBMO", "mB", "mB", "qmBMO", "qmBMO"},
	{"notify ROOM all", "qmBMO", "qmBMO", "mB", "mB", "qmBMO", "qmBMO"},
	{"mute ROOM", "qmBMO", "qmBMO", "mB", "mB", "qmBMO", "qmBMO"},
	{"unmute ROOM", "qmBMO", "qmBMO", "mB", "mB", "qmBMO", "qmBMO"},
	{"report REF spam", "gsibqmBMOAW", "qmBMO", "mB", "mB", "gsibqmBMOAW", "gsibqmBMOAW"},
	{"kick ROOM @other", "MOAW", "MO", "", "", "", "MOAW"},
	{"kick ROOM @boss", "AW", "", "", "", "", "AW"},
	{"ban ROOM @other 1h spam", "MOAW", "MO", "", "", "", "MOAW"},
	{"unban ROOM @gone", "MOAW", "MO", "", "", "", "MOAW"},
	{"bans ROOM", "qmBMOAW", "qmBMO", "", "", "qmBMOAW", "qmBMOAW"},
	{"quiet ROOM @other 1h", "MOAW", "MO", "", "", "", "MOAW"},
	{"unquiet ROOM @other", "MOAW", "MO", "", "", "", "MOAW"},
	{"role ROOM", "sibqmBMOAW", "qmBMO", "", "", "sibqmBMOAW", "sibqmBMOAW"},
	{"role ROOM @other moderator", "OAW", "O", "", "", "", "OAW"},
	{"slow ROOM 5s", "MOAW", "MO", "", "", "", "MOAW"},
	{"lock ROOM", "MOAW", "MO", "", "", "", "MOAW"},
	{"unlock ROOM", "MOAW", "MO", "", "", "", "MOAW"},
	{"purge ROOM @other 1", "MOAW", "MO", "", "", "", "MOAW"},
	{"purge ROOM 1", "MOAW", "MO", "", "", "", "MOAW"},
	{"rename ROOM #NEW", "OAW", "O", "", "", "", "OAW"},
	{"archive ROOM", "OAW", "O", "", "", "OAW", "OAW"},
	{"archive ROOM off", "OAW", "O", "", "", "OAW", "OAW"},
	{"newcomers ROOM joined", "OAW", "O", "", "", "", "OAW"},
	{"retention ROOM 90d", "OAW", "O", "", "", "", "OAW"},
	{"guests ROOM on", "OAW", "", "", "", "", "OAW"},
	{"bots ROOM off", "MOAW", "MO", "", "", "", "MOAW"},
	{"webhook list ROOM", "MOAW", "MO", "mB", "mB", "MOAW", "MOAW"},
	{"webhook add ROOM", "MOAW", "MO", "", "", "", "MOAW"},
	{"webhook out ROOM https://example.org/", "OAW", "O", "", "", "", "OAW"},
	{"webhook rotate HOOK", "OAW", "O", "", "", "OAW", "OAW"},
	{"webhook remove HOOK", "OAW", "O", "", "", "OAW", "OAW"},
	{"webhook test HOOK", "MOAW", "MO", "", "", "MOAW", "MOAW"},
	{"files ROOM", "gsibqmBMOAW", "qmBMO", "mB", "mB", "gsibqmBMOAW", "gsibqmBMOAW"},
	{"upload ROOM", "sibqmBMOAW", "qmBMO", "mB", "mB", "sibqmBMOAW", "sibqmBMOAW"},
	{"get ROOM data.csv", "sibqmBMOAW", "qmBMO", "mB", "mB", "sibqmBMOAW", "sibqmBMOAW"},
	{"preview ROOM data.csv", "sibqmBMOAW", "qmBMO", "mB", "mB", "sibqmBMOAW", "sibqmBMOAW"},
	{"audit ROOM", "MOAW", "MO", "", "", "MOAW", "MOAW"},
}

// Who may do what where: each command by each role in each kind of room.
func TestPermissions(t *testing.T) {
	for _, kind := range []struct {
		name string
		kind rooms.Kind
		of3  bool
		prop string
		want func(permission) string
	}{
		{"a public room", rooms.Public, false, "", func(p permission) string { return p.public }},
		{"a private room", rooms.Private, false, "", func(p permission) string { return p.private }},
		{"a conversation of two", rooms.Direct, false, "", func(p permission) string { return p.direct }},
		{"a conversation of three", rooms.Direct, true, "", func(p permission) string { return p.group }},
		{"an archived room", rooms.Public, false, rooms.PropArchived, func(p permission) string { return p.archived }},
		{"a locked room", rooms.Public, false, rooms.PropLocked, func(p permission) string { return p.locked }},
	} {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			c := newColumn(t, kind.kind, kind.of3, kind.prop)
			for _, row := range matrix {
				if got, want := c.may(row.line), kind.want(row); got != want {
					t.Errorf("/%s in %s may %s, want %s", row.line, kind.name, letters(got), letters(want))
				}
			}
		})
	}
}

func letters(s string) string {
	if s == "" {
		return "nobody"
	}
	return s
}

// Every command is in one of the two matrices, and every row is of a command that there is.
func TestEveryCommandHasARow(t *testing.T) {
	var rows []string
	for _, row := range matrix {
		rows = append(rows, row.line)
	}
	for _, row := range staffMatrix {
		rows = append(rows, row.line)
	}
	asked := map[string]bool{}
	for _, line := range rows {
		name, _, _ := strings.Cut(line, " ")
		asked[name] = true
	}
	for _, cmd := range newPlace(t).chat.Commands() {
		if !asked[cmd.Name] {
			t.Errorf("/%s has no row in matrix or staffMatrix: say there who may run it", cmd.Name)
		}
		for _, name := range slices.Concat([]string{cmd.Name}, cmd.Aliases) {
			delete(asked, name)
		}
	}
	for name := range asked {
		t.Errorf("there are rows of /%s, which is no command", name)
	}
}
