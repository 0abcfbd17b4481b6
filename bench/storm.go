package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// storm is thousands of logins, 32 at a time, some hundreds of them by newcomers who join the room, beside 200
// who chat there: nobody may miss a message, and the server may not end.
func storm(ctx context.Context, l *lab, out *report) (err error) {
	const atOnce = 32
	n := l.scale.room
	people, err := l.crowd(n + min(500, l.scale.storm))
	if err != nil {
		return err
	}
	s, err := l.startIn(ctx, parley, len(people), l.homeOf(n))
	if err != nil {
		return err
	}
	r := &room{server: s}
	defer func() { err = firstOf(err, r.leave()) }()
	if r.clients, err = s.logins(ctx, people[:n], size{80, 24}, true); err != nil {
		return err
	}
	if err := r.warmUp(ctx); err != nil {
		return err
	}
	marks := r.marks()
	enough, done := context.WithCancel(ctx)
	var took []time.Duration
	var stormErr error
	start := time.Now()
	go func() {
		defer done()
		stormErr = s.comeAndGo(ctx, people[n:], l.scale.storm, atOnce, func(d time.Duration) { took = append(took, d) })
	}()
	first, entered, err := r.talk(ctx, enough, 1<<20, calmRate)
	<-enough.Done()
	duration := time.Since(start)
	if err := firstOf(err, stormErr, r.alive()); err != nil {
		return fmt.Errorf("%w: %w", errDelivery, err)
	}
	if len(entered) == 0 {
		return fmt.Errorf("the storm was over before anybody had said anything")
	}
	if err := r.everybody(ctx, marks, r.said-1); err != nil {
		return err
	}
	paint, err := r.delays(marks, first, entered)
	if err != nil {
		return err
	}
	if err := l.verifyBurst(ctx, r, marks, first); err != nil {
		return err
	}
	out.add(fmt.Sprintf("storm: logins beside %d who chat, nothing lost", n), count, hold{}, parley, float64(len(took)))
	out.add("storm: logins", perSecond, hold{}, parley, float64(len(took))/duration.Seconds())
	out.add("storm: a login, p99", milliseconds, hold{}, parley, percentile(took, 0.99))
	out.add("storm: Enter to paint meanwhile, p50", milliseconds, hold{}, parley, percentile(paint, 0.5))
	out.add("storm: Enter to paint meanwhile, p99", milliseconds, hold{}, parley, percentile(paint, 0.99))
	return nil
}

// delays is how long each message took from being entered to being shown on each screen. When there is much
// to do some pass between two frames; for those it ends with the next one that was shown.
func (r *room) delays(marks []int, first int, entered []time.Time) ([]time.Duration, error) {
	took := make([][]time.Duration, len(r.clients))
	screens := screensOf(r.clients)
	err := judge(screens, r.prompt, func(i int, w *witness) error {
		if err := w.watch(screens[i], marks[i]); err != nil {
			return err
		}
		var shown time.Time
		for n := len(entered) - 1; n >= 0; n-- {
			if at, ok := w.seen[first+n]; ok {
				shown = at
			}
			if shown.IsZero() {
				return fmt.Errorf("%w: %s does not see the last message:\n%s", errDelivery, screens[i].name, w.term)
			}
			took[i] = append(took[i], shown.Sub(entered[n]))
		}
		return nil
	})
	return slices.Concat(took...), err
}
