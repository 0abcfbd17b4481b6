package chat

import (
	"strings"
	"testing"

	"rsc.io/qr"

	"parley/text"
)

// What stands on the screen is the code, light on dark, with its margin.
func TestQRCodeIsWhatItSays(t *testing.T) {
	const address = "https://chat.example.org/login/K7QX2M9PK7QX2M9PK7QX"
	code, err := qr.Encode(address, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	rows := qrCode(address)
	if want := (code.Size + 2*qrQuiet + 1) / 2; len(rows) != want || want > qrRows {
		t.Fatalf("%d rows, want %d", len(rows), want)
	}
	for i, row := range rows {
		modules := []rune(row.String())
		if width := text.Width(row.String()); width != code.Size+2*qrQuiet || width > 78 {
			t.Errorf("row %d has %d columns, want %d", i, width, code.Size+2*qrQuiet)
		}
		for x, m := range modules {
			for half, light := range []bool{m == '█' || m == '▀', m == '█' || m == '▄'} {
				y := 2*i + half - qrQuiet
				if y < code.Size+qrQuiet && light == code.Black(x-qrQuiet, y) {
					t.Fatalf("at %d, %d the picture is light: %v", x-qrQuiet, y, light)
				}
			}
		}
	}
	if got := qrCode("https://" + strings.Repeat("a", 120) + "/"); got != nil {
		t.Errorf("a code of %d rows is too high for a small terminal", len(got))
	}
}
