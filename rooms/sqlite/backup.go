package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Ping implements rooms.Store: it writes the schema's version as it is, which
// dirties one page and so goes the whole way to the fsync.
func (s *Store) Ping(ctx context.Context) error {
	version := fmt.Sprintf("PRAGMA user_version = %d", len(migrations())+1)
	return s.update(ctx, func(c *conn) error {
		if err := c.script(context.Background(), version); err != nil {
			return fmt.Errorf("the database %s cannot be written now: %w", s.path, err)
		}
		return nil
	})
}

// Backup implements rooms.Store.
func (s *Store) Backup(ctx context.Context, path string) error {
	select {
	case <-s.closed:
		return errClosed
	default:
		return Backup(ctx, s.path, path)
	}
}

// Backup copies the database at path from, as it is at this moment, to a new
// file at path to. A server may have it open, in this process or another, and
// goes on reading and writing meanwhile. The copy is compact, has the mode 0600
// and is on disk when Backup returns. If it fails, no file is left.
func Backup(ctx context.Context, from, to string) (err error) {
	src, err := filepath.Abs(from)
	if err != nil {
		return fmt.Errorf("the path %s of the database is not usable: %w", from, err)
	}
	dst, err := filepath.Abs(to)
	if err != nil {
		return fmt.Errorf("the path %s of the backup is not usable: %w", to, err)
	}
	if _, err := os.Stat(src); err != nil {
		return fmt.Errorf("there is no database to back up: %w", err)
	}
	// SQLite writes into an empty file, so the mode is right from the start.
	f, err := os.OpenFile(dst, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s exists already and is not overwritten: name another file for the backup", dst)
	}
	if err != nil {
		return fmt.Errorf("the backup cannot be written: %w", err)
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
		if err != nil {
			os.Remove(dst)
			err = fmt.Errorf("the backup %s cannot be written: %w", dst, err)
		}
	}()
	c := &conn{dsn: dsn(src, busyTimeout)}
	if err := c.open(ctx); err != nil {
		return err
	}
	_, err = c.exec(ctx, "VACUUM INTO ?", dst)
	if err := errors.Join(err, c.close()); err != nil {
		return err
	}
	return errors.Join(f.Sync(), syncDir(filepath.Dir(dst)))
}
