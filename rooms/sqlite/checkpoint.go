package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

const (
	// checkpointAfter is how long after something was erased the write-ahead log, which may hold it yet, is emptied.
	// What is erased meanwhile goes with it. It is tried again after the same time while a reader keeps it from that.
	checkpointAfter = 5 * time.Second
	// checkpointBusy is how long writes may wait for readers that still need the log.
	checkpointBusy = 50 * time.Millisecond
)

var errLogInUse = errors.New("somebody reads from the log")

// checkpointer empties the write-ahead log after something was erased. The writer overwrites what it erases in the database
// (secure_delete), but SQLite cuts its log only when that grows too long, and until then the log has the pages as they were.
//
// What secure_delete leaves is left: where rows were moved from page to page, the unused space of a page can have a copy
// of one until it is used again. A backup is a copy without it, as it is written anew.
type checkpointer struct {
	work sync.WaitGroup // of the timer's function

	mu      sync.Mutex // a leaf
	timer   *time.Timer
	stopped bool
}

// soon arms the timer, unless it runs already.
func (k *checkpointer) soon(s *Store) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stopped || k.timer != nil {
		return
	}
	k.timer = time.AfterFunc(checkpointAfter, func() {
		k.mu.Lock()
		k.timer = nil
		stopped := k.stopped
		if !stopped {
			k.work.Add(1)
		}
		k.mu.Unlock()
		if stopped {
			return
		}
		defer k.work.Done()
		if s.copyLog(context.Background(), "TRUNCATE") != nil {
			k.soon(s)
		}
	})
}

// stop ends it and waits for what is under way. Closing the last connection empties the log, too.
func (k *checkpointer) stop() {
	k.mu.Lock()
	k.stopped = true
	if k.timer != nil {
		k.timer.Stop()
	}
	k.mu.Unlock()
	k.work.Wait()
}

// copyLog copies the log into the database, and ends with a checkpoint of the mode given: TRUNCATE cuts the log to nothing, after PASSIVE the next
// write begins it anew if nobody reads from it. Most of it is copied while posts go on; they wait for what has come
// meanwhile, and with TRUNCATE for checkpointBusy at the most if somebody reads from the log.
func (s *Store) copyLog(ctx context.Context, mode string) (err error) {
	c := &conn{dsn: dsn(s.path, checkpointBusy, "synchronous(FULL)")}
	if err := c.open(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	if err := c.checkpoint(ctx, "PASSIVE"); err != nil && !errors.Is(err, errLogInUse) {
		return err
	}
	w, err := s.take(ctx, s.write)
	if err != nil {
		return err
	}
	defer func() { s.write <- w }()
	return c.checkpoint(ctx, mode)
}

// checkpoint runs a checkpoint of SQLite: errLogInUse if it could not do all of its work.
func (c *conn) checkpoint(ctx context.Context, mode string) error {
	busy := false
	err := c.query(ctx, fmt.Sprintf("PRAGMA wal_checkpoint(%s)", mode), func(r row) error {
		busy = r.int(0) != 0
		return nil
	})
	if err == nil && busy {
		err = errLogInUse
	}
	return err
}

// leftover reports whether the log of a database has something in it that a process left there which did not close it.
func leftover(path string) bool {
	info, err := os.Stat(path + logSuffix)
	return err == nil && info.Size() > 0
}
