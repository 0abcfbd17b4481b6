package chat_test

import (
	"testing"
	"time"

	"parley/chat"
	"parley/lang"
	"parley/rooms"
	"parley/text"
)

// Times in a refusal are those of its reader's clock, in their language.
func TestRefusalsTellTheTimeOfTheReader(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	until := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		in   lang.Tag
		zone *time.Location
		err  error
		want string
	}{
		{lang.En, zone, &rooms.QuietError{Until: until}, "a moderator of this room has silenced you until 2026-11-22 13:00 CET: you can read"},
		{lang.En, nil, &rooms.QuietError{Until: until}, "a moderator of this room has silenced you until 2026-11-22 12:00 UTC: you can read"},
		{lang.Ja, zone, &rooms.QuietError{Until: until}, "このルームのモデレーターにより、2026-11-22 13:00 CET まで発言できません。読むことはできます"},
		{lang.En, zone, &rooms.BanError{Sanction: rooms.Sanction{Until: until, Reason: text.NewBody("spam")}}, "you are banned from that room until 2026-11-22 13:00 CET: spam"},
		{lang.Ja, zone, &rooms.BanError{Sanction: rooms.Sanction{Until: until}}, "2026-11-22 13:00 CET まで、そのルームへの参加を禁止されています"},
		{lang.Ja, zone, &rooms.BanError{Sanction: rooms.Sanction{Reason: text.NewBody("spam")}}, "そのルームへの参加を禁止されています: spam"},
	} {
		if got := chat.Explain(c.in, c.zone, c.err); got != c.want {
			t.Errorf("Explain(%v, %v) = %q, want %q", c.in, c.zone, got, c.want)
		}
	}
}
