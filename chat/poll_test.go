package chat_test

import (
	"strings"
	"testing"

	"parley/rooms"
)

func TestPolls(t *testing.T) {
	p := newPlace(t, "ana", "bo", "kei")
	p.must("ana", "create #ops")
	p.must("bo", "join #ops")
	p.must("kei", "join #ops")
	p.mustInside("#ops", "ana", `poll "Lunch today?" "pizza" "miso soup"`) // 4
	for _, step := range []struct{ who, line, want string }{
		{"bo", "vote 2", "Lunch today? You vote for: miso soup"},
		{"kei", "vote #ops:4 piz", "Lunch today? You vote for: pizza"},
		{"ana", "vote ^ 1", "Lunch today? You vote for: pizza"},
		{"bo", "vote 1", "Lunch today? You vote for: pizza"},
		{"kei", "vote -", ""},
		{"bo", "poll", "#ops:4  ana asks: Lunch today?  (2 votes)\n1 pizza  2  ana, bo\n2 miso soup  0"},
		{"ana", "close", "#ops:4  ana asked: Lunch today?  (2 votes, closed by ana)\n1 pizza  2  ana, bo\n2 miso soup  0"},
		{"bo", "poll 4", "#ops:4  ana asked: Lunch today?  (2 votes, closed by ana)\n1 pizza  2  ana, bo\n2 miso soup  0"},
	} {
		r, err := p.inside("#ops", step.who, step.line)
		if err != nil {
			t.Fatalf("%s: /%s: %v", step.who, step.line, err)
		}
		r.Events = nil
		if got := joined(r); got != step.want {
			t.Errorf("%s: /%s answers\n%s\nwant\n%s", step.who, step.line, got, step.want)
		}
	}
	for _, step := range []struct{ line, want string }{
		{"vote 1", "#ops has no such message"},
		{"vote 4 1", "that poll is closed"},
		{"vote", "name the option by its number, or - to take your vote back"},
		{"close 1", "#ops:1 is no message"},
		{"poll only?", "a poll has a question and two to 20 options"},
		{"poll a? b", "a poll has a question and two to 20 options"},
		{"poll a? b | | c", "the question and each option say something"},
		{"poll " + strings.Repeat("a|", 30) + "b", "a poll has a question and two to 20 options"},
	} {
		if _, err := p.inside("#ops", "kei", step.line); err == nil || !strings.HasPrefix(err.Error(), step.want) {
			t.Errorf("/%s is answered by %v, want %s", step.line, err, step.want)
		}
	}
}

func TestPollForms(t *testing.T) {
	p := newPlace(t, "ana")
	p.must("ana", "create #ops")
	want := "Lunch today?\npizza\nmiso soup"
	for _, line := range []string{
		`poll "Lunch today?" "pizza" "miso soup"`,
		`poll “Lunch today?” “pizza” “miso  soup”`,
		"poll Lunch today? pizza | miso soup",
		"poll Lunch today? | pizza | miso soup",
		"poll Lunch today?\npizza\nmiso soup",
	} {
		p.mustInside("#ops", "ana", line)
	}
	for _, e := range p.log("ana", "#ops")[1:] {
		if e.Type != rooms.Poll || e.Text.String() != want {
			t.Errorf("%d is the %s %q", e.Seq, e.Type, e.Text)
		}
	}
	p.mustInside("#ops", "ana", "poll どっち？ 緑 | 青")
	if log := p.log("ana", "#ops"); log[len(log)-1].Text.String() != "どっち？\n緑\n青" {
		t.Errorf("a Japanese poll is %q", log[len(log)-1].Text)
	}
}

func TestInfoTellsAll(t *testing.T) {
	p := newPlace(t, "ana", "bo")
	p.must("ana", "create #ops")
	p.must("bo", "join #ops")
	p.mustInside("#ops", "ana", "post deploi is green") // 3
	p.mustInside("#ops", "ana", "edit s/deploi/deploy/")
	p.mustInside("#ops", "bo", "react tada")
	p.mustInside("#ops", "bo", "pin 3")
	p.mustInside("#ops", "bo", "thread 3 well done")
	got := p.mustInside("#ops", "bo", "info 3")
	for _, want := range []string{"#ops:3  ana wrote it at 20", "it said: deploi is green", "edited at 20", ": deploy is green", "🎉 :tada:  bo", "pinned by bo", "1 message in its thread, the last at 20", ": /thread #ops:3"} {
		if !strings.Contains(got, want) {
			t.Errorf("/info does not say %q: it says\n%s", want, got)
		}
	}
	p.mustInside("#ops", "ana", "delete -y 3")
	got = p.mustInside("#ops", "bo", "info 3")
	if !strings.Contains(got, "ana deleted it") || strings.Contains(got, "green") {
		t.Errorf("/info of what was deleted is\n%s", got)
	}
}

func TestHowARoomIsTreated(t *testing.T) {
	p := newPlace(t, "ana")
	p.must("ana", "create #ops")
	for _, step := range []struct{ line, want string }{
		{"notify", "you are told of what mentions you in #ops"},
		{"notify all", "you are told of all messages in #ops"},
		{"notify #ops", "you are told of all messages in #ops"},
		{"mute", "you are told of nothing in #ops: /unmute ends that"},
		{"notify", "you are told of nothing in #ops: /unmute ends that"},
		{"unmute #ops", "you are told of what mentions you in #ops"},
		{"star", "#ops has a star: it stands first in your list"},
		{"star #ops", "#ops has no star any more"},
	} {
		if got := p.mustInside("#ops", "ana", step.line); got != step.want {
			t.Errorf("/%s answers %q, want %q", step.line, got, step.want)
		}
		if err := p.chat.Rooms.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
