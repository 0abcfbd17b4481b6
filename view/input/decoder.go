package input

import "unicode/utf8"

const (
	// MaxPaste is the most bytes of one bracketed paste; the rest is dropped.
	MaxPaste = 64 << 10
	// MaxSequence is the most bytes of one escape sequence; a longer one is dropped whole.
	MaxSequence = 256
)

// Decoder turns the bytes of a terminal's keyboard into events. The zero value is ready.
type Decoder struct {
	buf []byte
}

// Feed decodes p, which may begin and end anywhere, also inside of a character. The events are the caller's.
func (d *Decoder) Feed(p []byte) []Event {
	var evs []Event
	d.buf = append(d.buf, p...)
	for len(d.buf) > 0 {
		r, n := utf8.DecodeRune(d.buf)
		d.buf = d.buf[n:]
		switch {
		case r == '\r':
			evs = append(evs, Key{Code: Enter})
		case r == 0x7f:
			evs = append(evs, Key{Code: Backspace})
		case r < 0x20:
			evs = append(evs, Key{Code: r + 'a' - 1, Mod: Ctrl})
		default:
			evs = append(evs, Key{Code: r, Text: string(r)})
		}
	}
	return evs
}

// Pending says that a key may be complete or may be the beginning of a longer sequence (a lone ESC):
// the owner waits about 50 ms for more and then calls Flush.
func (d *Decoder) Pending() bool { return false }

// Flush gives what is pending as it stands: a lone ESC is the Esc key. A paste stays open.
func (d *Decoder) Flush() []Event { return nil }
