package view

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// chunk is a part of a log without gaps: what of it the window shows, ascending,
// and what later events have made of that.
type chunk struct {
	events      []*rooms.Event
	first, last uint64 // seqs of the part; last is 0 when nothing was read
	start       bool   // nothing before the part is shown
	thin        bool   // it took all the reads of a page, and has few rows

	states  map[uint64]*rooms.State
	parents map[uint64]quoted // what events of the part answer
	asOf    uint64            // what happened up to this seq is in states and parents
}

// Bounds of what one page reads: a log may hold ten thousand joins or
// reactions in a row, which take one row of the screen or none.
const (
	pageSize   = 100
	pageReads  = 12   // for a full page
	blindRead  = 1000 // events of each further read, while there is nothing at all to show
	blindReads = 12   // and how many of them there are
)

// goesOn says whether the nth read of a page is needed, of a page that has so many rows, and how many events it is for.
func goesOn(n, have, need, limit int) (int, bool) {
	if n < pageReads {
		return limit, have < need
	}
	return blindRead, have == 0 && n < pageReads+blindReads
}

// newest is a seq behind every event of a room. Stores keep seqs in 64 signed bits.
const newest = math.MaxInt64

// log is one room's log as the errands of a view read it.
type log struct {
	ses  source
	talk speaker
	room rooms.ID
	root uint64 // of a thread of the room; 0 for the room itself
	gone uint64 // what was said up to this seq has expired: the log begins behind it
	asOf uint64 // the newest seq before the errand began

	ignored []text.Name // whom the person does not want to read
}

// log is that of the shown room. What happens from now on has to be folded into what is read of it.
func (v *View) log() log {
	st := &v.st
	l := log{ses: v.ses, talk: v.talk, room: st.room.ID, root: st.win.root, gone: st.room.Gone, asOf: st.room.Seq, ignored: st.ignored}
	if head := v.ses.Head(); head.ID == l.room {
		l.gone, l.asOf = head.Gone, head.Seq
	}
	return l
}

// hidden reports whether an event takes no row in its room: it changes a message, or is part of a thread.
func hidden(ev *rooms.Event) bool { return !chat.Shown(ev) }

// hiddenIn is hidden for the thread that begins with root, where that is not 0.
func hiddenIn(root uint64, ev *rooms.Event) bool {
	if root == 0 {
		return hidden(ev)
	}
	return !ev.Type.Talk() || ev.Thread != root && ev.Seq != root
}

func (l log) shows(ev *rooms.Event) bool {
	return ev.Seq > l.gone && !hiddenIn(l.root, ev) && !chat.Ignores(l.ignored, ev)
}

// before reads a chunk with at least need rows that ends before seq, as far as there are any.
func (l log) before(ctx context.Context, seq uint64, need int) (chunk, error) {
	if l.root != 0 {
		return l.thread(ctx, seq, need)
	}
	p := chunk{first: seq, asOf: l.asOf}
	have := 0
	for n := 0; !p.start; n++ {
		limit, more := goesOn(n, have, need, max(need, pageSize/2))
		if !more {
			break
		}
		events, err := l.ses.EventsBefore(ctx, l.room, p.first, limit)
		if err != nil {
			return p, err
		}
		if len(events) == 0 {
			p.start = true
			break
		}
		if p.last == 0 {
			p.last = events[len(events)-1].Seq
		}
		p.first = events[0].Seq
		p.start = p.first <= l.gone+1
		shown, rows := l.pick(events)
		have += rows
		p.events = append(shown, p.events...)
	}
	if p.thin = have < need && !p.start; have > need && !p.start {
		p.wholeRuns()
	}
	return p, l.complete(ctx, &p)
}

// wholeRuns leaves out the joins and leaves that the chunk begins with: more of them may be before it.
func (p *chunk) wholeRuns() {
	if at := slices.IndexFunc(p.events, func(ev *rooms.Event) bool { return !presence(ev) }); at > 0 {
		p.events, p.first = p.events[at:], p.events[at].Seq
	}
}

// after reads a chunk from the event after seq on, as before does.
func (l log) after(ctx context.Context, seq uint64, need int) (chunk, error) {
	p := chunk{first: seq + 1, asOf: l.asOf}
	for have, n := 0, 0; ; n++ {
		limit, more := goesOn(n, have, need, max(need, pageSize))
		if !more {
			break
		}
		events, err := l.ses.Events(ctx, l.room, max(seq, p.last), limit)
		if err != nil {
			return p, err
		}
		if len(events) == 0 {
			break
		}
		if p.last == 0 {
			p.first = events[0].Seq
		}
		p.last = events[len(events)-1].Seq
		shown, rows := l.pick(events)
		have += rows
		p.events = append(p.events, shown...)
	}
	p.start = p.last != 0 && p.first <= l.gone+1
	return p, l.complete(ctx, &p)
}

// around reads a chunk that ends a little behind an anchor; 0 means at the newest event.
func (l log) around(ctx context.Context, anchor uint64, need int) (chunk, error) {
	if anchor == 0 {
		return l.before(ctx, newest, need)
	}
	p, err := l.before(ctx, anchor+1, need)
	if err != nil {
		return p, err
	}
	behind, err := l.after(ctx, max(anchor, p.last), need)
	if err != nil || behind.last == 0 {
		return p, err
	}
	if p.last == 0 {
		return behind, nil
	}
	p.join(behind)
	return p, nil
}

// join puts a chunk that follows behind this one.
func (p *chunk) join(next chunk) {
	p.events, p.last = append(p.events, next.events...), next.last
	if p.states == nil {
		p.states = next.states
	} else {
		for seq, s := range next.states {
			p.states[seq] = s
		}
	}
	if p.parents == nil {
		p.parents = next.parents
	} else {
		for seq, q := range next.parents {
			p.parents[seq] = q
		}
	}
}

// pick is what of some events is shown, and about how many rows that takes.
func (l log) pick(events []*rooms.Event) (shown []*rooms.Event, rows int) {
	shown = events[:0] // the caller's own copy
	for _, ev := range events {
		if !l.shows(ev) {
			continue
		}
		if n := len(shown); !presence(ev) || n == 0 || !presence(shown[n-1]) {
			rows++
		}
		shown = append(shown, ev)
	}
	return shown, rows
}

// complete reads what has become of a chunk's messages, and what they answer.
func (l log) complete(ctx context.Context, p *chunk) error {
	n := len(p.events)
	if n == 0 {
		return nil
	}
	var err error
	if p.states, err = l.states(ctx, n, func(i int) uint64 { return p.events[i].Seq }); err != nil {
		return err
	}
	kept := p.events[:0]
	for _, ev := range p.events {
		if !erased(ev, p.states[ev.Seq]) {
			kept = append(kept, ev)
		}
	}
	p.events = kept
	return l.parents(ctx, p)
}

// erased reports whether nothing is left to show of a message: it has expired.
func erased(ev *rooms.Event, s *rooms.State) bool {
	return ev.Type.Talk() && ev.Text.IsZero() && (s == nil || s.Deleted.IsZero())
}

// Bounds of what is read at once of what has become of messages.
const (
	maxStates = 4096 // seqs that package rooms answers for
	maxGap    = 64   // between two seqs that are asked for together
	maxThread = 1000 // messages of a thread
)

// states reads what has become of n messages, whose seqs ascend; nil for nothing.
func (l log) states(ctx context.Context, n int, seq func(i int) uint64) (all map[uint64]*rooms.State, err error) {
	for i := 0; i < n; {
		lo, hi := seq(i), seq(i)
		for i++; i < n && seq(i)-hi <= maxGap && seq(i)-lo < maxStates; i++ {
			hi = seq(i)
		}
		some, err := l.ses.States(ctx, l.room, lo, hi)
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = some
		} else {
			maps.Copy(all, some)
		}
	}
	return all, nil
}

// thread reads a chunk of a thread that ends before seq. Its first message is in it where nothing else is older.
func (l log) thread(ctx context.Context, seq uint64, need int) (chunk, error) {
	p := chunk{first: seq, last: seq - 1, asOf: l.asOf}
	if seq == newest {
		p.last = l.asOf
	}
	events, err := l.talk.Thread(ctx, l.room, l.root, seq, need)
	if err != nil {
		return p, err
	}
	if n := len(events); n > 0 {
		p.first, p.last = events[0].Seq, max(p.last, events[n-1].Seq)
	}
	if p.start = len(events) < need; p.start && seq > l.root {
		p.first = l.root
		first, err := l.ses.Events(ctx, l.room, l.root-1, 1)
		if err != nil {
			return p, err
		}
		events = append(first, events...)
	}
	p.events, _ = l.pick(events)
	return p, l.complete(ctx, &p)
}

// parents reads what the chunk's messages answer and the chunk itself does not hold.
func (l log) parents(ctx context.Context, p *chunk) error {
	for _, ev := range p.events {
		if !answers(ev) || p.holds(ev.Ref) {
			continue
		}
		if _, known := p.parents[ev.Ref]; known {
			continue
		}
		q, err := l.quote(ctx, ev.Ref)
		if err != nil {
			return err
		}
		p.know(ev.Ref, q)
	}
	return nil
}

func (p *chunk) know(seq uint64, q quoted) {
	if p.parents == nil {
		p.parents = map[uint64]quoted{}
	}
	p.parents[seq] = q
}

// holds reports whether the chunk has the message of that seq.
func (p *chunk) holds(seq uint64) bool {
	_, found := slices.BinarySearchFunc(p.events, seq, func(ev *rooms.Event, seq uint64) int { return cmp.Compare(ev.Seq, seq) })
	return found
}

// quote reads one message.
func (l log) quote(ctx context.Context, seq uint64) (quoted, error) {
	events, err := l.ses.Events(ctx, l.room, seq-1, 1)
	if err != nil || len(events) == 0 || events[0].Seq != seq || seq <= l.gone {
		return quoted{}, err
	}
	states, err := l.ses.States(ctx, l.room, seq, seq)
	return quoted{events[0], states[seq]}, err
}
