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
	Code         // `code`, with its backquotes
	Block        // the lines of a fenced block, without the fences; it has no newline at its end
	Ref          // #room:1042, a message
	Picture      // :tada:
	Mark         // * _ or ~ around what they mark: hidden where its look can be shown
	Fence        // the line before or after a Block, with the newline between; hidden likewise
	Quoted       // "> " at the beginning of a quoted line, once for each level
	Item         // "- " or "1. " at the beginning of a line of a list, with the spaces before it
)

// Look is how a span is emphasised: a set.
type Look uint8

// The looks.
const (
	Bold   Look = 1 << iota // *bold* and **bold**
	Italic                  // _italic_
	Strike                  // ~strike~ and ~~strike~~
)

// Span is a piece of a body. The texts of all spans of a body, one after the other, are the body.
type Span struct {
	Kind Kind
	Look Look
	pair int8     // of a Mark while its line is read: 1 opens, -1 closes
	Text string   // the piece as it stands in the body
	Name Name     // whom a Mention means; there may be nobody of that name
	Room RoomName // what a Room or a Ref means; there may be no such room
	Seq  uint64   // which message a Ref means
	URL  string   // the target of a URL: printable ASCII, its host in punycode
	Lang string   // the word after the fence of a Block, in lower case: a language, or empty

	shown string // what readers see instead of Text, if not empty
}

// Shown is the text to paint for a span: Text, but the target of a link whose host is
// not ASCII, so that a reader sees where it leads, and the emoji that is named.
func (s *Span) Shown() string {
	if s.shown != "" {
		return s.shown
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
	return Mentioned(Parse(b))
}

// Mentioned is Mentions of a body whose spans are at hand.
func Mentioned(spans []Span) []Name {
	var names []Name
	for i := range spans {
		if s := &spans[i]; s.Kind == Mention && !slices.Contains(names, s.Name) {
			if names = append(names, s.Name); len(names) == MaxMentions {
				break
			}
		}
	}
	return names
}

// Parse divides b into spans; neighbours are never both Plain and of the same look. It takes time in
// proportion to the body.
//
// A mention or a room starts where no word goes on, so an address like ana@example.org has none; the
// signs at its end belong to the sentence. A link ends at a space, a quotation mark or an angle bracket,
// without the punctuation after it; a URL that hides its host behind a user name, or whose host is not
// valid, is no link. Inside code there is no markup.
//
// Marks of emphasis stand at the outside of words, so that snake_case, 2*3*4, *.go and paths stay as they
// are; in scripts that are written without spaces they stand anywhere. What they mark lies within a line,
// begins and ends with no space, and holds a letter, a digit or an emoji. Two emphases may lie one in the
// other. A mark is plain if hiding it would join the characters around it.
//
// Backquotes close on the same line, three and more also on a later one: then they are the fences of a Block.
// A word alone after the first fence is its Lang.
func Parse(b Body) []Span {
	p := parser{s: b.s}
	p.startLine()
	for p.pos < len(p.s) {
		switch c := p.s[p.pos]; c {
		case '`':
			p.code()
		case '*', '_', '~':
			p.mark(c)
		case ':':
			p.colon()
		case '@':
			p.mention()
		case '#':
			p.room()
		case '\n':
			p.endLine()
			p.pos++
			p.startLine()
		default:
			p.pos++
		}
	}
	p.endLine()
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

	line   int  // how many spans there were when the line began
	begin  int  // where in s its text begins
	quoted bool // the line is quoted: code ends with it
	emphases
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

// follows reports whether a span of this kind ends at pos.
func (p *parser) follows(k Kind, pos int) bool {
	return p.from == pos && len(p.spans) > p.line && p.spans[len(p.spans)-1].Kind == k
}

// atStart reports whether no word goes on at pos.
func (p *parser) atStart(pos int) bool {
	if pos == 0 {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(p.s[:pos])
	if r >= utf8.RuneSelf {
		return !isWordRune(r) || isCJK(string(r))
	}
	return !isWordRune(r) && !strings.ContainsRune("@#&./-_~", r) || (r == '_' || r == '~') && p.follows(Mark, pos)
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
	if !p.atStart(p.pos) {
		p.pos++
		return
	}
	w := word(p.s[p.pos+1:])
	if n, err := ReadName(w); err == nil && (n.IsGuest() || checkReserved(n.s) == nil) {
		p.add(Span{Kind: Mention, Text: p.s[p.pos : p.pos+1+len(w)], Name: n})
		return
	}
	p.pos += 1 + len(w)
}

func (p *parser) room() {
	if !p.atStart(p.pos) {
		p.pos++
		return
	}
	w := word(p.s[p.pos+1:])
	end := p.pos + 1 + len(w)
	r, err := ParseRoomName(w)
	if err != nil {
		p.pos = end
		return
	}
	if n, seq := seqAfter(p.s[end:]); n > 0 {
		p.add(Span{Kind: Ref, Text: p.s[p.pos : end+n], Room: r, Seq: seq})
		return
	}
	p.add(Span{Kind: Room, Text: p.s[p.pos:end], Room: r})
}

// seqAfter reads the ":1042" of a reference and its length; 0 if s begins with none, or with a word or a time.
func seqAfter(s string) (n int, seq uint64) {
	if s == "" || s[0] != ':' {
		return 0, 0
	}
	digits := leading(s[1:min(len(s), 21)], isDigitByte)
	seq, ok := parseSeq(digits)
	n = 1 + len(digits)
	if !ok {
		return 0, 0
	}
	if next, _ := utf8.DecodeRuneInString(s[n:]); n < len(s) && isWordRune(next) && !isCJK(string(next)) {
		return 0, 0
	}
	if len(s) > n+1 && s[n] == ':' && isDigitByte(s[n+1]) {
		return 0, 0
	}
	return n, seq
}

// colon reads what a colon is part of: a link whose scheme stands before it, or the name of an emoji.
func (p *parser) colon() {
	before, after := p.s[p.from:p.pos], p.s[p.pos+1:]
	for _, scheme := range [...]string{"https", "http", "mailto"} {
		n := len(before) - len(scheme)
		if n < 0 || !strings.EqualFold(before[n:], scheme) || scheme != "mailto" && !strings.HasPrefix(after, "//") {
			continue
		}
		if p.atStart(p.pos - len(scheme)) {
			p.link(len(scheme), scheme == "mailto")
			return
		}
	}
	name := leading(after[:min(len(after), maxEmojiName)], isEmojiNameByte)
	if name != "" && len(name) < len(after) && after[len(name)] == ':' && p.apart(len(name)+2) {
		if e, ok := lookUpEmoji(name); ok {
			p.add(Span{Kind: Picture, Text: p.s[p.pos : p.pos+len(name)+2], shown: e.glyph})
			p.marks++ // resolve looks whether it may stand there
			return
		}
	}
	p.pos++
}

func isEmojiNameByte(c byte) bool {
	return isDigitByte(c) || isLetterByte(c) || c == '_' || c == '+' || c == '-'
}

// apart reports whether no word touches the n bytes at pos: 10:100:20 is no emoji.
func (p *parser) apart(n int) bool {
	before, _ := utf8.DecodeLastRuneInString(p.s[:p.pos])
	after, _ := utf8.DecodeRuneInString(p.s[p.pos+n:])
	return (p.pos == 0 || before == ':' && p.follows(Picture, p.pos) || before != ':' && !touches(before)) &&
		(p.pos+n == len(p.s) || !touches(after))
}

// touches reports whether a word goes on at r: not in scripts that are written without spaces.
func touches(r rune) bool { return isWordRune(r) && !isSpaceless(r) }

// isSpaceless reports the scripts that are written without spaces between words, and Hangul, whose
// words take particles.
func isSpaceless(r rune) bool {
	return r >= 0xe00 && (r <= 0xeff || r >= 0x1000 && r <= 0x109f || r >= 0x1780 && r <= 0x17ff || isCJK(string(r)))
}
