package view

import (
	"parley/text"
	"parley/view/input"
	"parley/view/screen"
)

// overlay is what is on top of the conversation: a page, the switcher, a question. It gets all
// keys until it is closed.
type overlay interface {
	// render puts its rows in place of the messages. Only for those that cover.
	render(f *screen.Frame, st *state, sh *Shared)
	// covers reports whether the messages are hidden.
	covers() bool
	label() string         // before the input
	idle() string          // in an empty input
	hint() string          // what can be done, in the status line
	said() string          // a sentence above it, "" for none
	editor() *input.Editor // what is typed into
	key(v *View, k input.Key)
	paste(v *View, s string)
}

// close takes the overlay away.
func (v *View) close() {
	v.st.over = nil
	v.changes |= changedHere // what came meanwhile is read now
	v.dirty = true
}

// typed is the editor that has the cursor.
func (v *View) typed() *input.Editor {
	if v.st.over != nil {
		return v.st.over.editor()
	}
	return &v.ed
}

// question asks for one key.
type question struct {
	asks    string // what st.words made, or a sentence without arguments
	keys    string // what each key does: "y yes, n no"
	answers map[rune]func(v *View)
	no      func(v *View) // for any other key; nil for nothing
	none    input.Editor  // nothing is typed
}

// ask puts a question. Any key that is not an answer takes it away.
func (v *View) ask(q *question) {
	q.asks = text.NewLine(v.st.lang.Text(q.asks), 400).String()
	v.st.over = q
	v.dirty = true
}

func (q *question) render(*screen.Frame, *state, *Shared) {}
func (q *question) covers() bool                          { return false }
func (q *question) label() string                         { return "? " }
func (q *question) idle() string                          { return q.keys }
func (q *question) hint() string                          { return "" }
func (q *question) said() string                          { return q.asks }
func (q *question) editor() *input.Editor                 { return &q.none }
func (q *question) paste(v *View, s string)               {}

func (q *question) key(v *View, k input.Key) {
	v.close()
	answer := q.answers[k.Code]
	if k.Mod&input.Ctrl != 0 {
		answer = q.answers[-k.Code]
	}
	if answer == nil {
		answer = q.no
	}
	if answer != nil {
		answer(v)
	}
}

// askYes asks whether to do something that was asked for.
func (v *View) askYes(asks string, yes func(v *View)) { v.askYesOr(asks, yes, nil) }

// askYesOr is askYes with something to be done on no; nil for nothing.
func (v *View) askYesOr(asks string, yes, no func(v *View)) {
	v.ask(&question{asks: asks, keys: "y yes, any other key no", answers: map[rune]func(*View){'y': yes, 'Y': yes}, no: no})
}

// askQuit asks whether to leave; Ctrl-C once more is a yes.
func (v *View) askQuit() {
	quit := func(v *View) { v.end(SaidQuit) }
	v.ask(&question{asks: "Leave? Your rooms go on without you.", keys: "y or Ctrl-C leaves, any other key stays",
		answers: map[rune]func(*View){'y': quit, 'Y': quit, -'c': quit, input.Enter: quit}})
}
