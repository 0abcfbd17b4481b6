package input

import "unicode"

// Event is one of [Key], [Paste], [Mouse] and [Focus].
type Event interface{ event() }

// Mod is a set of modifier keys.
type Mod uint8

// The modifiers that terminals report.
const (
	Shift Mod = 1 << iota
	Alt
	Ctrl
)

// Names of keys that are not characters, beyond the last rune. Enter, Tab, Backspace, Esc and Space
// have names too; they never appear as their control characters.
const (
	Enter = unicode.MaxRune + 1 + iota
	Tab
	Backspace
	Delete
	Insert
	Esc
	Up
	Down
	Left
	Right
	Home
	End
	PgUp
	PgDown
	F1
	F2
	F3
	F4
	F5
	F6
	F7
	F8
	F9
	F10
	F11
	F12

	Space = ' '
)

// Key is a key press. Code is a name above or a character, without Shift applied where Ctrl or Alt is held
// (Ctrl-A is {'a', Ctrl, ""}). Text is what the key types, empty for keys that type nothing:
// it is set only without Ctrl and Alt.
type Key struct {
	Code rune
	Mod  Mod
	Text string
}

// Paste is a bracketed paste. Text is as the terminal sent it, valid UTF-8 but with control characters; at most
// [MaxPaste] bytes. Truncated says that more came and was dropped.
type Paste struct {
	Text      string
	Truncated bool
}

// Button is what happened with the mouse.
type Button uint8

// The buttons that the view uses.
const (
	LeftButton Button = iota + 1
	MiddleButton
	RightButton
	WheelUp
	WheelDown
)

// Mouse is a button press or a turn of the wheel at a zero-based cell. Releases and moves are not reported.
type Mouse struct {
	Col, Row int
	Button   Button
	Mod      Mod
}

// Focus says that the terminal's window gained or lost the keyboard.
type Focus struct{ In bool }

func (Key) event()   {}
func (Paste) event() {}
func (Mouse) event() {}
func (Focus) event() {}
