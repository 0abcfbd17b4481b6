package input

import "parley/text"

// MaxText is the most bytes of the text in an editor.
const MaxText = 16 << 10

// Outcome is what an [Editor] made of a key.
type Outcome uint8

const (
	// Unhandled: the key is not the editor's; nothing changed. Ctrl-K at the
	// end of the text, Ctrl-D, Up and Down in an empty input are examples.
	Unhandled Outcome = iota
	// Handled: the text, the cursor or the search changed, or the key was the editor's and had no effect.
	Handled
	// Submit: Enter; the text is unchanged, the owner takes it.
	Submit
	// Full: the text would be longer than [MaxText]; nothing changed.
	Full
	// AtHistoryTop: Up at the oldest entry; nothing changed.
	AtHistoryTop
)

// Editor is a multi-line text under construction with readline's keys. The zero value is empty and ready.
type Editor struct {
	text   string
	cursor int
	hist   *History
}

// Handle applies a key.
func (e *Editor) Handle(k Key) Outcome {
	switch {
	case k.Code == Enter && k.Mod == 0:
		return Submit
	case k.Text != "":
		return e.Insert(k.Text)
	}
	return Unhandled
}

// Text is the text, valid UTF-8 in NFC; lines end in \n.
func (e *Editor) Text() string { return e.text }

// Empty says that there is no text.
func (e *Editor) Empty() bool { return e.text == "" }

// SetText replaces the text (a draft, an edit), puts the cursor at its end and forgets undo.
func (e *Editor) SetText(s string) { e.text, e.cursor = s, len(s) }

// Cursor is the cursor's byte offset in the text, always between graphemes.
func (e *Editor) Cursor() int { return e.cursor }

// SetCursor moves the cursor to the grapheme boundary at or before byte offset i.
func (e *Editor) SetCursor(i int) { e.cursor = max(0, min(i, len(e.text))) }

// Insert puts s at the cursor, as typing does: a paste, a completion. It returns Handled or Full.
func (e *Editor) Insert(s string) Outcome {
	e.text = e.text[:e.cursor] + s + e.text[e.cursor:]
	e.cursor += len(s)
	return Handled
}

// Replace puts s in place of the bytes [from, to) and the cursor behind it: completion. It returns Handled or Full.
func (e *Editor) Replace(from, to int, s string) Outcome {
	e.text = e.text[:from] + s + e.text[to:]
	e.cursor = from + len(s)
	return Handled
}

// SetHistory gives the entries that Up, Down and Ctrl-R walk: those of the room that is open. It may be nil.
func (e *Editor) SetHistory(h *History) { e.hist = h }

// Search is the pattern of the Ctrl-R search under way; ok is false when there is none.
// While it is, Text is the entry found and failed says that there is none for this pattern.
func (e *Editor) Search() (pattern string, failed, ok bool) { return "", false, false }

// Layout wraps the text into rows of at most cols columns and gives at most maxRows of them, those around the cursor,
// with the cursor's place in them. There is always at least one row; cursorCol may be equal to cols-1 at most.
func (e *Editor) Layout(cols, maxRows int) (rows []string, cursorRow, cursorCol int) {
	return []string{e.text}, 0, text.Width(e.text[:e.cursor])
}
