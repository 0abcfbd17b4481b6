package view

import "parley/view/screen"

// span is a run of columns.
type span struct{ col, width int }

// geometry is where things are on the screen. It is a function of the
// terminal's size, the columns that the person switched, and how many rows the
// parts at the bottom need; see geometryOf.
type geometry struct {
	size    screen.Size
	side    span // room list; width 0 without one
	main    span // title and messages
	aside   span // a thread beside the messages; width 0 without one
	nicks   span // people; width 0 without them
	title   bool // row 0 is the title
	compact bool // nick on its own line, time when the minute changes
	tiny    bool // below minCols × minRows

	top    int // first row of messages
	height int // rows of messages, at least 0
	list   int // rows of the completion list, above the sentence
	said   int // rows of the sentence, above the status line
	status int // row of the status line, -1 without one
	about  int // row of the line that says what the input is for, above it; -1 without one
	prompt int // first row of the input
	input  int // rows of the input
}

// beside is how many rows from the top the columns beside the messages have.
func (g *geometry) beside() int { return g.top + g.height + g.list + g.said }

// wants is what the parts at the bottom would like to have.
type wants struct {
	side, nicks         column // what the person has set
	flipSide, flipNicks bool   // F7, F8: the opposite of that
	list, said, input   int    // rows
	about               bool   // a line above the input
	aside               bool   // a thread is open
}

// Columns of the parts, from UX: three from 120, no people below, a narrow
// room list below 100, none below 80.
const (
	wideCols, fullCols, sideCols, compactCols = 120, 100, 80, 60

	sideWide, sideNarrow = 20, 14
	nicksWidth           = 18
	asideMin, asideMax   = 36, 72
	minMain              = 40 // messages keep at least this beside a column that was asked for
	maxInput             = 8
	maxSaid              = 3
)

// geometryOf lays out a screen. Every part lies inside of it at any size from 1×1.
func geometryOf(size screen.Size, w wants) geometry {
	g := geometry{size: size, status: -1, about: -1}
	g.tiny = size.Cols < minCols || size.Rows < minRows
	g.compact = size.Cols < compactCols
	g.columns(w)
	g.title = size.Rows >= 12

	rows := size.Rows
	g.input = min(max(w.input, 1), inputRows(size))
	rows -= g.input
	g.prompt = rows
	if w.about && rows > 2 {
		rows--
		g.about = rows
	}
	if rows > 0 {
		rows--
		g.status = rows
	}
	if g.title {
		g.top = 1
		rows--
	}
	keep := min(2, rows) // messages keep two rows whatever else there is to say
	g.said = min(w.said, maxSaid, rows-keep)
	rows -= g.said
	g.list = min(w.list, rows-keep)
	rows -= g.list
	g.height = rows
	return g
}

// inputRows is how far the input grows.
func inputRows(size screen.Size) int { return min(maxInput, max(1, size.Rows/3)) }

func (g *geometry) columns(w wants) {
	cols := g.size.Cols
	side := sideWide
	if cols < fullCols {
		side = sideNarrow
	}
	if !w.side.wanted(cols >= sideCols, w.flipSide) || cols-side-1 < minMain {
		side = 0
	}
	nicks := nicksWidth
	if w.aside && cols >= wideCols || !w.nicks.wanted(cols >= wideCols, w.flipNicks) || cols-side-1-nicks-1 < minMain {
		nicks = 0
	}
	g.main = span{0, cols}
	if side > 0 {
		g.side = span{0, side}
		g.main = span{side + 1, cols - side - 1}
	}
	if nicks > 0 {
		g.main.width -= nicks + 1
		g.nicks = span{cols - nicks, nicks}
	}
	if w.aside && cols >= wideCols {
		aside := min(max(g.main.width*2/5, asideMin), asideMax)
		g.main.width -= aside + 2 // a border, and a blank before the gutter
		g.aside = span{cols - aside, aside}
	}
}

// messageColumns are the parts of a message's row.
type messageColumns struct {
	main    int // width of the whole row
	time    int // columns of the time of day
	nick    int // columns of the nick, 0 in the compact layout
	head    int // columns before the body: time, nick, gutter
	body    int
	compact bool
}

// timeCols is the width of times of day in messages: "14:02 " by the clock of 24 hours.
func (st *state) timeCols() int {
	if st.zone.twelve {
		return st.lang.Clock12Cols() + 1
	}
	return 6
}

// messageColumns are those of the pane.
func (st *state) messageColumns() messageColumns {
	return columnsFor(st.span().width, st.compact(), st.timeCols())
}

// columnsFor divides the width of the messages. It depends on nothing but its arguments, so
// that a message's layout can be shared by all who have the same width.
func columnsFor(main int, compact bool, time int) messageColumns {
	c := messageColumns{main: main, compact: compact, time: time}
	if compact {
		c.head = min(2, max(0, main-1)) // gutter and a blank
	} else {
		c.nick = 8
		switch {
		case main >= 90:
			c.nick = 14
		case main >= 56:
			c.nick = 10
		}
		c.head = c.time + c.nick + 2
	}
	c.body = max(1, main-c.head)
	return c
}
