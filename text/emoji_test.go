package text

import (
	"flag"
	"go/ast"
	goparser "go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/yuin/goldmark-emoji/definition"
)

var update = flag.Bool("update", false, "write emoji.txt anew from the source of the definitions")

// emoji.txt lists what the library can answer for: neither more nor less.
func TestEmojiNamesAreTheLibrarys(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/yuin/goldmark-emoji").Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := goparser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "definition", "github.gen.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || v.Names[0].Name != "_githubShortNames" {
			return true
		}
		for _, e := range v.Values[0].(*ast.CompositeLit).Elts {
			name, err := strconv.Unquote(e.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, name)
		}
		return false
	})
	slices.Sort(names)
	want := strings.Join(slices.Compact(names), "\n") + "\n"
	if *update {
		if err := os.WriteFile("emoji.txt", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != emojiNames {
		t.Error("emoji.txt is not the library's list: run go test ./text -run EmojiNames -update")
	}
}

// Whatever is painted for a name is safe text of one grapheme in two columns, like an emoji that somebody typed.
func TestEveryEmojiCanBeShown(t *testing.T) {
	shown, one := 0, 0
	for _, name := range emojis().names {
		e, err := ParseEmoji(name)
		if err != nil {
			t.Fatal(err)
		}
		mustBeSafe(t, e.Glyph())
		switch Width(e.Glyph()) {
		case 2:
		case 1:
			one++
		default:
			t.Errorf("%s is %d columns wide", name, Width(e.Glyph()))
		}
		for _, s := range []string{e.String(), ":" + e.String() + ":", e.Glyph(), plainGlyph(e.Glyph()), strings.ToUpper(name)} {
			if again, err := ParseEmoji(s); again != e || err != nil {
				t.Errorf("ParseEmoji(%q) = %+v, %v; want %+v", s, again, err, e)
			}
		}
		shown++
	}
	if shown < 1850 || one > 0 {
		t.Errorf("%d names can be shown, %d of them in one column", shown, one)
	}
	if _, ok := definition.Github().Get("england"); !ok {
		t.Error("england is gone: find another emoji that is spelled with tags")
	}
	if e, err := ParseEmoji("england"); err == nil {
		t.Errorf("england is %+q, which no body keeps", e.Glyph())
	}
}

func TestParseEmoji(t *testing.T) {
	for _, c := range []struct{ in, name, glyph string }{
		{":tada:", "tada", "🎉"}, {"tada", "tada", "🎉"}, {"🎉", "tada", "🎉"}, {" :Tada: ", "tada", "🎉"},
		{"ok", "ok", "🆗"}, {"+1", "+1", "👍"}, {"thumbsup", "+1", "👍"}, {"-1", "-1", "👎"}, {"100", "100", "💯"},
		{"👍🏽", "+1", "👍"}, {"❤", "heart", "❤️"}, {"❤️", "heart", "❤️"}, {"🇯🇵", "jp", "🇯🇵"}, {"1️⃣", "one", "1️⃣"},
		{"👨‍👩‍👧‍👦", "family_man_woman_girl_boy", "👨‍👩‍👧‍👦"}, {"🪉", "🪉", "🪉"},
	} {
		e, err := ParseEmoji(c.in)
		if err != nil || e.String() != c.name || e.Glyph() != c.glyph {
			t.Errorf("ParseEmoji(%q) = %q %q, %v; want %q %q", c.in, e, e.Glyph(), err, c.name, c.glyph)
		}
		if again, err := ParseEmoji(e.String()); again != e || err != nil {
			t.Errorf("ParseEmoji(%q) = %v, %v; want %v", e, again, err, e)
		}
	}
	for _, s := range []string{"", " ", ":", "::", "xx", "🇯", "🏽", "nothing like it", "🎉🎉", "🎉x", "é", "\x1b[2J", "\u200d", "🏴\U000e0067\U000e007f", "♥\u0301", strings.Repeat("a", 1<<20)} {
		if e, err := ParseEmoji(s); err == nil {
			t.Errorf("ParseEmoji(%.20q) = %q", s, e)
		}
	}
	if _, err := ParseEmoji("tadaa"); err == nil || !strings.Contains(err.Error(), ":tada:") {
		t.Errorf("the error for tadaa is %v, want it to name :tada:", err)
	}
}

func TestEmojiNames(t *testing.T) {
	if got, want := EmojiNames(":tad", 5), []string{"tada"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := EmojiNames("rocke", 5), []string{"rocket"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	got := EmojiNames("smile", 4)
	if want := []string{"smile", "smiley", "smile_cat", "smiley_cat"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := EmojiNames("hear", 1); !slices.Equal(got, []string{"heart"}) {
		t.Errorf("the first for hear is %q", got)
	}
	if got := EmojiNames("mark", 100); !slices.Contains(got, "white_check_mark") {
		t.Errorf("the names with a word that begins with mark are %q", got)
	}
	if got := len(EmojiNames("", 10)); got != 10 {
		t.Errorf("%d names for nothing typed, want 10", got)
	}
	if got := EmojiNames("no such thing", 10); len(got) != 0 {
		t.Errorf("%q for what is no name", got)
	}
}

func TestNameEmoji(t *testing.T) {
	for in, want := range map[string]string{"": "", "abc": "abc", "日本語": "日本語", "a 🎉 b": "a :tada: b", "👍🏽❤️": ":+1::heart:", "🇯🇵1️⃣1": ":jp::one:1", "🪉": "🪉", "©": ":copyright:"} {
		if got := NameEmoji(in); got != want {
			t.Errorf("NameEmoji(%q) = %q, want %q", in, got, want)
		}
	}
}
