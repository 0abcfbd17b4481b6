package keys

import (
	"context"
	"slices"
	"sync"
)

// bell tells subscribers of keys that are no longer valid. A slow subscriber delays the others' news but never the
// reading of the folder. What waits is a set, so it is never more than there are keys.
type bell struct {
	rung chan struct{} // one slot

	mu      sync.Mutex // guards the rest
	pending []string
	subs    map[int]func(string)
	next    int
}

func newBell() *bell {
	return &bell{rung: make(chan struct{}, 1), subs: map[int]func(string){}}
}

// ring announces fingerprints.
func (b *bell) ring(fingerprints []string) {
	if len(fingerprints) == 0 {
		return
	}
	b.mu.Lock()
	for _, f := range fingerprints {
		if !slices.Contains(b.pending, f) {
			b.pending = append(b.pending, f)
		}
	}
	b.mu.Unlock()
	wake(b.rung)
}

// subscribe registers fn until cancel is called; a call that has begun then may still be running.
func (b *bell) subscribe(fn func(string)) (cancel func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	id := b.next
	b.next++
	b.subs[id] = fn
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.subs, id)
	}
}

// run calls the subscribers until ctx ends.
func (b *bell) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.rung:
		}
		b.mu.Lock()
		gone := b.pending
		b.pending = nil
		subs := make([]func(string), 0, len(b.subs))
		for _, fn := range b.subs {
			subs = append(subs, fn)
		}
		b.mu.Unlock()
		for _, f := range gone {
			for _, fn := range subs {
				fn(f)
			}
		}
	}
}
