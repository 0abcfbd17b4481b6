package view

import (
	"slices"
	"strings"

	"parley/chat"
	"parley/text"
	"parley/view/input"
	"parley/view/screen"
)

// reacting asks for an emoji by its name, with completion.
type reacting struct {
	ref  string
	ed   input.Editor
	list choices
	own  []string // the names of what the person gave to the message already
	here []string // and of what anybody gave: that is offered first
}

// maxReactions is how many emoji are offered at once; a person types another letter rather than reading more.
const maxReactions = 24

// usual is what is offered before anything is typed.
func (r *reacting) usual() (out []chat.Completion) {
	names := r.here
	for _, name := range [...]string{"+1", "heart", "joy", "tada", "eyes", "white_check_mark"} {
		if !slices.Contains(names, name) {
			names = append(names[:len(names):len(names)], name)
		}
	}
	for _, name := range names {
		out = append(out, emojiChoice(name))
	}
	return out
}

// emojiChoice is one line of the list: the name and what it looks like.
func emojiChoice(name string) chat.Completion {
	c := chat.Completion{Insert: ":" + name + ":", Label: ":" + name + ":"}
	if e, err := text.ParseEmoji(name); err == nil {
		c.Hint = e.Glyph()
	}
	return c
}

// startReact asks which emoji to give to a message.
func (v *View) startReact(it *item) {
	r := &reacting{ref: v.ref(it.ev.Seq)}
	if it.state != nil {
		for _, given := range it.state.Reactions {
			r.here = append(r.here, given.Emoji)
			if slices.Contains(given.By, v.st.me) {
				r.own = append(r.own, given.Emoji)
			}
		}
	}
	r.list.list = r.usual()
	v.st.over = r
}

func (r *reacting) render(*screen.Frame, *state, *Shared) {}
func (r *reacting) covers() bool                          { return false }
func (r *reacting) label() string                         { return "react: " }
func (r *reacting) idle() string                          { return "the name of an emoji, or the emoji" }
func (r *reacting) hint() string                          { return "Enter reacts, Up Down choose, Esc goes back" }
func (r *reacting) said() string                          { return "" }
func (r *reacting) editor() *input.Editor                 { return &r.ed }
func (r *reacting) choices() *choices                     { return &r.list }

func (r *reacting) paste(v *View, s string) {
	r.ed.Insert(strings.Join(strings.Fields(s), "_"))
	r.complete()
	v.dirty = true
}

func (r *reacting) key(v *View, k input.Key) {
	v.dirty = true
	switch (chord{k.Code, k.Mod}) {
	case key(input.Esc), ctrl('c'):
		v.close()
	case key(input.Enter):
		v.close()
		if emoji := r.emoji(); emoji != "" {
			v.send(submission{command: true, line: r.command(emoji) + " " + r.ref + " " + emoji})
		}
	case key(input.Up), ctrl('p'), chord{input.Tab, input.Shift}:
		r.move(-1)
	case key(input.Down), ctrl('n'), key(input.Tab):
		r.move(1)
	default:
		was := r.ed.Text()
		r.ed.Handle(k)
		if r.ed.Text() != was {
			r.complete()
		}
	}
}

// command gives an emoji, or takes back one that the person gave.
func (r *reacting) command(emoji string) string {
	if e, err := text.ParseEmoji(emoji); err == nil && slices.Contains(r.own, e.String()) {
		return "/unreact"
	}
	return "/react"
}

func (r *reacting) move(n int) {
	if len(r.list.list) > 0 {
		r.list.at = (r.list.at + n + len(r.list.list)) % len(r.list.list)
	}
}

// emoji is the argument of /react: what was chosen, else what was typed.
func (r *reacting) emoji() string {
	if len(r.list.list) > 0 {
		return strings.TrimSpace(r.list.list[r.list.at].Insert)
	}
	typed := strings.ToLower(strings.Trim(strings.TrimSpace(r.ed.Text()), ":"))
	if typed == "" || strings.ContainsAny(typed, " \n") {
		return ""
	}
	if strings.Trim(typed, "abcdefghijklmnopqrstuvwxyz0123456789_+-") != "" {
		return typed
	}
	return ":" + typed + ":"
}

// complete offers what begins like what was typed.
func (r *reacting) complete() {
	word := strings.Trim(strings.TrimSpace(r.ed.Text()), ":")
	r.list.list, r.list.at = nil, 0
	if word == "" {
		r.list.list = r.usual()
		return
	}
	for _, name := range text.EmojiNames(word, maxReactions) {
		r.list.list = append(r.list.list, emojiChoice(name))
	}
}
