package screen

import (
	"hash/maphash"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/text"
)

// seed makes the hashes of this process unpredictable: nobody can post two
// texts that a painter takes for one.
var seed = maphash.MakeSeed()

// maxURL is the longest link target; VTE and others ignore longer ones.
const maxURL = 2083

// Builder renders styled text into a [Segment] of a given width. It is used by
// one goroutine; after Segment it is empty and can build the next one.
type Builder struct {
	depth Depth
	cols  int
	pen   // what was written
	// solid is the pen after the last thing that can be seen: blanks
	// behind it are not sent.
	solid pen
	buf   []byte
	full  bool // a grapheme did not fit: nothing may follow
	// isolates is the number of them that are open.
	isolates int
}

// pen is the state of the text up to a place in buf.
type pen struct {
	end  int   // length of buf
	used int   // columns by our count
	most int   // columns by the most pessimistic count
	odd  bool  // terminals may disagree about used
	cur  Style // style that the terminal is in
}

// NewBuilder builds segments of at most cols columns (up to 65,535) for
// terminals of the given depth: colours that they do not have are replaced by the nearest.
func NewBuilder(depth Depth, cols int) *Builder {
	return &Builder{depth: depth, cols: min(cols, 0xffff)}
}

// Width sets the most columns of the segment under construction; text that
// was cut before does not go on, but more may follow.
func (b *Builder) Width(cols int) *Builder {
	b.cols, b.full = min(cols, 0xffff), false
	return b
}

// Used is the number of columns written so far.
func (b *Builder) Used() int { return b.used }

// Free is the number of columns that are left.
func (b *Builder) Free() int { return max(0, b.cols-b.used) }

// Text appends s in style st, cut at a grapheme to the width that is left.
// What is not text is dropped here even though [text] has done so before: control characters, bytes that are
// not UTF-8, and marks without a base, which would join the neighbour's last cell.
func (b *Builder) Text(st Style, s string) *Builder {
	st = st.at(b.depth)
	for i := 0; i < len(s) && !b.full; {
		n := plainPrefix(s[i:])
		if n == 0 {
			end := nextPlain(s[i:])
			b.graphemes(st, s[i:i+end])
			i += end
			continue
		}
		b.plain(st, s[i:i+n])
		i += n
	}
	return b
}

// plainPrefix is the length of the printable ASCII at the start of s that
// cannot be the base of a cluster with what follows it.
func plainPrefix(s string) int {
	n := 0
	for n < len(s) && s[n] >= 0x20 && s[n] < 0x7f {
		n++
	}
	if n < len(s) && n > 0 && s[n] >= 0x80 {
		n--
	}
	return n
}

// nextPlain is the length of the part of s before two printable ASCII
// characters in a row: there plainPrefix can take over.
func nextPlain(s string) int {
	for i := 1; i+1 < len(s); i++ {
		if s[i] >= 0x20 && s[i] < 0x7f && s[i+1] >= 0x20 && s[i+1] < 0x7f {
			return i
		}
	}
	return len(s)
}

// plain appends printable ASCII.
func (b *Builder) plain(st Style, s string) {
	if len(s) > b.Free() {
		s, b.full = s[:b.Free()], true
	}
	for len(s) > 0 {
		if s[0] == ' ' {
			n := len(s) - len(strings.TrimLeft(s, " "))
			b.Pad(st, n)
			s = s[n:]
			continue
		}
		// A single space inside of words is not worth a change of style.
		n := strings.IndexByte(s, ' ')
		if n < 0 {
			n = len(s)
		}
		b.put(st, s[:n], n, n, false)
		s = s[n:]
	}
}

// graphemes appends text that is not printable ASCII, or is the base of it.
func (b *Builder) graphemes(st Style, s string) {
	for g, w := range text.Graphemes(s) {
		first, n := utf8.DecodeRuneInString(g)
		if n == len(g) && isDirection(first) {
			b.direction(first)
			continue
		}
		if w == 0 || unicode.IsMark(first) || strings.ContainsFunc(g, isControl) || !utf8.ValidString(g) {
			continue
		}
		if w > b.Free() {
			b.full = true
			return
		}
		if g == " " {
			b.Pad(st, 1)
			continue
		}
		most, odd := 0, false
		for _, r := range g {
			n, ok := sureWidth(r)
			if !ok {
				n, odd = 2, true
			}
			most += n
		}
		b.put(st, g, w, max(w, most), odd || most != w)
	}
}

// isControl holds for C0, DEL, C1 and the separators that some terminals obey.
func isControl(r rune) bool {
	return r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029
}

const (
	lri = '\u2066' // the first of the characters that open an isolate
	fsi = '\u2068' // the last
	pdi = '\u2069' // closes one
)

// isDirection holds for the marks and isolates that keep right-to-left text in its place.
func isDirection(r rune) bool { return r >= lri && r <= pdi || r == '\u200e' || r == '\u200f' }

// direction appends a character that takes no column. An isolate is closed within its
// segment, so that the order of a text does not reach its neighbour.
func (b *Builder) direction(r rune) {
	switch {
	case r == pdi && b.isolates == 0:
		return
	case r == pdi:
		b.isolates--
	case r >= lri && r <= fsi:
		b.isolates++
	}
	b.buf = utf8.AppendRune(b.buf, r)
	b.most += 2
	b.odd = true
	b.mark()
}

// put appends one run of text that can be seen.
func (b *Builder) put(st Style, s string, used, most int, odd bool) {
	b.buf = append(appendSGR(b.buf, b.cur, st), s...)
	b.cur = st
	b.used += used
	b.most += most
	b.odd = b.odd || odd
	b.mark()
}

func (b *Builder) mark() {
	b.end = len(b.buf)
	b.solid = b.pen
}

// Link appends s as a link to url (OSC 8). Only http, https and mailto in printable ASCII become
// links; for anything else s is plain text. The same url has the same id, so
// that a link that is wrapped over rows lights up as one.
func (b *Builder) Link(st Style, url, s string) *Builder {
	if !linkable(url) {
		return b.Text(st, s)
	}
	b.buf = append(b.buf, "\x1b]8;id="...)
	b.buf = strconv.AppendUint(b.buf, maphash.String(seed, url)>>32, 36)
	b.buf = append(b.buf, ';')
	b.buf = append(b.buf, url...)
	b.buf = append(b.buf, "\x1b\\"...)
	b.Text(st, s)
	b.buf = append(b.buf, "\x1b]8;;\x1b\\"...)
	b.mark()
	return b
}

func linkable(url string) bool {
	if len(url) > maxURL {
		return false
	}
	for i := range len(url) {
		if url[i] <= 0x20 || url[i] >= 0x7f {
			return false
		}
	}
	scheme, rest, ok := strings.Cut(url, ":")
	if !ok || rest == "" {
		return false
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "mailto":
		return true
	}
	return false
}

// Pad appends n spaces in style st, or as many as fit.
func (b *Builder) Pad(st Style, n int) *Builder {
	if n = min(n, b.Free()); n <= 0 {
		return b
	}
	st = st.at(b.depth)
	unseen := st.blank()
	if !unseen || !b.cur.blank() {
		b.buf = appendSGR(b.buf, b.cur, st)
		b.cur = st
	}
	for range n {
		b.buf = append(b.buf, ' ')
	}
	b.used += n
	b.most += n
	if !unseen {
		b.mark()
	}
	return b
}

// PadTo appends spaces in style st up to column col of the segment.
func (b *Builder) PadTo(st Style, col int) *Builder { return b.Pad(st, col-b.used) }

// Fill appends spaces in style st up to the segment's full width. Only styles that show on a
// space need it (a background, reverse, underline): painting blanks the rest of a rectangle anyway.
func (b *Builder) Fill(st Style) *Builder { return b.Pad(st, b.Free()) }

// Segment returns what was built and empties the builder for the next segment.
func (b *Builder) Segment() Segment {
	for b.isolates > 0 {
		b.direction(pdi)
	}
	end := b.solid
	data := appendSGR(b.buf[:end.end], end.cur, Style{})
	s := Segment{used: uint16(end.used)}
	if len(data) > 0 {
		s.data = string(data)
		s.hash = max(1, maphash.String(seed, s.data))
		s.findStyle(end.cur)
	}
	if end.odd {
		s.most = uint16(min(end.most, 0xffff))
	}
	b.buf, b.pen, b.solid, b.full = b.buf[:0], pen{}, pen{}, false
	return s
}
