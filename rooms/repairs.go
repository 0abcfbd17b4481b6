package rooms

import (
	"context"
	"sync"
	"time"

	"parley/text"
)

const (
	repairFirst = 500 * time.Millisecond // the first comparison after a failure
	repairLast  = 30 * time.Second       // the longest time between two
)

// repairs compares rooms and inboxes with the store after a failure whose
// outcome is unknown: a commit that timed out may have happened. Each failing
// round doubles the time to the next; there is no timer when nothing is open.
type repairs struct {
	m *Manager

	mu      sync.Mutex // a leaf
	rooms   map[ID]bool
	crowds  map[ID]bool
	people  map[text.Name]bool
	timer   *time.Timer // nil when none runs
	wait    time.Duration
	stopped bool
}

// room asks for a room to be compared.
func (p *repairs) room(id ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	note(&p.rooms, id)
	p.arm()
}

// members asks for the members of a room to be read.
func (p *repairs) members(id ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	note(&p.crowds, id)
	p.arm()
}

// person asks for an inbox to be read again.
func (p *repairs) person(name text.Name) {
	p.mu.Lock()
	defer p.mu.Unlock()
	note(&p.people, name)
	p.arm()
}

func note[K comparable](in *map[K]bool, key K) {
	if *in == nil {
		*in = map[K]bool{}
	}
	(*in)[key] = true
}

// soon brings the next comparison forward, because the store was seen to work.
func (p *repairs) soon() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Reset(0)
	}
}

// arm starts the timer unless it runs; p.mu is held.
func (p *repairs) arm() {
	if p.timer != nil || p.stopped {
		return
	}
	p.wait = min(max(2*p.wait, repairFirst), repairLast)
	p.timer = time.AfterFunc(p.wait, func() { p.m.spawn("repair", p.run) })
}

// run compares what was asked for so far. What fails asks again.
func (p *repairs) run(ctx context.Context) {
	p.mu.Lock()
	rooms, crowds, people := p.rooms, p.crowds, p.people
	p.rooms, p.crowds, p.people, p.timer = nil, nil, nil, nil
	p.mu.Unlock()
	err := p.m.fillBehind(ctx, rooms)
	if err == nil {
		p.mu.Lock()
		p.wait = 0
		p.mu.Unlock()
	}
	for id := range rooms {
		if err != nil {
			p.room(id)
		}
	}
	for id := range crowds {
		if r := p.m.lookup(id); r != nil {
			if p.m.loadMembers(ctx, r) != nil {
				p.members(id)
			}
			p.m.release(r)
		}
	}
	for name := range people {
		p.m.reloadInbox(name)
	}
}

// stop ends the timer for good.
func (p *repairs) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	if p.timer != nil {
		p.timer.Stop()
	}
}

// fillBehind fills those of the rooms that the store has newer events of.
func (m *Manager) fillBehind(ctx context.Context, rooms map[ID]bool) error {
	ids := make([]ID, 0, len(rooms))
	for id := range rooms {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil
	}
	bounded, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	heads, err := m.store.Heads(bounded, ids)
	if err := m.failed(err); err != nil {
		return err
	}
	var failed error
	for id, seq := range heads {
		r := m.lookup(id)
		if r == nil {
			continue
		}
		if seq > r.head.Load().Seq {
			if err := m.fill(ctx, r); err != nil {
				failed = err
			}
		}
		m.release(r)
	}
	return failed
}
