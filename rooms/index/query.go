package index

import (
	"bytes"
	"slices"
	"strings"

	"parley/text"
)

// Query says which messages to find. All that is set has to be so.
type Query struct {
	Words   []string   // folded; each stands in the text
	Without []string   // folded; none of them stands in the text
	Any     []string   // folded; one of them is in the text as text.HasWord finds it; none for no matter
	Terms   [][]string // of each list, the message has at least one
	Lacks   []string   // the message has none of these terms
}

// Match reports whether a message with this folded text and these terms is meant.
func (q *Query) Match(said string, terms []string) bool {
	for _, w := range q.Words {
		if !strings.Contains(said, w) {
			return false
		}
	}
	for _, w := range q.Without {
		if strings.Contains(said, w) {
			return false
		}
	}
	if len(q.Any) > 0 && !slices.ContainsFunc(q.Any, func(w string) bool { return text.HasWord(said, w) }) {
		return false
	}
	has := func(term string) bool {
		for _, t := range terms {
			if t == term {
				return true
			}
		}
		return false
	}
	for _, list := range q.Terms {
		if !contains(list, has) {
			return false
		}
	}
	return !contains(q.Lacks, has)
}

func contains(list []string, is func(string) bool) bool {
	for _, s := range list {
		if is(s) {
			return true
		}
	}
	return false
}

// Search is a query made ready for many blocks. It is immutable.
type Search struct {
	q       Query
	longest int        // of q.Words; -1 for none
	words   []uint64   // hashes of what every match has
	terms   [][]uint64 // of each list, one is there
	any     [][]uint64 // of each of q.Any; a match has all of one
}

// Prepare makes a query ready.
func Prepare(q Query) *Search {
	s := &Search{q: q, longest: -1}
	for i, w := range q.Words {
		if s.longest < 0 || len(w) > len(q.Words[s.longest]) {
			s.longest = i
		}
		grams(w, func(h uint64) { s.words = append(s.words, h) })
	}
	for _, w := range q.Any {
		var hashes []uint64
		grams(w, func(h uint64) { hashes = append(hashes, h) })
		s.any = append(s.any, hashes)
	}
	for _, list := range q.Terms {
		var hashes []uint64
		for _, t := range list {
			hashes = append(hashes, termHash(t))
		}
		s.terms = append(s.terms, hashes)
	}
	return s
}

// May reports whether the block of this filter may hold a match. An empty filter says nothing.
func (s *Search) May(filter []byte) bool {
	if len(filter) == 0 || len(filter)&(len(filter)-1) != 0 {
		return true
	}
	f := bloom(filter)
	if !f.hasAll(s.words) {
		return false
	}
	for _, list := range s.terms {
		found := false
		for _, h := range list {
			found = found || f.has(h)
		}
		if !found {
			return false
		}
	}
	return len(s.any) == 0 || slices.ContainsFunc(s.any, f.hasAll)
}

// anyOf is those of q.Any that are somewhere in the texts of a block.
func (s *Search) anyOf(texts []byte) (there []string) {
	for _, w := range s.q.Any {
		if bytes.Contains(texts, []byte(w)) {
			there = append(there, w)
		}
	}
	return there
}

// hasAny reports whether one of some words is in a text as text.HasWord finds it.
func hasAny(said []byte, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return bytes.Contains(said, []byte(w)) && text.HasWord(string(said), w)
	})
}
