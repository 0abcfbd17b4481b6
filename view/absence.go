package view

import "time"

// absence is what a person has said of themselves to the others: that they are away, or not to be disturbed.
type absence struct {
	away bool
	dnd  int64 // until then, in seconds of Unix
}

// dnd reports whether the person is not to be disturbed.
func (st *state) dnd() bool { return st.now.Unix() < st.absent.dnd }

// goneWords are "  away  dnd until 14:00" in the status line, or ""; the time only where the line is not short of room.
func (st *state) goneWords() (words string) {
	if st.absent.away {
		words = "  " + st.words("away")
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
