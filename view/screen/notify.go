package screen

import "strings"

// Notice is how a terminal is told that somebody is wanted.
type Notice uint8

const (
	NoNotice Notice = iota
	Bell            // BEL alone
	OSC9            // iTerm2, WezTerm, Ghostty: a text
	OSC777          // urxvt, foot, Ghostty: a title and a text
	OSC99           // kitty: a text
)

// NoticeFor is what a terminal is known to take, by its TERM and TERM_PROGRAM.
// Within tmux and screen only the bell arrives: they keep the rest for themselves.
func NoticeFor(term, program string) Notice {
	switch {
	case strings.HasPrefix(term, "tmux"), strings.HasPrefix(term, "screen"):
		return Bell
	case strings.HasPrefix(term, "xterm-kitty"):
		return OSC99
	case strings.HasPrefix(term, "foot"), strings.HasPrefix(term, "rxvt-unicode"), strings.HasPrefix(term, "contour"):
		return OSC777
	case program == "iTerm.app", program == "WezTerm", program == "ghostty", strings.HasPrefix(term, "wezterm"), strings.HasPrefix(term, "xterm-ghostty"):
		return OSC9
	}
	return Bell
}

// maxNotice is the longest text of a notice, in bytes.
const maxNotice = 200

// Notify appends what tells a terminal by the way given, and rings its bell if
// that is asked for. words are the server's own, made of names that were
// checked: nothing that a person writes is put into a sequence. What is not
// printable, and what a terminal could take for the end of the text, is left out even so.
func Notify(dst []byte, way Notice, words string, bell bool) []byte {
	words = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == ';' || r == '\\' {
			return -1
		}
		return r
	}, words)
	if len(words) > maxNotice {
		words = strings.ToValidUTF8(words[:maxNotice], "")
	}
	switch way {
	case OSC9:
		dst = append(append(append(dst, "\x1b]9;"...), words...), '\x07')
	case OSC777:
		dst = append(append(append(dst, "\x1b]777;notify;Parley;"...), words...), '\x07')
	case OSC99:
		dst = append(append(append(dst, "\x1b]99;;"...), words...), "\x1b\\"...)
	}
	if bell || way == Bell {
		dst = append(dst, '\x07')
	}
	return dst
}
