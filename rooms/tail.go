package rooms

import (
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

// entry is an event with the names that it mentions, which are looked for once.
type entry struct {
	*Event
	names []text.Name
}

// newEntry looks for the names that an event mentions.
func newEntry(e *Event) entry {
	if !e.Type.Counts() || !strings.Contains(e.Text.String(), "@") {
		return entry{Event: e}
	}
	return entry{Event: e, names: text.Mentions(e.Text)}
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
