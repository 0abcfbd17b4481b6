package rooms

import (
	"log/slog"
	"sync"
	"time"
)

// outageQuiet is the least time between two outages of one kind that are
// logged: a store in which one row is broken fails and works by turns.
const outageQuiet = time.Minute

// outage logs a failing store twice: when it begins to fail and when it works
// again, with how much was refused between. Not once per post.
type outage struct {
	what string // "commit", "save", "read"
	log  *slog.Logger

	mu       sync.Mutex // a leaf
	failing  bool
	told     bool      // that it fails is in the log
	since    time.Time // it was last logged that the store fails
	failures int       // calls of the store that failed since it was last logged that it works
	refused  int       // requests that these calls carried
}

// note takes in what came of one call that carried n requests.
func (o *outage) note(err error, n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err == nil {
		if o.failing && o.told {
			o.log.Warn("the store works again", "during", o.what, "after", time.Since(o.since).Round(time.Millisecond),
				"failures", o.failures, "refused", o.refused)
			o.failures, o.refused = 0, 0
		}
		o.failing, o.told = false, false
		return
	}
	o.failing = true
	o.failures++
	o.refused += n
	if now := time.Now(); !o.told && now.Sub(o.since) >= outageQuiet {
		o.told, o.since = true, now
		o.log.Error("the store fails; requests are refused until it works again", "during", o.what, "err", err)
	}
}
