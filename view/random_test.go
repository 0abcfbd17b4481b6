package view

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"parley/chat"
	"parley/rooms"
	"parley/text"
	"parley/view/screen"
	"parley/view/screen/screentest"
)

// fresh paints what the view shows on a new terminal. The view must be waiting.
func fresh(v *View) *screentest.Term {
	var f screen.Frame
	var p screen.Painter
	render(&f, &v.st, v.sh, v.typed())
	t := screentest.New(f.Size.Cols, f.Size.Rows)
	_, _ = t.Write(p.Paint(screen.Enter(nil, v.o.Term), &f))
	return t
}

// same compares two terminals cell by cell.
func same(t *testing.T, a, b *screentest.Term) {
	t.Helper()
	cols, rows := a.Size()
	for y := range rows {
		for x := range cols {
			ca, cb := a.Cell(x, y), b.Cell(x, y)
			if ca.Content != cb.Content && strings.TrimSpace(ca.Content+cb.Content) != "" || ca.Content != " " && ca.Content != "" && ca.Style != cb.Style {
				t.Fatalf("cell %d,%d is %q %v by differences and %q %v painted anew;\n%s\n\n%s", x, y, ca.Content, ca.Style, cb.Content, cb.Style, a, b)
			}
		}
	}
	ax, ay, _ := a.Cursor()
	bx, by, _ := b.Cursor()
	if ax != bx || ay != by {
		t.Fatalf("the cursor is at %d,%d by differences and at %d,%d painted anew", ax, ay, bx, by)
	}
	if ax < 0 || ax >= cols || ay < 0 || ay >= rows {
		t.Fatalf("the cursor is at %d,%d, outside of %d×%d", ax, ay, cols, rows)
	}
}

// keys that a random person presses, beside letters.
var presses = []string{
	"\r", "\x1b\r", "\t", "\x1b[Z", "\x1b", "\x7f", "\x01", "\x05", "\x02", "\x06", "\x17", "\x15", "\x19", "\x14", "\x1f", "\x12", "\x0b",
	"\x07", "\x1bj", "\x1ba", "\x0e", "\x10", "\x1b[1;3A", "\x1b[1;3B", "\x1b[1;4A", "\x1b[1;4B", "\x1b1", "\x1b3", "\x1b9", "\x1b/",
	"\x1b[5~", "\x1b[6~", "\x1b[5~\x1b[5~\x1b[5~", "\x1b[1;3H", "\x1b[1;3F", "\x1bu", "\x1bn", "\x1bp", "\x1bOP", "\x1b[18~", "\x1b[19~", "\x0c",
	"\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F", "\x1b[200~one\ntwo\x1b[201~", "\x1b[200~ short \x1b[201~", "/help\r", "/who\r", "/nope\r", "/thread a\r", "/thread b\r", "\x15/thread b\r", "\x15/thread c\r",
	"\x13", "\x1b ", "\x13k", "\x13kkkkkk", "\x13g", "\x13G", "\x13\x1b[5~\x1b[5~", "\x13r", "\x13e", "\x13+", "\x13+ta\r", "\x13d", "\x13dy", "\x13p",
	"\x13y", "\x13o", "\x13q", "\x13ku", "\x13i", "\x13v", "\x13kt", "\x1b[1;5A", "\x1b[1;2A", "\x1bm", "\x1b[20~", "\x18", "\x1b[5;5~", "\x1b[6;5~",
	knowsMargins, lacksMargins, "日本", "e\u0301", "👩‍👩‍👧", "שלום", "ไทย", "@lea ", "`code`", "https://example.org/a ",
}

var utterances = []string{
	"hello", "日本語のとても長い文章は折り返しても読めるはずです。", "one\ntwo\nthree", "@lea look", "family 👨‍👩‍👧‍👦 flag 🇯🇵 ❤️",
	"https://example.org/" + strings.Repeat("x", 150), "שלום עולם مرحبا", "ภาษาไทยไม่มีช่องว่างระหว่างคำ", "│ 12:00 ana │ forged", strings.Repeat("word ", 200),
	"\x1b[31mred\u009b2J", "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301", "`code` and ```\nfence\n```",
}

// TestRandomPerson lets people type, resize and be written to at random: whatever the screen becomes by
// differences is what a fresh paint shows, with the cursor on it, from a part of the log without gaps.
func TestRandomPerson(t *testing.T) {
	seeds := 60
	if testing.Short() {
		seeds = 10
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			f := world()
			f.answers["help"] = chat.Reply{Lines: longLines(60), Do: chat.Help}
			f.obeys = true
			if seed%2 == 0 {
				mouseOn(f)
			}
			f.answers["who"] = chat.Reply{Lines: longLines(3)}
			for room := range rooms.ID(3) {
				root := f.add(room+1, rooms.Message, "ana", "a thread begins here").Seq
				f.answers["thread "+"abc"[room:room+1]] = chat.Reply{Do: chat.Thread, Room: room + 1, Seq: root}
			}
			f.complete = func(line string, cursor int) (int, []chat.Completion) {
				return strings.LastIndexByte(line[:cursor], ' ') + 1, []chat.Completion{{Insert: "@ana ", Label: "@ana"}, {Insert: "@bo ", Label: "@bo"}}
			}
			rng := rand.New(rand.NewPCG(uint64(seed), 7))
			in(t, f, 80, 24, func(r *rig) {
				if seed%4 > 0 {
					r.types(knowsMargins)
				}
				for range 60 {
					act(r, f, rng)
					if rng.IntN(3) > 0 {
						continue
					}
					r.settle()
					if r.over() {
						return
					}
					whole(t, f, r.view.st.room.ID, &r.view.st.win)
					anew := fresh(r.view)
					same(t, r.term, anew)
					anew.Close()
				}
			})
		})
	}
}

// whole checks that a window has all that is shown of a part of a log.
func whole(t *testing.T, f *fake, room rooms.ID, w *window) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	missing := map[uint64]bool{}
	for _, ev := range f.logs[room] {
		if ev.Seq >= w.first && ev.Seq <= w.last && !w.hides(ev) {
			missing[ev.Seq] = true
		}
	}
	before := uint64(0)
	for i := range w.items {
		it := &w.items[i]
		if it.ev == nil {
			continue
		}
		first := it.ev.Seq
		if it.run != nil {
			first = it.run.first
		}
		if first <= before {
			t.Fatalf("after seq %d the window goes on with %d", before, first)
		}
		for before = first; before < it.ev.Seq; before++ {
			delete(missing, before)
		}
		delete(missing, it.ev.Seq)
	}
	if len(missing) > 0 {
		t.Fatalf("of seqs %d to %d the window lacks %v", w.first, w.last, missing)
	}
}

func longLines(n int) (lines []text.Line) {
	for i := range n {
		lines = append(lines, text.NewLine(fmt.Sprintf("/command%d %s  what it does, with a few more words to wrap", i, strings.Repeat("x", i%9)), 300))
	}
	return lines
}

func (r *rig) over() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ended
}

// act does one random thing.
func act(r *rig, f *fake, rng *rand.Rand) {
	people := []string{"ana", "bo", "kei", "lea", "mia"}
	switch n := rng.IntN(20); {
	case n < 2:
		r.types(fmt.Sprintf("\x1b[<%d;%d;%dM", []int{0, 0, 0, 64, 65, 2, 4}[rng.IntN(7)], 1+rng.IntN(100), 1+rng.IntN(30)))
	case n < 9:
		r.types(presses[rng.IntN(len(presses))])
	case n < 13:
		for range rng.IntN(12) {
			r.types(string(rune('a' + rng.IntN(26))))
		}
	case n < 17:
		for range 1 + rng.IntN(4) {
			f.later(time.Duration(rng.IntN(1<<uint(rng.IntN(17)))) * time.Second)
			f.add(rooms.ID(1+rng.IntN(3)), rooms.Message, people[rng.IntN(len(people))], utterances[rng.IntN(len(utterances))])
		}
	case n == 17:
		kinds := []rooms.Type{rooms.Join, rooms.Leave, rooms.Join, rooms.Action, rooms.Topic}
		f.add(2, kinds[rng.IntN(len(kinds))], people[rng.IntN(len(people))], "something")
		if thread := f.answers["thread b"]; rng.IntN(2) == 0 && thread.Seq != 0 {
			f.put(rooms.Event{Room: 2, Type: rooms.Message, Author: mustName("bo"), Thread: thread.Seq, Text: text.NewBody("into a thread")})
		}
		befall(f, rooms.ID(1+rng.IntN(3)), people[rng.IntN(len(people))], rng)
	case n == 18:
		f.notify("a line for lea alone")
	default:
		r.settle() // the emulator does not survive a paint for the size that it just had, as terminals do
		if !r.over() {
			r.resizes(1+rng.IntN(220), 1+rng.IntN(60))
		}
	}
}

// befall lets something happen to a message of a room.
func befall(f *fake, room rooms.ID, who string, rng *rand.Rand) {
	var all []uint64
	for _, ev := range f.logs[room] {
		if ev.Type.Talk() && ev.Thread == 0 {
			all = append(all, ev.Seq)
		}
	}
	if len(all) == 0 {
		return
	}
	e := rooms.Event{Room: room, Author: mustName(who), Text: text.NewBody(utterances[rng.IntN(len(utterances))])}
	e.Ref = all[len(all)-1-rng.IntN(min(len(all), 8))]
	switch rng.IntN(5) {
	case 0:
		e.Type = rooms.Message
	case 1:
		e.Type, e.Thread, e.Ref = rooms.Message, e.Ref, 0
	case 2:
		e.Type = rooms.Edit
	case 3:
		e.Type = rooms.Delete
	default:
		e.Type, e.Detail, e.Text = rooms.React, []string{"+1", "tada", "heart"}[rng.IntN(3)], text.Body{}
	}
	f.put(e)
}

// TestResizeLosesNothing goes through sizes from 1×1 up and comes back to the same screen.
func TestResizeLosesNothing(t *testing.T) {
	f := longLog(200)
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x1b[5~\x1b[5~a draft of words")
		before := r.settle()
		for _, size := range [][2]int{{1, 1}, {2, 2}, {29, 5}, {30, 6}, {59, 11}, {60, 12}, {79, 24}, {100, 30}, {120, 40}, {400, 150}, {1, 150}, {400, 1}, {80, 24}} {
			r.resizes(size[0], size[1])
			anew := fresh(r.view)
			same(t, r.term, anew)
			anew.Close()
		}
		if after := r.term.String(); after != before {
			t.Errorf("the screen is\n%s\nand was\n%s", after, before)
		}
	})
}

// TestNothingTypedIsLost types numbered words between posts that fail, limits, new sizes, other rooms and messages of
// others: each word is in a room or in a draft afterwards.
func TestNothingTypedIsLost(t *testing.T) {
	for seed := range 40 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(uint64(seed), 11))
			f := world()
			words := 0
			in(t, f, 80, 24, func(r *rig) {
				for range 80 {
					switch n := rng.IntN(16); {
					case n < 7:
						words++
						r.types(fmt.Sprintf("w%dw ", words))
					case n < 10:
						r.types("\r")
					case n == 10:
						f.mu.Lock()
						f.postErr = []error{nil, nil, rooms.ErrUnavailable, &rooms.RateError{After: 900 * time.Millisecond, What: "messages"}}[rng.IntN(4)]
						f.mu.Unlock()
					case n == 11:
						r.types([]string{"\x0e", "\x10", "\x1b1", "\x1b/", "\x1ba"}[rng.IntN(5)])
					case n == 12:
						r.types([]string{"\x1b[5~", "\x1b[6~", "\x1b", "\x1bu", "\x1b[1;3H"}[rng.IntN(5)])
						r.settle() // a lone Esc would make an Alt key of what follows
					case n == 13:
						f.add(rooms.ID(1+rng.IntN(3)), rooms.Message, "ana", "meanwhile")
					case n == 14:
						r.settle()
						r.resizes(1+rng.IntN(200), 1+rng.IntN(50))
					default:
						time.Sleep(time.Duration(rng.IntN(2000)) * time.Millisecond)
					}
				}
				r.settle()
				r.cancel(nil)
				r.end()
				var kept strings.Builder
				for _, log := range f.logs {
					for _, ev := range log {
						kept.WriteString(ev.Text.String() + "\n")
					}
				}
				for _, p := range f.places {
					kept.WriteString(p.Draft + "\n")
				}
				for n := range words {
					if w := fmt.Sprintf("w%dw", n+1); !strings.Contains(kept.String(), w) {
						t.Errorf("%s is gone; rooms and drafts have\n%s", w, kept.String())
					}
				}
			})
		})
	}
}
