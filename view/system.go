package view

import (
	"parley/lang"
	"parley/rooms"
	"parley/text"
)

// presence reports whether the event is somebody's coming or going: those are gathered.
func presence(ev *rooms.Event) bool { return ev.Type == rooms.Join || ev.Type == rooms.Leave }

// run is consecutive joins and leaves as one line: what a thousand logins
// would otherwise cost everybody. It is immutable.
type run struct {
	first        uint64 // seq
	joined, left int
	names        [runNames]text.Name // the first of those who came, or went if nobody came
}

// runNames is how many people a line names before it only counts.
const runNames = 3

// with is the run and one event more; a nil run is an empty one.
func (r *run) with(ev *rooms.Event) *run {
	next := run{first: ev.Seq}
	if r != nil {
		next = *r
	}
	n := next.joined + next.left
	if ev.Type == rooms.Join {
		next.joined++
	} else {
		next.left++
	}
	if n < runNames {
		next.names[n] = ev.Author
	}
	return &next
}

// before is the run that has other, which follows it, at its end.
func (r *run) before(other *run) *run {
	next := *r
	n := next.joined + next.left
	for i := 0; n < runNames && i < other.joined+other.left; i++ {
		next.names[n] = other.names[i]
		n++
	}
	next.joined += other.joined
	next.left += other.left
	return &next
}

// sentence is "ana and bo joined", or "+37 joined, -2 left".
func (r *run) sentence(t lang.Tag) string {
	n := r.joined + r.left
	switch {
	case r.joined > 0 && r.left > 0:
		return t.Sprintf("+%d joined, -%d left", r.joined, r.left)
	case n > runNames && r.joined > 0:
		return t.Sprintf("+%d joined", n)
	case n > runNames:
		return t.Sprintf("-%d left", n)
	}
	var names []string
	for _, name := range r.names[:n] {
		names = append(names, name.String())
	}
	who := names[0]
	for i, name := range names[1:] {
		if i < len(names)-2 {
			who = t.Sprintf("%s, %s", who, name)
		} else {
			who = t.Sprintf("%s and %s", who, name)
		}
	}
	if r.joined > 0 {
		return t.Sprintf("%s joined", who)
	}
	return t.Sprintf("%s left", who)
}
