package chat

import (
	"strings"
	"time"

	"parley/lang"
	"parley/rooms"
	"parley/text"
)

// lineCols bounds one line of a reply. It is wider than any terminal that is
// served; the faces wrap.
const lineCols = 600

// The sentences of commands are made here: in the caller's language, from an
// English format that the catalogue of package lang has in the others. Each
// format is written where it is used, as a literal, so that a test finds it.

// line formats one line in a language; everything that goes into it is cleaned.
func line(t lang.Tag, format string, args ...any) text.Line {
	return text.NewLine(t.Sprintf(format, args...), lineCols)
}

// say formats one reply line; everything that goes into it is cleaned.
func (r *Request) say(format string, args ...any) text.Line {
	return line(r.Lang, format, args...)
}

// answer is a reply of one line.
func (r *Request) answer(format string, args ...any) (Reply, error) {
	return Reply{Lines: []text.Line{r.say(format, args...)}}, nil
}

// sentence formats what is part of a line or of an error.
func (r *Request) sentence(format string, args ...any) string {
	return r.Lang.Sprintf(format, args...)
}

// word is a word or two that stand in a sentence: "private".
func (r *Request) word(english string) string { return r.Lang.Text(english) }

// count is a number with its noun: formats for one, "%d person", and for other numbers, "%d people".
func (r *Request) count(n int, one, many string) string { return r.Lang.Count(n, one, many) }

// fail refuses with a kind, for exit statuses and errors.Is, and a sentence.
func (r *Request) fail(kind error, format string, args ...any) error {
	return &Error{kind, r.Lang.Sprintf(format, args...)}
}

// refuse gives an error of another package a kind.
func (r *Request) refuse(kind, err error) error { return &Error{kind, Explain(r.Lang, r.zone(), err)} }

// logged answers with what the log of a room says, too.
func (in *call) logged(room rooms.Room, format string, args ...any) (Reply, error) {
	r, err := in.answer(format, args...)
	r.Log = room.ID
	return r, err
}

// noneOf is the answer of a list that has nothing in it: a sentence for people, no object for programs.
func (in *call) noneOf(format string, args ...any) (Reply, error) {
	return Reply{Lines: []text.Line{in.say(format, args...)}, Facts: []Facts{}}, nil
}

// wrong is the error for arguments that do not fit.
func (in *call) wrong(format string, args ...any) error {
	return &Error{ErrUsage, in.Lang.Sprintf(format, args...) + ": " + in.cmd.usage()}
}

// meant names what the person may have meant: "; did you mean /a, /b?".
func (r *Request) meant(sign string, near []string) string {
	return r.sentence("; did you mean %s?", sign+strings.Join(near, ", "+sign))
}

// momentForm is a moment for who reads it in their own zone.
const momentForm = "2006-01-02 15:04:05 MST"

// minuteForm is the same where seconds do not matter.
const minuteForm = "2006-01-02 15:04 MST"

// minute writes a time on the caller's clock, to the minute.
func (r *Request) minute(at time.Time) string { return at.In(r.zone()).Format(minuteForm) }

// moment writes a time on the caller's clock.
func (r *Request) moment(at time.Time) string { return at.In(r.zone()).Format(momentForm) }

func (r *Request) zone() *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}
