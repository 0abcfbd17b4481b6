package view

import (
	"testing"

	"parley/rooms"
)

func TestAltHomeGoesToTheFirstMessage(t *testing.T) {
	f := longLog(3000)
	in(t, f, 80, 24, func(r *rig) {
		f.notify("a notice")
		r.settle()
		r.want("a notice")
		r.types("\x1b[1;3H")
		r.settle()
		r.want("line 0.", "line 15.")
		r.types("\x1b[1;3F")
		r.settle()
		r.want("line 2999.", "a notice")
	})
}

func TestNoticesDoNotStandAmongOlderMessages(t *testing.T) {
	f := longLog(3000)
	f.places[1] = rooms.Place{Anchor: 1500}
	in(t, f, 80, 24, func(r *rig) {
		r.want("line 1498.")
		f.notify("a notice")
		r.settle()
		for range 60 {
			r.types("\x1b[6~")
			if r.settle(); r.view.st.anchor.follow {
				break
			}
			r.lacks("a notice")
		}
		for range 60 {
			r.types("\x1b[6~")
			r.settle()
		}
		r.want("line 2999.", "a notice")
	})
}

func TestAJumpIsNotLostBecauseAPageIsOnItsWay(t *testing.T) {
	f := longLog(3000)
	in(t, f, 80, 24, func(r *rig) {
		hold := make(chan struct{})
		f.mu.Lock()
		f.block = hold
		f.mu.Unlock()
		r.types("\x1b[5~\x1b[5~\x1b[5~") // asks for older messages
		r.settle()
		r.types("\x1b[1;3H")
		r.settle()
		close(hold)
		r.settle()
		r.want("line 0.", "line 15.")
	})
}
