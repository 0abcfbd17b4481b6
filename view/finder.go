package view

import (
	"context"
	"strings"

	"parley/chat"
	"parley/rooms"
	"parley/text"
	"parley/view/input"
	"parley/view/screen"
)

// finder is a field for what to look for and the list of what was found, the newest first. Enter goes to a message
// in its room, from where Esc comes back to the list, and from the list to where one was before.
type finder struct {
	command string // whose words are typed: "search", "mentions", "links"
	asked   string // the words that the list answers
	ran     bool
	room    rooms.ID // that was shown when it was opened
	ed      input.Editor
	words   []string // what is marked in the hits, folded
	hits    []hit
	at      int            // of hits
	next    rooms.Position // where the list goes on, zero where it ends
	stop    context.CancelFunc
	busy    bool
	turn    int    // answers to what was asked before are dropped
	note    string // how far the search came, or why it failed
	trail   *trail // of those who went to a hit and come back; nil for who has not
	offers  *choices
}

// maxHits bounds a list: who has read so many asks for something narrower.
const maxHits = 1000

// openFinder asks what to look for.
func (v *View) openFinder() {
	v.st.over = &finder{command: "search", room: v.st.room.ID}
	v.dirty = true
}

// openFound shows what a command found, as if it had been asked for in the field.
func (v *View) openFound(s submission, r chat.Reply) {
	name, rest, _ := strings.Cut(strings.TrimPrefix(s.line, "/"), " ")
	f := &finder{command: name, room: s.room, ran: true}
	f.asked = strings.TrimSpace(rest)
	f.ed.SetText(f.asked)
	f.take(v, r, nil)
	v.st.over = f
	v.dirty = true
	f.fill(v)
}

// ask looks for what is typed.
func (f *finder) ask(v *View) {
	f.end()
	f.asked, f.ran = strings.TrimSpace(f.ed.Text()), true
	f.hits, f.at, f.next, f.offers = nil, 0, rooms.Position{}, nil
	f.run(v)
}

// fill goes on with the list when what is shown comes near its end.
func (f *finder) fill(v *View) {
	if !f.busy && !f.next.IsZero() && len(f.hits) < maxHits && f.at+v.st.geo.height >= len(f.hits) {
		f.run(v)
	}
}

// run asks for the next part of the list.
func (f *finder) run(v *View) {
	if v.crowded() {
		return
	}
	f.busy, f.turn, f.note = true, f.turn+1, ""
	turn := f.turn
	r := chat.Request{Room: f.room, Line: strings.TrimSpace(f.command + " " + f.asked), After: f.next}
	first := len(f.hits) == 0
	if first {
		v.hold(holdTime) // what is typed behind the question chooses among the answers
	}
	f.stop = v.later(pageTime, func(ctx context.Context) func() {
		reply, err := v.talk.Run(ctx, r)
		return func() {
			if first {
				v.release()
			}
			if turn == f.turn {
				f.take(v, reply, err)
				v.dirty = true
				if v.st.over == overlay(f) {
					f.fill(v)
				}
			}
		}
	})
}

// take adds what was found.
func (f *finder) take(v *View, r chat.Reply, err error) {
	f.busy, f.next = false, r.Next
	if err != nil {
		f.note = v.explain(err)
		return
	}
	f.words = nil
	for _, w := range r.Words {
		if w = text.Fold(w); w != "" {
			f.words = append(f.words, w)
		}
	}
	for _, e := range r.Events {
		f.hits = append(f.hits, newHit(e, r.Labels[e.Room], f.words))
	}
	f.note = ""
	if len(r.Lines) > 0 {
		f.note = r.Lines[0].String()
	}
}

// end drops what was asked for and is not answered yet.
func (f *finder) end() {
	if f.stop != nil {
		f.stop()
	}
	f.busy, f.turn = false, f.turn+1
}

func (f *finder) covers() bool { return true }

func (f *finder) label() string {
	switch f.command {
	case "mentions":
		return "mentions: "
	case "links":
		return "links: "
	}
	return "search: "
}

func (f *finder) idle() string {
	return "words, \"a phrase\", -not, from:@ana in:#ops on:today has:link"
}

func (f *finder) hint() string {
	switch {
	case f.fresh():
		return "Enter searches, Tab completes, Esc goes back"
	case len(f.hits) > 0:
		return "Enter goes there, Up Down choose, Esc goes back"
	}
	return "Esc goes back"
}

func (f *finder) said() string {
	if f.busy {
		return "searching …"
	}
	return f.note
}

func (f *finder) editor() *input.Editor { return &f.ed }
func (f *finder) choices() *choices     { return f.offers }

// fresh reports whether the field holds something that the list does not answer.
func (f *finder) fresh() bool { return !f.ran || strings.TrimSpace(f.ed.Text()) != f.asked }

func (f *finder) paste(v *View, words string) {
	f.ed.Insert(strings.Join(strings.Fields(words), " "))
	f.offers, v.dirty = nil, true
}

func (f *finder) key(v *View, k input.Key) {
	v.dirty = true
	c := chord{k.Code, k.Mod}
	if f.offers != nil && c != key(input.Tab) && c != (chord{input.Tab, input.Shift}) {
		f.offers = nil
	}
	page := max(1, v.st.geo.height-1)
	switch c {
	case key(input.Esc), ctrl('c'):
		f.leave(v)
	case key(input.Enter):
		switch {
		case f.fresh():
			f.ask(v)
		case f.at < len(f.hits):
			f.goTo(v)
		}
	case key(input.Up), ctrl('p'):
		f.move(v, -1)
	case key(input.Down), ctrl('n'):
		f.move(v, 1)
	case key(input.PgUp):
		f.move(v, -page)
	case key(input.PgDown):
		f.move(v, page)
	case key(input.Tab):
		f.complete(v, 1)
	case chord{input.Tab, input.Shift}:
		f.complete(v, -1)
	default:
		f.ed.Handle(k)
	}
}

// move chooses another hit.
func (f *finder) move(v *View, n int) {
	f.at = min(max(0, f.at+n), max(0, len(f.hits)-1))
	f.fill(v)
}

// leave closes the list and comes back to where one was.
func (f *finder) leave(v *View) {
	f.end()
	v.close()
	if f.trail != nil {
		v.comeBack(f.trail)
	}
}

// goTo shows the chosen hit in its room.
func (f *finder) goTo(v *View) {
	f.end()
	e := f.hits[f.at].ev
	if f.trail == nil {
		f.trail = v.newTrail(f)
	}
	v.jump(f.trail, e.Room, f.hits[f.at].room, e.Seq, e.Thread)
}

func (f *finder) wheel(turned int) {
	f.at = min(max(0, f.at+turned/wheelRows), max(0, len(f.hits)-1))
}

func (f *finder) click(v *View, row int) {
	from, to := visible(len(f.hits), f.at, v.st.geo.height)
	if row < to-from {
		f.at = from + row
		f.goTo(v)
	}
}

// complete completes the word before the cursor, or puts the next choice in its place.
func (f *finder) complete(v *View, n int) {
	if c := f.offers; c != nil {
		c.at = (c.at + n + len(c.list)) % len(c.list)
		f.choose(c)
		return
	}
	if v.crowded() {
		return
	}
	before, typed, cursor := "/"+f.command+" ", f.ed.Text(), f.ed.Cursor()
	v.hold(holdTime)
	v.later(answerTime, func(ctx context.Context) func() {
		from, list := v.talk.Complete(ctx, chat.Request{Room: f.room}, before+typed, len(before)+cursor)
		return func() {
			v.release()
			from -= len(before)
			if len(list) == 0 || from < 0 || from > cursor || v.st.over != overlay(f) || f.ed.Text() != typed || f.ed.Cursor() != cursor {
				return
			}
			c := &choices{list: list, from: from, to: cursor, word: typed[from:cursor]}
			f.choose(c)
			if len(list) > 1 {
				f.offers = c
			}
			v.dirty = true
		}
	})
}

func (f *finder) choose(c *choices) {
	f.ed.Replace(c.from, c.to, c.list[c.at].Insert)
	c.to = f.ed.Cursor()
}

func (f *finder) render(fr *screen.Frame, st *state, sh *Shared) {
	g := &st.geo
	if len(f.hits) == 0 {
		if !f.ran {
			st.renderLines(fr, sh, []string{
				st.words("All messages that you may read are looked through, the newest first."),
				st.words("A word is found wherever it stands, also inside of another; \"a phrase\" as it is; -word leaves out what has it."),
				st.words("from:@ana in:#ops before:2026-11-01 after:yesterday on:2026-11-22 has:link is:pinned narrow it down; Tab completes them."),
			})
		}
		return
	}
	c := f.columns(st)
	from, to := visible(len(f.hits), f.at, g.height)
	for i := from; i < to; i++ {
		fr.Rows[g.top+i-from].Put(g.main.col, g.main.width, f.hits[i].row(st, sh, c, i == f.at))
	}
}
