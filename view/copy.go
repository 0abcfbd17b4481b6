package view

import (
	"strings"
	"unicode/utf8"

	"parley/view/screen"
)

// copyMessage copies the text of a message.
func (v *View) copyMessage(it *item) { v.copyWords(it.body().String(), "") }

// copyWords sends words to the clipboard of the person's machine and says what, or how much.
// Whether the terminal takes them cannot be known without asking it, which is never done: nothing says that they are copied.
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
		what = v.words("sent %d characters to the clipboard of your terminal", utf8.RuneCountInString(part))
	}
	if len(part) < len(words) {
		what = v.words("sent the first %d characters to the clipboard of your terminal, which takes no more at once", utf8.RuneCountInString(part))
	}
	if inMultiplexer(v.o.Term, v.o.Env) {
		what += "  " + v.words("(tmux passes it on only with: set -g set-clipboard on; GNU screen does not)")
	}
	v.say(what, false)
}

// inMultiplexer reports whether tmux or GNU screen stands before the terminal. tmux drops OSC 52 unless
// set-clipboard is on, which it is not by default (external, tmux(1)).
func inMultiplexer(term string, env map[string]string) bool {
	return strings.HasPrefix(term, "tmux") || strings.HasPrefix(term, "screen") || env["TERM_PROGRAM"] == "tmux"
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
