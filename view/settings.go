package view

import (
	"slices"
	"strings"

	"parley/chat"
	"parley/rooms"
	"parley/view/screen"
)

// column is what the person has set of a column beside the messages.
type column uint8

const (
	byWidth column = iota // shown where the terminal is wide enough
	shownColumn
	hiddenColumn
)

func columnOf(value string) column {
	switch value {
	case "on":
		return shownColumn
	case "off":
		return hiddenColumn
	}
	return byWidth
}

// wanted says whether a column is to be shown: wide is what the width says, flip that a key was pressed.
func (c column) wanted(wide, flip bool) bool {
	switch c {
	case shownColumn:
		wide = true
	case hiddenColumn:
		wide = false
	}
	return wide != flip
}

// readSettings takes in what the person has set, in whichever terminal it was.
func (v *View) readSettings() {
	own := chat.Settings(v.ses.Person().Settings)
	st := &v.st
	depth := depthOf(v.o.Term, v.o.Env)
	theme := own.Theme()
	if own["theme"] == "" && v.o.Theme != "" {
		theme = v.o.Theme
	}
	if depth == screen.Mono {
		theme = "mono"
	}
	name := own.Zone()
	if name == "" {
		name = v.o.Env["TZ"]
	}
	look, zone, language := lookFor(v.sh.looks, theme, depth), v.sh.zones.zone(name, own.Clock12()), own.Lang(v.o.Env)
	if side, nicks := columnOf(own.Sidebar()), columnOf(own.Nicks()); side != st.sideSet || nicks != st.nicksSet {
		st.sideSet, st.nicksSet = side, nicks
		st.flipSide, st.flipNicks = false, false // what was set last counts, not a key before it
	}
	st.hints = own.Hints()
	st.absent = absence{own.Away(), own.DNDEnd().Unix(), own.QuietHours()}
	v.bells.set(own, v.o.Term, v.o.Env)
	v.typer.quiet = !own.Typing()
	if ignored := own.Ignored(); !slices.Equal(ignored, st.ignored) {
		st.ignored = ignored
		v.changes |= rooms.InboxChanged // conversations with them are counted otherwise
		v.load(pageNewest)
	}
	if on := own.Mouse(); on != v.mouseSet {
		v.mouseSet = on
		v.useMouse(on)
		if v.taken {
			v.sayMouse()
		}
	}
	words := own.Highlights()
	for i, w := range words {
		words[i] = strings.ToLower(w)
	}
	if names := own.EmojiNames(); look != st.look || zone != st.zone || language != st.lang || names != st.emojiNames || !slices.Equal(words, st.callWords) {
		st.callWords = words
		st.look, st.zone, st.lang, st.emojiNames = look, zone, language, names
		v.greetAgain()
		v.eachPane(func() {
			st.win.relayout()
			st.win.rearrange(st.setting())
		})
		st.memo, st.titled = memo{}, false
		v.unsettle()
		v.settle()
	}
	v.dirty = true
}
