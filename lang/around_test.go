package lang_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestNothingGoesAroundTheCatalogue finds sentences in the packages that speak to people which do not go
// through what translates them: those that are made by fmt.Sprintf, say, or by adding strings up.
func TestNothingGoesAroundTheCatalogue(t *testing.T) {
	for _, dir := range []string{"chat", "view", "view/plain"} {
		said := sentences{}
		spoken(t, said, dir+"/*.go", false)
		spoken(t, said, "chat/zone.go", true)
		files, err := filepath.Glob("../" + dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		set := token.NewFileSet()
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(set, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, lit := range literals(file) {
				words, _ := literal(lit, nil)
				if _, ok := said[words]; !ok && twoWords.MatchString(words) && !unsaid[words] && !strings.HasPrefix(words, " asm ") {
					t.Errorf("%s: %q is not translated: pass it to what speaks (say, words, fail …), or mark it with lang.Key", set.Position(lit.Pos()), words)
				}
			}
		}
	}
}

// twoWords is what a sentence has and a name, a flag or a form of time has not.
var twoWords = regexp.MustCompile(`[a-z]{2,} [a-z]{2,}`)

// unsaid are words that nobody reads.
var unsaid = map[string]bool{"unknown command": true, "cat message.txt message.txt.sig | ssh HOST post --signed '#ops'": true}

// literals are the strings of a file, but for imports, tags, and what is for the log or for a panic.
func literals(file *ast.File) (out []*ast.BasicLit) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			return n.Tag == nil
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.SelectorExpr); ok {
				switch f.Sel.Name {
				case "Error", "Warn", "Info", "Debug", "Log", "recorded": // the audit log has the words of the commands
					return false
				}
			}
		case *ast.KeyValueExpr:
			if k, ok := n.Key.(*ast.Ident); ok && k.Name == "Args" {
				return false
			}
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				out = append(out, n)
			}
		}
		return true
	})
	return out
}
