package view

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/dlclark/regexp2/v2"

	"parley/text"
	"parley/view/screen"
)

// What highlighting a block of code may cost. Longer blocks, and those that take more time, are
// plain. The time is looked at between two words; the expressions by which they are found back
// off at the same time, so that no text keeps them busy for long.
const (
	maxHighlight = 4 << 10 // bytes
	highlightFor = 20 * time.Millisecond
	clockEvery   = 5 * time.Millisecond // how exactly an expression knows the time
)

// token is the code up to end, after the token before, and what it is.
type token struct {
	end  uint16
	role role
}

// codeKey is everything that the tokens of a block depend on.
type codeKey struct{ lang, code string }

// highlighter knows what the words of code are. It is shared by all views; of several
// that want the same block, one finds its words and the others wait for it.
type highlighter struct {
	seed     maphash.Seed
	finding  [shards]sync.Mutex
	found    *cache[codeKey, []token]
	patience time.Duration
}

func newHighlighter(bytes int) *highlighter {
	return &highlighter{
		seed:     maphash.MakeSeed(),
		found:    newCache[codeKey](bytes, func(t []token) int { return maxHighlight + 4*len(t) }), // the code belongs to the key
		patience: highlightFor,
	}
}

// tokens divides code of a language into what its words are; nil if it is not known, or takes too long to say.
func (h *highlighter) tokens(lang, code string) []token {
	lexer := languages()[lang]
	if lexer == nil || len(code) > maxHighlight {
		return nil
	}
	k := codeKey{lang, code}
	if t, ok := h.found.get(k); ok {
		return t
	}
	mu := &h.finding[maphash.Comparable(h.seed, k)%shards]
	mu.Lock()
	defer mu.Unlock()
	t, ok := h.found.get(k)
	if !ok {
		t = tokenise(lexer, code, h.patience)
		h.found.put(k, t)
	}
	return t
}

// tokenise asks a lexer. The lexers are tables of others: whatever one of them does, the code is shown.
func tokenise(lexer chroma.Lexer, code string, patience time.Duration) (out []token) {
	defer func() {
		if recover() != nil {
			out = nil
		}
	}()
	if _, err := lexer.Tokenise(nil, ""); err != nil { // the first use compiles it, which is nobody's fault
		return nil
	}
	words, err := lexer.Tokenise(nil, code)
	if err != nil {
		return nil
	}
	until := time.Now().Add(patience)
	at := 0
	for w := words(); w != chroma.EOF && at < len(code); w = words() {
		if !strings.HasPrefix(code[at:], strings.TrimSuffix(w.Value, "\n")) || time.Now().After(until) {
			return nil
		}
		if w.Value == "" {
			continue
		}
		at = min(at+len(w.Value), len(code))
		r := roleOf(w.Type)
		if n := len(out); n > 0 && out[n-1].role == r {
			out[n-1].end = uint16(at)
		} else {
			out = append(out, token{uint16(at), r})
		}
	}
	return slices.Clip(out)
}

// roleOf is how the words of a type look.
func roleOf(t chroma.TokenType) role {
	switch {
	case t.InCategory(chroma.Comment):
		return roleCodeNote
	case t.InSubCategory(chroma.LiteralString), t == chroma.GenericInserted:
		return roleCodeText
	case t.InSubCategory(chroma.LiteralNumber), t == chroma.KeywordConstant, t == chroma.KeywordType, t == chroma.NameBuiltin:
		return roleCodeValue
	case t.InCategory(chroma.Keyword), t == chroma.OperatorWord, t == chroma.GenericHeading, t == chroma.GenericSubheading:
		return roleCodeWord
	case t == chroma.NameFunction, t == chroma.NameClass, t == chroma.NameTag, t == chroma.NameAttribute, t == chroma.NameDecorator:
		return roleCodeName
	case t == chroma.GenericDeleted:
		return roleCodeGone
	}
	return roleText
}

// knownLanguage reports whether the word after a fence names a language whose code is highlighted, or none.
func knownLanguage(word string) bool {
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
			r.Regexp.MatchTimeout = highlightFor
		}
	}
	return nil
}

// paintCode appends the first n rows of a block of code.
func (t *typesetter) paintCode(out []screen.Segment, p *part, n int) []screen.Segment {
	tokens := t.code.tokens(p.lang, p.words)
	next := 0
	for _, row := range p.rows[:n] {
		t.b.Width(t.cols.body)
		if t.cols.body >= leastHang {
			sign := signCode
			if row.From > 0 && p.words[row.From-1] != '\n' {
				sign = signOn
			}
			t.b.Text(t.look.style(roleGutter), sign)
		}
		words := p.words[row.From:row.To]
		if balanced := text.Balance(words); tokens == nil || balanced != words {
			t.b.Text(t.look.style(roleCode), balanced)
			out = append(out, t.b.Segment())
			continue
		}
		for at := row.From; at < row.To; {
			for next < len(tokens) && int(tokens[next].end) <= at {
				next++
			}
			to, st := row.To, screen.Style{}
			if next < len(tokens) {
				to, st = min(to, int(tokens[next].end)), t.look.style(tokens[next].role)
			}
			t.b.Text(st, p.words[at:to])
			at = to
		}
		out = append(out, t.b.Segment())
	}
	return out
}
