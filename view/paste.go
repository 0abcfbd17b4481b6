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
	v.closeSelect()
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
	code := func(v *View) { v.insert(v.alone(fenced(words))) }
	v.ask(&question{
		asks: v.words("You pasted %d lines. As one message, as a code block, or not at all?", strings.Count(words, "\n")+1),
		keys: "Enter one message, c code block, Esc not at all",
		answers: map[rune]func(*View){
			input.Enter: one, 'm': one, '1': one, 'y': one,
			'c': code, '2': code,
		},
	})
}

// fenced is text as a block of code, between fences that are longer than any backquotes in it.
func fenced(words string) string {
	longest, run := 0, 0
	for _, c := range []byte(words) {
		if run++; c != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", max(3, longest+1))
	return fence + "\n" + words + "\n" + fence
}

// alone is lines as they have to be put into the input to stand on lines of their own.
func (v *View) alone(lines string) string {
	before, after := v.ed.Text()[:v.ed.Cursor()], v.ed.Text()[v.ed.Cursor():]
	if before != "" && !strings.HasSuffix(before, "\n") {
		lines = "\n" + lines
	}
	if after != "" && !strings.HasPrefix(after, "\n") {
		lines += "\n"
	}
	return lines
}

// insert puts text into the input, all of it or nothing.
func (v *View) insert(words string) {
	if v.ed.Insert(words) == input.Full {
		v.say("the message would be longer than 16 KiB: the paste was left out, and your input is as it was", true)
		return
	}
	v.changed()
}
