package view

import (
	"fmt"
	"testing"

	"parley/rooms"
	"parley/text"
	"parley/view/screen"
	"parley/view/screen/screentest"
)

// alone is the screen of v as it is for somebody who shares nothing with anybody.
func alone(v *View) *screentest.Term {
	st, sh := v.st, NewShared(0)
	st.win.items = append([]item(nil), st.win.items...)
	for i := range st.win.items {
		st.win.items[i].lay = nil
	}
	st.memo = memo{}
	var f screen.Frame
	var p screen.Painter
	render(&f, &st, sh, v.typed())
	t := screentest.New(f.Size.Cols, f.Size.Rows)
	_, _ = t.Write(p.Paint(screen.Enter(nil, v.o.Term), &f))
	return t
}

// watcher is somebody before a terminal.
type watcher struct {
	v    *View
	term *screentest.Term
}

// watchers are five terminals of each of the people, no two of whom have the same settings, size and columns.
func (s *server) watchers(people []string) (list []watcher) {
	envs := []map[string]string{
		{"TZ": "UTC"}, {"TZ": "Asia/Tokyo"}, {"TZ": "UTC", "NO_COLOR": "1"}, {"TZ": "UTC", "LANG": "ja_JP.UTF-8"}, {"TZ": "UTC", "COLORTERM": "truecolor"},
	}
	for i, env := range envs {
		for j, who := range people {
			size := []screen.Size{{Cols: 80, Rows: 24}, {Cols: 120, Rows: 24}}[(i+j)%2]
			v := s.view(who, size.Cols, size.Rows, func(o *Options) { o.Env = env })
			term := screentest.New(size.Cols, size.Rows)
			s.t.Cleanup(term.Close)
			_, _ = term.Write(screen.Enter(nil, v.o.Term))
			v = still(s.t, v.ses, v.talk, v.o, term)
			v.margins = i%2 == 0
			if i == 2 {
				v.st.flipSide, v.dirty = true, true
				v.turn()
			}
			list = append(list, watcher{v, term})
		}
	}
	return list
}

// talks are things that ana, bo, kei and lea do in a room, of which each looks different to some of them.
func (s *server) talks(room rooms.ID) []func() {
	var last uint64
	post := func(who string, p rooms.Post, words string) func() {
		return func() {
			p := p
			p.Room, p.Text = room, text.NewBody(words)
			if p.Ref+p.Thread > 0 {
				p.Ref, p.Thread = p.Ref*last, p.Thread*last
			}
			e, err := s.rooms.Post(s.t.Context(), actor(who), p)
			if err != nil {
				s.t.Fatal(err)
			}
			last = e.Seq
		}
	}
	do := func(who string, e rooms.Entry) func() {
		return func() {
			e.Room, e.Ref = room, last
			if _, _, err := s.rooms.Do(s.t.Context(), actor(who), e); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	message := rooms.Post{Type: rooms.Message}
	return []func(){
		post("ana", message, "hello @bo and @lea"),
		post("bo", message, "look @here"),
		do("kei", rooms.Entry{Type: rooms.React, Detail: "👍"}),
		do("lea", rooms.Entry{Type: rooms.Pin}),
		post("kei", rooms.Post{Type: rooms.Poll}, "tea?\nyes\nno"),
		do("ana", rooms.Entry{Type: rooms.Vote, Detail: "2"}),
		do("kei", rooms.Entry{Type: rooms.Close}),
		post("lea", rooms.Post{Type: rooms.Message, Ref: 1}, "an answer 日本語 🎉"),
		post("bo", rooms.Post{Type: rooms.Message, Thread: 1}, "beside, for @ana"),
		func() { s.file(room, "ana", "figures.csv") },
		post("ana", message, "the last one"),
		do("ana", rooms.Entry{Type: rooms.Edit, Text: text.NewBody("the last one, @kei")}),
		do("ana", rooms.Entry{Type: rooms.Delete}),
	}
}

// Layouts and strips are shared by all who see the same: each sees their own screen all the same, whoever came first.
func TestWhatIsSharedShowsEachTheirOwn(t *testing.T) {
	people := []string{"ana", "bo", "kei", "lea"}
	kinds := map[rooms.Kind]func(*server) rooms.ID{
		rooms.Public: func(s *server) rooms.ID { return s.room("ops", people...) },
		rooms.Direct: func(s *server) rooms.ID { return s.direct(people...) },
	}
	for kind, room := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			s := newServer(t)
			id := room(s)
			for i := range 40 {
				s.post(id, people[i%4], fmt.Sprintf("message %d before", i))
			}
			watchers := s.watchers(people)
			for _, happens := range s.talks(id) {
				happens()
				for i := range watchers {
					v := watchers[i*7%len(watchers)].v // 7 and 20 have no divisor: each gets their turn
					v.woken = true
					v.turn()
				}
				for _, w := range watchers {
					anew := alone(w.v)
					same(t, w.term, anew)
					anew.Close()
				}
			}
		})
	}
}

// direct is the conversation of some people.
func (s *server) direct(people ...string) rooms.ID {
	s.t.Helper()
	var others []text.Name
	for _, p := range people[1:] {
		others = append(others, mustName(p))
	}
	r, err := s.rooms.DirectRoom(s.t.Context(), actor(people[0]), others)
	if err != nil {
		s.t.Fatal(err)
	}
	return r.ID
}

// file brings a file into a room.
func (s *server) file(room rooms.ID, who, name string) {
	s.t.Helper()
	up, err := s.rooms.Upload(s.t.Context(), actor(who), room, text.NewLine(name, 80))
	if err != nil {
		s.t.Fatal(err)
	}
	defer up.Close()
	if _, err := up.Write([]byte("1,2\n")); err != nil {
		s.t.Fatal(err)
	}
	if _, err := up.Commit(s.t.Context(), rooms.Post{Room: room, Type: rooms.Message, Text: text.NewBody(name)}); err != nil {
		s.t.Fatal(err)
	}
}
