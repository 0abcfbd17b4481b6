package lang_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestReadmesAgree: README.ja.md has the same parts as README.md, the same commands and settings, the same
// figures, and each leads to the other.
func TestReadmesAgree(t *testing.T) {
	english, japanese := outline(t, "README.md"), outline(t, "README.ja.md")
	if !strings.Contains(english.text, "(README.ja.md)") || !strings.Contains(japanese.text, "(README.md)") {
		t.Error("the two do not lead to each other")
	}
	same(t, "headings", english.headings, japanese.headings)
	same(t, "commands in blocks", english.blocks, japanese.blocks)
	same(t, "commands, keys and settings in the text", english.code, japanese.code)
	same(t, "links", english.links, japanese.links)
	same(t, "rows of tables", english.rows, japanese.rows)
	slices.Sort(english.figures) // a language has its own ones: "one room"
	slices.Sort(japanese.figures)
	same(t, "figures in tables", slices.Compact(english.figures), slices.Compact(japanese.figures))
	same(t, "points of lists", english.points, japanese.points)
}

func same(t *testing.T, what string, a, b []string) {
	t.Helper()
	for _, s := range a {
		if !slices.Contains(b, s) {
			t.Errorf("README.ja.md has not the same %s: %s is missing", what, s)
		}
	}
	for _, s := range b {
		if !slices.Contains(a, s) {
			t.Errorf("README.ja.md has not the same %s: %s is too much", what, s)
		}
	}
	if len(a) != len(b) {
		t.Errorf("README.ja.md has not the same %s: %d, and README.md has %d", what, len(b), len(a))
	}
}

// parts are what of a text is the same in every language.
type parts struct {
	text                                                 string
	headings, blocks, code, links, figures, rows, points []string
}

var (
	codeSpan = regexp.MustCompile("`[^`]+`")
	linkTo   = regexp.MustCompile(`\]\(([^)]+)\)`)
	figure   = regexp.MustCompile(`[0-9]+([.,][0-9]+)*`)
)

func outline(t *testing.T, name string) parts {
	t.Helper()
	data, err := os.ReadFile("../" + name)
	if err != nil {
		t.Fatal(err)
	}
	p := parts{text: string(data)}
	fenced := false
	for line := range strings.Lines(p.text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "```"):
			fenced = !fenced
			continue
		case fenced:
			command, _, _ := strings.Cut(line, "  #")
			p.blocks = append(p.blocks, strings.TrimSpace(command))
			continue
		case strings.HasPrefix(line, "#"):
			p.headings = append(p.headings, strings.Repeat("#", strings.Count(strings.Fields(line)[0], "#")))
		case strings.HasPrefix(line, "- "):
			p.points = append(p.points, "-")
		}
		p.code = append(p.code, codeSpan.FindAllString(line, -1)...)
		for _, m := range linkTo.FindAllStringSubmatch(line, -1) {
			if !strings.HasPrefix(m[1], "README") {
				p.links = append(p.links, m[1])
			}
		}
		if strings.HasPrefix(line, "|") {
			p.figures = append(p.figures, figure.FindAllString(line, -1)...)
			p.rows = append(p.rows, "|")
		}
	}
	return p
}
