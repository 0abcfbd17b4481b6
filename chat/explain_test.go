package chat_test

import (
	"encoding/json"
	"fmt"
	"strings"
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
		{lang.En, zone, fmt.Errorf("ended: %w", &rooms.BarredError{Sanction: rooms.Sanction{Name: mustRead(t, "bob"), Until: until, Reason: text.NewBody("spam")}}), "you are banned from this server until 2026-11-22 13:00 CET: spam"},
		{lang.Ja, zone, &rooms.BarredError{Sanction: rooms.Sanction{Prefix: "192.0.2.0/24", Until: until}}, "2026-11-22 13:00 CET まで、あなたのネットワークからこのサーバーへの接続は禁止されています"},
		{lang.Ja, zone, &rooms.BarredError{Sanction: rooms.Sanction{Key: "SHA256:B", Reason: text.NewBody("spam")}}, "このサーバーへの参加を禁止されています: spam"},
	} {
		if got := chat.Explain(c.in, c.zone, c.err); got != c.want {
			t.Errorf("Explain(%v, %v) = %q, want %q", c.in, c.zone, got, c.want)
		}
	}
}

// A notice goes to all of somebody's terminals, each of which shows it in its own language and zone.
func TestNoticesTellTheTimeOfTheReader(t *testing.T) {
	p := newPlace(t, "owner1", "bob")
	bob, err := p.chat.Rooms.Attach(t.Context(), rooms.Actor{Name: mustRead(t, "bob")}, rooms.SessionInfo{})
	if err != nil {
		t.Fatal(err)
	}
	defer bob.Close()
	p.must("owner1", "create #ops")
	p.must("bob", "join #ops")
	bob.Notices()
	day := p.chat.Rooms.Now().UTC().AddDate(0, 0, 2).Format(time.DateOnly)
	p.must("owner1", "ban #ops @bob until "+day+" 12:00 as on "+day+" 12:00 UTC")
	notices := bob.Notices()
	if len(notices) != 1 {
		t.Fatalf("bob is told %v", notices)
	}
	zone := time.FixedZone("CET", 3600)
	for _, c := range []struct {
		in   lang.Tag
		zone *time.Location
		want string
	}{
		{lang.En, nil, "owner1 has banned you from #ops until DAY 12:00 UTC: as on DAY 12:00 UTC"},
		{lang.En, zone, "owner1 has banned you from #ops until DAY 13:00 CET: as on DAY 12:00 UTC"},
		{lang.Ja, zone, "owner1さんがあなたの #ops への参加を DAY 13:00 CET まで禁止しました: as on DAY 12:00 UTC"},
	} {
		want := strings.ReplaceAll(c.want, "DAY", day)
		if got := chat.Noticed(c.in, c.zone, notices[0]); got != want {
			t.Errorf("in %v, %v: %q, want %q", c.in, c.zone, got, want)
		}
	}
}

// What people wrote in a notice stays as it is: a name that looks like a time, a reason with the words of a notice.
func TestNoticesKeepWhatPeopleWrote(t *testing.T) {
	zone := time.FixedZone("JST", 9*3600)
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	ana := mustRead(t, "ana")
	for _, c := range []struct {
		n    rooms.Notice
		want string
	}{
		{rooms.NewNotice("%s has banned you from %s until %s: %s", ana, "#2026-11-22 12:00 UTC", at, "spam until 2026-11-22 12:00 UTC: x"),
			"anaさんがあなたの #2026-11-22 12:00 UTC への参加を 2026-11-22 21:00 JST まで禁止しました: spam until 2026-11-22 12:00 UTC: x"},
		{rooms.NewNotice("%s has banned you from %s: %s", ana, "#ops", "come back until mon: 9"), "anaさんがあなたの #ops への参加を禁止しました: come back until mon: 9"},
		{rooms.NewNotice("announcement by %s: %s", ana, "that poll is closed"), "anaさんからのお知らせ: that poll is closed"},
		{rooms.NewNotice("your message for %s was not posted: %s | %s", "#ops", rooms.NewNotice("%s: %s", rooms.NewNotice("you are banned from that room until %s", at), "100% until then"), "good morning"),
			"#ops への予約メッセージは投稿されませんでした: 2026-11-22 21:00 JST まで、そのルームへの参加を禁止されています: 100% until then | good morning"},
	} {
		stored, err := json.Marshal(c.n)
		if err != nil {
			t.Fatal(err)
		}
		var again rooms.Notice
		if err := json.Unmarshal(stored, &again); err != nil {
			t.Fatal(err)
		}
		for _, n := range []rooms.Notice{c.n, again} {
			if got := chat.Noticed(lang.Ja, zone, n); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		}
	}
}

// A message that was refused while its author was away is told and listed with the time on the reader's clock.
func TestARefusedMessageTellsTheTimeOfTheReader(t *testing.T) {
	p := newPlace(t, "owner1", "bob")
	p.must("owner1", "create #ops")
	p.must("bob", "join #ops")
	p.must("bob", "schedule #ops in 1s good morning")
	end := time.Now().UTC().AddDate(0, 0, 2).Format(time.DateOnly)
	p.must("owner1", "quiet #ops @bob until "+end+" 12:00")
	r := p.as("bob", "schedule")
	r.Zone = time.FixedZone("CET", 3600)
	want := "was not posted: a moderator of this room has silenced you until " + end + " 13:00 CET: you can read | good morning"
	deadline := time.Now().Add(20 * time.Second)
	for got := ""; !strings.Contains(got, want); {
		list, err := p.run(r)
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("the list is %q (%v), want %q", got, err, want)
		}
		got = joined(list)
	}
}
