package screen

import "encoding/base64"

// MaxCopy is the most bytes of text that one [Copy] carries: 8 KiB as they are
// sent. Old terminals cut a longer sequence, or take it for typing.
const MaxCopy = 8 << 10 / 4 * 3

// Copy appends the sequence that puts s into the clipboard of the terminal's
// machine (OSC 52, written and never asked for). Beyond [MaxCopy] it appends
// nothing. The text is sent as base64, so nothing in it reaches the terminal's parser.
func Copy(dst []byte, s string) []byte {
	if len(s) > MaxCopy {
		return dst
	}
	dst = append(dst, "\x1b]52;c;"...)
	dst = base64.StdEncoding.AppendEncode(dst, []byte(s))
	return append(dst, "\x1b\\"...)
}
