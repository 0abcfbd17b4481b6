//go:build linux || darwin || freebsd

package sqlite

import "syscall"

// volume is how large the volume of a folder is and what a program without privileges may still write there, in bytes; 0 if
// the system does not say.
func volume(dir string) (size, free int64) {
	var v syscall.Statfs_t
	if syscall.Statfs(dir, &v) != nil {
		return 0, 0
	}
	return int64(v.Blocks) * int64(v.Bsize), max(int64(v.Bavail), 0) * int64(v.Bsize)
}
