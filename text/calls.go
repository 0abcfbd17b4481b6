package text

import (
	"strings"
	"unicode/utf8"
)

// Call is a word that calls more than one person.
type Call uint8

// What a text calls, as bits.
const (
	CallHere Call = 1 << iota // @here: everybody in the room who is here now
	CallRoom                  // @room, @everyone, @all, @channel: everybody in the room
)

// Calls is which of the words that call everybody stand in b, outside of code.
func Calls(b Body) (c Call) {
	for i := strings.IndexByte(b.s, '@'); i >= 0; {
		word := b.s[i+1:]
		if end := strings.IndexFunc(word, func(r rune) bool { return r < 'a' || r > 'z' }); end >= 0 {
			word = word[:end]
		}
		if (&parser{s: b.s}).atStart(i) && !isNamePart(b.s[i+1+len(word):]) {
			c |= callOf(word)
		}
		next := strings.IndexByte(b.s[i+1:], '@')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	if c != 0 && strings.IndexByte(b.s, '`') >= 0 {
		return c & callsOutsideCode(b)
	}
	return c
}

func callOf(word string) Call {
	switch word {
	case "here":
		return CallHere
	case "room", "everyone", "all", "channel":
		return CallRoom
	}
	return 0
}

// isNamePart reports whether a name goes on: "@here-1" calls nobody.
func isNamePart(rest string) bool {
	for i, r := range rest {
		if isWordRune(r) {
			return true
		}
		if i > 0 || r >= 0x80 || !isSeparator(byte(r)) {
			return false
		}
	}
	return false
}

// callsOutsideCode looks again where there is code.
func callsOutsideCode(b Body) (c Call) {
	for _, s := range Parse(b) {
		if s.Kind != Code && s.Kind != Block {
			c |= Calls(Body{strings.ReplaceAll(s.Text, "`", "'")})
		}
	}
	return c
}

// Joined reports whether a word goes on across position at of s, in bytes:
// between "lunch" and "time" it does, beside a space it does not, and neither
// between two characters of a script that writes no spaces.
func Joined(s string, at int) bool {
	if at <= 0 || at >= len(s) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:at])
	after, _ := utf8.DecodeRuneInString(s[at:])
	return isWordRune(before) && isWordRune(after) && !isCJK(string(before)) && !isCJK(string(after))
}

// HasWord finds a word, or several, in what was said, both in one case: not as a part of another word, and where words
// are not written apart, as in Japanese, anywhere. There is no empty word.
func HasWord(said, word string) bool {
	for from := 0; word != ""; {
		at := strings.Index(said[from:], word)
		if at < 0 {
			return false
		}
		at += from
		if !Joined(said, at) && !Joined(said, at+len(word)) {
			return true
		}
		from = at + 1
	}
	return false
}
