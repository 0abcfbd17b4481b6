package view

import (
	"fmt"
	"math"
	"testing"

	"parley/view/screen"
)

// contrast is that of WCAG 2.1 between two relative luminances.
func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }

// luminance is the relative luminance of colour n, 16 to 255, of xterm's cube and greys.
func luminance(n int) float64 {
	levels := []float64{0, 95, 135, 175, 215, 255}
	linear := func(c float64) float64 {
		if c /= 255; c > 0.04045 {
			return math.Pow((c+0.055)/1.055, 2.4)
		}
		return c / 12.92
	}
	if n >= 232 {
		return linear(float64(8 + 10*(n-232)))
	}
	n -= 16
	return 0.2126*linear(levels[n/36]) + 0.7152*linear(levels[n/6%6]) + 0.0722*linear(levels[n%6])
}

func TestNickColoursReadOnBlackAndOnWhite(t *testing.T) {
	for _, c := range midtones() {
		n := int(c & 0xff)
		if onBlack, onWhite := contrast(luminance(n), 0), contrast(luminance(n), 1); onBlack < 3.5 || onWhite < 3.5 {
			t.Errorf("colour %d has a contrast of %.1f on black and %.1f on white", n, onBlack, onWhite)
		}
	}
}

// TestChosenColoursAreLegible: where a theme knows what its text stands on, it can be read by everybody (WCAG 2.1, 1.4.6).
func TestChosenColoursAreLegible(t *testing.T) {
	const dark = 234 // #1c1c1c
	grounds := map[string]float64{"dark": luminance(dark), "light": 1}
	all := looks()
	for _, name := range []string{"dark", "light", "contrast"} {
		for _, depth := range []screen.Depth{screen.ANSI256, screen.TrueColor} {
			l := lookFor(all, name, depth)
			check := func(what string, st screen.Style) {
				ground, known := grounds[name]
				if st.Bg != screen.Default {
					ground, known = luminance(int(st.Bg&0xff)), true
				}
				if st.Fg == screen.Default && st.Bg == screen.Default {
					return // the terminal's own
				}
				if st.Fg < screen.Indexed(16) || !known {
					t.Errorf("%s: %s is %x, of which nothing is known", name, what, st.Fg)
				} else if c := contrast(luminance(int(st.Fg&0xff)), ground); c < 7 {
					t.Errorf("%s: %s is colour %d, a contrast of %.2f", name, what, st.Fg&0xff, c)
				}
			}
			for r := range roleCount {
				check(fmt.Sprint("role ", r), l.style(r))
			}
			for _, c := range l.colors {
				check("a nick", screen.Style{Fg: c})
			}
		}
	}
}

func TestNickColoursStay(t *testing.T) {
	l := lookFor(looks(), "dark", screen.ANSI16)
	// A person's colour is the same on every node and after every restart: these were computed once.
	for name, want := range map[string]screen.Color{"ana": screen.Blue, "bo": screen.Yellow, "kei": screen.Red} {
		if got := l.nick(mustName(name)).Fg; got != want {
			t.Errorf("%s is %x, was %x", name, got, want)
		}
	}
}

func TestDepth(t *testing.T) {
	for _, c := range []struct {
		term string
		env  map[string]string
		want screen.Depth
	}{
		{"xterm-256color", nil, screen.ANSI256},
		{"xterm-256color", map[string]string{"COLORTERM": "truecolor"}, screen.TrueColor},
		{"xterm-256color", map[string]string{"COLORTERM": "truecolor", "NO_COLOR": "1"}, screen.Mono},
		{"xterm", nil, screen.ANSI16},
		{"linux", nil, screen.ANSI16},
		{"vt100", nil, screen.Mono},
		{"dumb", nil, screen.Mono},
		{"", nil, screen.Mono},
		{"xterm-direct", nil, screen.TrueColor},
		{"x/../../dev/zero", nil, screen.ANSI16}, // a name like any other: no file is looked for
	} {
		if got := depthOf(c.term, c.env); got != c.want {
			t.Errorf("TERM=%q %v: depth %d, want %d", c.term, c.env, got, c.want)
		}
	}
}

func TestThemes(t *testing.T) {
	all := looks()
	for _, name := range []string{"auto", "dark", "light", "contrast", "mono"} {
		if got := lookFor(all, name, screen.ANSI16).name; got != name {
			t.Errorf("theme %s is %s", name, got)
		}
	}
	if got := lookFor(all, "no such theme", screen.ANSI256); got.name != "auto" || got.depth != screen.ANSI256 {
		t.Errorf("an unknown theme is %s at depth %d", got.name, got.depth)
	}
	mono := lookFor(all, "light", screen.Mono)
	for r := range roleCount {
		if st := mono.style(r); st.Fg != screen.Default || st.Bg != screen.Default {
			t.Errorf("without colours role %d has one: %v", r, st)
		}
	}
}

func TestZoneNames(t *testing.T) {
	var z zones
	for _, bad := range []string{"", "Local", "/etc/passwd", "../../etc/passwd", "Europe/../../../etc/passwd", ":Europe/Berlin", "Nowhere/Atall", "CET-1CEST", "a\x00b", "Europe/Berlin\n"} {
		if got := z.find(bad); got.id != 0 {
			t.Errorf("TZ=%q is the zone %v", bad, got.loc)
		}
	}
	berlin := z.find("Europe/Berlin")
	if berlin.id == 0 || berlin.loc.String() != "Europe/Berlin" || z.find("Europe/Berlin") != berlin {
		t.Errorf("Europe/Berlin is %v", berlin)
	}
}
