//go:build !linux && !darwin && !freebsd

package sqlite

// volume is not known here.
func volume(string) (size, free int64) { return 0, 0 }
