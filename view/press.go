package view

import (
	"strings"
	"unicode/utf8"

	"parley/view/input"
)

// named are the keys that help and /press have names for, beside characters.
func named() map[string]rune {
	return map[string]rune{
		"Enter": input.Enter, "Tab": input.Tab, "Backspace": input.Backspace, "Delete": input.Delete, "Insert": input.Insert,
		"Esc": input.Esc, "Space": input.Space, "Up": input.Up, "Down": input.Down, "Left": input.Left, "Right": input.Right,
		"Home": input.Home, "End": input.End, "PgUp": input.PgUp, "PgDn": input.PgDown,
		"F1": input.F1, "F2": input.F2, "F3": input.F3, "F4": input.F4, "F5": input.F5, "F6": input.F6,
		"F7": input.F7, "F8": input.F8, "F9": input.F9, "F10": input.F10, "F11": input.F11, "F12": input.F12,
	}
}

// parseChord reads the name of a key as help writes it, in any case: "Alt-Shift-Down", "Ctrl-g", "F2".
func parseChord(name string) (chord, bool) {
	var c chord
	for {
		mod, rest, ok := strings.Cut(name, "-")
		if !ok || rest == "" {
			break
		}
		switch strings.ToLower(mod) {
		case "alt":
			c.mod |= input.Alt
		case "ctrl":
			c.mod |= input.Ctrl
		case "shift":
			c.mod |= input.Shift
		default:
			return chord{}, false
		}
		name = rest
	}
	for word, code := range named() {
		if strings.EqualFold(word, name) {
			c.code = code
			return c, true
		}
	}
	r, n := utf8.DecodeRuneInString(strings.ToLower(name))
	c.code = r
	return c, n > 0 && n == len(name) && c.mod != 0
}

// press does what a key does that the terminal keeps to itself.
func (v *View) press(name string) {
	c, ok := parseChord(name)
	if _, bound := v.sh.keys[c]; !ok || !bound {
		v.say(v.words("there is no key %s here: /shortcuts lists them", name), true)
		return
	}
	v.key(input.Key{Code: c.code, Mod: c.mod})
}
