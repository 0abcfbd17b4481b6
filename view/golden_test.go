package view

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

var update = flag.Bool("update", false, "write the goldens instead of comparing with them")

// golden compares a screen with testdata/NAME.txt.
func golden(t *testing.T, name, screen string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	screen += "\n"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(screen), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if screen != string(want) {
		t.Errorf("%s: the screen is\n%s\nand was\n%s", name, screen, want)
	}
}

var sizes = []struct{ cols, rows int }{{30, 6}, {60, 20}, {80, 24}, {100, 30}, {120, 40}, {200, 50}}

// world is a server with a little of everything in its rooms.
func world() *fake {
	f := newFake("lea", "general", "ops", "random", "a-room-with-a-long-name", "日本語")
	f.rooms[1].Room.Kind = rooms.Private
	f.add(2, rooms.Topic, "ana", "Deploy freeze till Mon · runbook v3")
	f.now = noon.Add(-20 * time.Hour)
	f.add(2, rooms.Message, "ana", "yesterday")
	f.now = noon
	for _, who := range []string{"kei", "bo", "ana", "eve", "mia"} {
		f.add(2, rooms.Join, who, "")
	}
	f.add(2, rooms.Leave, "eve", "")
	f.now = noon.Add(2 * time.Minute)
	f.add(2, rooms.Message, "ana", "deploy is green, see https://ci.example.org/run/12345 and #general, says `make test`")
	f.now = noon.Add(3 * time.Minute)
	f.add(2, rooms.Message, "bo", "great\n  indented\nlast line of three")
	f.add(2, rooms.Message, "bo", "日本語のとても長い文章は折り返しても読めるはずです。そうでしょう？ 한국어 텍스트도 마찬가지입니다. ภาษาไทยไม่มีช่องว่างระหว่างคำ")
	f.add(2, rooms.Message, "mia", "family 👨‍👩‍👧‍👦 flag 🇯🇵 thumbs 👍🏽 heart ❤️ and e\u0301 as NFD, שלום עולם مرحبا")
	f.add(2, rooms.Action, "kei", "waves at everybody")
	f.Mark(2, uint64(len(f.logs[2])))
	f.now = noon.Add(9 * time.Minute)
	f.add(2, rooms.Message, "kei", "@lea can you look at #1234?")
	f.add(2, rooms.Message, "kei", "│ 12:00 ana  this is not ana")
	f.add(2, rooms.Message, "lea", "on it")
	f.add(1, rooms.Message, "ana", "hello")
	f.add(1, rooms.Message, "ana", "world")
	f.add(3, rooms.Message, "ana", "hi @lea")
	f.person.LastRoom = 2
	f.people = &rooms.Presence{Online: 3, Total: 5, Version: 1, People: []rooms.Present{
		{Member: rooms.Member{Name: mustName("ana"), Role: rooms.RoleOwner}, Online: true},
		{Member: rooms.Member{Name: mustName("kei"), Role: rooms.RoleMember}, Online: true},
		{Member: rooms.Member{Name: mustName("lea"), Role: rooms.RoleMember}, Online: true},
		{Member: rooms.Member{Name: mustName("bo"), Role: rooms.RoleModerator}},
		{Member: rooms.Member{Name: mustName("mia"), Role: rooms.RoleMember}},
	}}
	return f
}

func TestGoldenSizes(t *testing.T) {
	for _, size := range sizes {
		t.Run(fmt.Sprintf("%dx%d", size.cols, size.rows), func(t *testing.T) {
			r := watch(t, world(), size.cols, size.rows)
			golden(t, fmt.Sprintf("room-%dx%d", size.cols, size.rows), r.sees("on it"))
			r.cancel(nil)
			r.end()
			r.term.Close() // then its answers are complete
			if got := string(r.term.Answers()); got != knowsMargins {
				t.Errorf("the terminal was made to answer %q", got)
			}
		})
	}
}

// scene plays something and compares the screen at its end.
func scene(t *testing.T, name string, f *fake, play func(r *rig) string) {
	t.Run(name, func(t *testing.T) {
		golden(t, name, play(watch(t, f, 80, 24)))
	})
}

func TestGoldenScenes(t *testing.T) {
	long := func() *fake {
		f := newFake("lea", "general", "ops")
		for i := range 300 {
			f.now = noon.Add(time.Duration(i) * time.Minute)
			f.add(1, rooms.Message, "ana", fmt.Sprintf("line %d", i))
		}
		f.Mark(1, 301)
		return f
	}
	scene(t, "scrolled", long(), func(r *rig) string {
		r.sees("line 299")
		r.types("\x1b[5~")
		r.sees("newer below")
		r.types("\x1b[5~\x1b[5~")
		return r.sees("line 222")
	})
	scene(t, "oldest", long(), func(r *rig) string {
		r.sees("line 299")
		r.types("\x1b[1;3H")
		return r.sees("line 0")
	})
	scene(t, "empty", newFake("lea", "general"), func(r *rig) string { return r.sees("Nobody has written") })
	scene(t, "nowhere", newFake("lea"), func(r *rig) string { return r.sees("/create") })
	scene(t, "switcher", world(), func(r *rig) string {
		r.sees("on it")
		r.types("\x07")
		r.sees("#elsewhere")
		r.types("ra")
		return r.until("two matches", func(s string) bool { return strings.Contains(s, "go to: ra") && !strings.Contains(s, "#elsewhere") })
	})
	scene(t, "help", world(), func(r *rig) string {
		r.sees("on it")
		r.types("\x1bOP")
		return r.sees("Type to search")
	})
	scene(t, "help-found", world(), func(r *rig) string {
		r.sees("on it")
		r.types("\x1bOPinvite")
		return r.sees("Each of them is told")
	})
	scene(t, "paste", world(), func(r *rig) string {
		r.sees("on it")
		r.types("\x1b[200~one\ntwo\nthree\x1b[201~")
		return r.sees("You pasted 3 lines")
	})
	scene(t, "pasted", world(), func(r *rig) string {
		r.sees("on it")
		r.types("so: \x1b[200~one\ntwo\nthree\x1b[201~")
		r.sees("You pasted 3 lines")
		r.types("\r")
		return r.sees("[lea] so: one")
	})
}

func TestGoldenAnswers(t *testing.T) {
	refusing := world()
	refusing.postErr = rooms.ErrUnavailable
	scene(t, "refused", refusing, func(r *rig) string {
		r.sees("on it")
		r.types("hello there\r")
		r.sees("cannot store anything")
		return r.sees("[lea] hello there")
	})
	choosing := world()
	choosing.complete = func(line string, cursor int) (int, []chat.Completion) {
		return 0, []chat.Completion{{Insert: "/topic ", Label: "/topic", Hint: "show or change what a room is about"}, {Insert: "/token ", Label: "/token", Hint: "another"}}
	}
	scene(t, "choices", choosing, func(r *rig) string {
		r.sees("on it")
		r.types("/to\t")
		r.sees("[lea] /topic")
		r.types("\t")
		return r.sees("[lea] /token")
	})
	answering := world()
	answering.answers["who"] = chat.Reply{Lines: []text.Line{text.NewLine("ana, kei and lea are here", 200)}}
	scene(t, "answer", answering, func(r *rig) string {
		r.sees("on it")
		r.types("/who\r")
		return r.sees("ana, kei and lea are here")
	})
}
