package input

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/text"
)

// nextGrapheme is the end of the grapheme that starts at i.
func nextGrapheme(s string, i int) int {
	for g := range text.Graphemes(s[i:]) {
		return i + len(g)
	}
	return len(s)
}

// prevGrapheme is the start of the grapheme that ends at i.
func prevGrapheme(s string, i int) int {
	if i == 0 {
		return 0
	}
	at := boundary(s, i-1)
	for {
		next := nextGrapheme(s, at)
		if next >= i {
			return at
		}
		at = next
	}
}

// lineStart is the start of the line that i is in, lineEnd its end before the newline.
func lineStart(s string, i int) int { return strings.LastIndexByte(s[:i], '\n') + 1 }

func lineEnd(s string, i int) int {
	if n := strings.IndexByte(s[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(s)
}

// isWord holds for what words are made of for Alt-b, Alt-f and their like.
func isWord(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.M) }

// isPlace holds for what is not a space: words for Ctrl-W.
func isPlace(r rune) bool { return !unicode.IsSpace(r) }

// wordEnd skips what is no word behind i, then the word.
func wordEnd(s string, i int) int {
	skip := func(word bool) {
		for i < len(s) {
			r, _ := utf8.DecodeRuneInString(s[i:])
			if isWord(r) != word {
				return
			}
			i = nextGrapheme(s, i)
		}
	}
	skip(false)
	skip(true)
	return i
}

// wordStart skips what is no word before i, then the word; in says what words are made of.
func wordStart(s string, i int, in func(rune) bool) int {
	skip := func(word bool) {
		for i > 0 {
			at := prevGrapheme(s, i)
			r, _ := utf8.DecodeRuneInString(s[at:])
			if in(r) != word {
				return
			}
			i = at
		}
	}
	skip(false)
	skip(true)
	return i
}

// move puts the cursor at i.
func (e *Editor) move(i int) Outcome {
	e.cursor, e.last = i, other
	return Handled
}

// vertically moves by one row, of the rows that the last Layout showed; ok is
// false at the first or last one.
func (e *Editor) vertically(by int) bool {
	rows := e.rows()
	row := rowOf(rows, e.cursor)
	if row+by < 0 || row+by >= len(rows) {
		return false
	}
	if e.last != vertical {
		r := rows[row]
		e.goal = uint16(min(text.Width(e.text[r.From:max(r.From, min(e.cursor, r.To))]), 0xffff))
	}
	e.cursor = cursorAt(e.text, rows, row+by, int(e.goal))
	e.last = vertical
	return true
}
