package rooms

import (
	"maps"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"parley/text"
)

// refusalsToMute is how many refusals within Limits.Mute start a mute.
const refusalsToMute = 10

// limiter holds back who sends too much. A bucket that is full again says
// nothing and is forgotten, so memory is bounded by who was busy lately.
type limiter struct {
	clock Clock

	mu          sync.Mutex // a leaf: nothing else is locked while it is held
	limits      Limits
	posts       buckets[text.Name]
	bots        buckets[text.Name]
	joins       buckets[text.Name]
	creates     buckets[text.Name]
	searches    buckets[text.Name]
	prefixes    buckets[netip.Prefix]
	trickles    buckets[text.Name]
	pauses      map[pause]time.Time // when somebody may write again in a room in slow mode
	sweepPauses int                 // the size at which those that are over are dropped
}

// pause is somebody in a room in slow mode.
type pause struct {
	room ID
	who  text.Name
}

// slow refuses who wrote in a room less than its pause ago.
func (l *limiter) slow(room ID, who Actor, every time.Duration) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if wait := l.pauses[pause{room, who.Name}].Sub(l.clock()); wait > 0 {
		return &RateError{After: min(wait, every), What: "messages", Room: room}
	}
	return nil
}

// posted begins a pause of somebody who wrote in a room in slow mode.
func (l *limiter) posted(room ID, who Actor, every time.Duration) {
	if every <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock()
	if len(l.pauses) >= l.sweepPauses {
		maps.DeleteFunc(l.pauses, func(_ pause, until time.Time) bool { return !until.After(now) })
		l.sweepPauses = max(minSweep, 2*len(l.pauses))
	}
	if l.pauses == nil {
		l.pauses = map[pause]time.Time{}
	}
	l.pauses[pause{room, who.Name}] = now.Add(every)
}

// set puts limits in force. Everybody starts anew, mutes included.
func (l *limiter) set(limits Limits) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.limits = limits
	l.posts = newBuckets[text.Name](limits.PostRate, limits.PostBurst)
	l.bots = newBuckets[text.Name](limits.BotRate, limits.BotBurst)
	l.joins = newBuckets[text.Name](limits.JoinRate, limits.JoinBurst)
	l.trickles = newBuckets[text.Name](1/slowEvery.Seconds(), slowBurst)
	l.creates = newBuckets[text.Name](limits.CreateRate, limits.CreateBurst)
	l.searches = newBuckets[text.Name](limits.SearchRate, limits.SearchBurst)
	l.prefixes = newBuckets[netip.Prefix](limits.PrefixRate, limits.PrefixBurst)
}

// post takes one token of the identity and one of its address prefix, or
// neither. what names the thing in the error: "messages", "invitations".
func (l *limiter) post(who Actor, what string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.exempted(who.Addr) {
		return nil
	}
	now := l.clock()
	kind := &l.posts
	if who.Bot {
		kind = &l.bots
	}
	own := kind.get(who.Name, now)
	if own != nil && own.muted.After(now) {
		return &RateError{After: own.muted.Sub(now), What: what}
	}
	var shared *bucket
	if p, counted := l.prefix(who.Addr); counted {
		shared = l.prefixes.get(p, now)
	}
	mine := own.wait(now)
	wait := max(mine, shared.wait(now))
	if wait <= 0 {
		own.take(now)
		shared.take(now)
		return nil
	}
	// What the neighbours at the same address did mutes nobody.
	if mine > 0 && own.refuse(now, l.limits.Mute) {
		wait = l.limits.Mute
	}
	return &RateError{After: wait, What: what}
}

// join takes one token for a join or a leave.
func (l *limiter) join(who Actor) error { return l.one(&l.joins, who, "joins") }

// trickle takes one token of somebody whom the server's rule slows down, wherever they come from.
func (l *limiter) trickle(who text.Name) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock()
	b := l.trickles.get(who, now)
	if wait := b.wait(now); wait > 0 {
		return &RateError{After: wait, What: "messages from somebody new"}
	}
	b.take(now)
	return nil
}

// create takes one token for a new room.
func (l *limiter) create(who Actor) error { return l.one(&l.creates, who, "new rooms") }

// search takes one token for a search.
func (l *limiter) search(who Actor) error { return l.one(&l.searches, who, "searches") }

func (l *limiter) one(in *buckets[text.Name], who Actor, what string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.exempted(who.Addr) {
		return nil
	}
	now := l.clock()
	b := in.get(who.Name, now)
	if wait := b.wait(now); wait > 0 {
		return &RateError{After: wait, What: what}
	}
	b.take(now)
	return nil
}

// size refuses a text that is longer than the limit.
func (l *limiter) size(t text.Body) error {
	l.mu.Lock()
	most := l.limits.MessageBytes
	l.mu.Unlock()
	if n := len(t.String()); most > 0 && n > most {
		return &SizeError{Size: n, Most: most}
	}
	return nil
}

// files is how large a file may be, and how much there may be of them.
func (l *limiter) files() (file int64, all Quota) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.limits.FileBytes, l.limits.Files
}

// exempted reports whether an address skips all rates.
func (l *limiter) exempted(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	for _, p := range l.limits.Exempt {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// prefix returns the network that an address is counted in: a /24 of IPv4 or a
// /64 of IPv6, what one provider hands to one customer.
func (l *limiter) prefix(addr netip.Addr) (netip.Prefix, bool) {
	if !addr.IsValid() {
		return netip.Prefix{}, false
	}
	addr = addr.Unmap().WithZone("")
	bits := 64
	if addr.Is4() {
		bits = 24
	}
	p, err := addr.Prefix(bits)
	return p, err == nil
}

// buckets are token buckets by key. A rate of 0 makes none.
type buckets[K comparable] struct {
	rate  rate.Limit
	burst int
	all   map[K]*bucket
	sweep int // the size at which full ones are dropped
}

// minSweep keeps small maps from being swept at every insertion.
const minSweep = 64

func newBuckets[K comparable](perSecond float64, burst int) buckets[K] {
	return buckets[K]{rate: rate.Limit(perSecond), burst: max(1, burst), all: map[K]*bucket{}, sweep: minSweep}
}

// get returns the bucket of a key, nil when there is no limit.
func (bs *buckets[K]) get(key K, now time.Time) *bucket {
	if bs.rate <= 0 {
		return nil
	}
	b := bs.all[key]
	if b == nil {
		if len(bs.all) >= bs.sweep {
			bs.forget(now)
		}
		b = &bucket{tokens: rate.NewLimiter(bs.rate, bs.burst)}
		bs.all[key] = b
	}
	return b
}

// forget drops the buckets that are full again. It runs when their number has
// doubled since the last time, so its cost per insertion is constant.
func (bs *buckets[K]) forget(now time.Time) {
	for key, b := range bs.all {
		if b.idle(now, bs.burst) {
			delete(bs.all, key)
		}
	}
	bs.sweep = max(minSweep, 2*len(bs.all))
}

// bucket is one token bucket with its mute. A nil bucket lets everything pass.
type bucket struct {
	tokens  *rate.Limiter
	refused int       // since the count began
	until   time.Time // the refusals count until then
	muted   time.Time
}

// wait is how long until a token is there; 0 for now.
func (b *bucket) wait(now time.Time) time.Duration {
	if b == nil {
		return 0
	}
	r := b.tokens.ReserveN(now, 1)
	defer r.CancelAt(now)
	return r.DelayFrom(now)
}

func (b *bucket) take(now time.Time) {
	if b != nil {
		b.tokens.AllowN(now, 1)
	}
}

// refuse counts a refusal and reports whether it starts a mute.
func (b *bucket) refuse(now time.Time, mute time.Duration) bool {
	if b == nil || mute <= 0 {
		return false
	}
	if now.After(b.until) {
		b.refused, b.until = 0, now.Add(mute)
	}
	b.refused++
	if b.refused < refusalsToMute {
		return false
	}
	b.refused, b.until, b.muted = 0, now, now.Add(mute)
	return true
}

// idle reports whether the bucket says nothing that a new one would not.
func (b *bucket) idle(now time.Time, burst int) bool {
	return b.tokens.TokensAt(now) >= float64(burst) && !b.muted.After(now) && !b.until.After(now)
}
