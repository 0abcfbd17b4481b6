package input

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxText is the most bytes of the text in an editor.
const MaxText = 16 << 10

// Outcome is what an [Editor] made of a key.
type Outcome uint8

const (
	// Unhandled: the key is not the editor's, or it has nothing to do here
	// and may mean something else: Ctrl-K and Ctrl-F at the end of the
	// text, Ctrl-D and Up in an empty input, Down in the last row. Nothing changed.
	Unhandled Outcome = iota
	// Handled: the key was the editor's.
	Handled
	// Submit: Enter. The text is unchanged; the owner takes it.
	Submit
	// Full: the text would be longer than [MaxText]. Nothing changed.
	Full
	// AtHistoryTop: Up at the oldest entry of the history. Nothing changed.
	AtHistoryTop
)

// Editor is a text of several lines under construction, with readline's keys.
// The zero value is empty and ready; what undo, killing and searching need is
// allocated when they are first used.
//
// The text is always valid UTF-8 in NFC, without control characters other than
// \n, and the cursor is between two graphemes: a combining accent that is
// typed after its base joins it.
type Editor struct {
	text   string
	cursor int // byte offset
	hist   *History
	more   *extra
	wrap   *wrapped
	last   action
	cols   uint16 // columns of the last Layout, 0 before the first
	top    uint16 // first row that the last Layout showed
	goal   uint16 // column that Up and Down aim at, while last is vertical
}

// extra is the part of an Editor that an empty one does without.
type extra struct {
	undo   []snapshot // oldest first
	kills  []string   // oldest first
	yanked int        // index in kills of what was yanked last
	browse *browse
	search *search
}

// action is the kind of the last key: some keys go on with what the one before began.
type action uint8

const (
	other action = iota
	typed
	typedBlank
	killed
	yanked
	undone
	vertical
)

func (e *Editor) extra() *extra {
	if e.more == nil {
		e.more = &extra{}
	}
	return e.more
}

// Text is the text; lines end in \n.
func (e *Editor) Text() string { return e.text }

// Empty says that there is no text.
func (e *Editor) Empty() bool { return e.text == "" }

// Cursor is the cursor's byte offset in the text.
func (e *Editor) Cursor() int { return e.cursor }

// SetCursor moves the cursor to the grapheme boundary at or before byte offset
// i, within the text.
func (e *Editor) SetCursor(i int) {
	i = max(0, min(i, len(e.text)))
	at := boundary(e.text, i)
	for next := nextGrapheme(e.text, at); next <= i && next > at; next = nextGrapheme(e.text, at) {
		at = next
	}
	e.cursor, e.last = at, other
}

// SetText replaces the text (a draft, an edit, nothing after a submit), puts the cursor at its end and
// forgets undo, search and the place in the history; killed text stays. What is beyond MaxText is cut.
func (e *Editor) SetText(s string) {
	s = clean(s)
	if len(s) > MaxText {
		s = s[:boundary(s, MaxText)]
	}
	e.text, e.cursor, e.last, e.top, e.wrap = s, len(s), other, 0, nil
	if e.more != nil {
		e.more.undo, e.more.browse, e.more.search = nil, nil, nil
		if e.more.kills == nil {
			e.more = nil
		}
	}
}

// Clear empties the text; undo brings it back.
func (e *Editor) Clear() {
	e.endSearch()
	e.save(other)
	e.text, e.cursor, e.last = "", 0, other
}

// Insert puts s at the cursor, as one step for undo: a paste, an emoji. It returns Handled or Full.
func (e *Editor) Insert(s string) Outcome { return e.Replace(e.cursor, e.cursor, s) }

// Replace puts s in place of the bytes [from, to) and the cursor behind it, as one step for undo: a completion. It
// returns Handled or Full. Offsets outside of the text are moved into it.
func (e *Editor) Replace(from, to int, s string) Outcome {
	e.endSearch()
	from = max(0, min(from, len(e.text)))
	to = max(from, min(to, len(e.text)))
	return e.splice(from, to, clean(s), other)
}

// SetHistory gives the entries that Up, Down and Ctrl-R walk: those of the room
// that is open. It may be nil.
func (e *Editor) SetHistory(h *History) {
	e.hist = h
	if e.more != nil {
		e.more.browse, e.more.search = nil, nil
	}
}

// splice replaces text[from:to] by s, which is clean, keeps the text in NFC across the
// seams and puts the cursor behind s. kind says what the change belongs to.
func (e *Editor) splice(from, to int, s string, kind action) Outcome {
	before, after := e.text[:from], e.text[to:]
	left := before + s
	if joins(s) {
		// Compose from the last place that nothing can join.
		start := lastBoundary(before)
		left = before[:start] + norm.NFC.String(before[start:]+s)
	}
	text, at := left+after, len(left)
	if joins(after) {
		text = norm.NFC.String(text)
	}
	if len(text) > MaxText {
		return Full
	}
	e.save(kind)
	e.text, e.last = text, kind
	e.cursor = snap(text, min(at, len(text)))
	return Handled
}

// joins says that s may compose with what is before it.
func joins(s string) bool {
	return s != "" && s[0] >= utf8.RuneSelf && !norm.NFC.PropertiesString(s).BoundaryBefore()
}

// lastBoundary is the last place in s that nothing behind it composes across.
func lastBoundary(s string) int {
	const near = 64
	for _, from := range [...]int{max(0, len(s)-near), 0} {
		if i := norm.NFC.LastBoundary([]byte(s[from:])); i >= 0 {
			return from + i
		}
	}
	return 0
}

// clean is s as text in an editor may be.
func clean(s string) string {
	if plainText(s) {
		return s
	}
	s = strings.ToValidUTF8(s, "\ufffd")
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\t", "    ").Replace(s)
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, s)
	return norm.NFC.String(s)
}

// plainText holds for printable ASCII and newlines.
func plainText(s string) bool {
	for i := range len(s) {
		if (s[i] < ' ' || s[i] >= 0x7f) && s[i] != '\n' {
			return false
		}
	}
	return true
}

// snap is the first grapheme boundary at or behind i: what is typed into a
// cluster extends it.
func snap(s string, i int) int {
	for at := boundary(s, i); ; {
		if at >= i {
			return at
		}
		next := nextGrapheme(s, at)
		if next <= at {
			return len(s)
		}
		at = next
	}
}

// boundary is a grapheme boundary at or before i that can be told without
// looking further back: between two letters that join nothing, or the start of the text.
func boundary(s string, i int) int {
	for i > 0 && i < len(s) && !utf8.RuneStart(s[i]) {
		i--
	}
	next := false // the character at i joins nothing
	if i < len(s) {
		r, _ := utf8.DecodeRuneInString(s[i:])
		next = alone(r)
	}
	for i > 0 {
		r, n := utf8.DecodeLastRuneInString(s[:i])
		simple := alone(r)
		if simple && next {
			return i
		}
		i, next = i-n, simple
	}
	return 0
}

// alone holds for the bulk of the letters that neither extend a grapheme nor, before another of
// them, begin one of several characters (Grapheme_Cluster_Break Other, LV and LVT of UAX #29).
func alone(r rune) bool {
	switch {
	case r == '\n', r >= ' ' && r < 0x7f:
	case r >= 0xc0 && r <= 0x24f, r >= 0x391 && r <= 0x3ff: // Latin, Greek
	case r >= 0x400 && r <= 0x481, r >= 0x48a && r <= 0x52f: // Cyrillic
	case r >= 0x5d0 && r <= 0x5ea, r >= 0x620 && r <= 0x64a: // Hebrew, Arabic
	case r >= 0x3001 && r <= 0x3029, r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30ff: // kana
	case r >= 0x3400 && r <= 0x9fff, r >= 0xac00 && r <= 0xd7a3: // Han, Hangul
	default:
		return false
	}
	return true
}
