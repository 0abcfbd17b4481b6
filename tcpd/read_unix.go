//go:build unix

package tcpd

import "syscall"

const canTry = true

// errNotYet says that reading would block.
const errNotYet = syscall.EAGAIN

// readOnce reads from a descriptor that does not block.
func readOnce(fd uintptr, p []byte) (int, error) {
	for {
		n, err := syscall.Read(int(fd), p)
		if err != syscall.EINTR {
			return max(n, 0), err
		}
	}
}
