package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// held is 10,000 people in one room at once: what each takes, and whether what is said reaches all of them.
// Every hundredth screen is watched, of the others the arrival is.
func held(ctx context.Context, l *lab, out *report) (err error) {
	n := l.scale.held
	if err := allowFiles(uint64(n) + 1000); err != nil {
		return err
	}
	people, err := l.crowd(n)
	if err != nil {
		return err
	}
	s, err := l.startIn(ctx, parley, n, home{people: n, rooms: 1, messages: l.scale.messages})
	if err != nil {
		return err
	}
	r := &room{server: s}
	defer func() { err = firstOf(err, r.leave()) }()
	empty, err := s.rss()
	if err != nil {
		return err
	}
	start := time.Now()
	step := max(1, n/100)
	var watched []*client
	for from := 0; from < n; from += step {
		to := min(from+step, n)
		one, err := s.logins(ctx, people[from:from+1], size{80, 24}, true)
		r.clients = append(r.clients, one...)
		if err != nil {
			return err
		}
		watched = append(watched, one...)
		more, err := s.logins(ctx, people[from+1:to], size{80, 24}, false)
		r.clients = append(r.clients, more...)
		if err != nil {
			return err
		}
	}
	l.logf("  %d logged in within %v", n, time.Since(start).Round(time.Second))
	if err := r.settle(ctx); err != nil {
		return err
	}
	full, err := s.settled(ctx)
	if err != nil {
		return err
	}
	cpu, err := idleCPU(ctx, []*room{r}, 5*time.Second)
	if err != nil {
		return err
	}
	took, err := r.reach(ctx, watched)
	if err != nil {
		return err
	}
	out.add("held: sessions in one room, posts painted", count, atLeast(10_000), parley, float64(len(r.clients)))
	out.add("held: memory of the server", megabytes, hold{}, parley, full)
	out.add("held: memory of a session, garbage included", kilobytes, hold{}, parley, (full-empty)/float64(n))
	out.add("held: CPU while nobody says anything", percent, hold{}, parley, cpu[0])
	out.add("held: Enter to paint on the last of all screens", milliseconds, hold{}, parley, took.Seconds())
	return nil
}

// reach has three people say something and returns the median of how long it took to the last client.
func (r *room) reach(ctx context.Context, watched []*client) (time.Duration, error) {
	screens := screensOf(watched)
	marks := make([]int, len(watched))
	for i, c := range watched {
		marks[i] = c.arrived()
	}
	var took []time.Duration
	for range 3 {
		all := r.marks()
		start := time.Now()
		if err := r.clients[r.said*37%len(r.clients)].enter(message(r.said)); err != nil {
			return 0, err
		}
		r.said++
		if err := r.everybody(ctx, all, r.said-1); err != nil {
			return 0, err
		}
		took = append(took, r.lastArrival().Sub(start))
		if err := pause(ctx, time.Second); err != nil {
			return 0, err
		}
	}
	slices.Sort(took)
	return took[1], judge(screens, r.prompt, func(i int, w *witness) error {
		if err := w.watch(screens[i], marks[i]); err != nil {
			return err
		}
		if err := exactly(w.order, 0, r.said); err != nil {
			return fmt.Errorf("%w: %s: %w", errDelivery, screens[i].name, err)
		}
		return nil
	})
}
