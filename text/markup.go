package text

import "strings"

// Kind is what a Span is.
type Kind uint8

// The kinds of span.
const (
	Plain Kind = iota
	Mention
	Room
	Link
	Code
)

// Span is a piece of a body. The texts of all spans, one after the other, are the body.
type Span struct {
	Kind Kind
	Text string   // the piece of the body, byte for byte
	Name Name     // the name that a Mention means
	Room RoomName // the room that a Room means
	URL  string   // the target of a Link, its host in punycode
}

// Parse finds the mentions, rooms, links and code of a body.
func Parse(b Body) []Span {
	var out []Span
	s := b.s
	for len(s) > 0 {
		i := strings.IndexAny(s, " \n")
		word := s
		if i >= 0 {
			word = s[:max(i, 1)]
		}
		sp := Span{Text: word}
		switch {
		case strings.HasPrefix(word, "@"):
			if n, err := ReadName(word[1:]); err == nil {
				sp.Kind, sp.Name = Mention, n
			}
		case strings.HasPrefix(word, "#"):
			if r, err := ParseRoomName(word); err == nil {
				sp.Kind, sp.Room = Room, r
			}
		case strings.HasPrefix(word, "https://"), strings.HasPrefix(word, "http://"):
			sp.Kind, sp.URL = Link, word
		}
		out = append(out, sp)
		s = s[len(word):]
	}
	return out
}

// Mentions is the distinct names that a body mentions, in order, at most 50.
func Mentions(b Body) []Name {
	var out []Name
	seen := map[Name]bool{}
	for _, sp := range Parse(b) {
		if sp.Kind == Mention && !seen[sp.Name] && len(out) < 50 {
			seen[sp.Name] = true
			out = append(out, sp.Name)
		}
	}
	return out
}
