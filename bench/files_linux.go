package main

import (
	"fmt"
	"syscall"
)

// allowFiles raises the limit of open files, which children inherit, to at least n.
func allowFiles(n uint64) error {
	var have syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &have); err != nil {
		return err
	}
	if have.Max >= n {
		return nil
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
		return fmt.Errorf("this needs %d open files, and the limit is %d; raise it with ulimit -n: %w", n, have.Max, err)
	}
	return nil
}
