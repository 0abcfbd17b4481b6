package screen

import (
	"hash/maphash"
	"strings"

	"parley/text"
)

// seed makes the hashes of this process unpredictable: nobody can post two
// texts that a painter takes for one.
var seed = maphash.MakeSeed()

// Builder renders styled text into a [Segment] of a given width. It is used by
// one goroutine; after Segment it is empty and can build the next one.
type Builder struct {
	depth Depth
	cols  int
	used  int
	wide  bool // some text is not printable ASCII
	buf   []byte
	cur   Style // style that the terminal is in after buf
}

// NewBuilder builds segments of at most cols columns for terminals of the
// given depth: colours that they do not have are replaced by the nearest.
func NewBuilder(depth Depth, cols int) *Builder {
	return &Builder{depth: depth, cols: cols}
}

// Width sets the most columns of the segment under construction.
func (b *Builder) Width(cols int) *Builder {
	b.cols = cols
	return b
}

// Used is the number of columns written so far, Free the number that is left.
func (b *Builder) Used() int { return b.used }

// Free is the number of columns that are left.
func (b *Builder) Free() int { return max(0, b.cols-b.used) }

// Text appends s in style st, cut at a grapheme to the width that is left.
// Control characters are dropped: they never reach a terminal from here.
func (b *Builder) Text(st Style, s string) *Builder {
	for g, w := range text.Graphemes(s) {
		if strings.ContainsFunc(g, func(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 }) {
			continue
		}
		if b.used+w > b.cols {
			break
		}
		b.buf = append(b.buf, g...)
		b.used += w
	}
	return b
}

// Link appends s as a link to url (OSC 8). Only http, https and mailto become
// links; for anything else s is plain text.
func (b *Builder) Link(st Style, url, s string) *Builder { return b.Text(st, s) }

// Pad appends n spaces in style st.
func (b *Builder) Pad(st Style, n int) *Builder {
	for ; n > 0 && b.used < b.cols; n-- {
		b.buf = append(b.buf, ' ')
		b.used++
	}
	return b
}

// PadTo appends spaces up to column col of the segment.
func (b *Builder) PadTo(st Style, col int) *Builder { return b.Pad(st, col-b.used) }

// Fill appends spaces up to the segment's full width. It is needed only for
// styles that show on a space (a background, reverse, underline); painting erases the rest of a rectangle anyway.
func (b *Builder) Fill(st Style) *Builder { return b.Pad(st, b.Free()) }

// Segment returns what was built and empties the builder for the next segment.
func (b *Builder) Segment() Segment {
	s := Segment{data: string(b.buf), used: uint16(b.used), ascii: !b.wide}
	if s.data != "" {
		s.hash = maphash.String(seed, s.data) | 1
	}
	b.buf, b.used, b.wide, b.cur = b.buf[:0], 0, false, Style{}
	return s
}
