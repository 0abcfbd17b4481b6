package text

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// code reads a run of backquotes and what it opens: one or two close on the same line, three and
// more anywhere after, but in a quoted line there too. A run that nothing closes is plain.
func (p *parser) code() {
	run := backquotes(p.s[p.pos:])
	within := p.s[p.pos+run:]
	if beginsWithMark(within) { // of the last backquote
		p.pos += run
		return
	}
	if run < 3 || p.quoted {
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
		if n == run && i > 0 && !beginsWithMark(p.s[p.pos+run+i+n:]) {
			p.enclosed(run, within[:i])
			return
		}
		i += n
	}
	if run >= 3 && !p.quoted {
		p.unclosed = append(p.unclosed, run)
	}
	p.pos += run
}

// enclosed adds code, which stands at pos between two runs of backquotes.
func (p *parser) enclosed(run int, code string) {
	if strings.IndexByte(code, '\n') >= 0 {
		p.block(run, code)
		return
	}
	p.add(Span{Kind: Code, Text: p.s[p.pos : p.pos+run+len(code)+run]})
}

// maxLang is the most bytes of the word after a fence that is a language's.
const maxLang = 24

// block adds code of several lines with its fences. If there is nothing in it, all of it is plain.
func (p *parser) block(run int, code string) {
	first, _, _ := strings.Cut(code, "\n")
	word := strings.Trim(first, " ")
	head := 0 // of code: the word and the newline belong to the fence
	if len(word) <= maxLang && strings.Trim(word, langLetters) == "" {
		head = len(first) + 1
	} else {
		word = ""
	}
	lines := strings.TrimRight(code[head:], " ")
	if lines == "" || strings.HasSuffix(lines, "\n") {
		lines = strings.TrimSuffix(lines, "\n")
	} else {
		lines = code[head:]
	}
	if strings.Trim(lines, " \n") == "" {
		p.pos += run + len(code) + run
		return
	}
	p.endLine()
	end := p.pos + run + len(code) + run
	p.add(Span{Kind: Fence, Text: p.s[p.pos : p.pos+run+head]})
	p.add(Span{Kind: Block, Text: lines, Lang: strings.ToLower(word)})
	p.add(Span{Kind: Fence, Text: p.s[p.pos:end]})
	p.line, p.begin = len(p.spans), p.pos
}

// langLetters are what the names of languages consist of: c++, c#, objective-c, .net.
const langLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+#.-_"

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

func beginsWithMark(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isMark(r)
}

func backquotes(s string) int {
	n := 0
	for n < len(s) && s[n] == '`' {
		n++
	}
	return n
}
