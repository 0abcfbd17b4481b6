package view

import (
	"strings"

	"parley/view/screen"
)

// Bounds of a terminal. Beyond the upper ones a pty request is a mistake or an
// attack; the columns and rows that are too many stay blank.
const (
	maxCols, maxRows = 400, 150
	minCols, minRows = 30, 6 // below these the view says so and makes do
)

// clampSize makes a size that can be painted of what a client said; 0×0 means 80×24 (RFC 4254, 6.2).
func clampSize(s screen.Size) screen.Size {
	if s.Cols <= 0 {
		s.Cols = 80
	}
	if s.Rows <= 0 {
		s.Rows = 24
	}
	return screen.Size{Cols: min(s.Cols, maxCols), Rows: min(s.Rows, maxRows)}
}

// depthOf tells how many colours a terminal shows from what the client says
// about it. It reads no terminfo: TERM is the client's word, never a file name here.
func depthOf(term string, env map[string]string) screen.Depth {
	if env["NO_COLOR"] != "" {
		return screen.Mono
	}
	switch c := strings.ToLower(env["COLORTERM"]); {
	case c == "truecolor" || c == "24bit":
		return screen.TrueColor
	case term == "" || term == "dumb" || strings.HasPrefix(term, "vt1") || strings.HasPrefix(term, "vt2") || strings.HasSuffix(term, "-m") || strings.HasSuffix(term, "-mono"):
		return screen.Mono
	case strings.HasSuffix(term, "-direct"):
		return screen.TrueColor
	case strings.Contains(term, "256color") || c != "":
		return screen.ANSI256
	}
	return screen.ANSI16
}
