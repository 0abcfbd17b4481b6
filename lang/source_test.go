package lang_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// sentences are the literals of the program that reach the catalogue, with the place of one of each.
type sentences map[string]string

// speaking are the functions and methods that take a sentence, with the places
// of the sentences among their arguments. Nothing else in these packages has one of these names.
var speaking = map[string][]int{
	// of package chat
	"say": {0}, "answer": {0}, "noneOf": {0}, "logged": {1}, "sentence": {0}, "word": {0}, "count": {1, 2}, "fail": {1}, "wrong": {0}, "line": {1}, "NewNotice": {0}, "atLine": {0, 2}, "tellOthers": {0},
	// of the views
	"words": {0}, "system": {0}, "askYes": {0},
	// of the browser face
	"fault": {3}, "retry": {4},
	// of this package
	"Text": {0}, "Sprintf": {0}, "Count": {1, 2}, "Key": {0},
	// what there is too much of, for the limits of package rooms
	"post": {1}, "one": {2},
	// of tables
	"column": {1},
	"choice": {2}, "onOff": {1},
}

// fields are the fields of literals that hold sentences.
var fields = map[string]bool{"Short": true, "Long": true, "Group": true, "asks": true, "keys": true, "Clause": true}

// tables are the functions of the view all of whose literals are sentences.
var tables = map[string]bool{"keyTable": true, "letters": true, "essentials": true}

// answering are the methods of overlays whose literals are translated where they are shown; so are those of what ends in Hint.
var answering = map[string]bool{"label": true, "idle": true, "hint": true, "said": true}

// spoken gathers the sentences of a folder's files: those that are said, and, of packages that know no language, the errors.
func spoken(t *testing.T, into sentences, pattern string, errors bool) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(pattern)))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: no files (%v)", pattern, err)
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
		s := scan{set: set, into: into, errors: errors, consts: constants(file)}
		ast.Inspect(file, s.visit)
	}
}

type scan struct {
	set    *token.FileSet
	into   sentences
	errors bool
	consts map[string]string
}

// constants are the string constants of a file, for sentences that are written apart from their use.
func constants(file *ast.File) map[string]string {
	m := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok {
			for i, name := range v.Names {
				if i < len(v.Values) {
					if words, ok := literal(v.Values[i], nil); ok {
						m[name.Name] = words
					}
				}
			}
		}
		return true
	})
	return m
}

// literal is the value of a string literal, of several joined by +, or of a constant.
func literal(e ast.Expr, consts map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			words, err := strconv.Unquote(e.Value)
			return words, err == nil
		}
	case *ast.Ident:
		words, ok := consts[e.Name]
		return words, ok
	case *ast.BinaryExpr:
		a, okA := literal(e.X, consts)
		b, okB := literal(e.Y, consts)
		return a + b, okA && okB && e.Op == token.ADD
	}
	return "", false
}

func (s *scan) add(e ast.Expr) {
	words, ok := literal(e, s.consts)
	if !ok {
		return
	}
	if _, ok := s.into[words]; !ok {
		s.into[words] = strings.TrimPrefix(s.set.Position(e.Pos()).String(), "../")
	}
}

// all adds every literal below a node.
func (s *scan) all(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		if e, ok := n.(*ast.BasicLit); ok {
			s.add(e)
		}
		return true
	})
}

// visit looks at one node; sentences are in arguments, in fields of tables, and in what overlays answer.
func (s *scan) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncDecl:
		switch {
		case n.Body == nil:
		case answering[n.Name.Name], strings.HasSuffix(n.Name.Name, "Hint"):
			ast.Inspect(n.Body, func(n ast.Node) bool {
				if r, ok := n.(*ast.ReturnStmt); ok {
					s.all(r)
				}
				return true
			})
		case tables[n.Name.Name], s.errors && n.Name.Name == "String":
			s.all(n.Body)
		}
	case *ast.KeyValueExpr:
		if k, ok := n.Key.(*ast.Ident); ok && fields[k.Name] {
			s.add(n.Value)
		}
	case *ast.CallExpr:
		s.call(n)
	}
	return true
}

// call looks at a call of something that speaks, or makes an error.
func (s *scan) call(n *ast.CallExpr) {
	name, of := "", ""
	switch f := n.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
		if x, ok := f.X.(*ast.Ident); ok {
			of = x.Name
		}
	}
	if of == "fmt" || of == "errors" {
		if s.errors && (name == "New" || name == "Errorf" || name == "Sprintf") && len(n.Args) > 0 {
			s.add(n.Args[0])
		}
		return
	}
	for _, i := range speaking[name] {
		if i < len(n.Args) {
			s.add(n.Args[i])
		}
	}
}

// small is what words have and signs, and names of keys, have not.
var small = regexp.MustCompile(`[a-z]{2}`)

// sayable reports whether a literal has words: not only verbs, signs, and names that are the same in every language.
func sayable(words string) bool {
	for _, w := range strings.FieldsFunc(verbs.ReplaceAllString(words, " "), func(r rune) bool { return strings.ContainsRune(" ,:;()[]|…", r) }) {
		if strings.HasPrefix(w, "/") || strings.HasPrefix(w, "#") || strings.HasPrefix(w, "@") || strings.HasPrefix(w, "--") {
			continue
		}
		for _, key := range []string{"Ctrl", "Alt", "Shift", "Up", "Down", "Home", "End", "Enter", "Esc", "Tab", "PgUp", "PgDn", "Space", "F"} {
			w = strings.ReplaceAll(w, key, "")
		}
		if small.MatchString(w) {
			return true
		}
	}
	return false
}
