package view

import (
	"context"

	"parley/chat"
	"parley/text"
	"parley/view/screen"
)

// choices is the list of completions under way.
type choices struct {
	list     []chat.Completion
	at       int    // the one that is in the input
	from, to int    // where it stands there
	word     string // what was typed
}

// maxChoices is how many completions the list shows at once.
const maxChoices = 6

func (c *choices) rows() int { return min(len(c.list), maxChoices) }

// offered is the list of choices that is shown: of a completion, or of what is on top.
func (st *state) offered() *choices {
	if o, ok := st.over.(interface{ choices() *choices }); ok {
		return o.choices()
	}
	return st.choices
}

// complete puts the next choice into the input, or asks for choices.
func (v *View) complete(n int) {
	if c := v.st.choices; c != nil {
		c.at = (c.at + n + len(c.list)) % len(c.list)
		v.choose(c)
		return
	}
	line, cursor, gen := v.ed.Text(), v.ed.Cursor(), v.opening
	if line == "" || v.crowded() {
		return
	}
	room, root := v.st.room.ID, v.st.win.root
	v.hold(holdTime)
	v.later(answerTime, func(ctx context.Context) func() {
		from, list := v.talk.Complete(ctx, chat.Request{Room: room, Thread: root}, line, cursor)
		return func() {
			v.release()
			if len(list) == 0 || gen != v.opening || v.ed.Text() != line || v.ed.Cursor() != cursor || from > cursor {
				return
			}
			c := &choices{list: list, from: from, to: cursor, word: line[from:cursor]}
			if n < 0 {
				c.at = len(list) - 1
			}
			v.choose(c)
			if len(list) > 1 {
				v.st.choices = c
			}
		}
	})
}

// choose puts the current choice into the input.
func (v *View) choose(c *choices) {
	insert := c.list[c.at].Insert
	v.ed.Replace(c.from, c.to, insert)
	c.to = v.ed.Cursor()
	v.changed()
}

// closeChoices takes the list away; what was typed comes back unless the choice is kept.
func (v *View) closeChoices(keep bool) {
	c := v.st.choices
	v.st.choices = nil
	v.dirty = true
	if !keep {
		v.ed.Replace(c.from, c.to, c.word)
		v.changed()
	}
}

// renderChoices puts the list above the status line.
func (st *state) renderChoices(f *screen.Frame, sh *Shared) {
	g := &st.geo
	c := st.offered()
	if c == nil || g.list <= 0 {
		return
	}
	b := sh.builder(st.look)
	defer sh.release(st.look, b)
	wide := 0
	for _, one := range c.list {
		wide = max(wide, text.Width(one.Label))
	}
	wide = min(wide, g.main.width/2)
	from, _ := visible(len(c.list), c.at, g.list)
	for i := range g.list {
		one := c.list[from+i]
		label, hint := st.look.style(roleText), st.look.style(roleHint)
		if from+i == c.at {
			label, hint = st.look.style(roleSelected), st.look.style(roleSelected)
		}
		b.Width(g.main.width).Pad(label, 1).Text(label, text.Truncate(one.Label, wide)).PadTo(label, wide+3)
		b.Text(hint, text.Truncate(one.Hint, max(0, b.Free()-1))).Fill(hint)
		f.Rows[g.top+g.height+i].Put(g.main.col, g.main.width, b.Segment())
	}
}
