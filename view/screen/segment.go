package screen

import "strings"

// Segment is text rendered for a terminal: SGR sequences, links and text,
// starting and ending in the default style. It is immutable and may be shared
// between sessions and goroutines. The zero value is an empty segment: its
// rectangle is blank. Segments come from a [Builder].
type Segment struct {
	data string
	hash uint64 // 0 for an empty segment only
	used uint16
	// most is the most columns that any terminal may take for the text, by
	// the most pessimistic count: at least used. 0 means that every
	// terminal agrees on used.
	most uint16
	// A segment whose style begins behind nothing but blanks has that style's SGR at data[at:at+sgr]; sgr is 0
	// for another. even says that it is the only one, up to a reset at the end, and does not show on a blank.
	at, sgr uint8
	even    bool
}

// reset goes back to the default style.
const reset = "\x1b[m"

// findStyle notes where the style of the data begins; last is the style at the end.
func (s *Segment) findStyle(last Style) {
	at := len(s.data) - len(strings.TrimLeft(s.data, " "))
	rest, found := strings.CutPrefix(s.data[at:], "\x1b[")
	end := strings.IndexByte(rest, 'm')
	if !found || at+end > 0xff-3 {
		return
	}
	s.at, s.sgr = uint8(at), uint8(end+3)
	text, found := strings.CutSuffix(rest[end+1:], reset)
	s.even = found && last.blank() && strings.IndexByte(text, 0x1b) < 0
}

// style is the SGR that the text begins with.
func (s *Segment) style() string { return s.data[s.at : s.at+s.sgr] }

// Used is the number of columns that the text takes, by our count, without blanks at its end.
func (s Segment) Used() int { return int(s.used) }

// Len is the number of bytes that painting the text sends.
func (s Segment) Len() int { return len(s.data) }

// Hash identifies the text and its look within this process. Segments with the same hash look the same.
func (s Segment) Hash() uint64 { return s.hash }

// reach is the most columns that any terminal may take for the text.
func (s Segment) reach() int { return max(int(s.used), int(s.most)) }

// sure says that every terminal agrees about the text's width.
func (s Segment) sure() bool { return s.most == 0 }

// sureWidth says whether all terminals give r the same width, and that width. It is true for printable ASCII
// and for the bulk of Japanese, Chinese and Korean letters; everything else is ambiguous (East Asian
// Width A), joins with its neighbours, or is newer than some terminals.
func sureWidth(r rune) (w int, ok bool) {
	switch {
	case r >= 0x20 && r < 0x7f:
		return 1, true
	case r >= 0x3041 && r <= 0x3096, // Hiragana
		r >= 0x30a1 && r <= 0x30fa, // Katakana
		r >= 0x4e00 && r <= 0x9fa5, // CJK ideographs of Unicode 1.1
		r >= 0xac00 && r <= 0xd7a3, // Hangul syllables
		r == 0x3001, r == 0x3002:   // ideographic comma and full stop
		return 2, true
	}
	return 0, false
}
