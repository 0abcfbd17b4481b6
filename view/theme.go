package view

import (
	"hash/fnv"
	"strings"

	"parley/text"
	"parley/view/screen"
)

// role is what a piece of the screen is; a theme says how it looks.
type role uint8

const (
	roleText     role = iota // what people write
	roleTime                 // times of day
	roleGutter               // the mark before continuation lines
	roleSystem               // joins, topics: what the server says
	roleNote                 // what only this person sees
	roleRule                 // day rules
	roleNew                  // the rule above what is new
	roleMine                 // a message that names me
	roleMention              // a name in a message
	roleLink                 // a link or a room in a message
	roleCode                 // code in a message
	roleTitle                // the name of the room in the title
	roleTopic                // the rest of the title
	roleBorder               // lines between columns
	roleHead                 // headings in the columns
	roleQuiet                // a room with nothing new, people who are away
	roleUnread               // a room with something new
	roleHot                  // a room with a mention
	roleCurrent              // the room that is shown
	roleOnline               // people who are here
	roleStatus               // the status line
	roleHint                 // what can be done now
	roleError                // a sentence that wants to be read
	rolePrompt               // [you]
	roleSelected             // the chosen row of a list
	roleMatch                // letters of a list's row that were searched for
	roleCount
)

// theme is the looks of one set of colours. Themes are data; none is ever changed.
type theme struct {
	name  string
	looks [roleCount]screen.Style
	nicks []screen.Color // for terminals of 16 colours
	rich  []screen.Color // for those of 256 or more; empty means nicks
}

// Meaning never hangs on colour alone, so a theme may change everything here.
func style(fg screen.Color, attr screen.Attr) screen.Style { return screen.Style{Fg: fg, Attr: attr} }

// midtones are colours of xterm's 256 whose contrast is at least 3.5:1 (WCAG
// 2.1 asks for 3:1 of large text) against black and against white, so that they read on both.
func midtones() []screen.Color {
	var out []screen.Color
	for _, n := range []uint8{28, 29, 30, 31, 32, 64, 67, 68, 98, 100, 130, 131, 133, 134, 163, 166, 167, 168} {
		out = append(out, screen.Indexed(n))
	}
	return out
}

func baseTheme() theme {
	t := theme{name: "dark"}
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
	}
	return t
}

// themes are the sets of colours that a person can choose from; the first is the default.
func themes() []theme {
	dark := baseTheme()

	// White paper: yellow and the bright colours are illegible there.
	light := baseTheme()
	light.name = "light"
	light.nicks = []screen.Color{screen.Red, screen.Green, screen.Blue, screen.Magenta, screen.Cyan}
	light.looks[roleMine] = style(screen.Magenta, screen.Bold)
	light.looks[roleMatch] = style(screen.Blue, screen.Bold)

	contrast := baseTheme()
	contrast.name = "contrast"
	contrast.nicks = []screen.Color{screen.BrightGreen, screen.BrightYellow, screen.BrightCyan, screen.BrightMagenta, screen.BrightWhite}
	contrast.rich = nil
	for r := range contrast.looks {
		if contrast.looks[r].Fg == screen.BrightBlack {
			contrast.looks[r].Fg = screen.Default
		}
	}
	contrast.looks[roleNew] = style(screen.BrightRed, screen.Bold|screen.Reverse)
	contrast.looks[roleMine] = style(screen.BrightYellow, screen.Bold|screen.Underline)
	contrast.looks[roleLink] = style(screen.BrightCyan, screen.Underline)
	contrast.looks[roleError] = style(screen.BrightRed, screen.Bold|screen.Reverse)
	contrast.looks[roleStatus] = style(screen.Default, screen.Bold)

	mono := baseTheme()
	mono.name = "mono"
	mono.nicks, mono.rich = nil, nil
	for r := range mono.looks {
		if mono.looks[r].Fg == screen.BrightBlack {
			mono.looks[r].Attr |= screen.Faint
		}
		mono.looks[r].Fg = screen.Default
	}
	mono.looks[roleMine].Attr |= screen.Underline
	return []theme{dark, light, contrast, mono}
}

// look is a theme at one depth of colour: what decides how everything looks.
// It is immutable and shared by all sessions.
type look struct {
	*theme
	id     uint8 // tells looks apart in cache keys
	depth  screen.Depth
	colors []screen.Color
}

// style is how a role looks.
func (l *look) style(r role) screen.Style { return l.looks[r] }

// nick is how a name looks: the same colour everywhere and for ever, by a hash of the name.
func (l *look) nick(n text.Name) screen.Style {
	if len(l.colors) == 0 {
		return screen.Style{Attr: screen.Bold}
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(n.String())) // a hash never fails
	return screen.Style{Fg: l.colors[h.Sum32()%uint32(len(l.colors))]}
}

// looks is every theme at every depth, indexed by theme*4+depth.
func looks() []look {
	var out []look
	for _, t := range themes() {
		for d := screen.Mono; d <= screen.TrueColor; d++ {
			l := look{theme: &t, id: uint8(len(out)), depth: d, colors: t.nicks}
			if d >= screen.ANSI256 && len(t.rich) > 0 {
				l.colors = t.rich
			}
			out = append(out, l)
		}
	}
	return out
}

// lookFor finds a theme by name at a depth. Names that are not known mean the
// default; no colour at all means the mono theme.
func lookFor(all []look, name string, depth screen.Depth) *look {
	if depth == screen.Mono {
		name = "mono"
	}
	at := 0
	for i := range all {
		if strings.EqualFold(all[i].name, name) {
			at = i
			break
		}
	}
	return &all[at+int(depth)]
}
