package chat

import (
	"fmt"
	"strings"

	"parley/lang"
	"parley/text"
)

// setting is one entry of the table of settings. What a person sets is kept
// as check returns it, so that readers never meet another form.
type setting struct {
	Name   string
	Values string // as help shows them: "on|off"
	Short  string // what it does
	// check makes what is kept of what was typed, or refuses it.
	check func(r *Request, typed string) (string, error)
	// offer lists values for completion; nil where anything may be typed.
	offer func(letters string) []string
}

// settings is the one table, in the order in which /set prints it.
func settings() []setting {
	onOff := func(name, short string) setting { return choice(name, "on|off", short) }
	return []setting{
		choice("theme", "auto|dark|light|contrast|mono", "the colours: for any terminal, a dark or a light one, high contrast, or none"),
		choice("lang", strings.Join(lang.Names(), "|"), "the language of everything that the server says"),
		{Name: "zone", Values: "Europe/Berlin", Short: "your time zone, by the name of a place", check: checkZone, offer: zoneLike},
		choice("time", "24h|12h", "how times of day are shown"),
		onOff("hints", "what can be done now, in the status line"),
		choice("sidebar", "auto|on|off", "the room list; auto is by the width of the terminal"),
		choice("nicks", "auto|on|off", "the list of people; auto is by the width of the terminal"),
		onOff("mouse", "the mouse: the wheel scrolls, a click selects or switches"),
		choice("emoji", "show|name", "show emoji, or their names as :tada:"),
		onOff("typing", "let others see that you are typing"),
		onOff("bell", "ring the terminal's bell when somebody wants you"),
		choice("notify-method", "auto|bel|osc9|osc777|osc99|off", "how the terminal tells you of a message; auto is what it is known to take"),
		{Name: "highlight", Values: "deploy,lunch", Short: "words that ring, are marked and are found by /mentions as a mention of you is, with commas between them", check: checkWords},
		{Name: "quiet", Values: "22:00-07:00", Short: "hours of your day in which nothing rings", check: checkHours},
	}
}

// choice is a setting with one of a few values; a beginning that no other has is enough.
func choice(name, values, short string) setting {
	all := strings.Split(values, "|")
	return setting{
		Name: name, Values: values, Short: short,
		offer: func(letters string) []string { return withPrefix(all, letters) },
		check: func(r *Request, typed string) (string, error) {
			typed = strings.ToLower(typed)
			found := withPrefix(all, typed)
			for _, v := range found {
				if v == typed {
					return v, nil
				}
			}
			if len(found) == 1 {
				return found[0], nil
			}
			return "", r.fail(ErrUsage, "%s is one of %s", name, strings.Join(all, ", "))
		},
	}
}

func withPrefix(all []string, prefix string) (out []string) {
	for _, v := range all {
		if strings.HasPrefix(v, prefix) {
			out = append(out, v)
		}
	}
	return out
}

func checkZone(r *Request, typed string) (string, error) {
	near := zoneLike(typed)
	if len(near) == 1 {
		typed = near[0]
	}
	if _, err := LoadZone(typed); err == nil {
		return typed, nil
	}
	if near = near[:min(len(near), 3)]; len(near) > 0 {
		return "", r.fail(ErrUsage, "%s is not the name of a time zone%s", printable(typed), r.meant("", near))
	}
	return "", r.fail(ErrUsage, "%s is not the name of a time zone: give one like Europe/Berlin or Asia/Tokyo", printable(typed))
}

// Bounds of the words that somebody watches for.
const (
	maxHighlights = 20
	maxHighlight  = 40 // columns
)

func checkWords(r *Request, typed string) (string, error) {
	var words []string
	for _, w := range listed(typed) {
		line := text.NewLine(strings.Join(strings.Fields(w), " "), maxHighlight+1)
		if w = line.String(); w == "" {
			continue
		}
		if text.Width(w) > maxHighlight {
			return "", r.fail(ErrUsage, "a word to watch for has at most %d columns", maxHighlight)
		}
		words = append(words, w)
	}
	if len(words) == 0 || len(words) > maxHighlights {
		return "", r.fail(ErrUsage, "give 1 to %d words with commas between them", maxHighlights)
	}
	return strings.Join(words, ", "), nil
}

func checkHours(r *Request, typed string) (string, error) {
	from, to, ok := hours(typed)
	if !ok {
		return "", r.fail(ErrUsage, "give two times of day, as in 22:00-07:00")
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", from/60, from%60, to/60, to%60), nil
}
