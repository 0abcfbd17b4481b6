package lang

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
)

// Tag is a language. The zero value is English.
type Tag uint8

const (
	// En is English, the language of the keys.
	En Tag = iota
	// Ja is Japanese.
	Ja
)

// Names are what people call the languages in a setting, by Tag.
func Names() []string { return []string{"en", "ja"} }

// String is the language's name in a setting: "en", "ja".
func (t Tag) String() string { return Names()[t] }

// Parse finds a language by its name: "ja", or the name of a locale, "ja_JP.UTF-8".
func Parse(name string) (Tag, bool) {
	name, _, _ = strings.Cut(strings.ToLower(name), ".")
	name, _, _ = strings.Cut(name, "@")
	name, _, _ = strings.Cut(strings.ReplaceAll(name, "-", "_"), "_")
	for i, n := range Names() {
		if n == name {
			return Tag(i), true
		}
	}
	return En, false
}

// Of is the language that the environment of a client asks for, as POSIX
// orders it: LC_ALL, LC_MESSAGES, LANG. The first one that is set decides.
func Of(env map[string]string) Tag {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale := env[name]; locale != "" {
			t, _ := Parse(locale)
			return t
		}
	}
	return En
}

// Text is a sentence or word without arguments in this language.
func (t Tag) Text(english string) string {
	if t == Ja {
		if own, ok := japanese[english]; ok {
			return own
		}
	}
	return english
}

// Sprintf formats in this language: format is the English one.
func (t Tag) Sprintf(format string, args ...any) string {
	return fmt.Sprintf(t.Text(format), args...)
}

// Count is a number with its noun: formats for one and for any other number, "%d person" and "%d people".
func (t Tag) Count(n int, one, many string) string {
	if n == 1 {
		return t.Sprintf(one, n)
	}
	return t.Sprintf(many, n)
}

// Catalogue is what is known in a language beside English: English sentences and their counterparts.
func Catalogue(t Tag) map[string]string {
	if t == Ja {
		return maps.Clone(japanese)
	}
	return nil
}

// Accepted is the language that a browser asks for with Accept-Language (RFC 9110, 12.5.4): the known one that it wants most.
func Accepted(header string) Tag {
	best, most := En, 0.0
	for i, part := range strings.Split(header[:min(len(header), 1000)], ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		weight := 1.0
		if q, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			w, err := strconv.ParseFloat(q, 64)
			if err != nil || !(w >= 0 && w <= 1) {
				continue
			}
			weight = w
		}
		if t, ok := Parse(name); ok && weight > most {
			best, most = t, weight
		}
		if i == 50 {
			break
		}
	}
	return best
}
