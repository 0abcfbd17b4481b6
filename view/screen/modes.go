package screen

import "strings"

// keyboards are the beginnings of the TERM names whose terminals either
// understand the keyboard requests of [Enter] or are known to skip them. The Linux console and other old
// parsers would take them for colours, so nobody else is asked.
var keyboards = []string{
	"alacritty", "contour", "foot", "ghostty", "iterm", "konsole", "mintty",
	"rio", "st-", "tmux", "wezterm", "xterm",
}

func asksKeyboard(term string) bool {
	for _, k := range keyboards {
		if strings.HasPrefix(term, k) {
			return true
		}
	}
	return false
}

// MarginMode is the number of the DEC private mode that lets terminals scroll between left and right margins (DECLRMM, VT420).
const MarginMode = 69

// AskMargins appends a question (DECRQM) whether the terminal knows [MarginMode], which is off afterwards. xterm, iTerm2, WezTerm, Windows Terminal,
// mintty, contour and others do and say so; tmux, Alacritty and others do not, or answer nothing. Terminal of macOS
// shows the last letter of the question, so it is for a moment at which the whole screen is painted next.
func AskMargins(dst []byte, term string) []byte {
	if !asksKeyboard(term) {
		return dst // old parsers would not see where it ends
	}
	return append(dst, "\x1b[?69l\x1b[?69$p"...)
}

// Enter appends the modes of the view: the alternate screen, no wrapping at the
// last column, bracketed paste. On terminals that are known to take it (by
// term, the TERM of the pty request) it also asks for keyboard reports that
// tell Shift-Enter from Enter: xterm's modifyOtherKeys level 1 and the
// first level of kitty's protocol, both of which leave typing and Ctrl letters
// or their modern form to the decoder in package input; and it asks for margins, see [AskMargins]. The painter must be new
// or reset afterwards.
func Enter(dst []byte, term string) []byte {
	dst = append(dst, "\x1b[?1049h\x1b[?7l\x1b[?2004h"...)
	if asksKeyboard(term) {
		// kitty keeps a stack per screen, so the push follows the alternate screen.
		dst = append(dst, "\x1b[>4;1m\x1b[>1u"...)
	}
	return AskMargins(dst, term)
}

// Leave appends what gives the terminal back as [Enter] found it, whatever state
// the view was in: an open link or synchronised update is closed, colours, scroll region and margins reset,
// mouse, paste and keyboard reports are off, wrapping and the cursor are on, and
// the normal screen is back.
func Leave(dst []byte, term string) []byte {
	dst = append(dst, "\x1b]8;;\x1b\\\x1b[?2026l\x1b[m\x1b[r"...)
	if asksKeyboard(term) {
		dst = append(dst, "\x1b[?69l\x1b[<u\x1b[>4m"...)
	}
	dst = Mouse(dst, false)
	return append(dst, "\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l"...)
}

// Mouse appends what turns reports of clicks and the wheel on or off. They are
// off after [Enter]: the terminal's own selection works.
func Mouse(dst []byte, on bool) []byte {
	if on {
		return append(dst, "\x1b[?1000h\x1b[?1006h"...)
	}
	return append(dst, "\x1b[?1000l\x1b[?1006l"...)
}
