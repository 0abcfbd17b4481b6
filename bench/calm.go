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
		for _, v := range rotate([]calmCase{{parley, true}, {floor, false}, {parley, false}, {gliderlabs, false}}, round) {
			if err := l.calmRound(ctx, v, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// calmCase is a server, and for Parley whether the list of rooms is hidden.
type calmCase struct {
	server string
	bare   bool
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
	if v.bare {
		if err := r.hideSidebar(ctx); err != nil {
			return err
		}
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
	l.logf("  %s: %.1f µs, %.0f B, p50 %.1f ms, p99 %.1f ms", v.server, f.cpu*1e6, f.wire, f.p50*1e3, f.p99*1e3)
	return nil
}

// calmFigures are one round's of one server.
type calmFigures struct{ cpu, wire, payload, p50, p99 float64 }

// add puts them into the table. The floor is beside both of Parley's forms, as it has only one.
func (f calmFigures) add(v calmCase, out *report) {
	for _, form := range []struct {
		name string
		bare bool
		wire float64
	}{{"no room list", true, 160}, {"room list", false, 400}} {
		if v.server == parley && v.bare != form.bare {
			continue
		}
		out.add("calm: CPU per delivered message, "+form.name, microseconds, ratioAtMost(1.5), v.server, f.cpu)
		out.add("calm: bytes per message on the wire, "+form.name, bytesEach, atMost(form.wire), v.server, f.wire)
		out.add("calm: bytes per message in the session, "+form.name, bytesEach, hold{}, v.server, f.payload)
		out.add("calm: Enter to paint, p50, "+form.name, milliseconds, hold{}, v.server, f.p50)
		out.add("calm: Enter to paint, p99, "+form.name, milliseconds, ratioAtMost(2), v.server, f.p99)
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
