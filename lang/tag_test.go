package lang_test

import (
	"strings"
	"testing"
	"time"

	"parley/lang"
)

func TestOf(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want lang.Tag
	}{
		{nil, lang.En},
		{map[string]string{"LANG": "ja_JP.UTF-8"}, lang.Ja},
		{map[string]string{"LANG": "ja"}, lang.Ja},
		{map[string]string{"LANG": "ja-JP"}, lang.Ja},
		{map[string]string{"LANG": "en_GB.UTF-8"}, lang.En},
		{map[string]string{"LANG": "de_DE.UTF-8", "LC_TIME": "ja_JP.UTF-8"}, lang.En},
		{map[string]string{"LANG": "en_US.UTF-8", "LC_MESSAGES": "ja_JP"}, lang.Ja},
		{map[string]string{"LC_ALL": "C", "LC_MESSAGES": "ja_JP"}, lang.En},
		{map[string]string{"LANG": "java"}, lang.En},
	} {
		if got := lang.Of(c.env); got != c.want {
			t.Errorf("%v is %v, want %v", c.env, got, c.want)
		}
	}
}

// An error of a package that knows no language is found by its format, and what is in it too.
func TestSentence(t *testing.T) {
	for english, want := range map[string]string{
		"you are banned from that room":                                                  "そのルームへの参加を禁止されています",
		"this key cannot be added: that poll is closed":                                  "この鍵は追加できません: その投票は締め切られました",
		"a direct conversation has two to 9 people: make a private room for more":        "ダイレクトメッセージは 2 人から 9 人までです。それ以上は非公開ルームを作ってください",
		"the name holds a character that cannot be seen (U+200B): type it again without": "名前に見えない文字（U+200B）があります。それを除いて入力してください",
		"5 needs a unit: write 5m for minutes, 5h for hours or 5d for days":              "5 には単位が必要です。5m（分）、5h（時間）、5d（日）のように書いてください",
		"something that nobody says here":                                                "something that nobody says here",
		"":                                                                               "",
	} {
		if got := lang.Ja.Sentence(english); got != want {
			t.Errorf("%q is %q, want %q", english, got, want)
		}
		if got := lang.En.Sentence(english); got != english {
			t.Errorf("in English %q is %q", english, got)
		}
	}
}

func TestNumbersStayPlain(t *testing.T) {
	if got := lang.Ja.Sprintf("%d people", 12345); got != "12345人" {
		t.Error(got)
	}
	if got := lang.Ja.Count(1, "%d person", "%d people"); got != "1人" {
		t.Error(got)
	}
	if got := lang.En.Count(1, "%d person", "%d people"); got != "1 person" {
		t.Error(got)
	}
}

func TestDays(t *testing.T) {
	day := time.Date(2026, 11, 23, 13, 5, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{lang.En.Day(day), "Mon 23 Nov 2026"},
		{lang.Ja.Day(day), "2026年11月23日(月)"},
		{lang.En.Clock12(day), "1:05pm"},
		{lang.Ja.Clock12(day), "午後1:05"},
		{lang.Ja.Clock12(day.Add(-13 * time.Hour)), "午前0:05"},
		{lang.En.Clock12(day.Add(-13 * time.Hour)), "12:05am"},
	} {
		if c.got != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
}

func TestAccepted(t *testing.T) {
	for header, want := range map[string]lang.Tag{
		"": lang.En, "ja": lang.Ja, "ja-JP,ja;q=0.9,en-US;q=0.8": lang.Ja, "en-US,en;q=0.9,ja;q=0.8": lang.En,
		"fr, ja;q=0.5, en;q=0.3": lang.Ja, "en;q=0.1,ja;q=0.2": lang.Ja, "ja;q=0,en;q=0.1": lang.En, "ja;q=x": lang.En, "*": lang.En, "de": lang.En,
		strings.Repeat("de,", 10_000) + "ja": lang.En,
	} {
		if got := lang.Accepted(header); got != want {
			t.Errorf("%.60q asks for %s, want %s", header, got, want)
		}
	}
}
