package page_test

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"parley/web/page"
)

// TestTheWholeIsSmall: script and style together, as they are sent and before compression.
func TestTheWholeIsSmall(t *testing.T) {
	const most = 100_000
	p, err := page.Load("Parley")
	if err != nil {
		t.Fatal(err)
	}
	all := 0
	for name, a := range p.Assets {
		if ext := path.Ext(name); ext == ".js" || ext == ".css" {
			t.Logf("%6d %s", len(a.Body), name)
			all += len(a.Body)
		}
	}
	t.Logf("%6d in all", all)
	if all > most {
		t.Errorf("script and style have %d bytes, more than %d", all, most)
	}
}

// TestNoHTML: nothing in the page makes elements of text.
func TestNoHTML(t *testing.T) {
	bad := regexp.MustCompile(`\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|setHTML\w*|srcdoc|eval|Function)\b\s*[(=]`)
	for name, source := range sources(t, "*.js") {
		if found := bad.FindString(source); found != "" {
			t.Errorf("%s has %s", name, found)
		}
	}
}

func sources(t *testing.T, pattern string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("no %s: %v", pattern, err)
	}
	out := map[string]string{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = string(b)
	}
	return out
}

// TestEverySentenceHasACounterpart: what the page says in English it says in Japanese, with as many things in it, and the
// catalogue has nothing that is not said.
func TestEverySentenceHasACounterpart(t *testing.T) {
	var ja map[string]string
	read(t, "ja.json", &ja)
	said := sentences(t)
	if len(said) < 150 {
		t.Errorf("only %d sentences were found in the source", len(said))
	}
	place := regexp.MustCompile(`%(\d\$)?s`)
	for s := range said {
		other, ok := ja[s]
		switch {
		case !ok:
			t.Errorf("ja.json has nothing for %q", s)
		case len(place.FindAllString(s, -1)) != len(place.FindAllString(other, -1)):
			t.Errorf("%q and %q have not the same places", s, other)
		}
	}
	for s := range ja {
		if !said[s] {
			t.Errorf("ja.json has %q, which the page does not say", s)
		}
	}
}

func read(t *testing.T, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// sentences are those of the source: the texts in calls of t and count, in tables whose lines end with "in words", and in the files of data.
func sentences(t *testing.T) map[string]bool {
	said := map[string]bool{}
	text := regexp.MustCompile(`'((?:[^'\\]|\\.)*)'`)
	for _, source := range sources(t, "*.js") {
		for _, at := range regexp.MustCompile(`\b(?:t|count)\(`).FindAllStringIndex(source, -1) {
			for _, arg := range text.FindAllStringSubmatch(arguments(source[at[1]:]), -1) {
				if len(arg[1]) > 1 { // one is a sign before a name
					said[arg[1]] = true
				}
			}
		}
		for line := range strings.Lines(source) {
			if table, ok := strings.CutSuffix(strings.TrimSpace(line), " // in words"); ok {
				for _, m := range regexp.MustCompile(`: '([^']*)'`).FindAllStringSubmatch(table, -1) {
					said[m[1]] = true
				}
			}
		}
		for _, m := range regexp.MustCompile(`, words: '([^']*)'`).FindAllStringSubmatch(source, -1) {
			said[m[1]] = true
		}
	}
	var events map[string]string
	read(t, "events.json", &events)
	for _, s := range events {
		said[s] = true
	}
	var help []struct {
		Title string
		Keys  [][2]string
	}
	read(t, "help.json", &help)
	for _, g := range help {
		said[g.Title] = true
		for _, k := range g.Keys {
			said[k[1]] = true
		}
	}
	var menus map[string][][3]string
	read(t, "menus.json", &menus)
	for _, menu := range menus {
		for _, item := range menu {
			said[item[0]] = true
		}
	}
	delete(said, "English") // the names of languages are in their own
	delete(said, "日本語")
	for _, role := range []string{"owner", "admin", "moderator", "member", "guest"} {
		said[role] = true
	}
	return said
}

// arguments is what stands in the brackets that are open at the beginning of source, without what stands in brackets inside.
func arguments(source string) string {
	var out strings.Builder
	depth, quoted := 1, false
	for i, c := range source {
		switch {
		case c == '\'' && source[max(i-1, 0)] != '\\':
			quoted = !quoted
		case !quoted && (c == '(' || c == '[' || c == '{'):
			depth++
		case !quoted && (c == ')' || c == ']' || c == '}'):
			if depth--; depth == 0 {
				return out.String()
			}
		}
		if depth == 1 {
			out.WriteRune(c)
		}
	}
	return out.String()
}
