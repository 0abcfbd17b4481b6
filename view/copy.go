package view

import (
	"strings"
	"unicode/utf8"

	"parley/view/screen"
)

// copyMessage copies the text of a message.
func (v *View) copyMessage(it *item) { v.copyWords(it.body().String(), "") }

// copyWords puts words into the clipboard of the person's machine and says what, or how much.
// Whether the terminal takes them cannot be known without asking it, which is never done.
func (v *View) copyWords(words, what string) {
	if takesNoCopies(v.o.Term, v.o.Env) {
		v.say("this terminal takes no copies from programs: v shows the message alone, to be marked with the mouse", true)
		return
	}
	part := words
	if len(part) > screen.MaxCopy {
		for part = part[:screen.MaxCopy]; !utf8.ValidString(part); {
			part = part[:len(part)-1]
		}
	}
	v.write(screen.Copy(nil, part))
	if what == "" {
		what = v.words("copied %d characters", utf8.RuneCountInString(part))
	}
	if len(part) < len(words) {
		what = v.words("copied the first %d characters: terminals take no more at once", utf8.RuneCountInString(part))
	}
	if strings.HasPrefix(v.o.Term, "tmux") || strings.HasPrefix(v.o.Term, "screen") {
		what += "  " + v.words("(tmux passes it on with: set -g set-clipboard on)")
	}
	v.say(what, false)
}

// takesNoCopies holds for terminals that are known to ignore OSC 52, by what the client says about them.
func takesNoCopies(term string, env map[string]string) bool {
	if env["TERM_PROGRAM"] == "Apple_Terminal" {
		return true
	}
	for _, t := range [...]string{"linux", "cons", "vt", "ansi", "dumb", "putty", "rxvt", "eterm"} {
		if strings.HasPrefix(term, t) {
			return true
		}
	}
	return false
}

// quote puts a message into the input, each line behind "> ".
func (v *View) quote(it *item) {
	words := "> " + strings.ReplaceAll(it.body().String(), "\n", "\n> ") + "\n"
	v.closeSelect()
	v.insert(v.alone(words))
}
