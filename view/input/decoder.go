package input

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

const (
	// MaxPaste is the most bytes of one bracketed paste; the rest is dropped.
	MaxPaste = 64 << 10
	// MaxSequence is the most parameter bytes of one escape sequence; a longer one is
	// dropped whole.
	MaxSequence = 256
)

const esc = 0x1b

// state is where in a key or a sequence the next byte is.
type state uint8

const (
	ground    state = iota // between keys, or inside of a character
	escape                 // behind ESC
	csi                    // behind ESC [
	csiLinux               // behind ESC [ [, a function key of the Linux console
	csiDrop                // in a CSI sequence that is too long
	ss3                    // behind ESC O
	str                    // in an OSC, DCS or APC string
	strEscape              // behind an ESC in a string
	x10Mouse               // behind ESC [ M
	paste                  // behind ESC [ 200 ~
)

// Decoder turns the bytes of a terminal's keyboard into events. The zero value is ready.
//
// It finds the ends of characters and sequences itself, a byte at a time: its
// memory is bounded by [MaxSequence] and [MaxPaste], its time is linear in the
// input, and how the input was cut into pieces makes no difference. What a complete sequence
// means comes from ultraviolet's table of terminals. Answers of terminals to questions (device
// attributes, cursor position, colours), but for the one about modes, and whatever else is not a key are swallowed.
//
// A string (OSC, DCS, APC) that is not ended swallows what follows up to the next control character:
// a terminal that is cut off cannot type its answer into a message, and Enter or Ctrl-C get the user out.
type Decoder struct {
	state  state
	alt    bool // an ESC before this key or sequence
	intro  byte // what began the string, while it is empty; else 0
	part   [utf8.UTFMax]byte
	nPart  int    // bytes of part that are the beginning of a character
	seq    []byte // parameters of the sequence; bytes of the X10 mouse
	pasted []byte // content of the paste, at most MaxPaste bytes and its end mark
	cut    bool   // the paste is longer
	out    []Event
}

// Feed decodes p, which may begin and end anywhere, also inside of a character
// or a sequence. The events are the caller's.
func (d *Decoder) Feed(p []byte) []Event {
	for len(p) > 0 {
		if d.state == paste {
			p = d.pasteBytes(p)
			continue
		}
		if d.step(p[0]) {
			p = p[1:]
		}
	}
	return d.take()
}

func (d *Decoder) take() []Event {
	out := d.out
	d.out = nil
	return out
}

// Pending says that what came so far may be a key by itself or the beginning
// of a longer sequence, like a lone ESC: the owner waits about 50 ms for more and then calls Flush.
func (d *Decoder) Pending() bool {
	switch d.state {
	case escape, strEscape, csiLinux:
		return true
	case csi, ss3:
		return len(d.seq) == 0
	case str:
		return d.intro != 0
	}
	return false
}

// Flush gives what is pending as the key that it is if nothing follows: a lone
// ESC is Esc, ESC [ is Alt-[. A paste stays open, and so does a sequence of
// which parameters have come.
func (d *Decoder) Flush() []Event {
	if !d.Pending() {
		return nil
	}
	was, alt := d.state, d.alt
	intro := d.intro
	d.restart()
	if was == escape || was == strEscape || alt {
		d.emit(Key{Code: Esc})
	}
	switch was {
	case escape:
		if alt {
			d.emit(Key{Code: Esc})
		}
	case csi:
		d.emit(Key{Code: '[', Mod: Alt})
	case csiLinux:
		d.emit(Key{Code: '[', Mod: Alt})
		d.emit(Key{Code: '[', Text: "["})
	case ss3:
		d.emit(Key{Code: 'o', Mod: Alt | Shift})
	case str:
		d.emit(modified(rune(intro), Alt))
	}
	return d.take()
}

func (d *Decoder) emit(e Event) { d.out = append(d.out, e) }

// restart goes back between keys.
func (d *Decoder) restart() {
	d.state, d.alt, d.intro, d.nPart = ground, false, 0, 0
	if cap(d.seq) > 64 {
		d.seq = nil
	}
	d.seq = d.seq[:0]
}

// step takes one byte. It returns false if the byte ended what was before it
// and has to be looked at again.
func (d *Decoder) step(b byte) bool {
	switch d.state {
	case escape:
		return d.escape(b)
	case csi, csiDrop:
		return d.csi(b)
	case csiLinux:
		if b < 'A' || b > 'E' {
			return d.abort(b)
		}
		d.named(F1+rune(b-'A'), 0)
	case ss3:
		return d.ss3(b)
	case str:
		return d.str(b)
	case strEscape:
		if b != '\\' {
			d.restart()
			d.state = escape
			return false
		}
		d.restart()
	case x10Mouse:
		if b < 0x20 {
			return d.abort(b)
		}
		if d.seq = append(d.seq, b-0x20); len(d.seq) == 3 {
			d.mouse(int(d.seq[0]), int(d.seq[1]), int(d.seq[2]))
		}
	default:
		return d.ground(b)
	}
	return true
}

// abort forgets a sequence at a byte that cannot be in it. CAN and SUB belong to the sequence; anything else is a key.
func (d *Decoder) abort(b byte) bool {
	d.restart()
	return b == 0x18 || b == 0x1a
}

func (d *Decoder) ground(b byte) bool {
	if d.nPart > 0 && b&0xc0 != 0x80 {
		d.restart() // the character is not complete: drop it
	}
	switch {
	case b == esc:
		d.restart()
		d.state = escape
	case b < 0x20 || b == 0x7f:
		d.control(b)
	case b < utf8.RuneSelf:
		d.char(rune(b))
	default:
		d.part[d.nPart] = b
		d.nPart++
		if !utf8.FullRune(d.part[:d.nPart]) {
			return true
		}
		r, size := utf8.DecodeRune(d.part[:d.nPart])
		d.nPart = 0
		if r == utf8.RuneError && size == 1 {
			d.restart()
			return true
		}
		d.char(r)
	}
	return true
}

func (d *Decoder) escape(b byte) bool {
	switch b {
	case esc:
		if d.alt {
			d.emit(Key{Code: Esc})
		}
		d.alt = true
		return true
	case '[':
		d.state = csi
		return true
	case 'O':
		d.state = ss3
		return true
	case ']', 'P', '_':
		d.state, d.intro = str, b
		return true
	}
	if d.alt { // ESC ESC x: the first one was the Esc key
		d.emit(Key{Code: Esc})
	}
	d.state, d.alt = ground, true
	return false
}

func (d *Decoder) csi(b byte) bool {
	switch {
	case b == '[' && d.state == csi && len(d.seq) == 0:
		d.state = csiLinux
	case b == '$' && digits(d.seq): // a shifted key of rxvt
		d.sequence('[', '$')
	case b >= 0x20 && b <= 0x3f:
		if len(d.seq) == MaxSequence {
			d.state = csiDrop
			return true
		}
		d.seq = append(d.seq, b)
	case b < 0x40 || b > 0x7e:
		return d.abort(b)
	case d.state == csiDrop:
		d.restart()
	case b == 'M' && len(d.seq) == 0:
		d.state = x10Mouse
	case b == '~' && string(d.seq) == "200":
		d.restart()
		d.state = paste
	default:
		d.sequence('[', b)
	}
	return true
}

func digits(s []byte) bool {
	return len(s) > 0 && len(bytes.TrimLeft(s, "0123456789")) == 0
}

func (d *Decoder) ss3(b byte) bool {
	switch {
	case b >= '0' && b <= '9' && len(d.seq) < 3:
		d.seq = append(d.seq, b)
	case b <= 0x20 || b >= 0x7f:
		return d.abort(b)
	default:
		d.sequence('O', b)
	}
	return true
}

func (d *Decoder) str(b byte) bool {
	switch {
	case b == 0x07:
		d.restart()
	case b == esc:
		d.state = strEscape
	case b < 0x20:
		return d.abort(b)
	}
	d.intro = 0
	return true
}

// pasteEnd is what ends a paste.
const pasteEnd = "\x1b[201~"

// pasteBytes takes the part of p that belongs to the paste and returns the rest.
func (d *Decoder) pasteBytes(p []byte) []byte {
	for i, b := range p {
		if len(d.pasted) >= MaxPaste+len(pasteEnd) {
			// Full: of what is dropped only the last bytes count, which may be the end mark.
			d.cut = true
			copy(d.pasted[MaxPaste:], d.pasted[MaxPaste+1:])
			d.pasted = d.pasted[:len(d.pasted)-1]
		}
		d.pasted = append(d.pasted, b)
		if b == '~' && bytes.HasSuffix(d.pasted, []byte(pasteEnd)) {
			d.endPaste()
			return p[i+1:]
		}
	}
	return nil
}

func (d *Decoder) endPaste() {
	text := d.pasted[:len(d.pasted)-len(pasteEnd)]
	cut := d.cut
	d.pasted, d.cut = nil, false
	d.restart()
	if len(text) > MaxPaste {
		text, cut = text[:MaxPaste], true
	}
	if cut {
		text = wholeRunes(text)
	}
	s := strings.ToValidUTF8(string(text), "\ufffd")
	if len(s) > MaxPaste { // every broken byte became three
		s, cut = string(wholeRunes([]byte(s[:MaxPaste]))), true
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	d.emit(Paste{Text: strings.ReplaceAll(s, "\r", "\n"), Truncated: cut})
}

// wholeRunes is s without the beginning of a character at its end.
func wholeRunes(s []byte) []byte {
	for i := max(0, len(s)-utf8.UTFMax); i < len(s); i++ {
		if utf8.RuneStart(s[i]) && !utf8.FullRune(s[i:]) {
			return s[:i]
		}
	}
	return s
}
