package view

import (
	"context"
	"errors"
	"strings"
	"time"

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
	case p.Truncated:
		v.say("the paste is longer than what can be pasted (64 KiB): it was left out, and your input is as it was. /upload says how to send it as a file", true)
	case len(words) > input.MaxText:
		v.askYes("You pasted more than a message may hold (16 KiB). Put it into the room as a file?", func(v *View) { v.sendFile(words) })
	case strings.Contains(words, "\n"):
		v.askPaste(words)
	default:
		v.insert(words)
	}
}

func (v *View) askPaste(words string) {
	one := func(v *View) { v.insert(words) }
	code := func(v *View) { v.insert(v.alone(fenced(words))) }
	file := func(v *View) { v.sendFile(words) }
	v.ask(&question{
		asks: v.words("You pasted %d lines. As one message, as a code block, as a file, or not at all?", strings.Count(words, "\n")+1),
		keys: "Enter one message, c code block, f file, Esc not at all",
		answers: map[rune]func(*View){
			input.Enter: one, 'm': one, '1': one, 'y': one,
			'c': code, '2': code,
			'f': file, '3': file,
		},
	})
}

// fileCommand puts a text into the room as a file.
const fileCommand = "/post --file"

// sendFile puts pasted text into the room as a file, and into the thread or behind the message for which the input is.
func (v *View) sendFile(words string) {
	s := submission{command: true, file: true, line: fileCommand, typed: words}
	if c := v.st.compose; c != nil && !c.edit {
		s.line += " --reply " + c.ref
		v.endCompose()
	}
	s.room, s.thread, s.name = v.st.room.ID, v.st.win.root, v.st.roomLabel()
	v.send(s)
}

// refusedFile says why a pasted text did not become a file, and asks whether to try again, so that the text is not lost. The same nonce makes
// sure that it is there once, if only the answer was lost.
func (v *View) refusedFile(s submission, err error) {
	why := v.explain(err)
	if errors.Is(err, context.DeadlineExceeded) {
		why = v.words("the server did not answer in %d s", int(postTime/time.Second))
	}
	v.askYes(v.words("%s. Try once more to put what you pasted into %s as a file?", why, s.name), func(v *View) {
		v.outbox.failed = s
		v.send(s)
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
