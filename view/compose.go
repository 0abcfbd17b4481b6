package view

import (
	"strconv"
	"strings"

	"parley/text"
	"parley/view/screen"
)

// compose is what the input is for while it is not for a new message: a reply to
// a message, or the new text of one. A line above the input says so.
type compose struct {
	edit  bool
	seq   uint64 // of the message
	ref   string
	who   text.Name // who wrote it; zero while only the reference is known
	words string    // its text
	draft string    // edit: what was in the input before
}

// command is the line that does it with the words given.
func (c *compose) command(words string) string {
	if c.edit {
		return "/edit " + c.ref + " " + words
	}
	return "/reply " + c.ref + " " + words
}

// startReply makes the input a reply to a message. What is in it already is the beginning of the reply.
func (v *View) startReply(it *item) {
	seq, who, words := it.ev.Seq, it.ev.Author, it.body().String()
	v.closeSelect()
	v.cancelEdit()
	v.composes(&compose{seq: seq, ref: v.ref(seq), who: who, words: words})
}

// editItem edits a message of the person.
func (v *View) editItem(it *item) { v.startEdit(it.ev.Seq, it.body()) }

// startEdit puts the text of one of the person's messages into the input, to be changed.
func (v *View) startEdit(seq uint64, body text.Body) {
	v.closeSelect()
	draft := v.ed.Text()
	if c := v.st.compose; c != nil && c.edit {
		draft = c.draft
	}
	v.composes(&compose{edit: true, seq: seq, ref: v.ref(seq), who: v.st.me, words: body.String(), draft: draft})
	v.ed.SetText(body.String())
}

func (v *View) composes(c *compose) {
	v.st.compose = c
	if c.edit {
		v.ed.SetHistory(nil) // Up goes on to the message before
	}
	v.changed()
}

// endCompose makes the input one for new messages again. An edit gives back what was there before.
func (v *View) endCompose() {
	c := v.st.compose
	v.st.compose = nil
	if c != nil && c.edit {
		v.ed.SetText(c.draft)
		v.ed.SetHistory(v.historyOf(v.st.room.ID))
	}
	v.changed()
}

func (v *View) cancelEdit() {
	if c := v.st.compose; c != nil && c.edit {
		v.endCompose()
	}
}

// unchanged reports whether an edit has changed nothing yet.
func (v *View) unchanged() bool {
	c := v.st.compose
	return c != nil && c.edit && v.ed.Text() == c.words
}

// submitNothing is Enter in an empty input. A message that is edited to nothing may be meant to go.
func (v *View) submitNothing() {
	if c := v.st.compose; c != nil && c.edit {
		v.asksDelete(c.seq, v.st.me, text.NewBody(c.words))
	}
}

// composed is a submission of what the input is for.
func (v *View) composed(c *compose, line string) (submission, error) {
	if !c.edit {
		line = strings.TrimPrefix(line, "/") // of two
	}
	body, err := text.ParseBody(line)
	if root := v.st.win.root; !c.edit && c.seq == root {
		return submission{about: c, line: line, body: body}, err // an answer to the first message of a thread is the next one of it
	}
	return submission{command: true, about: c, line: c.command(body.String())}, err
}

// leaveCompose is called when another room is about to be shown: what would not be in the draft goes to the history.
func (v *View) leaveCompose() {
	if c := v.st.compose; c != nil && c.edit && c.draft != "" && !v.unchanged() {
		v.historyOf(v.st.room.ID).Add(c.command(v.ed.Text()))
	}
}

// kept is the draft that comes back to the same input after the connection has dropped.
func (c *compose) kept(typed string) string {
	switch {
	case c.edit && c.draft != "":
		return c.draft
	case typed == "", c.edit && typed == c.words:
		return ""
	}
	return c.command(typed)
}

// resumeDraft makes a draft that was kept as a command what it was: a reply or an edit.
func (v *View) resumeDraft() {
	for _, c := range [...]compose{{}, {edit: true}} {
		c.ref = v.st.room.Label(v.st.me)
		rest, ok := strings.CutPrefix(v.ed.Text(), strings.TrimSuffix(c.command(""), " ")+":")
		number, words, cut := strings.Cut(rest, " ")
		seq, err := strconv.ParseUint(number, 10, 63)
		if !ok || !cut || err != nil || seq == 0 {
			continue
		}
		c.seq, c.ref = seq, v.ref(seq)
		v.composes(&c)
		v.ed.SetText(words)
		return
	}
}

// nameComposed looks up what a draft that was kept is about, when the room has been read.
func (v *View) nameComposed() {
	c := v.st.compose
	if c == nil || !c.who.IsZero() {
		return
	}
	if i := v.st.win.find(c.seq); i >= 0 {
		it := &v.st.win.items[i]
		c.who, c.words = it.ev.Author, it.body().String()
	}
}

// giveBackComposed puts a reply or an edit that was refused back into the input, if that is free for it.
func (v *View) giveBackComposed(s submission) bool {
	if s.about == nil || s.room != v.st.room.ID || v.st.compose != nil || !s.about.edit && !v.ed.Empty() {
		return false
	}
	c := *s.about
	c.draft = v.ed.Text()
	v.composes(&c)
	v.ed.SetText(s.typed)
	return true
}

// renderCompose puts the line above the input.
func (st *state) renderCompose(f *screen.Frame, sh *Shared) {
	g := &st.geo
	c := st.compose
	if c == nil || g.about < 0 {
		return
	}
	words := ""
	switch {
	case c.edit && c.who.IsZero():
		words = st.words("Edit %s", c.ref)
	case c.edit:
		words = st.words("Edit your message: %s", c.words)
	case c.who.IsZero():
		words = st.words("Reply to %s", c.ref)
	default:
		words = st.words("Reply to %s: %s", c.who, c.words)
	}
	b := sh.builder(st.look)
	defer sh.release(st.look, b)
	b.Width(g.size.Cols).Text(st.look.style(roleNote), text.NewLine(words, max(1, g.size.Cols-1)).String())
	f.Rows[g.about].Put(0, g.size.Cols, b.Segment())
}

// composeHint says what can be done while the input is for something else than a new message.
func (st *state) composeHint() string {
	if st.compose.edit {
		return "Enter saves, Esc leaves it as it was"
	}
	return "Enter replies, Esc cancels"
}
