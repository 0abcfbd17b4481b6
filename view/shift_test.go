package view

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/rooms"
	"parley/view/screen"
)

// What comes at the bottom of a full screen moves what is above it, which is not made anew: the
// screen is what a fresh paint shows all the same.
func TestMessagesMoveAFullScreen(t *testing.T) {
	sizes := []screen.Size{{Cols: 80, Rows: 24}, {Cols: 120, Rows: 30}, {Cols: 200, Rows: 50}, {Cols: 50, Rows: 20}}
	for i := range 2 * len(sizes) {
		size, answer := sizes[i/2], []string{lacksMargins, knowsMargins}[i%2]
		t.Run(fmt.Sprintf("%dx%d %q", size.Cols, size.Rows, answer), func(t *testing.T) {
			f := world()
			for i := range 60 {
				f.add(2, rooms.Message, "bo", fmt.Sprintf("message %d before", i))
			}
			f.Mark(2, uint64(len(f.logs[2])))
			in(t, f, size.Cols, size.Rows, func(r *rig) {
				r.types(answer)
				for i, words := range slices.Concat(utterances, []string{"short", "@bo and @lea", "the last one"}) {
					f.add(2, rooms.Message, []string{"ana", "lea", "bo"}[i%3], words)
					r.settle()
					anew := fresh(r.view)
					same(t, r.term, anew)
					anew.Close()
				}
				r.want("the last one")
				r.view.dirty = true // nothing is left to be sent
				r.mu.Lock()
				before := r.writes
				r.mu.Unlock()
				r.view.ses.Ring()
				r.settle()
				r.mu.Lock()
				defer r.mu.Unlock()
				if r.writes != before {
					t.Error("a paint of all sends what was shown already")
				}
			})
		})
	}
}

// What a message of 40 characters costs beside a list of rooms that is as long as the screen, in every third of which nothing is
// unread: on a terminal with margins little more than without the list, on another one the list, in which each style is set twice.
func TestBytesPerMessageBesideTheList(t *testing.T) {
	var names []string
	for i := range 50 {
		names = append(names, fmt.Sprintf("room%02d", i))
	}
	for _, c := range []struct {
		name, answer string
		list         bool
		most         int
	}{
		{"no list", "", false, 108},
		{"list, no margins", lacksMargins, true, 470},
		{"list, margins", knowsMargins, true, 138},
	} {
		f := newFake("lea", names...)
		for i := range f.rooms {
			for range i % 3 {
				f.add(rooms.ID(i+1), rooms.Message, "ana", "something new")
			}
		}
		for range 60 {
			f.add(1, rooms.Message, "ana", "a message before, of some length")
		}
		f.person.LastRoom = 1
		var out bytes.Buffer
		v := still(t, f, f, benchOptions(f, NewShared(0), 80, 24), &out)
		v.round([]byte(c.answer))
		if !c.list {
			v.round([]byte("\x1b[18~"))
		}
		for range 3 {
			f.add(1, rooms.Message, "ana", "these are forty characters, to be counted")
			out.Reset()
			v.woken = true
			v.turn()
			t.Logf("%s: %d bytes %q", c.name, out.Len(), out.String())
			if out.Len() > c.most {
				t.Errorf("%s: a message takes %d bytes, want at most %d", c.name, out.Len(), c.most)
			}
		}
	}
}

// A terminal is asked again when everything is painted anew, as it may be another one: until it answers whole rows are moved.
func TestRedrawAsksForMargins(t *testing.T) {
	f := longLog(60)
	var out bytes.Buffer
	v := still(t, f, f, benchOptions(f, NewShared(0), 80, 24), &out)
	shifts := func() string {
		f.add(1, rooms.Message, "ana", "another one")
		out.Reset()
		v.woken = true
		v.turn()
		return out.String()
	}
	const inColumn = "\x1b[?69h\x1b[16;80s"
	if got := shifts(); strings.Contains(got, "\x1b[?69") {
		t.Errorf("unasked, the view sends %q", got)
	}
	v.round([]byte(knowsMargins))
	if got := shifts(); !strings.HasPrefix(got, inColumn) || !strings.Contains(got, "\x1b[?69l") {
		t.Errorf("on a terminal with margins the view sends %q", got)
	}
	out.Reset()
	v.round([]byte("\x0c"))
	if got := out.String(); !strings.HasPrefix(got, "\x1b[?69l\x1b[?69$p") || !strings.Contains(got, "\x1b[2J") {
		t.Errorf("after Ctrl-L the view sends %q", got)
	}
	if got := shifts(); strings.Contains(got, inColumn) {
		t.Errorf("before it answers the view sends %q", got)
	}
	v.round([]byte(knowsMargins))
	if got := shifts(); !strings.HasPrefix(got, inColumn) {
		t.Errorf("after it answered the view sends %q", got)
	}
	v.round([]byte(lacksMargins + "\x1b[?2026;2$y"))
	if got := shifts(); strings.Contains(got, inColumn) {
		t.Errorf("on a terminal without margins the view sends %q", got)
	}
}
