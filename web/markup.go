package web

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"parley/text"
)

const (
	// maxNote is the room that cut leaves for its note and for the end of a block, in bytes.
	maxNote = 128
	// titleCols bounds what is one line of a message: a title, a commit, a name.
	titleCols = 200
	// quoteLines and quoteBytes bound what is quoted of a comment or a description.
	quoteLines = 12
	quoteBytes = 2000
	// maxItems bounds lists: commits of a push, alerts of a group.
	maxItems = 10
)

// inline is any text as a piece of one line, without what would begin a block of code.
func inline(s string) string {
	return strings.ReplaceAll(text.NewLine(s, titleCols).String(), "```", "'''")
}

// first is the first line of a text, as inline.
func first(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return inline(line)
}

// quote is a text as a quotation of some lines, "" for none.
func quote(s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	if s == "" {
		return ""
	}
	s = strings.ReplaceAll(cut(s, quoteBytes, quoteLines), "```", "'''")
	return "\n> " + strings.ReplaceAll(s, "\n", "\n> ")
}

// link is " " and a web address, "" for what is none.
func link(s string) string {
	if address := webAddress(s); address != "" {
		return " " + address
	}
	return ""
}

// webAddress is s if it is an address of the web without spaces or controls, "" otherwise.
func webAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return ""
	}
	return s
}

// cut bounds a text in bytes and lines. What is left out is said in a last line, and a block that was cut is closed.
func cut(s string, bytes, lines int) string {
	kept := s
	for i, n := 0, 0; i < len(kept); i++ {
		if kept[i] == '\n' {
			if n++; n == lines {
				kept = kept[:i]
			}
		}
	}
	if len(kept) > bytes {
		kept = kept[:max(0, bytes-maxNote)]
		for len(kept) > 0 && !utf8.ValidString(kept[max(0, len(kept)-utf8.UTFMax):]) {
			kept = kept[:len(kept)-1]
		}
		if i := strings.LastIndexByte(kept, '\n'); i > len(kept)/2 {
			kept = kept[:i]
		}
	}
	if len(kept) == len(s) {
		return s
	}
	kept = strings.TrimRight(kept, " \n")
	if strings.Count(kept, "```")%2 == 1 {
		kept += "\n```"
	}
	return fmt.Sprintf("%s\n… (cut here: the whole text has %d bytes)", kept, len(s))
}

// calls are the words that call everybody.
var calls = regexp.MustCompile(`(?i)@(here|room|everyone|all|channel)\b`)

// defuse takes the call out of what calls everybody: programs address people by their names only.
func defuse(s string) string {
	if !strings.Contains(s, "@") || text.Calls(text.NewBody(s)) == 0 {
		return s
	}
	var b strings.Builder
	at := 0
	for _, m := range calls.FindAllStringIndex(s, -1) {
		b.WriteString(s[at:m[0]])
		b.WriteByte('@')
		if before := s[max(0, m[0]-1):m[0]]; strings.Trim(before, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" || before == "" {
			b.WriteByte(' ') // not the sign of a mail address
		}
		at = m[0] + 1
	}
	return b.String() + s[at:]
}
