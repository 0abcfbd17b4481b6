package sqlite

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"
)

// lock is the lock file that makes this process the only one to write a
// database. The kernel releases it when the process ends, even by kill -9;
// the file itself stays, because removing it would let two processes lock two
// different files of one name.
type lock struct{ file *os.File }

// lockPatience is how long a starting server waits for the one before it: after
// kill -9 the system takes a moment to end a process, and a supervisor is quicker.
const (
	lockPatience = time.Second
	lockRetry    = 20 * time.Millisecond
)

// takeLock locks the file at path and writes the process id into it. It waits
// for lockPatience at most.
func takeLock(path string) (*lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the lock file of the database cannot be opened: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	for end := time.Now().Add(lockPatience); errors.Is(err, syscall.EWOULDBLOCK) && time.Now().Before(end); {
		time.Sleep(lockRetry)
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	if err != nil {
		defer f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%s cannot be locked: %w", path, err)
		}
		holder := "another process"
		if b, _ := io.ReadAll(io.LimitReader(f, 32)); len(b) > 0 {
			holder = "process " + strings.TrimSpace(strings.ToValidUTF8(string(b), "?"))
		}
		return nil, fmt.Errorf("%s is in use by %s: stop it first, or give this server a data folder of its own",
			strings.TrimSuffix(path, lockSuffix), holder)
	}
	l := &lock{f}
	if err := l.sign(); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s cannot be written: %w", path, err)
	}
	return l, nil
}

// sign writes the process id, so that a refused process can name its holder.
func (l *lock) sign() error {
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err := l.file.WriteAt([]byte(fmt.Sprintln(os.Getpid())), 0)
	return err
}

func (l *lock) release() error { return l.file.Close() }
