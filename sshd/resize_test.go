package sshd

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestResizesComeAtMostEvery20Milliseconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newResizer()
		defer r.stop()
		start := time.Now()
		for i := range 1000 { // one a millisecond
			r.set(size(100+i%200, 50))
			time.Sleep(time.Millisecond)
			synctest.Wait()
		}
		got := 0
		for range 10 {
			select {
			case <-r.out:
				got++
			default:
			}
		}
		if got > 1 {
			t.Errorf("%d sizes were queued", got)
		}
		if took := time.Since(start); took != time.Second {
			t.Fatalf("the clock went %v", took)
		}
	})
}

func TestLastSizeOfABurstComesAfter20Milliseconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newResizer()
		defer r.stop()
		r.set(size(90, 24))
		if got := <-r.out; got != size(90, 24) {
			t.Errorf("the first size, at once: %v", got)
		}
		start := time.Now()
		for i := range 50 {
			r.set(size(100+i, 24))
		}
		if got := <-r.out; got != size(149, 24) {
			t.Errorf("then: %v, want the last one", got)
		}
		if took := time.Since(start); took != resizeEvery {
			t.Errorf("after %v", took)
		}
		r.set(size(10, 10))
		r.stop()
		time.Sleep(time.Second)
		select {
		case got := <-r.out:
			t.Errorf("after the end: %v", got)
		default:
		}
	})
}

func TestEverySizeRingsAfterItIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newResizer()
		defer r.stop()
		var heard []Size
		r.notify(func() { heard = append(heard, <-r.out) })
		r.set(size(90, 24)) // at once
		r.set(size(91, 24)) // later, by the timer
		r.set(size(92, 24))
		time.Sleep(resizeEvery)
		synctest.Wait()
		if want := []Size{size(90, 24), size(92, 24)}; !slices.Equal(heard, want) {
			t.Errorf("heard of %v, want %v", heard, want)
		}
	})
}
