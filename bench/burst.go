package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// burst is everybody in a room of 200 saying five things at once: what a delivered message costs then.
func burst(ctx context.Context, l *lab, r *report) error {
	for round := range l.scale.rounds {
		for _, name := range rotate([]string{parley, floor, gliderlabs}, round) {
			if err := l.burstRound(ctx, name, r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *lab) burstRound(ctx context.Context, name string, out *report) (err error) {
	r, err := l.gather(ctx, name, l.scale.room, size{80, 24})
	if err != nil {
		return err
	}
	defer func() { err = firstOf(err, r.leave()) }()
	if err := r.warmUp(ctx); err != nil {
		return err
	}
	marks := r.marks()
	wire, _ := r.traffic()
	posted := 0
	if name == parley {
		if posted, err = r.posted(ctx); err != nil {
			return err
		}
	}
	before, err := r.cpu()
	if err != nil {
		return err
	}
	start := time.Now()
	first, err := r.shout(l.scale.burstEach)
	if err != nil {
		return err
	}
	if err := r.landed(ctx, marks, first, posted); err != nil {
		return err
	}
	if err := r.still(ctx, 500*time.Millisecond, patience); err != nil {
		return err
	}
	took := r.lastArrival().Sub(start)
	after, err := r.cpu()
	if err != nil {
		return err
	}
	wireAfter, _ := r.traffic()
	if err := l.verifyBurst(ctx, r, marks, first); err != nil {
		return err
	}
	delivered := float64(len(r.clients) * (r.said - first))
	cpu := (after - before).Seconds() / delivered
	out.add("burst: CPU per delivered message", microseconds, ratioAtMost(0.3), name, cpu)
	out.add("burst: bytes per message on the wire", bytesEach, hold{}, name, (wireAfter-wire)/delivered)
	out.add("burst: until the last screen stands still", milliseconds, hold{}, name, took.Seconds())
	l.logf("  %s: %.2f µs, %.1f B, %v", name, cpu*1e6, (wireAfter-wire)/delivered, took.Round(time.Millisecond))
	return nil
}

// landed waits until a burst has been through the server: in Parley until all of it is
// committed, on the floor, which commits nothing, until one client has received all.
func (r *room) landed(ctx context.Context, marks []int, first, posted int) error {
	if r.name == parley {
		return r.awaitPosts(ctx, posted+r.said-first)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("%w: not there after %v", errDelivery, patience))
	defer cancel()
	for n := first; n < r.said; n++ {
		if err := r.clients[0].await(ctx, marks[0], word(n)); err != nil {
			return err
		}
	}
	return nil
}

// verifyBurst looks for every message of a burst: on the floor's screens as they pass, in Parley by
// scrolling back through all of them, as most were never painted.
func (l *lab) verifyBurst(ctx context.Context, r *room, marks []int, first int) error {
	sample := r.clients[:min(len(r.clients), l.scale.sample)]
	histories := make([][]int, len(sample))
	screens := screensOf(sample)
	err := judge(screens, r.prompt, func(i int, w *witness) (err error) {
		if err := w.watch(screens[i], marks[i]); err != nil || r.name != parley {
			return firstOf(err, w.all(screens[i], first, r.said))
		}
		histories[i], err = w.scrollBack(ctx, sample[i], first-1)
		return err
	})
	if err != nil || r.name != parley {
		return err
	}
	if err := agree(screens, histories, first, r.said); err != nil {
		return err
	}
	return sameEnd(screensOf(r.clients[len(sample):]), r.prompt, histories[0])
}

// sameEnd holds the screens of clients who did not scroll to the end of the history.
func sameEnd(clients []*recording, prompt int, history []int) error {
	return judge(clients, prompt, func(i int, w *witness) error {
		data, _ := clients[i].recorded()
		_, _ = w.term.Write(data)
		shown := w.messages()
		if len(shown) == 0 || len(shown) > len(history) || !slices.Equal(shown, history[len(history)-len(shown):]) {
			return fmt.Errorf("%w: %s does not see the end of the room:\n%s", errDelivery, clients[i].name, w.term)
		}
		return nil
	})
}
