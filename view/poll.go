package view

import (
	"strings"

	"parley/chat"
	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

// barCols is the most columns of the bar of a poll's option.
const barCols = 10

// poll lays out a question, its options with their votes, and how it stands:
//
//	Where do we eat?
//	 1 [#####     ] 1  pizza
//	*2 [##########] 2  sushi
//	3 votes, /vote #ops:12 NUMBER
func (t *typesetter) poll(m *said, base screen.Style, named text.Name) []screen.Segment {
	question, options := rooms.PollOptions(m.state.Body(m.ev))
	out := t.body(text.NewBody(question), base, named)
	counts, all, own := tally(m, len(options))
	most := 1
	for _, n := range counts {
		most = max(most, n)
	}
	cols := min(barCols, max(0, t.cols.body-30))
	digits, votes := len(itoa(len(options))), len(itoa(most))
	for i, option := range options {
		head := " "
		if own == i+1 {
			head = markOwn
		}
		head += strings.Repeat(" ", digits-len(itoa(i+1))) + itoa(i+1) + " "
		if cols > 0 {
			filled := (counts[i]*cols + most - 1) / most
			head += "[" + strings.Repeat("#", filled) + strings.Repeat(" ", cols-filled) + "] "
		}
		head += strings.Repeat(" ", votes-len(itoa(counts[i]))) + itoa(counts[i]) + "  "
		out = t.option(out, head, option, own == i+1, base)
	}
	return t.sentence(out, t.standing(m, all))
}

// tally counts the votes of a poll, and finds the option of the reader, 0 for none.
func tally(m *said, options int) (counts []int, all, own int) {
	counts = make([]int, options)
	if m.state == nil {
		return counts, 0, 0
	}
	for _, b := range m.state.Votes {
		if b.Option > options {
			continue
		}
		counts[b.Option-1]++
		all++
		if b.By == m.me {
			own = b.Option
		}
	}
	return counts, all, own
}

// option adds the rows of one option. Its words come last, and go on below themselves.
func (t *typesetter) option(out []screen.Segment, head, words string, own bool, base screen.Style) []screen.Segment {
	r := roleHint
	if own {
		r = roleUnread
	}
	indent := text.Width(head)
	if indent > t.cols.body-8 {
		indent = min(2, t.cols.body-1)
		out = t.sentence(out, head)
		head = ""
	}
	for _, row := range text.Wrap(words, max(1, t.cols.body-indent)) {
		t.b.Width(t.cols.body).Text(t.look.style(r), head).PadTo(screen.Style{}, indent).Text(base, row)
		out = append(out, t.b.Segment())
		head = ""
	}
	return out
}

// standing says how a poll stands, and how to vote while that is possible.
func (t *typesetter) standing(m *said, all int) string {
	votes := t.lang.Count(all, "%d vote", "%d votes")
	if m.state != nil && !m.state.Closed.IsZero() {
		return t.lang.Sprintf("%s, closed by %s", votes, m.state.Closed)
	}
	return t.lang.Sprintf("%s, /vote %s NUMBER", votes, chat.Ref(t.room, m.ev.Seq))
}

// sentence adds the rows of something that the server says within a message.
func (t *typesetter) sentence(out []screen.Segment, words string) []screen.Segment {
	for _, row := range text.Wrap(words, t.cols.body) {
		t.b.Width(t.cols.body).Text(t.look.style(roleHint), row)
		out = append(out, t.b.Segment())
	}
	return out
}
