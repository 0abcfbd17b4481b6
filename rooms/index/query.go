package index

import "strings"

// Query says which messages to find. All that is set has to be so.
type Query struct {
	Words   []string   // folded; each stands in the text
	Without []string   // folded; none of them stands in the text
	Terms   [][]string // of each list, the message has at least one
	Lacks   []string   // the message has none of these terms
}

// Match reports whether a message with this folded text and these terms is meant.
func (q *Query) Match(text string, terms []string) bool {
	for _, w := range q.Words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	for _, w := range q.Without {
		if strings.Contains(text, w) {
			return false
		}
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
	for _, h := range s.words {
		if !f.has(h) {
			return false
		}
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
	return true
}
