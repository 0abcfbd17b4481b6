package view

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestEnterIsOneFrame: the empty input and the message come together, at once; the message is
// not a thirtieth of a second behind the key because the input was painted first.
func TestEnterIsOneFrame(t *testing.T) {
	in(t, newFake("lea", "general"), 80, 24, func(r *rig) {
		r.types("well")
		r.settle()
		before := r.writes
		r.types("\r")
		synctest.Wait()
		screen := r.term.String()
		if strings.Contains(screen, "] well") || !strings.Contains(screen, "well") {
			t.Errorf("the message is not there at once:\n%s", screen)
		}
		r.settle()
		if got := r.writes - before; got != 1 {
			t.Errorf("Enter took %d frames", got)
		}
	})
}

// TestSlowPostClearsTheInput: whoever waits for the server sees at once that Enter was taken.
func TestSlowPostClearsTheInput(t *testing.T) {
	f := newFake("lea", "general")
	in(t, f, 80, 24, func(r *rig) {
		f.mu.Lock()
		f.postWait = make(chan struct{})
		f.mu.Unlock()
		r.types("well")
		r.settle()
		r.types("\r")
		time.Sleep(echoTime)
		synctest.Wait()
		if screen := r.term.String(); strings.Contains(screen, "] well") {
			t.Errorf("the input is as it was:\n%s", screen)
		}
		close(f.postWait)
		r.settle()
	})
}
