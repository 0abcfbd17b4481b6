package chat

import (
	"context"
	"strings"

	"rsc.io/qr"

	"parley/rooms"
	"parley/text"
)

const (
	// qrRows is how high a QR code may be, so that a terminal of 24 rows shows it beside the link and the prompt.
	qrRows = 19
	// qrQuiet is the light margin around it, in modules. The standard has four; scanners do with two.
	qrQuiet = 2
)

// webLink prints a link that lets one browser in.
func webLink(_ context.Context, in *call) (Reply, error) {
	if err := in.mayBrowse(); err != nil {
		return Reply{}, err
	}
	if in.chat.URL == "" {
		return Reply{}, in.fail(rooms.ErrRefused, "this server has no page for browsers: web.listen is off in its config")
	}
	token, expires := in.chat.Door.Link(in.Who)
	address := in.chat.URL + "/login/" + token
	r := Reply{
		Lines: []text.Line{in.say("%s", address), in.say("lets one browser in as %s, until %s: who has it is in", in.Who.Name, in.clock(expires))},
		Facts: []Facts{{{"type", "link"}, {"url", address}, {"expires", expires}}},
	}
	if in.Terminal {
		r.Do, r.Lines = Help, append(r.Lines, qrCode(address)...)
	}
	return r, nil
}

// qrCode draws a text as a QR code in half blocks, light on dark, as most terminals are: nothing where it would be too large.
func qrCode(words string) []text.Line {
	code, err := qr.Encode(words, qr.L)
	if err != nil || (code.Size+2*qrQuiet+1)/2 > qrRows {
		return nil
	}
	light := func(x, y int) bool { return !code.Black(x, y) } // and so is what lies outside
	var out []text.Line
	for y := -qrQuiet; y < code.Size+qrQuiet; y += 2 {
		var row strings.Builder
		for x := -qrQuiet; x < code.Size+qrQuiet; x++ {
			switch upper, lower := light(x, y), light(x, y+1) && y+1 < code.Size+qrQuiet; {
			case upper && lower:
				row.WriteString("█")
			case upper:
				row.WriteString("▀")
			case lower:
				row.WriteString("▄")
			default:
				row.WriteString(" ")
			}
		}
		out = append(out, text.NewLine(row.String(), lineCols))
	}
	return out
}
