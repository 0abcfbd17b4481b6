package input

import "unicode"

// Handle applies a key.
func (e *Editor) Handle(k Key) Outcome {
	if e.more != nil && e.more.search != nil {
		if out, done := e.searchKey(k); done {
			return out
		}
	}
	switch {
	case k.Text != "":
		return e.typeText(k.Text)
	case k.Code == Enter && k.Mod == 0:
		return Submit
	case k.Code == Enter, k.Code == 'j' && k.Mod&Ctrl != 0:
		return e.splice(e.cursor, e.cursor, "\n", other)
	case k.Code > unicode.MaxRune:
		return e.named(k)
	case k.Code == 'h' && k.Mod == Ctrl|Alt: // Alt-Backspace where Backspace sends Ctrl-H
		return e.kill(wordStart(e.text, e.cursor, isWord), e.cursor)
	case k.Mod&^Shift == Ctrl:
		return e.ctrl(k.Code)
	case k.Mod&^Shift == Alt:
		return e.alt(k.Code)
	}
	return Unhandled
}

func (e *Editor) typeText(s string) Outcome {
	kind := typed
	if s == " " {
		kind = typedBlank
	}
	return e.splice(e.cursor, e.cursor, clean(s), kind)
}

// named applies a key that is not a character.
func (e *Editor) named(k Key) Outcome {
	word := k.Mod == Ctrl || k.Mod == Alt
	switch {
	case k.Code == Backspace && word:
		return e.kill(wordStart(e.text, e.cursor, isWord), e.cursor)
	case k.Code == Delete && word:
		return e.kill(e.cursor, wordEnd(e.text, e.cursor))
	case k.Code == Left && word:
		return e.move(wordStart(e.text, e.cursor, isWord))
	case k.Code == Right && word:
		return e.move(wordEnd(e.text, e.cursor))
	case k.Code == Home && k.Mod == Ctrl:
		return e.move(0)
	case k.Code == End && k.Mod == Ctrl:
		return e.move(len(e.text))
	case k.Mod&^Shift != 0:
		return Unhandled
	}
	switch k.Code {
	case Backspace:
		return e.remove(prevGrapheme(e.text, e.cursor), e.cursor)
	case Delete:
		return e.remove(e.cursor, nextGrapheme(e.text, e.cursor))
	case Left:
		return e.move(prevGrapheme(e.text, e.cursor))
	case Right:
		return e.move(nextGrapheme(e.text, e.cursor))
	case Home:
		return e.move(lineStart(e.text, e.cursor))
	case End:
		return e.move(lineEnd(e.text, e.cursor))
	case Up:
		return e.up(k)
	case Down:
		return e.down(k)
	}
	return Unhandled
}

// up goes up a row, or from the first into the history. In an empty input Up
// is left to the owner, which may edit the last message or call Older.
func (e *Editor) up(k Key) Outcome {
	browsing := e.more != nil && e.more.browse != nil
	switch {
	case k.Mod != 0 || e.text == "" && !browsing:
		return Unhandled
	case e.vertically(-1):
		return Handled
	}
	return e.Older()
}

func (e *Editor) down(k Key) Outcome {
	switch {
	case k.Mod != 0:
		return Unhandled
	case e.vertically(1):
		return Handled
	}
	return e.Newer()
}

// remove deletes without keeping.
func (e *Editor) remove(from, to int) Outcome {
	if from == to {
		return Handled
	}
	return e.splice(from, to, "", other)
}

// ctrl applies a letter with Ctrl.
func (e *Editor) ctrl(code rune) Outcome {
	s, at := e.text, e.cursor
	switch code {
	case 'a':
		return e.move(lineStart(s, at))
	case 'e':
		return e.move(lineEnd(s, at))
	case 'b':
		return e.move(prevGrapheme(s, at))
	case 'f':
		if at == len(s) {
			return Unhandled
		}
		return e.move(nextGrapheme(s, at))
	case 'd':
		if s == "" {
			return Unhandled
		}
		return e.remove(at, nextGrapheme(s, at))
	case 'h':
		return e.remove(prevGrapheme(s, at), at)
	case 'w':
		return e.kill(wordStart(s, at, isPlace), at)
	case 'u':
		return e.kill(lineStart(s, at), at)
	case 'k':
		return e.killLine()
	case 'y':
		return e.yank()
	case 'x':
		return e.yankPop()
	case 't':
		return e.transpose()
	case '_', '-', '/', '7': // what keyboards and protocols make of Ctrl-_
		return e.undo()
	case 'r':
		return e.startSearch()
	}
	return Unhandled
}

// killLine kills to the end of the line, at the end of an inner line the newline.
func (e *Editor) killLine() Outcome {
	if e.cursor == len(e.text) {
		return Unhandled
	}
	end := lineEnd(e.text, e.cursor)
	if end == e.cursor {
		end++
	}
	return e.kill(e.cursor, end)
}

// alt applies a letter with Alt.
func (e *Editor) alt(code rune) Outcome {
	switch code {
	case 'b':
		return e.move(wordStart(e.text, e.cursor, isWord))
	case 'f':
		return e.move(wordEnd(e.text, e.cursor))
	case 'd':
		return e.kill(e.cursor, wordEnd(e.text, e.cursor))
	case 'y':
		return e.yankPop()
	}
	return Unhandled
}
