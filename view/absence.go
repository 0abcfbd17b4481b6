package view

import (
	"time"

	"parley/chat"
)

// absence is what a person has said of themselves to the others: that they are away, or not to be disturbed.
type absence struct {
	away  bool
	dnd   int64      // until then, in seconds of Unix
	quiet chat.Hours // of each day
}

// dnd reports whether the person is not to be disturbed.
func (st *state) dnd() bool { return st.now.Unix() < st.absent.dnd }

// quiets reports whether these are hours in which nothing rings.
func (st *state) quiets() bool { return st.absent.quiet.Has(st.now.In(st.zone.loc)) }

// goneWords are "  away  dnd until 14:00" in the status line, or "quiet hours until 07:00" while those of each day last, or ""; the time only where the line is not short of room.
func (st *state) goneWords() (words string) {
	if st.absent.away {
		words = "  " + st.words("away")
	}
	local := st.now.In(st.zone.loc)
	if !st.dnd() && st.quiets() {
		if st.size.Cols < compactCols {
			return words + "  " + st.words("quiet hours")
		}
		end := time.Date(local.Year(), local.Month(), local.Day(), 0, st.absent.quiet.To, 0, 0, st.zone.loc)
		return words + "  " + st.words("quiet hours until %s", st.clock(end))
	}
	if !st.dnd() {
		return words
	}
	if st.size.Cols < compactCols {
		return words + "  " + st.words("dnd")
	}
	end := time.Unix(st.absent.dnd, 0).In(st.zone.loc)
	when := st.clock(end)
	if end.Format(time.DateOnly) != st.now.In(st.zone.loc).Format(time.DateOnly) {
		when = end.Format("01-02 ") + when
	}
	return words + "  " + st.words("dnd until %s", when)
}
