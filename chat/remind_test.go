package chat_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"parley/chat"
)

func TestRemindersAndSchedules(t *testing.T) {
	p := newPlace(t, "ana", "bo")
	p.must("ana", "create #ops")
	tokyo, err := chat.LoadZone("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	tomorrow := time.Now().In(tokyo).AddDate(0, 0, 1).Format("2006-01-02")
	for _, step := range []struct{ who, line, want string }{
		{"ana", "remind", "^you have no reminders: /remind me in 2h WORDS makes one$"},
		{"ana", "remind me in 2h drink tea", `^1  at .* JST, for you: drink tea$`},
		{"ana", "remind tomorrow 9:00 call @bo", `^2  at ` + tomorrow + ` 09:00 JST, for you: call @bo$`},
		{"ana", "remind @bo in 3h lunch", `^3  at .*, for bo: lunch$`},
		{"ana", "remind #ops in 4h stand up", `^4  at .* in #ops: stand up$`},
		{"ana", "schedule #ops tomorrow 8:30 good morning", `^5  at ` + tomorrow + ` 08:30 JST in #ops: good morning$`},
		{"ana", "schedule @bo in 5h hi", `^6  at .* in @bo: hi$`},
		{"bo", "remind", `^3  at .*, for you from ana: lunch$`},
		{"bo", "schedule", `^nothing is scheduled: /schedule #room tomorrow 9:00 WORDS posts later$`},
		{"ana", "schedule cancel 4", `^4 is cancelled$`},
		{"bo", "remind cancel 3", `^3 is cancelled$`},
	} {
		r := p.as(step.who, step.line)
		r.Zone = tokyo
		got, err := p.run(r)
		if err != nil {
			t.Fatalf("%s: /%s: %v", step.who, step.line, err)
		}
		if !regexp.MustCompile(step.want).MatchString(joined(got)) {
			t.Errorf("%s: /%s answers %q, want %s", step.who, step.line, joined(got), step.want)
		}
	}
	if got := p.must("ana", "remind"); strings.Count(got, "for you") != 2 || strings.Contains(got, "lunch") {
		t.Errorf("ana's reminders are\n%s", got)
	}
	for _, step := range []struct{ line, want string }{
		{"remind me tea", `cannot read "tea" as a time`},
		{"remind me in 2h", "write what to say then: /remind"},
		{"remind cancel all", "give the number that the list shows"},
		{"remind cancel 5", "you have no reminder or scheduled message of that number"},
		{"schedule #nowhere in 2h hi", "there is no room #nowhere"},
		{"remind #ops in 2h hi", "you are not in that room"},
	} {
		if _, err := p.run(p.as("bo", step.line)); err == nil || !strings.HasPrefix(err.Error(), step.want) {
			t.Errorf("/%s is answered by %v, want %s", step.line, err, step.want)
		}
	}
}

func TestSavedMessages(t *testing.T) {
	p := newPlace(t, "ana", "bo")
	p.must("ana", "create #ops")
	p.mustInside("#ops", "ana", "post the runbook is in the wiki")
	p.mustInside("#ops", "ana", "post the wiki has moved")
	for _, step := range []struct{ who, line, want string }{
		{"bo", "save #ops:2", "#ops:2 is saved: /saved lists what you keep"},
		{"bo", "save #ops:3", "#ops:3 is saved: /saved lists what you keep"},
		{"bo", "unsave #ops:3", "#ops:3 is not saved any more"},
		{"bo", "unsave #ops:3", "you have not saved #ops:3"},
		{"ana", "edit #ops:2 the runbook has moved", ""},
		{"bo", "saved", "#ops:2  ana: the runbook has moved (edited)"},
		{"ana", "saved", "you have saved nothing: /save REF keeps a message to find it again"},
	} {
		got, err := p.run(p.as(step.who, step.line))
		if err != nil {
			t.Fatalf("%s: /%s: %v", step.who, step.line, err)
		}
		if got.Events = nil; joined(got) != step.want {
			t.Errorf("%s: /%s answers %q, want %q", step.who, step.line, joined(got), step.want)
		}
	}
}
