package view

import (
	"strings"
	"sync"
	"testing"
)

func TestCacheIsBoundedAndKeepsWhatIsUsed(t *testing.T) {
	const limit = 64 << 10
	c := newCache[int](limit, func(s string) int { return len(s) })
	c.put(-1, "hot")
	for i := range 10_000 {
		c.put(i, strings.Repeat("x", i%500))
		if _, ok := c.get(-1); !ok {
			t.Fatalf("what is used all the time is gone after %d others", i)
		}
	}
	used, held := 0, 0
	for i := range c.parts {
		p := &c.parts[i]
		used += p.used
		sum := 0
		for e := p.ring.next; e != &p.ring; e = e.next {
			sum += e.size
			held++
			if p.byKey[e.key] != e {
				t.Fatalf("entry %d is in the ring and not in the map", e.key)
			}
		}
		if sum != p.used || p.used > p.limit {
			t.Errorf("shard %d holds %d bytes, says %d and may hold %d", i, sum, p.used, p.limit)
		}
	}
	if used > limit || held < 50 {
		t.Errorf("the cache holds %d entries of %d bytes; it may hold %d", held, used, limit)
	}
	if v, ok := c.get(9_999); !ok || len(v) != 499 {
		t.Error("the newest entry is not there")
	}
}

func TestCacheIsSharedByMany(t *testing.T) {
	c := newCache[int](16<<10, func(s string) int { return len(s) })
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 5000 {
				k := (i * (g + 1)) % 300
				if v, ok := c.get(k); ok && len(v) != k {
					t.Errorf("key %d has the value of %d", k, len(v))
				}
				c.put(k, strings.Repeat("x", k))
			}
		})
	}
	wg.Wait()
}
