package main

import (
	"context"
	"time"
)

// calmRate is 20 messages a second: 50 ms apart, more than a frame, so that every
// message is painted by itself.
const calmRate = 50 * time.Millisecond

// calm is a room of 200 in which people talk one after the other: what a delivered message costs the
// server, what goes over the wire for it, and how long it takes from Enter to the screens.
func calm(ctx context.Context, l *lab, r *report) error {
	for round := range l.scale.rounds {
		for _, v := range rotate([]calmCase{{parley, bare}, {floor, listed}, {parley, listed}, {parley, listedWithin}, {gliderlabs, listed}}, round) {
			if err := l.calmRound(ctx, v, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// calmCase is a server and what Parley shows there.
type calmCase struct {
	server string
	form
}

// form is whether the list of rooms stands beside the messages, and on which kind of terminal: one that scrolls between left and right margins
// and says so when it is asked, as xterm, iTerm2 and Windows Terminal do, or one that answers nothing, as tmux does.
type form uint8

const (
	bare form = iota
	listed
	listedWithin
	forms
)

func (f form) String() string {
	return [...]string{"no room list", "room list", "room list, terminal with margins"}[f]
}

func (l *lab) calmRound(ctx context.Context, v calmCase, out *report) (err error) {
	r, err := l.gather(ctx, v.server, l.scale.room, size{80, 24})
	if err != nil {
		return err
	}
	defer func() { err = firstOf(err, r.leave()) }()
	if err := r.settle(ctx); err != nil {
		return err
	}
	switch v.form {
	case bare:
		err = r.hideSidebar(ctx)
	case listedWithin:
		if v.server == parley {
			err = r.haveMargins(ctx)
		}
	}
	if err != nil {
		return err
	}
	if err := r.warmUp(ctx); err != nil {
		return err
	}
	end := undisturbed()
	defer end()
	marks := r.marks()
	wire, payload := r.traffic()
	before, err := r.cpu()
	if err != nil {
		return err
	}
	first, entered, err := r.talk(ctx, ctx, l.scale.calmPosts, calmRate)
	if err != nil {
		return err
	}
	if err := r.everybody(ctx, marks, r.said-1); err != nil {
		return err
	}
	if err := r.still(ctx, 300*time.Millisecond, 10*time.Second); err != nil { // the rest of the last frame, and read marks
		return err
	}
	after, err := r.cpu()
	if err != nil {
		return err
	}
	end()
	wireAfter, payloadAfter := r.traffic()
	took, err := r.verify(marks, first, entered)
	if err != nil {
		return err
	}
	delivered := float64(len(r.clients) * len(entered))
	f := calmFigures{
		cpu: (after - before).Seconds() / delivered, wire: (wireAfter - wire) / delivered, payload: (payloadAfter - payload) / delivered,
		p50: percentile(took, 0.5), p99: percentile(took, 0.99),
	}
	f.add(v, out)
	l.logf("  %s, %s: %.1f µs, %.0f B, p50 %.1f ms, p99 %.1f ms", v.server, v.form, f.cpu*1e6, f.wire, f.p50*1e3, f.p99*1e3)
	return nil
}

// calmFigures are one round's of one server.
type calmFigures struct{ cpu, wire, payload, p50, p99 float64 }

// add puts them into the table. The floor is beside all of Parley's forms, as it has only one.
func (f calmFigures) add(v calmCase, out *report) {
	for form := range forms {
		if v.server == parley && v.form != form {
			continue
		}
		wire := 400.0
		if form == bare {
			wire = 160
		}
		name := form.String()
		out.add("calm: CPU per delivered message, "+name, microseconds, ratioAtMost(1.5), v.server, f.cpu)
		out.add("calm: bytes per message on the wire, "+name, bytesEach, atMost(wire), v.server, f.wire)
		out.add("calm: bytes per message in the session, "+name, bytesEach, hold{}, v.server, f.payload)
		out.add("calm: Enter to paint, p50, "+name, milliseconds, hold{}, v.server, f.p50)
		out.add("calm: Enter to paint, p99, "+name, milliseconds, ratioAtMost(2), v.server, f.p99)
	}
}

// rotate begins a list somewhere else in every round, so that no server is always first.
func rotate[T any](list []T, round int) []T {
	n := round % len(list)
	return append(append([]T(nil), list[n:]...), list[:n]...)
}

// firstOf is the first error that there is.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
