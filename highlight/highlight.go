// Package highlight knows what the words of code are: keywords, strings, comments. It asks the lexers of chroma, within bounds
// that no text can pass, for every face that shows code.
package highlight

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/dlclark/regexp2/v2"
)

// What highlighting a block of code may cost. Longer blocks, and those that take more time, are
// plain. The time is looked at between two words; the expressions by which they are found back
// off at the same time, so that no text keeps them busy for long.
const (
	MaxCode    = 4 << 10 // bytes
	Patience   = 20 * time.Millisecond
	clockEvery = 5 * time.Millisecond // how exactly an expression knows the time
)

// tries is how often the words of a block are looked for: what takes long is mostly a busy machine, or a language's first
// block, whose expressions get ready as they are used. What is found is kept, and so is that nothing was.
const tries = 2

// Word is the code up to End, in bytes, behind the word before, and what it is.
type Word struct {
	End  int
	Type chroma.TokenType
}

// Class is the short name of what a word is, as the style sheets of chroma and Pygments have it: "k" a keyword, "s2" a
// string; empty for plain text.
func (w Word) Class() string { return chroma.StandardTypes[w.Type] }

// Words divides code of a language into its words, in order and up to its end; nil if the language is none that is known, or the code is longer
// than MaxCode, or it takes longer than patience to say, a few times in a row. The lexers are tables of others: whatever one of them does, it is nil at worst.
func Words(lang, code string, patience time.Duration) []Word {
	lexer := languages()[lang]
	if lexer == nil || len(code) > MaxCode {
		return nil
	}
	return look(lexer, code, patience)
}

func look(lexer chroma.Lexer, code string, patience time.Duration) (out []Word) {
	defer func() {
		if recover() != nil {
			out = nil
		}
	}()
	if _, err := lexer.Tokenise(nil, ""); err != nil { // the first use compiles it, which is nobody's fault
		return nil
	}
	for range tries {
		until := time.Now().Add(patience)
		var late bool
		if out, late = divide(lexer, code, func() bool { return time.Now().After(until) }); !late {
			return out
		}
	}
	return nil
}

// divide is one try, until late says so.
func divide(lexer chroma.Lexer, code string, late func() bool) (out []Word, stopped bool) {
	words, err := lexer.Tokenise(nil, code)
	if err != nil {
		return nil, false
	}
	at := 0
	for w := words(); w != chroma.EOF && at < len(code); w = words() {
		switch {
		case late():
			return nil, true
		case !strings.HasPrefix(code[at:], strings.TrimSuffix(w.Value, "\n")):
			return nil, false
		case w.Value == "":
			continue
		}
		at = min(at+len(w.Value), len(code))
		out = append(out, Word{at, w.Type})
	}
	return out, false
}

// Known reports whether the word after a fence names a language whose code is highlighted, or none.
func Known(word string) bool {
	_, ok := languages()[word]
	return ok
}

// languages are the lexers by the words that people write after a fence. nil is for text that
// is none. They are those that a chat sees, of the library's 300: each takes memory when it is first used.
var languages = sync.OnceValue(func() map[string]chroma.Lexer {
	regexp2.SetTimeoutCheckPeriod(clockEvery)
	own := chroma.NewLexerRegistry() // for those that call each other: HTML calls CSS
	all := map[string]chroma.Lexer{"text": nil, "txt": nil, "plain": nil, "plaintext": nil, "log": nil, "output": nil}
	for _, name := range []string{
		"Awk", "Bash", "console", "C", "C#", "C++", "Clojure", "CMake", "CSS", "Dart", "Diff", "Docker", "Elixir", "Elm", "Erlang", "Fish",
		"Go", "GraphQL", "Groovy", "Haskell", "HTML", "INI", "Java", "JavaScript", "JSON", "Julia", "Kotlin", "Lua", "Makefile",
		"nginx", "Nim", "Nix", "Objective-C", "OCaml", "Perl", "postgresql", "PowerShell", "protobuf",
		"Python", "R", "react", "Ruby", "Rust", "Scala", "Scheme", "SCSS", "SQL", "Swift", "SYSTEMD", "Terraform", "TOML", "TypeScript", "VimL", "XML", "YAML", "Zig",
	} {
		theirs, ok := lexers.Get(name).(*chroma.RegexLexer)
		if !ok {
			continue
		}
		ours, err := chroma.NewLexer(theirs.Config(), func() chroma.Rules { return bounded(theirs) })
		if err != nil {
			continue
		}
		own.Register(ours)
		for _, word := range append(theirs.Config().Aliases, strings.ToLower(name)) {
			all[strings.ToLower(word)] = ours
		}
	}
	for word, name := range map[string]string{"yml": "yaml", "kt": "kotlin", "patch": "diff", "cs": "c#"} {
		all[word] = all[name]
	}
	return all
})

// bounded are the rules of a lexer with a bound on the time that each of their expressions takes. None
// at all are an error when the lexer is used.
func bounded(l *chroma.RegexLexer) chroma.Rules {
	rules, err := l.Rules()
	if err != nil {
		return nil
	}
	rules = rules.Clone()
	rules["root"] = append(rules["root"], chroma.Rule{Pattern: `(?!)`, Mutator: new(bound)})
	return rules
}

// bound is a rule that bounds the others when they are compiled, and is gone then. It has to be a
// pointer of its own for each lexer.
type bound struct{ _ byte }

// Mutate is not called: the rule matches nothing.
func (*bound) Mutate(*chroma.LexerState) error { return nil }

// MutateLexer is called with the compiled rules.
func (*bound) MutateLexer(rules chroma.CompiledRules, state string, rule int) error {
	rules[state] = slices.Delete(rules[state], rule, rule+1)
	for _, list := range rules {
		for _, r := range list {
			r.Regexp.MatchTimeout = Patience
		}
	}
	return nil
}

// Prepare reads the tables of all languages, which otherwise happens when the first block of code is shown.
func Prepare() { languages() }
