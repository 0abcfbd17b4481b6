package view

import (
	"fmt"
	"strings"
	"testing"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// ran are the commands that the fake server was given.
func (f *fake) ran() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.lines...)
}

// obedient answers every command with nothing.
func obedient(f *fake) *fake {
	f.obeys = true
	return f
}

// chosenRow is the first row of the selected message, "" if none is selected.
func (r *rig) chosenRow() string {
	r.t.Helper()
	for y := range r.view.st.geo.height + r.view.st.geo.top {
		g := r.view.st.geo
		col := g.main.col + columnsFor(g.main.width, g.compact, 6).head - 1
		if c := r.term.Cell(col, y); c.Content == markChosen {
			return r.term.Row(y)
		}
	}
	return ""
}

func (r *rig) wantChosen(words string) {
	r.t.Helper()
	if row := r.chosenRow(); words == "" && row != "" || !strings.Contains(row, words) {
		r.t.Fatalf("%q is selected, want %q\n%s", row, words, r.term)
	}
}

func TestSelectMovesOverMessages(t *testing.T) {
	in(t, world(), 80, 24, func(r *rig) {
		for _, enter := range []string{"\x13", "\x1b "} {
			r.types(enter)
			r.settle()
			r.wantChosen("on it")
			for _, step := range []struct{ keys, on string }{
				{"k", "this is not ana"}, {"\x1b[A", "can you look"}, {"k", "waves"}, {"j", "can you look"}, {"\x1b[B", "this is not ana"},
				{"g", "yesterday"}, {"k", "yesterday"}, {"G", "on it"}, {"j", "on it"}, {"x", "on it"}, {"\t", "on it"}, {"\r", "on it"},
			} {
				r.types(step.keys)
				r.settle()
				r.wantChosen(step.on)
			}
			r.types("\x1b")
			r.settle()
			r.wantChosen("")
			r.want("[lea] Write to #ops")
		}
	})
}

// Messages are found behind ten thousand joins, one row on the screen, and back.
func TestSelectReadsOverRunsOfJoins(t *testing.T) {
	f := newFake("lea", "general")
	for i := range 30 {
		f.add(1, rooms.Message, "ana", fmt.Sprintf("old %d", i))
	}
	for range 10000 {
		f.add(1, rooms.Join, "kei", "")
	}
	f.add(1, rooms.Message, "ana", "after all")
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x13")
		r.settle()
		r.wantChosen("after all")
		r.types("k")
		r.settle()
		r.wantChosen("old 29")
		r.types("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk")
		r.settle()
		r.wantChosen("old 0")
		r.types("G")
		r.settle()
		r.wantChosen("after all")
		r.types("g")
		r.settle()
		r.wantChosen("old 0")
		r.types("j")
		r.settle()
		r.wantChosen("old 1")
	})
}

func TestSelectPages(t *testing.T) {
	f := longLog(1000)
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x13")
		r.settle()
		first := r.chosenRow()
		r.types("\x1b[5~")
		r.settle()
		if row := r.chosenRow(); row == first || row == "" {
			t.Errorf("PgUp stays on %q", row)
		}
		for range 70 {
			r.types("\x1b[5~")
			r.settle()
		}
		if r.view.st.sel.seq > 3 {
			t.Errorf("70 pages up is seq %d\n%s", r.view.st.sel.seq, r.term)
		}
		for range 70 {
			r.types("\x1b[6~")
			r.settle() // a key while a page is on its way goes as far as there is
		}
		if row := r.chosenRow(); row != first {
			t.Errorf("70 pages down is %q, not %q", row, first)
		}
	})
}

// The screen stands still while somebody selects, and goes on afterwards.
func TestSelectStandsStill(t *testing.T) {
	f := world()
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x13k")
		before := r.settle()
		for range 50 {
			f.add(2, rooms.Message, "ana", "meanwhile")
		}
		r.settle()
		r.wantChosen("this is not ana")
		if r.lacks("meanwhile"); strings.Split(before, "\n")[15] != strings.Split(r.term.String(), "\n")[15] {
			t.Errorf("the screen moved to\n%s", r.term)
		}
		if f.marks[2] > 17 {
			t.Errorf("what is not on the screen was marked as read: %d", f.marks[2])
		}
		r.types("\x1b")
		r.settle()
		r.want("meanwhile")
		if last := uint64(len(f.logs[2])); f.marks[2] != last {
			t.Errorf("seq %d of %d is read", f.marks[2], last)
		}
	})
}

func TestSelectStaysWhereItWasScrolled(t *testing.T) {
	f := longLog(300)
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x13\x1b[5~\x1b[5~")
		r.settle()
		row := r.chosenRow()
		r.types("\x1b")
		r.settle()
		if s := r.term.String(); !strings.Contains(s, strings.TrimSpace(row[strings.LastIndex(row, ">")+1:])) || !strings.Contains(s, "newer below") {
			t.Errorf("after leaving, %q is not on the screen\n%s", row, s)
		}
	})
}

// What is laid out for everybody is not laid out again for who selects it.
func TestSelectedMarkIsNoLayout(t *testing.T) {
	in(t, world(), 80, 24, func(r *rig) {
		count := func() (n int) {
			for i := range r.view.sh.layouts.parts {
				n += len(r.view.sh.layouts.parts[i].byKey)
			}
			return n
		}
		before := count()
		r.types("\x13kkkkkk")
		r.settle()
		if n := count(); n != before {
			t.Errorf("selecting made %d layouts", n-before)
		}
	})
}

func TestLettersRunCommands(t *testing.T) {
	for _, c := range []struct {
		keys string
		line string
	}{
		{"t", "thread #ops:17"}, {"p", "pin #ops:17"}, {"i", "info #ops:17"},
		{"rhello\r", "reply #ops:17 hello"}, {"r//x\r", "reply #ops:17 /x"}, {"rone\x1b\rtwo\r", "reply #ops:17 one\ntwo"},
		{"e!\r", "edit #ops:17 on it!"}, {"e\x15/me\r", "edit #ops:17 /me"},
		{"dy", "delete #ops:17"}, {"e\x15\ry", "delete #ops:17"},
		{"+tada\r", "react #ops:17 :tada:"}, {"+:tada:\r", "react #ops:17 :tada:"}, {"+🎉\r", "react #ops:17 🎉"},
		{"+\x1b[B\r", "react #ops:17 :heart:"},
	} {
		f := obedient(world())
		in(t, f, 80, 24, func(r *rig) {
			r.types("\x13")
			for _, k := range c.keys {
				r.types(string(k))
			}
			r.settle()
			if got := f.ran(); len(got) != 1 || got[0] != c.line {
				t.Errorf("%q runs %q, want %q\n%s", c.keys, got, c.line, r.term)
			}
			if len(f.posted) != 0 {
				t.Errorf("%q posted %v", c.keys, f.posted)
			}
		})
	}
}

func TestLettersThatHaveNoUse(t *testing.T) {
	f := obedient(world())
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x13k")
		r.settle()
		for key, says := range map[string]string{"e": "only your own", "d": "only who wrote it", "o": "no link"} {
			r.types(key)
			r.settle()
			r.want(says)
			r.wantChosen("this is not ana")
		}
		if s := r.term.Row(22); strings.Contains(s, "edit") || strings.Contains(s, "delete") || strings.Contains(s, "open") {
			t.Errorf("the status line offers what does nothing: %q", s)
		}
		if len(f.ran()) != 0 {
			t.Errorf("commands ran: %q", f.ran())
		}
	})
	f = obedient(world())
	f.rooms[1].Role = rooms.RoleModerator
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x13kdn")
		r.settle()
		r.types("d")
		r.settle()
		r.want("Delete the message of kei? │ 12:00 ana")
		r.types("y")
		r.settle()
		if got := f.ran(); len(got) != 1 || got[0] != "delete #ops:16" {
			t.Errorf("a moderator's d runs %q", got)
		}
	})
}

func TestReplyKeepsWhatWasTyped(t *testing.T) {
	f := obedient(world())
	in(t, f, 80, 24, func(r *rig) {
		r.types("so\x13kr")
		r.settle()
		r.want("Reply to kei: │ 12:00 ana", "[lea] so", "Enter replies, Esc cancels")
		r.types("\x1b")
		r.settle()
		r.lacks("Reply to")
		r.want("[lea] so")
		r.types("\x13r\x0e") // another room and back
		r.settle()
		r.lacks("Reply to")
		if d := f.places[2].Draft; d != "/reply #ops:17 so" {
			t.Errorf("the draft is %q", d)
		}
		r.types("\x10")
		r.settle()
		r.want("Reply to lea: on it", "[lea] so")
		r.types("\r")
		r.settle()
		if got := f.ran(); len(got) != 1 || got[0] != "reply #ops:17 so" {
			t.Errorf("it ran %q", got)
		}
	})
}

func TestReplyThatFailsComesBack(t *testing.T) {
	f := world()
	f.runErr = rooms.ErrUnavailable
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x13rhello\r")
		r.settle()
		r.want("Reply to lea: on it", "[lea] hello", "cannot store anything")
		f.mu.Lock()
		f.runErr, f.obeys = nil, true
		f.mu.Unlock()
		r.types("\r")
		r.settle()
		r.lacks("Reply to")
		if len(f.nonces) != 2 || f.nonces[0] != f.nonces[1] {
			t.Errorf("the same reply again has the nonces %q", f.nonces)
		}
	})
	f = world()
	f.runErr = chat.ErrUsage
	in(t, f, 80, 24, func(r *rig) {
		r.types("draft\x13e changed\r")
		r.settle()
		r.want("Edit your message: on it", "[lea] on it changed")
		r.types("\x1b")
		r.settle()
		r.want("[lea] draft")
	})
}

func TestEditGivesTheDraftBack(t *testing.T) {
	f := obedient(world())
	in(t, f, 80, 24, func(r *rig) {
		r.types("a draft\x13e")
		r.settle()
		r.want("Edit your message: on it", "[lea] on it")
		r.types("\x1b")
		r.settle()
		r.lacks("Edit your")
		r.want("[lea] a draft")
		r.types("\x13e, really\r")
		r.settle()
		r.want("[lea] a draft")
		if got := f.ran(); len(got) != 1 || got[0] != "edit #ops:17 on it, really" {
			t.Errorf("it ran %q", got)
		}
		r.types("\x13e\r") // unchanged: nothing is saved
		r.settle()
		if len(f.ran()) != 1 {
			t.Errorf("it ran %q", f.ran())
		}
		r.types("\x13e more\x0e\x10")
		r.settle()
		r.want("[lea] a draft")
		r.types("\x1b[A") // what was changed is in the history
		r.settle()
		r.want("[lea] /edit #ops:17 on it more")
	})
}

func TestUpEditsMyLastMessages(t *testing.T) {
	f := newFake("lea", "general")
	f.add(1, rooms.Message, "lea", "very old")
	for i := range 300 {
		f.add(1, rooms.Message, "ana", fmt.Sprint("between ", i))
	}
	f.add(1, rooms.Message, "lea", "one\ntwo")
	f.add(1, rooms.Message, "ana", "hm")
	f.add(1, rooms.Action, "lea", "waves")
	f.add(1, rooms.Message, "ana", "ok")
	obedient(f)
	in(t, f, 80, 24, func(r *rig) {
		see := func(keys string, words ...string) {
			t.Helper()
			r.types(keys)
			r.settle()
			r.want(words...)
		}
		see("\x1b[A", "Edit your message: waves", "[lea] waves")
		see("\x1b[A", "Edit your message: one two", "[lea] one")
		see("\x1b[A\x1b[A", "Edit your message: very old", "[lea] very old")
		see("\x1b[A", "[lea] very old")
		see("\x1b[B", "[lea] one")
		see("\x1b[B", "[lea] waves")
		see("\x1b[B", "[lea] Write to #general")
		see("\x1b[A!", "[lea] waves!")
		see("\x1b[A\x1b[B", "[lea] waves!") // changed: it stays
		see("\x1b", "[lea] Write to #general")
		see("\x1b[A!\r", "[lea] Write to #general")
		if got := f.ran(); len(got) != 1 || got[0] != "edit #general:305 waves!" {
			t.Errorf("it ran %q", got)
		}
	})
	in(t, newFake("lea", "general"), 80, 24, func(r *rig) {
		r.types("\x1b[A")
		r.settle()
		r.want("you have written nothing here")
	})
}

func TestCopyWritesToTheClipboardOnly(t *testing.T) {
	f := world()
	f.add(2, rooms.Message, "ana", strings.Repeat("長い話 ", 2000))
	f.add(2, rooms.Message, "ana", "\u009b2J and `code`")
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x13y")
		r.settle()
		r.want("characters to the clipboard of your terminal")
		if s := r.term.String(); strings.Contains(s, "copied") || strings.Contains(s, "tmux") {
			t.Errorf("it says what nobody can know, or speaks of tmux:\n%s", s)
		}
		if got := r.term.Clipboard(); got != f.logs[2][len(f.logs[2])-1].Text.String() {
			t.Errorf("the clipboard has %q", got)
		}
		r.types("ky")
		r.settle()
		r.want("sent the first")
		if got := r.term.Clipboard(); len(got) < 6000 || len(got) > 6144 || !strings.HasPrefix(f.logs[2][len(f.logs[2])-2].Text.String(), got) {
			t.Errorf("the clipboard has %d bytes", len(got))
		}
		if a := string(r.term.Answers()); a != knowsMargins {
			t.Errorf("the terminal was asked, and answered %q", a)
		}
	})
	in(t, world(), 80, 24, func(r *rig) {
		r.types("\x13y")
		r.settle()
		r.want("takes no copies")
		if got := r.term.Clipboard(); got != "" {
			t.Errorf("the clipboard has %q", got)
		}
	}, func(o *Options) { o.Env["TERM_PROGRAM"] = "Apple_Terminal" })
}

func TestQuoteLinksWholeInfo(t *testing.T) {
	f := obedient(world())
	f.answers["info #ops:19"] = chat.Reply{Lines: []text.Line{text.NewLine("written by ana", 80)}}
	f.add(2, rooms.Message, "ana", "a\nb")
	f.add(2, rooms.Message, "ana", "see https://one.example/x, https://two.example/"+strings.Repeat("y", 200)+" and https://one.example/x")
	in(t, f, 80, 24, func(r *rig) {
		r.types("so\x13o")
		r.settle()
		r.want("> https://one.example/x", "https://two.example/yyy")
		r.types("j\r")
		r.settle()
		if got := r.term.Clipboard(); got != "https://two.example/"+strings.Repeat("y", 200) {
			t.Errorf("the clipboard has %q", got)
		}
		r.types("v")
		r.settle()
		r.want("(ana) ", "see https://one.example/x")
		r.lacks("yesterday")
		r.types("\x1b")
		r.settle()
		r.types("i")
		r.settle()
		r.want("(info) ", "written by ana")
		r.types("\x1b")
		r.settle()
		r.types("kq")
		r.settle()
		r.want("[lea] so\n", "> a\n", "> b\n")
	})
}

func TestUnreadFromHere(t *testing.T) {
	f := world()
	in(t, f, 100, 24, func(r *rig) {
		r.types("\x1b")
		r.settle()
		r.lacks("new (")
		r.types("\x13kku")
		r.settle()
		if f.marks[2] != 14 {
			t.Errorf("the mark is at %d", f.marks[2])
		}
		r.types("\x1b")
		r.settle()
		r.want("new (")
		f.add(2, rooms.Message, "ana", "more")
		r.settle()
		if r.want("*#ops "); f.marks[2] != 14 {
			t.Errorf("the mark moved to %d by itself", f.marks[2])
		}
		r.types("\x1b")
		r.settle()
		r.lacks("new (")
		if f.marks[2] != 18 {
			t.Errorf("after Esc the mark is at %d", f.marks[2])
		}
	})
}

// In tmux and screen the sentence says what copying depends on, also where only TERM_PROGRAM tells.
func TestCopySaysWhatTmuxNeeds(t *testing.T) {
	for _, c := range []struct{ term, program string }{{"tmux-256color", ""}, {"screen-256color", ""}, {"xterm-256color", "tmux"}} {
		in(t, world(), 100, 24, func(r *rig) {
			r.types("\x13y")
			r.settle()
			r.want("to the clipboard of your terminal")
			r.want("set -g set-clipboard on")
		}, func(o *Options) {
			o.Term = c.term
			o.Env["TERM_PROGRAM"] = c.program
		})
	}
}
