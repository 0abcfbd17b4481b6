package view

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/sahilm/fuzzy"

	"parley/chat"
	"parley/rooms"
	"parley/text"
	"parley/view/input"
	"parley/view/screen"
)

// switcher finds a room or a person by a few letters.
type switcher struct {
	all   []target
	found []int // of all, best first
	at    int   // of found
	ed    input.Editor
}

// target is something to go to.
type target struct {
	name  string
	about string
	row   *roomRow  // one of the person's rooms
	id    rooms.ID  // another room, to be joined
	who   text.Name // a person, to talk to
	heat  int
	place int // of a room of the person in the list, from 1
}

// openSwitcher asks where to go. Rooms that the person is not in arrive a moment later.
func (v *View) openSwitcher() {
	s := &switcher{}
	for i := range v.st.list {
		r := v.st.list[i]
		t := target{name: r.label(v.st.me), row: &r, heat: r.heat(), about: countOf(&r), place: i + 1}
		if r.is(invitedRow) {
			t.about = v.words("invited")
		}
		s.all = append(s.all, t)
	}
	slices.SortStableFunc(s.all, func(a, b target) int { return cmp.Compare(b.heat, a.heat) })
	if p := v.st.people; p != nil {
		for _, who := range p.People {
			if who.Role != rooms.RoleGuest { // with whom nobody can begin a conversation
				s.person(v, who.Name)
			}
		}
	}
	s.find()
	v.st.over = s
	v.dirty = true
	if v.crowded() {
		return
	}
	v.hold(holdTime)
	v.later(answerTime, func(ctx context.Context) func() {
		list, err := v.talk.Rooms(ctx)
		_, people := v.talk.Complete(ctx, chat.Request{}, askPeople, len(askPeople))
		return func() {
			v.release()
			if err == nil && v.st.over == overlay(s) {
				s.others(v, list, people)
			}
		}
	})
}

// askPeople is what is completed to know who is here.
const askPeople = "/msg @"

// person adds somebody to talk to, once.
func (s *switcher) person(v *View, who text.Name) {
	name := "@" + who.String()
	if who == v.st.me || slices.ContainsFunc(s.all, func(t target) bool { return t.name == name }) {
		return
	}
	s.all = append(s.all, target{name: name, who: who, about: v.words("conversation")})
}

// others adds rooms that the person could join, and people.
func (s *switcher) others(v *View, list []rooms.Room, people []chat.Completion) {
	for _, p := range people {
		if who, err := text.ReadName(strings.TrimPrefix(strings.TrimSpace(p.Insert), "@")); err == nil {
			s.person(v, who)
		}
	}
	for _, r := range list {
		if v.st.index(r.ID) < 0 && r.Kind != rooms.Direct && !r.Archived {
			s.all = append(s.all, target{name: r.Name.String(), id: r.ID, about: v.words("join") + "  " + r.Topic.String()})
		}
	}
	s.find()
	v.dirty = true
}

func (s *switcher) String(i int) string { return s.all[i].name }
func (s *switcher) Len() int            { return len(s.all) }

// find works out what matches the letters typed.
func (s *switcher) find() {
	s.found, s.at = s.found[:0], 0
	letters := strings.TrimSpace(s.ed.Text())
	if letters == "" {
		for i := range s.all {
			s.found = append(s.found, i)
		}
		return
	}
	for i := range s.all {
		if place := s.all[i].place; place > 0 && strconv.Itoa(place) == letters {
			s.found = append(s.found, i) // as Alt and the number
		}
	}
	for _, m := range fuzzy.FindFrom(letters, s) {
		if !slices.Contains(s.found, m.Index) {
			s.found = append(s.found, m.Index)
		}
	}
}

func (s *switcher) covers() bool          { return true }
func (s *switcher) label() string         { return "go to: " }
func (s *switcher) idle() string          { return "a few letters of a room or person" }
func (s *switcher) hint() string          { return "Enter goes, Up Down choose, Esc stays" }
func (s *switcher) said() string          { return "" }
func (s *switcher) editor() *input.Editor { return &s.ed }

func (s *switcher) paste(v *View, words string) {
	s.ed.Insert(strings.Join(strings.Fields(words), " "))
	s.find()
	v.dirty = true
}

func (s *switcher) key(v *View, k input.Key) {
	v.dirty = true
	switch (chord{k.Code, k.Mod}) {
	case key(input.Esc), ctrl('c'):
		v.close()
	case key(input.Enter):
		v.close()
		if s.at < len(s.found) {
			v.goTo(s.all[s.found[s.at]])
		}
	case key(input.Up), ctrl('p'), chord{input.Tab, input.Shift}:
		s.move(-1)
	case key(input.Down), ctrl('n'), ctrl('g'), ctrl('k'), alt('j'), key(input.Tab):
		s.move(1)
	default:
		s.ed.Handle(k)
		s.find()
	}
}

func (s *switcher) move(n int) {
	if len(s.found) > 0 {
		s.at = (s.at + n + len(s.found)) % len(s.found)
	}
}

// goTo shows a room, joins it, or opens the conversation with a person.
func (v *View) goTo(t target) {
	switch {
	case !t.who.IsZero():
		v.send(submission{command: true, line: "/msg " + t.name})
	case t.row != nil && !t.row.is(invitedRow):
		v.open(t.row.id)
	default:
		v.send(submission{command: true, line: "/join " + t.name})
	}
}

func (s *switcher) wheel(turned int) {
	s.at = min(max(0, s.at+turned/wheelRows), max(0, len(s.found)-1))
}

func (s *switcher) click(v *View, row int) {
	from, to := visible(len(s.found), s.at, v.st.geo.height)
	if row < to-from {
		v.close()
		v.goTo(s.all[s.found[from+row]])
	}
}

func (s *switcher) render(f *screen.Frame, st *state, sh *Shared) {
	g := &st.geo
	b := sh.builder(st.look)
	defer sh.release(st.look, b)
	if len(s.found) == 0 {
		st.renderLines(f, sh, []string{st.words("No room or person of that name. Esc goes back; /create #name makes a room.")})
		return
	}
	from, to := visible(len(s.found), s.at, g.height)
	for i := from; i < to; i++ {
		t := &s.all[s.found[i]]
		r := roleText
		switch {
		case i == s.at:
			r = roleSelected
		case t.heat == 3:
			r = roleHot
		case t.heat > 0:
			r = roleUnread
		}
		st2 := st.look.style(r)
		b.Width(g.main.width).Pad(st2, 1).Text(st2, text.Truncate(t.name, max(1, g.main.width-14)))
		about := text.Truncate(t.about, max(0, b.Free()-3))
		b.Pad(st2, 2).Text(st2, about).Fill(st2)
		f.Rows[g.top+i-from].Put(g.main.col, g.main.width, b.Segment())
	}
}
