package rooms

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// expireEvery is how often rooms that keep messages for a time only are looked at.
	expireEvery = 10 * time.Minute
	// expireSoon is how long after a room was told to keep messages for a time, and after the start.
	expireSoon = time.Second
	// expirePart bounds the events that one transaction erases, and with it how long posts wait for it.
	expirePart = maxRead
)

// retention erases what rooms keep no longer. Its timer runs only while there
// is a room with a time in Room.Keep.
type retention struct {
	m *Manager

	running sync.Mutex // held while rooms are looked at, store calls included: nothing that serves anybody waits for it
	mu      sync.Mutex // a leaf
	timer   *time.Timer
	stopped bool
}

// soon looks at the rooms before long.
func (t *retention) soon(after time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopped {
		return
	}
	if t.timer != nil {
		t.timer.Stop()
	}
	t.timer = time.AfterFunc(after, func() {
		t.m.spawn("retention", func(ctx context.Context) {
			if keeping, err := t.m.Expire(ctx); keeping > 0 || err != nil {
				t.soon(expireEvery)
			}
		})
	})
}

func (t *retention) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopped = true
	if t.timer != nil {
		t.timer.Stop()
	}
}

// Expire erases, in each room that keeps messages for a time, what is older, as
// one or more Expire events in the name of who made the room. It returns how
// many rooms there are that do. It runs by itself every ten minutes. Two runs at once would erase everything twice: the second one waits.
func (m *Manager) Expire(ctx context.Context) (keeping int, err error) {
	m.retention.running.Lock()
	defer m.retention.running.Unlock()
	list, err := m.store.Keeping(ctx)
	if err := m.failed(err); err != nil {
		return 0, err
	}
	for _, room := range list {
		if err := m.expire(ctx, room); err != nil {
			return len(list), err
		}
	}
	return len(list), nil
}

func (m *Manager) expire(ctx context.Context, info Room) error {
	r, err := m.hold(ctx, info.ID)
	if err != nil {
		return err
	}
	defer m.release(r)
	for {
		head := r.head.Load()
		if head.Keep <= 0 {
			return nil
		}
		old, err := m.old(ctx, r, head)
		if err != nil || old == 0 {
			return err
		}
		if _, err := m.append(ctx, r, Entry{Room: r.id, Type: Expire, Author: head.Creator, Staff: true, Ref: old}); err != nil {
			return err
		}
	}
}

// old is the seq up to which what was said is to be erased next, 0 for nothing. Only messages hold back
// what is behind them: who came or voted in between has said nothing that is kept. Times of messages ascend with
// their seqs, in imported rooms to within importBack.
// Events that hold no words expire with those around them: otherwise a room
// in which nobody talks would expire the events of its own expiry for ever.
func (m *Manager) old(ctx context.Context, r *room, head *Room) (uint64, error) {
	young, err := m.store.FirstSince(ctx, r.id, head.Gone, m.now().Add(-head.Keep))
	if err := m.askerFailed(ctx, err); err != nil {
		return 0, err
	}
	if young == 0 {
		young = head.Seq + 1
	}
	for after := head.Gone; after+1 < young; {
		list, err := m.readAfter(ctx, r, after, 1, int(min(expirePart, young-1-after)))
		if err != nil || len(list) == 0 {
			return 0, err
		}
		for _, e := range slices.Backward(list) {
			if e.Type.Talk() && !e.Text.IsZero() {
				return e.Seq, nil
			}
		}
		after = list[len(list)-1].Seq
	}
	return 0, nil
}
