package text

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Substitute does what a correction like s/old/new/ asks for: it replaces the first old in body, literally, by new.
// The flags are g, every old, and i, in any case of letters; \/ stands for a slash and \\ for a
// backslash. ok is false when the command is no such correction: then it is a message like any other.
// The error says why a correction changes nothing: old does not occur, or what it makes is no message.
func Substitute(body Body, command string) (result Body, ok bool, err error) {
	c, ok := parseSubstitution(command)
	if !ok {
		return Body{}, false, nil
	}
	if c.old == "" {
		return Body{}, true, errors.New("there is nothing between the first two slashes: write s/old/new/")
	}
	found := matches(body.s, c.old, c.fold, c.all)
	if len(found) == 0 {
		return Body{}, true, fmt.Errorf("the message does not contain %s: look at its spelling, or add i after the last slash to ignore case", quoted(c.old))
	}
	if size := len(body.s) + len(found)*len(c.with); size > maxRaw {
		return Body{}, true, fmt.Errorf("with that the message would be longer than %d KiB: replace less", MaxBody>>10)
	}
	var b strings.Builder
	at := 0
	for _, m := range found {
		b.WriteString(body.s[at:m.From])
		b.WriteString(c.with)
		at = m.To
	}
	b.WriteString(body.s[at:])
	if result, err = ParseBody(b.String()); err != nil {
		return Body{}, true, err
	}
	if result == body {
		return Body{}, true, errors.New("that changes nothing: the message already says so")
	}
	return result, true, nil
}

// substitution is a correction as it was typed.
type substitution struct {
	old, with string
	all, fold bool
}

// parseSubstitution reads s/old/new/ with its flags. The third slash is needed, so that "s/he" is a word.
func parseSubstitution(command string) (substitution, bool) {
	rest, ok := strings.CutPrefix(command, "s/")
	if !ok || strings.ContainsRune(command, '\n') {
		return substitution{}, false
	}
	var c substitution
	if c.old, rest, ok = cutSlash(rest); !ok {
		return substitution{}, false
	}
	if c.with, rest, ok = cutSlash(rest); !ok {
		return substitution{}, false
	}
	for _, flag := range rest {
		switch flag {
		case 'g':
			c.all = true
		case 'i':
			c.fold = true
		default:
			return substitution{}, false
		}
	}
	return c, true
}

// cutSlash is what stands before the first slash, without the backslashes that escape, and what stands after it.
func cutSlash(s string) (before, after string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '/':
			return b.String(), s[i+1:], true
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '/' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}

// matches is where old, which is not empty, occurs in s: the first, or all without overlaps.
func matches(s, old string, fold, all bool) []Row {
	at := func(i int) int { return i }
	hay := s
	if fold {
		var offsets []int
		hay, offsets = folded(s)
		old, _ = folded(old)
		at = func(i int) int { return offsets[i] }
	}
	var found []Row
	for from := 0; ; {
		i := strings.Index(hay[from:], old)
		if i < 0 {
			return found
		}
		from += i
		found = append(found, Row{at(from), at(from + len(old))})
		if from += len(old); !all {
			return found
		}
	}
}

// folded is s with each letter in one case, and where in s each of its bytes comes from.
func folded(s string) (string, []int) {
	out := make([]byte, 0, len(s))
	offsets := make([]int, 0, len(s)+1)
	for i, r := range s {
		least := r
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			least = min(least, f)
		}
		out = utf8.AppendRune(out, least)
		for len(offsets) < len(out) {
			offsets = append(offsets, i)
		}
	}
	return string(out), append(offsets, len(s))
}
