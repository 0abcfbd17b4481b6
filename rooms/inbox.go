package rooms

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"parley/text"
)

// inbox is one person as long as it has a live session, a request under way
// or something to save, and for Options.Idle after. All sessions of the person share it.
type inbox struct {
	name  text.Name
	guest bool
	refs  int   // Manager.mu guards it
	used  int64 // when the last reference was given back, in nanoseconds since 1970; likewise

	mu       sync.Mutex // tier 4; guards what follows
	loaded   bool       // rows and person are what the store said, and are kept up to date since
	closed   bool       // no reference is left: nothing may be added
	rows     []row      // by room name, invitations last
	found    int        // where find found the last one
	sessions []*Session // oldest first
	presence presence
	person   Person

	// gen grows with each change that this node makes to the rows beside counting: what was
	// read from the store across one is thrown away and read again.
	gen uint64

	threads       []ThreadMark // to be saved, oldest first
	savingThreads []ThreadMark // being saved
	news          *threads     // nil before somebody asks
	unsaved       bool         // person is to be saved
	saving        bool         // person is being saved
	queued        bool         // the saver's list holds the inbox, and a reference
	reload        bool         // read it again when all is saved
	reading       bool         // it is being read
	again         bool         // what is being read may be old already: read it once more
}

// row is a membership, or an invitation. It is small: each person who is here has one for each of their rooms.
type row struct {
	room *room // the row holds a reference; nil for an invitation
	rare *rare // nil where all of it is zero

	joined       uint64
	read         uint64
	readMessages uint64
	asOf         uint64 // the counts are right as of this seq of the room; older events are in them
	own          uint32 // as Membership.Own
	mentions     int32
	threads      int32

	role            Role
	unsaved, saving parts // what is to be stored, and what is on its way
}

// parts are what of a row is stored behind.
type parts uint8

const (
	markPart parts = 1 << iota
	placePart
	prefsPart
)

// rare is what of a row is the same in most rooms. It is never changed: a row gets another.
type rare struct {
	info  *Room // the room as it was when the invitation came; nil for a membership
	quiet time.Time
	prefs Prefs
	place Place
}

// seldom is what the row has of it.
func (w *row) seldom() rare {
	if w.rare == nil {
		return rare{}
	}
	return *w.rare
}

func (w *row) setSeldom(r rare) {
	w.rare = nil
	if r != (rare{}) {
		kept := r // only what is kept is allocated
		w.rare = &kept
	}
}

func (w *row) setQuiet(until time.Time) {
	r := w.seldom()
	r.quiet = until
	w.setSeldom(r)
}

// invited is the row of an invitation: nothing in it is unread.
func invited(info *Room) row {
	return row{rare: &rare{info: info}, read: info.Seq, readMessages: info.Messages}
}

func (w *row) head() *Room {
	if w.room == nil {
		return w.rare.info
	}
	return w.room.head.Load()
}

func (w *row) membership() Membership {
	r := w.seldom()
	return Membership{
		Room: *w.head(), Role: w.role, Joined: w.joined,
		Read: w.read, ReadMessages: w.readMessages, Own: uint64(w.own), Mentions: int(w.mentions), Threads: int(w.threads),
		Prefs: r.prefs, Quiet: r.quiet,
		Place: r.place,
	}
}

// compareRows orders by room name with invitations last; rooms without a name by ID.
func compareRows(a, b *row) int {
	rank := func(w *row) int {
		if w.room == nil {
			return 1
		}
		return 0
	}
	x, y := a.head(), b.head()
	return cmp.Or(cmp.Compare(rank(a), rank(b)), x.Name.Compare(y.Name), cmp.Compare(x.ID, y.ID))
}

// count takes an event into the counts of the row's person. gone is up to where the room has expired: nothing before it is counted.
func (w *row) count(e entry, who text.Name, gone uint64) {
	if e.Seq <= w.asOf {
		return
	}
	from := max(w.read, gone)
	if e.Type == Delete && e.Thread == 0 && e.Ref > from && e.Target != who {
		w.own++
	}
	if !e.Type.Talk() {
		return
	}
	if e.follows(who) {
		w.threads++
	}
	switch {
	case e.Seq <= from:
	case e.Author == who:
		if e.Counts() {
			w.own++
		}
	case e.names(who):
		w.mentions++
	}
}

// uncount takes a deletion into the counts of the row's person. old is what is deleted, nil if it is not in memory. It
// reports false if the store has to count: it knows whom a message has called, and how much of a thread is read.
func (w *row) uncount(e entry, old *entry, who text.Name, gone uint64) (exact bool) {
	if e.Seq <= w.asOf {
		return true
	}
	w.count(e, who, gone)
	unsure := old == nil || old.calls != nil && old.calls.vague
	if e.Thread != 0 && w.threads > 0 && (unsure || old.follows(who)) {
		return false
	}
	switch {
	case w.mentions == 0 || e.Ref <= max(w.read, gone) || e.Target == who:
	case unsure:
		return false
	case old.names(who):
		w.mentions--
	}
	return true
}

// expire takes what has expired by an event, after which the room is head, out of the counts of the row's person. It reports
// false if the store has to count: whom that called, what of it was their own or deleted, and what of it was in threads, where
// the tail does not know it.
func (w *row) expire(e *Event, head *Room, t *tail, who text.Name) (exact bool) {
	if e.Seq <= w.asOf {
		return true
	}
	exact = w.threads == 0
	if w.read < head.Gone {
		w.readMessages = max(w.readMessages, head.GoneMessages)
		exact = exact && (w.own == 0 && w.mentions == 0 || w.recount(head, t, who))
	}
	return exact
}

// mark moves the read mark to seq, at most head.Seq, and reports whether the
// tail reached back far enough to count anew, and the person was a member all
// along: only members are mentioned. If not, the counts are a guess until they
// are read from the store. The room's mu is held.
func (w *row) mark(head *Room, t *tail, seq uint64, who text.Name) (exact bool) {
	forward := seq > w.read
	w.read = seq
	switch seq = max(seq, head.Gone); {
	case seq == head.Seq:
		w.readMessages = head.Messages
	case seq == head.Gone:
		w.readMessages = head.GoneMessages
	case w.known(head, t):
		next := t.get(seq + 1)
		w.readMessages = next.Messages
		if next.Counts() {
			w.readMessages--
		}
	default:
		guess := head.Messages - min(head.Messages, head.Seq-seq)
		if forward {
			guess = max(guess, w.readMessages)
		}
		w.readMessages = guess
		return false
	}
	return w.recount(head, t, who)
}

// catchUp moves the read mark up to head, if nothing behind it counts for the person, as it is for whoever reads along. It
// needs neither the log nor the room's mu: an event that is being applied meanwhile has
// been counted before this, which then does nothing, or is counted after it.
func (w *row) catchUp(head *Room, seq uint64) bool {
	if seq < head.Seq || w.read >= head.Seq || w.asOf > head.Seq || w.own != 0 || w.mentions != 0 {
		return false
	}
	w.read, w.readMessages, w.asOf = head.Seq, head.Messages, head.Seq
	return true
}

// known reports whether the tail has all that may be counted of a room, and the person was a member all along: only members are
// mentioned.
func (w *row) known(head *Room, t *tail) bool {
	next := max(w.read, head.Gone) + 1
	return t.covers(next, head.Seq) && next >= w.joined
}

// recount counts what follows the read mark, and has not expired, in the tail.
// It reports false if that does not reach back far enough, or cannot know whom all of it calls.
func (w *row) recount(head *Room, t *tail, who text.Name) (exact bool) {
	if !w.known(head, t) {
		return false
	}
	threads, exact := w.threads, true
	from := max(w.read, head.Gone)
	w.own, w.mentions, w.asOf = 0, 0, from
	for seq := from + 1; seq <= head.Seq; seq++ {
		e := t.get(seq)
		w.count(e, who, head.Gone)
		exact = exact && (e.calls == nil || !e.calls.vague)
	}
	w.asOf, w.threads = head.Seq, threads
	return exact
}

// The methods below are called with ib.mu held.

// find returns the index of the row of a room. It looks first where it found the last one, which is the room that
// the person reads: each message marks it, and going through all rows is reading memory that has been cold since.
func (ib *inbox) find(id ID) (int, bool) {
	if ib.found < len(ib.rows) && ib.rows[ib.found].of(id) {
		return ib.found, true
	}
	for i := range ib.rows {
		if ib.rows[i].of(id) {
			ib.found = i
			return i, true
		}
	}
	return 0, false
}

// of reports whether the row is that of a room.
func (w *row) of(id ID) bool {
	return w.room != nil && w.room.id == id || w.room == nil && w.rare.info.ID == id
}

// insert puts a row in its place.
func (ib *inbox) insert(w row) {
	at, _ := slices.BinarySearchFunc(ib.rows, &w, func(a row, b *row) int { return compareRows(&a, b) })
	ib.rows = slices.Insert(ib.rows, at, w)
}

// standing is what the person is to a room.
func (ib *inbox) standing(id ID) standing {
	i, found := ib.find(id)
	if !found {
		return standing{}
	}
	return standing{role: ib.rows[i].role, invited: ib.rows[i].room == nil, joined: ib.rows[i].joined}
}

// signal wakes all sessions of the person but one.
func (ib *inbox) signal(c Changes, but *Session) {
	for _, s := range ib.sessions {
		if s != but {
			s.signal(c)
		}
	}
}

// maxNotices bounds the lines that wait for a session.
const maxNotices = 8

// notify shows a notice to all sessions of the person.
func (ib *inbox) notify(n Notice, but *Session) {
	for _, s := range ib.sessions {
		if s == but {
			continue
		}
		s.notice(n)
	}
}

// notice shows a line; inbox.mu is held.
func (s *Session) notice(n Notice) {
	if len(s.notices) == maxNotices {
		s.notices = append(s.notices[:0], s.notices[1:]...)
	}
	s.notices = append(s.notices, n)
	s.signal(NoticePending)
}

// dirty reports whether something of the rows or the person is not stored yet.
func (ib *inbox) dirty() bool {
	if ib.unsaved || ib.saving || len(ib.threads)+len(ib.savingThreads) > 0 {
		return true
	}
	for i := range ib.rows {
		w := &ib.rows[i]
		if w.unsaved|w.saving != 0 {
			return true
		}
	}
	return false
}

// drop removes a row.
func (ib *inbox) drop(i int) { ib.rows = slices.Delete(ib.rows, i, i+1) }
