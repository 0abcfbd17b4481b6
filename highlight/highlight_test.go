package highlight

import (
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/chroma/v2"
)

// The lexers are tables that others wrote: whatever they make of a text, it is shown, and soon.
func TestHostileCode(t *testing.T) {
	seen := map[chroma.Lexer]bool{nil: true}
	for word, lexer := range languages() {
		if seen[lexer] {
			continue
		}
		seen[lexer] = true
		Words(word, "x", Patience) // compiled
		for _, unit := range []string{"=", "\"\\", "'", "(", "\t", "a ", "/*", "\u2067א"} {
			code := strings.Repeat(unit, MaxCode/len(unit))
			start := time.Now()
			words := Words(word, code, Patience)
			if spent := time.Since(start); spent > 10*time.Second {
				t.Errorf("%s: %q repeated took %v", word, unit, spent)
			}
			at := 0
			for _, w := range words {
				if w.End <= at || w.End > len(code) {
					t.Fatalf("%s: %q repeated has a word from %d to %d", word, unit, at, w.End)
				}
				at = w.End
			}
			if words != nil && at != len(code) {
				t.Fatalf("%s: %q repeated has words up to %d of %d", word, unit, at, len(code))
			}
		}
	}
	if Words("go", strings.Repeat("a", MaxCode+1), time.Hour) != nil {
		t.Error("code over 4 KiB is highlighted")
	}
	if Words("", "func main()", time.Hour) != nil || Words("nothing", "x", time.Hour) != nil {
		t.Error("a language is guessed")
	}
}

// A lexer is slow once, when its expressions get ready: that must not leave the first block of a language plain for good.
func TestABlockThatWasSlowOnceIsHighlighted(t *testing.T) {
	slow := &slowLexer{Lexer: languages()["go"], slow: 1, takes: 1100 * time.Millisecond}
	if words := look(slow, "func main() {}", time.Second); len(words) < 2 {
		t.Errorf("after one slow try the words are %v", words)
	}
	slow = &slowLexer{Lexer: languages()["go"], slow: 100, takes: 2 * time.Millisecond}
	if words := look(slow, "func main() {}", time.Millisecond); words != nil || slow.tried > 5 {
		t.Errorf("what is always slow has the words %v after %d tries", words, slow.tried)
	}
}

// slowLexer takes too long as often as it says.
type slowLexer struct {
	chroma.Lexer
	slow, tried int
	takes       time.Duration // for each word
}

func (s *slowLexer) Tokenise(o *chroma.TokeniseOptions, code string) (chroma.Iterator, error) {
	words, err := s.Lexer.Tokenise(o, code)
	if code == "" {
		return words, err
	}
	if s.tried++; s.tried > s.slow {
		return words, err
	}
	return func() chroma.Token {
		for start := time.Now(); time.Since(start) < s.takes; {
			runtime.Gosched()
		}
		return words()
	}, err
}

func TestLanguages(t *testing.T) {
	for lang, code := range map[string]string{
		"go": "func main() {}", "golang": "package x", "python": "def f(): pass", "py": "import os", "js": "const x = 1", "ts": "let x: number = 1", "json": `{"a": 1}`, "yaml": "a: 1", "yml": "a: 1",
		"bash": "if true; then echo; fi", "sh": "for i in a; do echo; done", "sql": "select 1 from t", "c": "int main() {}", "c++": "class A {};", "cpp": "class A {};", "c#": "class A {}", "rust": "fn main() {}", "java": "class A {}",
		"diff": "-a\n+b", "html": "<p class='x'>a</p>", "css": "a { b: 1 }", "dockerfile": "FROM x", "toml": "a = 1", "ini": "[a]\nb = 1", "xml": "<a b='c'>d</a>", "ruby": "def a; end", "make": "a: b\n\tc", "nginx": "server {}",
	} {
		words := Words(lang, code, time.Hour)
		if len(words) < 2 {
			t.Errorf("%s: %q has the words %v", lang, code, words)
		}
	}
	if !Known("text") || Known("qapla") {
		t.Error("plain text is a known language, and not all words are")
	}
}

func TestClasses(t *testing.T) {
	code := "func main() { return \"x\" } // end"
	var got []string
	at := 0
	for _, w := range Words("go", code, time.Hour) {
		if class := w.Class(); class != "" && class != "w" && class != "p" {
			got = append(got, class+" "+code[at:w.End])
		}
		at = w.End
	}
	if want := []string{"kd func", "nf main", "k return", `s "x"`, "c1 // end"}; !slices.Equal(got, want) {
		t.Errorf("the words are %q, want %q", got, want)
	}
}
