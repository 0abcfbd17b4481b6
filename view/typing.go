package view

import (
	"time"

	"parley/text"
)

// typingEvery is how often the others are told that the person types on.
const typingEvery = 2 * time.Second

// typer is whether the others know that this person types, and whom this person sees typing.
type typer struct {
	told  time.Time // when the others were told last; zero if they think that nobody types
	quiet bool      // the person does not want it to be seen
}

// typesNow tells the others that the person types, or has stopped. Commands are not talk.
func (v *View) typesNow() {
	if v.typer.quiet || !v.st.opened {
		return
	}
	on := !v.st.silenced() && !v.ed.Empty() && !isCommand(v.ed.Text())
	now := time.Now()
	switch {
	case on && now.Sub(v.typer.told) >= typingEvery:
		v.typer.told = now
		v.ses.Typing(true)
	case !on && !v.typer.told.IsZero():
		v.typer.told = time.Time{}
		v.ses.Typing(false)
	}
}

// readTyping takes in who types in the shown room.
func (v *View) readTyping() {
	var names [maxTyping + 1]text.Name
	list := v.ses.Typists(names[:0])
	words := ""
	switch n := len(list); {
	case n == 1:
		words = v.st.words("%s is typing", list[0])
	case n == 2:
		words = v.st.words("%s and %s are typing", list[0], list[1])
	case n > 2:
		words = v.st.words("%d people are typing", n)
	}
	if words != v.st.typists {
		v.st.typists = words
		v.dirty = true
	}
}

// maxTyping is how many typists are asked for without memory of their own.
const maxTyping = 8
