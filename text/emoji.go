package text

import (
	_ "embed" // for the names
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/yuin/goldmark-emoji/definition"
)

// Emoji is a small picture with a name: what a reaction is, what :tada: in a message shows. It is
// safe by construction, like the other types of this package. The zero value is none.
type Emoji struct{ name, glyph string }

// String is the canonical name, "tada" or "+1": what is stored and compared. An emoji that has no name is itself.
func (e Emoji) String() string { return e.name }

// Glyph is the emoji itself, one grapheme.
func (e Emoji) Glyph() string { return e.glyph }

// IsZero reports whether e is none.
func (e Emoji) IsZero() bool { return e.name == "" }

// maxEmojiName bounds in bytes what is looked up; the longest name has 36.
const maxEmojiName = 64

// emojiNames is every short name of the definitions, one a line, sorted. The library
// answers for a name but does not list them; a test compares the file with its source.
//
//go:embed emoji.txt
var emojiNames string

// emojiTable is what can be looked up. It is made at the first look and never changed.
type emojiTable struct {
	names   []string         // sorted; those that can be shown
	byName  map[string]Emoji // every alias
	byGlyph map[string]Emoji // without U+FE0F
}

var emojis = sync.OnceValue(func() *emojiTable {
	all := definition.Github()
	t := &emojiTable{byName: make(map[string]Emoji), byGlyph: make(map[string]Emoji)}
	for name := range strings.Lines(emojiNames) {
		name = strings.TrimSuffix(name, "\n")
		def, ok := all.Get(name)
		if !ok || !isGlyph(string(def.Unicode)) { // some flags are spelled with tags, which no text keeps
			continue
		}
		e := Emoji{def.ShortNames[0], string(def.Unicode)}
		t.names = append(t.names, name)
		t.byName[name], t.byGlyph[plainGlyph(e.glyph)] = e, e
	}
	return t
})

// isGlyph reports whether s is one emoji that passes through this package unchanged.
func isGlyph(s string) bool {
	if s == "" || len(s) > maxGrapheme || clean(s) != s {
		return false
	}
	if n, w := next(s); n < len(s) || w == 0 {
		return false
	}
	if strings.HasSuffix(s, string(keyed)) { // a digit, # or * on a key
		return s[0] < utf8.RuneSelf && plainGlyph(s) == s[:1]+string(keyed)
	}
	for _, r := range s {
		if !isEmoji(r) && !isSkinTone(r) && !isRegional(r) && r != zwj && r != vs16 {
			return false
		}
	}
	first, n := utf8.DecodeRuneInString(s)
	return n < len(s) || !isRegional(first) // one letter is no flag
}

// isRegional reports the letters of which flags are spelled, two for each.
func isRegional(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

// plainGlyph is a glyph without what only chooses how it looks.
func plainGlyph(s string) string { return strings.ReplaceAll(s, string(vs16), "") }

// ParseEmoji reads an emoji as people give it: its name with or without colons, or itself, in any
// skin tone. The same emoji always has the same String; ParseEmoji(e.String()) is e.
func ParseEmoji(s string) (Emoji, error) {
	s = strings.TrimSpace(s)
	name := strings.ToLower(s)
	if inner := strings.TrimSuffix(strings.TrimPrefix(name, ":"), ":"); inner != "" {
		name = inner
	}
	switch e, ok := lookUpEmoji(name); {
	case ok:
		return e, nil
	case s == "":
		return Emoji{}, fmt.Errorf("which emoji? Give its name, for example :tada:, or the emoji itself")
	case isGlyph(s):
		return glyphEmoji(s), nil
	}
	if near := nearestEmoji(name); near != "" {
		return Emoji{}, fmt.Errorf("there is no emoji %s: did you mean :%s:?", quoted(s), near)
	}
	return Emoji{}, fmt.Errorf("there is no emoji %s: type : and the beginning of a name, then Tab, to see them", quoted(s))
}

func lookUpEmoji(name string) (Emoji, bool) {
	if len(name) > maxEmojiName {
		return Emoji{}, false
	}
	e, ok := emojis().byName[name]
	return e, ok
}

// glyphEmoji is the emoji that a glyph is; a skin tone does not make another one.
func glyphEmoji(s string) Emoji {
	if toneless := clean(strings.Map(func(r rune) rune {
		if isSkinTone(r) {
			return -1
		}
		return r
	}, s)); isGlyph(toneless) {
		s = toneless
	}
	if e, ok := emojis().byGlyph[plainGlyph(s)]; ok {
		return e
	}
	return Emoji{s, s}
}

// nearestEmoji is the name that somebody may have meant, or empty.
func nearestEmoji(name string) string {
	best, least := "", 3
	if len(name) < 3 || len(name) > maxEmojiName {
		return ""
	}
	for _, n := range emojis().names {
		if abs(len(n)-len(name)) >= least {
			continue
		}
		if d := Distance(n, name); d < least {
			best, least = n, d
		}
	}
	return best
}

func abs(n int) int { return max(n, -n) }

// EmojiNames is at most limit names for completion, with or without the leading ':' of prefix: first those
// that begin with it, those of one word before longer ones (:heart: before :hear_no_evil:), then those of which a later word does.
func EmojiNames(prefix string, limit int) []string {
	prefix = strings.ToLower(strings.TrimPrefix(prefix, ":"))
	if len(prefix) > maxEmojiName || limit < 1 {
		return nil
	}
	names := emojis().names
	var out []string
	from, _ := slices.BinarySearch(names, prefix)
	for _, n := range names[from:] {
		if !strings.HasPrefix(n, prefix) {
			break
		}
		out = append(out, n)
	}
	slices.SortStableFunc(out, func(a, b string) int { return strings.Count(a, "_") - strings.Count(b, "_") })
	out = out[:min(len(out), limit)]
	for _, n := range names {
		if len(out) >= limit || prefix == "" {
			break
		}
		if strings.Contains(n, "_"+prefix) && !strings.HasPrefix(n, prefix) {
			out = append(out, n)
		}
	}
	return out
}

// NameEmoji is s with the emoji that have a name as :tada:, for terminals that cannot show them.
func NameEmoji(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return isEmoji(r) || isRegional(r) || r == keyed }) < 0 {
		return s
	}
	var b strings.Builder
	for g := range Graphemes(s) {
		if g[0] >= utf8.RuneSelf || len(g) > 1 {
			if isGlyph(g) && glyphEmoji(g).name != g {
				g = ":" + glyphEmoji(g).name + ":"
			}
		}
		b.WriteString(g)
	}
	return b.String()
}
