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
	roleText      role = iota // what people write
	roleTime                  // times of day
	roleGutter                // the mark before continuation lines
	roleSystem                // joins, topics: what the server says
	roleNote                  // what only this person sees
	roleRule                  // day rules
	roleNew                   // the rule above what is new
	roleMine                  // a message that names me
	roleMention               // a name in a message
	roleLink                  // a link or a room in a message
	roleCode                  // code in a message
	roleTitle                 // the name of the room in the title
	roleTopic                 // the rest of the title
	roleBorder                // lines between columns
	roleHead                  // headings in the columns
	roleQuiet                 // a room with nothing new, people who are away
	roleUnread                // a room with something new
	roleHot                   // a room with a mention
	roleCurrent               // the room that is shown
	roleOnline                // people who are here
	roleStatus                // the status line
	roleHint                  // what can be done now
	roleError                 // a sentence that wants to be read
	rolePrompt                // [you]
	roleSelected              // the chosen row of a list
	roleMatch                 // letters of a list's row that were searched for
	roleQuote                 // what somebody quotes
	roleCodeWord              // in highlighted code: keywords, headings
	roleCodeText              // strings, lines that a diff adds
	roleCodeValue             // numbers, constants, types
	roleCodeName              // functions, tags
	roleCodeNote              // comments
	roleCodeGone              // lines that a diff takes away
	roleCount
)

// theme is the looks of one set of colours. Themes are data; none is ever changed.
type theme struct {
	name  string
	looks [roleCount]screen.Style
	nicks []screen.Color // for terminals of 16 colours
	rich  []screen.Color // for those of 256 or more; empty means nicks
	// shades are what a terminal of 256 colours or more shows in place of the
	// 16 of the palette, where the theme knows the paper and so can choose.
	shades map[screen.Color]screen.Color
}

// look is a theme at one depth of colour: what decides how everything looks.
// It is immutable and shared by all sessions.
type look struct {
	name   string
	id     uint8 // tells looks apart in cache keys
	depth  screen.Depth
	looks  [roleCount]screen.Style
	colors []screen.Color // of nicks
	border screen.Segment // the line between columns
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
			l := t.at(d, uint8(len(out)))
			l.border = screen.NewBuilder(d, 1).Text(l.style(roleBorder), "│").Segment()
			out = append(out, l)
		}
	}
	return out
}

// at is the theme as it looks at a depth.
func (t *theme) at(d screen.Depth, id uint8) look {
	l := look{name: t.name, id: id, depth: d, looks: t.looks, colors: t.nicks}
	if d < screen.ANSI256 {
		return l
	}
	if len(t.rich) > 0 {
		l.colors = t.rich
	}
	for r := range l.looks {
		st := &l.looks[r]
		if c, ok := t.shades[st.Fg]; ok && st.Bg == screen.Default {
			st.Fg = c
		}
	}
	return l
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
