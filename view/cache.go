package view

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// shards is how many locks a cache has, so that sessions that paint at the same moment rarely meet.
const shards = 16

// entryCost is what an entry costs beside its value: the map's slot, the key and the links.
const entryCost = 192

// cache keeps the values that were used last, up to a number of bytes. It is
// safe for concurrent use; what it returns is shared and must not be changed.
type cache[K comparable, V any] struct {
	seed  maphash.Seed
	size  func(V) int
	parts [shards]shard[K, V]

	// recent is what was found last: who show the same ask for the same, one after the other.
	recent atomic.Pointer[entry[K, V]]
}

// shard is a part of a cache under one lock.
type shard[K comparable, V any] struct {
	mu    sync.Mutex
	byKey map[K]*entry[K, V]
	ring  entry[K, V] // newest is ring.next, oldest ring.prev
	used  int
	limit int // bytes
}

type entry[K comparable, V any] struct {
	key        K
	value      V
	size       int
	prev, next *entry[K, V]
}

func newCache[K comparable, V any](bytes int, size func(V) int) *cache[K, V] {
	c := &cache[K, V]{seed: maphash.MakeSeed(), size: size}
	for i := range c.parts {
		p := &c.parts[i]
		p.byKey = make(map[K]*entry[K, V])
		p.limit = bytes / shards
		p.ring.prev, p.ring.next = &p.ring, &p.ring
	}
	return c
}

func (c *cache[K, V]) shard(k K) *shard[K, V] {
	return &c.parts[maphash.Comparable(c.seed, k)%shards]
}

// get returns a value and makes it the newest.
func (c *cache[K, V]) get(k K) (V, bool) {
	if e := c.recent.Load(); e != nil && e.key == k {
		return e.value, true
	}
	p := c.shard(k)
	p.mu.Lock()
	defer p.mu.Unlock()
	e, ok := p.byKey[k]
	if !ok {
		var none V
		return none, false
	}
	if p.ring.next != e {
		e.unlink()
		p.front(e)
	}
	c.recent.Store(e)
	return e.value, true
}

// put keeps a value. If another goroutine was faster its value stays; the two are equal.
func (c *cache[K, V]) put(k K, v V) {
	p := c.shard(k)
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.byKey[k]; ok {
		return
	}
	e := &entry[K, V]{key: k, value: v, size: entryCost + c.size(v)}
	p.byKey[k] = e
	p.front(e)
	p.used += e.size
	for p.used > p.limit && p.ring.prev != &p.ring {
		old := p.ring.prev
		old.unlink()
		delete(p.byKey, old.key)
		p.used -= old.size
	}
}

func (e *entry[K, V]) unlink() { e.prev.next, e.next.prev = e.next, e.prev }

func (p *shard[K, V]) front(e *entry[K, V]) {
	e.prev, e.next = &p.ring, p.ring.next
	e.prev.next, e.next.prev = e, e
}
