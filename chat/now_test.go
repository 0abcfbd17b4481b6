package chat_test

import (
	"fmt"
	"strings"
	"testing"

	"parley/chat"
)

// rows are the rows of an answer, as "seq author: text" with what has become of them.
func rows(r chat.Reply) (out []string) {
	for _, e := range r.Events {
		s := r.States[e]
		l := fmt.Sprintf("%d %s %s: %s", e.Seq, e.Type, e.Author, s.Body(e))
		if s != nil && !s.Deleted.IsZero() {
			l += " deleted by " + s.Deleted.String()
		}
		if chat.Erased(e, s) {
			l += " expired"
		}
		if p, ok := r.Now.Parents[e]; ok {
			l += " < " + p.Event.Author.String() + ": " + p.State.Body(p.Event).String()
		}
		out = append(out, l)
	}
	return out
}

// list is the answer of a command that lists.
func (p *place) list(who, line string) chat.Reply {
	p.t.Helper()
	r, err := p.run(p.as(who, line))
	if err != nil {
		p.t.Fatalf("%s: /%s: %v", who, line, err)
	}
	return r
}

func TestMessagesAreListedAsTheyAreNow(t *testing.T) {
	p := newPlace(t, "ana", "bob", "kei")
	p.must("ana", "create #ops")                             // 1
	p.must("bob", "join #ops")                               // 2
	p.must("ana", "post #ops deploy is geen")                // 3
	p.must("ana", "edit #ops:3 deploy is green")             // 4
	p.must("bob", "reply #ops:3 thanks")                     // 5
	p.must("bob", "thread #ops:3 how long was it?")          // 6
	p.must("ana", "post #ops secret")                        // 7
	p.must("bob", "reply #ops:7 you should not")             // 8
	if _, err := p.yes("ana", "delete #ops:7"); err != nil { // 9
		t.Fatal(err)
	}
	p.must("ana", "react #ops:5 :tada:") // 10
	for line, want := range map[string]string{
		"history --now #ops":                    "1 create ana: |2 join bob: |3 message ana: deploy is green|5 message bob: thanks < ana: deploy is green|7 message ana:  deleted by ana|8 message bob: you should not < ana: ; 10 0 0",
		"history --now #ops -n 2":               "7 message ana:  deleted by ana|8 message bob: you should not < ana: ; 10 7 0",
		"history --now #ops --before 7 -n 2":    "3 message ana: deploy is green|5 message bob: thanks < ana: deploy is green; 10 3 6",
		"history --now #ops --after 3 -n 2":     "5 message bob: thanks < ana: deploy is green|7 message ana:  deleted by ana; 10 4 7",
		"history --now #ops --around 5 -n 3":    "3 message ana: deploy is green|5 message bob: thanks < ana: deploy is green|7 message ana:  deleted by ana; 10 3 7",
		"history --now #ops --thread 3":         "3 message ana: deploy is green|6 message bob: how long was it?; 10 0 0",
		"history --now #ops --around 5000 -n 1": "8 message bob: you should not < ana: ; 10 8 0",
	} {
		r := p.list("bob", line)
		if got := strings.Join(rows(r), "|") + fmt.Sprintf("; %d %d %d", r.Now.AsOf, r.Now.Before, r.Now.After); got != want {
			t.Errorf("%s:\n got %s\nwant %s", line, got, want)
		}
	}
	if s := p.list("bob", "history --now #ops --around 3 -n 1"); s.States[s.Events[0]].Replies != 1 || s.States[s.Events[0]].Edits != 1 {
		t.Errorf("the state is %+v", s.States[s.Events[0]])
	}
	for _, line := range []string{"history --now #ops 12", "history --now #ops -n 201", "history --now #ops --before x", "history --now #ops --before 0", "history --now #ops --before 3 --after 4", "history --now #ops --thread 3 --after 4", "history --now #ops --thread 6", "history --now #ops --thread 4", "history #ops --before 3", "history --now #nowhere"} {
		if _, err := p.run(p.as("bob", line)); err == nil {
			t.Errorf("%s is not refused", line)
		}
	}
}

// Who came later sees neither what was said before, nor of what it answers.
func TestNewcomersSeeNoParentFromBefore(t *testing.T) {
	p := newPlace(t, "ana", "bob", "kei")
	p.must("ana", "create #ops")
	p.must("bob", "join #ops")
	p.must("ana", "post #ops the key is under the mat")
	p.list("ana", "newcomers #ops joined")
	p.must("kei", "join #ops")
	p.must("bob", "reply #ops:3 which mat?")
	p.must("ana", "edit #ops:3 the key is under the red mat")
	for _, line := range []string{"history --now #ops", "history --now #ops --around 3", "history --now #ops --after 1", "history --now #ops --before 4"} {
		r := p.list("kei", line)
		for _, row := range rows(r) {
			if strings.Contains(row, "under") || strings.Contains(row, "<") {
				t.Errorf("%s: %s", line, row)
			}
		}
	}
	if _, err := p.run(p.as("kei", "history --now #ops --thread 3")); err == nil {
		t.Error("a thread that began before is shown")
	}
	if got := rows(p.list("bob", "history --now #ops -n 1")); len(got) != 1 || !strings.Contains(got[0], "< ana: the key is under the red mat") {
		t.Errorf("who was there sees %q", got)
	}
}

// A room of reactions is looked through part by part, and says where to go on.
func TestRowsAreFarApart(t *testing.T) {
	p := newPlace(t, "ana", "bob", "kei")
	p.must("ana", "create #ops")
	p.must("ana", "post #ops hello")
	for i := range 300 {
		emoji := []string{":tada:", ":ok:"}[i%2]
		verb := []string{"react", "react", "unreact", "unreact"}[i%4]
		p.must("ana", verb+" #ops:2 "+emoji)
	}
	p.must("ana", "post #ops bye")
	got := rows(p.list("ana", "history --now #ops -n 2"))
	if len(got) != 2 || !strings.Contains(got[0], "hello") {
		t.Errorf("the newest two are %q", got)
	}
	if got := rows(p.list("ana", "history --now #ops --after 2 -n 1")); len(got) != 1 || !strings.Contains(got[0], "bye") {
		t.Errorf("behind the first are %q", got)
	}
}
