package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what a Span is.
type Kind uint8

// The kinds of span.
const (
	Plain   Kind = iota
	Mention      // @name
	Room         // #room
	URL          // a link: http, https or mailto
	Code         // `code`, or a block between lines of three backquotes
)

// Span is a piece of a body. The texts of all spans of a body, one after the other, are the body.
type Span struct {
	Kind Kind
	Text string   // the piece as it stands in the body, with the marks around it
	Name Name     // whom a Mention means; there may be nobody of that name
	Room RoomName // what a Room means; there may be no such room
	URL  string   // the target of a URL: printable ASCII, its host in punycode

	foreign bool // the host of URL is not what Text shows
}

// Shown is the text to paint for a span: Text, but the target of a link whose host is
// not ASCII, so that a reader sees where it leads.
func (s Span) Shown() string {
	if s.foreign {
		return s.URL
	}
	return s.Text
}

// MaxMentions is the most names that Mentions gives.
const MaxMentions = 50

// Mentions is the distinct names that b mentions, in the order in which they are first mentioned.
func Mentions(b Body) []Name {
	if strings.IndexByte(b.s, '@') < 0 {
		return nil
	}
	var names []Name
	for _, s := range Parse(b) {
		if s.Kind == Mention && !slices.Contains(names, s.Name) {
			if names = append(names, s.Name); len(names) == MaxMentions {
				break
			}
		}
	}
	return names
}

// Parse divides b into spans; neighbours are never both Plain. It takes time in proportion to the body.
//
// A mention or a room starts where no word goes on, so an address like ana@example.org has none; the
// signs at its end belong to the sentence. A link ends at a space, a quotation mark or an angle bracket,
// without the punctuation after it; a URL that hides its host behind a user name, or whose host is not
// valid, is no link. Inside code there is no markup.
func Parse(b Body) []Span {
	p := parser{s: b.s}
	for p.pos < len(p.s) {
		switch c := p.s[p.pos]; {
		case c == '`':
			p.code()
		case c == '@' && p.atStart():
			p.mention()
		case c == '#' && p.atStart():
			p.room()
		case (c|0x20 == 'h' || c|0x20 == 'm') && p.atStart():
			p.link()
		default:
			p.pos++
		}
	}
	p.flush(len(p.s))
	return p.spans
}

// parser walks through a body: s[:from] is in spans, s[from:pos] is plain so far.
type parser struct {
	s         string
	from, pos int
	spans     []Span
	eol       int   // the end of the line that code was last found in
	unclosed  []int // lengths of runs of three backquotes and more that nothing closes
}

func (p *parser) flush(to int) {
	if to > p.from {
		p.spans = append(p.spans, Span{Text: p.s[p.from:to]})
		p.from = to
	}
}

// add ends the plain text before pos and appends s, which stands at pos.
func (p *parser) add(s Span) {
	p.flush(p.pos)
	p.spans = append(p.spans, s)
	p.pos += len(s.Text)
	p.from = p.pos
}

// atStart reports whether no word goes on at pos.
func (p *parser) atStart() bool {
	if p.pos == 0 {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(p.s[:p.pos])
	return r < utf8.RuneSelf && !isWordRune(r) && !strings.ContainsRune("@#&./-_~", r) ||
		r >= utf8.RuneSelf && (!isWordRune(r) || isCJK(string(r)))
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.Nd) || r == zwj || r == zwnj
}

// word is the run of letters, digits and separators at the beginning of s, without separators at
// its end, or empty when it is longer than any name.
func word(s string) string {
	end := 0
	for i, r := range s {
		if i > MaxRoomName*maxGrapheme {
			return ""
		}
		sep := r < utf8.RuneSelf && isSeparator(byte(r)) || isSeparatorRune(r)
		if !sep && !isWordRune(r) {
			break
		}
		if !sep {
			end = i + utf8.RuneLen(r)
		}
	}
	return s[:end]
}

func (p *parser) mention() {
	w := word(p.s[p.pos+1:])
	if n, err := ReadName(w); err == nil && (n.IsGuest() || checkReserved(n.s) == nil) {
		p.add(Span{Kind: Mention, Text: p.s[p.pos : p.pos+1+len(w)], Name: n})
		return
	}
	p.pos += 1 + len(w)
}

func (p *parser) room() {
	w := word(p.s[p.pos+1:])
	if r, err := ParseRoomName(w); err == nil {
		p.add(Span{Kind: Room, Text: p.s[p.pos : p.pos+1+len(w)], Room: r})
		return
	}
	p.pos += 1 + len(w)
}

// code reads a run of backquotes and what it opens: one or two close on the same line, three and
// more anywhere after. A run that nothing closes is plain.
func (p *parser) code() {
	run := backquotes(p.s[p.pos:])
	within := p.s[p.pos+run:]
	if run < 3 {
		within = p.s[p.pos+run : p.lineEnd(p.pos+run)]
	} else if slices.Contains(p.unclosed, run) {
		p.pos += run
		return
	}
	for i := 0; i < len(within); {
		at := strings.IndexByte(within[i:], '`')
		if at < 0 {
			break
		}
		i += at
		n := backquotes(within[i:])
		if n == run && i > 0 {
			p.add(Span{Kind: Code, Text: p.s[p.pos : p.pos+run+i+n]})
			return
		}
		i += n
	}
	if run >= 3 {
		p.unclosed = append(p.unclosed, run)
	}
	p.pos += run
}

// lineEnd is where the line that pos is in ends. Asked for in rising order, it reads the body once.
func (p *parser) lineEnd(pos int) int {
	if pos > p.eol {
		if i := strings.IndexByte(p.s[pos:], '\n'); i >= 0 {
			p.eol = pos + i
		} else {
			p.eol = len(p.s)
		}
	}
	return p.eol
}

func backquotes(s string) int {
	n := 0
	for n < len(s) && s[n] == '`' {
		n++
	}
	return n
}
