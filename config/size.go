package config

import (
	"fmt"
	"strconv"
	"strings"
)

// Size is a number of bytes; 0 is no limit. In the file it is a whole number with a unit, "64MiB", or without one.
type Size int64

// maxSize bounds every size in the file: what a file in the database can have.
const maxSize = 1 << 40

// parseSize reads "N", "NKiB", "NMiB" or "NGiB".
func parseSize(s string) (Size, error) {
	digits, unit := s, uint64(1)
	for i, name := range []string{"KiB", "MiB", "GiB"} {
		if cut, ok := strings.CutSuffix(s, name); ok {
			digits, unit = strings.TrimRight(cut, " "), 1<<(10*(i+1))
		}
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || n > maxSize/unit {
		return 0, fmt.Errorf("%s is not a size of at most 1024GiB; write a whole number of bytes or one such as 512KiB, 64MiB or 4GiB, or 0 for no limit", quote(s))
	}
	return Size(n * unit), nil
}

// String writes the size in the largest unit in which it is whole.
func (s Size) String() string {
	unit := ""
	for _, next := range []string{"KiB", "MiB", "GiB"} {
		if s == 0 || s%(1<<10) != 0 {
			break
		}
		s, unit = s>>10, next
	}
	return strconv.FormatInt(int64(s), 10) + unit
}
