package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/vt"
	"pgregory.net/rapid"
)

// A row of safe text moves the cursor of a terminal by its width and leaves nothing but cells.
func TestTerminalAgreesWithWidth(t *testing.T) {
	const cols = 200
	screen := vt.NewEmulator(cols, 3)
	defer screen.Close()
	check := func(t interface{ Fatalf(string, ...any) }, s string) {
		for _, row := range Wrap(NewBody(s).String(), 60) {
			row = strings.Map(func(r rune) rune { // painters leave out what has no column
				if isDirection(r) {
					return -1
				}
				return r
			}, row)
			for g := range Graphemes(row) {
				if len(g) > 1 && g[0] < utf8.RuneSelf { // a keycap: the emulator paints ASCII before it sees what joins it
					row = ""
				}
			}
			if _, err := screen.WriteString("\x1b[2J\x1b[2;1H" + row); err != nil {
				t.Fatalf("writing %+q: %v", row, err)
			}
			if at := screen.CursorPosition(); at.Y != 1 || at.X != Width(row) {
				t.Fatalf("after %+q of width %d the cursor is at %v", row, Width(row), at)
			}
			for y := range 3 {
				for x := range cols {
					if c := screen.CellAt(x, y); (y != 1 || x >= Width(row)) && c != nil && strings.Trim(c.Content, " ") != "" {
						t.Fatalf("%+q of width %d painted %+q at %d,%d", row, Width(row), c.Content, x, y)
					}
				}
			}
		}
	}
	for _, s := range []string{"日本語 한국어 ภาษาไทยน้ำใจ", "👩‍👩‍👧‍👦❤️🇩🇪👍🏽", "e\u0301\u0302 ｶﾞ", "हिन्दी क्ष தமிழ்", "می\u200cخواهم", "א\u2067a\u2069 \u200eb"} {
		check(t, s)
	}
	rapid.Check(t, func(t *rapid.T) { check(t, hostile.Draw(t, "s")) })
}
