package sqlite

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"parley/keys"
	"parley/rooms"
)

const (
	// lockSuffix follows the database's name in the name of its lock file.
	lockSuffix = ".lock"
	// readers is the number of connections that only read. A read is some tens
	// of microseconds of CPU, so a few serve everybody.
	readers = 4
	// busyTimeout is how long a write waits for a program outside that has locked the database.
	busyTimeout = 2 * time.Second
)

// errClosed is what every method returns after Close.
var errClosed = errors.New("the database is closed because the server is shutting down")

// Store is a database. All its methods may be called at once.
type Store struct {
	path   string // absolute
	lock   *lock
	once   sync.Once
	closed chan struct{} // closed by Close

	// Each channel holds the connections of its kind that nobody is using;
	// its capacity is their number. Taking one is owning it.
	write chan *conn
	read  chan *conn

	adding  chan struct{} // one slot: who has it adds to a file or sweeps files, and owns added
	added   int           // bytes of files that were written since the log was copied
	place   place         // owned by whoever has the writer
	indexer *indexer

	checkpointer checkpointer
}

var (
	_ rooms.Store = (*Store)(nil)
	_ keys.Ledger = (*Store)(nil)
)

// Open opens the database at path, and makes it (mode 0600) and its folder
// (mode 0700) if there is none. It is refused while another process has it
// open, and if it was written by a newer version of this program.
func Open(ctx context.Context, path string) (*Store, error) {
	return open(ctx, path, busyTimeout)
}

func open(ctx context.Context, path string, busy time.Duration) (_ *Store, err error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("the path %s of the database is not usable: %w", path, err)
	}
	if err := os.MkdirAll(filepath.Dir(abs), 0o700); err != nil {
		return nil, fmt.Errorf("the folder of the database cannot be made: %w", err)
	}
	held, err := takeLock(abs + lockSuffix)
	if err != nil {
		return nil, err
	}
	w := &conn{dsn: dsn(abs, busy, "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "secure_delete(1)",
		// The log is copied into the database each 16 MiB, not each 4, and cut back to 32 after a peak.
		"wal_autocheckpoint(4096)", "journal_size_limit(33554432)")}
	left := leftover(abs)
	if err := prepare(ctx, w, abs, busy); err != nil {
		w.close()
		held.release()
		return nil, err
	}
	s := &Store{
		path:   abs,
		lock:   held,
		closed: make(chan struct{}),
		write:  make(chan *conn, 1),
		read:   make(chan *conn, readers),
		adding: make(chan struct{}, 1),

		indexer: newIndexer(),
	}
	s.write <- w
	for range readers {
		// What the writer commits empties the pages that a reader keeps, so more than half a MiB of them seldom helps.
		s.read <- &conn{dsn: dsn(abs, busy, "query_only(1)", "cache_size(-512)")}
	}
	go s.index()
	if left {
		s.checkpointer.soon(s)
	}
	return s, nil
}

// prepare makes the database if there is none and brings it to the current
// schema. It looks at a file before it opens it for writing: opening switches
// it to WAL, which must not happen to another program's database.
func prepare(ctx context.Context, w *conn, path string, busy time.Duration) error {
	if err := create(path); err != nil {
		return err
	}
	probe := &conn{dsn: dsn(path, busy, "query_only(1)")}
	if err := probe.open(ctx); err != nil {
		return fmt.Errorf("the database %s cannot be opened: %w", path, err)
	}
	_, err := inspect(ctx, probe, path, int64(len(migrations()))+1)
	if err := errors.Join(err, probe.close()); err != nil {
		return err
	}
	if err := w.open(ctx); err != nil {
		return fmt.Errorf("the database %s cannot be opened: %w", path, err)
	}
	return migrate(ctx, w, path, schema, migrations())
}

// create makes an empty database file that only its owner can read. SQLite
// gives the files that it makes beside it the same mode.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the database cannot be made: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("the database cannot be made: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes the entries of a folder durable.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// dsn is the address of a database for the driver, with the pragmas that each connection starts with.
func dsn(path string, busy time.Duration, pragmas ...string) string {
	q := url.Values{"mode": {"rw"}, "_dqs": {"0"}, "_defensive": {"1"}}
	q.Add("_pragma", fmt.Sprintf("busy_timeout(%d)", busy.Milliseconds()))
	q.Add("_pragma", "trusted_schema(0)")
	for _, p := range pragmas {
		q.Add("_pragma", p)
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}

// Close waits for what is under way, then ends the connections and releases
// the database. It may be called more than once.
func (s *Store) Close() (err error) {
	s.once.Do(func() {
		close(s.closed)
		<-s.indexer.done
		s.checkpointer.stop()
		var errs []error
		for range cap(s.read) {
			errs = append(errs, (<-s.read).close())
		}
		// The writer goes last: the last connection copies the log into the database.
		errs = append(errs, (<-s.write).close(), s.lock.release())
		err = errors.Join(errs...)
	})
	return err
}

// take waits for a connection of the kind given and opens it if need be.
func (s *Store) take(ctx context.Context, from chan *conn) (*conn, error) {
	select {
	case <-s.closed:
		return nil, errClosed
	default:
	}
	select {
	case c := <-from:
		if err := c.open(ctx); err != nil {
			from <- c
			return nil, fmt.Errorf("the database %s cannot be opened: %w", s.path, err)
		}
		return c, nil
	case <-s.closed:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// view runs fn with a connection that reads.
func (s *Store) view(ctx context.Context, fn func(*conn) error) error {
	c, err := s.take(ctx, s.read)
	if err != nil {
		return err
	}
	defer func() { s.read <- c }()
	err = fn(c)
	if err != nil && ctx.Err() == nil {
		c.close()
		return fmt.Errorf("the database %s cannot be read: %w", s.path, err)
	}
	return err
}

// update runs fn in a transaction and commits it with fsync. If anything
// fails, nothing of it is kept.
//
// Only the wait for the write lock ends with ctx. After that the work is a few
// milliseconds, and it is done or not done, never in doubt.
func (s *Store) update(ctx context.Context, fn func(*conn) error) error {
	c, err := s.take(ctx, s.write)
	if err != nil {
		return err
	}
	defer func() { s.write <- c }()
	return s.transact(ctx, c, fn)
}

// transact is update's work with the writer.
func (s *Store) transact(ctx context.Context, c *conn, fn func(*conn) error) error {
	if _, err := c.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		if !busy(err) {
			s.drop(c)
		}
		return fmt.Errorf("the database %s cannot be written now: %w", s.path, err)
	}
	if err := s.place.check(s.path); err != nil {
		// The connection stays: it holds what was acknowledged before.
		_, rollback := c.exec(context.Background(), "ROLLBACK")
		return errors.Join(fmt.Errorf("the database %s cannot be written: %w", s.path, err), rollback)
	}
	if err := fn(c); err != nil {
		s.drop(c)
		return err
	}
	if _, err := c.exec(context.Background(), "COMMIT"); err != nil {
		s.drop(c)
		return fmt.Errorf("the database %s cannot be written now: %w", s.path, err)
	}
	return nil
}

// drop ends the writer's connection after a failure. If it was the only one, SQLite removes the log, and makes another later.
func (s *Store) drop(c *conn) {
	c.close()
	s.place.log = nil
}

// busy reports whether another program has the database locked. That leaves
// the connection as it was. After anything else it is closed: some errors (a
// full disk, a failed fsync) end the transaction inside SQLite, others do not.
func busy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY
}
