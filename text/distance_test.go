package text

import (
	"math"
	"strings"
	"testing"
)

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"join", "join", 0}, {"jion", "join", 1}, {"joi", "join", 1}, {"joinn", "join", 1}, {"jobn", "join", 1},
		{"", "abc", 3}, {"日本語", "日語", 1}, {"abcd", "badc", 2},
		{strings.Repeat("x", 65), "x", math.MaxInt}, {"x", strings.Repeat("é", 65), math.MaxInt},
	} {
		if got := Distance(c.a, c.b); got != c.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
		if Distance(c.a, c.b) != Distance(c.b, c.a) {
			t.Errorf("Distance(%q, %q) depends on the order", c.a, c.b)
		}
	}
}
