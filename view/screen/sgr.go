package screen

import (
	"image/color"
	"strconv"

	"github.com/charmbracelet/x/ansi"
)

// at is the style as a terminal of depth d can show it.
func (s Style) at(d Depth) Style {
	s.Fg, s.Bg = s.Fg.at(d), s.Bg.at(d)
	return s
}

// at is the nearest colour that a terminal of depth d has.
func (c Color) at(d Depth) Color {
	switch kind := c & kindMask; {
	case d == Mono:
		return Default
	case kind == kindIndexed && d < ANSI256:
		return ANSI(uint8(ansi.Convert16(ansi.IndexedColor(uint8(c)))))
	case kind == kindRGB && d < TrueColor:
		rgb := color.RGBA{R: uint8(c >> 16), G: uint8(c >> 8), B: uint8(c), A: 0xff}
		if d == ANSI16 {
			return ANSI(uint8(ansi.Convert16(rgb)))
		}
		return Indexed(uint8(ansi.Convert256(rgb)))
	}
	return c
}

// blank says that a space in this style looks like an empty cell.
func (s Style) blank() bool {
	return s.Bg == Default && s.Attr&(Underline|Reverse|Strike) == 0
}

// sgrCodes are the parameters that switch each attribute on, in the order of the bits of Attr.
var sgrCodes = [...]byte{'1', '2', '3', '4', '7', '9'}

// appendSGR appends the shortest SGR that changes style from into to.
func appendSGR(dst []byte, from, to Style) []byte {
	if from == to {
		return dst
	}
	dst = append(dst, "\x1b["...)
	if to == (Style{}) {
		return append(dst, 'm')
	}
	if from.Attr&^to.Attr != 0 {
		// An attribute goes off: start again from nothing. The empty
		// first parameter is a 0.
		dst = append(dst, ';')
		from = Style{}
	}
	for i, code := range sgrCodes {
		if on := Attr(1 << i); to.Attr&^from.Attr&on != 0 {
			dst = append(dst, code, ';')
		}
	}
	if to.Fg != from.Fg {
		dst = appendColor(dst, to.Fg, 30)
	}
	if to.Bg != from.Bg {
		dst = appendColor(dst, to.Bg, 40)
	}
	dst[len(dst)-1] = 'm'
	return dst
}

// appendColor appends the parameters of a colour, each followed by a
// semicolon; base is 30 for the foreground and 40 for the background.
func appendColor(dst []byte, c Color, base int) []byte {
	num := func(n int) { dst = append(strconv.AppendInt(dst, int64(n), 10), ';') }
	switch c & kindMask {
	case kindANSI:
		n := int(c & 15)
		if n >= 8 {
			n += 60 - 8
		}
		num(base + n)
	case kindIndexed:
		num(base + 8)
		num(5)
		num(int(c & 0xff))
	case kindRGB:
		num(base + 8)
		num(2)
		num(int(c >> 16 & 0xff))
		num(int(c >> 8 & 0xff))
		num(int(c & 0xff))
	default:
		num(base + 9)
	}
	return dst
}
