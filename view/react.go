package view

import (
	"context"
	"strings"

	"parley/chat"
	"parley/view/input"
	"parley/view/screen"
)

// reacting asks for an emoji by its name. The names come from the completion of /react.
type reacting struct {
	ref  string
	ed   input.Editor
	list choices
	turn int // grows with each change: an answer for an older one is dropped
}

// usual is what is offered before anything is typed.
func usual() []chat.Completion {
	return []chat.Completion{
		{Insert: ":+1:", Label: ":+1:"}, {Insert: ":heart:", Label: ":heart:"}, {Insert: ":joy:", Label: ":joy:"},
		{Insert: ":tada:", Label: ":tada:"}, {Insert: ":eyes:", Label: ":eyes:"}, {Insert: ":white_check_mark:", Label: ":white_check_mark:"},
	}
}

// startReact asks which emoji to give to a message.
func (v *View) startReact(it *item) {
	r := &reacting{ref: v.ref(it.ev.Seq)}
	r.list.list = usual()
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
	r.ask(v)
}

func (r *reacting) key(v *View, k input.Key) {
	v.dirty = true
	switch (chord{k.Code, k.Mod}) {
	case key(input.Esc), ctrl('c'):
		v.close()
	case key(input.Enter):
		v.close()
		if emoji := r.emoji(); emoji != "" {
			v.send(submission{command: true, line: "/react " + r.ref + " " + emoji})
		}
	case key(input.Up), ctrl('p'), chord{input.Tab, input.Shift}:
		r.move(-1)
	case key(input.Down), ctrl('n'), key(input.Tab):
		r.move(1)
	default:
		was := r.ed.Text()
		r.ed.Handle(k)
		if r.ed.Text() != was {
			r.ask(v)
		}
	}
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
	typed := strings.Trim(strings.TrimSpace(r.ed.Text()), ":")
	if typed == "" || strings.ContainsAny(typed, " \n") {
		return ""
	}
	if strings.Trim(typed, "abcdefghijklmnopqrstuvwxyz0123456789_+-") != "" {
		return typed
	}
	return ":" + typed + ":"
}

// ask completes what was typed.
func (r *reacting) ask(v *View) {
	r.turn++
	r.list.list, r.list.at = nil, 0
	word := strings.TrimLeft(strings.TrimSpace(r.ed.Text()), ":")
	if word == "" {
		r.list.list = usual()
		return
	}
	if v.crowded() {
		return
	}
	line, room, turn := "/react "+r.ref+" :"+word, v.st.room.ID, r.turn
	v.hold(holdTime)
	v.later(answerTime, func(ctx context.Context) func() {
		_, list := v.talk.Complete(ctx, chat.Request{Room: room}, line, len(line))
		return func() {
			v.release()
			if turn == r.turn {
				r.list.list = list
				v.dirty = true
			}
		}
	})
}
