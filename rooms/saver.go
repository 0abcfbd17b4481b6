package rooms

import (
	"context"
	"sync"
	"time"

	"parley/text"
)

const (
	// saveEvery is how long marks, places and people are gathered before they are stored.
	saveEvery = time.Second
	// saveAgain is how long a failed save waits before it is tried again.
	saveAgain = 5 * time.Second
	// saveGap is how long after a commit a save waits for whom that woke, who paint now. The marks of a room
	// that reads along would else be saved whenever it has something to paint.
	saveGap = 25 * time.Millisecond
	// saveWaits is how often in a row a save waits that long, a second in all.
	saveWaits = 40
	// savePart bounds the updates of one transaction, and with it how long posts wait for it.
	savePart = 256
)

// saver writes behind. What is to be stored waits in the inboxes, so that
// there is one value for each key and a person who comes back finds it; the
// saver lists those inboxes and holds a reference to each.
type saver struct {
	m       *Manager
	pending chan struct{} // one slot: the list was empty and is not any more

	mu   sync.Mutex // a leaf
	list []*inbox   // each once: inbox.queued

	failures outage
}

func newSaver(m *Manager) *saver {
	return &saver{m: m, pending: make(chan struct{}, 1), failures: outage{what: "save", log: m.log}}
}

// enqueue puts an inbox on the list. The caller holds ib.mu and a reference.
func (s *saver) enqueue(ib *inbox) {
	if ib.queued {
		return
	}
	ib.queued = true
	s.m.mu.Lock()
	ib.refs++
	s.m.mu.Unlock()
	s.mu.Lock()
	first := len(s.list) == 0
	s.list = append(s.list, ib)
	s.mu.Unlock()
	if first {
		select {
		case s.pending <- struct{}{}:
		default:
		}
	}
}

// length is how many inboxes wait.
func (s *saver) length() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.list)
}

// pop takes the oldest inbox from the list.
func (s *saver) pop() *inbox {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.list) == 0 {
		return nil
	}
	ib := s.list[0]
	s.list[0] = nil
	s.list = s.list[1:]
	return ib
}

// part stores what waits in up to most inboxes, in one transaction of about
// savePart updates, and returns how many inboxes it took. What could not be stored waits on.
func (s *saver) part(most int) (n int, err error) {
	var batch []Update
	var taken []*inbox
	marked := map[text.Name]bool{}
	for len(taken) < most && len(batch) < savePart {
		ib := s.pop()
		if ib == nil {
			break
		}
		taken = append(taken, ib)
		var marks bool
		batch, marks = ib.collect(batch)
		if marks {
			marked[ib.name] = true
		}
	}
	if len(batch) > 0 {
		ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
		defer cancel()
		err = s.m.store.Save(ctx, batch)
		s.failures.note(err, len(batch))
	}
	for _, ib := range taken {
		s.settle(ib, err)
		if err == nil && marked[ib.name] && !s.m.alone {
			s.m.bus.Publish(Note{Person: ib.name})
		}
	}
	if err != nil {
		err = &storeError{err}
	}
	return len(taken), err
}

// settle notes in an inbox what became of what was collected from it.
func (s *saver) settle(ib *inbox, err error) {
	ib.mu.Lock()
	ib.saved(err == nil)
	if ib.dirty() {
		s.enqueue(ib)
	}
	reload := ib.reload && !ib.dirty()
	if reload {
		ib.reload = false
	}
	ib.mu.Unlock()
	if reload {
		s.m.reloadInbox(ib.name)
	}
	s.m.releaseInbox(ib)
}

// collect appends what is to be stored, and notes that it is on its way.
func (ib *inbox) collect(batch []Update) (out []Update, marks bool) {
	ib.mu.Lock()
	defer ib.mu.Unlock()
	ib.queued = false
	for i := range ib.rows {
		w := &ib.rows[i]
		if w.room == nil {
			continue
		}
		part := w.unsaved
		w.unsaved, w.saving = 0, w.saving|part
		if part&markPart != 0 {
			marks = true
			batch = append(batch, Update{Mark: &Mark{Room: w.room.id, Name: ib.name, Seq: w.read}})
		}
		if part&prefsPart != 0 {
			batch = append(batch, Update{Prefs: &PrefsUpdate{Room: w.room.id, Name: ib.name, Prefs: w.seldom().prefs}})
		}
		if part&placePart != 0 {
			batch = append(batch, Update{Place: &PlaceUpdate{Room: w.room.id, Name: ib.name, Place: w.seldom().place}})
		}
	}
	ib.savingThreads = ib.threads
	for i := range ib.savingThreads {
		batch = append(batch, Update{Thread: &ib.savingThreads[i]})
	}
	ib.threads = nil
	if ib.unsaved {
		ib.unsaved, ib.saving = false, true
		person := ib.person
		batch = append(batch, Update{Person: &person})
	}
	return batch, marks
}

// saved ends what collect began; what failed is to be stored again. ib.mu is held.
func (ib *inbox) saved(ok bool) {
	for i := range ib.rows {
		w := &ib.rows[i]
		if !ok {
			w.unsaved |= w.saving
		}
		w.saving = 0
	}
	if len(ib.savingThreads) > 0 {
		if ok {
			ib.reload = true // the counts of threads are the store's
		} else {
			ib.threads = append(ib.savingThreads, ib.threads...)
		}
		ib.savingThreads = nil
	}
	ib.unsaved = ib.unsaved || ib.saving && !ok
	ib.saving = false
}
