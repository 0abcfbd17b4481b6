package view

import (
	"cmp"
	"slices"
	"strings"

	"parley/rooms"
	"parley/text"
)

// briefCols is the most columns of the name in a brief, with its '@'.
const briefCols = 6

// brief is what the person calls a room, in at most cols columns. Of several people it names one and counts the others, so
// that two conversations that begin with the same people look different.
func (st *state) brief(r *roomRow, cols int) string {
	label := r.label(st.me)
	if words, ok := st.briefs[r.id]; ok && text.Width(label) > cols {
		label = words
	}
	return text.Truncate(label, cols)
}

// roomBrief is the brief of the shown room.
func (st *state) roomBrief(cols int) string {
	if at := st.index(st.room.ID); at >= 0 {
		return st.brief(&st.list[at], cols)
	}
	return text.Truncate(st.roomLabel(), cols)
}

// briefly finds the briefs of all conversations of several people in an inbox: "@dan +7". The name is the one
// that is in the fewest of them, and no two are the same as long as there are names for that.
func briefly(inbox []rooms.Membership, me text.Name) map[rooms.ID]string {
	var others map[rooms.ID][]string
	var in map[string]int
	var order []rooms.ID
	for i := range inbox {
		room := &inbox[i].Room
		if room.Kind != rooms.Direct || strings.Count(room.Direct, ",") < 2 {
			continue
		}
		if others == nil {
			others, in = map[rooms.ID][]string{}, map[string]int{}
		}
		people := strings.Split(room.Label(me), ",")
		others[room.ID], order = people, append(order, room.ID)
		for _, name := range people {
			in[name]++
		}
	}
	if order == nil {
		return nil
	}
	slices.Sort(order) // the older conversation keeps its name
	out, taken := map[rooms.ID]string{}, map[string]bool{}
	for _, id := range order {
		people := others[id]
		slices.SortStableFunc(people, func(a, b string) int { return cmp.Compare(in[a], in[b]) })
		for _, name := range people {
			words := text.Truncate(name, briefCols) + " +" + itoa(len(people)-1)
			if out[id] == "" || !taken[words] {
				out[id] = words
			}
			if !taken[words] {
				break
			}
		}
		taken[out[id]] = true
	}
	return out
}
