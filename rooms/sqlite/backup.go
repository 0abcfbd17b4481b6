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

// Backup implements rooms.Store. The copy is compact, has the mode 0600 and is
// on disk when Backup returns. If it fails, no file is left.
func (s *Store) Backup(ctx context.Context, path string) (err error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("the path %s of the backup is not usable: %w", path, err)
	}
	// VACUUM INTO takes an empty file, so the mode is right from the start.
	f, err := os.OpenFile(abs, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s exists already and is not overwritten: name another file for the backup", abs)
	}
	if err != nil {
		return fmt.Errorf("the backup cannot be written: %w", err)
	}
	defer func() {
		if e := f.Close(); err == nil && e != nil {
			err = fmt.Errorf("the backup %s cannot be written: %w", abs, e)
		}
		if err != nil {
			os.Remove(abs)
		}
	}()
	if err := s.copyTo(ctx, abs); err != nil {
		return fmt.Errorf("the backup %s cannot be written: %w", abs, err)
	}
	if err := errors.Join(f.Sync(), syncDir(filepath.Dir(abs))); err != nil {
		return fmt.Errorf("the backup %s cannot be written: %w", abs, err)
	}
	return nil
}

// copyTo copies the database, as it is at this moment, over a connection of its own.
func (s *Store) copyTo(ctx context.Context, path string) error {
	select {
	case <-s.closed:
		return errClosed
	default:
	}
	c := &conn{dsn: dsn(s.path, "ro", busyTimeout)}
	if err := c.open(ctx); err != nil {
		return err
	}
	_, err := c.exec(ctx, "VACUUM INTO ?", path)
	return errors.Join(err, c.close())
}
