package rooms

import (
	"container/list"
	"context"
	"sync"
)

const (
	// pageSize is how many events one page of history has: the nth page of a
	// room is seq n·64+1 … n·64+64.
	pageSize = 64
	// maxPages bounds the memory of all pages, in bytes as pageBytes counts them.
	maxPages = 8 << 20
)

// pages are the parts of history that were read lately, so that a thousand
// people who scroll to the same place read it once. Only full pages are kept:
// they never change. The least recently used go first.
type pages struct {
	mu    sync.Mutex // a leaf
	all   map[pageKey]*list.Element
	order list.List // of *page, most recently used first
	bytes int
	turns uint64 // grows whenever pages are forgotten: what was read before that is not kept
}

// turn is what put has to be given with what is read from now on.
func (p *pages) turn() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.turns
}

// forget drops the pages of a room, because texts in it were erased.
func (p *pages) forget(room ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turns++
	for at := p.order.Front(); at != nil; {
		it := at.Value.(*page)
		next := at.Next()
		if it.key.room == room {
			p.order.Remove(at)
			delete(p.all, it.key)
			p.bytes -= it.bytes
		}
		at = next
	}
}

type pageKey struct {
	room ID
	page uint64
}

type page struct {
	key    pageKey
	events []*Event
	bytes  int
}

func (p *pages) get(key pageKey) []*Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.all[key]
	if at == nil {
		return nil
	}
	p.order.MoveToFront(at)
	return at.Value.(*page).events
}

func (p *pages) put(key pageKey, events []*Event, turn uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if turn != p.turns {
		return
	}
	if p.all == nil {
		p.all = map[pageKey]*list.Element{}
	}
	if p.all[key] != nil {
		return
	}
	it := &page{key, events, pageBytes(events)}
	p.all[key] = p.order.PushFront(it)
	p.bytes += it.bytes
	for p.bytes > maxPages && p.order.Len() > 1 {
		last := p.order.Remove(p.order.Back()).(*page)
		delete(p.all, last.key)
		p.bytes -= last.bytes
	}
}

// pageBytes is roughly what the events of a page take in memory.
func pageBytes(events []*Event) int {
	n := 0
	for _, e := range events {
		n += 160 + len(e.Text.String()) + len(e.Nonce)
	}
	return n
}

// page returns the events of one page, fewer if the store has fewer.
func (m *Manager) page(ctx context.Context, r *room, n uint64) ([]*Event, error) {
	key := pageKey{r.id, n}
	if events := m.pages.get(key); events != nil {
		return events, nil
	}
	var events []*Event
	err := m.once(ctx, flightKey{kind: "page", room: r.id, page: n}, func(ctx context.Context) error {
		turn := m.pages.turn()
		list, err := m.readEvents(ctx, r.id, n*pageSize, pageSize)
		if err == nil && len(list) == pageSize {
			m.pages.put(key, list, turn)
		}
		events = list
		return err
	})
	if err != nil {
		return nil, err
	}
	if events != nil {
		return events, nil
	}
	// Somebody else read it.
	if events := m.pages.get(key); events != nil {
		return events, nil
	}
	return m.readEvents(ctx, r.id, n*pageSize, pageSize)
}

// readEvents reads events from the store.
func (m *Manager) readEvents(ctx context.Context, id ID, after uint64, limit int) ([]*Event, error) {
	bounded, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	m.counts.storeReads.Add(1)
	list, err := m.store.Events(bounded, id, after, limit)
	if err := m.askerFailed(ctx, err); err != nil {
		return nil, err
	}
	return pointers(list), nil
}
