package chat_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"parley/chat"
	"parley/lang"
)

func TestSettings(t *testing.T) {
	p := newPlace(t, "ana")
	for _, c := range []struct{ line, answer, name, kept string }{
		{"set theme li", "theme is light now, it was auto", "theme", "light"},
		{"set zone tokyo", "zone is Asia/Tokyo now, it was your terminal's (UTC)", "zone", "Asia/Tokyo"},
		{"set zone UTC", "zone is UTC now, it was Asia/Tokyo", "zone", "UTC"},
		{"set quiet 22-7:30", "quiet is 22:00-07:30 now, it was none", "quiet", "22:00-07:30"},
		{"set highlight deploy ,, big  lunch", "highlight is deploy, big lunch now, it was none", "highlight", "deploy, big lunch"},
		{"settings mouse ON", "mouse is on now, it was off", "mouse", "on"},
		{"set mouse -", "mouse is off now, it was on", "mouse", ""},
		{"set zone -", "zone is your terminal's (UTC) now, it was UTC", "zone", ""},
	} {
		if got := p.must("ana", c.line); got != c.answer {
			t.Errorf("/%s answers %q, want %q", c.line, got, c.answer)
		}
		if got := p.setting("ana", c.name); got != c.kept {
			t.Errorf("/%s keeps %q, want %q", c.line, got, c.kept)
		}
	}
	if all := p.must("ana", "set"); !strings.Contains(all, "theme          light") || !strings.Contains(all, "bell           on") {
		t.Errorf("/set prints %q", all)
	}
	for _, line := range []string{"set colour red", "set theme pink", "set zone Nowhere/Atall", "set zone ../../etc/passwd", "set zone EST5EDT4", "set quiet noon", "set quiet 7:00-7:00", "set highlight ,", "set notify-method osc"} {
		if _, err := p.run(p.as("ana", line)); !errors.Is(err, chat.ErrUsage) || strings.Contains(err.Error(), "%!") {
			t.Errorf("/%s: %v", line, err)
		}
	}
	if _, err := p.run(p.as("ana", "set them")); err == nil || !strings.Contains(err.Error(), "theme") {
		t.Errorf("a setting that is nearly right: %v", err)
	}
}

// setting is what is kept of somebody's setting.
func (p *place) setting(name, which string) string {
	p.t.Helper()
	person, err := p.chat.Rooms.Person(p.t.Context(), p.as(name, "").Actor)
	if err != nil {
		p.t.Fatal(err)
	}
	return person.Settings[which]
}

func TestSettingsInAnotherLanguage(t *testing.T) {
	p := newPlace(t, "ana")
	if got := p.must("ana", "set lang ja"); got != "lang を ja にしました（これまでは 端末に従う (en)）" {
		t.Errorf("the answer to /set lang ja is %q", got)
	}
}

func TestQuietHours(t *testing.T) {
	at := func(s string) time.Time {
		m, err := time.Parse("15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, c := range []struct {
		quiet, at string
		want      bool
	}{
		{"22:00-07:00", "21:59", false}, {"22:00-07:00", "22:00", true}, {"22:00-07:00", "03:00", true}, {"22:00-07:00", "07:00", false},
		{"12:00-13:00", "12:30", true}, {"12:00-13:00", "13:00", false}, {"", "12:00", false}, {"broken", "12:00", false},
	} {
		if got := (chat.Settings{"quiet": c.quiet}).Quiet(at(c.at)); got != c.want {
			t.Errorf("quiet %q at %s: %v", c.quiet, c.at, got)
		}
	}
}

func TestDefaultsOfSettings(t *testing.T) {
	var s chat.Settings
	if s.Theme() != "auto" || !s.Bell() || s.Mouse() || !s.Typing() || !s.Hints() || s.Clock12() || s.EmojiNames() ||
		s.Sidebar() != "auto" || s.NotifyMethod() != "auto" || s.Highlights() != nil || s.Zone() != "" || s.Lang(nil) != lang.En {
		t.Errorf("the defaults are %v", s)
	}
	if got := s.Lang(map[string]string{"LANG": "ja_JP.UTF-8"}); got != lang.Ja {
		t.Errorf("LANG=ja_JP.UTF-8 means %v", got)
	}
	if got := (chat.Settings{"lang": "en"}).Lang(map[string]string{"LC_ALL": "ja_JP.UTF-8"}); got != lang.En {
		t.Errorf("lang is set to en: %v", got)
	}
	if got := s.Lang(map[string]string{"LC_ALL": "C", "LANG": "ja_JP.UTF-8"}); got != lang.En {
		t.Errorf("LC_ALL=C comes first: %v", got)
	}
}

func TestSettingsComplete(t *testing.T) {
	p := newPlace(t, "ana")
	for line, want := range map[string]string{"/set th": "theme ", "/set theme l": "light ", "/set zone tok": "Asia/Tokyo "} {
		_, got := p.chat.Complete(t.Context(), p.as("ana", ""), line, len(line))
		if len(got) == 0 || got[0].Insert != want {
			t.Errorf("%s completes to %v, want %q", line, got, want)
		}
	}
}
