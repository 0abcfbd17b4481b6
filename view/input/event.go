package input

import "unicode"

// Event is one of [Key], [Paste], [Mouse], [Focus] and [Mode].
type Event interface{ event() }

// Mod is a set of modifier keys.
type Mod uint8

// The modifiers that terminals report. Meta counts as Alt.
const (
	Shift Mod = 1 << iota
	Alt
	Ctrl
)

// Keys that are not characters have codes beyond the last rune. Enter, Tab,
// Backspace and Esc are never reported as the control characters that terminals send for them.
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

	// Space is a name for the character, for Ctrl-Space and Alt-Space.
	Space = ' '
)

// Key is a key press, in one form whatever protocol the terminal speaks:
//
//   - Typing: Text is what the key types, one or more runes without controls, Code its first
//     rune, Mod 0. A typed A is {'A', 0, "A"}.
//   - A character with Ctrl or Alt: Code is the character, letters in lower
//     case with Shift in Mod where it is known. Ctrl-A is {'a', Ctrl, ""}.
//     Ctrl-J, a line feed, is {'j', Ctrl, ""} and not Enter; Ctrl-I, Ctrl-M and Ctrl-[ are Tab, Enter and
//     Esc, because most terminals cannot tell them apart.
//   - A named key: Code is one of the names above, with all of Mod.
//     Shift-Tab is {Tab, Shift, ""}. Keys with Super or Hyper are not reported.
type Key struct {
	Code rune
	Mod  Mod
	Text string
}

// Paste is a bracketed paste. Text is what was pasted, valid UTF-8 with line
// ends as \n but otherwise as the terminal sent it, controls included; at most
// [MaxPaste] bytes. Truncated says that more came and was dropped.
type Paste struct {
	Text      string
	Truncated bool
}

// Button is what happened with the mouse.
type Button uint8

// The buttons that are reported.
const (
	LeftButton Button = iota + 1
	MiddleButton
	RightButton
	WheelUp
	WheelDown
)

// MaxCell is the largest column or row that a Mouse has. What a terminal reports
// beyond it is taken for it.
const MaxCell = 1<<15 - 1

// Mouse is a button press or a turn of the wheel at a zero-based cell, which may be outside of
// the screen. Releases and moves are not reported.
type Mouse struct {
	Col, Row int
	Button   Button
	Mod      Mod
}

// Focus says that the terminal's window gained or lost the keyboard.
type Focus struct{ In bool }

// Mode is what a terminal says when it is asked for a DEC private mode (DECRPM): whether it knows it, and can change it.
type Mode struct {
	Number int
	Known  bool
}

func (Key) event()   {}
func (Paste) event() {}
func (Mouse) event() {}
func (Focus) event() {}
func (Mode) event()  {}
