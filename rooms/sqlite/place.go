package sqlite

import (
	"errors"
	"fmt"
	"os"
)

// logSuffix follows the database's name in the name of SQLite's write-ahead log.
const logSuffix = "-wal"

// place says which files the writer has open. It is owned by whoever owns the writer. SQLite goes on writing to files
// that were deleted or moved away, and the next start would find nothing of what was acknowledged meanwhile.
type place struct {
	db, log os.FileInfo // nil before the first transaction of a connection
}

var errMoved = errors.New("its files were deleted, moved or replaced while the server runs: put them back, or stop the server, restore the backup and start it again")

// check reports an error when path and its log are not the files that were there at the first check. It is
// called inside a transaction, so both exist; it is two stats, against the fsync that follows.
func (p *place) check(path string) error {
	db, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return errMoved
	}
	if err != nil {
		return fmt.Errorf("it cannot be looked at: %w", err)
	}
	log, err := os.Stat(path + logSuffix)
	if errors.Is(err, os.ErrNotExist) {
		return errMoved
	}
	if err != nil {
		return fmt.Errorf("its log cannot be looked at: %w", err)
	}
	if p.db == nil {
		p.db = db
	}
	if p.log == nil {
		p.log = log
	}
	if !os.SameFile(p.db, db) || !os.SameFile(p.log, log) {
		return errMoved
	}
	return nil
}
