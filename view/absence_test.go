package view

import (
	"strings"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// statusRow is the row above the input.
func statusRow(t *testing.T, r *rig) string {
	t.Helper()
	lines := strings.Split(r.term.String(), "\n")
	for i := len(lines) - 1; i > 0; i-- {
		if strings.Contains(lines[i], "[lea]") {
			return lines[i-1]
		}
	}
	t.Fatalf("no status line in\n%s", r.term.String())
	return ""
}

// One's own absence is in the status line at every width, before rooms with something new; the time of its end
// gives way where the line is short.
func TestStatusSaysThatOneIsAway(t *testing.T) {
	f := world()
	in(t, f, 80, 24, func(r *rig) {
		if row := statusRow(t, r); strings.Contains(row, "away") || strings.Contains(row, "dnd") {
			t.Fatalf("nobody said so: %q", row)
		}
		f.set(rooms.AwaySetting, "lunch")
		f.set("dnd", noon.Add(5*time.Hour).Format(time.RFC3339))
		for _, c := range []struct {
			cols int
			want string
		}{{200, "away  dnd until 17:00"}, {100, "away  dnd until 17:00"}, {80, "away  dnd until 17:00"}, {60, "away  dnd until 17:00"}, {44, "away  dnd"}} {
			r.resizes(c.cols, 24)
			if row := statusRow(t, r); !strings.Contains(row, c.want) {
				t.Errorf("at %d columns: %q, want %q", c.cols, row, c.want)
			}
		}
		r.resizes(80, 24)
		f.set("dnd", noon.Add(20*time.Hour).Format(time.RFC3339))
		r.settle()
		if row := statusRow(t, r); !strings.Contains(row, "dnd until 11-23 08:00") {
			t.Errorf("on another day: %q", row)
		}
		f.set(rooms.AwaySetting, "")
		f.set("dnd", "")
		r.settle()
		if row := statusRow(t, r); strings.Contains(row, "away") || strings.Contains(row, "dnd") {
			t.Errorf("it is over: %q", row)
		}
	})
}

// Quiet hours are in the status line while they last, whether a clock is shown or not; do-not-disturb goes before them.
func TestStatusSaysThatItIsQuiet(t *testing.T) {
	for _, c := range []struct {
		cols int
		want string
	}{{80, "quiet hours until 07:00"}, {36, "quiet hours"}} {
		f := world()
		in(t, f, c.cols, 24, func(r *rig) {
			now := time.Now().UTC()
			at := func(h int) string { return now.Add(time.Duration(h) * time.Hour).Format("15:00") }
			f.set("quiet", at(-2)+"-"+at(2))
			r.settle()
			want := strings.Replace(c.want, "07:00", at(2), 1)
			if row := statusRow(t, r); !strings.Contains(row, want) {
				t.Errorf("at %d columns: %q, want %q", c.cols, row, want)
			}
			f.set("dnd", now.Add(time.Hour).Format(time.RFC3339))
			r.settle()
			if row := statusRow(t, r); !strings.Contains(row, "dnd") || strings.Contains(row, "quiet") {
				t.Errorf("at %d columns, not to be disturbed: %q", c.cols, row)
			}
			time.Sleep(3 * time.Hour) // on the bubble's clock
			r.settle()
			if row := statusRow(t, r); strings.Contains(row, "quiet") || strings.Contains(row, "dnd") {
				t.Errorf("at %d columns, it is over: %q", c.cols, row)
			}
			time.Sleep(20 * time.Hour)
			r.settle()
			if row := statusRow(t, r); !strings.Contains(row, "quiet hours") && c.cols >= 60 {
				t.Errorf("at %d columns, the next day: %q", c.cols, row)
			}
		}, func(o *Options) { o.Clock = time.Now })
	}
}

// What is not to be disturbed is over with its time, also where no clock is shown.
func TestStatusForgetsDoNotDisturb(t *testing.T) {
	for _, cols := range []int{80, 36} {
		f := world()
		in(t, f, cols, 24, func(r *rig) {
			f.set("dnd", time.Now().Add(90*time.Minute).Format(time.RFC3339))
			r.settle()
			if row := statusRow(t, r); !strings.Contains(row, "dnd") {
				t.Errorf("at %d columns: %q", cols, row)
			}
			time.Sleep(91 * time.Minute) // on the bubble's clock
			r.settle()
			if row := statusRow(t, r); strings.Contains(row, "dnd") {
				t.Errorf("at %d columns, when it is over: %q", cols, row)
			}
		}, func(o *Options) { o.Clock = time.Now })
	}
}

// The title of a conversation of two says whether the other one is here, and why not.
func TestAConversationSaysThatTheOtherIsAway(t *testing.T) {
	f := newFake("lea", "ops", "direct")
	r := &f.rooms[1].Room
	r.Kind, r.Name, r.Direct, r.People = rooms.Direct, text.RoomName{}, "kei,lea", 2
	is := func(kei rooms.Present) {
		f.mu.Lock()
		kei.Name = mustName("kei")
		f.people = &rooms.Presence{People: []rooms.Present{{Member: rooms.Member{Name: mustName("lea")}, Online: true}, kei}, Total: 2, Version: f.people.Version + 1}
		f.mu.Unlock()
		f.signal(rooms.PresenceChanged)
	}
	in(t, f, 80, 24, func(rig *rig) {
		rig.types("\x1b2") // the second room
		rig.settle()
		for _, c := range []struct {
			is   rooms.Present
			want string
		}{
			{rooms.Present{Online: true}, "+ here"},
			{rooms.Present{Online: true, Away: true}, "- away"},
			{rooms.Present{Online: true, Away: true, Why: text.NewLine("lunch", 80)}, "- away: lunch"},
			{rooms.Present{Online: true, Away: true, Why: text.NewLine("離席中", 80)}, "- away"}, // said in Japanese, without a reason
			{rooms.Present{}, "× not connected"},
		} {
			is(c.is)
			rig.settle()
			title := strings.TrimSpace(strings.SplitN(rig.term.String(), "\n", 2)[0])
			if !strings.HasSuffix(title, " "+c.want) {
				t.Errorf("the title is %q, want %q", title, c.want)
			}
		}
	})
}
