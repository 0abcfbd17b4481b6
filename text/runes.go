package text

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	zwnj  = '\u200c'
	zwj   = '\u200d'
	lrm   = '\u200e'
	rlm   = '\u200f'
	lri   = '\u2066'
	fsi   = '\u2068'
	pdi   = '\u2069'
	vs15  = '\ufe0e' // text presentation
	vs16  = '\ufe0f' // emoji presentation
	keyed = '\u20e3' // combining enclosing keycap
)

// simpleWidth is the width of a rune that is a grapheme by itself unless an
// extending rune follows, that NFC leaves alone and that cleaning keeps; 0 for
// all other runes. The ranges are the common part of daily scripts; a test
// compares each of them with the full rules.
func simpleWidth(r rune) int {
	switch {
	case r < 0x7f:
		if r < 0x20 {
			return 0
		}
		return 1
	case r < 0x3000:
		switch {
		case r >= 0xa0 && r <= 0x2af: // Latin and IPA
			if r == 0xad { // soft hyphen
				return 0
			}
			return 1
		case r >= 0x391 && r <= 0x3ff && r != 0x3a2, // Greek
			r >= 0x400 && r <= 0x481, r >= 0x48a && r <= 0x52f, // Cyrillic
			r >= 0x5d0 && r <= 0x5ea,                           // Hebrew
			r >= 0x621 && r <= 0x63a, r >= 0x641 && r <= 0x64a, // Arabic
			r >= 0x671 && r <= 0x6d3,                                       // Persian, Urdu
			r >= 0xe01 && r <= 0xe30, r == 0xe32, r >= 0xe40 && r <= 0xe46, // Thai
			r >= 0x2010 && r <= 0x2027, r >= 0x20a0 && r <= 0x20bf, // punctuation, currency
			r >= 0x2190 && r <= 0x21ff, r >= 0x2200 && r <= 0x22ff && r < 0x2260, // arrows, mathematics
			r >= 0x2500 && r <= 0x259f: // box drawing
			return 1
		}
		return 0
	case r >= 0x4e00 && r <= 0x9fff, r >= 0xac00 && r <= 0xd7a3, // Han, Hangul
		r >= 0x3041 && r <= 0x3096, r >= 0x309b && r <= 0x30ff, // kana
		r <= 0x3020, r >= 0x3400 && r <= 0x4dbf, // CJK punctuation, Han
		r >= 0xff01 && r <= 0xff60,                                 // fullwidth
		r >= 0x1f600 && r <= 0x1f64f, r >= 0x1f442 && r <= 0x1f4fc: // emoji
		return 2
	}
	return 0
}

// dropped holds the runes that no text keeps, whatever stands around them:
// controls, bidi embeddings and overrides, and all that Unicode calls
// Default_Ignorable except the joiners, marks of direction, isolates and U+FE0E
// and U+FE0F, which have rules of their own; also the format characters that are
// written before Arabic numbers, which terminals and the width table measure differently.
var dropped = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x0000, 0x0009, 1},
		{0x000b, 0x001f, 1},
		{0x007f, 0x009f, 1}, // DEL, C1
		{0x00ad, 0x00ad, 1}, // soft hyphen
		{0x034f, 0x034f, 1}, // combining grapheme joiner
		{0x0600, 0x0605, 1}, // Arabic number signs
		{0x061c, 0x061c, 1}, // Arabic letter mark
		{0x06dd, 0x06dd, 1},
		{0x070f, 0x070f, 1},
		{0x0890, 0x0891, 1},
		{0x08e2, 0x08e2, 1},
		{0x115f, 0x1160, 1}, // Hangul fillers
		{0x17b4, 0x17b5, 1},
		{0x180b, 0x180f, 1}, // Mongolian variation selectors and vowel separator
		{0x200b, 0x200b, 1}, // zero-width space
		{0x2028, 0x202e, 1}, // line ends that are none, embeddings, overrides
		{0x2060, 0x2065, 1}, // word joiner, invisible operators
		{0x206a, 0x206f, 1},
		{0x3164, 0x3164, 1}, // Hangul filler
		{0xfdd0, 0xfdef, 1}, // noncharacters
		{0xfe00, 0xfe0d, 1}, // variation selectors
		{0xfeff, 0xfeff, 1},
		{0xffa0, 0xffa0, 1},
		{0xfff0, 0xfffb, 1},
		{0xfffe, 0xffff, 1},
	},
	R32: []unicode.Range32{
		{0x110bd, 0x110bd, 1},
		{0x110cd, 0x110cd, 1},
		{0x13430, 0x1345f, 1}, // Egyptian format controls
		{0x1bca0, 0x1bca3, 1}, // shorthand format controls
		{0x1d173, 0x1d17a, 1}, // musical format controls
		{0x1fffe, 0x1ffff, 1},
		{0x2fffe, 0x2ffff, 1},
		{0x3fffe, 0x3ffff, 1},
		{0x4fffe, 0x4ffff, 1},
		{0x5fffe, 0x5ffff, 1},
		{0x6fffe, 0x6ffff, 1},
		{0x7fffe, 0x7ffff, 1},
		{0x8fffe, 0x8ffff, 1},
		{0x9fffe, 0x9ffff, 1},
		{0xafffe, 0xaffff, 1},
		{0xbfffe, 0xbffff, 1},
		{0xcfffe, 0xcffff, 1},
		{0xdfffe, 0xdffff, 1},
		{0xe0000, 0xe0fff, 1}, // tags, more variation selectors
		{0xefffe, 0xeffff, 1},
		{0xffffe, 0xfffff, 1},
		{0x10fffe, 0x10ffff, 1},
	},
	LatinOffset: 4,
}

// emoji holds the bases that U+FE0F, U+FE0E, ZWJ and skin tones may follow:
// the property Emoji of Unicode's emoji-data.txt without ASCII, regional
// indicators and skin tones; from U+1FA70 the whole block, which is still growing.
var emoji = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x00a9, 0x00a9, 1}, {0x00ae, 0x00ae, 1}, {0x203c, 0x203c, 1}, {0x2049, 0x2049, 1},
		{0x2122, 0x2122, 1}, {0x2139, 0x2139, 1}, {0x2194, 0x2199, 1}, {0x21a9, 0x21aa, 1},
		{0x231a, 0x231b, 1}, {0x2328, 0x2328, 1}, {0x23cf, 0x23cf, 1}, {0x23e9, 0x23f3, 1},
		{0x23f8, 0x23fa, 1}, {0x24c2, 0x24c2, 1}, {0x25aa, 0x25ab, 1}, {0x25b6, 0x25b6, 1},
		{0x25c0, 0x25c0, 1}, {0x25fb, 0x25fe, 1}, {0x2600, 0x2604, 1}, {0x260e, 0x260e, 1},
		{0x2611, 0x2611, 1}, {0x2614, 0x2615, 1}, {0x2618, 0x2618, 1}, {0x261d, 0x261d, 1},
		{0x2620, 0x2620, 1}, {0x2622, 0x2623, 1}, {0x2626, 0x2626, 1}, {0x262a, 0x262a, 1},
		{0x262e, 0x262f, 1}, {0x2638, 0x263a, 1}, {0x2640, 0x2640, 1}, {0x2642, 0x2642, 1},
		{0x2648, 0x2653, 1}, {0x265f, 0x2660, 1}, {0x2663, 0x2663, 1}, {0x2665, 0x2666, 1},
		{0x2668, 0x2668, 1}, {0x267b, 0x267b, 1}, {0x267e, 0x267f, 1}, {0x2692, 0x2697, 1},
		{0x2699, 0x2699, 1}, {0x269b, 0x269c, 1}, {0x26a0, 0x26a1, 1}, {0x26a7, 0x26a7, 1},
		{0x26aa, 0x26ab, 1}, {0x26b0, 0x26b1, 1}, {0x26bd, 0x26be, 1}, {0x26c4, 0x26c5, 1},
		{0x26c8, 0x26c8, 1}, {0x26ce, 0x26cf, 1}, {0x26d1, 0x26d1, 1}, {0x26d3, 0x26d4, 1},
		{0x26e9, 0x26ea, 1}, {0x26f0, 0x26f5, 1}, {0x26f7, 0x26fa, 1}, {0x26fd, 0x26fd, 1},
		{0x2702, 0x2702, 1}, {0x2705, 0x2705, 1}, {0x2708, 0x270d, 1}, {0x270f, 0x270f, 1},
		{0x2712, 0x2712, 1}, {0x2714, 0x2714, 1}, {0x2716, 0x2716, 1}, {0x271d, 0x271d, 1},
		{0x2721, 0x2721, 1}, {0x2728, 0x2728, 1}, {0x2733, 0x2734, 1}, {0x2744, 0x2744, 1},
		{0x2747, 0x2747, 1}, {0x274c, 0x274c, 1}, {0x274e, 0x274e, 1}, {0x2753, 0x2755, 1},
		{0x2757, 0x2757, 1}, {0x2763, 0x2764, 1}, {0x2795, 0x2797, 1}, {0x27a1, 0x27a1, 1},
		{0x27b0, 0x27b0, 1}, {0x27bf, 0x27bf, 1}, {0x2934, 0x2935, 1}, {0x2b05, 0x2b07, 1},
		{0x2b1b, 0x2b1c, 1}, {0x2b50, 0x2b50, 1}, {0x2b55, 0x2b55, 1}, {0x3030, 0x3030, 1},
		{0x303d, 0x303d, 1}, {0x3297, 0x3297, 1}, {0x3299, 0x3299, 1},
	},
	R32: []unicode.Range32{
		{0x1f004, 0x1f004, 1}, {0x1f0cf, 0x1f0cf, 1}, {0x1f170, 0x1f171, 1}, {0x1f17e, 0x1f17f, 1},
		{0x1f18e, 0x1f18e, 1}, {0x1f191, 0x1f19a, 1}, {0x1f201, 0x1f202, 1}, {0x1f21a, 0x1f21a, 1},
		{0x1f22f, 0x1f22f, 1}, {0x1f232, 0x1f23a, 1}, {0x1f250, 0x1f251, 1}, {0x1f300, 0x1f321, 1},
		{0x1f324, 0x1f393, 1}, {0x1f396, 0x1f397, 1}, {0x1f399, 0x1f39b, 1}, {0x1f39e, 0x1f3f0, 1},
		{0x1f3f3, 0x1f3f5, 1}, {0x1f3f7, 0x1f3fa, 1}, {0x1f400, 0x1f4fd, 1}, {0x1f4ff, 0x1f53d, 1},
		{0x1f549, 0x1f54e, 1}, {0x1f550, 0x1f567, 1}, {0x1f56f, 0x1f570, 1}, {0x1f573, 0x1f57a, 1},
		{0x1f587, 0x1f587, 1}, {0x1f58a, 0x1f58d, 1}, {0x1f590, 0x1f590, 1}, {0x1f595, 0x1f596, 1},
		{0x1f5a4, 0x1f5a5, 1}, {0x1f5a8, 0x1f5a8, 1}, {0x1f5b1, 0x1f5b2, 1}, {0x1f5bc, 0x1f5bc, 1},
		{0x1f5c2, 0x1f5c4, 1}, {0x1f5d1, 0x1f5d3, 1}, {0x1f5dc, 0x1f5de, 1}, {0x1f5e1, 0x1f5e1, 1},
		{0x1f5e3, 0x1f5e3, 1}, {0x1f5e8, 0x1f5e8, 1}, {0x1f5ef, 0x1f5ef, 1}, {0x1f5f3, 0x1f5f3, 1},
		{0x1f5fa, 0x1f64f, 1}, {0x1f680, 0x1f6c5, 1}, {0x1f6cb, 0x1f6d2, 1}, {0x1f6d5, 0x1f6d7, 1},
		{0x1f6dc, 0x1f6e5, 1}, {0x1f6e9, 0x1f6e9, 1}, {0x1f6eb, 0x1f6ec, 1}, {0x1f6f0, 0x1f6f0, 1},
		{0x1f6f3, 0x1f6fc, 1}, {0x1f7e0, 0x1f7eb, 1}, {0x1f7f0, 0x1f7f0, 1}, {0x1f90c, 0x1f93a, 1},
		{0x1f93c, 0x1f945, 1}, {0x1f947, 0x1f9ff, 1}, {0x1fa70, 0x1faff, 1},
	},
	LatinOffset: 2,
}

// joining holds the blocks of the scripts whose letters take different shapes
// beside each other, where ZWJ and ZWNJ choose the shape: Arabic and its like,
// the Brahmic scripts, Mongolian, Adlam.
var joining = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x0600, 0x08ff, 1}, // Arabic, Syriac, Thaana, N'Ko, Mandaic
		{0x0900, 0x0dff, 1}, // Devanagari to Sinhala
		{0x1000, 0x109f, 1}, // Myanmar
		{0x1780, 0x17ff, 1}, // Khmer
		{0x1800, 0x18af, 1}, // Mongolian
		{0x1a20, 0x1aaf, 1}, // Tai Tham
		{0x1b00, 0x1bff, 1}, // Balinese, Sundanese, Batak
		{0xa800, 0xa82f, 1}, // Syloti Nagri
		{0xa8e0, 0xa8ff, 1},
		{0xa980, 0xa9df, 1}, // Javanese
		{0xfb50, 0xfdcf, 1}, // Arabic forms
		{0xfdf0, 0xfdff, 1},
		{0xfe70, 0xfefe, 1},
	},
	R32: []unicode.Range32{
		{0x10a00, 0x10a5f, 1},
		{0x11000, 0x11fff, 1}, // Brahmi to Kawi
		{0x1e900, 0x1e95f, 1}, // Adlam
	},
}

func isEmoji(r rune) bool { return r >= 0xa9 && unicode.Is(emoji, r) }

func isSkinTone(r rune) bool { return r >= 0x1f3fb && r <= 0x1f3ff }

// isVoicing reports the halfwidth voicing marks, which are letters that join the grapheme before them.
func isVoicing(r rune) bool { return r == 0xff9e || r == 0xff9f }

func isKana(r rune) bool { return r >= 0x3041 && r <= 0x30ff || r >= 0xff66 && r <= 0xff9d }

// isRTL reports the blocks of right-to-left scripts.
func isRTL(r rune) bool {
	return r >= 0x590 && r <= 0x8ff || r >= 0xfb1d && r <= 0xfdff || r >= 0xfe70 && r <= 0xfefe ||
		r >= 0x10800 && r <= 0x10fff || r >= 0x1e800 && r <= 0x1efff
}

// isJamoL reports the leading consonants of which Hangul syllables are written.
func isJamoL(r rune) bool { return r >= 0x1100 && r <= 0x115e || r >= 0xa960 && r <= 0xa97c }

// isJamoVT reports the vowels and trailing consonants, which join the grapheme before them.
func isJamoVT(r rune) bool { return r >= 0x1161 && r <= 0x11ff || r >= 0xd7b0 && r <= 0xd7fb }

// isDirection reports the characters that only steer the order of others and take no column.
func isDirection(r rune) bool { return r == lrm || r == rlm || r >= lri && r <= pdi }

// prepends reports the letters that join the grapheme after them, whatever that is: the property Prepend
// of Unicode's GraphemeBreakProperty.txt, but for those that are dropped.
func prepends(r rune) bool {
	return r == 0xd4e || r >= 0x111c2 && r <= 0x11f02 && (r <= 0x111c3 || r == 0x1193f || r == 0x11941 || r == 0x11a3a ||
		r >= 0x11a84 && r <= 0x11a89 || r == 0x11d46 || r == 0x11f02)
}

func isMark(r rune) bool { return r >= 0x300 && (r < 0x370 || unicode.Is(unicode.M, r)) }

// joins reports whether a joiner may stand between prev and next: between two letters of a
// joining script, or after a virama (RFC 5892, appendix A.1 and A.2, without its table of joining types).
func joins(prev, next rune) bool {
	if !shapes(prev) {
		return false
	}
	return shapes(next) || norm.NFC.PropertiesString(string(prev)).CCC() == 9
}

func shapes(r rune) bool {
	return r >= 0x600 && unicode.Is(joining, r) && unicode.In(r, unicode.L, unicode.M)
}
