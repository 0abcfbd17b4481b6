package text

import "math"

// maxDistance bounds the words that Distance compares, in runes: the work
// grows with the product of their lengths.
const maxDistance = 64

// Distance counts the letters missing, superfluous, wrong or swapped with their
// neighbour between two words (optimal string alignment), to tell somebody
// what they may have meant. Words longer than 64 runes are infinitely far.
func Distance(a, b string) int {
	if len(a) > 4*maxDistance || len(b) > 4*maxDistance {
		return math.MaxInt
	}
	x, y := []rune(a), []rune(b)
	if len(x) > maxDistance || len(y) > maxDistance {
		return math.MaxInt
	}
	before, last := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row := make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			wrong := 1
			if x[i] == y[j] {
				wrong = 0
			}
			row[j+1] = min(row[j]+1, last[j+1]+1, last[j]+wrong)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
