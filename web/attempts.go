package web

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// wrongRate and wrongBurst are how many wrong addresses of hooks one prefix may try: a deployment with a hook that
	// was removed stays below, and who guesses 130 bits gets nowhere.
	wrongRate  = 1
	wrongBurst = 20
	// minSweep keeps a small map from being swept at every insertion.
	minSweep = 64
)

// attempts counts the wrong addresses of hooks by prefix: a /24 of IPv4 or a /64 of IPv6. Who has tried too many waits
// before anything is looked up or hashed for them. A prefix that has its whole burst again is forgotten.
type attempts struct {
	clock func() time.Time

	mu    sync.Mutex // guards the rest; a leaf
	all   map[netip.Prefix]*rate.Limiter
	sweep int // the size at which full ones are dropped
}

func newAttempts(clock func() time.Time) *attempts {
	return &attempts{clock: clock, all: map[netip.Prefix]*rate.Limiter{}, sweep: minSweep}
}

// wait is how long an address has to wait; 0 for none.
func (a *attempts) wait(addr netip.Addr) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	l := a.all[prefixOf(addr)]
	if l == nil {
		return 0
	}
	now := a.clock()
	r := l.ReserveN(now, 1)
	defer r.CancelAt(now)
	return r.DelayFrom(now)
}

// failed counts a wrong one.
func (a *attempts) failed(addr netip.Addr) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.clock()
	p := prefixOf(addr)
	l := a.all[p]
	if l == nil {
		if len(a.all) >= a.sweep {
			for p, l := range a.all {
				if l.TokensAt(now) >= wrongBurst {
					delete(a.all, p)
				}
			}
			a.sweep = max(minSweep, 2*len(a.all))
		}
		l = rate.NewLimiter(wrongRate, wrongBurst)
		a.all[p] = l
	}
	l.AllowN(now, 1)
}

// prefixOf is what one provider hands to one customer; addresses that are not known share one.
func prefixOf(addr netip.Addr) netip.Prefix {
	bits := 64
	if addr.Is4() {
		bits = 24
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
