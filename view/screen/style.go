package screen

// Depth is how many colours a terminal shows.
type Depth uint8

const (
	// Mono shows attributes (bold, reverse …) but no colour: NO_COLOR.
	Mono Depth = iota
	// ANSI16 shows the 16 colours of the user's palette.
	ANSI16
	// ANSI256 shows the 256 colours of xterm.
	ANSI256
	// TrueColor shows 24-bit colours.
	TrueColor
)

// Color is a colour of a cell. The zero value is the terminal's default. Make others
// with [ANSI], [Indexed] and [RGB]. Colours compare with ==.
type Color uint32

// The kind of a Color is in its top byte, its value in the lower three.
const (
	kindANSI Color = (iota + 1) << 24
	kindIndexed
	kindRGB
	kindMask Color = 0xff << 24
)

// Default is the terminal's own foreground or background.
const Default Color = 0

// The 16 colours that the user's palette defines.
const (
	Black = kindANSI + iota
	Red
	Green
	Yellow
	Blue
	Magenta
	Cyan
	White
	BrightBlack
	BrightRed
	BrightGreen
	BrightYellow
	BrightBlue
	BrightMagenta
	BrightCyan
	BrightWhite
)

// ANSI is palette colour n, 0 to 15; higher bits of n are ignored.
func ANSI(n uint8) Color { return kindANSI | Color(n&15) }

// Indexed is colour n of xterm's 256.
func Indexed(n uint8) Color { return kindIndexed | Color(n) }

// RGB is a 24-bit colour.
func RGB(r, g, b uint8) Color { return kindRGB | Color(r)<<16 | Color(g)<<8 | Color(b) }

// Attr is a set of text attributes.
type Attr uint8

// The attributes of ECMA-48 that terminals agree on.
const (
	Bold Attr = 1 << iota
	Faint
	Italic
	Underline
	Reverse
	Strike
)

// Style is how text looks. The zero value is the terminal's default look.
// Styles compare with ==.
type Style struct {
	Fg, Bg Color
	Attr   Attr
}
