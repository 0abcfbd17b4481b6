package view

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

// happenings draws what happens in room 1 of a fake server.
type happenings struct {
	t *rapid.T
	f *fake
}

func (h happenings) name() string {
	return rapid.SampledFrom([]string{"ana", "bo", "kei", "lea"}).Draw(h.t, "who")
}

// message draws a message that is neither deleted nor expired, nil if there is none.
func (h happenings) message() *rooms.Event {
	var all []*rooms.Event
	gone := map[uint64]bool{}
	for _, ev := range h.f.logs[1] {
		if ev.Type == rooms.Delete {
			gone[ev.Ref] = true
		}
	}
	for _, ev := range h.f.logs[1] {
		if ev.Type.Talk() && ev.Seq > h.f.rooms[0].Room.Gone && !gone[ev.Seq] {
			all = append(all, ev)
		}
	}
	if len(all) == 0 {
		return nil
	}
	if near := 12; len(all) > near && rapid.Bool().Draw(h.t, "near") {
		all = all[len(all)-near:]
	}
	return rapid.SampledFrom(all).Draw(h.t, "message")
}

// happen lets one thing happen.
func (h happenings) happen() {
	e := rooms.Event{Room: 1, Author: mustName(h.name()), Text: text.NewBody(rapid.SampledFrom(utterances).Draw(h.t, "words"))}
	m := h.message()
	kind := rapid.IntRange(0, 23).Draw(h.t, "kind")
	if m == nil {
		kind = 0
	}
	switch kind {
	default:
		e.Type = rooms.Message
	case 1, 2:
		e.Type, e.Ref = rooms.Message, m.Seq
	case 3, 4:
		e.Type, e.Thread = rooms.Message, m.Seq
		if m.Thread != 0 {
			e.Thread = m.Thread
		}
	case 5:
		e.Type, e.Text = rooms.Poll, text.NewBody("where?\nhere\nthere")
	case 6, 7:
		e.Type, e.Ref, e.Author = rooms.Edit, m.Seq, m.Author
	case 8:
		e.Type, e.Ref, e.Target, e.Thread = rooms.Delete, m.Seq, m.Author, m.Thread
	case 9, 10, 11:
		e.Type, e.Ref, e.Text = rooms.React, m.Seq, text.Body{}
		e.Detail = rapid.SampledFrom([]string{"+1", "tada", "eyes"}).Draw(h.t, "emoji")
	case 12:
		e.Type, e.Ref, e.Text, e.Detail = rooms.Unreact, m.Seq, text.Body{}, "+1"
	case 13:
		e.Type, e.Ref, e.Text = rooms.Pin, m.Seq, text.Body{}
	case 14:
		e.Type, e.Ref, e.Text, e.Detail = rooms.Vote, m.Seq, text.Body{}, rapid.SampledFrom([]string{"", "1", "2"}).Draw(h.t, "option")
	case 15, 16, 17:
		e.Type, e.Text = rapid.SampledFrom([]rooms.Type{rooms.Join, rooms.Leave}).Draw(h.t, "presence"), text.Body{}
	case 18:
		e.Type, e.Text = rooms.Topic, text.NewBody("a topic")
	case 19:
		if rapid.IntRange(0, 9).Draw(h.t, "expire") > 0 {
			e.Type, e.Ref, e.Text, e.Detail = rooms.React, m.Seq, text.Body{}, "eyes"
			break
		}
		e.Type, e.Text = rooms.Expire, text.Body{}
		e.Ref = rapid.Uint64Range(1, h.f.rooms[0].Room.Seq).Draw(h.t, "gone")
	}
	h.f.put(e)
	h.f.Mark(1, h.f.rooms[0].Room.Seq) // no rule, which depends on when something was looked at
}

// answers lets up to n of what the view waits for arrive.
func (v *View) answers(n int) {
	for ; n > 0 && v.asked > 0; n-- {
		(<-v.results)()
	}
}

// rest turns the loop until the view has nothing more to do.
func (v *View) rest() {
	for range 200 {
		v.woken = true
		v.turn()
		if v.asked == 0 {
			v.turn()
			if v.asked == 0 {
				return
			}
		}
		v.answers(1)
	}
	panic("the view does not come to rest")
}

// above reads what is above the screen: by what a first message does not follow it may show more of itself.
func (v *View) above() {
	v.eachPane(func() {
		if v.st.opened && !v.st.win.start {
			v.load(pageOlder)
		}
	})
	v.rest()
}

// shown are the rows of the messages as they would be painted.
func (v *View) shown() string {
	v.fit()
	var f screen.Frame
	render(&f, &v.st, v.sh, v.typed())
	g := v.st.geo
	var b strings.Builder
	for y := g.top; y < g.top+g.height; y++ {
		for _, s := range f.Rows[y].Segments() {
			if s.Col >= g.main.col && (g.nicks.width == 0 || s.Col < g.nicks.col-1) {
				fmt.Fprintf(&b, "%d:%d:%x ", s.Col, s.Width, s.Hash())
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestFoldingIsReading lets things happen while somebody reads, scrolls and resizes, with pages that arrive late: what
// the view shows then is what a view shows that reads the room anew at the same place.
func TestFoldingIsReading(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := newFake("lea", "general")
		h := happenings{rt, f}
		for range rapid.IntRange(0, 60).Draw(rt, "past") {
			h.happen()
		}
		sh := NewShared(1 << 20)
		size := rapid.SampledFrom([]screen.Size{{Cols: 80, Rows: 24}, {Cols: 50, Rows: 14}, {Cols: 120, Rows: 9}}).Draw(rt, "size")
		out := new(counter)
		o := benchOptions(f, sh, size.Cols, size.Rows)
		o.Term = "xterm-256color"
		v := still(t, f, f, o, out)
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			switch rapid.IntRange(0, 11).Draw(rt, "step") {
			case 0, 1, 2, 3:
				for range rapid.SampledFrom([]int{1, 2, 5, 30, 120, 400}).Draw(rt, "many") {
					h.happen()
				}
			case 4:
				v.scroll(-rapid.IntRange(1, 30).Draw(rt, "up"))
			case 5:
				v.scroll(rapid.IntRange(1, 30).Draw(rt, "down"))
			case 6:
				rapid.SampledFrom([]func(*View){(*View).newest, (*View).oldest, (*View).newest}).Draw(rt, "jump")(v)
			case 7:
				if m := h.message(); m != nil && v.st.opened {
					v.enterThread(1, rootOf(m))
				}
			case 8:
				v.closeThread()
			case 9:
				v.resize(screen.Size{Cols: rapid.IntRange(30, 130).Draw(rt, "cols"), Rows: rapid.IntRange(6, 40).Draw(rt, "rows")})
			default:
				v.answers(1)
			}
			if rapid.Bool().Draw(rt, "turn") {
				v.woken = true
				v.turn()
			}
		}
		v.rest()
		v.above()
		place := rooms.Place{}
		v.inRoom(func() { place.Anchor, place.Offset = v.anchored() })
		f.SetPlace(1, place)
		o.Size = v.st.size
		anew := still(t, f, f, o, out)
		anew.rest()
		if root := v.st.win.root; root != 0 {
			anew.enterThread(1, root)
			anew.rest()
			if seq, below := v.anchored(); seq != 0 {
				anew.seekTo(seq, func() { anew.anchorAt(seq, below) })
				anew.rest()
			}
		}
		anew.above()
		if got, want := v.shown(), anew.shown(); got != want {
			a, b := fresh(v), fresh(anew)
			defer a.Close()
			defer b.Close()
			rt.Fatalf("after it all the view shows\n%s\nand anew\n%s", a, b)
		}
	})
}

// An answer that was laid out before anybody knew what it answers shows it once an older page has that.
func TestAnswersAreLaidOutAnewWhenWhatTheyAnswerArrives(t *testing.T) {
	said := func(seq, ref uint64) *rooms.Event {
		return &rooms.Event{Room: 1, Seq: seq, Type: rooms.Message, Author: mustName("ana"), Text: text.NewBody("hello"), Ref: ref}
	}
	s := setting{zone: zone{loc: time.UTC}}
	var w window
	for _, ev := range []*rooms.Event{said(10, 5), said(11, 2), said(12, 0)} {
		w.push(ev, nil, s)
		w.items[len(w.items)-1].lay = &layout{}
	}
	w.prepend(chunk{first: 4, last: 9, events: []*rooms.Event{said(5, 0), said(9, 0)}}, s)
	for seq, want := range map[uint64]bool{10: false, 11: true, 12: true} {
		if got := w.items[w.find(seq)].lay != nil; got != want {
			t.Errorf("message %d keeps its layout: %v, want %v", seq, got, want)
		}
	}
}

// rootOf is the first message of the thread that a message is in, or may begin.
func rootOf(m *rooms.Event) uint64 {
	if m.Thread != 0 {
		return m.Thread
	}
	return m.Seq
}
