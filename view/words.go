package view

import (
	"time"

	"parley/chat"
)

// The view's own sentences are English in the source, and so the keys of the
// catalogue in package lang. What is shown as it stands there (a sentence for
// say, a question, a hint) is translated where it is shown; what holds
// something is made with words, from a format that is a literal.

// words formats a sentence in the language of the person.
func (st *state) words(format string, args ...any) string { return st.lang.Sprintf(format, args...) }

// words formats a sentence in the language of the person.
func (v *View) words(format string, args ...any) string { return v.st.lang.Sprintf(format, args...) }

// explain is an error as a sentence in the language of the person.
func (v *View) explain(err error) string { return chat.Explain(v.st.lang, v.st.zone.loc, err) }

// clock is a time of day as the person reads it.
func (st *state) clock(at time.Time) string { return st.zone.clock(at, st.lang) }
