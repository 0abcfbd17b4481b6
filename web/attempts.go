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

// attempts counts what is not done too often: by prefix, a /24 of IPv4 or a /64 of IPv6, or by person. Who has tried too many waits
// before anything is looked up or hashed for them. One that has its whole burst again is forgotten.
type attempts[K comparable] struct {
	clock func() time.Time
	rate  rate.Limit
	burst int

	mu    sync.Mutex // guards the rest; a leaf
	all   map[K]*rate.Limiter
	sweep int // the size at which full ones are dropped
}

func newAttempts[K comparable](clock func() time.Time, every rate.Limit, burst int) *attempts[K] {
	return &attempts[K]{clock: clock, rate: every, burst: burst, all: map[K]*rate.Limiter{}, sweep: minSweep}
}

// wait is how long somebody has to wait; 0 for none.
func (a *attempts[K]) wait(who K) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	l := a.all[who]
	if l == nil {
		return 0
	}
	now := a.clock()
	r := l.ReserveN(now, 1)
	defer r.CancelAt(now)
	return r.DelayFrom(now)
}

// tried counts one.
func (a *attempts[K]) tried(who K) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.clock()
	l := a.all[who]
	if l == nil {
		if len(a.all) >= a.sweep {
			for who, l := range a.all {
				if l.TokensAt(now) >= float64(a.burst) {
					delete(a.all, who)
				}
			}
			a.sweep = max(minSweep, 2*len(a.all))
		}
		l = rate.NewLimiter(a.rate, a.burst)
		a.all[who] = l
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
