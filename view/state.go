package view

import (
	"time"

	"parley/lang"
	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

// state is everything that decides what the screen shows. Only the goroutine of
// Run reads and writes it; render makes a frame of it and changes nothing but
// the memory of finished segments.
type state struct {
	look   *look
	lang   lang.Tag
	zone   zone
	me     text.Name
	server string
	size   screen.Size
	now    time.Time // as of the last minute change

	room          rooms.Room     // what is shown; ID 0 for none
	quiet         time.Time      // until then the person may not write in it; zero for no such time
	role          rooms.Role     // the person's in it
	pane                         // the log that is scrolled and written into
	beside        *beside        // the room, while a thread of it is the pane; nil otherwise
	follows       []rooms.Follow // threads of the room in which something is new for the person, by root
	unreadThreads int            // messages in them, as the inbox said last

	titled bool // about is what the title says of the room
	about  string
	pinned pinned

	list    []roomRow           // the rooms of the person, as they are listed
	places  []int16             // where in it each room of the inbox is, -1 for nowhere
	version uint32              // grows whenever list changes
	briefs  map[rooms.ID]string // short names of its conversations of several people
	people  *rooms.Presence
	guests  int // in the shown room

	said    sentenceLine
	typing  bool   // the input is not empty
	command bool   // it begins a command
	typists string // "bo is typing"
	absent  absence
	ignored []text.Name // whom the person does not want to read; never changed, only replaced
	// callWords are the person's words that call them, in lower case; never changed, only replaced.
	callWords []string
	over      overlay
	compose   *compose // what the input is for; nil for a new message
	choices   *choices

	hints               bool   // say what can be done now
	emojiNames          bool   // show emoji by their names
	sideSet, nicksSet   column // what the person has set of the columns
	flipSide, flipNicks bool   // what F7 and F8 made of it
	sideOff             int    // rooms that the wheel has moved the room list by
	geo                 geometry
	memo                memo
}

// pane is a log on the screen: that of the room, or a thread of it.
type pane struct {
	win    window
	anchor anchor
	rule   newMark
	opened bool       // its events have arrived at least once
	sel    *selection // select mode; nil outside of it
}

// anchor is where the bottom edge of the messages is.
type anchor struct {
	follow bool // at the newest message, staying there
	item   int  // otherwise: the item at the bottom edge
	below  int  // and how many of its rows are below the edge
}

// newMark is the rule above what was new when the room was entered.
type newMark struct {
	on    bool
	after uint64 // seq
	count uint64 // messages
}

// sentenceLine is a sentence above the status line: an error, an answer of one line.
type sentenceLine struct {
	words string
	bad   bool
	lost  bool // it says that the person is not in the room any more
	shut  bool // it says that the person may not write in the shown room
}

// memo keeps finished segments with the inputs that they were made from.
type memo struct {
	full bool // the messages fill their rows

	side     []*screen.Segment
	sideFrom sideInputs

	status     screen.Segment
	statusFrom statusInputs

	prompt     []screen.Segment
	promptFrom promptInputs
	cursor     screen.Cursor

	name     string // the person's name before the input
	nameCols int    // the terminal's width that it was made for
}

// roomLabel is what the person calls the shown room: "#ops", "@kei".
func (st *state) roomLabel() string { return st.room.Label(st.me) }

// columns are what the person wants beside the messages.
func (st *state) columns() wants {
	return wants{aside: st.inThread(), side: st.sideSet, nicks: st.nicksSet, flipSide: st.flipSide, flipNicks: st.flipNicks}
}

func (st *state) setting() setting {
	return setting{zone: st.zone, compact: st.compact(), rule: st.rule.after, ruled: st.rule.on, gone: st.room.Gone, ignored: st.ignored}
}

// index is the place of a room in the list, -1 if it is not there.
func (st *state) index(id rooms.ID) int {
	for i := range st.list {
		if st.list[i].id == id {
			return i
		}
	}
	return -1
}
