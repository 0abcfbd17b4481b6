package text

import (
	"slices"
	"unicode"
)

// script is a script that names are written in.
type script struct {
	name  string
	table *unicode.RangeTable
}

// scripts are those in everyday use: the recommended and the limited-use scripts of UAX #31,
// tables 5 and 7. Letters of any other are refused in names.
var scripts = []script{
	{"Latin", unicode.Latin}, {"Cyrillic", unicode.Cyrillic}, {"Greek", unicode.Greek},
	{"Han", unicode.Han}, {"Hiragana", unicode.Hiragana}, {"Katakana", unicode.Katakana},
	{"Hangul", unicode.Hangul}, {"Bopomofo", unicode.Bopomofo}, {"Arabic", unicode.Arabic},
	{"Hebrew", unicode.Hebrew}, {"Devanagari", unicode.Devanagari}, {"Thai", unicode.Thai},
	{"Armenian", unicode.Armenian}, {"Bengali", unicode.Bengali}, {"Ethiopic", unicode.Ethiopic},
	{"Georgian", unicode.Georgian}, {"Gujarati", unicode.Gujarati}, {"Gurmukhi", unicode.Gurmukhi},
	{"Kannada", unicode.Kannada}, {"Khmer", unicode.Khmer}, {"Lao", unicode.Lao},
	{"Malayalam", unicode.Malayalam}, {"Myanmar", unicode.Myanmar}, {"Oriya", unicode.Oriya},
	{"Sinhala", unicode.Sinhala}, {"Tamil", unicode.Tamil}, {"Telugu", unicode.Telugu},
	{"Thaana", unicode.Thaana}, {"Tibetan", unicode.Tibetan},

	{"Adlam", unicode.Adlam}, {"Balinese", unicode.Balinese}, {"Bamum", unicode.Bamum},
	{"Batak", unicode.Batak}, {"Canadian Aboriginal", unicode.Canadian_Aboriginal},
	{"Chakma", unicode.Chakma}, {"Cham", unicode.Cham}, {"Cherokee", unicode.Cherokee},
	{"Hanifi Rohingya", unicode.Hanifi_Rohingya}, {"Javanese", unicode.Javanese},
	{"Kayah Li", unicode.Kayah_Li}, {"Lepcha", unicode.Lepcha}, {"Limbu", unicode.Limbu},
	{"Lisu", unicode.Lisu}, {"Mandaic", unicode.Mandaic}, {"Meetei Mayek", unicode.Meetei_Mayek},
	{"Miao", unicode.Miao}, {"New Tai Lue", unicode.New_Tai_Lue}, {"Newa", unicode.Newa},
	{"N'Ko", unicode.Nko}, {"Nyiakeng Puachue Hmong", unicode.Nyiakeng_Puachue_Hmong},
	{"Ol Chiki", unicode.Ol_Chiki}, {"Osage", unicode.Osage}, {"Saurashtra", unicode.Saurashtra},
	{"Sundanese", unicode.Sundanese}, {"Syloti Nagri", unicode.Syloti_Nagri},
	{"Syriac", unicode.Syriac}, {"Tai Le", unicode.Tai_Le}, {"Tai Tham", unicode.Tai_Tham},
	{"Tai Viet", unicode.Tai_Viet}, {"Tifinagh", unicode.Tifinagh}, {"Vai", unicode.Vai},
	{"Wancho", unicode.Wancho}, {"Yi", unicode.Yi},
}

// mixes are the scripts that one name may mix: "highly restrictive" of UTS #39, section 5.2.
var mixes = [][]string{
	{"Latin", "Han", "Hiragana", "Katakana"},
	{"Latin", "Han", "Hangul"},
	{"Latin", "Han", "Bopomofo"},
}

// shared are the runes that Unicode gives to no script or to that of their base, but that belong to some
// (the property Script_Extensions), as far as names may hold them.
var shared = []struct {
	lo, hi rune
	script string // "" for any
}{
	{'0', '9', ""},
	{'-', '.', ""},
	{'_', '_', ""},
	{0x00b7, 0x00b7, "Latin"}, // the middle dot of Catalan l·l
	{0x0300, 0x0333, ""},      // accents; 0334 to 0338 strike a letter out
	{0x0339, 0x036f, ""},
	{0x0375, 0x0375, "Greek"},
	{0x05f3, 0x05f4, "Hebrew"},
	{0x064b, 0x0655, "Arabic"},
	{0x0660, 0x0669, "Arabic"},
	{0x0670, 0x0670, "Arabic"},
	{0x06f0, 0x06f9, "Arabic"},
	{zwnj, zwj, ""}, // PRECIS lets them stand between letters that they join only
	{0x3005, 0x3007, "Han"},
	{0x3099, 0x309a, "Katakana"},
	{0x30fb, 0x30fc, "Katakana"},
}

// scriptOf is the name of the script of r: "" when it goes with every script; ok is false when r is of no
// script that names are written in.
func scriptOf(r rune) (name string, ok bool) {
	for _, s := range shared {
		if r >= s.lo && r <= s.hi {
			return s.script, true
		}
	}
	for _, s := range scripts {
		if unicode.Is(s.table, r) {
			return s.name, true
		}
	}
	return "", false
}

// mixable reports whether one name may be written in all these scripts.
func mixable(names []string) bool {
	if len(names) < 2 {
		return true
	}
	return slices.ContainsFunc(mixes, func(mix []string) bool {
		return !slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(mix, n) })
	})
}
