package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxNesting bounds brackets within brackets and "- - -" on one line: settings
// need two levels, and the parser recurses once for each.
const maxNesting = 8

// maxTokens bounds the words and marks in the file, of which config.yaml has
// about 200: the parser's time grows with their square, to minutes at 1 MiB.
const maxTokens = 10_000

// parseYAML returns the one mapping that the file consists of, or nil for a
// file without settings.
func parseYAML(path string, src []byte) (*ast.MappingNode, error) {
	// The lexer drops a tag that ends the file without a newline.
	tokens := lexer.Tokenize(string(src) + "\n")
	if err := refuseTokens(path, tokens); err != nil {
		return nil, err
	}
	// Duplicates are found by decode, which knows the line of the first one.
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntaxError(path, err)
	}
	var body ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if body != nil {
			return nil, &Error{File: path, Line: line(doc.Body), Text: `a second document begins here; remove the line "---" above it`}
		}
		body = doc.Body
	}
	switch body := body.(type) {
	case nil, *ast.NullNode:
		return nil, nil
	case *ast.MappingNode:
		return body, nil
	}
	return nil, &Error{File: path, Line: line(body), Text: `the file must be a list of settings; write each as "key: value"`}
}

// refuseTokens turns down what a settings file does not need and what would
// make parsing costly: aliases (which can grow without bound), tags,
// directives, keys that are not plain names, deep nesting.
func refuseTokens(path string, tokens token.Tokens) error {
	if len(tokens) > maxTokens {
		return &Error{File: path, Line: tokens[maxTokens].Position.Line, Text: "there is too much in this file for a list of settings; check that this is the right file"}
	}
	depth, dashes, dashLine := 0, 0, 0
	for _, t := range tokens {
		refuse := func(text string) error {
			return &Error{File: path, Line: t.Position.Line, Text: text}
		}
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			return refuse("anchors and aliases (&, *, <<) are not read here; write the value out, in quotes if it begins with & or *")
		case token.TagType:
			return refuse("tags (!) are not read here; write the value without one, in quotes if it begins with !")
		case token.DirectiveType:
			return refuse("directives (%) are not read here; remove the line")
		case token.MappingKeyType:
			return refuse(`keys written with "?" are not read here; write "key: value"`)
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType:
			if t.Position.Line != dashLine {
				dashes, dashLine = 0, t.Position.Line
			}
			dashes++
		}
		if depth > maxNesting || dashes > maxNesting {
			return refuse("lists are nested too deeply; no setting is more than one list")
		}
	}
	return nil
}

// syntaxError makes one sentence of the parser's, whose own shows the source.
func syntaxError(path string, err error) error {
	e := &Error{File: path, Err: err}
	text := err.Error()
	var y yaml.Error
	if errors.As(err, &y) {
		text = y.GetMessage()
		if t := y.GetToken(); t != nil && t.Position != nil {
			e.Line = t.Position.Line
		}
	}
	text, _, _ = strings.Cut(text, "\n")
	switch {
	case strings.Contains(text, "']' not found"), strings.Contains(text, "',' or ']'"):
		text = `the list that begins with "[" has no end; close it with "]", and put names that begin with # in quotes`
	case strings.Contains(text, "tab character"), strings.Contains(text, "'\t'"):
		text = "a tab is used to indent; use spaces"
	default:
		text = fmt.Sprintf("this is not YAML (%s); check the indentation, the quotes and the colon of this line and the one above", text)
	}
	e.Text = text
	return e
}

// line returns the line a node begins on.
func line(n ast.Node) int {
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 {
		n = m.Values[0].Key
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 0
}
