package view

import (
	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

// markChosen stands right before the text of a selected message, where nothing
// that somebody writes can be.
const markChosen = ">"

// isChosen reports whether the item is the selected message.
func (st *state) isChosen(it *item) bool {
	return st.sel != nil && it.talks() && it.ev.Seq == st.sel.seq
}

// chosenHead is what stands before row r of a selected message in place of its own head: time and
// nick, reversed, and a mark. The layout itself is shared by everybody and stays as it is.
func (st *state) chosenHead(sh *Shared, it *item, r, width int, full bool) screen.Segment {
	words := ""
	if r == 0 {
		words = it.ev.Author.String()
		if it.ev.Type == rooms.Action {
			words = "* " + words
		}
		words = st.clock(it.ev.Time) + " " + words
	}
	k := segmentKey{kind: segChosen, width: uint16(width), b: words}
	if full {
		k.flags = 1
	}
	return sh.segment(st.look, k, func(b *screen.Builder) {
		style := st.look.style(roleSelected)
		b.Text(style, text.Truncate(words, max(0, width-2)))
		if !full {
			b.PadTo(style, width-1).Text(style, markChosen)
		}
	})
}
