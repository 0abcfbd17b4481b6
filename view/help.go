package view

import (
	"strings"

	"parley/chat"
	"parley/text"
	"parley/view/input"
)

// manual is the help of the whole program: what matters most on its first
// screen, then all keys and commands. Typing looks for some of them.
type manual struct {
	page
	v        *View
	commands []chat.Entry
	ed       input.Editor
}

// first is one line of the first screen of help: a key, or a command, that everybody needs.
type first struct{ what, does string }

// command is the name of the command that a line is about, "" for a key.
func (f first) command() string {
	if !strings.HasPrefix(f.what, "/") {
		return ""
	}
	return strings.TrimRight(strings.Fields(f.what[1:])[0], ",")
}

// essentials are the first screen, which fits a terminal of 80×24 with the room list.
func essentials() []struct {
	name  string
	lines []first
} {
	return []struct {
		name  string
		lines []first
	}{
		{"Talk", []first{
			{"Enter", "send what you typed to the room above"},
			{"Alt-Enter", "new line"},
			{"Tab", "complete a name, a #room, a /command"},
			{"Ctrl-S", "select a message: reply, react, edit …"},
			{"/msg @name", "write to somebody alone"},
		}},
		{"Rooms", []first{
			{"Ctrl-G", "go to a room or person by a few letters"},
			{"Alt-a, F2", "next room with something new"},
			{"PgUp, Esc", "read back; to the newest, all read"},
			{"/list", "the rooms that you can enter; /join #room"},
			{"/create #room", "make one; /invite @name asks people in"},
			{"/search", "find messages"},
		}},
		{"You", []first{
			{"/set", "colours, language, time zone …"},
			{"/keys", "your keys; each device can have its own"},
			{"/quit, Ctrl-D", "leave; your rooms go on without you"},
		}},
	}
}

// openHelp shows the help.
func (v *View) openHelp() {
	m := &manual{v: v, commands: v.talk.Manual(v.st.lang)}
	m.name = v.words("help")
	m.find()
	v.st.over = m
	v.dirty = true
}

// find makes the lines for what is typed: all of the help, or what has those words.
func (m *manual) find() {
	m.at, m.width, m.lines = 0, 0, nil
	words := strings.TrimSpace(m.ed.Text())
	if words == "" {
		m.everything()
		return
	}
	for _, line := range Shortcuts(m.v.st.lang) {
		if secondColumn(line.String()) > 0 && contains(line.String(), words) {
			m.lines = append(m.lines, line)
		}
	}
	if len(m.lines) > 0 {
		m.lines = append([]text.Line{text.NewLine(m.v.words("Keys"), pageCols)}, m.lines...)
	}
	found := chat.Search(m.commands, words)
	m.entries(found, firstFound)
	if len(m.lines) == 0 {
		m.lines = []text.Line{text.NewLine(m.v.words("Nothing here has anything to do with %s.", words), pageCols)}
	}
}

// firstFound is how many of the commands found are shown with all that there is to say of them.
const firstFound = 3

// pageCols bounds a line of a page; it is wrapped.
const pageCols = 600

func contains(line, words string) bool {
	line = strings.ToLower(line)
	for _, w := range strings.Fields(strings.ToLower(words)) {
		if !strings.Contains(line, w) {
			return false
		}
	}
	return true
}

// entries appends commands under their headings, the first of them with all that there is to say.
func (m *manual) entries(list []chat.Entry, whole int) {
	group := ""
	for i := range list {
		if e := &list[i]; e.Group != group {
			group = e.Group
			if len(m.lines) > 0 {
				m.lines = append(m.lines, text.Line{})
			}
			m.lines = append(m.lines, text.NewLine(m.v.words("Commands: %s", group), pageCols))
		}
		m.lines = append(m.lines, list[i].Line())
		if i < whole && list[i].Long != "" {
			m.lines = append(m.lines, text.NewLine("·   "+list[i].Long, pageCols))
		}
	}
}

// everything is the first screen, the keys and the commands.
func (m *manual) everything() {
	may := map[string]bool{"": true}
	for _, e := range m.commands {
		may[e.Name] = true
	}
	for _, part := range essentials() {
		m.lines = append(m.lines, text.NewLine(m.v.st.lang.Text(part.name), pageCols))
		for _, f := range part.lines {
			if may[f.command()] { // who may not run it need not know
				m.lines = append(m.lines, text.NewLine(text.Pad(f.what, 14)+"  "+m.v.st.lang.Text(f.does), pageCols))
			}
		}
	}
	m.lines = append(m.lines, text.Line{},
		text.NewLine(m.v.words("Type to search all keys and commands; PgDn shows them all."), pageCols), text.Line{})
	m.lines = append(append(m.lines, Shortcuts(m.v.st.lang)...), text.Line{})
	m.entries(m.commands, 0)
	m.lines = append(m.lines, text.Line{},
		text.NewLine(m.v.words("/help COMMAND tells all about one. Over ssh each works without a terminal: ssh HOST COMMAND."), pageCols))
}

func (m *manual) label() string         { return m.name + ": " }
func (m *manual) idle() string          { return "type to search; PgUp PgDn scroll, Esc goes back" }
func (m *manual) editor() *input.Editor { return &m.ed }

func (m *manual) paste(v *View, words string) {
	m.ed.Insert(strings.Join(strings.Fields(words), " "))
	m.find()
	v.dirty = true
}

func (m *manual) key(v *View, k input.Key) {
	v.dirty = true
	switch (chord{k.Code, k.Mod}) {
	case key(input.Esc), key(input.F1), ctrl('c'):
		if k.Code == input.F1 || m.ed.Empty() {
			v.close()
			return
		}
		m.ed.SetText("")
		m.find()
	case ctrl('d'):
		v.close()
	case key(input.Up), key(input.Down), key(input.PgUp), key(input.PgDown), ctrl('n'), ctrl('p'), key(input.Enter):
		turn(&m.at, k, v.st.geo.height, len(m.rows))
	case key(input.Home), key(input.End):
		if m.ed.Empty() {
			turn(&m.at, k, v.st.geo.height, len(m.rows))
			return
		}
		m.ed.Handle(k)
	default:
		was := m.ed.Text()
		m.ed.Handle(k)
		if m.ed.Text() != was {
			m.find()
		}
	}
}
