package tree

import (
	"context"
	"errors"
	"sync"
	"time"

	"parley/rooms"
	"parley/text"
)

const (
	// maxHeld is how many files one session holds back at once; what comes beyond is posted when it is closed.
	maxHeld = 16
	// maxHeldByAll is how many of one person's wait over all their sessions, and from earlier ones: all of them become messages, as fast as messages may come.
	maxHeldByAll = 64
	// maxAside is how many files of the rooms are moved aside in one session; of more the one that was moved first is where it was again.
	maxAside = 64
	// holdFor is how long a file is held back after it was closed. Programs rename within a second, and a batch of sftp when all is sent.
	holdFor = 2 * time.Minute
)

// key is a file's place, however its path was written.
type key struct {
	room rooms.ID
	name text.Line
}

func (p *place) key() key { return key{p.room.ID, p.name} }

// held is a file that is in this session alone under the name it has there.
type held struct {
	up    *rooms.Upload // one that was written whole and waits for its name; nil for one of the room that was moved aside
	aside *rooms.Event  // that one's message: in the room nothing has changed
	size  int64
	since time.Time // when it was written
	put   time.Time // when it came under its name
}

// shelf has what a session holds back. The zero shelf is empty.
type shelf struct {
	mu    sync.Mutex // a leaf
	files map[key]*held
	timer *time.Timer // armed while there is an upload
	over  bool
	work  sync.WaitGroup // of the timer
}

// at is what is held under a name, nil for nothing.
func (s *shelf) at(k key) *held {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.files[k]
}

// hides reports whether the message's file was moved aside, so that it is not at its own name.
func (s *shelf) hides(e *rooms.Event) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.files {
		if h.aside != nil && h.aside.Room == e.Room && h.aside.Seq == e.Seq {
			return true
		}
	}
	return false
}

// in lists what is held of a room.
func (s *shelf) in(room rooms.ID) map[text.Line]*held {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := map[text.Line]*held{}
	for k, h := range s.files {
		if k.room == room {
			list[k.name] = h
		}
	}
	return list
}

// full reports whether no other file can be held back.
func (s *shelf) full() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, h := range s.files {
		if h.up != nil {
			n++
		}
	}
	return n >= maxHeld
}

// trim forgets of those that were moved aside the one that was moved first, if they are too many; s.mu is held.
func (s *shelf) trim() {
	n, first := 0, key{}
	for k, h := range s.files {
		if h.aside == nil {
			continue
		}
		if n++; n == 1 || h.put.Before(s.files[first].put) {
			first = k
		}
	}
	if n > maxAside {
		delete(s.files, first)
	}
}

// take gives up what is held under a name, nil for nothing.
func (s *shelf) take(k key) *held {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.files[k]
	delete(s.files, k)
	return h
}

// upload is take for an upload alone.
func (s *shelf) upload(k key) *held {
	if h := s.at(k); h == nil || h.up == nil {
		return nil
	}
	return s.take(k)
}

// put holds a file under a name, and returns what was held there.
func (s *shelf) put(k key, h *held, expire func()) (before *held) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.files == nil {
		s.files = map[key]*held{}
	}
	before = s.files[k]
	s.files[k], h.put = h, time.Now()
	s.trim()
	if h.up != nil && s.timer == nil && !s.over {
		s.arm(holdFor, expire)
	}
	return before
}

// arm runs expire after a time; s.mu is held.
func (s *shelf) arm(after time.Duration, expire func()) {
	s.work.Add(1)
	s.timer = time.AfterFunc(after, func() {
		defer s.work.Done()
		expire()
	})
}

// disarm stops the timer; s.mu is held.
func (s *shelf) disarm() {
	if s.timer != nil && s.timer.Stop() {
		s.work.Done()
	}
	s.timer = nil
}

// due takes the uploads that have waited for long enough, and arms the timer for the others.
func (s *shelf) due(now time.Time, expire func()) (list []*rooms.Upload) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disarm()
	next := time.Time{}
	for k, h := range s.files {
		switch end := h.put.Add(holdFor); {
		case h.up == nil:
		case !end.After(now):
			list = append(list, h.up)
			delete(s.files, k)
		case next.IsZero() || end.Before(next):
			next = end
		}
	}
	if !next.IsZero() && !s.over {
		s.arm(next.Sub(now), expire)
	}
	return list
}

// end takes all uploads, and waits for the timer's work.
func (s *shelf) end() (list []*rooms.Upload) {
	s.mu.Lock()
	s.over = true
	s.disarm()
	for _, h := range s.files {
		if h.up != nil {
			list = append(list, h.up)
		}
	}
	s.files = nil
	s.mu.Unlock()
	s.work.Wait()
	return list
}

// full reports whether no other file can be held back for the person. Where that cannot be known the file is posted, which fails for the same reason.
func (t *tree) full(ctx context.Context) bool {
	if t.shelf.full() {
		return true
	}
	n, err := t.Rooms.Held(ctx, t.Actor)
	return err != nil || n >= maxHeldByAll
}

// hold holds a file back that was written whole. What was held under its name before is replaced.
func (t *tree) hold(p *place, up *rooms.Upload, at time.Time) error {
	if err := up.Hold(); err != nil {
		return err
	}
	t.forget(t.shelf.put(p.key(), &held{up: up, size: up.Size(), since: at}, t.expire))
	return nil
}

// forget drops the upload that was held, if it is one.
func (t *tree) forget(h *held) {
	if h == nil || h.up == nil {
		return
	}
	if err := h.up.Close(); err != nil {
		t.Log.Warn("a file that waited for its name could not be dropped", "error", err)
	}
}

// expire posts, under the names that they have, the files to which none was given in time.
func (t *tree) expire() {
	var err error
	defer t.guard(&err)
	for _, up := range t.shelf.due(time.Now(), t.expire) {
		if err := up.Settle(t.ctx, maxWait); err != nil {
			t.say(err)
		}
	}
}

// ErrUnposted is what Serve ends with when a file that its client believes to be in a room cannot be posted there.
var ErrUnposted = errors.New("a file was not put into its room")

// settle posts what is held still when the session ends.
func (t *tree) settle() (err error) {
	defer t.guard(&err)
	list := t.shelf.end()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), maxWait)
	defer cancel()
	for _, up := range list {
		if failed := up.Settle(ctx, maxWait); failed != nil {
			t.say(failed)
			err = ErrUnposted
		}
	}
	return err
}
