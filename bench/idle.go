package main

import (
	"context"
	"fmt"
	"time"
)

// idleCase is a server with sessions of one size in which nobody does anything.
type idleCase struct {
	server string
	size   size
}

// warm is how many sessions come before those that are counted, so that what
// a server needs only once is not in the figures.
const warm = 50

// idle is what sessions cost that do nothing: memory, as the growth of the resident set from
// the first 50 sessions on, and processor time. All servers hold their sessions at the same time and are
// watched over the same seconds. The memory is read with GOGC=10 for all of them, which leaves little
// garbage from the logins in it, and, in the full run, a second time as the servers run by default.
func idle(ctx context.Context, l *lab, r *report) error {
	for _, gogc := range l.scale.gogc {
		for range max(1, l.scale.rounds/2) {
			if err := l.idleRound(ctx, gogc, r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *lab) idleRound(ctx context.Context, gogc string, out *report) (err error) {
	cases := []idleCase{{parley, size{80, 24}}, {floor, size{80, 24}}, {gliderlabs, size{80, 24}}, {parley, size{200, 50}}}
	rooms := make([]*room, len(cases))
	each := make([]float64, len(cases))
	defer func() {
		for _, r := range rooms {
			if r != nil {
				err = firstOf(err, r.leave())
			}
		}
	}()
	for i, c := range cases {
		if rooms[i], each[i], err = l.fill(ctx, c, gogc); err != nil {
			return err
		}
	}
	cpu, err := idleCPU(ctx, rooms, l.scale.idleFor)
	if err != nil {
		return err
	}
	for i, c := range cases {
		name, h := "idle: memory of a session, ", hold{}
		if gogc == "10" && c.size.cols == 80 {
			out.add(fmt.Sprintf("idle: CPU of %d sessions", l.scale.idle), percent, atMost(0.5), c.server, cpu[i])
		}
		l.logf("  %s %d×%d GOGC=%s: %.1f KB, %.2f %%", c.server, c.size.cols, c.size.rows, gogc, each[i]/1000, cpu[i]*100)
		for _, form := range []struct {
			size size
			most float64
		}{{size{80, 24}, 1.3}, {size{200, 50}, 1.4}} {
			if c.server == parley && form.size != c.size {
				continue
			}
			full := fmt.Sprintf("%s%d×%d", name, form.size.cols, form.size.rows)
			if h = ratioAtMost(form.most); gogc != "10" {
				full, h = full+", garbage included", hold{}
			}
			out.add(full, kilobytes, h, c.server, each[i])
		}
	}
	return nil
}

// fill lets the sessions in and measures what each adds to the server.
func (l *lab) fill(ctx context.Context, c idleCase, gogc string) (*room, float64, error) {
	n := warm + l.scale.idle
	s, err := l.start(ctx, c.server, n, "GOGC="+gogc)
	if err != nil {
		return nil, 0, err
	}
	r := &room{server: s}
	grow := func(from, to int) (float64, error) {
		people, err := l.crowd(n)
		if err != nil {
			return 0, err
		}
		more, err := s.logins(ctx, people[from:to], c.size, false)
		r.clients = append(r.clients, more...)
		if err != nil {
			return 0, err
		}
		return s.settled(ctx)
	}
	before, err := grow(0, warm)
	if err != nil {
		return r, 0, err
	}
	after, err := grow(warm, n)
	return r, (after - before) / float64(n-warm), err
}

// idleCPU is the share of a core that each server takes while nobody does anything.
func idleCPU(ctx context.Context, rooms []*room, d time.Duration) ([]float64, error) {
	if err := pause(ctx, 2*time.Second); err != nil { // what follows the last login
		return nil, err
	}
	out := make([]float64, len(rooms))
	start := time.Now()
	for i, r := range rooms {
		t, err := r.cpu()
		if err != nil {
			return nil, err
		}
		out[i] = -t.Seconds()
	}
	if err := pause(ctx, d); err != nil {
		return nil, err
	}
	took := time.Since(start).Seconds()
	for i, r := range rooms {
		t, err := r.cpu()
		if err != nil {
			return nil, err
		}
		out[i] = (out[i] + t.Seconds()) / took
	}
	return out, nil
}
