package view

import (
	"parley/lang"
	"parley/text"
	"parley/view/input"
)

// chord is a key with its modifiers.
type chord struct {
	code rune
	mod  input.Mod
}

// binding is one line of the key table. It is what keys do and what help says of them.
type binding struct {
	keys   string // as help shows them
	does   string
	chords []chord
	run    func(v *View) // nil: the editor's, or named for help only
	after  bool          // only if the editor has no use for the key
}

// keyGroup is a heading of the key table.
type keyGroup struct {
	name     string
	bindings []binding
}

func ctrl(c rune) chord { return chord{c, input.Ctrl} }
func alt(c rune) chord  { return chord{c, input.Alt} }
func key(c rune) chord  { return chord{c, 0} }

// keyTable is the one table of keys: the view looks keys up in it and help prints it.
// Every Alt key has a twin, because terminals and multiplexers keep some for themselves.
func keyTable() []keyGroup {
	return []keyGroup{
		{"Rooms", []binding{
			{"Ctrl-G, Alt-j", "go to a room or person: type a few letters", []chord{ctrl('g'), alt('j')}, (*View).openSwitcher, false},
			{"Ctrl-K", "the same at the end of the line", []chord{ctrl('k')}, (*View).openSwitcher, true},
			{"Alt-a, F2", "next room with something new, mentions first", []chord{alt('a'), key(input.F2)}, (*View).nextHot, false},
			{"Ctrl-N, Alt-Down", "next room", []chord{ctrl('n'), alt(input.Down)}, func(v *View) { v.step(1) }, false},
			{"Ctrl-P, Alt-Up", "previous room", []chord{ctrl('p'), alt(input.Up)}, func(v *View) { v.step(-1) }, false},
			{"Ctrl-PgDn, Ctrl-PgUp", "next, previous unread room; also Alt-Shift-Down, Alt-Shift-Up", []chord{{input.Down, input.Alt | input.Shift}, ctrl(input.PgDown)}, func(v *View) { v.stepUnread(1) }, false},
			{"", "", []chord{{input.Up, input.Alt | input.Shift}, ctrl(input.PgUp)}, func(v *View) { v.stepUnread(-1) }, false},
			{"Alt-1 to Alt-9", "room by number, also Ctrl-G NUMBER, /switch NUMBER", nil, nil, false},
			{"3, 1@, 2t", "in the room list: new messages, some that name you, new in your threads", nil, nil, false},
			{"Alt-/, F4", "the room before this one", []chord{alt('/'), key(input.F4)}, (*View).back, false},
		}},
		{"Reading", []binding{
			{"PgUp, PgDn", "scroll; older messages are read as needed", []chord{key(input.PgUp)}, func(v *View) { v.scroll(-v.pageStep()) }, false},
			{"", "", []chord{key(input.PgDown)}, func(v *View) { v.scroll(v.pageStep()) }, false},
			{"Alt-Home, Ctrl-Home", "the oldest message", []chord{alt(input.Home), ctrl(input.Home)}, (*View).oldest, false},
			{"Alt-End, Ctrl-End", "the newest message", []chord{alt(input.End), ctrl(input.End)}, (*View).newest, false},
			{"Alt-u, F3", "the first new message", []chord{alt('u'), key(input.F3)}, (*View).toRule, false},
			{"Alt-n, F6", "next mention of you", []chord{alt('n'), key(input.F6)}, func(v *View) { v.findMention(1) }, false},
			{"Alt-p, F5", "previous mention of you", []chord{alt('p'), key(input.F5)}, func(v *View) { v.findMention(-1) }, false},
			{"Ctrl-S, Alt-Space", "select a message: reply, edit, react, copy and more", []chord{ctrl('s'), alt(input.Space)}, (*View).openSelect, false},
			{"F10, Alt-t", "threads that you follow, and what is new in them; t in select mode opens one", []chord{key(input.F10), alt('t')}, func(v *View) { v.send(submission{command: true, line: "/threads"}) }, false},
			{"Ctrl-F", "search, at the end of the line; also /search", []chord{ctrl('f')}, (*View).openFinder, true},
			{"Esc", "close what is on top; else the newest message, all read", []chord{key(input.Esc)}, (*View).escape, false},
		}},
		{"Writing", []binding{
			{"Enter", "send", nil, nil, false},
			{"Alt-Enter, Ctrl-J", "new line, also Shift-Enter", nil, nil, false},
			{"Tab, Shift-Tab", "complete a nick, #room, /command or argument", []chord{key(input.Tab)}, func(v *View) { v.complete(1) }, false},
			{"", "", []chord{{input.Tab, input.Shift}}, func(v *View) { v.complete(-1) }, false},
			{"Up", "in an empty input: edit your last message, then the one before; Down goes back", []chord{key(input.Up)}, (*View).older, true},
			{"", "", []chord{key(input.Down)}, (*View).newer, true},
			{"Up, Down", "in a text: its rows, then what you sent here before", nil, nil, false},
			{"Ctrl-Up, Shift-Up", "what you sent here before, also in an empty input", []chord{ctrl(input.Up), {input.Up, input.Shift}}, (*View).recall, true},
			{"Ctrl-R", "search in what you sent here", nil, nil, false},
			{"Ctrl-A, Ctrl-E", "start, end of the line; also Home, End", nil, nil, false},
			{"Ctrl-B, Ctrl-F", "a character back, forward; Alt-b, Alt-f a word", nil, nil, false},
			{"Ctrl-W, Ctrl-U, Ctrl-K", "cut a word, to the start, to the end of the line", nil, nil, false},
			{"Ctrl-Y, Ctrl-T, Ctrl-_", "put back what was cut, swap characters, undo", nil, nil, false},
			{"//text", "sends a line that begins with a slash", nil, nil, false},
		}},
		{"Screen", []binding{
			{"F1", "help", []chord{key(input.F1)}, (*View).openHelp, false},
			{"F7", "room list on, off", []chord{key(input.F7)}, func(v *View) { v.st.flipSide = !v.st.flipSide }, false},
			{"F8", "list of people on, off", []chord{key(input.F8)}, func(v *View) { v.st.flipNicks = !v.st.flipNicks }, false},
			{"F9, Alt-m", "mouse on, off: the wheel scrolls, a click selects or switches", []chord{key(input.F9), alt('m')}, (*View).flipMouse, false},
			{"Ctrl-L", "draw the screen again", []chord{ctrl('l')}, (*View).redraw, false},
			{"Ctrl-C", "clear the input; once more asks to leave", []chord{ctrl('c')}, (*View).interrupt, false},
			{"Ctrl-D", "leave, if the input is empty", []chord{ctrl('d')}, func(v *View) { v.end(SaidQuit) }, true},
			{"Enter ~ .", "ends ssh itself, also when nothing answers; type ~~ for a ~ there", nil, nil, false},
		}},
	}
}

// keymap finds the binding of a key.
type keymap map[chord]binding

func newKeymap() keymap {
	m := make(keymap)
	for _, g := range keyTable() {
		for _, b := range g.bindings {
			for _, c := range b.chords {
				m[c] = b
			}
		}
	}
	for n := range 9 {
		m[alt(rune('1'+n))] = binding{run: func(v *View) { v.number(n) }}
	}
	return m
}

// Shortcuts is the key table as lines for help: headings, and two columns under each.
func Shortcuts(t lang.Tag) []text.Line {
	var out []text.Line
	for i, g := range keyTable() {
		if i > 0 {
			out = append(out, text.Line{})
		}
		out = append(out, text.NewLine(t.Sprintf("Keys: %s", t.Text(g.name)), 200))
		for _, b := range g.bindings {
			if b.keys != "" {
				out = append(out, text.NewLine(text.Pad(t.Text(b.keys), 22)+"  "+t.Text(b.does), 200))
			}
		}
	}
	column := func(keys, does string) {
		out = append(out, text.NewLine(text.Pad(keys, 22)+"  "+t.Text(does), 200))
	}
	out = append(out, text.Line{}, text.NewLine(t.Sprintf("Keys: %s", t.Text("Selecting, after Ctrl-S")), 200))
	column("j k g G", "next, previous, oldest, newest message; also arrows, PgUp, PgDn")
	for _, l := range letters() {
		column(l.name(), l.does)
	}
	out = append(out, text.Line{}, text.NewLine(t.Text("Formatting"), 200))
	column("*bold* _italic_", "bold, italic; **bold** is the same")
	column("`code`", "code in a line; nothing in it is formatted")
	column("```go", "lines of code, to the next ```; the word is their language")
	column("~struck~", "struck out")
	column("> quote", "a line that is quoted")
	column("- item, 1. item", "a line of a list")
	column(":tada:", "an emoji, by its name; Tab completes it")
	column("#ops:1042", "a message, by its room and number")
	return out
}
