package screen

// Segment is text rendered for a terminal: SGR sequences, links and text,
// starting and ending in the default style. It is immutable and may be shared
// between sessions and goroutines. The zero value is an empty segment: its
// rectangle is blank. Segments come from a [Builder].
type Segment struct {
	data string
	hash uint64
	used uint16
	// ascii means that the text is printable ASCII only, so that every
	// terminal agrees about its width.
	ascii bool
}

// Used is the number of columns that the text takes, by our count.
func (s Segment) Used() int { return int(s.used) }

// Len is the number of bytes that painting the text sends.
func (s Segment) Len() int { return len(s.data) }
