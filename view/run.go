package view

import (
	"context"
	"errors"
	"io"
	"runtime/debug"
	"time"

	"parley/view/screen"
)

// Run shows the view until the person leaves, the input or ctx ends, or out
// fails. It restores the terminal on every way out and says goodbye with the
// cause of ctx. Writes to out may block: whoever owns the connection ends it
// then. resize carries new sizes, coalesced by the sender, who rings the session after each.
//
// After WantsPlain the conversation's input goes on in Rest. In every other
// case the caller closes in, which ends the last goroutine.
func (v *View) Run(ctx context.Context, in io.Reader, out io.Writer, resize <-chan screen.Size) (Outcome, error) {
	stop := v.begin(ctx, in, out, resize)
	defer stop()
	defer v.restore()
	v.start()
	for v.advance() {
		// All that the view waits for rings this one bell: a goroutine that waits on many channels is slow to
		// wake, and this one wakes for every message. Waiting on one takes less of the stack, too, of which
		// an idle session is mostly made; so what the view does between two waits is not in the functions that wait.
		<-v.ses.Wake()
		v.woken = true // it is asked at the next paint: until then it need not wake again
	}
	return v.finish()
}

// begin starts what rings the session beside itself: input, the end of ctx, the timer.
//
//go:noinline
func (v *View) begin(ctx context.Context, in io.Reader, out io.Writer, resize <-chan screen.Size) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	v.ctx, v.out, v.sizes = ctx, out, resize
	v.pump = startPump(in, v.ses.Ring)
	timer := time.AfterFunc(time.Hour, v.ses.Ring)
	timer.Stop()
	v.alarm.timer = timer
	still := context.AfterFunc(ctx, v.ses.Ring)
	return func() {
		timer.Stop()
		still()
		cancel()
	}
}

// restore is deferred: after a panic, with which the caller deals, the terminal is given back first.
func (v *View) restore() {
	if p := recover(); p != nil {
		v.write(v.leaveTerminal(nil))
		v.pump.stop()
		panic(p)
	}
}

// finish ends what is still open and says goodbye.
//
//go:noinline
func (v *View) finish() (Outcome, error) {
	v.keepPlace()
	v.leave()
	if v.outcome != WantsPlain {
		v.pump.stop()
	}
	return v.outcome, v.err
}

// Rest is the input behind what the view has taken. It is for after Run.
func (v *View) Rest() io.Reader { return &rest{p: v.pump, left: unread(v.queue)} }

// Size is the terminal's newest size. It is for after Run.
func (v *View) Size() screen.Size { return v.st.size }

// advance does all that can be done without waiting; false when the view is over.
//
//go:noinline
func (v *View) advance() bool {
	for v.drain(); !v.done; v.drain() {
		if v.ctx.Err() != nil {
			v.end(Stopped)
			continue
		}
		now := time.Now()
		if v.alarm.rang(now) {
			v.expire(now)
			continue
		}
		v.paintIfDue(now)
		v.watchMinute(now)
		v.alarm.to(v.due.next(), now)
		if !v.attend() {
			return true
		}
	}
	return false
}

// attend takes one new size, one answer or one piece of input, if there is one, without waiting.
func (v *View) attend() bool {
	select {
	case size := <-v.sizes:
		v.resize(size)
		return true
	default:
	}
	select {
	case answer := <-v.results:
		answer()
		return true
	default:
	}
	if v.waits > 0 {
		return false // typing waits, see hold
	}
	select {
	case piece, ok := <-v.pump.pieces:
		if ok {
			v.take(piece, time.Now())
		} else {
			v.end(InputEnded)
		}
		return true
	default:
		return false
	}
}

// take decodes a piece of input.
func (v *View) take(piece []byte, now time.Time) {
	v.queue = append(v.queue, v.dec.Feed(piece)...)
	v.due.esc = time.Time{}
	if v.dec.Pending() {
		v.due.esc = now.Add(escTime)
	}
}

// drain handles what was typed, until something is to be waited for.
func (v *View) drain() {
	for len(v.queue) > 0 && v.waits == 0 && !v.done {
		e := v.queue[0]
		v.queue = v.queue[1:]
		v.handle(e)
	}
	if len(v.queue) == 0 {
		v.queue = nil
	}
}

func (v *View) resize(size screen.Size) {
	size = clampSize(size)
	if size != v.st.size {
		v.st.size = size
		v.dirty = true
	}
}

func (v *View) end(o Outcome) {
	if !v.done {
		v.done, v.outcome = true, o
	}
}

// maxAsked bounds the answers that a view waits for at once, where it can do without one.
const maxAsked = 8

// crowded says that too many answers are on their way: the store is slow or dead.
func (v *View) crowded() bool { return v.asked >= maxAsked }

// later runs ask in a goroutine and then, on the goroutine of Run, what ask
// returned. ask must end soon after its context, which stop ends.
func (v *View) later(wait time.Duration, ask func(ctx context.Context) func()) (stop context.CancelFunc) {
	ctx, stop := context.WithTimeout(v.ctx, wait)
	v.asked++
	go func() {
		defer stop()
		answer := v.guarded(ctx, ask)
		select {
		case v.results <- func() { v.asked--; answer() }:
			v.ses.Ring()
		case <-v.ctx.Done():
		}
	}()
	return stop
}

// guarded turns a panic into an answer that ends this view alone.
func (v *View) guarded(ctx context.Context, ask func(ctx context.Context) func()) (answer func()) {
	defer func() {
		if p := recover(); p != nil {
			v.o.Log.Error("panic in a view's work", "panic", p, "stack", string(debug.Stack()))
			answer = func() { panic(p) } // on the session's own goroutine, whose owner recovers
		}
	}()
	return ask(ctx)
}

// hold makes typing wait for an answer, at most so long, so that what is
// typed behind a command or a change of rooms acts after it.
func (v *View) hold(most time.Duration) {
	v.waits++
	if until := time.Now().Add(most); until.After(v.due.hold) {
		v.due.hold = until
	}
}

// release ends a hold.
func (v *View) release() {
	if v.waits > 0 {
		v.waits--
	}
	if v.waits == 0 {
		v.due.hold = time.Time{}
	}
}

// takeTerminal appends what makes the terminal the view's, ahead of the first paint: in one write with it nothing flickers.
func (v *View) takeTerminal(dst []byte) []byte {
	v.taken = true
	if dst = screen.Enter(dst, v.o.Term); v.mouseOn {
		dst = screen.Mouse(dst, true)
	}
	return dst
}

// leaveTerminal appends what gives the terminal back, if it was taken over.
func (v *View) leaveTerminal(dst []byte) []byte {
	if !v.taken {
		return dst
	}
	return screen.Leave(dst, v.o.Term)
}

func (v *View) write(p []byte) {
	if len(p) == 0 || v.err != nil {
		return
	}
	if _, err := v.out.Write(p); err != nil {
		v.err = err
		v.done, v.outcome = true, Gone
	}
}

// leave gives the terminal back and says why.
func (v *View) leave() {
	p := v.leaveTerminal(nil)
	why, back := "", true
	switch v.outcome {
	case SaidQuit, InputEnded:
		why = v.words("Goodbye.")
	case Stopped:
		why = v.words("Goodbye.")
		if cause := context.Cause(v.ctx); cause != nil && !errors.Is(cause, context.Canceled) {
			why = v.words("Goodbye: %s.", v.explain(cause))
			var final interface{ Final() bool }
			back = !errors.As(cause, &final) || !final.Final()
		}
	}
	switch {
	case why != "" && back:
		p = append(append(p, why...), v.words(" The same ssh command brings you back; what you have not sent is kept.")+"\r\n"...)
	case why != "":
		p = append(append(p, why...), "\r\n"...)
	}
	v.write(p)
}
