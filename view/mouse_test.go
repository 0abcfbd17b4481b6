package view

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"parley/chat"
	"parley/rooms"
)

const (
	left    = 0
	wheelUp = 64
	wheelDn = 65
)

// points does something with the mouse at the first place on the screen where words stand.
func (r *rig) points(button int, words string) {
	r.t.Helper()
	r.settle()
	_, rows := r.term.Size()
	for y := range rows {
		if i := strings.Index(r.term.Row(y), words); i >= 0 {
			r.at(button, len([]rune(r.term.Row(y)[:i])), y)
			return
		}
	}
	r.t.Fatalf("%q is not on the screen\n%s", words, r.term)
}

func (r *rig) at(button, col, row int) {
	r.types(fmt.Sprintf("\x1b[<%d;%d;%dM\x1b[<%d;%d;%dm", button, col+1, row+1, button, col+1, row+1))
	r.settle()
}

// reports says whether the terminal was asked to report the mouse.
func (r *rig) reports() bool {
	m := r.term.Modes()
	if m[ansi.DECMode(1000)] != m[ansi.DECMode(1006)] {
		r.t.Errorf("one mode of the mouse is on and the other is off: %v", m)
	}
	for _, tracking := range []int{1001, 1002, 1003, 9} {
		if m[ansi.DECMode(tracking)] {
			r.t.Errorf("mode %d is on", tracking)
		}
	}
	return m[ansi.DECMode(1000)]
}

func mouseOn(f *fake) *fake {
	f.person.Settings = map[string]string{"mouse": "on"}
	return f
}

func TestMouseIsOffUntilItIsSwitchedOn(t *testing.T) {
	f := world()
	in(t, f, 80, 24, func(r *rig) {
		before := r.term.String()
		if r.reports() {
			t.Error("the mouse is on by itself")
		}
		r.points(left, "#general")
		r.at(wheelUp, 30, 10)
		if s := r.term.String(); s != before {
			t.Errorf("a mouse that is off changed the screen to\n%s", s)
		}
		r.types("\x1bm")
		r.settle()
		if r.want("mouse on"); !r.reports() {
			t.Error("Alt-m does not switch it on")
		}
		r.types("\x1b[20~") // F9
		r.settle()
		if r.want("mouse off"); r.reports() {
			t.Error("F9 does not switch it off")
		}
		f.mu.Lock()
		f.person.Settings = map[string]string{"mouse": "on"} // /set mouse on, in another terminal
		f.signal(rooms.SettingsChanged)
		f.mu.Unlock()
		r.settle()
		if !r.reports() {
			t.Error("the setting does not switch it on")
		}
		r.want("mouse on", "Shift the terminal marks text") // or nobody would find out how
	})
}

// Whatever ends the view, the mouse is the terminal's again.
func TestMouseIsOffAfterEveryWayOut(t *testing.T) {
	ways := map[string]func(r *rig, f *fake){
		"quit":   func(r *rig, _ *fake) { r.types("\x04") },
		"input":  func(r *rig, _ *fake) { _ = r.hands.Close() },
		"cancel": func(r *rig, _ *fake) { r.cancel(nil) },
		"plain":  func(r *rig, _ *fake) { r.types("/plain\r") },
	}
	for name, way := range ways {
		f := mouseOn(world())
		f.answers["plain"] = chat.Reply{Do: chat.PlainMode}
		in(t, f, 80, 24, func(r *rig) {
			if !r.reports() {
				t.Errorf("%s: the setting does not switch it on", name)
			}
			way(r, f)
			r.end()
			if r.reports() {
				t.Errorf("%s: the mouse is still on", name)
			}
		})
	}
	f := mouseOn(world())
	in(t, f, 80, 24, func(r *rig) {
		v := &View{ses: f, talk: f}
		v.init(r.view.o)
		v.ctx, v.out, v.taken = r.view.ctx, r.term, true
		_, _ = r.term.Write([]byte("\x1b[?1000h\x1b[?1006h"))
		func() {
			defer func() { _ = recover() }()
			v.o.Shared, v.sh = nil, nil // the first paint panics
			_, _ = v.Run(r.view.ctx, strings.NewReader("x"), r.term, nil)
		}()
		if r.reports() {
			t.Error("after a panic the mouse is still on")
		}
		r.types("\x0c")
	})
}

func TestWheelScrollsWhatItIsOver(t *testing.T) {
	f := mouseOn(longLog(300))
	for i := range 40 {
		f.rooms = append(f.rooms, f.rooms[1])
		f.rooms[len(f.rooms)-1].Room.ID = rooms.ID(100 + i)
		f.rooms[len(f.rooms)-1].Room.Name = roomName(fmt.Sprintf("room-%02d", i))
	}
	in(t, f, 80, 24, func(r *rig) {
		r.want("line 299.", "#room-10")
		r.at(wheelUp, 40, 10)
		r.lacks("line 299.", "line 297.")
		r.want("line 296.", "newer below")
		for range 5 {
			r.at(wheelDn, 40, 10)
		}
		r.want("line 299.")
		r.lacks("newer below")
		r.lacks("#room-35")
		for range 30 {
			r.at(wheelDn, 2, 10)
		}
		r.want("#room-35", "line 299.")
		for range 60 {
			r.at(wheelUp, 2, 10)
		}
		r.want("*#general")
		r.at(wheelUp, 40, 23) // over the input: nothing
		r.want("line 299.")
	})
}

func TestClicks(t *testing.T) {
	f := mouseOn(obedient(world()))
	f.complete = func(line string, cursor int) (int, []chat.Completion) {
		return 0, []chat.Completion{{Insert: "/topic ", Label: "/topic"}, {Insert: "/token ", Label: "/token"}, {Insert: "/tome ", Label: "/tome"}}
	}
	in(t, f, 80, 24, func(r *rig) {
		r.points(left, "waves")
		r.wantChosen("waves")
		r.points(left, "on it")
		r.wantChosen("on it")
		r.points(left, "last line of three")
		r.wantChosen("great")
		r.points(left, "──── new")
		r.wantChosen("great")
		r.points(left, "Tue 22")
		r.wantChosen("great")

		r.types("\x1b")
		r.settle()
		r.types("one two\x1b\rfourfold")
		r.points(left, "two")
		r.wantChosen("")
		r.types("X")
		r.settle()
		r.want("[lea] one Xtwo")
		r.points(left, "fourfold")
		r.types("Y\x1b[F")
		r.settle()
		r.want("      Yfourfold")
		r.at(left, 70, 22) // behind the end of the first row
		r.types("Z")
		r.settle()
		r.want("[lea] one XtwoZ")

		r.types("\x03/to\t")
		r.settle()
		r.points(left, "/token")
		r.want("[lea] /token")
		r.lacks("/tome")
		r.types("\x03")

		r.points(left, "#general")
		r.want("*#general", "hello")
		r.types("\x07op")
		r.settle()
		r.at(left, 30, 1)
		r.want("*#ops", "on it")
		r.points(left, "[lea]") // before the input
		r.at(left, 79, 23)
		r.at(left, 300, 300)
		r.at(1, 30, 10) // the middle button
		r.at(4, 30, 10) // with Shift
		r.wantChosen("")
	})
}

func TestClicksOnLists(t *testing.T) {
	f := mouseOn(obedient(world()))
	f.add(2, rooms.Message, "ana", "https://one.example and https://two.example/"+strings.Repeat("z", 90))
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x13o")
		r.points(left, "zzzz")
		if got := r.term.Clipboard(); !strings.HasPrefix(got, "https://two.example") {
			t.Errorf("the clipboard has %q", got)
		}
		r.types("+")
		r.points(left, ":joy:")
		if got := f.ran(); len(got) != 1 || got[0] != "react #ops:18 :joy:" {
			t.Errorf("a click on an emoji runs %q", got)
		}
	})
}

// A flood of reports, or reports of cells that no screen has, end nothing and hold nothing up.
func TestHostileMouse(t *testing.T) {
	f := mouseOn(world())
	in(t, f, 80, 24, func(r *rig) {
		var flood strings.Builder
		for i := range 3000 {
			fmt.Fprintf(&flood, "\x1b[<%d;%d;%dM", []int{0, 64, 65, 2, 35, 128}[i%6], i*7%90, i*5%30)
		}
		flood.WriteString("\x1b[<0;4294967297;18446744073709551617M\x1b[<99999999999;1;1M\x1b[<;;M\x1b[<0;-1;-1M")
		r.types(flood.String())
		r.types("\x1b")
		r.settle()
		r.types("\x1b")
		r.settle()
		r.types("\x032\x15still here")
		r.settle()
		r.want("still here")
	})
}
