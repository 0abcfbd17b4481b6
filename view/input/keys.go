package input

import (
	"fmt"
	"unicode"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// named gives a named key and ends the sequence.
func (d *Decoder) named(code rune, mod Mod) {
	if d.alt {
		mod |= Alt
	}
	d.restart()
	d.emit(Key{Code: code, Mod: mod})
}

// control gives the key of a control character.
func (d *Decoder) control(b byte) {
	switch b {
	case '\t':
		if d.alt { // Shift-Tab of the Linux console; window managers keep Alt-Tab
			d.alt = false
			d.named(Tab, Shift)
			return
		}
		d.named(Tab, 0)
	case '\r':
		d.named(Enter, 0)
	case 0x7f:
		d.named(Backspace, 0)
	case 0:
		d.named(Space, Ctrl)
	default:
		code := rune(b) + 0x40
		if code <= 'Z' {
			code += 'a' - 'A'
		}
		d.named(code, Ctrl)
	}
}

// char gives a typed character, or one with Alt.
func (d *Decoder) char(r rune) {
	alt := d.alt
	d.restart()
	switch {
	case unicode.IsControl(r) || r == unicode.ReplacementChar:
	case alt:
		d.emit(modified(r, Alt))
	default:
		d.emit(Key{Code: r, Text: string(r)})
	}
}

// modified is a character with Ctrl or Alt.
func modified(r rune, mod Mod) Key {
	if low := unicode.ToLower(r); low != r {
		r, mod = low, mod|Shift
	}
	if mod&Ctrl != 0 {
		switch r {
		case 'i':
			return Key{Code: Tab, Mod: mod &^ Ctrl}
		case 'm':
			return Key{Code: Enter, Mod: mod &^ Ctrl}
		case '[':
			return Key{Code: Esc, Mod: mod &^ Ctrl}
		}
	}
	return Key{Code: r, Mod: mod}
}

// sequence gives the key of a complete CSI or SS3 sequence and ends it.
func (d *Decoder) sequence(kind, final byte) {
	buf := make([]byte, 0, 32)
	buf = append(buf, esc, kind)
	buf = append(buf, d.seq...)
	buf = append(buf, final)
	alt := d.alt
	d.restart()
	// The decoder keeps state only for Windows' console.
	var dec uv.EventDecoder
	_, ev := dec.Decode(buf)
	switch ev := ev.(type) {
	case uv.KeyPressEvent:
		if alt {
			ev.Mod |= uv.ModAlt
		}
		if k, ok := key(uv.Key(ev)); ok {
			d.emit(k)
		}
	case uv.MouseClickEvent:
		d.click(uv.Mouse(ev))
	case uv.MouseWheelEvent:
		if final == 'M' { // a wheel is not let go of
			d.click(uv.Mouse(ev))
		}
	case uv.FocusEvent:
		d.emit(Focus{In: true})
	case uv.BlurEvent:
		d.emit(Focus{})
	case uv.ModeReportEvent:
		if mode, ok := ev.Mode.(ansi.DECMode); ok {
			d.emit(Mode{Number: mode.Mode(), Known: ev.Value == ansi.ModeSet || ev.Value == ansi.ModeReset})
		}
	}
}

// mods translates modifiers; ok is false for keys that belong to the window manager.
func mods(m uv.KeyMod) (mod Mod, ok bool) {
	if m.Contains(uv.ModShift) {
		mod |= Shift
	}
	if m.Contains(uv.ModAlt) || m.Contains(uv.ModMeta) {
		mod |= Alt
	}
	if m.Contains(uv.ModCtrl) {
		mod |= Ctrl
	}
	return mod, m&(uv.ModSuper|uv.ModHyper) == 0
}

// key translates a key press; ok is false for keys that have no name here.
func key(k uv.Key) (Key, bool) {
	mod, ok := mods(k.Mod)
	if !ok {
		return Key{}, false
	}
	code, name := name(k.Code)
	switch {
	case name:
		return Key{Code: code, Mod: mod}, true
	case code == 0:
		return Key{}, false
	}
	text := k.Text
	if text == "" && mod&(Ctrl|Alt) == 0 {
		text = string(code)
	}
	if mod&(Ctrl|Alt) != 0 {
		if !unicode.IsPrint(code) {
			return Key{}, false
		}
		return modified(code, mod), true
	}
	for i, r := range text {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return Key{}, false
		}
		if i == 0 {
			code = r
		}
	}
	return Key{Code: code, Text: text}, text != ""
}

// name translates the code of a key that is not a character. A key of the
// keypad that types a character is that character, with named false; a key
// that is of no use is 0.
func name(code rune) (c rune, named bool) {
	switch {
	case code >= uv.KeyF1 && code <= uv.KeyF12:
		return F1 + code - uv.KeyF1, true
	case code >= uv.KeyKp0 && code <= uv.KeyKp9:
		return '0' + code - uv.KeyKp0, false
	case code > unicode.MaxRune || code < ' ' || code == uv.KeyBackspace:
		if n := special(code); n != 0 {
			return n, n > unicode.MaxRune
		}
		return 0, false
	}
	return code, false
}

// special is the name, or the character, of a key that uv names; 0 for none.
func special(code rune) rune {
	switch code {
	case uv.KeyUp, uv.KeyKpUp:
		return Up
	case uv.KeyDown, uv.KeyKpDown:
		return Down
	case uv.KeyLeft, uv.KeyKpLeft:
		return Left
	case uv.KeyRight, uv.KeyKpRight:
		return Right
	case uv.KeyHome, uv.KeyKpHome, uv.KeyFind:
		return Home
	case uv.KeyEnd, uv.KeyKpEnd, uv.KeySelect:
		return End
	case uv.KeyPgUp, uv.KeyKpPgUp:
		return PgUp
	case uv.KeyPgDown, uv.KeyKpPgDown:
		return PgDown
	case uv.KeyInsert, uv.KeyKpInsert:
		return Insert
	case uv.KeyDelete, uv.KeyKpDelete:
		return Delete
	case uv.KeyEnter, uv.KeyKpEnter:
		return Enter
	case uv.KeyTab:
		return Tab
	case uv.KeyBackspace:
		return Backspace
	case uv.KeyEscape:
		return Esc
	}
	return keypad(code)
}

// keypad is the character of a keypad key that is not a digit.
func keypad(code rune) rune {
	switch code {
	case uv.KeyKpEqual:
		return '='
	case uv.KeyKpMultiply:
		return '*'
	case uv.KeyKpPlus:
		return '+'
	case uv.KeyKpComma, uv.KeyKpSep:
		return ','
	case uv.KeyKpMinus:
		return '-'
	case uv.KeyKpDecimal:
		return '.'
	case uv.KeyKpDivide:
		return '/'
	}
	return 0
}

// mouse gives a press that was reported in the form of X10, by way of the form of SGR.
func (d *Decoder) mouse(button, col, row int) {
	d.seq = fmt.Appendf(d.seq[:0], "<%d;%d;%d", button, col, row)
	d.sequence('[', 'M')
}

func (d *Decoder) click(m uv.Mouse) {
	mod, _ := mods(m.Mod)
	e := Mouse{Col: min(max(0, m.X), MaxCell), Row: min(max(0, m.Y), MaxCell), Mod: mod}
	switch m.Button {
	case uv.MouseLeft:
		e.Button = LeftButton
	case uv.MouseMiddle:
		e.Button = MiddleButton
	case uv.MouseRight:
		e.Button = RightButton
	case uv.MouseWheelUp:
		e.Button = WheelUp
	case uv.MouseWheelDown:
		e.Button = WheelDown
	default:
		return
	}
	d.emit(e)
}
