package view

import (
	"strings"

	"parley/rooms"
	"parley/text"
	"parley/view/input"
	"parley/view/screen"
)

// letter is what one letter does with the chosen message. The status line names those that have a
// use for it, help names all.
type letter struct {
	key  rune
	word string // in the status line
	does string // in help
	can  func(st *state, it *item) bool
	not  string                  // what is said where it cannot
	run  func(v *View, it *item) // nil for the digits
}

// anyDigit stands for the digits from 1 in the table.
const anyDigit = '1'

// letters is the table of select mode, in the order of the status line.
func letters() []letter {
	always := func(*state, *item) bool { return true }
	there := func(_ *state, it *item) bool { return !it.deleted() }
	const gone = "this message was deleted"
	return []letter{
		{anyDigit, "vote", "vote in a poll; the same number again takes it back", votable, "there is no open poll here to vote in", nil},
		{'r', "reply", "reply to it", there, gone, (*View).startReply},
		{'t', "thread", "open its thread", always, "", (*View).openThread},
		{'e', "edit", "edit it, if it is yours", editable, "only your own messages can be edited", (*View).editItem},
		{'d', "delete", "delete it; asks first", deletable, "only who wrote it, or a moderator, can delete it", (*View).askDelete},
		{'+', "react", "react with an emoji", there, gone, (*View).startReact},
		{'p', "pin", "pin it, or unpin it", there, gone, (*View).togglePin},
		{'y', "copy", "copy its text, where the terminal takes copies (OSC 52)", there, gone, (*View).copyMessage},
		{'o', "open", "its links, or how to get its file", opens, "there is no link and no file in this message", (*View).openWhat},
		{'q', "quote", "quote it in the input", there, gone, (*View).quote},
		{'u', "unread", "unread from here on", always, "", (*View).unreadFrom},
		{'i', "info", "who wrote it when, its reference, what became of it", always, "", (*View).details},
		{'v', "whole", "the whole message on a page of its own", there, gone, (*View).whole},
	}
}

// name is the letter as the status line and help show it.
func (l *letter) name() string {
	if l.key == anyDigit {
		return "1-9"
	}
	return string(l.key)
}

// on reports whether a key is the letter's.
func (l *letter) on(key rune) bool {
	return l.key == key || l.key == anyDigit && key >= '1' && key <= '9'
}

func editable(st *state, it *item) bool { return isMine(it.ev, it.state, st.me) }

// isMine reports whether a message is one that somebody wrote in the room and can still change.
func isMine(ev *rooms.Event, s *rooms.State, me text.Name) bool {
	return ev.Author == me && (ev.Type == rooms.Message || ev.Type == rooms.Action) && ev.Thread == 0 && !isDeleted(s)
}

func isDeleted(s *rooms.State) bool { return s != nil && !s.Deleted.IsZero() }

func deletable(st *state, it *item) bool {
	return !it.deleted() && (it.ev.Author == st.me || st.sel != nil && st.sel.role >= rooms.RoleModerator)
}

func linked(_ *state, it *item) bool { return len(text.Links(it.body())) > 0 }

// opens reports whether a message has a file or a link.
func opens(st *state, it *item) bool { return it.ev.File != nil && !it.deleted() || linked(st, it) }

func votable(_ *state, it *item) bool {
	return it.ev.Type == rooms.Poll && !it.deleted() && (it.state == nil || it.state.Closed.IsZero())
}

// body is the text of a message.
func (it *item) body() text.Body { return it.state.Body(it.ev) }

// deleted reports whether the item is a message that was taken away.
func (it *item) deleted() bool { return isDeleted(it.state) }

// selectKey acts on a key in select mode; false for keys that mean what they always do.
func (v *View) selectKey(k input.Key) bool {
	switch (chord{k.Code, k.Mod}) {
	case key(input.Esc), ctrl('c'), ctrl('s'), alt(input.Space):
		if k.Code == input.Esc && v.trail != nil {
			v.backOnTrail()
		} else {
			v.closeSelect()
		}
	case key('j'), key(input.Down):
		v.selectStep(1)
	case key('k'), key(input.Up):
		v.selectStep(-1)
	case key('g'), key(input.Home), alt(input.Home), ctrl(input.Home):
		v.selectEnd(-1)
	case key('G'), key(input.End), alt(input.End), ctrl(input.End):
		v.selectEnd(1)
	case key(input.PgUp):
		v.selectPage(-1)
	case key(input.PgDown):
		v.selectPage(1)
	default:
		if k.Text == "" {
			b, bound := v.sh.keys[chord{k.Code, k.Mod}]
			return !bound || b.after || k.Code == input.Tab
		}
		v.letter(k.Code)
	}
	v.dirty = true
	return true
}

// letter runs what a letter does with the chosen message. Other typing does nothing in select mode.
func (v *View) letter(key rune) {
	it := v.st.chosen()
	for i := range v.sh.letters {
		l := &v.sh.letters[i]
		switch {
		case !l.on(key):
		case it == nil:
			v.say("no message is selected: j and k go to one", true)
		case !l.can(&v.st, it):
			v.say(l.not, true)
		default:
			v.unsay()
			if l.key == anyDigit {
				v.vote(it, int(key-'0'))
				return
			}
			l.run(v, it)
		}
	}
}

// useful lists the letters that have a use for the chosen message, as the status line shows them at a
// width: the words of as many as fit, the letters alone of the rest.
func (st *state) useful(sh *Shared, width int) (list []letter, words int) {
	it := st.chosen()
	if it == nil {
		return nil, 0
	}
	used := len("Esc")
	for i := range sh.letters {
		if l := &sh.letters[i]; l.can(st, it) {
			list = append(list, *l)
			used += len(l.name()) + 1
		}
	}
	for _, l := range list {
		if used += text.Width(st.lang.Text(l.word)) + 1; used > width {
			break
		}
		words++
	}
	return list, words
}

// letterWords is all that can be done with the chosen message, in words.
func (st *state) letterWords(sh *Shared) string {
	var words []string
	list, _ := st.useful(sh, 0)
	for _, l := range list {
		words = append(words, l.name()+" "+st.lang.Text(l.word))
	}
	return strings.Join(append(words, "Esc"), " ")
}

// letterLine is the status line of select mode.
func (st *state) letterLine(sh *Shared, b *screen.Builder) {
	list, words := st.useful(sh, b.Free())
	if len(list) == 0 {
		b.Text(st.look.style(roleHint), st.words("no message here: j k move, Esc leaves"))
		return
	}
	for i, l := range list {
		b.Text(st.look.style(roleTitle), l.name())
		if i < words {
			b.Text(st.look.style(roleHint), " "+st.lang.Text(l.word))
		}
		b.Pad(screen.Style{}, 1)
	}
	b.Text(st.look.style(roleTitle), "Esc")
}
