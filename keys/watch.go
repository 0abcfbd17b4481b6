package keys

import (
	"errors"
	"path/filepath"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// debounce is how long the folder has to be quiet before it is read, and
	// debounceMax how long a folder that is never quiet is left unread.
	debounce    = 100 * time.Millisecond
	debounceMax = 400 * time.Millisecond
	// rearm is how long it takes to look again at what cannot be watched or read.
	rearm = time.Second
	// longSleep bounds the wait for a certificate's end: a machine that was
	// suspended, or whose clock was set, counts its timers differently.
	longSleep = 5 * time.Minute
)

// watcher notices changes of the folder and of the two lists. Its goroutine is
// the only one that reads from disk unasked. Nothing ticks: it sleeps until an event or the next deadline.
type watcher struct {
	k   *Keyring
	new func() (*fsnotify.Watcher, error)

	mu    sync.Mutex // guards the next three
	dir   string
	paths []string // all that is watched, dir first
	lost  map[string]bool

	// Owned by the goroutine of run; before that by open.
	fs     *fsnotify.Watcher   // nil if the system gives none
	named  map[string]struct{} // files with news
	all    bool                // news about more than named files
	since  time.Time           // of the first news that were not read yet; zero for none
	due    time.Time           // when to read them
	again  time.Time           // when to read again for another reason; zero for never
	failed bool                // something cannot be watched

	trouble chan struct{} // one slot: the system lost events
	drained sync.WaitGroup
}

func newWatch(k *Keyring, fresh func() (*fsnotify.Watcher, error)) *watcher {
	return &watcher{k: k, new: fresh, lost: map[string]bool{}, named: map[string]struct{}{}, trouble: make(chan struct{}, 1)}
}

// follow says what to watch from now on. Paths are absolute; "" is none.
func (w *watcher) follow(dir string, files ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dir = dir
	w.paths = []string{dir}
	for _, f := range files {
		if f != "" {
			w.paths = append(w.paths, f)
		}
	}
	for _, p := range w.paths {
		w.lost[p] = true
	}
}

// arm watches again what is not watched any more, and reports whether there was anything. Then all must be read, because
// changes of the meantime made no event.
func (w *watcher) arm() (rearmed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.lost) == 0 {
		return false
	}
	if w.fs == nil {
		fs, err := w.new()
		if err != nil {
			w.fail(err)
			return true
		}
		w.fs = fs
		// Errors are read by a goroutine of their own, because fsnotify reports some while it holds the lock that Add needs.
		w.drained.Go(func() {
			for range fs.Errors {
				wake(w.trouble)
			}
		})
	}
	var last error
	for _, p := range w.fs.WatchList() {
		if !w.follows(p) {
			w.fs.Remove(p)
		}
	}
	for p := range w.lost {
		if !w.follows(p) {
			delete(w.lost, p)
			continue
		}
		w.fs.Remove(p) // of a path that is not watched: an error that means nothing
		if err := w.fs.Add(p); err != nil {
			last = err
			continue
		}
		delete(w.lost, p)
	}
	w.fail(last)
	return true
}

// follows reports whether a path is to be watched. mu is held.
func (w *watcher) follows(path string) bool {
	for _, p := range w.paths {
		if p == path {
			return true
		}
	}
	return false
}

// fail notes whether something cannot be watched; it is read every second until it can.
func (w *watcher) fail(err error) {
	w.failed = err != nil
	if err != nil {
		err = errors.Join(errUnwatched, err)
	}
	w.k.raise("keys are not watched", err)
}

var errUnwatched = errors.New("changes are noticed by reading the folder every second instead")

// run watches until the keyring is closed.
func (w *watcher) run() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		timer.Reset(w.sleep())
		var events chan fsnotify.Event
		if w.fs != nil {
			events = w.fs.Events
		}
		select {
		case <-w.k.ctx.Done():
			return
		case <-w.k.poke:
		case e := <-events:
			w.note(e)
			continue
		case <-w.trouble:
			// The queue ran over or the watch broke: what was missed is unknown.
			w.loseAll()
		case <-timer.C:
		}
		w.work()
	}
}

// loseAll makes everything be watched anew and read.
func (w *watcher) loseAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.paths {
		w.lost[p] = true
	}
}

// note takes in one event.
func (w *watcher) note(e fsnotify.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	base := filepath.Base(e.Name)
	inside := filepath.Dir(e.Name) == w.dir
	switch {
	case w.follows(e.Name):
		// The folder or a list itself: it may have been removed, renamed or replaced, and then the watch is
		// on what it was.
		w.lost[e.Name] = true
		w.all = true
	case inside && isKeyFile(base):
		w.named[base] = struct{}{}
	case inside && e.Has(fsnotify.Create):
		// The target of a link may have been swapped.
	default:
		return
	}
	now := time.Now()
	if w.since.IsZero() {
		w.since = now
	}
	w.due = sooner(now.Add(debounce), w.since.Add(debounceMax))
}

// sleep is how long there is nothing to do.
func (w *watcher) sleep() time.Duration {
	now := time.Now()
	next := sooner(w.due, w.again)
	if w.failed {
		next = sooner(next, now.Add(rearm))
	}
	d := longSleep
	if !next.IsZero() {
		d = min(d, next.Sub(now))
	}
	if e := w.k.nextExpiry(); !e.IsZero() {
		d = min(d, e.Sub(w.k.clock()))
	} else if next.IsZero() {
		d = 1<<63 - 1 // for ever: nothing can fall due
	}
	return max(d, 0)
}

// work does what is due.
func (w *watcher) work() {
	now := time.Now()
	w.k.expire()
	news := !w.due.IsZero() && !now.Before(w.due)
	again := !w.again.IsZero() && !now.Before(w.again)
	if (news || w.due.IsZero()) && w.arm() {
		w.all, news = true, true
	}
	if !news && !again {
		return
	}
	var named []string
	for n := range w.named {
		named = append(named, n)
	}
	next, err := w.k.refresh(named, w.all)
	w.k.raise("keys cannot be read", err)
	clear(w.named)
	w.all, w.since, w.due, w.again = false, time.Time{}, time.Time{}, next
}

// close gives the watch back.
func (w *watcher) close() error {
	if w.fs == nil {
		return nil
	}
	err := w.fs.Close()
	w.drained.Wait()
	return err
}
