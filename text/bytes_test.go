package text

import (
	"math"
	"testing"
)

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 bytes", 1: "1 byte", 1023: "1023 bytes", 1024: "1 KiB", 1536: "1.5 KiB", 48213: "47.1 KiB", 100 << 10: "100 KiB",
		1<<20 - 1: "1 MiB", 64 << 20: "64 MiB", 1 << 30: "1 GiB", 5 << 40: "5 TiB", math.MaxInt64: "8 EiB",
	} {
		if got := Bytes(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
