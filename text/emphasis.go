package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// emphasis is one way to emphasise: a mark, once or several times.
type emphasis uint8

const (
	star emphasis = iota
	twoStars
	threeStars
	underscore
	tilde
	twoTildes
	emphasesCount
)

// emphasisOf is what a run of n of the mark c stands for.
func emphasisOf(c byte, n int) (emphasis, bool) {
	switch {
	case c == '*' && n <= 3:
		return star + emphasis(n-1), true
	case c == '_' && n == 1:
		return underscore, true
	case c == '~' && n <= 2:
		return tilde + emphasis(n-1), true
	}
	return 0, false
}

// looks is how an emphasis looks.
func (e emphasis) look() Look {
	switch e {
	case star, twoStars:
		return Bold
	case threeStars:
		return Bold | Italic
	case underscore:
		return Italic
	}
	return Strike
}

// emphases are the marks of the line that a parser is in.
type emphases struct {
	marks  int // spans that resolve has to look at
	open   []openMark
	opened [emphasesCount]int // how many of each are in open
	seen   int                // how far the body was searched for what can be emphasised
	solid  int                // the end of the last letter, digit or emoji that was found
}

// openMark is a mark that may begin an emphasis.
type openMark struct {
	emphasis
	span int // its index in spans
	end  int // where it ends in the body
}

// mark reads a run of '*', '_' or '~'.
func (p *parser) mark(c byte) {
	n := 1
	for p.pos+n < len(p.s) && p.s[p.pos+n] == c {
		n++
	}
	before, _ := utf8.DecodeLastRuneInString(p.s[:p.pos])
	after, size := utf8.DecodeRuneInString(p.s[p.pos+n:])
	e, ok := emphasisOf(c, n)
	switch {
	case !ok:
		p.pos += n
	case p.opened[e] > 0 && p.mayEnd(e, before, after, size == 0):
		p.close(e, n)
	case p.mayBegin(e, before, after, size == 0):
		p.flush(p.pos)
		p.open = append(p.open, openMark{e, len(p.spans), p.pos + n})
		p.opened[e]++
		p.marks++
		p.add(Span{Kind: Mark, Text: p.s[p.pos : p.pos+n]})
	default:
		p.pos += n
	}
}

// maxTogether is how many marks may begin in one place, as in ***_~~this~~_***.
const maxTogether = 8

// mayBegin reports whether an emphasis may begin between two runes.
func (p *parser) mayBegin(e emphasis, before, after rune, last bool) bool {
	switch {
	case last || after == ' ' || after == '\n':
		return false
	case p.pos == p.begin:
	case before < utf8.RuneSelf:
		if !strings.ContainsRune(" ([{\"'<>,;:!?|-`", before) && !p.follows(Mark, p.pos) {
			return false
		}
	case touches(before), isWordRune(before) && e == tilde: // in a text without spaces a tilde is a long vowel
		return false
	}
	for i := 1; i < maxTogether && (after == '*' || after == '_' || after == '~'); i++ {
		after, _ = utf8.DecodeRuneInString(p.s[min(p.pos+i, len(p.s)):])
	}
	if after < utf8.RuneSelf {
		return isWordRune(after) && (e != tilde || after|0x20 >= 'a') || strings.ContainsRune("@#:\"'([{$+`", after)
	}
	return unicode.In(after, unicode.Lu, unicode.Ll, unicode.Lt, unicode.Lo, unicode.Nd) || isEmoji(after) || isRegional(after) ||
		unicode.Is(unicode.Ps, after)
}

// mayEnd reports whether an emphasis that has begun may end between two runes.
func (p *parser) mayEnd(e emphasis, before, after rune, last bool) bool {
	if before == ' ' || before == '\n' {
		return false
	}
	switch {
	case last || after == '\n':
		return true
	case after < utf8.RuneSelf:
		return strings.ContainsRune(" )]}\"'<>,.;:!?|-`", after) || after == '*' && p.opened[star]+p.opened[twoStars]+p.opened[threeStars] > 0 ||
			after == '_' && p.opened[underscore] > 0 || after == '~' && p.opened[tilde]+p.opened[twoTildes] > 0
	}
	return !touches(after) && !(isWordRune(after) && e == tilde)
}

// close ends the emphasis that was begun last. The marks between that nothing closes are plain then.
func (p *parser) close(e emphasis, n int) {
	at := len(p.open) - 1
	for p.open[at].emphasis != e {
		at--
	}
	o := p.open[at]
	if !p.holds(o.end) || p.isFace(o, n) {
		p.pos += n
		return
	}
	for _, gone := range p.open[at:] {
		p.opened[gone.emphasis]--
	}
	p.open = p.open[:at]
	p.spans[o.span].pair, p.spans[o.span].Look = 1, e.look()
	p.marks++
	p.add(Span{Kind: Mark, Text: p.s[p.pos : p.pos+n], Look: e.look(), pair: -1})
}

// holds reports whether there is something to emphasise from there to pos: a letter, a digit, an emoji.
func (p *parser) holds(from int) bool {
	for p.seen < p.pos {
		r, n := utf8.DecodeRuneInString(p.s[p.seen:])
		if p.seen += n; isWordRune(r) || isEmoji(r) || isRegional(r) {
			p.solid = p.seen
		}
	}
	return p.solid > from
}

// isFace reports whether the mark that opened and the n bytes at pos are the cheeks of a face like (*o*).
func (p *parser) isFace(o openMark, n int) bool {
	left := o.end - n - 1
	return left >= 0 && p.s[left] == '(' && strings.HasPrefix(p.s[p.pos+n:], ")") &&
		p.pos-o.end <= utf8.UTFMax && utf8.RuneCountInString(p.s[o.end:p.pos]) == 1
}

// endLine decides what the marks of the line are that ends at pos.
func (p *parser) endLine() {
	if p.marks > 0 {
		p.flush(p.pos)
		p.resolve()
		p.marks, p.open, p.opened = 0, p.open[:0], [emphasesCount]int{}
	}
}

// resolve makes plain what marks nothing, gives the rest its look, and puts plain neighbours together.
func (p *parser) resolve() {
	line := p.spans[p.line:]
	r := resolved{out: p.spans[:p.line], line: p.line, s: p.s, at: p.pos}
	for i := range line {
		r.at -= len(line[i].Text)
	}
	for i := 0; i < len(line); i++ {
		s := line[i]
		switch {
		case s.Kind == Mark && s.pair == 0:
			s.Kind = Plain
		case s.Kind == Mark:
			j := i + 1
			for j < len(line) && line[j].Kind == Mark && line[j].pair != 0 {
				j++
			}
			r.hide(line[i:j], j == len(line) || !joined(r.last, line[j].Shown()))
			i = j - 1
			continue
		case s.Kind == Picture && (joined(r.last, s.shown) || joined(s.shown, seenFirst(line[i+1:]))):
			s.Kind, s.shown = Plain, ""
		}
		s.Look = r.look()
		r.put(s)
	}
	p.spans = r.out
	if n := len(p.spans) - 1; n >= p.line && p.spans[n].Kind == Plain && p.spans[n].Look == 0 {
		p.from -= len(p.spans[n].Text) // what follows may be plain too
		p.spans = p.spans[:n]
	}
}

// resolved is the line that resolve makes, in place of the one that it reads.
type resolved struct {
	out  []Span
	line int    // where in out it begins
	s    string // the body
	at   int    // how much of s is in out
	last string // what a reader sees before
	on   [3]int // how many emphases of each look are under way
}

func (r *resolved) look() (l Look) {
	for i, n := range r.on {
		if n > 0 {
			l |= 1 << i
		}
	}
	return l
}

// hide puts marks that stand together. Those that cannot be hidden are plain, and what they mark keeps its look.
func (r *resolved) hide(marks []Span, may bool) {
	for _, m := range marks {
		if m.pair == 1 {
			r.count(m.Look, 1)
		}
		look := r.look()
		if m.pair == -1 {
			r.count(m.Look, -1)
		}
		m.Look, m.pair = look, 0
		if may {
			r.out, r.at = append(r.out, m), r.at+len(m.Text)
			continue
		}
		m.Kind = Plain
		r.put(m)
	}
}

func (r *resolved) count(l Look, n int) {
	for i := range r.on {
		if l>>i&1 != 0 {
			r.on[i] += n
		}
	}
}

// put appends a span that is seen, to the one before where both are plain and alike.
func (r *resolved) put(s Span) {
	r.last = s.Shown()
	end := r.at + len(s.Text)
	if n := len(r.out) - 1; n >= r.line && s.Kind == Plain && r.out[n].Kind == Plain && r.out[n].Look == s.Look {
		r.out[n].Text = r.s[r.at-len(r.out[n].Text) : end]
	} else {
		r.out = append(r.out, s)
	}
	r.at = end
}

// seenFirst is what a reader sees of spans that have not been resolved.
func seenFirst(spans []Span) string {
	for i := range spans {
		if spans[i].Kind != Mark || spans[i].pair == 0 {
			return spans[i].Shown()
		}
	}
	return ""
}

// joined reports whether the last grapheme of a and the first of b would be one, if they stood together, or
// whether that takes long to say.
func joined(a, b string) bool {
	if a == "" || b == "" || a[len(a)-1] < utf8.RuneSelf && b[0] < utf8.RuneSelf {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	if simpleWidth(last) > 0 && simpleWidth(first) > 0 {
		return false
	}
	const far = 4 * maxGrapheme
	from := len(a)
	for from > 0 && a[from-1] >= utf8.RuneSelf && len(a)-from < far {
		from--
	}
	if len(a)-from == far {
		return true
	}
	from = max(0, from-1)
	whole := a[from:] + string(first)
	for at := 0; at < len(whole); {
		if at == len(a)-from {
			return false
		}
		n, _ := next(whole[at:])
		at += n
	}
	return true
}
