package rooms

import (
	"slices"
	"strings"

	"parley/text"
)

// tail is the newest events of one room: a ring of pointers that all readers
// share. Its seqs have no gaps. The zero value is empty; room.mu guards it.
type tail struct {
	ring  []entry
	start int // index of the oldest
	n     int
}

// entry is an event with whom it concerns and what has become of it.
type entry struct {
	*Event
	calls *calls // nil for nobody
	state *State // nil for nothing
}

// calls is whom a message concerns. It is worked out once.
type calls struct {
	names     []text.Name // whom it mentions or calls
	followers []text.Name // who follows its thread
	vague     bool        // read from the store, which knows more of them
}

// newEntry makes an entry of an event that was read: whom it names is in its text.
func newEntry(e *Event) entry {
	e.share()
	if !e.Type.Talk() || e.Thread == 0 && !strings.Contains(e.Text.String(), "@") {
		return entry{Event: e}
	}
	return entry{Event: e, calls: &calls{names: text.Mentions(e.Text), vague: e.Thread != 0 || text.Calls(e.Text) != 0}}
}

// committed makes an entry of an event that was stored just now.
func committed(e *Event, res *Result) entry {
	e.share()
	if len(res.Called) == 0 && len(res.Followers) == 0 {
		return entry{Event: e}
	}
	return entry{Event: e, calls: &calls{names: res.Called, followers: res.Followers}}
}

// names reports whether the event mentions or calls somebody.
func (e *entry) names(who text.Name) bool {
	return e.calls != nil && slices.Contains(e.calls.names, who)
}

// follows reports whether somebody follows the thread that the event is in.
func (e *entry) follows(who text.Name) bool {
	return e.calls != nil && slices.Contains(e.calls.followers, who)
}

// minRing is the first size of a ring; it doubles until it has its full size.
const minRing = 16

// push appends the next event and, in a full ring of size limit, forgets the oldest.
func (t *tail) push(e entry, limit int) {
	if t.n == len(t.ring) && len(t.ring) < limit {
		grown := make([]entry, min(limit, max(minRing, 2*len(t.ring))))
		for i := range t.n {
			grown[i] = t.at(i)
		}
		t.ring, t.start = grown, 0
	}
	if t.n == len(t.ring) {
		t.ring[t.start] = e
		t.start = (t.start + 1) % len(t.ring)
		return
	}
	t.ring[(t.start+t.n)%len(t.ring)] = e
	t.n++
}

// at returns the ith oldest event, 0 ≤ i < n.
func (t *tail) at(i int) entry { return t.ring[(t.start+i)%len(t.ring)] }

// first is the seq of the oldest event, 0 when empty.
func (t *tail) first() uint64 {
	if t.n == 0 {
		return 0
	}
	return t.at(0).Seq
}

// covers reports whether the tail reaches back to seq, given the room's newest
// seq. What follows the newest is covered by having nothing.
func (t *tail) covers(seq, head uint64) bool {
	return seq > head || t.n > 0 && t.first() <= seq
}

// of returns the entry of that seq to be changed, nil if the tail does not hold it.
func (t *tail) of(seq uint64) *entry {
	if t.n == 0 || seq < t.first() || seq > t.at(t.n-1).Seq {
		return nil
	}
	return &t.ring[(t.start+int(seq-t.first()))%len(t.ring)]
}

// get returns the event of that seq, which the tail must hold.
func (t *tail) get(seq uint64) entry { return t.at(int(seq - t.first())) }

// appendTo appends the events lo … hi, which the tail must hold, to dst.
func (t *tail) appendTo(dst []*Event, lo, hi uint64) []*Event {
	for seq := lo; seq <= hi; seq++ {
		dst = append(dst, t.get(seq).Event)
	}
	return dst
}

// extend puts older entries, which end where the tail begins, in front of it;
// the newest limit of both remain.
func (t *tail) extend(older []entry, limit int) {
	whole := tail{}
	for _, e := range older {
		whole.push(e, limit)
	}
	for i := range t.n {
		whole.push(t.at(i), limit)
	}
	*t = whole
}
