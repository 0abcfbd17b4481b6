//go:build unix

package tcpd

import "syscall"

const canTry = true

// errNotYet says that reading or writing would block.
const errNotYet = syscall.EAGAIN

// readOnce reads from a descriptor that does not block.
func readOnce(fd uintptr, p []byte) (int, error) { return once(syscall.Read, fd, p) }

// writeOnce writes to a descriptor that does not block.
func writeOnce(fd uintptr, p []byte) (int, error) { return once(syscall.Write, fd, p) }

func once(call func(int, []byte) (int, error), fd uintptr, p []byte) (int, error) {
	for {
		n, err := call(int(fd), p)
		if err != syscall.EINTR {
			return max(n, 0), err
		}
	}
}
