package view

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// threaded is a room in which the message of seq root has a thread of n answers, with other talk between them.
func threaded(n int) (f *fake, root uint64) {
	f = newFake("lea", "ops", "random")
	f.now = noon
	f.add(1, rooms.Message, "ana", "hello")
	root = f.add(1, rooms.Message, "kei", "who looks at #1234?").Seq
	for i := range n {
		f.now = f.now.Add(time.Minute)
		f.answer(root, []string{"bo", "ana", "lea"}[i%3], fmt.Sprintf("answer %d.", i))
		f.add(1, rooms.Message, "mia", fmt.Sprintf("other talk %d.", i))
	}
	f.Mark(1, uint64(len(f.logs[1])))
	f.answers["thread "+chat.Ref("#ops", root)] = chat.Reply{Do: chat.Thread, Room: 1, Seq: root}
	f.answers["thread ^"] = f.answers["thread "+chat.Ref("#ops", root)]
	return f, root
}

// answer posts into a thread.
func (f *fake) answer(root uint64, who, words string) *rooms.Event {
	return f.put(rooms.Event{Room: 1, Type: rooms.Message, Author: mustName(who), Text: text.NewBody(words), Thread: root})
}

func TestGoldenThread(t *testing.T) {
	for _, size := range append([]struct{ cols, rows int }{{120, 20}}, wide...) {
		t.Run(fmt.Sprint(size.cols), func(t *testing.T) {
			f, root := threaded(5)
			f.put(rooms.Event{Room: 1, Type: rooms.React, Author: mustName("lea"), Ref: root + 1, Detail: "+1"})
			in(t, f, size.cols, 20, func(r *rig) {
				r.types("/thread ^\r")
				r.settle()
				r.want("answer 4.")
				golden(t, fmt.Sprintf("thread-%d", size.cols), r.term.String())
			})
		})
	}
}

func TestWhatIsTypedInAThreadGoesIntoIt(t *testing.T) {
	f, root := threaded(2)
	in(t, f, 140, 30, func(r *rig) {
		r.types("for the room")
		r.settle()
		r.types("\x15/thread ^\r") // what was in the input is cut and stays away
		r.settle()
		r.want("[lea, thread]", "answer 1.", "other talk 1.")
		r.types("in the thread\r")
		r.settle()
		f.mu.Lock()
		if n := len(f.posted); n != 1 || f.posted[0].Thread != root {
			t.Errorf("posted %+v", f.posted)
		}
		f.mu.Unlock()
		r.types("a draft of it")
		r.settle()
		r.types("\x1b")
		r.settle()
		r.want("[lea] ", "3 replies")
		r.lacks("a draft of it", "[lea, thread]")
		r.types("in the room\r")
		r.settle()
		f.mu.Lock()
		if n := len(f.posted); n != 2 || f.posted[1].Thread != 0 {
			t.Errorf("posted %+v", f.posted)
		}
		f.mu.Unlock()
		r.types("/thread ^\r")
		r.settle()
		r.want("a draft of it")
	})
}

func TestTheRoomGoesOnBesideItsThread(t *testing.T) {
	for _, cols := range []int{80, 140} {
		t.Run(fmt.Sprint(cols), func(t *testing.T) {
			f, root := threaded(2)
			in(t, f, cols, 30, func(r *rig) {
				r.types("/thread ^\r")
				r.settle()
				f.add(1, rooms.Message, "ana", "meanwhile in the room")
				f.answer(root, "bo", "meanwhile in the thread")
				f.put(rooms.Event{Room: 1, Type: rooms.React, Author: mustName("bo"), Ref: root, Detail: "tada"})
				r.settle()
				r.want("meanwhile in the thread", "🎉 1")
				f.mu.Lock()
				read := f.marks[1]
				f.mu.Unlock()
				if seen := strings.Contains(r.term.String(), "meanwhile in the room"); seen != (cols == 140) || seen != (read == uint64(len(f.logs[1]))) {
					t.Errorf("the room is on the screen: %v, and read up to %d of %d", seen, read, len(f.logs[1]))
				}
				r.types("\x1b")
				r.settle()
				r.want("meanwhile in the room", "3 replies", "🎉 1")
				r.lacks("meanwhile in the thread")
				f.mu.Lock()
				defer f.mu.Unlock()
				if f.marks[1] != uint64(len(f.logs[1])) {
					t.Errorf("the room is read up to %d of %d", f.marks[1], len(f.logs[1]))
				}
			})
		})
	}
}

func TestAThreadHasItsOwnUnread(t *testing.T) {
	for _, known := range []bool{false, true} {
		t.Run(fmt.Sprintf("known without the store=%v", known), func(t *testing.T) { ownUnread(t, known) })
	}
}

func ownUnread(t *testing.T, known bool) {
	f, root := threaded(4)
	f.known = known
	f.follows = []rooms.Follow{{Room: 1, Root: root, Read: root + 5, Unread: 1}}
	f.rooms[0].Threads = 1
	f.person.LastRoom = 1
	in(t, f, 140, 30, func(r *rig) {
		r.want("4 replies, last 12:04, 1 new", "*#ops            1t")
		f.answer(root, "bo", "one more")
		r.settle()
		r.want("5 replies, last 12:04, 2 new", "*#ops            2t")
		r.types("/thread ^\r")
		r.settle()
		r.want("new (2)", "one more")
		r.lacks("2 new", "2t")
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.follows[0].Unread != 0 {
			t.Errorf("the thread is %+v", f.follows[0])
		}
	})
}

func TestAThreadScrollsByItself(t *testing.T) {
	f, _ := threaded(300)
	in(t, f, 140, 30, func(r *rig) {
		r.types("/thread ^\r")
		r.settle()
		r.want("answer 299.", "other talk 299.")
		r.types("\x1b[1;3H") // the oldest
		r.settle()
		r.want("who looks at #1234?", "answer 0.", "other talk 299.", "newer below")
		for range 40 {
			r.types("\x1b[6~")
			r.settle()
		}
		r.want("answer 299.")
		for range 40 {
			r.types("\x1b[5~")
			r.settle()
		}
		r.want("who looks at #1234?", "answer 0.", "other talk 299.")
		f.now = f.now.Add(time.Minute)
		f.answer(3, "bo", "a late one")
		r.settle()
		r.lacks("a late one")
		r.types("\x1b[1;3F")
		r.settle()
		r.want("a late one")
	})
}

func TestAThreadIsKeptThroughSizesAndClosedByOtherRooms(t *testing.T) {
	f, _ := threaded(30)
	in(t, f, 140, 30, func(r *rig) {
		r.types("/thread ^\r")
		before := r.settle()
		for _, size := range [][2]int{{30, 6}, {80, 24}, {119, 30}, {120, 30}, {200, 50}, {1, 1}, {140, 30}} {
			r.resizes(size[0], size[1])
			anew := fresh(r.view)
			same(t, r.term, anew)
			anew.Close()
		}
		if after := r.term.String(); after != before {
			t.Errorf("the screen is\n%s\nand was\n%s", after, before)
		}
		r.types("\x0e")
		r.settle()
		r.want("Write to #random")
		r.lacks("thread")
		r.types("\x10")
		r.settle()
		r.want("Write to #ops", "other talk 29.")
	})
}

func TestSelectModeInAThreadActsOnItsMessages(t *testing.T) {
	f, root := threaded(4)
	f.obeys = true
	in(t, f, 140, 30, func(r *rig) {
		r.types("/thread ^\r")
		r.settle()
		r.types("\x13kkr")
		r.settle()
		r.want("Reply to ana: answer 1.")
		r.types("yes\r")
		r.settle()
		r.types("\x13gr") // the first one
		r.settle()
		r.want("Reply to kei: who looks")
		r.types("I do\r")
		r.settle()
		f.mu.Lock()
		defer f.mu.Unlock()
		if last := f.lines[len(f.lines)-1]; last != "reply "+chat.Ref("#ops", root+3)+" yes" {
			t.Errorf("the commands were %q", f.lines)
		}
		if len(f.posted) != 1 || f.posted[0].Thread != root || f.posted[0].Text.String() != "I do" {
			t.Errorf("posted %+v", f.posted)
		}
	})
}
