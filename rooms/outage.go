package rooms

import (
	"log/slog"
	"sync"
	"time"
)

// outage logs a failing store twice: when it begins to fail and when it works
// again, with how much was refused between. Not once per post.
type outage struct {
	what string // "commit", "save", "read"
	log  *slog.Logger

	mu       sync.Mutex // a leaf
	since    time.Time  // zero while all is well
	failures int        // calls of the store
	refused  int        // requests that these calls carried
}

// note takes in what came of one call that carried n requests.
func (o *outage) note(err error, n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case err != nil && o.since.IsZero():
		o.since, o.failures, o.refused = time.Now(), 1, n
		o.log.Error("the store fails; requests are refused until it works again", "during", o.what, "err", err)
	case err != nil:
		o.failures++
		o.refused += n
	case !o.since.IsZero():
		o.log.Warn("the store works again", "during", o.what, "after", time.Since(o.since).Round(time.Millisecond),
			"failures", o.failures, "refused", o.refused)
		o.since = time.Time{}
	}
}
