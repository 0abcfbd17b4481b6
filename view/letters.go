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
	not  string // what is said where it cannot
	run  func(v *View, it *item)
}

// letters is the table of select mode, in the order of the status line.
func letters() []letter {
	always := func(*state, *item) bool { return true }
	return []letter{
		{'r', "reply", "reply to it", always, "", (*View).startReply},
		{'t', "thread", "open its thread", always, "", (*View).openThread},
		{'e', "edit", "edit it, if it is yours", editable, "only your own messages can be edited", (*View).editItem},
		{'d', "delete", "delete it; asks first", deletable, "only who wrote it, or a moderator, can delete it", (*View).askDelete},
		{'+', "react", "react with an emoji", always, "", (*View).startReact},
		{'p', "pin", "pin it, or unpin it", always, "", (*View).togglePin},
		{'y', "copy", "copy its text, where the terminal takes copies (OSC 52)", always, "", (*View).copyMessage},
		{'o', "open", "its links", linked, "there is no link in this message", (*View).openLinks},
		{'q', "quote", "quote it in the input", always, "", (*View).quote},
		{'u', "unread", "unread from here on", always, "", (*View).unreadFrom},
		{'i', "info", "who wrote it when, its reference, what became of it", always, "", (*View).details},
		{'v', "whole", "the whole message on a page of its own", always, "", (*View).whole},
	}
}

func editable(st *state, it *item) bool { return isMine(it.ev, st.me) }

// isMine reports whether an event is a message that somebody wrote and can still change.
func isMine(ev *rooms.Event, me text.Name) bool {
	return ev.Author == me && (ev.Type == rooms.Message || ev.Type == rooms.Action)
}

func deletable(st *state, it *item) bool {
	return it.ev.Author == st.me || st.sel != nil && st.sel.role >= rooms.RoleModerator
}

func linked(_ *state, it *item) bool { return len(linksOf(it.body())) > 0 }

// body is the text of a message.
func (it *item) body() text.Body { return it.state.Body(it.ev) }

// selectKey acts on a key in select mode; false for keys that mean what they always do.
func (v *View) selectKey(k input.Key) bool {
	switch (chord{k.Code, k.Mod}) {
	case key(input.Esc), ctrl('c'), ctrl('s'), alt(input.Space):
		v.closeSelect()
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
		case l.key != key:
		case it == nil:
			v.say("no message is selected: j and k go to one", true)
		case !l.can(&v.st, it):
			v.say(l.not, true)
		default:
			v.unsay()
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
			used += len("r ")
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
		words = append(words, string(l.key)+" "+st.lang.Text(l.word))
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
		b.Text(st.look.style(roleTitle), string(l.key))
		if i < words {
			b.Text(st.look.style(roleHint), " "+st.lang.Text(l.word))
		}
		b.Pad(screen.Style{}, 1)
	}
	b.Text(st.look.style(roleTitle), "Esc")
}
