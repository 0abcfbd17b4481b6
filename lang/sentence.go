package lang

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Sentence is a finished English sentence in this language: an error of a
// package that knows no language. It is found by its words, or by the format that
// it was made from; what filled the format is translated in turn, because an error often holds another.
func (t Tag) Sentence(english string) string {
	if t == En {
		return english
	}
	return t.sentence(english, 3)
}

func (t Tag) sentence(english string, depth int) string {
	if depth == 0 {
		return english
	}
	if own, ok := japanese[english]; ok && !verb.MatchString(english) {
		return own
	}
	for _, p := range patterns() {
		if !strings.HasPrefix(english, p.start) {
			continue
		}
		found := p.english.FindStringSubmatch(english)
		if found == nil {
			continue
		}
		args := make([]any, p.most)
		for i, part := range found[1:] {
			args[p.args[i]] = t.sentence(part, depth-1)
		}
		return fmt.Sprintf(p.own, args...)
	}
	return english
}

// verb is a verb of fmt, with its flags and the index of its argument.
var verb = regexp.MustCompile(`%(\[\d+\])?[-+# 0]*\d*(\.\d+)?[a-zA-Z]`)

// pattern recognizes the sentences of one format.
type pattern struct {
	start   string // what they begin with
	words   int    // bytes that are not verbs
	english *regexp.Regexp
	args    []int  // which argument each of its groups is, from 0
	most    int    // arguments
	own     string // the format in the other language, all of whose verbs are %s
}

// argumentsOf says which argument each verb of a format takes, from 0, and how many there are.
func argumentsOf(format string) (args []int, most int) {
	at := 0
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[1] != "" {
			n, _ := strconv.Atoi(m[1][1 : len(m[1])-1]) // digits, by the expression
			at = n - 1
		}
		args = append(args, at)
		at++
		most = max(most, at)
	}
	return args, most
}

// minWords is how many bytes of a format are words, so that it says by itself which sentences are its own.
const minWords = 8

// patterns are the formats of the catalogue, those that say most first.
var patterns = sync.OnceValue(func() []pattern {
	var out []pattern
	for english, own := range japanese {
		at := verb.FindStringIndex(english)
		if at == nil {
			continue
		}
		words := len(verb.ReplaceAllString(english, ""))
		if words < minWords {
			continue
		}
		literal := verb.Split(english, -1)
		for i := range literal {
			literal[i] = regexp.QuoteMeta(strings.ReplaceAll(literal[i], "%%", "%"))
		}
		args, most := argumentsOf(english)
		out = append(out, pattern{
			args: args, most: most,
			start:   strings.ReplaceAll(english[:at[0]], "%%", "%"),
			words:   words,
			english: regexp.MustCompile(`(?s)^` + strings.Join(literal, `(.+)`) + `$`),
			own:     verb.ReplaceAllString(own, "%${1}s"),
		})
	}
	slices.SortFunc(out, func(a, b pattern) int {
		if a.words != b.words {
			return b.words - a.words
		}
		return strings.Compare(a.start+a.own, b.start+b.own)
	})
	return out
})
