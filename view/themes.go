package view

import "parley/view/screen"

// Meaning never hangs on colour alone, so a theme may change everything here.
func style(fg screen.Color, attr screen.Attr) screen.Style { return screen.Style{Fg: fg, Attr: attr} }

// on is text on a ground of its own, for a theme that trusts no other.
func on(fg, bg uint8, attr screen.Attr) screen.Style {
	return screen.Style{Fg: screen.Indexed(fg), Bg: screen.Indexed(bg), Attr: attr}
}

// indexed are colours of xterm's 256.
func indexed(list ...uint8) (out []screen.Color) {
	for _, n := range list {
		out = append(out, screen.Indexed(n))
	}
	return out
}

// midtones are colours whose contrast is at least 3.5:1 (WCAG 2.1 asks for 3:1
// of large text) against black and against white, so that they read on both.
func midtones() []screen.Color {
	return indexed(28, 29, 30, 31, 32, 64, 67, 68, 98, 100, 130, 131, 133, 134, 163, 166, 167, 168)
}

// autoTheme is for a terminal whose ground is not known: the user's palette decides.
func autoTheme() theme {
	t := theme{name: "auto"}
	t.nicks = []screen.Color{screen.Red, screen.Green, screen.Yellow, screen.Blue, screen.Magenta, screen.Cyan}
	t.rich = midtones()
	t.looks = [roleCount]screen.Style{
		roleTime:     style(screen.BrightBlack, 0),
		roleGutter:   style(screen.BrightBlack, 0),
		roleSystem:   style(screen.BrightBlack, screen.Italic),
		roleNote:     style(screen.Cyan, 0),
		roleRule:     style(screen.BrightBlack, 0),
		roleNew:      style(screen.Red, screen.Bold),
		roleMine:     style(screen.Yellow, screen.Bold),
		roleMention:  style(screen.Cyan, screen.Bold),
		roleLink:     style(screen.Blue, screen.Underline),
		roleCode:     style(screen.Green, 0),
		roleTitle:    style(screen.Default, screen.Bold),
		roleTopic:    style(screen.Default, 0),
		roleBorder:   style(screen.BrightBlack, 0),
		roleHead:     style(screen.BrightBlack, 0),
		roleQuiet:    style(screen.BrightBlack, 0),
		roleUnread:   style(screen.Default, screen.Bold),
		roleHot:      style(screen.Magenta, screen.Bold),
		roleCurrent:  style(screen.Default, screen.Reverse),
		roleOnline:   style(screen.Green, 0),
		roleStatus:   style(screen.Cyan, 0),
		roleHint:     style(screen.BrightBlack, 0),
		roleError:    style(screen.Red, screen.Bold),
		rolePrompt:   style(screen.Cyan, screen.Bold),
		roleSelected: style(screen.Default, screen.Reverse),
		roleMatch:    style(screen.Yellow, screen.Bold),
		roleQuote:    style(screen.BrightBlack, 0),

		roleCodeWord:  style(screen.Magenta, 0),
		roleCodeText:  style(screen.Green, 0),
		roleCodeValue: style(screen.Cyan, 0),
		roleCodeName:  style(screen.Blue, 0),
		roleCodeNote:  style(screen.BrightBlack, screen.Italic),
		roleCodeGone:  style(screen.Red, 0),
	}
	return t
}

// Of the colours that a theme for a known ground chooses itself, each has a
// contrast of at least 7:1 (WCAG 2.1, AAA) against it: against #1c1c1c in the dark
// theme, as few terminals are quite black, and against white in the light one.

func darkTheme() theme {
	t := autoTheme()
	t.name = "dark"
	t.rich = indexed(111, 114, 117, 120, 147, 150, 156, 159, 177, 180, 183, 186, 209, 210, 213, 215, 216, 221)
	t.shades = map[screen.Color]screen.Color{
		screen.BrightBlack: screen.Indexed(248), screen.Red: screen.Indexed(210), screen.Green: screen.Indexed(120),
		screen.Yellow: screen.Indexed(221), screen.Blue: screen.Indexed(111), screen.Magenta: screen.Indexed(213), screen.Cyan: screen.Indexed(117),
	}
	return t
}

// lightTheme is for white paper: yellow and the bright colours are illegible there.
func lightTheme() theme {
	t := autoTheme()
	t.name = "light"
	t.nicks = []screen.Color{screen.Red, screen.Green, screen.Blue, screen.Magenta, screen.Cyan}
	t.rich = indexed(19, 20, 22, 23, 24, 53, 54, 55, 88, 89, 90, 91, 124, 125)
	t.looks[roleMine] = style(screen.Magenta, screen.Bold)
	t.looks[roleMatch] = style(screen.Blue, screen.Bold)
	t.shades = map[screen.Color]screen.Color{
		screen.BrightBlack: screen.Indexed(239), screen.Red: screen.Indexed(124), screen.Green: screen.Indexed(22),
		screen.Yellow: screen.Indexed(52), screen.Blue: screen.Indexed(19), screen.Magenta: screen.Indexed(90), screen.Cyan: screen.Indexed(24),
	}
	return t
}

// plainTheme is a theme in the terminal's own two colours.
func plainTheme(name string) theme {
	t := autoTheme()
	t.name = name
	t.nicks, t.rich = nil, nil
	for r := range t.looks {
		t.looks[r].Fg = screen.Default
	}
	t.looks[roleMine].Attr |= screen.Underline
	t.looks[roleCodeWord].Attr |= screen.Bold
	t.looks[roleCodeGone].Attr |= screen.Strike
	return t
}

// contrastTheme has no faint text and no colour on a ground that it does not
// know: what must be seen stands on a ground of its own.
func contrastTheme() theme {
	t := plainTheme("contrast")
	t.looks[roleMention] = style(screen.Default, screen.Bold)
	t.looks[roleOnline] = style(screen.Default, screen.Bold)
	t.looks[roleNew] = on(16, 226, screen.Bold)
	t.looks[roleMine] = on(16, 51, screen.Bold)
	t.looks[roleHot] = on(16, 213, screen.Bold)
	t.looks[roleError] = on(231, 88, screen.Bold)
	t.looks[roleStatus] = style(screen.Default, screen.Bold)
	return t
}

// monoTheme has no colour at all; what matters less is faint.
func monoTheme() theme {
	t := plainTheme("mono")
	for r, st := range autoTheme().looks {
		if st.Fg == screen.BrightBlack {
			t.looks[r].Attr |= screen.Faint
		}
	}
	return t
}

// themes are the sets of colours that a person can choose from; the first is the default.
func themes() []theme {
	return []theme{autoTheme(), darkTheme(), lightTheme(), contrastTheme(), monoTheme()}
}
