package view

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// library is a world with a long past in #ops, and what searches in it answer.
func library() *fake {
	f := world()
	f.now = noon.Add(-60 * 24 * time.Hour)
	f.rooms[1].Read = 0
	var past []*rooms.Event
	for i := range 300 {
		f.now = f.now.Add(time.Hour)
		body := fmt.Sprintf("note %d about nothing much", i)
		if i == 40 {
			body = "the Ｄｅｐｌｏｙ key is in the safe, and this goes on for so long that no terminal shows it on one row, not even a wide one"
		}
		past = append(past, f.add(2, rooms.Message, "bo", body))
	}
	f.now = noon.Add(time.Hour)
	deploys := []*rooms.Event{
		f.add(1, rooms.Message, "ana", "in #general: what is said long before the word that was looked for comes at last, as here in deploy, and then goes on"),
		f.add(2, rooms.Message, "kei", "デプロイしました\ndeploy DEPLOY"),
		past[40],
	}
	slices.Reverse(deploys[:2])
	labels := map[rooms.ID]string{1: "#general", 2: "#ops", 3: "#random", 9: "#elsewhere", 10: "@bo"}
	f.answers["search deploy"] = chat.Reply{Do: chat.Results, Events: deploys, Words: []string{"deploy"}, Labels: labels}
	f.answers["search デプロイ"] = chat.Reply{Do: chat.Results, Events: deploys[:1], Words: []string{"デプロイ"}, Labels: labels}
	f.answers["search nothing"] = chat.Reply{Do: chat.Results, Lines: []text.Line{text.NewLine("nothing was found", 80)}}
	f.answers["mentions"] = chat.Reply{Do: chat.Results, Events: f.logs[3][1:2], Labels: labels}
	f.answers["jump 41"] = chat.Reply{Do: chat.Jump, Room: 2, Seq: past[40].Seq, Labels: labels}
	return f
}

// escapes presses Esc, and nothing so soon after it that the two were an Alt key.
func (r *rig) escapes() {
	r.types("\x1b")
	r.settle()
}

func TestGoldenSearch(t *testing.T) {
	for _, size := range []struct{ cols, rows int }{{60, 20}, {80, 24}, {100, 30}, {200, 50}} {
		for _, s := range []struct{ name, keys, sees string }{
			{"search-empty", "\x06", "narrow it down"},
			{"search", "\x06deploy\r", "Enter goes there"},
			{"search-japanese", "\x06デプロイ\r", "kei"},
			{"search-context", "\x06deploy\r\x1b[B\x1b[B\r", "the key"},
		} {
			name := fmt.Sprintf("%s-%d", s.name, size.cols)
			t.Run(name, func(t *testing.T) {
				in(t, library(), size.cols, size.rows, func(r *rig) {
					r.types(s.keys)
					r.settle()
					golden(t, name, r.sees(""))
				})
			})
		}
	}
}

// TestSearchGoesThereAndBack goes from the list to a message far back in another room, and back step by step.
func TestSearchGoesThereAndBack(t *testing.T) {
	f := library()
	f.person.LastRoom = 3
	in(t, f, 100, 30, func(r *rig) {
		r.sees("hi @lea")
		r.types("half a draft\x05\x06deploy\r")
		r.sees("key is in the safe")
		r.types("\x1b[B\x1b[B\r")
		screen := r.sees("note 35 about")
		rows := strings.Split(screen, "\n")
		at := slices.IndexFunc(rows, func(s string) bool { return strings.Contains(s, ">the Ｄｅｐｌｏｙ key") })
		if at < 10 || at > 18 {
			t.Errorf("the message is not marked in the middle of\n%s", screen)
		}
		r.types("\x1b")
		r.sees("search: deploy")
		r.types("\x1b[A\r") // another one, in a third room
		r.sees("Esc goes back")
		r.types("\x1b")
		r.sees("search: deploy")
		r.types("\x1b")
		screen = r.sees("half a draft")
		if !strings.Contains(screen, "hi @lea") {
			t.Errorf("the room is not back:\n%s", screen)
		}
	})
	if p := f.places[2]; p.Anchor != 0 {
		t.Errorf("#ops is left at %+v, not at its newest message", p)
	}
}

// TestSearchInTheShownRoom comes back to the place that was scrolled to.
func TestSearchInTheShownRoom(t *testing.T) {
	in(t, library(), 100, 30, func(r *rig) {
		r.types("\x1b[5~\x1b[5~\x1b[5~")
		r.settle()
		was := r.sees("note 2")
		r.types("\x06deploy\r\x1b[B\x1b[B\r")
		r.sees("note 36 about")
		r.escapes()
		r.escapes()
		if now := r.sees("note 2"); now != was {
			t.Errorf("it came back to\n%s\nfrom\n%s", now, was)
		}
	})
}

func TestSearchLoadsMoreOnTheWayDown(t *testing.T) {
	f := library()
	next := rooms.Position{Time: noon, Room: 2, Seq: 200}
	f.answers["search note"] = chat.Reply{Do: chat.Results, Events: f.logs[2][100:160], Words: []string{"note"}, Next: next, Labels: map[rooms.ID]string{2: "#ops"},
		Lines: []text.Line{text.NewLine("there is more, further back", 80)}}
	in(t, f, 100, 30, func(r *rig) {
		r.types("\x06note\r")
		r.sees("there is more")
		f.mu.Lock()
		f.answers["search note"] = chat.Reply{Do: chat.Results, Events: f.logs[2][40:70], Words: []string{"note"}, Labels: map[rooms.ID]string{2: "#ops"}}
		f.mu.Unlock()
		for range 3 {
			r.types("\x1b[6~")
		}
		r.settle()
		r.types("\x1b[6~")
		screen := r.sees("note")
		if strings.Contains(screen, "there is more") {
			t.Errorf("the list still says that there is more:\n%s", screen)
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		if n := len(f.after); n != 2 || f.after[0] != (rooms.Position{}) || f.after[1] != next {
			t.Errorf("the list was asked for at %+v", f.after)
		}
	})
}

func TestSearchSaysWhatIsWrong(t *testing.T) {
	f := library()
	in(t, f, 100, 30, func(r *rig) {
		r.types("\x06nothing\r")
		r.sees("nothing was found")
		f.mu.Lock()
		f.runErr = errors.New("there is no frm: in a search; did you mean from:?")
		f.mu.Unlock()
		r.types(" frm:ana\r")
		r.sees("did you mean from:?")
		f.mu.Lock()
		f.runErr = nil
		f.mu.Unlock()
		r.types("\x15deploy\r") // the field is still there
		r.sees("key is in the safe")
	})
}

func TestSearchCompletesItsWords(t *testing.T) {
	f := library()
	f.complete = func(line string, cursor int) (int, []chat.Completion) {
		if line != "/search deploy fr" || cursor != len(line) {
			t.Errorf("completion was asked for %q at %d", line, cursor)
		}
		return len("/search deploy "), []chat.Completion{{Insert: "from:", Label: "from:"}}
	}
	in(t, f, 100, 30, func(r *rig) {
		r.types("\x06deploy fr\t")
		r.sees("search: deploy from:")
	})
}

func TestCommandsOpenLists(t *testing.T) {
	in(t, library(), 100, 30, func(r *rig) {
		r.types("/mentions\r")
		r.sees("mentions:")
		r.sees("hi @lea")
		r.escapes()
		r.types("/jump 41\r")
		r.sees("key is in the safe")
		r.types("\x1b")
		r.sees("デプロイしました")
	})
}

// TestSearchGoesIntoThreads finds an answer in a long thread, and comes back from there.
func TestSearchGoesIntoThreads(t *testing.T) {
	f, root := threaded(200)
	var old *rooms.Event
	for _, e := range f.logs[1] {
		if e.Text.String() == "answer 7." {
			old = e
		}
	}
	f.answers["search answer"] = chat.Reply{Do: chat.Results, Events: []*rooms.Event{old}, Words: []string{"answer"}, Labels: map[rooms.ID]string{1: "#ops"}}
	f.person.LastRoom = 2
	in(t, f, 140, 30, func(r *rig) {
		r.types("half a draft\x06answer\r")
		r.sees("Enter goes there")
		r.types("\r")
		r.settle()
		r.want(">answer 7.", "answer 3.", "answer 11.", "#1234?")
		r.escapes()
		r.want("search: answer")
		r.escapes()
		r.want("#random", "] half a draft")
		r.lacks("answer 7.")
	})
	if p := f.places[1]; p.Anchor != 0 {
		t.Errorf("#ops is left at %+v, in the thread of %d", p, root)
	}
}

// TestCtrlFMovesInALine leaves the key to the editor where there is something to the right.
func TestCtrlFMovesInALine(t *testing.T) {
	in(t, library(), 100, 30, func(r *rig) {
		r.types("ac\x02\x02\x06b")
		r.sees("] abc")
	})
}
