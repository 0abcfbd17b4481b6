package view

import (
	"fmt"
	"slices"
	"testing"

	"parley/rooms"
	"parley/view/screen"
)

// What comes at the bottom of a full screen moves what is above it, which is not made anew: the
// screen is what a fresh paint shows all the same.
func TestMessagesMoveAFullScreen(t *testing.T) {
	for _, size := range []screen.Size{{Cols: 80, Rows: 24}, {Cols: 120, Rows: 30}, {Cols: 200, Rows: 50}, {Cols: 50, Rows: 20}} {
		t.Run(fmt.Sprintf("%dx%d", size.Cols, size.Rows), func(t *testing.T) {
			f := world()
			for i := range 60 {
				f.add(2, rooms.Message, "bo", fmt.Sprintf("message %d before", i))
			}
			f.Mark(2, uint64(len(f.logs[2])))
			in(t, f, size.Cols, size.Rows, func(r *rig) {
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
