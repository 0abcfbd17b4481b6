package text

import (
	"slices"
	"strings"
	"unicode"
)

// maxIsolates is the number of isolates in one line. UAX #9 allows 125 levels; people use one.
const maxIsolates = 8

func isDropped(r rune) bool { return unicode.Is(dropped, r) }

func isIsolate(r rune) bool { return r >= lri && r <= pdi }

// isolate keeps isolates and marks of direction where they mean something: in lines with
// right-to-left letters, isolates opened and closed within the line, one mark in a place.
func isolate(s string) string {
	if !strings.ContainsFunc(s, isDirection) {
		return s
	}
	var b strings.Builder
	for line := range strings.Lines(s) {
		switch {
		case !strings.ContainsFunc(line, isDirection):
			b.WriteString(line)
		case !strings.ContainsFunc(line, isRTL):
			b.WriteString(strings.Map(func(r rune) rune {
				if isDirection(r) {
					return -1
				}
				return r
			}, line))
		default:
			pairs := pairIsolates(line)
			var prev rune
			for i, r := range line {
				if isIsolate(r) && !slices.Contains(pairs, i) || !isIsolate(r) && isDirection(r) && isDirection(prev) {
					continue
				}
				prev = r
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// pairIsolates gives the positions of the isolates that are opened and closed in line: the first maxIsolates pairs.
func pairIsolates(line string) []int {
	var pairs, open []int
	for i, r := range line {
		switch {
		case r >= lri && r <= fsi:
			open = append(open, i)
		case r == pdi && len(open) > 0:
			if len(pairs) < 2*maxIsolates {
				pairs = append(pairs, open[len(open)-1], i)
			}
			open = open[:len(open)-1]
		}
	}
	return pairs
}

// Balance closes the isolates that a row opens and removes the ends of those that it does not open:
// for a piece of safe text that was cut between the two. It changes no width.
func Balance(row string) string {
	if !strings.ContainsFunc(row, isIsolate) {
		return row
	}
	var b strings.Builder
	open, from := 0, 0
	for i, r := range row {
		switch {
		case r >= lri && r <= fsi:
			open++
		case r == pdi && open == 0:
			b.WriteString(row[from:i])
			from = i + len(string(pdi))
		case r == pdi:
			open--
		}
	}
	b.WriteString(row[from:])
	for range open {
		b.WriteRune(pdi)
	}
	return b.String()
}
