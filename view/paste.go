package view

import (
	"strings"

	"parley/view/input"
)

// pasted takes in a paste: one line is typed text, several ask first.
func (v *View) pasted(p input.Paste) {
	words := strings.ReplaceAll(strings.ReplaceAll(p.Text, "\r\n", "\n"), "\r", "\n")
	words = strings.TrimSuffix(words, "\n")
	if v.st.over != nil {
		v.st.over.paste(v, words)
		return
	}
	if v.st.choices != nil {
		v.closeChoices(true)
	}
	switch {
	case p.Truncated || len(words) > input.MaxText:
		v.say("the paste is longer than a message may be (16 KiB): it was left out, and your input is as it was", true)
	case strings.Contains(words, "\n"):
		v.askPaste(words)
	default:
		v.insert(words)
	}
}

func (v *View) askPaste(words string) {
	one := func(v *View) { v.insert(words) }
	code := func(v *View) { v.insert("```\n" + words + "\n```") }
	v.ask(&question{
		asks: v.words("You pasted %d lines. As one message, as a code block, or not at all?", strings.Count(words, "\n")+1),
		keys: "Enter one message, c code block, Esc not at all",
		answers: map[rune]func(*View){
			input.Enter: one, 'm': one, '1': one, 'y': one,
			'c': code, '2': code,
		},
	})
}

// insert puts text into the input, all of it or nothing.
func (v *View) insert(words string) {
	if v.ed.Insert(words) == input.Full {
		v.say("the message would be longer than 16 KiB: the paste was left out, and your input is as it was", true)
		return
	}
	v.changed()
}
