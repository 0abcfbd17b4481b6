package plain

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/rooms"
	"parley/text"
)

// editor is what a terminal in cooked mode does by itself, for one that is in
// raw mode and understands nothing but carriage return, newline and
// backspace: it echoes, rubs out, kills the line.
type editor struct {
	line    []byte
	partial []byte // the beginning of a UTF-8 sequence
	escape  escape // how far inside an escape sequence, which is swallowed
	cr      bool   // the last byte was \r: a \n after it belongs to it
}

// escape is how far a key that sends several bytes has come.
type escape uint8

const (
	noEscape  escape = iota
	escEscape        // after ESC
	csiEscape        // after ESC [ or ESC O
)

// skips reports whether b belongs to an escape sequence. After ESC alone somebody goes on to type: a control or a
// slash, as of a command, counts as what it is, or a command without its slash would be said to everybody.
func (e *editor) skips(b byte) bool {
	was := e.escape
	e.escape = noEscape
	switch {
	case was == noEscape, b < ' ', b == 0x7f, was == escEscape && b == '/':
		return false
	case was == escEscape && (b == '[' || b == 'O'), was == csiEscape && b < '@':
		e.escape = csiEscape
	}
	return true
}

// action is what one key led to.
type action struct {
	echo   string
	line   string
	submit bool
	quit   bool
}

// feed takes typed bytes.
func (e *editor) feed(s string) (out []action) {
	for i := 0; i < len(s); i++ {
		b := s[i]
		wasCR := e.cr
		e.cr = false
		switch {
		case e.skips(b):
		case b == 0x1b:
			e.escape = escEscape
		case b == '\n' && wasCR:
		case b == '\r' || b == '\n':
			e.cr = b == '\r'
			out = append(out, action{echo: "\r\n", line: string(e.line), submit: true})
			e.line = e.line[:0]
		case b == 0x7f || b == 0x08:
			out = append(out, action{echo: e.rub(1)})
		case b == 0x15 || b == 0x03: // Ctrl-U, Ctrl-C
			out = append(out, action{echo: e.rub(len(e.line))})
		case b == 0x04: // Ctrl-D
			if len(e.line) == 0 {
				return append(out, action{quit: true})
			}
		case b < 0x20:
		default:
			out = append(out, action{echo: e.insert(b)})
		}
	}
	return out
}

// insert takes one byte of text and returns what to echo: nothing until a
// character is complete.
func (e *editor) insert(b byte) string {
	e.partial = append(e.partial, b)
	if !utf8.FullRune(e.partial) && len(e.partial) < utf8.UTFMax {
		return ""
	}
	r, _ := utf8.DecodeRune(e.partial)
	typed := string(e.partial)
	e.partial = e.partial[:0]
	// What is sent is cleaned later as a whole; here it is enough that nothing
	// goes back that a terminal would act on.
	if r == utf8.RuneError || !(unicode.IsGraphic(r) || r == zwj) || len(e.line)+len(typed) > maxLine {
		return ""
	}
	e.line = append(e.line, typed...)
	return typed
}

// zwj joins emoji into one.
const zwj = '\u200d'

// rub removes up to n characters from the end and returns what rubs them out.
func (e *editor) rub(n int) string {
	before := text.Width(string(e.line))
	for ; n > 0 && len(e.line) > 0; n-- {
		_, size := utf8.DecodeLastRune(e.line)
		e.line = e.line[:len(e.line)-size]
	}
	return strings.Repeat("\b \b", before-text.Width(string(e.line)))
}

// hideTyped takes the half-typed line off the last row, so that something
// else can be written there; showTyped puts it back below.
func (t *Talk) hideTyped() {
	if t.typed != nil && len(t.typed.line) > 0 {
		w := text.Width(string(t.typed.line))
		t.buf = append(t.buf, '\r')
		t.buf = append(t.buf, strings.Repeat(" ", min(w, 400))...)
		t.buf = append(t.buf, '\r')
	}
}

func (t *Talk) showTyped() {
	if t.typed != nil && len(t.typed.line) > 0 {
		t.buf = append(t.buf, t.typed.line...)
	}
}

// saveDraft keeps the half-typed line where the chat view finds it.
func (t *Talk) saveDraft() {
	if t.typed == nil || t.room.ID == 0 {
		return
	}
	m, ok := t.Session.Membership(t.room.ID)
	if ok && m.Role != rooms.RoleNone && string(t.typed.line) != m.Place.Draft && len(t.typed.line) > 0 {
		place := m.Place
		place.Draft = text.NewBody(string(t.typed.line)).String()
		t.Session.SetPlace(t.room.ID, place)
	}
}
