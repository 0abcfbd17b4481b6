package view

import (
	"context"

	"parley/chat"
	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

// quoted is a message that another one answers, as it is now.
type quoted struct {
	ev    *rooms.Event // nil if it cannot be read any more
	state *rooms.State
}

// markQuoted stands before a line that is quoted from another message, where no text of a person reaches.
const markQuoted = "┌"

// answers reports whether an event is shown with another message: the one that it answers, or that was pinned. In
// a thread, that it answers the first message goes without saying.
func answers(ev *rooms.Event) bool {
	return ev.Ref != 0 && ev.Ref != ev.Thread && (ev.Type.Talk() || ev.Type.Changes())
}

// version tells one state of a quoted message from another, in cache keys.
func (q *quoted) version() uint64 {
	switch {
	case q == nil:
		return 0
	case q.ev == nil:
		return 1
	case q.state == nil:
		return 2
	}
	return 2 + q.state.AsOf
}

// line is the quoted message as one line: "ana: deploy is green".
func (t *typesetter) line(q *quoted) string {
	if q.ev == nil || erased(q.ev, q.state) {
		return t.lang.Text("an older message")
	}
	who := q.ev.Author.String()
	if q.state != nil && !q.state.Deleted.IsZero() {
		return who + ": " + t.lang.Text("message deleted")
	}
	words := text.Glance(q.state.Body(q.ev))
	if q.ev.Type == rooms.Action {
		return "* " + who + " " + words
	}
	return who + ": " + words
}

// aboutCols is the most columns of a message that a sentence is about.
const aboutCols = 60

// about is a sentence of the server about a message: "bo pinned “ana: deploy is green”".
func (t *typesetter) about(ev *rooms.Event, q *quoted) string {
	if q == nil {
		return chat.Describe(t.lang, t.zone.loc, t.room, ev)
	}
	return chat.DescribeAbout(t.lang, "“"+text.NewLine(t.line(q), min(aboutCols, max(20, t.cols.body-20))).String()+"”", ev)
}

// quote is the row that shows what a message answers.
func (t *typesetter) quote(q *quoted) screen.Segment {
	words := t.line(q)
	if t.names {
		words = text.NameEmoji(words)
	}
	t.b.Width(t.cols.body).Text(t.look.style(roleSystem), text.NewLine(words, t.cols.body).String())
	return t.b.Segment()
}

// quoted is what an item answers: nil where it answers nothing, or that is not known yet. What is up to seq gone has expired.
func (w *window) quoted(it *item, gone uint64) *quoted {
	if !it.answers() {
		return nil
	}
	if it.ev.Ref <= gone {
		return &quoted{}
	}
	if i := w.find(it.ev.Ref); i >= 0 {
		return &quoted{w.items[i].ev, w.items[i].state}
	}
	if q, ok := w.parents[it.ev.Ref]; ok {
		return &q
	}
	return nil
}

// unquoted lists what items answer and the window does not know.
func (w *window) unquoted(gone uint64) (seqs []uint64) {
	for i := range w.items {
		it := &w.items[i]
		if !it.answers() || it.ev.Ref <= gone {
			continue
		}
		if _, known := w.parents[it.ev.Ref]; !known && w.find(it.ev.Ref) < 0 {
			seqs = append(seqs, it.ev.Ref)
		}
	}
	return seqs
}

// know keeps a message that items answer.
func (w *window) know(seq uint64, q quoted) {
	if w.parents == nil {
		w.parents = map[uint64]quoted{}
	}
	if old, known := w.parents[seq]; known && old.version() > q.version() {
		return
	}
	w.parents[seq] = q
	w.requote(seq)
}

// requote lays out anew what answers a message.
func (w *window) requote(seq uint64) {
	for i := range w.items {
		if it := &w.items[i]; it.answers() && it.ev.Ref == seq {
			it.lay = nil
		}
	}
}

// keepQuoted keeps of the items that go what those that stay answer, and forgets what none of them answers.
func (w *window) keepQuoted(going, staying []item) {
	var parents map[uint64]quoted
	for i := range staying {
		it := &staying[i]
		if !it.answers() {
			continue
		}
		q, known := w.parents[it.ev.Ref]
		if !known {
			var at int
			if at, known = itemOf(going, it.ev.Ref); known {
				q = quoted{going[at].ev, going[at].state}
			}
		}
		if known {
			if parents == nil {
				parents = map[uint64]quoted{}
			}
			parents[it.ev.Ref] = q
		}
	}
	w.parents = parents
}

// findQuoted finds what new messages answer: in memory, or else in the store.
func (v *View) findQuoted() {
	st := &v.st
	if !st.win.lacks || v.crowded() {
		return
	}
	st.win.lacks = false
	var missing []uint64
	for _, seq := range st.win.unquoted(st.room.Gone) {
		if q, ok := v.recent(seq); ok {
			st.win.know(seq, q)
		} else {
			missing = append(missing, seq)
		}
	}
	if len(missing) == 0 {
		return
	}
	gen, log := v.opening, v.log()
	v.later(pageTime, func(ctx context.Context) func() {
		found := chunk{asOf: log.asOf}
		var err error
		for _, seq := range missing {
			var q quoted
			if q, err = log.quote(ctx, seq); err != nil {
				break
			}
			found.know(seq, q)
		}
		return func() {
			if gen == v.opening {
				v.inPane(log.root, func() { v.foundQuoted(found, err) })
			}
		}
	})
}

func (v *View) foundQuoted(found chunk, err error) {
	w := &v.st.win
	w.adopt(found)
	if err != nil {
		w.lacks = true // with the next paint it is tried again
		return
	}
	v.dirty = true
	v.refold()
	v.settle()
}

// recent finds a message in what the session keeps in memory.
func (v *View) recent(seq uint64) (quoted, bool) {
	scratch := v.sh.events.Get().(*[]*rooms.Event)
	defer v.sh.giveEvents(scratch)
	events, ok := v.ses.Recent((*scratch)[:0], v.st.room.ID, seq-1)
	*scratch = events
	if !ok || len(events) == 0 || events[0].Seq != seq {
		return quoted{}, false
	}
	return quoted{events[0], after(events[1:], seq)}, true
}
