package config

import (
	"math"

	"parley/text"
)

// nearest returns the candidate that word was most likely meant to be, or "".
func nearest(word string, candidates []string) string {
	best, bestDistance := "", math.MaxInt
	for _, c := range candidates {
		if d := text.Distance(word, c); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	if bestDistance > max(1, len(best)/3) {
		return ""
	}
	return best
}
